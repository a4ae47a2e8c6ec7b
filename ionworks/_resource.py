"""The base class of the resource clients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

from ionworks._request.schemas import page_size as default_page_size
from ionworks.errors import ConfigurationError, PayloadError
from ionworks.records import InvalidRecord
from ionworks.records.pages import FetchPage, RecordList, report_invalid
from ionworks.records.walk import ListOrder, collect, iterate

if TYPE_CHECKING:
    from ionworks._http.session import Session

T = TypeVar("T")


class Resource:
    """Base class of the clients for one kind of record.

    Parameters
    ----------
    client : Ionworks
        The client whose connection, settings and workers are used.
    """

    #: Items per page when a call reads all pages; None for as many as the contract allows.
    page_size: int | None = None

    def __init__(self, client: Session) -> None:
        """Create the resource client on the connection and the settings of `client`."""
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
        """Return all pages as one list, or one page if `limit` or `offset` is given."""
        if limit is None and offset is None:
            size = page_size or self.page_size or default_page_size()
            found = collect(fetch, page_size=size, order=order)
        else:
            page = fetch(limit, offset)
            found = RecordList(page.items, page.total)
        found.backend = self._client.dataframe_backend
        report_invalid(found.invalid, strict=strict, stacklevel=4)
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
        size = page_size or self.page_size or default_page_size()
        return _checked(iterate(fetch, page_size=size, max_items=max_items, order=order), strict)

    def _project(self, project_id: str | None) -> str:
        """Return the given project, or the client's.

        Raises
        ------
        ConfigurationError
            If neither is set.
        """
        project = self._client.settings.project_id if project_id is None else project_id
        if project is None:
            raise ConfigurationError(
                "no project given: pass project_id, or set IONWORKS_PROJECT_ID"
            )
        return project


def _checked(items: Iterator[T], strict: bool) -> Iterator[T]:
    for item in items:
        if isinstance(item, InvalidRecord):
            report_invalid([item], strict=strict, stacklevel=3)
        yield item
