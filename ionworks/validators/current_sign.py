"""Whether positive current is discharge, by the response of the voltage to charge and current."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ionworks.validators.columns import CURRENT, VOLTAGE
from ionworks.validators.concerned import first_rows, step_name, step_numbers
from ionworks.validators.options import Options
from ionworks.validators.report import Severity, ValidationIssue
from ionworks.validators.series_scan import Scan

if TYPE_CHECKING:
    import polars

_NEEDED: Final = (
    *("row", "rows", "step", "discharged", "charged", "N", "V", "I", "Q"),
    *("VV", "II", "QQ", "VI", "VQ", "IQ"),
)
_REVERSED: Final = 0.75  # of the charge
_MIXED: Final = 0.25
_FEW: Final = 3  # rows of a step that say nothing
_FLAT: Final = 5e-3  # V; a voltage that moves less says nothing
_CLEAR: Final = 0.05  # of the variance of the voltage; less is no vote
_REST: Final = 1e-3  # A
_REST_SHARE: Final = 0.02  # of the 95th percentile of the current


def rest_limit(steps: polars.DataFrame) -> float:
    """Return the current below which a step is a rest, in A.

    It is 2 % of the 95th percentile of the mean absolute currents, each weighted by its rows, but
    at most 1 mA.
    """
    import polars as pl

    known = steps.filter(pl.col(f"count {CURRENT}") > 0).select(
        (pl.col("sum size") / pl.col(f"count {CURRENT}")).alias("size"),
        pl.col(f"count {CURRENT}").alias("rows"),
    )
    if known.is_empty():
        return 1e-12
    known = known.sort("size")
    place = (known["rows"].cum_sum() >= 0.95 * float(known["rows"].sum())).arg_max() or 0
    return min(_REST, max(_REST_SHARE * float(known["size"][place]), 1e-12))


def check_sign(scan: Scan, _: Options) -> Iterator[ValidationIssue]:
    """Find a current that is reversed, without sign, or of mixed sign."""
    import polars as pl

    steps = scan.steps
    if steps is None or "VQ" not in steps.columns:
        return
    limit, lowest = rest_limit(steps), steps[f"min {CURRENT}"]
    active = (pl.col("sum size") / pl.col(f"count {CURRENT}") > limit).fill_null(False)
    moving = (pl.col(f"max {VOLTAGE}") - pl.col(f"min {VOLTAGE}") > _FLAT).fill_null(False)
    kept = [name for name in _NEEDED if name in steps.columns]
    steps = steps.lazy().filter(active & moving & (pl.col("N") > 1)).select(kept).collect()
    long = steps.filter(pl.col("N") > _FEW)
    votes = _votes(long)
    certain = votes["weight"].sum() > 0
    if not certain:
        votes = _votes(steps)
    total = float(votes["weight"].sum())
    if not total > 0:
        return
    wrong = votes.filter(pl.col("reversed"))
    share = float(wrong["weight"].sum()) / total
    if share < _MIXED:
        return
    unsigned = not (lowest < -limit).any()
    severity: Severity = "error" if certain else "warning"
    code, text = _text(share, unsigned)
    yield ValidationIssue(
        code,
        f"by the response of the voltage, {100 * share:.0f} % of the charge has the wrong sign"
        f", first in {step_name(wrong)}; {text}",
        severity,
        {"share": round(share, 4), **step_numbers(wrong)},
        rows=first_rows(wrong),
        count=int(wrong["rows"].sum()),
    )


def _text(share: float, unsigned: bool) -> tuple[str, str]:
    if share >= _REVERSED:
        return "current_sign_reversed", (
            "positive current must be discharge: change the sign of 'Current [A]'"
        )
    if unsigned:
        return "current_sign_unsigned", (
            "'Current [A]' is never negative: give the current of charges a negative sign, by the "
            "cycler's state or the direction of the voltage"
        )
    return "current_sign_indeterminate", (
        "positive current must be discharge in all steps: look at each step"
    )


def _votes(steps: polars.DataFrame) -> polars.DataFrame:
    """Return of each step whether its sign is wrong, and how much the step weighs.

    In a step the voltage is V = a - b Q - R I with b and R of at least 0, for the charge Q since
    the start of the step. The sign with which this describes the voltage better is the right one;
    the weight is the part of the variance that it describes more, times the charge.
    """
    import polars as pl

    n = pl.col("N")
    cov = {
        pair: pl.col(pair) - pl.col(pair[0]) * pl.col(pair[1]) / n
        for pair in ("VV", "II", "QQ", "VI", "VQ", "IQ")
    }
    steps = steps.with_columns(cov[pair].alias(f"c{pair}") for pair in cov)
    # In stages: one large expression would take polars longer to plan than to compute.
    steps = steps.with_columns(_explained(1).alias("right"), _explained(-1).alias("wrong"))
    variance, more = pl.col("cVV"), pl.col("right") - pl.col("wrong")
    steps = steps.with_columns(
        pl.when(variance > 0).then(more / variance).otherwise(0.0).fill_nan(0.0).alias("gain")
    )
    gain = pl.col("gain")
    return steps.with_columns(
        (gain < 0).alias("reversed"),
        pl.when(gain.abs() >= _CLEAR)
        .then(gain.abs().clip(upper_bound=1.0) * (pl.col("discharged") + pl.col("charged")))
        .otherwise(0.0)
        .alias("weight"),
    )


def _explained(sign: int) -> polars.Expr:
    """Return the variance that the fit explains if the current has this sign."""
    import polars as pl

    vq, vi = -sign * pl.col("cVQ"), -sign * pl.col("cVI")
    qq, ii, iq = pl.col("cQQ"), pl.col("cII"), pl.col("cIQ")
    det = qq * ii - iq * iq
    solvable = det > 1e-9 * qq * ii
    b = (vq * ii - vi * iq) / det
    r = (vi * qq - vq * iq) / det
    # A constant has no variance, but that of rounding, to which all that passed contributes.
    gross = pl.col("discharged") + pl.col("charged")
    varies_q = qq > 1e-12 * pl.max_horizontal("QQ", gross * gross)
    varies_i = ii > 1e-9 * pl.col("II")
    solvable = solvable & varies_q & varies_i
    both = pl.when(solvable & (b >= 0) & (r >= 0)).then(b * vq + r * vi)
    only_q = pl.when(varies_q & (vq > 0)).then(vq * vq / qq).otherwise(0.0)
    only_i = pl.when(varies_i & (vi > 0)).then(vi * vi / ii).otherwise(0.0)
    return pl.coalesce(both, pl.max_horizontal(only_q, only_i))
