"""Concatenates tables that differ in their columns and types, without changing a value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from ionworks.frames.translate import translate_errors

_PER_SECOND: Final = {"ms": 10**3, "us": 10**6, "ns": 10**9}

if TYPE_CHECKING:
    import polars

    Table = TypeVar("Table", polars.DataFrame, polars.LazyFrame)


def concat_tables(parts: Sequence[Table], fits_float: Callable[[int, str], bool]) -> Table:
    """Return tables one below the other; a column that a table does not have is null in its rows.

    Whole numbers beside floats become floats, times get the finest of their units, and categories
    that differ become text.

    Parameters
    ----------
    parts : sequence of polars.DataFrame or of polars.LazyFrame
        The tables, at least one.
    fits_float : callable
        Returns whether Float64 holds each value of a column, given the number of the table and the
        name of the column.

    Raises
    ------
    ValueError
        If columns of one name have types that cannot be combined, or not without rounding.
    """
    import polars as pl

    schemas = [part.collect_schema() for part in parts]
    with translate_errors(ValueError):
        wanted = _common_types(schemas)
        whole = pl.concat([_with_types(each, wanted) for each in parts], how="diagonal_relaxed")
        types = whole.collect_schema()
    for number, schema in enumerate(schemas):
        for name, dtype in schema.items():
            if types[name].is_float() and _may_be_rounded(dtype) and not fits_float(number, name):
                raise ValueError(f"column {name!r} has {dtype} numbers that {types[name]} rounds")
    return whole


def pick(frame: polars.DataFrame, names: Sequence[str]) -> polars.DataFrame:
    """Return some columns of a table; `select` takes a name such as `*` for all columns."""
    return frame[[*names]] if names else frame.select()


def _may_be_rounded(dtype: polars.DataType) -> bool:
    import polars as pl

    return dtype.is_decimal() or dtype in (pl.Int64, pl.UInt64)


def _common_types(
    schemas: Sequence[Mapping[str, polars.DataType]],
) -> Mapping[str, polars.DataType]:
    """Return the types of columns for which polars would have another common type, or none."""
    found: dict[str, dict[polars.DataType, None]] = {}
    for schema in schemas:
        for name, dtype in schema.items():
            found.setdefault(name, {})[dtype] = None
    several = {name: types for name, types in found.items() if len(types) > 1}
    return {name: each for name, types in several.items() if (each := _common_type([*types]))}


def _common_type(types: Collection[polars.DataType]) -> polars.DataType | None:
    import polars as pl

    if all(isinstance(each, pl.Enum | pl.Categorical | pl.String) for each in types):
        return pl.String()
    for unit in ("ns", "us", "ms"):  # polars would take the coarsest one
        for each in types:
            if isinstance(each, pl.Datetime | pl.Duration) and each.time_unit == unit:
                return each
    return None


def _with_types(table: Table, types: Mapping[str, polars.DataType]) -> Table:
    import polars as pl

    changed = []
    for name, dtype in table.collect_schema().items():
        wanted = types.get(name, dtype)
        is_same_kind = type(dtype) is type(wanted) or isinstance(wanted, pl.String)
        zones = [getattr(each, "time_zone", None) for each in (dtype, wanted)]
        if dtype != wanted and is_same_kind and zones[0] == zones[1]:
            changed.append(_cast(pl.col(name), dtype, wanted))
    return table.with_columns(changed) if changed else table


def _cast(column: polars.Expr, dtype: polars.DataType, wanted: polars.DataType) -> polars.Expr:
    import polars as pl

    times = pl.Datetime | pl.Duration
    if not isinstance(dtype, times) or not isinstance(wanted, times):
        return column.cast(wanted)
    # In older versions of polars, a direct cast wraps times that the finer unit cannot hold.
    factor = _PER_SECOND[wanted.time_unit] // _PER_SECOND[dtype.time_unit]
    ticks = column.to_physical().cast(pl.Int128) * factor
    return ticks.cast(pl.Int64).cast(wanted)
