"""Which rows charge, discharge and rest, decided by blocks of rows and never by one row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from ionworks.analysis.rows import median_of_three

if TYPE_CHECKING:
    import polars

#: Of the largest current of the series; what is below is rest.
REST: Final = 1e-3
WEAK: Final = 0.03  # of the largest current: may be the offset or the noise of a channel
_RESTING = 2
_FEW = 3  # rows; fewer do not change the direction inside a step
_SHORT = 12  # rows of a step in which two rows are a block
_PULSE = 5e-4  # of the largest charge: the least that is a direction of its own inside a step
_WORK = 3e-3  # of the largest charge: the least that a weak current must pass
_NOISE = 30  # rows of a step that are enough to estimate its noise
_RATIO = 0.85  # of the squares of changes to twice the variance: noise has 1
_MANY = 0.06  # of the rows; of noise so many have the other sign, of single rows that are off fewer
_ONE_SIDED = 0.9  # of the charge in both directions: not noise
_CERTAIN = 4.0  # standard errors of a mean


class _Group(NamedTuple):
    """Consecutive pieces of one step that agree, or that decide nothing alone."""

    base: int
    label: int  # 1 discharge, -1 charge, 2 rest, 0 undecided
    size: int
    step: int  # rows of the step
    net: float
    gross: float
    mean: float
    deviation: float
    first: float
    last: float


def with_directions(rows: polars.DataFrame) -> polars.DataFrame:
    """Add `Direction` ("charge", "discharge", null at rest) and `Against`, decided by blocks.

    A step has the direction of its mean current. Inside a step the direction changes only where
    several rows say so. A weak current (up to 3 % of the largest one) is rest, unless it passes
    0.3 % of the largest charge or more, or goes on where a charge or discharge ended, as the end of
    a taper does. `Against` marks several rows of a strong current of the other direction inside a
    block: the braking in a drive cycle.

    Parameters
    ----------
    rows : polars.DataFrame
        As `measured_rows` returns them.
    """
    import polars as pl

    if rows.is_empty():
        none, no = pl.lit(None, pl.String), pl.lit(False)
        return rows.with_columns(none.alias("Direction"), no.alias("Against"))
    rows = rows.with_columns(median_of_three("Current [A]").alias("smooth"))
    largest = _largest(rows)
    current = pl.col("smooth")
    level = (current.abs() > REST * largest).cast(pl.Int8) + (current.abs() > WEAK * largest)
    rows = rows.with_columns((current.sign().cast(pl.Int8) * level).alias("class"))
    rows = _with_noise_as_one_piece(rows)
    rows = rows.with_columns(pl.struct("Base", "class").rle_id().alias("piece"))
    groups, largest_charge = _groups(rows)
    names = {1: "discharge", -1: "charge", 0: None}
    decided = [names[each] for each in _decide(groups, largest, largest_charge)]
    directions = pl.Series("Direction", decided, dtype=pl.String)
    group_of_piece = groups["group"].repeat_by(groups["pieces"]).explode()
    direction = directions.gather(group_of_piece).gather(rows["piece"]).alias("Direction")
    against = _against(rows.with_columns(direction))
    return rows.drop("smooth", "class", "piece").with_columns(direction, against)


def _with_noise_as_one_piece(rows: polars.DataFrame) -> polars.DataFrame:
    """Give one class to the rows of a step that change sign as noise does, from row to row.

    Of noise, the squares of the changes are twice the variance; of a drive cycle they are less.
    """
    import polars as pl

    current = pl.col("Current [A]")
    usual = current.clip(-3 * current.abs().median(), 3 * current.abs().median())
    fewer = pl.min_horizontal((current > 0).mean(), (current < 0).mean())
    both = rows.group_by("Base").agg(
        ((fewer >= _MANY) & (pl.len() >= _NOISE)).alias("both"),
        usual.diff().pow(2).mean().alias("changes"),
        usual.var().alias("variance"),
    )
    # Where most rows are exactly 0, no row is usual, and nothing is known of the noise.
    is_noise = (pl.col("variance") > 0) & (pl.col("changes") > 2 * _RATIO * pl.col("variance"))
    noise = both.filter(pl.col("both") & is_noise)["Base"]
    if noise.is_empty():
        return rows
    kind = pl.when(pl.col("Base").is_in(noise.implode())).then(pl.lit(1, pl.Int8))
    return rows.with_columns(kind.otherwise("class").alias("class"))


def _largest(rows: polars.DataFrame) -> float:
    """Return the largest current that is not that of one row alone."""
    import polars as pl

    inside = (pl.col("Base").diff() == 0) & (pl.col("Base").diff() == 0).shift(-1)
    current = pl.col("smooth").abs()
    found = rows.select(
        current.filter(inside).max().alias("inside"),
        pl.min_horizontal(current, current.shift(-1))
        .filter(pl.col("Base").diff().shift(-1) == 0)
        .max()
        .alias("pairs"),
        current.max().alias("all"),
    ).row(0, named=True)
    several = [each for each in (found["inside"], found["pairs"]) if each is not None]
    return max(several) if any(several) else float(found["all"] or 0.0)


def _against(rows: polars.DataFrame) -> polars.Series:
    """Return which rows are in a run of rows with a strong current against the block."""
    import polars as pl

    size = pl.len().over("piece")
    sign = (
        pl.when(pl.col("Direction") == "discharge")
        .then(1)
        .when(pl.col("Direction") == "charge")
        .then(-1)
    )
    other = pl.col("class") == -2 * sign
    if not rows.select(other.any()).item():
        return pl.Series("Against", [False], dtype=pl.Boolean).new_from_index(0, rows.height)
    return rows.select((other.fill_null(False) & (size >= _FEW)).alias("Against")).to_series()


def _sums() -> list[polars.Expr]:
    import polars as pl

    current, weight = pl.col("Current [A]"), pl.col("Weight [s]")
    return [
        pl.len().alias("size"),
        (current * weight).sum().alias("net"),
        (current.abs() * weight).sum().alias("gross"),
        current.sum().alias("sum"),
        (current * current).sum().alias("squares"),
        pl.col("smooth").first().alias("first"),
        pl.col("smooth").last().alias("last"),
    ]


def _groups(rows: polars.DataFrame) -> tuple[polars.DataFrame, float]:
    """Join pieces that agree, and those that decide nothing alone, to groups of each step."""
    import polars as pl

    pieces = rows.group_by("piece", maintain_order=True).agg(
        pl.col("Base").first(), pl.col("class").first().cast(pl.Int64), *_sums()
    )
    bases = pieces.group_by("Base").agg(
        pl.col("size").sum().alias("base size"), pl.col("net").sum().abs().alias("base net")
    )
    pieces = pieces.join(bases, on="Base", how="left", maintain_order="left")
    largest = pl.max_horizontal(pl.col("net").abs().max(), pl.col("base net").max())
    charge = float(pieces.select(largest).item() or 0.0)
    few = pl.when(pl.col("base size") < _SHORT).then(2).otherwise(_FEW)
    whole = (pl.col("size") == pl.col("base size")) & (pl.col("size") > 1)
    several = (pl.col("size") >= few) & (pl.col("net").abs() >= _PULSE * charge)
    strong = pl.col("class").abs() == 2
    resting = (pl.col("class") == 0) & (pl.col("size") >= few)
    sign = pl.when(strong & (several | whole)).then(pl.col("class").sign())
    label = sign.when(resting).then(_RESTING).otherwise(0)
    pieces = pieces.with_columns(
        label.alias("label"), (strong & (pl.col("size") < few)).alias("off")
    ).with_columns(pl.struct("Base", "label").rle_id().alias("group"))
    typical = ~pl.col("off") | pl.col("off").all()
    sums = ("net", "gross", "sum", "squares")
    groups = pieces.group_by("group", maintain_order=True).agg(
        pl.col("Base", "label", "base size", "first").first(),
        pl.col("last").last(),
        pl.col("size").sum(),
        pl.col("size").filter(typical).sum().alias("typical"),
        pl.col(sums).filter(typical).sum(),
        pl.len().alias("pieces"),
    )
    mean = pl.col("sum") / pl.col("typical")
    variance = (pl.col("squares") / pl.col("typical") - mean * mean).clip(lower_bound=0.0)
    return groups.with_columns(mean.alias("mean"), variance.sqrt().alias("deviation")), charge


def _decide(groups: polars.DataFrame, largest: float, charge: float) -> Iterator[int]:
    """Yield the direction of each group: 1 discharge, -1 charge, 0 rest."""
    fields = ("Base", "label", "size", "base size", "net", "gross", "mean", "deviation")
    known = [_Group(*each) for each in groups.select(*fields, "first", "last").iter_rows()]
    before: tuple[int, int, float] = (-1, 0, 0.0)  # step, direction and last current
    for place, group in enumerate(known):
        after = known[place + 1] if place + 1 < len(known) else None
        if group.label == _RESTING:
            direction = 0
        else:
            direction = group.label or _undecided(group, before, after, largest, charge)
        before = (group.base, direction, group.last)
        yield direction


def _undecided(
    group: _Group,
    before: tuple[int, int, float],
    after: _Group | None,
    largest: float,
    charge: float,
) -> int:
    """Return the direction of rows that are few or whose current is weak."""
    base, direction, last = before
    sign = 1 if group.mean > 0 else -1
    following = after.label if after is not None and after.base == group.base else 0
    following = 0 if following == _RESTING else following
    if group.size < (2 if group.step < _SHORT else _FEW):
        if group.size < group.step:  # a few rows that are off belong to what is around them
            return direction if base == group.base and direction else following
        goes_on = sign == direction or (after is not None and sign == after.label)
        return sign if goes_on and abs(group.mean) > WEAK * largest else 0
    if abs(group.mean) <= REST * largest:
        return 0
    error = _CERTAIN * group.deviation / group.size**0.5
    certain = abs(group.net) >= _ONE_SIDED * group.gross or abs(group.mean) > error
    works = abs(group.mean) > WEAK * largest or abs(group.net) >= _WORK * charge
    if certain and works:
        return sign
    continues = sign == direction and abs(group.first) >= 0.5 * abs(last)
    return sign if certain and continues and direction else 0
