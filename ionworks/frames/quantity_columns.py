"""Columns of a table as quantities: the header `Voltage [V]` has a name and a unit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, final, overload

from ionworks._html import html_table
from ionworks.frames.convert import to_polars
from ionworks.quantity import Quantity
from ionworks.quantity.units import linear

if TYPE_CHECKING:
    import polars

    from ionworks.frames.convert import AnyTable

_HEADER: Final = re.compile(r"(.*\S) *\[([^\[\]]+)\]")


@final
class QuantityColumn(Sequence[Quantity]):
    """An immutable column of numbers with one unit.

    An item is a `Quantity`, and a slice is another column. `values` holds the plain numbers.

    Parameters
    ----------
    name : str
        The name without the unit, such as ``Voltage``.
    unit : str
        The unit, spelled as in the header.
    values : polars.Series
        The numbers, in `unit`.

    Examples
    --------
    >>> column = quantities({"Voltage [V]": [4.2, 3.7, 2.5]})["Voltage"]
    >>> column[0], column.min(), column.to("mV").header
    (Quantity(4.2, 'V'), Quantity(2.5, 'V'), 'Voltage [mV]')
    """

    __slots__ = ("name", "unit", "values")

    def __init__(self, name: str, unit: str, values: polars.Series) -> None:
        self.name: str = name
        self.unit: str = unit
        self.values: polars.Series = values.alias(self.header)

    @property
    def header(self) -> str:
        """The column's name in a table, such as ``Voltage [V]``."""
        return f"{self.name} [{self.unit}]"

    def to(self, unit: str) -> QuantityColumn:
        """Return the column converted to another unit, as floats.

        Raises
        ------
        UnitError
            If a unit is unknown; a `DimensionError` if it has another dimension.

        Examples
        --------
        >>> quantities({"Temperature [degC]": [25.0]})["Temperature"].to("K").values.to_list()
        [298.15]
        """
        slope, offset = linear(self.unit, unit)
        if (slope, offset) == (1.0, 0.0):
            return QuantityColumn(self.name, unit, self.values)
        # Dividing by an integer rounds once; multiplying by its inverse would round twice.
        scaled = self.values / (1 / slope) if 1 / slope == round(1 / slope) else self.values * slope
        return QuantityColumn(self.name, unit, scaled + offset if offset else scaled)

    def min(self) -> Quantity | None:
        """Return the smallest value, or None if there is none; NaN and null are ignored."""
        return self._one(self._known().min())

    def max(self) -> Quantity | None:
        """Return the largest value, or None if there is none; NaN and null are ignored."""
        return self._one(self._known().max())

    def mean(self) -> Quantity | None:
        """Return the mean of the rows, or None if there is none; NaN and null are ignored."""
        return self._one(self._known().mean())

    def _known(self) -> polars.Series:
        return self.values.drop_nulls().drop_nans() if self.values.dtype.is_float() else self.values

    def _one(self, value: Any) -> Quantity | None:
        return None if value is None else Quantity(value, self.unit)

    @overload
    def __getitem__(self, index: int) -> Quantity: ...
    @overload
    def __getitem__(self, index: slice) -> QuantityColumn: ...
    def __getitem__(self, index: int | slice) -> Quantity | QuantityColumn:
        if isinstance(index, slice):
            return QuantityColumn(self.name, self.unit, self.values[index])
        value = self.values[index]
        return Quantity(float("nan") if value is None else value, self.unit)

    def __iter__(self) -> Iterator[Quantity]:
        return (self[index] for index in range(len(self)))

    def __len__(self) -> int:
        return len(self.values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, QuantityColumn):
            return NotImplemented
        return self.header == other.header and self.values.equals(other.values, null_equal=True)

    __hash__: None = None  # type: ignore[assignment] # unhashable, like a list

    def __repr__(self) -> str:
        return f"<{self.header}: {len(self)} values, {self.min()} to {self.max()}>"

    def _repr_html_(self) -> str:
        ends = (self.header, len(self), self.min(), self.max(), self.mean())
        return html_table(("column", "values", "min", "max", "mean"), [ends])


def quantities(frame: AnyTable) -> dict[str, QuantityColumn]:
    """Return the columns with a unit in their header, by name without the unit.

    Parameters
    ----------
    frame : AnyTable
        A table of any kind with headers such as ``Voltage [V]`` or ``loading [mg/cm**2]``.

    Returns
    -------
    dict of str to QuantityColumn
        Columns that are not numeric or have no unit are left out. Columns with the same name and
        different units have their whole header as key.

    Raises
    ------
    PayloadError
        If `frame` is not a table.

    Examples
    --------
    >>> found = quantities({"Voltage [V]": [4.2, 2.5], "Step count": [0, 1]})
    >>> list(found), found["Voltage"].max()
    (['Voltage'], Quantity(4.2, 'V'))
    """
    table = to_polars(frame, "frame")
    columns = [
        QuantityColumn(*parts, series)
        for series in table
        if (parts := split_header(series.name)) is not None and series.dtype.is_numeric()
    ]
    times = Counter(column.name for column in columns)
    return {c.name if times[c.name] == 1 else c.header: c for c in columns}


def split_header(header: str) -> tuple[str, str] | None:
    """Return the name and the unit in a column's header, or None if it has no unit.

    Examples
    --------
    >>> split_header("Discharge capacity [A.h]"), split_header("Step count")
    (('Discharge capacity', 'A.h'), None)
    """
    match = _HEADER.fullmatch(header.strip())
    return (match[1], match[2].strip()) if match and match[2].strip() else None
