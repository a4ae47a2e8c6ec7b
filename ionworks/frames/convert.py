"""Tables in and out: any common data frame to Parquet, and the service's tables to frames."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, Union, cast, get_args

from attrs import cmp_using

from ionworks.errors import ConfigurationError, PayloadError

if TYPE_CHECKING:
    import numpy as np
    import pandas
    import polars
    import pyarrow

# `Union`, because these names are strings until somebody has loaded the libraries.
DataFrame: TypeAlias = Union["polars.DataFrame", "pandas.DataFrame", "pyarrow.Table"]
AnyTable: TypeAlias = Union[
    DataFrame,
    "polars.LazyFrame",
    Mapping[str, Sequence[object]],
    "np.ndarray[Any, Any]",
    str,
    os.PathLike[str],
]
Backend = Literal["polars", "pandas", "arrow"]
BACKENDS: Final = get_args(Backend)

_COUNTS = (
    "Step count",
    "Cycle count",
    "Start index",
    "End index",
    "Step from cycler",
    "Cycle from cycler",
)
_TEXTS = ("Step type", "Label")


def _same_table(one: Any, other: Any) -> bool:
    return one is other or (type(one) is type(other) and bool(one.equals(other)))


#: How records compare their tables, of whatever library: as a whole, where `==` goes cell by cell.
BY_CONTENT: Final = cmp_using(eq=_same_table)


def check_backend(backend: str) -> Backend:
    """Return `backend` if there is one of that name.

    Raises
    ------
    ConfigurationError
        If it is none of "polars", "pandas" and "arrow".
    """
    if backend in BACKENDS:
        return cast(Backend, backend)
    raise ConfigurationError(
        f"dataframe_backend {backend!r} is not one of {', '.join(map(repr, BACKENDS))}"
    )


def to_polars(data: AnyTable | object, name: str = "time_series") -> polars.DataFrame:
    """Return `data` as a polars frame, without a copy where Arrow allows it.

    Parameters
    ----------
    data : AnyTable
        A frame of polars, pandas or Arrow, anything else with the Arrow stream interface, a
        structured numpy array, a dictionary of equally long columns (lists, arrays or series), or
        the path of a Parquet or CSV file.
    name : str
        How an error names it.

    Raises
    ------
    PayloadError
        If it is none of these, if its columns cannot stand in one table, or if the file cannot be
        read.
    """
    import polars as pl

    if isinstance(data, pl.DataFrame):
        return data
    if isinstance(data, str | os.PathLike):
        return _from_file(Path(data), name)
    try:
        if isinstance(data, pl.LazyFrame):
            return data.collect()
        if getattr(getattr(data, "dtype", None), "names", None):
            return _from_structured(data)
        if hasattr(data, "__arrow_c_stream__"):
            return pl.DataFrame(_with_index_as_columns(data))
        if isinstance(data, Mapping):
            return _nothing_lost(data, pl.DataFrame(data, strict=False))
    except (pl.exceptions.PolarsError, TypeError, ValueError, OverflowError) as error:
        raise PayloadError(name, type(data).__name__, f"not a table: {error}") from None
    raise PayloadError(
        name,
        type(data).__name__,
        "give a polars, pandas or Arrow frame, a dictionary of columns, a structured numpy array,"
        " or the path of a Parquet or CSV file",
    )


def _with_index_as_columns(data: Any) -> Any:
    """Make columns of a pandas index that has a name; one without is only a number of the row."""
    names = getattr(getattr(data, "index", None), "names", ())
    return data.reset_index() if any(name is not None for name in names) else data


def _nothing_lost(given: Mapping[str, Any], frame: polars.DataFrame) -> polars.DataFrame:
    """Refuse a list whose values have no one type: polars would put nulls in the place of some."""
    for name, values in given.items():
        if isinstance(values, list | tuple) and len(values) == frame.height:
            missing = sum(value is None for value in values)
            if frame[str(name)].null_count() != missing:
                raise ValueError(f"column {name!r} mixes what no column can hold")
    return frame


def _from_structured(array: Any) -> polars.DataFrame:
    """Read a numpy array of named fields, one column for each."""
    import polars as pl

    if array.ndim != 1:
        raise ValueError(
            f"the array has {array.ndim} dimensions; give one with a row for each item"
        )
    return pl.DataFrame({field: array[field] for field in array.dtype.names}, strict=False)


def _from_file(path: Path, name: str) -> polars.DataFrame:
    """Read a Parquet file, or CSV with a line of headers; numbers are told from the whole file."""
    import polars as pl

    kind = path.suffix.lower()
    try:
        if kind in (".parquet", ".pq"):
            return pl.read_parquet(path)
        if kind in (".csv", ".txt", ".tsv"):
            separator = "\t" if kind == ".tsv" else ","
            return pl.read_csv(path, separator=separator, infer_schema_length=None)
    except (OSError, pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise PayloadError(name, path.name, f"cannot be read: {reason:.300}") from None
    raise PayloadError(name, path.name, "give a .parquet or .csv file, or a frame")


def with_series_types(frame: polars.DataFrame) -> polars.DataFrame:
    """Give the columns of a time series the types that they have on every road.

    Numbers with a unit are floats, counts are Int64, NaN is null: a CSV file has no types, pandas
    has no integers with gaps, and a list of whole currents no floats. Float32 stays, so do all
    columns of other kinds. A count with a fraction, or one too large, is left for the validation.
    """
    import polars as pl

    typed = {}
    for column in frame:
        dtype = column.dtype
        if column.name in _COUNTS and dtype.is_numeric() and dtype != pl.Int64:
            whole = column.cast(pl.Int64, strict=False)
            if column.equals(whole.cast(dtype, strict=False), null_equal=True):
                typed[column.name] = whole
        elif column.name.endswith("]") and (dtype.is_integer() or dtype.is_decimal()):
            typed[column.name] = column.cast(pl.Float64)
        elif dtype.is_float() and column.is_nan().any():
            typed[column.name] = column.fill_nan(None)
    return frame.with_columns(**typed) if typed else frame


def from_polars(frame: polars.DataFrame, backend: Backend) -> DataFrame:
    """Return `frame` in the user's kind of table.

    Raises
    ------
    ConfigurationError
        If the library behind `backend` is not installed; names the extra.
    """
    if backend == "polars":
        return frame
    try:
        return frame.to_arrow() if backend == "arrow" else frame.to_pandas()
    except ImportError:
        extra = "pyarrow" if backend == "arrow" else "pandas"
        raise ConfigurationError(
            f'dataframe_backend "{backend}" needs more: pip install "ionworks-client[{extra}]"'
        ) from None


def to_parquet(
    frame: polars.DataFrame,
    name: str = "time_series",
    *,
    metadata: Mapping[str, str] | None = None,
) -> bytes:
    """Return the frame as one Parquet file, with `metadata` among those of the file.

    Raises
    ------
    PayloadError
        If a column holds what Parquet cannot; an error calls the table `name`.
    """
    import polars as pl

    buffer = io.BytesIO()
    try:
        frame.write_parquet(buffer, compression="zstd", metadata=dict(metadata or {}))
    except pl.exceptions.PolarsError as error:
        raise PayloadError(name, "DataFrame", f"cannot be stored: {error}") from None
    return buffer.getvalue()


def from_parquet(content: bytes) -> polars.DataFrame:
    """Read a Parquet file.

    Raises
    ------
    ValueError
        If the bytes are no Parquet file.
    """
    import polars as pl

    try:
        return pl.read_parquet(io.BytesIO(content))
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"not a readable Parquet file: {error}") from None


def from_columns(columns: Mapping[str, Any]) -> polars.DataFrame:
    """Build a table from JSON columns; a scalar instead of a list is a table of one row.

    Raises
    ------
    ValueError
        If the columns are not equally long, or one of them mixes what no column can hold.
    """
    import polars as pl

    listed = {
        name: list(values) if _is_list(values) else [values] for name, values in columns.items()
    }
    try:
        table = pl.DataFrame({n: pl.Series(n, v, strict=False) for n, v in listed.items()})
    except (pl.exceptions.PolarsError, TypeError) as error:
        raise ValueError(f"not a table: {error}") from None
    for column in table:
        if column.dtype == pl.Object or column.null_count() != listed[column.name].count(None):
            raise ValueError(f"not a table: column {column.name!r} mixes what no column can hold")
    return table


def with_known_types(table: polars.DataFrame) -> polars.DataFrame:
    """Give the columns of a step or cycle table their types, whichever road they came by.

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
    """Say null for what is not known: JSON has no NaN, and both roads give one table."""
    import polars.selectors as cs

    return table.with_columns(cs.float().fill_nan(None))


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
