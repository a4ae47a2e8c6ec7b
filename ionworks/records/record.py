"""Base classes of the generated models: records, pages and free-form objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, overload

from ionworks._html import html_record
from ionworks.records.base import RecordError, T, kind_of
from ionworks.records.flatten import flatten, quantities_in
from ionworks.records.model import WireRecord
from ionworks.records.table import quantity_table

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from ionworks.frames.convert import Backend, DataFrame


class Record(WireRecord):
    """Base of the generated models.

    Attributes are the declared fields. `record["name"]`, `record.get("name")`, `"name" in record`
    and `dict(record)` read the same fields by their JSON keys. Fields that the contract does not
    declare are kept in `additional_properties` and can be read like declared ones.
    """

    __slots__ = ()

    @property
    def quantities(self) -> dict[str, Any]:
        """The quantities inside the record, in the same nesting, as `Quantity` objects."""
        return quantities_in(self)

    @overload
    def to_table(self, *, as_: Literal["polars"] = ...) -> polars.DataFrame: ...
    @overload
    def to_table(self, *, as_: Literal["pandas"]) -> pandas.DataFrame: ...
    @overload
    def to_table(self, *, as_: Literal["arrow"]) -> pyarrow.Table: ...
    @overload
    def to_table(self, *, as_: Backend) -> DataFrame: ...
    def to_table(self, *, as_: Backend = "polars") -> DataFrame:
        """Return the quantities inside the record as a table.

        Parameters
        ----------
        as_ : {"polars", "pandas", "arrow"}
            The kind of table.

        Returns
        -------
        DataFrame
            A row for each quantity: its dotted `path`, its `value` as a float and its `unit`.

        Examples
        --------
        >>> client.cell_spec.get(spec_id).to_table().rows()[0]
        ('ratings.capacity', 5.0, 'A*h')
        """
        return quantity_table(self, as_)

    def _repr_html_(self) -> str:
        return html_record(flatten(self), type(self).__name__)


class OpenRecord(Record):
    """Base of the records whose contract allows other fields: it can be used as a dict, too."""

    __slots__ = ()

    def items(self) -> list[tuple[str, Any]]:
        """Return the fields with their values, by the wire's names."""
        return list(self._pairs())

    def values(self) -> list[Any]:
        """Return the values of the fields."""
        return [value for _, value in self._pairs()]

    def __len__(self) -> int:
        return len(self.keys())

    def __bool__(self) -> bool:
        return True


class Page(Record, Generic[T]):
    """Base of the list responses; reads an envelope or a bare array, and keeps unreadable items."""

    __slots__ = ()

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """Create the page; unreadable items become `InvalidRecord` objects."""
        if isinstance(data, Sequence) and not isinstance(data, str | bytes):
            # A bare array does not contain the total.
            counted = {"count": len(data)} if "count" in cls._lines else {}
            data = {"items": data, **counted}
        elif isinstance(data, Mapping) and data.get("items", ()) is None:
            data = {**data, "items": []}
        return super().from_dict(data)


class FreeForm(dict[str, Any]):
    """Base of objects without declared fields: a dict subclass with its own name."""

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """Create the object from a decoded JSON object.

        Raises
        ------
        RecordError
            If `data` is not an object.
        """
        if type(data) is not dict and not isinstance(data, Mapping):
            raise RecordError("", f"expected an object, got {kind_of(data)}")
        return cls(data)

    @property
    def quantities(self) -> dict[str, Any]:
        """The quantities inside the object, in the same nesting, as `Quantity` objects."""
        return quantities_in(self)

    @overload
    def to_table(self, *, as_: Literal["polars"] = ...) -> polars.DataFrame: ...
    @overload
    def to_table(self, *, as_: Literal["pandas"]) -> pandas.DataFrame: ...
    @overload
    def to_table(self, *, as_: Literal["arrow"]) -> pyarrow.Table: ...
    @overload
    def to_table(self, *, as_: Backend) -> DataFrame: ...
    def to_table(self, *, as_: Backend = "polars") -> DataFrame:
        """Return the quantities inside the object as a table of `path`, `value` and `unit`."""
        return quantity_table(self, as_)
