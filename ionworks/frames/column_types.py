"""Column types: the same for every source of a table, and storable as Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

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
#: The error for a column of complex numbers.
COMPLEX: Final = "it holds complex numbers; give two columns, such as 'Z_Re [Ohm]' and 'Z_Im [Ohm]'"
_WIDE: Final = ("Int128", "UInt128")
# Names, because not every version of polars has all of these types.
_STORED: Final = {
    *("Boolean", "String", "Categorical", "Enum", "Binary", "Null"),
    *("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64"),
    *("Float16", "Float32", "Float64", "Decimal"),
    *("Date", "Time", "Datetime", "Duration"),
    *("List", "Array", "Struct", "Map"),
}


def with_series_types(frame: polars.DataFrame) -> polars.DataFrame:
    """Return a time series with the same column types for every source.

    Columns with a unit become Float64, counts become Int64, and NaN becomes null. This is needed
    because CSV has no types, pandas has no integers with nulls, and a list may hold only whole
    numbers. Float32 columns and all other columns stay as they are. A column that its new type
    cannot hold exactly keeps its type: counts with fractions, which validation reports, or times
    in ns above 2**53.
    """
    typed = {}
    for column in frame:
        dtype = column.dtype
        if (wanted := series_type(column.name, dtype)) is not None:
            if (cast := cast_exactly(column, wanted)) is not None:
                typed[column.name] = cast
        elif dtype.is_float() and column.is_nan().any():
            typed[column.name] = column.fill_nan(None)
    return frame.with_columns(**typed) if typed else frame


def without_guesses(frame: polars.DataFrame) -> polars.DataFrame:
    """Return a table of a source without types; numbers without any value have no type then."""
    import polars as pl

    guessed = [
        column.cast(pl.Null)
        for column in frame
        if (column.name.endswith("]") or column.name in _COUNTS)
        and column.dtype == pl.String
        and not column.count()
    ]
    return frame.with_columns(guessed) if guessed else frame


def cast_exactly(column: polars.Series, dtype: polars.DataType) -> polars.Series | None:
    """Return a column as another type, or None if that changes a value."""
    cast = column.cast(dtype, strict=False)
    return cast if column.equals(cast.cast(column.dtype, strict=False), null_equal=True) else None


def series_type(name: str, dtype: polars.DataType) -> polars.DataType | None:
    """Return the type that a column of a time series gets if it can hold all values, or None."""
    import polars as pl

    if name in _COUNTS and dtype.is_numeric() and dtype != pl.Int64:
        return pl.Int64()
    if name.endswith("]") and _is_stored_as_float(dtype):
        return pl.Float64()
    return None


def holds_all(wanted: polars.DataType, dtype: polars.DataType) -> bool:
    """Return whether a type from `series_type` holds each value of the type of the column."""
    small = ("Int8", "Int16", "Int32", "UInt8", "UInt16", "UInt32")
    exact = (*small, "Float16", "Null") if wanted.is_float() else small
    return type(dtype).__name__ in exact


def with_types(frame: polars.DataFrame, types: Mapping[str, polars.DataType]) -> polars.DataFrame:
    """Return a part of a time series with the column types of the whole one.

    Parameters
    ----------
    frame : polars.DataFrame
        Some rows and columns of the series.
    types : mapping of str to DataType
        The types of the columns for which `series_type` has another type than the file.
    """
    changed = []
    for column in frame:
        if column.name in types:
            changed.append(column.cast(types[column.name]))
        elif column.dtype.is_float():
            changed.append(column.fill_nan(None))
    return frame.with_columns(*changed) if changed else frame


def with_known_types(table: polars.DataFrame) -> polars.DataFrame:
    """Return a step or cycle table with the same column types for every source.

    Counts and indices become Int64, step types and labels String, and all other numbers Float64.
    JSON has no column types: empty columns and columns of whole numbers would have other types.
    """
    import polars as pl

    typed = []
    for column in table:  # not as one query, whose overhead is larger for small tables
        dtype = column.dtype
        wanted = dtype
        if column.name in _TEXTS and not dtype.is_nested():
            wanted = pl.String()
        elif dtype.is_numeric() or dtype == pl.Null:
            wanted = pl.Int64() if column.name in _COUNTS else pl.Float64()
        typed.append(column if dtype == wanted else column.cast(wanted, strict=False))
    return pl.DataFrame(typed)


def without_nan(table: polars.DataFrame) -> polars.DataFrame:
    """Replace NaN by null, as in tables from JSON, which has no NaN."""
    import polars.selectors as cs

    return table.with_columns(cs.float().fill_nan(None))


def check_storable(frame: polars.DataFrame, table: str) -> None:
    """Check that Parquet can store all columns in a form that other libraries can read.

    Raises
    ------
    PayloadError
        If it cannot; the message has the column, the reason and what to do.
    """
    for column in frame:
        for dtype in _iter_nested(column.dtype):
            kind = type(dtype).__name__
            if kind not in _STORED or not getattr(dtype, "fields", True):
                problem = _problem(column, kind)
                raise column_error(table, column.name, f"cannot be stored: {problem}")


def column_error(table: str, column: object, problem: str) -> PayloadError:
    """Return the error for a column that cannot be part of a table."""
    fix = "Convert the column to numbers, text or times, or leave it out"
    return PayloadError(table, "DataFrame", f"column {column!r} {problem}", fix)


def _is_stored_as_float(dtype: polars.DataType) -> bool:
    return dtype.is_integer() or dtype.is_decimal() or type(dtype).__name__ in ("Float16", "Null")


def _iter_nested(dtype: polars.DataType) -> Iterator[polars.DataType]:
    """Yield a type and the types nested in it."""
    yield dtype
    for field in getattr(dtype, "fields", ()):
        yield from _iter_nested(field.dtype)
    if (inner := getattr(dtype, "inner", None)) is not None:
        yield from _iter_nested(inner)


def _problem(column: polars.Series, kind: str) -> str:
    if kind in _WIDE:
        return "it holds integers of more than 64 bits"
    if kind == "Struct":
        return "it holds structs without a field"
    if kind != "Object":
        return f"it has the type {column.dtype}"
    first = next((each for each in column if each is not None), None)
    name = type(first).__name__
    return COMPLEX if name.startswith("complex") else f"it holds Python objects, such as a {name}"


def lazy_with_types(
    frame: polars.LazyFrame, types: Mapping[str, polars.DataType]
) -> polars.LazyFrame:
    """Return a lazy frame with the column types of `with_types`."""
    import polars as pl

    changed = []
    for name, dtype in frame.collect_schema().items():
        if name in types:
            changed.append(pl.col(name).cast(types[name]))
        elif dtype.is_float():
            changed.append(pl.col(name).fill_nan(None))
    return frame.with_columns(changed)
