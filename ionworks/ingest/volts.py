"""Voltages whose header says volts, and whose values are millivolts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve

from ionworks.ingest.numeric import number
from ionworks.ingest.part import Part
from ionworks.ingest.report import Log
from ionworks.ingest.timeline import refusal

if TYPE_CHECKING:
    import polars

_PAIRS: Final = (
    ("charge_energy", "charge_capacity"),
    ("discharge_energy", "discharge_capacity"),
    ("energy", "capacity"),
)
_NEAR: Final = 0.1
_PACK: Final = 60.0  # V; in mV, all cells have more
_SUSPECT: Final = 1000.0  # V; a pack of cells has less


def with_volts(part: Part, log: Log) -> Part:
    """Convert millivolts under a header in volts, where the counters show that they are.

    Energy over capacity is the mean voltage. So the counters say in which unit the voltage is.

    Raises
    ------
    MeasurementValidationError
        If the voltages are above 1000 V, and no counter shows why.
    """
    import polars as pl

    frame = part.frame
    if "voltage" not in frame.columns or not (known := frame["voltage"].drop_nulls()).len():
        return part
    typical = number(known.abs().median())
    mean = _mean_of_counters(frame)
    is_mean = mean and abs(_mean_of_rows(frame, mean) / mean / 1000 - 1) < _NEAR
    if is_mean and typical > _PACK:
        log.add(
            "voltage_in_millivolts",
            f"the voltages are in mV, although the header says V: by the counters of energy and"
            f" capacity their mean is {mean:.3g} V. They are converted",
            "warning",
        )
        return evolve(part, frame=frame.with_columns(pl.col("voltage") / 1000))
    if typical > _SUSPECT:
        raise refusal(
            log,
            "unit_suspect",
            f"the voltage is {typical:.5g} V in the middle: it may be in mV. Say so with"
            " units={'<column>': 'mV'}",
        )
    return part


def _mean_of_counters(frame: polars.DataFrame) -> float | None:
    """Return the energy over the capacity that the counters grow by."""
    for energy, capacity in _PAIRS:
        if energy in frame.columns and capacity in frame.columns:
            grown = frame.select(energy, capacity).drop_nulls()
            moved = number(grown[capacity].diff().abs().sum())
            passed = number(grown[energy].diff().abs().sum())
            if moved and passed:
                return passed / moved
    return None


def _mean_of_rows(frame: polars.DataFrame, mean: float) -> float:
    """Return the mean voltage of the rows in which a counter grows, weighted by its growth."""
    import polars as pl

    for _, capacity in _PAIRS:
        if capacity in frame.columns:
            growth = pl.col(capacity).diff().abs()
            weighted = frame.select(
                (pl.col("voltage") * growth).sum().alias("sum"), growth.sum().alias("all")
            ).row(0)
            if weighted[1]:
                return float(weighted[0] / weighted[1])
    return mean
