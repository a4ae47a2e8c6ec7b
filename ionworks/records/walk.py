"""Reads lists page by page, also while others write. Pure: it calls what it is given.

A page is a window on a list that may shift between two requests. When records further up are
deleted, what follows moves up, past the window; when some are inserted, what was read moves down,
into the next window. So a page is taken only if nothing can lie between it and what was read: it
begins with an item that was read, or nothing was removed before it. Otherwise the walk goes back.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Iterator
from typing import Final, Generic, Literal, TypeAlias, TypeVar

from attrs import frozen

from ionworks.errors import ListChanged, UnexpectedResponse, ValidationFailed
from ionworks.records.base import InvalidRecord
from ionworks.records.pages import FetchPage, RecordList
from ionworks.records.record import Record

T = TypeVar("T")

ListOrder: TypeAlias = Literal["newest", "fixed", "changing"]
"""How a list is sorted. It decides what a change can do to a walk, and so how one is noticed.

``"newest"``: newest first, and no record enters but a new one. Whatever hides a record from the
walk lowers the total, so the pages need not overlap.
``"fixed"``: a record keeps its place among the others, but others may enter anywhere. The pages
overlap by one item.
``"changing"``: by a field that may be changed. A record may move to where the walk has been, so a
list that changes is read from its start again.
"""

_WALKS: Final = 5
_WIDE: Final = 1000
_RETURNS: Final = 10
_ADVICE: Final = "Try again when less is written, or order it by created_at."


class ListChangedWarning(UserWarning):
    """A list changed while `iterate` read it."""


@frozen
class PageSpan(Generic[T]):
    """A page that joins what was read before it.

    Attributes
    ----------
    items, keys
        Its items, each once, and what each is known by.
    fresh
        Those of its items that were not read before.
    """

    items: list[T]
    keys: list[Hashable]
    fresh: list[T]
    offset: int
    count: int
    total: int | None
    full: bool

    @property
    def end(self) -> int:
        """The offset of what follows."""
        return self.offset + self.count

    @property
    def is_last(self) -> bool:
        """Whether nothing follows.

        Where the server tells no total, or one that is too small, a page that is not full is the
        last one. A server that caps its pages below what was asked for loses nothing.
        """
        if self.total is None or self.end > self.total:
            return not self.full or not self.count
        return self.end == self.total or not self.count


class Walk(Generic[T]):
    """One walk over the pages of a list.

    Attributes
    ----------
    grew : bool
        Whether the total rose.
    moved : bool
        Whether the total fell, or an item came again: records may have moved past the walk.
    """

    def __init__(self, fetch: FetchPage[T], *, page_size: int, overlap: bool = False) -> None:
        self.grew = False
        self.moved = False
        self._fetch = fetch
        self._page_size = page_size
        self._overlap = int(overlap)
        self._seen: set[Hashable] = set()
        self._returns = 0

    @property
    def changed(self) -> bool:
        """Whether the list changed in any way that can be seen."""
        return self.grew or self.moved

    def pages(self) -> Iterator[PageSpan[T]]:
        """Yield page after page until all items were seen.

        Raises
        ------
        UnexpectedResponse
            If the same page comes again though there should be more.
        ListChanged
            If the walk goes back again and again without finding anything new.
        """
        page = self._read(0)
        while True:
            yield page
            self._seen.update(page.keys)
            if page.is_last:
                return
            last = page
            # A server that gives one item at a time would give the same one for ever.
            page = self._read(last.end - (self._overlap if last.count > 1 else 0))
            if self._is_repeated(page, last):
                return
            self._compare(page, last)
            page = self._join(page, last)

    def _is_repeated(self, page: PageSpan[T], last: PageSpan[T]) -> bool:
        """Whether the server does not page: it sends the same page for every offset.

        Raises
        ------
        UnexpectedResponse
            If it sends the same page though there are more items.
        """
        if not page.items or page.keys != last.keys:
            return False
        if page.total is None or page.offset >= page.total:
            return True
        if page.total != last.total:
            return False  # as many records were inserted as there are on a page
        if self._read(0).keys != page.keys:
            self.moved = True  # the list has another order now, and the page is a later one
            return False
        raise UnexpectedResponse(
            f"pagination is stuck: offset {page.offset} returned the same {page.count} items as"
            f" the previous page, but the total is {page.total}"
        )

    def _read(self, offset: int) -> PageSpan[T]:
        asked = max(self._page_size, 1 + self._overlap) if offset else self._page_size
        page = self._fetch(asked, offset)
        items = list(page.items)
        by_key = {record_key(item): item for item in items}
        return PageSpan(
            items=[*by_key.values()],
            keys=[*by_key],
            fresh=[item for key, item in by_key.items() if key not in self._seen],
            offset=offset,
            count=len(items),
            total=page.total,
            full=len(items) == asked,
        )

    def _compare(self, page: PageSpan[T], last: PageSpan[T]) -> None:
        """Note whether the list has changed since the last page."""
        overlap = last.end - page.offset
        expected = overlap if page.keys[:overlap] == last.keys[len(last.keys) - overlap :] else 0
        repeated = len(page.items) - len(page.fresh) > expected
        self.moved |= repeated or _decrease(page, last) > 0 or not self._is_contiguous(page, last)
        self.grew |= _decrease(page, last) < 0

    def _join(self, page: PageSpan[T], last: PageSpan[T]) -> PageSpan[T]:
        """Return `page`, or one from further up that begins with what was read."""
        back = 1
        while not self._is_contiguous(page, last):
            back = max(2 * back, 1 + _decrease(page, last))
            page = self._read(max(0, last.end - back))
        self._returns = self._returns + 1 if back > 1 and not page.fresh else 0
        if self._returns > _RETURNS:
            raise ListChanged(f"the list changes too often to be read. {_ADVICE}")
        return page

    def _is_contiguous(self, page: PageSpan[T], last: PageSpan[T]) -> bool:
        """Tell whether nothing can lie between a page and what was read."""
        if page.offset == 0 or (page.keys and page.keys[0] in self._seen):
            return True
        return page.offset == last.end and _decrease(page, last) <= 0


def collect(fetch: FetchPage[T], *, page_size: int, order: ListOrder = "newest") -> RecordList[T]:
    """Return all items of all pages: what was there all the time exactly once, nothing twice.

    Raises
    ------
    ListChanged
        If the list changes so often that this cannot be said of it.
    """
    if order != "changing":
        return _gather(Walk(fetch, page_size=page_size, overlap=order == "fixed"))
    size, wide = page_size, max(page_size, _WIDE)
    for _ in range(_WALKS):
        walk = Walk(fetch, page_size=size, overlap=True)
        try:
            found = _gather(walk, quiet=True)
        except ValidationFailed:
            if size == page_size:
                raise
            wide = page_size  # the service takes no page as large as that
        else:
            if not walk.changed:
                return found
        size = wide  # between fewer pages there are fewer changes
    raise ListChanged(f"the list changed each of the {_WALKS} times that it was read. {_ADVICE}")


def iterate(
    fetch: FetchPage[T],
    *,
    page_size: int,
    max_items: int | None = None,
    order: ListOrder = "newest",
) -> Iterator[T]:
    """Yield items lazily, a page at a time, each once; at most `max_items` of them.

    If the total falls, or an item comes again, the walk goes back where that helps, and there is
    one `ListChangedWarning`. Unlike those of `collect`, the pages do not overlap: where records
    may enter anywhere, one that leaves and one that enters can hide each other.

    Raises
    ------
    ListChanged
        If records may have been skipped, because the list is sorted by what was changed.
    """
    if max_items == 0:
        return
    left = max_items
    size = page_size if left is None else min(page_size, left)
    walk = Walk(fetch, page_size=size)
    told = False
    for page in walk.pages():
        if walk.moved and not told:
            told = True
            _warn(order)
        for item in page.fresh:
            yield item
            if left is not None:
                left -= 1
                if left == 0:
                    return


def record_key(item: object) -> Hashable:
    """Return what an item of a list is known by: its id, or its content."""
    if isinstance(item, Record):
        found = item.get("id") or item.get("job_id")
        return repr(item.to_dict()) if found is None else str(found)
    if isinstance(item, InvalidRecord):
        return repr(item.raw) if item.id is None else item.id
    return item if isinstance(item, str | int) else repr(item)


def _decrease(page: PageSpan[T], last: PageSpan[T]) -> int:
    """Return by how much the total fell; negative if it rose."""
    return 0 if page.total is None or last.total is None else last.total - page.total


def _gather(walk: Walk[T], *, quiet: bool = False) -> RecordList[T]:
    """Return the items of a walk; with `quiet`, only up to the first change."""
    found: list[T] = []
    keys: list[Hashable] = []
    total = None
    for page in walk.pages():
        if quiet and walk.changed:
            break
        _merge(found, keys, page)
        total = page.total
    return RecordList(found, len(found) if total is None else max(total, len(found)))


def _merge(found: list[T], keys: list[Hashable], page: PageSpan[T]) -> None:
    """Put the items of a page into their places among those that were found."""
    if len(page.fresh) == len(page.items):
        found += page.items
        keys += page.keys
        return
    known = set(keys)
    place = len(found)
    for key, item in zip(reversed(page.keys), reversed(page.items), strict=True):
        if key in known:
            place = keys.index(key)
            found[place] = item
        else:
            found.insert(place, item)
            keys.insert(place, key)


def _warn(order: ListOrder) -> None:
    text = "the list changed while it was read"
    advice = "Take the whole list first, to delete or change what is in it: list(), not iterate()."
    if order == "changing":
        raise ListChanged(f"{text}, and records may have been skipped. {advice}")
    warnings.warn(f"{text}. {advice}", ListChangedWarning, 4)
