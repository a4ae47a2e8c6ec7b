"""Pages of records, and the list of the records of all pages."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol, SupportsIndex, TypeVar, overload

from ionworks._html import html_rows
from ionworks.errors import UnexpectedResponse
from ionworks.records.base import InvalidRecord
from ionworks.records.flatten import flatten
from ionworks.records.table import records_table

if TYPE_CHECKING:
    from ionworks.frames.convert import Backend, DataFrame

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class InvalidRecordWarning(UserWarning):
    """A list holds items that do not fit the contract."""


class PageLike(Protocol[T_co]):
    """What a list operation answers: some items, and how many there are in all."""

    @property
    def items(self) -> Iterable[T_co]:
        """The items of this page."""

    @property
    def total(self) -> int | None:
        """How many items match, over all pages; None if the server does not say."""


#: Items asked for at once when all pages are walked. The service documents its largest page for
#: some lists only; a hundred is what its routes are known to accept.
PAGE_SIZE: Final = 100
FetchPage = Callable[[int | None, int | None], PageLike[T]]


class Count(int):
    """The number of items of a list; called with a value it counts it, as `list.count` does.

    Code for paged lists reads `.count` as a number, code for lists calls it. Both are right here.
    """

    _of: list[object]

    def __call__(self, value: object) -> int:
        """Return how many items equal `value`."""
        return list.count(self._of, value)


class RecordList(list[T]):
    """The items of a list call: a real list that also knows `total`.

    Attributes
    ----------
    total : int
        How many records match on the server. Larger than `len()` only when one page was asked for.
    backend : {"polars", "pandas", "arrow"}
        The kind of table that `to_frame` returns, if none is asked for.
    """

    def __init__(
        self, items: Iterable[T] = (), total: int | None = None, backend: Backend = "polars"
    ) -> None:
        super().__init__(items)
        self.total = len(self) if total is None else total
        self.backend = backend

    @overload
    def __getitem__(self, index: SupportsIndex) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> RecordList[T]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> T | RecordList[T]:
        """Return an item, or for a slice a list that is a table as well."""
        if isinstance(index, slice):
            return RecordList(super().__getitem__(index), self.total, self.backend)
        return super().__getitem__(index)

    @property
    def items(self) -> list[T]:
        """The same items as a plain list, for code that knows paged lists."""
        return list(self)

    @property
    def count(self) -> Count:
        """How many items are here; `count(value)` counts one as for any list."""
        number = Count(len(self))
        number._of = [*self]
        return number

    def first(self) -> T | None:
        """Return the first item, or None if there is none."""
        return self[0] if self else None

    def to_frame(
        self, *, units: Mapping[str, str] | None = None, as_: Backend | None = None
    ) -> DataFrame:
        """Return the records as a table, a row for each.

        Parameters
        ----------
        units : dict of str to str, optional
            The unit of a quantity's column, by the column's name without it:
            ``{"capacity": "A*h"}``. By default the one that most of the records give.
        as_ : {"polars", "pandas", "arrow"}, optional
            The kind of table; by default that of the client that listed them.

        Returns
        -------
        DataFrame
            A column for each field; nested fields have dotted names, quantities their unit behind
            the name. The table of an empty list has no columns.

        Raises
        ------
        PayloadError
            If there is no such quantity as `units` names, or no such unit.

        Examples
        --------
        >>> specs = client.cell_spec.list().to_frame(units={"capacity": "mA*h"})
        >>> specs.select("name", "form_factor", "capacity [mA*h]").rows()
        [('LG M50', '21700', 5000.0)]
        """
        return records_table(self, as_ or self.backend, units)

    def _repr_html_(self) -> str:
        kinds = dict.fromkeys(type(each).__name__ for each in self)
        title = f"{len(self)} {' and '.join(kinds)}" if kinds else "nothing"
        return html_rows([flatten(each) for each in self], title, self.total)

    @property
    def invalid(self) -> list[InvalidRecord]:
        """The items that did not fit the contract."""
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
    """Warn of items that do not fit the contract.

    Raises
    ------
    UnexpectedResponse
        Instead of the warning, if `strict`.
    """
    if not invalid:
        return
    first = invalid[0]
    text = (
        f"{len(invalid)} item(s) do not fit the contract and stand in the list as InvalidRecord;"
        f" the first is {first.id}: {first.problem}"
    )
    if strict:
        raise UnexpectedResponse(text)
    warnings.warn(text, InvalidRecordWarning, stacklevel=stacklevel)
