"""Columns whose values have probably another unit than their name says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from ionworks.validators.capacities import mismatches
from ionworks.validators.columns import COUNTERS, CURRENT, TEMPERATURE, VOLTAGE
from ionworks.validators.current_sign import rest_limit
from ionworks.validators.options import Options
from ionworks.validators.report import ValidationIssue
from ionworks.validators.series_scan import Scan
from ionworks.validators.step_sums import INTEGRALS

if TYPE_CHECKING:
    import polars

_HIGH_VOLTAGE: Final = 100.0  # V; most cells in mV have more
_MANY_CELLS: Final = 10.0  # V; no single cell has more
_HIGH_CURRENT: Final = 1000.0  # A
_HIGH_RATE: Final = 100.0  # 1/h, of the rated capacity
_KELVIN: Final = (200.0, 400.0)
_SLOW: Final = 1800.0  # s from row to row under current
_FAST: Final = 10.0  # s
_FAST_MOVE: Final = 0.3  # V
_GRADUAL: Final = 0.2  # of the move in one row: more is a jump
_FEW: Final = 10  # rows of a step
_NEAR: Final = 0.05
_TIME_FACTORS: Final = {60.0: "min", 3600.0: "h", 1 / 1000: "ms"}


def check_units(scan: Scan, options: Options) -> Iterator[ValidationIssue]:
    """Find mV, mA, mA.h and K under names with other units, and times that are not in seconds."""
    steps = scan.steps
    if steps is None:
        return
    yield from _check_voltage(steps, options)
    yield from _check_current(steps, options)
    yield from _check_temperature(steps)
    if "charge" in steps.columns:
        factor = _factor(steps)
        yield from _check_counters(factor)
        yield from _check_times(steps, factor)


def _median(steps: polars.DataFrame, column: str) -> float | None:
    """Return the median of the means of the steps, each weighted by its rows."""
    import polars as pl

    count = pl.col(f"count {column}")
    total = pl.col("sum size") if column == CURRENT else pl.col(f"sum {column}")
    return _weighted_median(steps.filter(count > 0).select(total / count, count.alias("n")))


def _weighted_median(table: polars.DataFrame) -> float | None:
    """Return the median of the first column by the weights `n`."""
    name = table.columns[0]
    table = table.drop_nulls(name)
    if table.is_empty():
        return None
    table = table.sort(name)
    place = (table["n"].cum_sum() >= 0.5 * float(table["n"].sum())).arg_max() or 0
    return float(table[name][place])


def _check_voltage(steps: polars.DataFrame, options: Options) -> Iterator[ValidationIssue]:
    if f"count {VOLTAGE}" not in steps.columns:
        return
    median = _median(steps, VOLTAGE)
    if median is None:
        return
    allowed = _MANY_CELLS
    if options.voltage_window is not None:
        allowed = 2 * max(map(abs, options.voltage_window))
    if abs(median) <= allowed:
        return
    if abs(median) > max(_HIGH_VOLTAGE, allowed):
        text = "the values are probably in mV: divide by 1000"
    else:
        text = "no single cell has this voltage; a module can have it"
    yield _suspect(VOLTAGE, median, "V", text)


def _check_current(steps: polars.DataFrame, options: Options) -> Iterator[ValidationIssue]:
    import polars as pl

    if "sum size" not in steps.columns:
        return
    count = pl.col(f"count {CURRENT}")
    mean = steps.filter(count >= 2).select((pl.col("sum size") / count).max()).item()
    if mean is None:
        return
    rated = options.rated_capacity
    allowed = _HIGH_CURRENT if rated is None else min(_HIGH_CURRENT, _HIGH_RATE * rated)
    if mean > allowed:
        rate = "" if rated is None else f", {mean / rated:.3g} times the rated capacity per hour"
        text = f"a step has this mean{rate}; are the values in mA? Then divide by 1000"
        yield _suspect(CURRENT, float(mean), "A", text)


def _check_temperature(steps: polars.DataFrame) -> Iterator[ValidationIssue]:
    if f"count {TEMPERATURE}" not in steps.columns:
        return
    median = _median(steps, TEMPERATURE)
    if median is not None and _KELVIN[0] <= median <= _KELVIN[1]:
        text = "the values are probably in K: subtract 273.15"
        yield _suspect(TEMPERATURE, median, "degC", text)


def _suspect(column: str, value: float, unit: str, text: str) -> ValidationIssue:
    return ValidationIssue(
        "unit_suspect",
        f"{column!r} is typically {value:.4g} {unit}; {text}",
        payload={"column": column, "typical": value},
        values=(value,),
    )


def _factor(steps: polars.DataFrame) -> tuple[str, float, dict[str, Any]] | None:
    """Return by what factor a capacity grows more than the integral, if most steps agree."""
    import polars as pl

    for name in (each for each in COUNTERS if "capacity" in each):
        if f"off {name}" not in steps.columns:
            continue
        wrong = mismatches(steps, name)
        ratio = pl.col(f"grown {name}") / pl.col(INTEGRALS[name])
        ratios = wrong.filter(pl.col(INTEGRALS[name]) > 0).select(ratio, pl.col("rows").alias("n"))
        median = _weighted_median(ratios)
        if median is not None and median > 0:
            first = wrong.row(0, named=True)
            return name, median, {"row": int(first["row"]), "rows": int(wrong["rows"].sum())}
    return None


def _near(value: float, factor: float) -> bool:
    return abs(value / factor - 1) <= _NEAR


def _check_counters(
    factor: tuple[str, float, dict[str, Any]] | None,
) -> Iterator[ValidationIssue]:
    if factor is None or not (_near(factor[1], 1000.0) or _near(factor[1], 3600.0)):
        return
    name, ratio, where = factor
    unit = "mA.h" if _near(ratio, 1000.0) else "A.s"
    if unit == "A.s":  # the same factor as of times in hours, which is reported as such
        return
    yield ValidationIssue(
        "unit_suspect",
        f"{name!r} grows {ratio:.4g} times as much as the integral of the current; is it in {unit}?"
        f" Then divide by {round(ratio, -2):g}",
        payload={"column": name, "ratio": ratio},
        rows=(where["row"],),
        count=where["rows"],
        values=(ratio,),
    )


def _check_times(
    steps: polars.DataFrame, factor: tuple[str, float, dict[str, Any]] | None
) -> Iterator[ValidationIssue]:
    """Find times in ms, minutes or hours, by the interval of rows, the voltage, or a counter."""
    import polars as pl

    if factor is not None:
        for times, unit in _TIME_FACTORS.items():
            if _near(factor[1], times):
                yield _scale(
                    f"{factor[0]!r} grows {factor[1]:.4g} times as much as the integral of the"
                    f" current; is the time in {unit}?",
                    {"ratio": factor[1]},
                )
                return
    if "VQ" not in steps.columns:
        return
    limit = rest_limit(steps)
    active = steps.filter(
        (pl.col("sum size") / pl.col(f"count {CURRENT}") > limit) & (pl.col("rows") >= _FEW)
    )
    seconds = pl.col("to") - pl.col("from")
    interval = _weighted_median(
        active.select(seconds / (pl.col("rows") - 1), pl.col("rows").alias("n"))
    )
    if interval is not None and interval >= _SLOW:
        yield _scale(
            f"rows under current are typically {interval:.4g} s apart; is the time in"
            " ms, or in another unit?",
            {"interval": interval},
        )
        return
    move = pl.col(f"max {VOLTAGE}") - pl.col(f"min {VOLTAGE}")
    fast = active.filter(
        (seconds < _FAST) & (move >= _FAST_MOVE) & (pl.col("moved") < _GRADUAL * move)
    )
    if not fast.is_empty() and 2 * int(fast["rows"].sum()) > int(active["rows"].sum()):
        lasts = float(fast.select(seconds.first()).item())
        yield _scale(
            f"the voltage moves by {float(fast.select(move.first()).item()):.3g} V within"
            f" {lasts:.3g} s without a jump; is the time in hours?",
            {"duration": lasts},
        )


def _scale(text: str, payload: dict[str, Any]) -> ValidationIssue:
    return ValidationIssue(
        "time_scale_suspect",
        f"'Time [s]' is probably not in seconds: {text} Convert it",
        payload=payload,
    )
