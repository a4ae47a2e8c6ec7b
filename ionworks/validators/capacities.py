"""Counters of capacity and energy against the integrals, and charges against the ratings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ionworks.validators.columns import COUNTERS, CURRENT
from ionworks.validators.concerned import first_rows, step_name, step_numbers
from ionworks.validators.current_sign import rest_limit
from ionworks.validators.options import Options
from ionworks.validators.report import ValidationIssue
from ionworks.validators.series_scan import Scan
from ionworks.validators.step_sums import INTEGRALS
from ionworks.validators.tally import KEPT

if TYPE_CHECKING:
    import polars

_TOLERANCE: Final = 0.1
_INTERVALS: Final = 5
_FLOOR: Final = 1e-3  # of the largest step
_SWAPPED: Final = 0.75  # of the weight
_STEADY: Final = 0.5  # standard deviation over mean current
_SHORTEST: Final = 60.0  # s
_DOMINANT: Final = 4.0
_LEAST_CURRENT: Final = 1e-3  # A
_FULL: Final = 2.0  # times the rated capacity
_TOO_LARGE: Final = 5.0


def check_capacities(scan: Scan, options: Options) -> Iterator[ValidationIssue]:
    """Find counters that disagree with the integrals, and charges beyond the rated capacity."""
    steps = scan.steps
    if steps is None or "charge" not in steps.columns:
        return
    for name in COUNTERS:
        if f"off {name}" in steps.columns:
            yield from _check_integral(steps, name, options)
    if "step" not in steps.columns:
        return
    for kind in ("capacity", "energy"):
        pair = [name for name in COUNTERS if kind in name]
        if all(f"grown {name}" in steps.columns for name in pair):
            yield from _check_direction(steps, kind, pair)
    if options.rated_capacity is not None:
        yield from _check_rated(steps, options.rated_capacity)


def mismatches(steps: polars.DataFrame, name: str, *, strict: bool = False) -> polars.DataFrame:
    """Return the steps whose counter disagrees with the integral by more than 10 %.

    Without `strict` it may also differ by what passes in five intervals of its rows: counters
    start a little before the first row, which is much in a step of two seconds.
    """
    import polars as pl

    integral, grown = pl.col(INTEGRALS[name]), pl.col(f"grown {name}").clip(lower_bound=0.0)
    larger = pl.max_horizontal(integral, grown)
    known = pl.col(f"off {name}").is_not_null()
    between = _INTERVALS * integral / (pl.col("rows") - 1)
    allowed = pl.max_horizontal(_TOLERANCE * larger, 0.0 if strict else between)
    off = (pl.col(f"off {name}") > allowed) & (larger > 0)
    return steps.filter(known & off & (larger >= _FLOOR * larger.max()))


def _check_integral(
    steps: polars.DataFrame, name: str, options: Options
) -> Iterator[ValidationIssue]:
    wrong = mismatches(steps, name, strict=options.strict)
    if wrong.is_empty():
        return
    kind = "energy" if "energy" in name else "capacity"
    unit = "W.h" if kind == "energy" else "A.h"
    source = "power" if kind == "energy" else "current"
    integral, grown = float(wrong[INTEGRALS[name]][0]), float(wrong[f"grown {name}"][0])
    payload = {"column": name, "count": wrong.height, "counter": grown, "integral": integral}
    yield ValidationIssue(
        f"{name.split()[0].lower()}_{kind}_integral_mismatch",
        f"{name!r} disagrees with the integral of the {source} in {wrong.height} of"
        f" {steps.height} steps, first in {step_name(wrong)}: it grows by {grown:.4g} {unit}, the"
        f" integral is {integral:.4g} {unit}; check its unit and the sign of the current, or leave"
        " the column out",
        payload={**payload, **step_numbers(wrong)},
        rows=first_rows(wrong),
        count=int(wrong["rows"].sum()),
        values=tuple(float(each) for each in wrong[f"grown {name}"][:KEPT]),
    )


def _check_direction(
    steps: polars.DataFrame, kind: str, pair: list[str]
) -> Iterator[ValidationIssue]:
    """Find counters that grow in the column of the other direction."""
    import polars as pl

    count = pl.col(f"count {CURRENT}")
    mean = pl.col(f"sum {CURRENT}") / count
    variance = (pl.col("squares") / count - mean * mean).clip(lower_bound=0.0)
    one_sign = pl.col(f"min {CURRENT}") * pl.col(f"max {CURRENT}") > 0
    steady = one_sign | (variance.sqrt() <= _STEADY * mean.abs())
    long = pl.col("to") - pl.col("from") >= _SHORTEST
    out, into = (pl.col(f"grown {name}").fill_null(0.0).clip(lower_bound=0.0) for name in pair)
    own = pl.when(mean > 0).then(out).otherwise(into)
    other = pl.when(mean > 0).then(into).otherwise(out)
    least = min(_LEAST_CURRENT, 10 * rest_limit(steps))
    clear = steps.filter((mean.abs() >= least) & long & steady).select(
        "index", "row", "rows", "step", own.alias("own"), other.alias("other")
    )
    clear = clear.filter(
        pl.max_horizontal("own", "other") >= _DOMINANT * pl.min_horizontal("own", "other"),
        pl.max_horizontal("own", "other") > 0,
    )
    wrong = clear.filter(pl.col("other") > pl.col("own"))
    total = float(clear.select(pl.max_horizontal("own", "other").sum()).item() or 0.0)
    share = float(wrong["other"].sum()) / total if total > 0 else 0.0
    if share < _SWAPPED:
        return
    yield ValidationIssue(
        f"charge_discharge_{kind}_columns_swapped",
        f"{pair[0]!r} grows in charges and {pair[1]!r} in discharges, in {wrong.height} of"
        f" {clear.height} steps with a steady current, first in {step_name(wrong)}; exchange the"
        " names of the columns, or change the sign of the current",
        payload={"share": round(share, 4), "count": wrong.height, **step_numbers(wrong)},
        rows=first_rows(wrong),
        count=int(wrong["rows"].sum()),
        values=tuple(float(each) for each in wrong["other"][:KEPT]),
    )


def _check_rated(steps: polars.DataFrame, rated: float) -> Iterator[ValidationIssue]:
    import polars as pl

    charge = pl.col("charge").fill_null(0.0)
    largest = [charge.abs(), *(pl.col(c) for c in _grown(steps))]
    named = [name for name in ("index", "row", "rows", "step") if name in steps.columns]
    sized = steps.select(
        *named, pl.max_horizontal(largest).alias("size"), charge.sign().alias("way")
    )
    sized = sized.filter(pl.col("size") > 0)
    beyond = sized.filter(pl.col("size") > _TOO_LARGE * rated)
    if not beyond.is_empty():
        yield _of_rated("step_capacity_exceeds_rated", beyond, rated, _TOO_LARGE)
    # A rest between two discharges changes nothing; steps of another direction are in between.
    full = sized.filter(pl.col("size") > _FULL * rated)
    follows = (full["index"].diff() == 1) & (full["way"].diff() == 0)
    second = full.filter(follows)
    if not second.is_empty():
        yield _of_rated("consecutive_same_direction_full_steps", second, rated, _FULL)


def _of_rated(code: str, steps: polars.DataFrame, rated: float, times: float) -> ValidationIssue:
    size = float(steps["size"][0])
    what = "follows another in the same direction, each with" if code[0] == "c" else "has"
    return ValidationIssue(
        code,
        f"{step_name(steps)} {what} more than {times:g} times the rated capacity of {rated:g} A.h:"
        f" {size:.4g} A.h ({steps.height} such steps); check rated_capacity and the unit of the"
        " current",
        payload={"count": steps.height, "rated_capacity": rated, **step_numbers(steps)},
        rows=first_rows(steps),
        count=int(steps["rows"].sum()),
        values=tuple(float(each) for each in steps["size"][:KEPT]),
    )


def _grown(steps: polars.DataFrame) -> list[str]:
    names = [f"grown {name}" for name in COUNTERS if "capacity" in name]
    return [name for name in names if name in steps.columns]
