"""Pages of records, and lists of the records of all pages."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal, Protocol, SupportsIndex, TypeVar, overload

from ionworks._html import html_rows
from ionworks.errors import UnexpectedResponse
from ionworks.records.base import InvalidRecord
from ionworks.records.flatten import flatten
from ionworks.records.table import records_table

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from ionworks.frames.convert import Backend, DataFrame

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class InvalidRecordWarning(UserWarning):
    """Issued for a list with items that do not fit the contract."""


class PageLike(Protocol[T_co]):
    """The response of a list operation: the items of one page, and the total number."""

    @property
    def items(self) -> Iterable[T_co]:
        """The items of this page."""

    @property
    def total(self) -> int | None:
        """The number of matching items on all pages; None if the server does not report it."""


#: Number of items per request when all pages are read. The service documents a maximum page size
#: only for some lists; all of its lists are known to accept 100.
PAGE_SIZE: Final = 100
FetchPage = Callable[[int | None, int | None], PageLike[T]]


class Count(int):
    """The number of items of a list; `count(value)` works like `list.count`.

    Code for pages reads `.count` as a number; code for lists calls it. Both work.
    """

    _of: list[object]

    def __call__(self, value: object) -> int:
        """Return how many items equal `value`."""
        return list.count(self._of, value)


class RecordList(list[T]):
    """The items returned by a list call: a list with the additional attribute `total`.

    Attributes
    ----------
    total : int
        Number of matching records on the server. Larger than `len()` only for a single page.
    backend : {"polars", "pandas", "arrow"}
        The default kind of table for `to_frame`.
    model : type, optional
        The class of the items; an empty list has the columns of its table from there.
    """

    def __init__(
        self,
        items: Iterable[T] = (),
        total: int | None = None,
        backend: Backend = "polars",
        model: type | None = None,
    ) -> None:
        super().__init__(items)
        self.total: int = len(self) if total is None else total
        self.backend = backend
        self.model = model

    @overload
    def __getitem__(self, index: SupportsIndex) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> RecordList[T]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> T | RecordList[T]:
        """Return an item, or a `RecordList` for a slice."""
        if isinstance(index, slice):
            model = self.model or next((type(each) for each in self), None)
            return RecordList(super().__getitem__(index), self.total, self.backend, model)
        return super().__getitem__(index)

    @property
    def items(self) -> list[T]:
        """The same items as a plain list, for code that expects a page."""
        return list(self)

    @property
    def count(self) -> Count:
        """The number of items; `count(value)` works like `list.count`."""
        number = Count(len(self))
        number._of = [*self]
        return number

    def first(self) -> T | None:
        """Return the first item, or None if there is none."""
        return self[0] if self else None

    @overload
    def to_frame(
        self, *, units: Mapping[str, str] | None = ..., as_: Literal["polars"] | None = ...
    ) -> polars.DataFrame: ...
    @overload
    def to_frame(
        self, *, units: Mapping[str, str] | None = ..., as_: Literal["pandas"]
    ) -> pandas.DataFrame: ...
    @overload
    def to_frame(
        self, *, units: Mapping[str, str] | None = ..., as_: Literal["arrow"]
    ) -> pyarrow.Table: ...
    @overload
    def to_frame(
        self, *, units: Mapping[str, str] | None = ..., as_: Backend | None
    ) -> DataFrame: ...
    def to_frame(
        self, *, units: Mapping[str, str] | None = None, as_: Backend | None = None
    ) -> DataFrame:
        """Return the records as a table with a row for each.

        Parameters
        ----------
        units : dict of str to str, optional
            Units of quantity columns, by the column's name without the unit:
            ``{"capacity": "A*h"}``. By default the most common unit in the records.
        as_ : {"polars", "pandas", "arrow"}, optional
            The kind of table; by default the `dataframe_backend` of the client.

        Returns
        -------
        DataFrame
            A column for each field. Nested fields have dotted names; quantities have their unit
            after the name. The table of an empty list has the columns of the fields that every
            record has.

        Raises
        ------
        PayloadError
            If `units` has an unknown quantity or unit, or a unit of another dimension.

        Examples
        --------
        >>> specs = client.cell_spec.list().to_frame(units={"capacity": "mA*h"})
        >>> specs.select("name", "form_factor", "capacity [mA*h]").rows()
        [('LG M50', '21700', 5000.0)]
        """
        return records_table(self, as_ or self.backend, units, model=self.model)

    def _repr_html_(self) -> str:
        kinds = dict.fromkeys(type(each).__name__ for each in self)
        title = f"{len(self)} {' and '.join(kinds)}" if kinds else "no records"
        return html_rows([flatten(each) for each in self], title, self.total)

    @property
    def invalid(self) -> list[InvalidRecord]:
        """The items that do not fit the contract."""
        return split_invalid(self)[1]


def split_invalid(items: Iterable[T]) -> tuple[list[T], list[InvalidRecord]]:
    """Return the records that fit the contract, and those that do not."""
    valid: list[T] = []
    invalid: list[InvalidRecord] = []
    for item in items:
        if isinstance(item, InvalidRecord):
            invalid.append(item)
        else:
            valid.append(item)
    return valid, invalid


def report_invalid(invalid: Sequence[InvalidRecord], *, strict: bool, stacklevel: int) -> None:
    """Warn about items that do not fit the contract.

    Raises
    ------
    UnexpectedResponse
        If `strict`, instead of the warning.
    """
    if not invalid:
        return
    first = invalid[0]
    text = (
        f"{len(invalid)} item(s) do not fit the contract and are InvalidRecord objects in the"
        f" list. The first has the id {first.id}: {first.problem}"
    )
    if strict:
        raise UnexpectedResponse(text)
    warnings.warn(text, InvalidRecordWarning, stacklevel=stacklevel)
