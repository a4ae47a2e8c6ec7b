"""The types of columns: the same by every path, and such that Parquet can store them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from ionworks.errors import PayloadError

if TYPE_CHECKING:
    import polars

_COUNTS: Final = (
    "Step count",
    "Cycle count",
    "Start index",
    "End index",
    "Step from cycler",
    "Cycle from cycler",
)
_TEXTS: Final = ("Step type", "Label")
#: Why a column of complex numbers is refused, and what to give instead.
COMPLEX: Final = "it holds complex numbers; give two columns, such as 'Z_Re [Ohm]' and 'Z_Im [Ohm]'"
_WIDE: Final = ("Int128", "UInt128")
# By name: not every version of polars has all of them.
_STORED: Final = {
    *("Boolean", "String", "Categorical", "Enum", "Binary", "Null"),
    *("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64"),
    *("Float16", "Float32", "Float64", "Decimal"),
    *("Date", "Time", "Datetime", "Duration"),
    *("List", "Array", "Struct", "Map"),
}


def with_series_types(frame: polars.DataFrame) -> polars.DataFrame:
    """Give the columns of a time series the types that they have by every path.

    Numbers with a unit are floats, counts are Int64, NaN is null: a CSV file has no types, pandas
    has no integers with gaps, and a list of whole currents no floats. Float32 stays, and so do all
    columns of other kinds. A number that its new type cannot hold exactly keeps its old one: a
    count with a fraction, for the validation, or a time in ns above 2**53.
    """
    import polars as pl

    typed = {}
    for column in frame:
        dtype = column.dtype
        wanted: Any = None
        if column.name in _COUNTS and dtype.is_numeric() and dtype != pl.Int64:
            wanted = pl.Int64
        elif column.name.endswith("]") and _is_stored_as_float(dtype):
            wanted = pl.Float64
        if wanted is not None:
            cast = column.cast(wanted, strict=False)
            if column.equals(cast.cast(dtype, strict=False), null_equal=True):
                typed[column.name] = cast
        elif dtype.is_float() and column.is_nan().any():
            typed[column.name] = column.fill_nan(None)
    return frame.with_columns(**typed) if typed else frame


def with_known_types(table: polars.DataFrame) -> polars.DataFrame:
    """Give the columns of a step or cycle table their types, by whichever path they came.

    Counts and indices are Int64, step types and labels are String, every other number is Float64.
    JSON has no types: an empty column, or one of whole numbers, would come out otherwise.
    """
    import polars as pl

    typed = []
    for column in table:  # series by series: for small tables the query engine costs more
        dtype = column.dtype
        wanted = dtype
        if column.name in _TEXTS and not dtype.is_nested():
            wanted = pl.String()
        elif dtype.is_numeric() or dtype == pl.Null:
            wanted = pl.Int64() if column.name in _COUNTS else pl.Float64()
        typed.append(column if dtype == wanted else column.cast(wanted, strict=False))
    return pl.DataFrame(typed)


def without_nan(table: polars.DataFrame) -> polars.DataFrame:
    """Make NaN null: JSON has no NaN, and both paths give one table."""
    import polars.selectors as cs

    return table.with_columns(cs.float().fill_nan(None))


def check_storable(frame: polars.DataFrame, table: str) -> None:
    """Refuse columns that Parquet cannot store so that others can read them.

    Raises
    ------
    PayloadError
        Names the column, what it holds, and what to do.
    """
    for column in frame:
        for dtype in _iter_nested(column.dtype):
            kind = type(dtype).__name__
            if kind not in _STORED or not getattr(dtype, "fields", True):
                problem = _problem(column, kind)
                raise column_error(table, column.name, f"cannot be stored: {problem}")


def column_error(table: str, column: object, problem: str) -> PayloadError:
    """Return the error for a column that cannot go into a table."""
    fix = "Make it a column of numbers, text or times, or leave it out"
    return PayloadError(table, "DataFrame", f"column {column!r} {problem}", fix)


def _is_stored_as_float(dtype: polars.DataType) -> bool:
    return dtype.is_integer() or dtype.is_decimal() or type(dtype).__name__ == "Float16"


def _iter_nested(dtype: polars.DataType) -> Iterator[polars.DataType]:
    """Yield a type and those that are nested in it."""
    yield dtype
    for field in getattr(dtype, "fields", ()):
        yield from _iter_nested(field.dtype)
    if (inner := getattr(dtype, "inner", None)) is not None:
        yield from _iter_nested(inner)


def _problem(column: polars.Series, kind: str) -> str:
    if kind in _WIDE:
        return "it holds whole numbers of more than 64 bits"
    if kind == "Struct":
        return "it holds structs without a field"
    if kind != "Object":
        return f"it has the type {column.dtype}"
    first = next((each for each in column if each is not None), None)
    name = type(first).__name__
    return COMPLEX if name.startswith("complex") else f"it holds Python objects, such as a {name}"
