"""Base of the resource clients: list and iterate, written once."""

from __future__ import annotations

import builtins
import warnings
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, TypeVar

from ionworks.errors import (
    ConfigurationError,
    PayloadError,
    UnexpectedResponse,
)
from ionworks.records.model import InvalidRecord, Record
from ionworks.records.pages import FetchPage, RecordList
from ionworks.records.walk import ListOrder, collect, iterate

if TYPE_CHECKING:
    from ionworks.client import Ionworks

T = TypeVar("T")
R = TypeVar("R", bound=Record)
#: Filters that a record matches for ever or never.
_UNCHANGING: Final = frozenset(
    {
        *("project_id", "spec_id", "exclude_cell_spec_id", "cell_instance_id"),
        *("measurement_type", "created_at", "created_after", "created_before"),
    }
)


class InvalidRecordWarning(UserWarning):
    """A list holds items that do not fit the contract."""


class Resource:
    """Base of the clients for one noun.

    Parameters
    ----------
    client : Ionworks
        The client whose connection, settings and workers are used.
    """

    #: Items asked for at once when all pages are walked. The service documents its largest page
    #: for some lists only; a hundred is what its routes are known to accept.
    page_size = 100

    def __init__(self, client: Ionworks) -> None:
        """Make the resource client; it uses the connection and the settings of `client`."""
        self._client = client

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._client!r})"

    def _list(
        self,
        fetch: FetchPage[T],
        *,
        limit: int | None,
        offset: int | None,
        strict: bool = False,
        page_size: int | None = None,
        order: ListOrder = "newest",
    ) -> RecordList[T]:
        """Return all pages as one list, or the one page that `limit` or `offset` ask for."""
        if limit is None and offset is None:
            found = collect(fetch, page_size=page_size or self.page_size, order=order)
        else:
            page = fetch(limit, offset)
            found = RecordList(page.items, page.total)
        found.backend = self._client.dataframe_backend
        _report(found.invalid, strict, stacklevel=4)
        return found

    def _iterate(
        self,
        fetch: FetchPage[T],
        *,
        max_items: int | None,
        strict: bool = False,
        page_size: int | None = None,
        order: ListOrder = "newest",
    ) -> Iterator[T]:
        """Yield the items of all pages, fetching each page when it is needed."""
        if max_items is not None and max_items < 0:
            raise PayloadError("max_items", max_items, "give 0 or more, or leave it out for all")
        size = page_size or self.page_size
        return _checked(iterate(fetch, page_size=size, max_items=max_items, order=order), strict)

    def _project(self, project_id: str | None) -> str:
        """Return the project that was given, or the client's.

        Raises
        ------
        ConfigurationError
            If there is neither.
        """
        project = self._client.settings.project_id if project_id is None else project_id
        if project is None:
            raise ConfigurationError(
                "no project given: pass project_id, or set IONWORKS_PROJECT_ID"
            )
        return project


def order_of(filters: Mapping[str, object]) -> ListOrder:
    """Return how a list is sorted that has these filters; without an order it is newest first.

    A record may come to match a filter by a change, and so enter a list at its old place.
    """
    given = {name: value for name, value in filters.items() if value is not None}
    if given.pop("order_by", "created_at") != "created_at":
        return "changing"
    oldest_first = given.pop("order", "desc") == "asc"
    return "fixed" if oldest_first or given.keys() - _UNCHANGING else "newest"


def _checked(items: Iterator[T], strict: bool) -> Iterator[T]:
    for item in items:
        if isinstance(item, InvalidRecord):
            _report([item], strict, stacklevel=3)
        yield item


def _report(invalid: builtins.list[InvalidRecord], strict: bool, *, stacklevel: int) -> None:
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
