"""Tables in and out: any common data frame to Parquet, and the service's tables to frames."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, Union, cast, get_args

from attrs import cmp_using

from ionworks.errors import ConfigurationError, PayloadError
from ionworks.frames.column_types import COMPLEX, check_storable, column_error
from ionworks.frames.files import read_table
from ionworks.frames.lossless import check_values
from ionworks.frames.parquet import unpacked_size
from ionworks.frames.translate import is_foreign, translate_errors

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
        If it is none of these, if a column cannot be converted without loss, or if the file cannot
        be read.
    ConfigurationError
        If pandas cannot hand over its frame because pyarrow is not installed.
    """
    import polars as pl

    if isinstance(data, pl.DataFrame):
        return data
    if isinstance(data, str | os.PathLike):
        return read_table(data, name)
    kind = type(data).__name__
    with translate_errors(lambda reason: PayloadError(name, kind, f"not a table: {reason}")):
        if isinstance(data, pl.LazyFrame):
            return data.collect()
        if getattr(getattr(data, "dtype", None), "names", None):
            return _from_structured(data, name)
        if hasattr(data, "__arrow_c_stream__"):
            return _from_stream(data, name)
        if isinstance(data, Mapping):
            return _from_mapping(data, name)
    raise PayloadError(
        name,
        kind,
        "give a polars, pandas or Arrow frame, a dictionary of columns, a structured numpy array,"
        " or the path of a Parquet or CSV file",
    )


def _from_structured(array: Any, table: str) -> polars.DataFrame:
    """Convert a numpy array of named fields, one column for each."""
    if array.ndim != 1:
        raise ValueError(
            f"the array has {array.ndim} dimensions; give one with a row for each item"
        )
    return _from_mapping({field: array[field] for field in array.dtype.names}, table)


def _from_mapping(columns: Mapping[Any, Any], table: str) -> polars.DataFrame:
    import polars as pl

    _check_names(columns)
    converted = {}
    for name, values in columns.items():
        with _column_errors(table, name, _type_of(values)):
            converted[name] = _from_values(values)
    return pl.DataFrame(converted, strict=False)


def _from_values(values: Any) -> Any:
    """Return values as a series; a single one as it is, which polars repeats."""
    import polars as pl

    if isinstance(values, str | bytes | pl.Series) or not hasattr(values, "__len__"):
        return values
    dtype = _type_of(values)
    _check_type(dtype)
    objects = str(dtype) == "object"
    if objects and not _is_pandas(values):
        values = values.tolist()  # polars would keep an array of objects as it is
    series = pl.DataFrame({"": values}, strict=False).to_series()
    if isinstance(values, list | tuple):
        check_values(values, series)
    elif objects:
        check_values(values.tolist(), series)
    return series


def _from_stream(data: Any, table: str) -> polars.DataFrame:
    """Convert what has the Arrow stream interface; a named index of pandas becomes columns."""
    import polars as pl

    if is_frame := _is_pandas(data) and hasattr(data, "columns"):
        # An index without a name is only the number of the row.
        data = data.reset_index() if any(n is not None for n in data.index.names) else data
        _check_names(data.columns)
    types = _types(data)
    for name, dtype in types:
        with _column_errors(table, name):
            _check_type(dtype)
    try:
        frame = pl.DataFrame(data)
    except ImportError:
        raise _needs_extra("a table of pandas", "pandas") from None
    except BaseException as error:
        if is_foreign(error):
            _find_column(data, types, table)
        raise
    for name, dtype in types if is_frame else ():
        if str(dtype) == "object":
            with _column_errors(table, name):
                check_values(data[name].tolist(), frame[name])
    return frame


def _types(data: Any) -> list[tuple[str, Any]]:
    """Return the names and types of the columns of a frame of pandas or Arrow."""
    if _is_pandas(data) and hasattr(data, "columns"):
        return list(zip(data.columns, data.dtypes, strict=True))
    if hasattr(data, "column_names"):
        return list(zip(data.column_names, data.schema.types, strict=True))
    return []


def _find_column(data: Any, types: Sequence[tuple[str, Any]], table: str) -> None:
    """Convert each column alone, to name the one that cannot be converted."""
    import polars as pl

    for index, (name, dtype) in enumerate(types):
        with _column_errors(table, name, dtype):
            pl.DataFrame(data.iloc[:, [index]] if _is_pandas(data) else data.select([index]))


def _type_of(values: object) -> Any:
    """Return the type of an array of numpy, pandas or Arrow."""
    return getattr(values, "dtype", getattr(values, "type", None))


def _is_pandas(data: object) -> bool:
    return hasattr(data, "iloc")


def _check_names(names: Iterable[object]) -> None:
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"the column name {name!r} is not text")


def _check_type(dtype: Any) -> None:
    """Refuse a type that loses its meaning in polars, or at which polars panics."""
    if getattr(dtype, "kind", "") == "c":
        raise ValueError(COMPLEX)
    if str(dtype).startswith(("period", "interval")):
        raise ValueError(f"it has the type {dtype}, which only pandas has")
    if "decimal256" in str(dtype):
        raise ValueError(f"it has the type {dtype}; decimals have 38 digits at most")


def _column_errors(
    table: str, column: object, dtype: object = None
) -> AbstractContextManager[None]:
    note = "" if dtype is None else f" (its type is {dtype})"
    return translate_errors(
        lambda reason: column_error(table, column, f"cannot be used: {reason}{note}")
    )


def from_polars(frame: polars.DataFrame, backend: Backend) -> DataFrame:
    """Return `frame` in the user's kind of table.

    Raises
    ------
    ConfigurationError
        If the library behind `backend` is not installed; names the extra.
    PayloadError
        If it cannot hold a column of the frame, such as whole numbers of 128 bits.
    """
    if backend == "polars":
        return frame

    def refuse(reason: str) -> PayloadError:
        fix = "ask for polars with as_='polars'"
        return PayloadError("as_", backend, f"cannot hold the table: {reason}", fix)

    with translate_errors(refuse):
        try:
            return frame.to_arrow() if backend == "arrow" else frame.to_pandas()
        except ImportError:
            extra = "pyarrow" if backend == "arrow" else "pandas"
            raise _needs_extra(f'dataframe_backend "{backend}"', extra) from None


def _needs_extra(what: str, extra: str) -> ConfigurationError:
    return ConfigurationError(f'{what} needs more: pip install "ionworks-client[{extra}]"')


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
    check_storable(frame, name)
    buffer = io.BytesIO()
    with translate_errors(
        lambda reason: PayloadError(name, "DataFrame", f"cannot be stored: {reason}")
    ):
        frame.write_parquet(buffer, compression="zstd", metadata=dict(metadata or {}))
    return buffer.getvalue()


def from_parquet(content: bytes) -> polars.DataFrame:
    """Read a Parquet file.

    Raises
    ------
    ValueError
        If the bytes are no Parquet file.
    """
    import polars as pl

    with translate_errors(lambda reason: ValueError(f"not a readable Parquet file: {reason}")):
        unpacked_size(content)
        return pl.read_parquet(io.BytesIO(content))


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
    with translate_errors(lambda reason: ValueError(f"not a table: {reason}")):
        table = pl.DataFrame({n: pl.Series(n, v, strict=False) for n, v in listed.items()})
    for column in table:
        if column.dtype == pl.Object or column.null_count() != listed[column.name].count(None):
            raise ValueError(f"not a table: column {column.name!r} mixes what no column can hold")
    return table


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
