"""Converts tables: common data frames to polars and Parquet, and the service's tables to frames."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Literal,
    Protocol,
    TypeAlias,
    Union,
    cast,
    get_args,
)

from attrs import cmp_using

from ionworks.errors import ConfigurationError, PayloadError
from ionworks.frames.column_types import COMPLEX, check_storable, column_error, without_guesses
from ionworks.frames.files import read_table
from ionworks.frames.lossless import check_values
from ionworks.frames.parquet import check_unpacked_size
from ionworks.frames.translate import check_polars_threads, is_foreign, translate_errors

if TYPE_CHECKING:
    import numpy as np
    import pandas
    import polars
    import pyarrow


class ArrowStream(Protocol):
    """A table of any library that has the Arrow stream interface."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the table as an Arrow stream."""


# `Union` instead of `|`, because these names are strings until the libraries are loaded.
DataFrame: TypeAlias = Union["polars.DataFrame", "pandas.DataFrame", "pyarrow.Table"]
AnyTable: TypeAlias = Union[
    DataFrame,
    "polars.LazyFrame",
    ArrowStream,
    Mapping[str, Sequence[object]],
    "np.ndarray[Any, Any]",
    str,
    os.PathLike[str],
]
Backend = Literal["polars", "pandas", "arrow"]
BACKENDS: Final = get_args(Backend)
#: How to read a table of any size; part of error messages.
SAVE_IT: Final = (
    "save it with client.save(download_measurement_time_series, path, measurement_id)"
    " and read it with polars.read_parquet"
)


def _same_table(one: Any, other: Any) -> bool:
    return one is other or (type(one) is type(other) and bool(one.equals(other)))


#: Comparison of table attributes: `==` on tables compares cell by cell, this compares whole tables.
BY_CONTENT: Final = cmp_using(eq=_same_table)


def check_backend(backend: str) -> Backend:
    """Return `backend`, checked.

    Raises
    ------
    ConfigurationError
        If it is not "polars", "pandas" or "arrow".
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
        A polars, pandas or Arrow frame, any other object with the Arrow stream interface, a
        structured numpy array, a dictionary of equally long columns (lists, arrays or series), or
        the path of a Parquet or CSV file.
    name : str
        The name of the table in error messages.

    Raises
    ------
    PayloadError
        If `data` is not a table, a column cannot be converted without loss, or the file cannot be
        read.
    ConfigurationError
        If the conversion from pandas needs pyarrow, and it is not installed.
    """
    import polars as pl

    check_polars_threads()
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
        "not a table",
        "Give a polars, pandas or Arrow frame, a dictionary of columns, a structured numpy array,"
        " or the path of a Parquet or CSV file",
    )


def _from_structured(array: Any, table: str) -> polars.DataFrame:
    """Convert a structured numpy array; each field becomes a column."""
    if array.ndim != 1:
        raise ValueError(f"the array has {array.ndim} dimensions; give a one-dimensional array")
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
    """Return values as a series; a scalar unchanged, because polars repeats it."""
    import polars as pl

    if isinstance(values, str | bytes | pl.Series) or not hasattr(values, "__len__"):
        return values
    dtype = _type_of(values)
    _check_type(dtype)
    objects = str(dtype) == "object"
    if (objects or hasattr(values, "mask")) and not _is_pandas(values):
        # polars would not convert an array of objects, and some versions ignore a mask.
        values = values.tolist()
    series = pl.DataFrame({"": values}, strict=False).to_series()
    if isinstance(values, list | tuple):
        check_values(values, series)
    elif objects:
        check_values(values.tolist(), series)
    return series


def _from_stream(data: Any, table: str) -> polars.DataFrame:
    """Convert an object with the Arrow stream interface; a named pandas index becomes columns."""
    import polars as pl

    if is_frame := _is_pandas(data) and hasattr(data, "columns"):
        # An index without a name holds only row numbers.
        data = data.reset_index() if any(n is not None for n in data.index.names) else data
        _check_names(data.columns)
    types = _types(data)
    for name, dtype in types:
        with _column_errors(table, name):
            _check_type(dtype)
    try:
        frame = pl.DataFrame(data)
    except ImportError:
        raise _needs_extra("a pandas table", "pandas") from None
    except BaseException as error:
        if is_foreign(error):
            _find_column(data, types, table)
        raise
    for name, dtype in types if is_frame else ():
        if str(dtype) == "object":
            with _column_errors(table, name):
                check_values(data[name].tolist(), frame[name])
    return without_guesses(frame) if is_frame else frame


def _types(data: Any) -> list[tuple[str, Any]]:
    """Return the names and types of the columns of a pandas or Arrow frame."""
    if _is_pandas(data) and hasattr(data, "columns"):
        return list(zip(data.columns, data.dtypes, strict=True))
    if hasattr(data, "column_names"):
        return list(zip(data.column_names, data.schema.types, strict=True))
    return []


def _find_column(data: Any, types: Sequence[tuple[str, Any]], table: str) -> None:
    """Convert each column alone, to report the one that cannot be converted."""
    import polars as pl

    for index, (name, dtype) in enumerate(types):
        with _column_errors(table, name, dtype):
            pl.DataFrame(data.iloc[:, [index]] if _is_pandas(data) else data.select([index]))


def _type_of(values: object) -> Any:
    """Return the data type of a numpy, pandas or Arrow array."""
    return getattr(values, "dtype", getattr(values, "type", None))


def _is_pandas(data: object) -> bool:
    return hasattr(data, "iloc")


def _check_names(names: Iterable[object]) -> None:
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"the column name {name!r} is not text")


def _check_type(dtype: Any) -> None:
    """Reject types that lose their meaning in polars or make it panic."""
    if getattr(dtype, "kind", "") == "c":
        raise ValueError(COMPLEX)
    if str(dtype).startswith(("period", "interval")):
        raise ValueError(f"it has the type {dtype}, which exists only in pandas")
    if "decimal256" in str(dtype):
        raise ValueError(f"it has the type {dtype}; decimals can have at most 38 digits")


def _column_errors(
    table: str, column: object, dtype: object = None
) -> AbstractContextManager[None]:
    note = "" if dtype is None else f" (its type is {dtype})"
    return translate_errors(
        lambda reason: column_error(table, column, f"cannot be used: {reason}{note}")
    )


def from_polars(frame: polars.DataFrame, backend: Backend) -> DataFrame:
    """Convert `frame` to the requested kind of table.

    Raises
    ------
    ConfigurationError
        If the library of `backend` is not installed; the message has the extra to install.
    PayloadError
        If that library cannot represent a column, such as one of 128-bit integers.
    """
    if backend == "polars":
        return frame

    def refuse(reason: str) -> PayloadError:
        fix = "Use as_='polars'"
        return PayloadError("as_", backend, f"cannot represent the table: {reason}", fix)

    with translate_errors(refuse):
        try:
            return frame.to_arrow() if backend == "arrow" else frame.to_pandas()
        except ImportError:
            extra = "pyarrow" if backend == "arrow" else "pandas"
            raise _needs_extra(f'dataframe_backend "{backend}"', extra) from None


def _needs_extra(what: str, extra: str) -> ConfigurationError:
    return ConfigurationError(
        f'{what} requires more packages: pip install "ionworks-client[{extra}]"'
    )


def to_parquet(
    frame: polars.DataFrame,
    name: str = "time_series",
    *,
    metadata: Mapping[str, str] | None = None,
) -> bytes:
    """Return the frame as a Parquet file, with `metadata` added to the metadata of the file.

    Raises
    ------
    PayloadError
        If Parquet cannot store a column; `name` is the name of the table in the message.
    """
    check_polars_threads()
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
        If the bytes are not a readable Parquet file, or the table is far larger than they are.
    """
    import polars as pl

    check_polars_threads()
    with translate_errors(lambda reason: ValueError(f"not a readable Parquet file: {reason}")):
        check_unpacked_size(content, SAVE_IT)
        return pl.read_parquet(io.BytesIO(content))


def from_columns(columns: Mapping[str, Any]) -> polars.DataFrame:
    """Create a table from JSON columns; a scalar is read as a column of one row.

    Raises
    ------
    ValueError
        If the columns differ in length, or a column mixes incompatible types.
    """
    import polars as pl

    listed = {
        name: list(values) if _is_list(values) else [values] for name, values in columns.items()
    }
    for name, values in listed.items():  # some versions of polars convert these to text
        if len({_shape(value) for value in values if value is not None}) > 1:
            raise ValueError(f"not a table: column {name!r} mixes incompatible types")
    with translate_errors(lambda reason: ValueError(f"not a table: {reason}")):
        table = pl.DataFrame({n: pl.Series(n, v, strict=False) for n, v in listed.items()})
    for column in table:
        if column.dtype == pl.Object or column.null_count() != listed[column.name].count(None):
            raise ValueError(f"not a table: column {column.name!r} mixes incompatible types")
    return table


def _shape(value: object) -> str:
    if isinstance(value, Mapping):
        return "object"
    return "list" if _is_list(value) else "value"


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
