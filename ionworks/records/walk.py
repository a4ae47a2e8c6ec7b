"""Reads lists page by page, without gaps or duplicates if others write meanwhile. Pure.

Offsets shift when a list changes between two requests. After a deletion, later records move up, and
the next page would skip some. After an insertion, records move down, and the next page repeats
some. So a page is accepted only if no record can lie between it and the items read so far: it
begins with an item that was already read, or the total has not fallen. Otherwise the walk goes back
to an earlier offset.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Iterator
from typing import Final, Generic, Literal, TypeAlias, TypeVar

from attrs import frozen

from ionworks.errors import ListChanged, UnexpectedResponse, ValidationFailed
from ionworks.records.base import InvalidRecord
from ionworks.records.pages import FetchPage, PageLike, RecordList
from ionworks.records.record import Record

T = TypeVar("T")

ListOrder: TypeAlias = Literal["newest", "fixed", "changing"]
"""How a list is sorted. This decides how a walk detects changes.

``"newest"``: newest first, and records enter only at the start. Each change that could hide a
record from the walk lowers the total, so pages need not overlap.
``"fixed"``: records keep their relative order, but others may enter anywhere. Pages overlap by one
item.
``"changing"``: sorted by a field that may change. A record may move to a part of the list that was
already read, so a list that changes is read again from the start.
"""

_WALKS: Final = 5
_WIDE: Final = 1000
_LONG: Final = 10  # pages of a list whose later pages are wide
_RETURNS: Final = 10
_ADVICE: Final = "Try again when fewer records are written, or sort the list by created_at."


class ListChangedWarning(UserWarning):
    """Issued if a list changes while `iterate` reads it."""


@frozen
class PageSpan(Generic[T]):
    """A page that follows the items read before without a gap.

    Attributes
    ----------
    items, keys
        The distinct items, and their keys.
    fresh
        The items that were not read before.
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
        """The offset of the next item."""
        return self.offset + self.count

    @property
    def is_last(self) -> bool:
        """Whether this is the last page.

        If the server reports no total, or one that is too small, a page that is not full is the
        last one. With a correct total, pages may be smaller than requested.
        """
        if self.total is None or self.end > self.total:
            return not self.full or not self.count
        return self.end == self.total or not self.count


class Walk(Generic[T]):
    """One pass over the pages of a list.

    Parameters
    ----------
    fetch
        Fetches one page.
    page_size
        Items per page.
    overlap
        Whether each page begins with the last item of the previous one.
    wide
        Items per page of a long list, if the service allows them.

    Attributes
    ----------
    grew : bool
        Whether the total rose.
    moved : bool
        Whether the total fell or an item came twice, so that records may have been skipped.
    """

    def __init__(
        self, fetch: FetchPage[T], *, page_size: int, overlap: bool = False, wide: int = 0
    ) -> None:
        self.grew: bool = False
        self.moved: bool = False
        self._fetch = fetch
        self._page_size = page_size
        self._wide = max(wide, page_size)
        self._overlap = int(overlap)
        self._is_long = False
        self._seen: set[Hashable] = set()
        self._returns = 0

    @property
    def changed(self) -> bool:
        """Whether a change of the list was detected."""
        return self.grew or self.moved

    def pages(self) -> Iterator[PageSpan[T]]:
        """Yield the pages, up to the end of the list.

        Raises
        ------
        UnexpectedResponse
            If the server returns the same page for two offsets, although the total is larger.
        ListChanged
            If the walk goes back too often without finding new items.
        """
        page = self._read(0)
        while True:
            yield page
            self._seen.update(page.keys)
            if page.is_last:
                return
            last = page
            # If pages have one item, an overlapping page would be the same one forever.
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
            f"pagination does not advance: offset {page.offset} returned the same {page.count}"
            f" items as the previous page, but the total is {page.total}"
        )

    def _read(self, offset: int) -> PageSpan[T]:
        size = max(self._page_size, 1 + self._overlap) if offset else self._page_size
        if offset and self._is_long and self._wide > size:
            size, page = self._read_wide(size, offset)
        else:
            page = self._fetch(size, offset)
            self._is_long = (page.total or 0) > _LONG * size
        items = list(page.items)
        by_key = {record_key(item): item for item in items}
        return PageSpan(
            items=[*by_key.values()],
            keys=[*by_key],
            fresh=[item for key, item in by_key.items() if key not in self._seen],
            offset=offset,
            count=len(items),
            total=page.total,
            full=len(items) == size,
        )

    def _read_wide(self, size: int, offset: int) -> tuple[int, PageLike[T]]:
        """Return a page of the wide size, or of the usual one if the service refuses it."""
        try:
            return self._wide, self._fetch(self._wide, offset)
        except ValidationFailed:
            self._wide = size
            return size, self._fetch(size, offset)

    def _compare(self, page: PageSpan[T], last: PageSpan[T]) -> None:
        """Record whether the list changed since the last page."""
        overlap = last.end - page.offset
        expected = overlap if page.keys[:overlap] == last.keys[len(last.keys) - overlap :] else 0
        repeated = len(page.items) - len(page.fresh) > expected
        self.moved |= repeated or _decrease(page, last) > 0 or not self._is_contiguous(page, last)
        self.grew |= _decrease(page, last) < 0

    def _join(self, page: PageSpan[T], last: PageSpan[T]) -> PageSpan[T]:
        """Return `page`, or an earlier one that leaves no gap after the items read before."""
        back = 1
        while not self._is_contiguous(page, last):
            back = max(2 * back, 1 + _decrease(page, last))
            page = self._read(max(0, last.end - back))
        self._returns = self._returns + 1 if back > 1 and not page.fresh else 0
        if self._returns > _RETURNS:
            raise ListChanged(f"the list changes too often while it is read. {_ADVICE}")
        return page

    def _is_contiguous(self, page: PageSpan[T], last: PageSpan[T]) -> bool:
        """Return whether no record can lie between a page and the items read before."""
        if page.offset == 0 or (page.keys and page.keys[0] in self._seen):
            return True
        return page.offset == last.end and _decrease(page, last) <= 0


def collect(
    fetch: FetchPage[T], *, page_size: int, order: ListOrder = "newest", wide: int = 0
) -> RecordList[T]:
    """Return the items of all pages, without duplicates.

    The result has every record that existed during the whole call. The later pages of a long list
    have `wide` items, if that is more than `page_size` and the service allows it.

    Raises
    ------
    ListChanged
        If the list changes too often to guarantee this.
    """
    if order != "changing":
        return _gather(Walk(fetch, page_size=page_size, overlap=order == "fixed", wide=wide))
    size, wide = page_size, max(page_size, _WIDE)
    for _ in range(_WALKS):
        walk = Walk(fetch, page_size=size, overlap=True)
        try:
            found = _gather(walk, quiet=True)
        except ValidationFailed:
            if size == page_size:
                raise
            wide = page_size  # the service does not allow pages of this size
        else:
            if not walk.changed:
                return found
        size = wide  # fewer requests leave less time for changes
    raise ListChanged(f"the list changed during each of {_WALKS} attempts to read it. {_ADVICE}")


def iterate(
    fetch: FetchPage[T],
    *,
    page_size: int,
    max_items: int | None = None,
    order: ListOrder = "newest",
) -> Iterator[T]:
    """Yield items lazily, one page at a time, without duplicates; at most `max_items`.

    If the total falls or an item comes twice, the walk goes back where that helps, and issues one
    `ListChangedWarning`. Pages do not overlap, unlike in `collect`: if records may enter anywhere,
    a deletion and an insertion together leave the total as it was and remain undetected.

    Raises
    ------
    ListChanged
        If records may have been skipped because the list is sorted by a field that may change, or
        if the list changes too often.
    """
    if max_items == 0:
        return
    left = max_items
    size = page_size if left is None else min(page_size, left)
    walk = Walk(fetch, page_size=size)
    warned = False
    for page in walk.pages():
        if walk.moved and not warned:
            warned = True
            _warn(order)
        for item in page.fresh:
            yield item
            if left is not None:
                left -= 1
                if left == 0:
                    return


def record_key(item: object) -> Hashable:
    """Return the key of a list item: its id, or its content if it has none."""
    if isinstance(item, Record):
        found = item.get("id") or item.get("job_id")
        return repr(item.to_dict()) if found is None else str(found)
    if isinstance(item, InvalidRecord):
        return repr(item.raw) if item.id is None else item.id
    return item if isinstance(item, str | int) else repr(item)


def _decrease(page: PageSpan[T], last: PageSpan[T]) -> int:
    """Return how much the total fell; negative if it rose."""
    return 0 if page.total is None or last.total is None else last.total - page.total


def _gather(walk: Walk[T], *, quiet: bool = False) -> RecordList[T]:
    """Return the items of a walk; with `quiet`, stop at the first change."""
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
    """Insert the items of a page at their positions among the items found before."""
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
    advice = "To delete or change its records, read it with list() first instead of iterate()."
    if order == "changing":
        raise ListChanged(f"{text}, and records may have been skipped. {advice}")
    warnings.warn(f"{text}. {advice}", ListChangedWarning, 4)
