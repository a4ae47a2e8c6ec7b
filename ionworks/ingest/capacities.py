"""Capacity and energy of each step: the integral, and what the counters of the cycler say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ionworks.analysis.counters import FINDING
from ionworks.analysis.ledger import ledger
from ionworks.analysis.step_table import step_table
from ionworks.ingest.numeric import number
from ionworks.ingest.report import Log
from ionworks.ingest.timeline import refusal

if TYPE_CHECKING:
    import polars

_SEPARATE: Final = {
    "charge_capacity": "Charge capacity [A.h]",
    "discharge_capacity": "Discharge capacity [A.h]",
    "charge_energy": "Charge energy [W.h]",
    "discharge_energy": "Discharge energy [W.h]",
}
_TOTAL: Final = {
    "capacity": ("Charge capacity [A.h]", "Discharge capacity [A.h]"),
    "energy": ("Charge energy [W.h]", "Discharge energy [W.h]"),
}
_MISTAKES: Final = (60, 1000, 3600, 1_000_000)
_NEAR: Final = 0.03
_SMALL: Final = 1e-9  # A.h or W.h


def with_integrals(frame: polars.DataFrame, log: Log) -> polars.DataFrame:
    """Add the four integrals over the time since the step began, by the trapezoid rule.

    A step begins with 0. Between two steps nothing is counted, as its current is not known there.
    """
    import polars as pl

    seconds = pl.when(pl.col("Step count").diff() == 0).then(pl.col("Time [s]").diff())
    current = pl.when(pl.col("spectrum")).then(None).otherwise(pl.col("Current [A]"))
    power = current * pl.col("Voltage [V]")
    added = []
    for name, value in (("capacity [A.h]", current), ("energy [W.h]", power)):
        for way, flow in (
            ("Charge", (-value).clip(lower_bound=0)),
            ("Discharge", value.clip(lower_bound=0)),
        ):
            amount = ((flow + flow.shift(1)) / 2 * seconds / 3600).fill_null(0.0)
            added.append(amount.cum_sum().over("Step count").alias(f"{way} {name}"))
    log.add(
        "integrated", "capacities and energies are integrals of the current and power in each step"
    )
    return frame.with_columns(added)


def compare_counters(frame: polars.DataFrame, log: Log) -> None:
    """Report the steps in which the counters of the cycler disagree with the integral.

    Raises
    ------
    MeasurementValidationError
        If they disagree by a factor that is an error of units.
    """
    counted = _counters(frame)
    if not counted:
        return
    needed = ("Time [s]", "Voltage [V]", "Current [A]", "Step count", "Cycle count")
    frequency = [name for name in ("Frequency [Hz]",) if name in frame.columns]
    rows = frame.select(*needed, *frequency, *counted)
    steps = step_table(ledger(rows))
    _check_factor(frame, steps, log)
    found = steps.filter(steps[FINDING].is_not_null())
    if found.is_empty():
        kinds = sorted(
            {"capacity" if "A.h" in name.meta.output_name() else "energy" for name in counted}
        )
        log.add(
            "counters_agree",
            f"the counters of {' and '.join(kinds)} agree with the integrals in all steps",
        )
        return
    log.add(
        "counters_disagree",
        f"the counters of the cycler disagree with the integral in {found.height} of {steps.height}"
        f" steps, first in step {found['Step count'][0]}: {found[FINDING][0]}",
        "warning",
        found["Start index"].to_list(),
    )


def _counters(frame: polars.DataFrame) -> list[polars.Expr]:
    """Return the counters of the cycler, of charge and discharge each, all growing."""
    import polars as pl

    found = [
        (pl.col(name).abs() if number(frame[name].max()) <= 0 else pl.col(name)).alias(target)
        for name, target in _SEPARATE.items()
        if name in frame.columns
    ]
    separate = {name.partition("_")[2] for name in _SEPARATE if name in frame.columns}
    for name, (charge, discharge) in _TOTAL.items():
        if name in frame.columns and name not in separate:
            same = pl.col("Step count").diff() == 0
            growth = pl.when(same).then(pl.col(name).diff().abs()).fill_null(0.0)
            charging = pl.col("Current [A]") < 0
            found.append(pl.when(charging).then(growth).otherwise(0.0).cum_sum().alias(charge))
            found.append(pl.when(charging).then(0.0).otherwise(growth).cum_sum().alias(discharge))
    return found


def _check_factor(frame: polars.DataFrame, steps: polars.DataFrame, log: Log) -> None:
    """Refuse integrals that differ from all counters by a factor that units have.

    Rests are left out: what noise passes in them is in no counter.
    """
    import polars as pl

    active = steps.filter(pl.col("Step type") != "Rest")
    ends = frame.group_by("Step count").last().join(active, on="Step count", how="semi")
    for kind, what in (("capacity [A.h]", "current"), ("energy [W.h]", "power")):
        ratios = []
        for way in ("Charge", "Discharge"):
            integral = number(ends[f"{way} {kind}"].sum())
            counted = number(active[f"Counter {way.lower()} {kind}"].sum())
            if integral > _SMALL and counted > 0:
                ratios.append(integral / counted)
        for factor in _MISTAKES:
            for ratio in (float(factor), 1.0 / factor):
                if ratios and all(abs(each / ratio - 1) < _NEAR for each in ratios):
                    raise refusal(log, *_mistake(factor, ratio > 1, what))


def _mistake(factor: int, is_large: bool, what: str) -> tuple[str, str]:
    """Return code and message for an integral that is a factor too large or too small."""
    repair = ", or pass repair='{} time by 3600'".format("divide" if is_large else "multiply")
    return (
        "time_scale" if factor in (60, 3600) else "unit_suspect",
        f"the integral of the {what} is {factor} times too {'large' if is_large else 'small'} for"
        f" the counters of the cycler: the time, the {what} or the counter is in another unit than"
        " its name says. Say the unit with units={'<column>': '<unit>'}"
        + (repair if factor == 3600 else ""),
    )
