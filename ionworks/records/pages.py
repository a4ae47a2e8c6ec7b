"""Walks lists page by page. Pure: it calls what it is given."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol, SupportsIndex, TypeVar, overload

from ionworks._html import html_rows
from ionworks.errors import UnexpectedResponse
from ionworks.records.base import InvalidRecord
from ionworks.records.flatten import flat
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
        return html_rows([flat(each) for each in self], title, self.total)

    @property
    def invalid(self) -> list[InvalidRecord]:
        """The items that did not fit the contract."""
        return split_invalid(self)[1]


def walk(fetch: FetchPage[T], *, page_size: int, start: int = 0) -> Iterator[PageLike[T]]:
    """Yield page after page until all items were seen.

    The walk goes on by what arrived, not by what was asked for: a server that caps its pages
    below `page_size` loses nothing. It ends at an empty page, or when `total` is reached, or,
    where the server tells no total or one that is too small, at a page that is not full. A server
    that does not page gives the same page again; that one is not counted twice.

    Raises
    ------
    UnexpectedResponse
        If the same page comes again though there should be more.
    """
    offset = start
    before: list[T] = []
    while True:
        page = fetch(page_size, offset)
        items = list(page.items)
        count = len(items)
        if count and items == before:
            if page.total is not None and offset < page.total:
                raise UnexpectedResponse(
                    f"the service gives the same {count} items again, from {offset} on as before,"
                    f" though there are {page.total}"
                )
            return
        yield page
        before = items
        offset += count
        if count == 0:
            return
        unknown = page.total is None or offset > page.total
        if count != page_size if unknown else offset == page.total:
            return


def collect(fetch: FetchPage[T], *, page_size: int) -> RecordList[T]:
    """Return all items of all pages."""
    items: list[T] = []
    total = None
    for page in walk(fetch, page_size=page_size):
        items += page.items
        total = page.total
    return RecordList(items, len(items) if total is None else max(total, len(items)))


def iterate(fetch: FetchPage[T], *, page_size: int, max_items: int | None = None) -> Iterator[T]:
    """Yield items lazily, a page at a time; at most `max_items` of them."""
    left = max_items
    if left == 0:
        return
    size = page_size if left is None else min(page_size, left)
    for page in walk(fetch, page_size=size):
        for item in page.items:
            yield item
            if left is not None:
                left -= 1
                if left == 0:
                    return


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
        f" the first is {first.id}: {first.complaint}"
    )
    if strict:
        raise UnexpectedResponse(text)
    warnings.warn(text, InvalidRecordWarning, stacklevel=stacklevel)
