"""Converts records to tables: a row for each record, or for each quantity of a record."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ionworks.errors import PayloadError
from ionworks.frames.convert import Backend, check_backend, from_polars
from ionworks.quantity import Quantity, QuantityError
from ionworks.quantity.units import UnitError, check_known
from ionworks.records.flatten import Cell, declared_scalars, flatten, quantities_by_path
from ionworks.records.model import WireRecord, to_wire

if TYPE_CHECKING:
    import polars

    from ionworks.frames.convert import DataFrame


def quantity_table(
    source: WireRecord | Mapping[str, Any], backend: Backend = "polars"
) -> DataFrame:
    """Return the quantities inside a record as a table.

    Parameters
    ----------
    source
        A record, a part of one, or any nested dictionary in the form of the API's JSON.
    backend : {"polars", "pandas", "arrow"}
        The kind of table.

    Returns
    -------
    DataFrame
        A row for each quantity: `path` and `unit` as text, `value` as a float.

    Examples
    --------
    >>> table = quantity_table({"cell": {"mass": {"value": 68.5, "unit": "g"}}})
    >>> table.rows()
    [('cell.mass', 68.5, 'g')]
    """
    import polars as pl

    found = quantities_by_path(source)
    columns = {
        "path": list(found),
        "value": [float(each.value) for each in found.values()],
        "unit": [each.unit for each in found.values()],
    }
    types = {"path": pl.String, "value": pl.Float64, "unit": pl.String}
    return from_polars(pl.DataFrame(columns, schema=types), check_backend(backend))


def records_table(
    records: Sequence[object],
    backend: Backend = "polars",
    units: Mapping[str, str] | None = None,
    *,
    model: type | None = None,
) -> DataFrame:
    """Return records as a table with a row for each.

    Parameters
    ----------
    records
        Records of one kind, as a list call returns them.
    backend : {"polars", "pandas", "arrow"}
        The kind of table.
    units : dict of str to str, optional
        Units of quantity columns, by the column's name without the unit:
        ``{"capacity": "A*h"}``. By default the most common unit in the records.
    model : type, optional
        The class of the records, for the columns if there are none.

    Returns
    -------
    DataFrame
        A column for each field. Nested fields have dotted names; quantities have their unit after
        the name: ``capacity [A*h]``. Quantities that cannot be converted to a column's unit are in
        a separate column. Values other than scalars and lists of text are written as JSON text.
        For a record that does not fit the contract, the column `invalid` has the reason.

    Raises
    ------
    PayloadError
        If `units` has an unknown quantity or unit, or a unit of another dimension.
    """
    import polars as pl

    rows = [flatten(record) for record in records]
    declared: dict[str, type] = {}
    models = [type(each) for each in records] if records else [model or object]
    for each in dict.fromkeys(models):
        declared |= declared_scalars(each) if issubclass(each, WireRecord) else {}
    wanted = dict(units or {})
    columns: list[polars.Series] = []
    for name in dict.fromkeys(key for row in rows or [declared] for key in row):
        cells = [row.get(name) for row in rows]
        quantities = {n: cell for n, cell in enumerate(cells) if isinstance(cell, Quantity)}
        if quantities:
            columns += _quantity_columns(name, len(cells), quantities, wanted.pop(name, None))
        plain = [None if n in quantities else cell for n, cell in enumerate(cells)]
        if any(cell is not None for cell in plain) or name in declared:
            columns.append(_column(name, plain, declared.get(name)))
    if rows and wanted:
        name, unit = wanted.popitem()
        raise PayloadError(f"units.{name}", unit, "these records have no quantity of this name")
    return from_polars(pl.DataFrame(_number_duplicates(columns)), check_backend(backend))


def _number_duplicates(columns: Iterable[polars.Series]) -> list[polars.Series]:
    """Return the columns with unique names; free-form keys can equal the name of another column."""
    named: dict[str, polars.Series] = {}
    for column in columns:
        name, number = column.name, 1
        while name in named:
            number += 1
            name = f"{column.name} ({number})"
        named[name] = column.alias(name)
    return list(named.values())


def _quantity_columns(
    name: str, height: int, quantities: Mapping[int, Quantity], wanted: str | None
) -> list[polars.Series]:
    """Return a column in the requested or most common unit, and more for other dimensions."""
    import polars as pl

    if wanted is not None:
        try:
            check_known(wanted)
        except UnitError as error:
            raise PayloadError(f"units.{name}", wanted, str(error)) from None
    usual = Counter(each.unit for each in quantities.values()).most_common(1)[0][0]
    columns: dict[str, list[float | None]] = {wanted or usual: [None] * height}
    for row, quantity in quantities.items():
        unit, value = _convert_to_any(columns, quantity)
        columns.setdefault(unit, [None] * height)[row] = value
    if wanted is not None and not any(value is not None for value in columns[wanted]):
        raise PayloadError(f"units.{name}", wanted, f"does not fit: the quantities are in {usual}")
    return [
        pl.Series(f"{name} [{unit}]" if unit else name, values, dtype=pl.Float64)
        for unit, values in columns.items()
    ]


def _convert_to_any(units: Iterable[str], quantity: Quantity) -> tuple[str, float]:
    if quantity.unit not in units:
        for unit in units:
            try:
                return unit, float(quantity.to(unit).value)
            except QuantityError:
                continue
    return quantity.unit, float(quantity.value)


def _column(name: str, cells: list[Cell], declared: type | None) -> polars.Series:
    import polars as pl

    kinds = {type(cell) for cell in cells if cell is not None} or {declared or str}
    if kinds == {int, float}:
        kinds = {float}
    if kinds == {list} and all(_is_text_list(cell) for cell in cells):
        return pl.Series(name, cells, dtype=pl.List(pl.String))
    dtype = _dtypes().get(next(iter(kinds))) if len(kinds) == 1 else None
    try:
        if dtype is not None:
            return pl.Series(name, cells, dtype=dtype)
    except (OverflowError, TypeError, pl.exceptions.PolarsError):  # such as an integer beyond Int64
        pass
    return pl.Series(name, [_as_text(cell) for cell in cells], dtype=pl.String)


def _dtypes() -> dict[type, polars.DataType]:
    import datetime

    import polars as pl

    return {
        str: pl.String(),
        bool: pl.Boolean(),
        int: pl.Int64(),
        float: pl.Float64(),
        datetime.datetime: pl.Datetime("us", "UTC"),
        datetime.date: pl.Date(),
    }


def _is_text_list(cell: Cell) -> bool:
    return cell is None or all(isinstance(item, str) for item in cell)


def _as_text(cell: Cell) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    return json.dumps(to_wire(cell), ensure_ascii=False, default=str)
