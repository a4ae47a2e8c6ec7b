"""The columns that the service needs, and the current of files that have charges only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ionworks.errors import PayloadError
from ionworks.ingest.report import Log
from ionworks.ingest.timeline import STEP_KEYS

if TYPE_CHECKING:
    import polars

_EXAMPLES: Final = {
    "time": "Time [s]",
    "voltage": "Voltage [V]",
    "current": "Current [A]",
    "frequency": "Frequency [Hz]",
    "z_re": "Z_Re [Ohm]",
    "z_im": "Z_Im [Ohm]",
}


def with_needed(
    frame: polars.DataFrame, data_type: str | None, log: Log, given: tuple[str, str]
) -> polars.DataFrame:
    """Return the frame with a current, where the file has charges only.

    `given` is the argument of the caller and its value, for the error.

    Raises
    ------
    PayloadError
        If there is no column for the time, the voltage or the current.
    """
    if data_type == "eis":
        needed: tuple[str, ...] = ("frequency", "z_re", "z_im")
    elif data_type == "ocp":
        needed = ("voltage",)
    else:
        needed = ("time", "voltage", "current")
    if "current" in needed and "current" not in frame.columns and "moved" in frame.columns:
        log.add(
            "current_from_charge",
            "the file has no current; it is the charge since the row before over the time",
            "warning",
        )
        frame = frame.with_columns(_mean_current(frame).alias("current"))
    for name in needed:
        if name not in frame.columns:
            there = ", ".join(log.columns) or "none"
            called = {"z_re": "real impedance", "z_im": "imaginary impedance"}.get(name, name)
            raise PayloadError(
                *given,
                f"no column is recognised as the {called}; there are {there[:400]}",
                f"Rename the column, such as {_EXAMPLES.get(name, name)!r}",
            )
    return frame


def _mean_current(frame: polars.DataFrame) -> polars.Expr:
    """Return the charge over the time of the intervals on both sides that lie in one step."""
    import polars as pl

    keys = [name for name in STEP_KEYS if name in frame.columns]
    same = pl.struct([*keys, "visit"]).rle_id().diff() == 0
    passed, moved = pl.col("time").diff(), pl.col("moved")
    before = [pl.when(same).then(each).fill_null(0.0) for each in (moved, passed)]
    charge, time = (each + each.shift(-1, fill_value=0.0) for each in before)
    current = pl.when(time > 0).then(charge * 3600 / time).otherwise(moved * 3600 / passed)
    return pl.when(current.is_finite()).then(current).otherwise(0.0)
