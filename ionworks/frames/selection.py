"""The part of a time series that a call asks for: columns, rows, steps, cycles and times."""

from __future__ import annotations

import math
import operator
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from numbers import Rational, Real
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeGuard

from attrs import frozen

from ionworks._suggest import suggest
from ionworks.errors import PayloadError
from ionworks.frames.concat import pick

if TYPE_CHECKING:
    import polars

    from ionworks.frames.layout import RowGroup

TIME: Final = "Time [s]"
STEP: Final = "Step count"
CYCLE: Final = "Cycle count"

#: The first value and the one after the last; None for an open end.
RowSpan: TypeAlias = tuple[int | None, int | None]
TimeSpan: TypeAlias = tuple[float | None, float | None]


@frozen
class Selection:
    """The requested part of a time series; the conditions are combined with "and".

    Attributes
    ----------
    columns : tuple of str, or None
        The columns, in this order; None for all.
    rows : tuple of int or None
        The first row and the one after the last, as in a slice; None for all.
    counts : mapping of str to tuple of int
        The accepted values of the columns `Step count` and `Cycle count`, sorted.
    time : tuple of float or None
        The first time in seconds, and the end, which is excluded; None for all.
    optional : bool
        Whether columns that the table does not have are left out, instead of raising an error.
    """

    columns: tuple[str, ...] | None = None
    rows: RowSpan | None = None
    counts: Mapping[str, tuple[int, ...]] = {}
    time: TimeSpan | None = None
    optional: bool = False

    @classmethod
    def of(
        cls,
        columns: Iterable[str] | None = None,
        rows: RowSpan | None = None,
        steps: Iterable[int] | int | None = None,
        cycles: Iterable[int] | int | None = None,
        time: TimeSpan | None = None,
    ) -> Selection:
        """Return the selection of these arguments.

        Raises
        ------
        PayloadError
            If one of them is not valid.
        """
        given = (("steps", STEP, steps), ("cycles", CYCLE, cycles))
        return cls(
            None if columns is None else _columns(columns),
            None if rows is None else _rows(rows),
            {column: _counts(name, each) for name, column, each in given if each is not None},
            None if time is None else _time(time),
        )

    @property
    def is_whole(self) -> bool:
        """Whether the whole table is requested."""
        return (self.columns, self.rows, self.counts, self.time) == (None, None, {}, None)

    @property
    def conditions(self) -> Sequence[str]:
        """The columns that the conditions read."""
        return [*self.counts, *([] if self.time is None else [TIME])]

    def check(self, schema: Mapping[str, polars.DataType]) -> None:
        """Check that a table has the columns.

        Raises
        ------
        PayloadError
            If it does not have one of them, or one of the conditions is not of numbers.
        """
        for name in () if self.optional else self.columns or ():
            if name not in schema:
                found = suggest(name, schema)
                fix = f"Did you mean {found!r}?" if found else f"It has {', '.join(schema)}"
                raise PayloadError("columns", name, "the table has no such column", fix)
        names = {STEP: "steps", CYCLE: "cycles", TIME: "time"}
        for column in self.conditions:
            if column not in schema:
                reason = f"the table has no column {column!r}"
                raise PayloadError(names[column], self._condition(column), reason)
            if not schema[column].is_numeric():
                reason = f"the column {column!r} has the type {schema[column]}, not numbers"
                raise PayloadError(names[column], self._condition(column), reason)

    def output(self, columns: Iterable[str]) -> list[str]:
        """Return the columns of the result, in order, given those of the table."""
        known = dict.fromkeys(columns)
        return [each for each in (known if self.columns is None else self.columns) if each in known]

    def row_range(self, height: int) -> range:
        """Return the requested rows of a table of this height."""
        return range(height)[slice(*(self.rows or (None, None)))]

    def may_match(self, group: RowGroup, height: int) -> bool:
        """Return whether rows of a row group can match, by its position and its statistics."""
        rows = self.row_range(height)
        if max(rows.start, group.rows.start) >= min(rows.stop, group.rows.stop):
            return False
        for column, accepted in self.counts.items():
            bounds = group.bounds(column)
            if bounds and bisect_left(accepted, bounds.least) == bisect_right(
                accepted, bounds.greatest
            ):
                return False
        bounds = None if self.time is None else group.bounds(TIME)
        if self.time is None or bounds is None:
            return True
        start, stop = self.time
        after = start is None or float(bounds.greatest) >= start
        return after and (stop is None or float(bounds.least) < stop)

    def apply(self, frame: polars.DataFrame, first: int, height: int) -> polars.DataFrame:
        """Return the requested part of a frame whose rows begin at row `first` of the table."""
        rows = self.row_range(height)
        begin = max(0, rows.start - first)
        frame = frame.slice(begin, max(0, rows.stop - first - begin))
        if conditions := self._expressions(frame.schema):
            frame = frame.filter(*conditions)
        return pick(frame, self.output(frame.columns))

    def of_table(self, frame: polars.DataFrame) -> polars.DataFrame:
        """Return the requested part of a whole table.

        Raises
        ------
        PayloadError
            As for `check`.
        """
        self.check(frame.schema)
        return frame if self.is_whole else self.apply(frame, 0, frame.height)

    def _expressions(self, schema: Mapping[str, polars.DataType]) -> list[polars.Expr]:
        import polars as pl

        found = []
        for column, accepted in self.counts.items():
            dtype = schema[column] if schema[column].is_integer() else pl.Float64()
            # Numbers that the type cannot hold become null.
            values = pl.Series(accepted, dtype=dtype, strict=False).drop_nulls()
            found.append(pl.col(column).cast(dtype).is_in(values.implode()))
        if self.time is not None:
            start, stop = self.time
            # As Float64, because polars would round the limits to the type of the column.
            time = pl.col(TIME).cast(pl.Float64)
            found.append(time.is_not_null() & time.is_not_nan())
            found += [time >= start] if start is not None else []
            found += [time < stop] if stop is not None else []
        return found

    def _condition(self, column: str) -> object:
        return self.time if column == TIME else list(self.counts[column])


def _columns(given: Any) -> tuple[str, ...]:
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise PayloadError("columns", given, "give a list of column names")
    names = tuple(given)
    seen = set()
    for each in names:
        if not isinstance(each, str):
            raise PayloadError("columns", each, "is not the name of a column")
        if each in seen:
            raise PayloadError("columns", each, "is given twice")
        seen.add(each)
    if not names:
        raise PayloadError("columns", list(names), "is empty; name at least one column")
    return names


def _rows(given: Any) -> RowSpan:
    start, stop = (None if each is None else _whole(each) for each in _pair("rows", given))
    if (start is None, stop is None) != tuple(each is None for each in given):
        raise PayloadError("rows", given, "row numbers are integers, or None for an open end")
    return start, stop


def _counts(name: str, given: Any) -> tuple[int, ...]:
    try:
        values = [given] if isinstance(given, Real) else list(given)
    except TypeError:
        values = None
    if values is None or isinstance(given, str | bytes | Mapping):
        raise PayloadError(name, given, f"give a list of {name}, as numbers")
    found = set()
    for each in values:
        number = _whole(each)
        if number is None and _is_float(each) and float(each).is_integer():
            number = int(each)
        if number is None:
            raise PayloadError(name, each, "is not a whole number")
        found.add(number)
    return tuple(sorted(found))


def _whole(value: Any) -> int | None:
    try:
        return None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        return None


def _is_float(value: object) -> TypeGuard[float]:
    return isinstance(value, Real) and not isinstance(value, Rational)


def _time(given: Any) -> TimeSpan:
    start, stop = (None if each is None else _number(each) for each in _pair("time", given))
    if (start is None, stop is None) != tuple(each is None for each in given):
        reason = "times are numbers in seconds, or None for an open end"
        raise PayloadError("time", given, reason)
    return start, stop


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        number = float(value)
    except (TypeError, OverflowError):  # a timedelta64 of numpy, or too large
        return None
    return None if math.isnan(number) else number


def _pair(name: str, given: Any) -> tuple[Any, Any]:
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise PayloadError(name, given, "give the start and the end, as (start, stop)")
    return given[0], given[1]
