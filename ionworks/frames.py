"""Tables in and out: any common data frame to Parquet, and the service's tables to frames."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast, get_args

from attrs import cmp_using

from ionworks.errors import ConfigurationError, PayloadError

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    DataFrame: TypeAlias = polars.DataFrame | pandas.DataFrame | pyarrow.Table

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


def to_polars(data: Any, name: str = "time_series") -> polars.DataFrame:
    """Return `data` as a polars frame, without a copy where Arrow allows it.

    Parameters
    ----------
    data : DataFrame, LazyFrame, Table or mapping
        A frame of polars, pandas or Arrow, anything else with the Arrow stream interface, or a
        dictionary of equally long columns.
    name : str
        How an error names it.

    Raises
    ------
    PayloadError
        If it is none of these, or if its columns cannot stand in one table.
    """
    import polars as pl

    if isinstance(data, pl.DataFrame):
        return data
    try:
        if isinstance(data, pl.LazyFrame):
            return data.collect()
        if any(name is not None for name in getattr(getattr(data, "index", None), "names", ())):
            data = data.reset_index()  # pandas: an index with a name is a column
        if hasattr(data, "__arrow_c_stream__") or isinstance(data, Mapping):
            return pl.DataFrame(data, strict=False)
    except (pl.exceptions.PolarsError, TypeError, ValueError) as error:
        raise PayloadError(name, type(data).__name__, f"not a table: {error}") from None
    raise PayloadError(
        name,
        type(data).__name__,
        "give a polars, pandas or Arrow frame, or a dictionary of columns",
    )


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


def to_parquet(frame: polars.DataFrame, name: str = "time_series") -> bytes:
    """Return the frame as one Parquet file.

    Raises
    ------
    PayloadError
        If a column holds what Parquet cannot; an error calls the table `name`.
    """
    import polars as pl

    buffer = io.BytesIO()
    try:
        frame.write_parquet(buffer, compression="zstd")
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
