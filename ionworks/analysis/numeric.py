"""The columns of a table as numbers, or an error that names the one that is missing."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from ionworks.errors import PayloadError
from ionworks.frames.convert import to_polars

if TYPE_CHECKING:
    import polars

    from ionworks.frames.convert import AnyTable


_COUNTS: Final = {"Cycle count", "Step count"}
_LARGEST_COUNT: Final = 2.0**53  # beyond there a float has no whole numbers next to each other
_LARGEST: Final = 1e100  # a product or a quotient of two is still finite
_SMALLEST: Final = 1e-100


def numbers(
    data: AnyTable, needed: Sequence[str], *, table: str, wanted: Sequence[str] = ()
) -> polars.DataFrame:
    """Return the needed columns, and of the wanted ones those that are there, as Float64.

    What is not finite becomes null: not measured. What is nearer to 0 than 1e-100 becomes 0.

    Parameters
    ----------
    data : AnyTable
        A frame of any kind.
    needed, wanted : sequence of str
        The names of the columns.
    table : str
        How an error calls the table.

    Raises
    ------
    PayloadError
        If it is not a table, has no rows, or lacks a column or the numbers in it; if a number is
        beyond 1e100, or a count of steps or cycles is not a whole number.
    """
    import polars as pl

    frame = to_polars(data, table)
    for name in needed:
        if name not in frame.columns:
            there = ", ".join(frame.columns) or "none"
            reason = f"has no column {name!r}; there are {there}"
            raise PayloadError(table, "DataFrame", reason, f"rename or add the column {name!r}")
    names = [*needed, *(name for name in wanted if name in frame.columns)]
    for name in names:
        dtype = frame.schema[name]
        if not (dtype.is_numeric() or dtype == pl.Null):
            reason = f"column {name!r} is {dtype}, not numeric"
            raise PayloadError(table, "DataFrame", reason, "convert it to numbers")
    if frame.is_empty():
        raise PayloadError(table, "DataFrame", "has no rows", "give at least one")
    floats = frame.select(pl.col(names).cast(pl.Float64))
    number = pl.col(names)
    floats = floats.with_columns(
        pl.when(number.is_finite() & (number.abs() < _SMALLEST))
        .then(pl.lit(0.0))
        .when(number.is_finite())
        .then(number)
        .name.keep()
    )
    for column in floats:
        _check_range(column, table)
    return floats


def _check_range(column: polars.Series, table: str) -> None:
    """Refuse numbers with which nothing can be computed: a sum of them is infinite."""
    wrong, problem, fix = column.abs() > _LARGEST, "too large to be measured", "leave it out"
    if column.name in _COUNTS:
        wrong = (column != column.round()) | (column.abs() > _LARGEST_COUNT)
        problem, fix = "not a count", "give whole numbers from 0 on"
    if (row := wrong.fill_null(False).arg_max()) is not None and wrong[row]:
        reason = f"column {column.name!r} has {column[row]:g} in row {row}: {problem}"
        raise PayloadError(table, "DataFrame", reason, fix)


def selected(
    frame: polars.DataFrame, cycles: int | Iterable[int] | None, *, table: str
) -> polars.DataFrame:
    """Return the rows of some cycles, by `Cycle count`; None is all of them.

    Raises
    ------
    PayloadError
        If a cycle that is asked for is not there, or is not a whole number.
    """
    import polars as pl

    if cycles is None:
        return frame
    several = isinstance(cycles, Iterable) and not isinstance(cycles, str)
    asked = [_whole(each) for each in (cycles if several else [cycles])]  # type: ignore[union-attr]
    there = frame.get_column("Cycle count").unique().sort().to_list()
    for cycle in asked:
        if cycle not in there:
            few = ", ".join(map(str, there)) if len(there) < 10 else f"{there[0]} to {there[-1]}"
            raise PayloadError("cycles", cycle, f"{table} has the cycles {few}", "choose of these")
    if not asked:
        raise PayloadError("cycles", cycles, "names no cycle", "give numbers, or None for all")
    return frame.filter(pl.col("Cycle count").is_in(asked))


def _whole(cycle: object) -> int:
    """Return a cycle's number, of whatever library it is an integer."""
    try:
        if not isinstance(cycle, bool):
            return operator.index(cycle)  # type: ignore[arg-type]
    except TypeError:
        pass
    fix = "give whole numbers, such as [0, 10]"
    raise PayloadError("cycles", cycle, "is not a cycle", fix)


def size(name: str, value: float, *, positive: bool = True) -> float:
    """Return a finite number above 0, or with `positive=False` of at least 0.

    Raises
    ------
    PayloadError
        If it is anything else.
    """
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and math.isfinite(value) and (value > 0 or (value == 0 and not positive)):
        return float(value)
    raise PayloadError(name, value, f"must be a number {'above 0' if positive else 'of 0 or more'}")


def two_digits(value: float) -> float:
    """Round to two significant digits.

    Examples
    --------
    >>> two_digits(0.049208)
    0.049
    """
    return float(f"{value:.2g}")
