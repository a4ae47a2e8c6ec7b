"""The base class of the resource clients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Generic,
    Self,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)

from ionworks._request.filters import sort_order, write_filters
from ionworks._request.ids import as_id
from ionworks._request.schemas import page_size as default_page_size
from ionworks.errors import (
    ApiError,
    ConfigurationError,
    ConnectionFailed,
    NotFound,
    PayloadError,
    TimedOut,
    UnexpectedResponse,
)
from ionworks.records import InvalidRecord
from ionworks.records.pages import FetchPage, PageLike, RecordList, report_invalid
from ionworks.records.record import Page
from ionworks.records.walk import ListOrder, collect, iterate

if TYPE_CHECKING:
    from ionworks_openapi.models import ProjectId
    from ionworks_openapi.types import Operation

    from ionworks._http.session import Session

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
_NONE: Final[Mapping[str, object]] = {}
_WIDEST: Final = 1000  # items of a page of a long list


class Lazy(Generic[T_co]):
    """A resource as an attribute of the client, created when it is first used.

    Parameters
    ----------
    module, name : str
        Where its class is.
    doc : str
        The docstring of the attribute.
    """

    def __init__(self, module: str, name: str, doc: str) -> None:
        self.module = module
        self.name = name
        self.__doc__ = doc

    def __set_name__(self, owner: type, attribute: str) -> None:
        self._attribute = attribute

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Session, owner: type) -> T_co: ...
    def __get__(self, client: Session | None, owner: type) -> Self | T_co:
        if client is None:
            return self
        made: T_co = getattr(import_module(self.module), self.name)(client)
        # This has no `__set__`, so that the instance's own attribute is found first from now on.
        return vars(client).setdefault(self._attribute, made)  # type: ignore[no-any-return]


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
        operation: Operation[..., PageLike[T]],
        *path: object,
        limit: int | None,
        offset: int | None,
        strict: bool = False,
        filters: Mapping[str, object] = _NONE,
        page_size: int | None = None,
        order: ListOrder | None = None,
        **query: Any,
    ) -> RecordList[T]:
        """Return all pages as one list, or one page if `limit` or `offset` is given.

        `filters` are the user's keywords, and `query` has parameters in the service's form. The
        sort order of the list follows from the filters, unless `order` is given.
        """
        fetch, usual = self._pages(operation, path, filters, query)
        if limit is None and offset is None:
            size = page_size or self.page_size or default_page_size()
            wide = (
                0
                if page_size or self.page_size
                else default_page_size(operation.name, most=_WIDEST)
            )
            found = collect(fetch, page_size=size, order=order or usual, wide=wide)
        else:
            page = fetch(limit, offset)
            found = RecordList(page.items, page.total)
        if not found:
            found.model = item_type(operation)
            self._check_project(filters, query)
        found.backend = self._client.dataframe_backend
        report_invalid(found.invalid, strict=strict, stacklevel=4)
        return found

    def _iterate(
        self,
        operation: Operation[..., PageLike[T]],
        *path: object,
        max_items: int | None,
        strict: bool = False,
        filters: Mapping[str, object] = _NONE,
        page_size: int | None = None,
        **query: Any,
    ) -> Iterator[T]:
        """Yield the items of all pages, fetching each page when it is needed."""
        fetch, order = self._pages(operation, path, filters, query)
        if max_items is not None and max_items < 0:
            raise PayloadError("max_items", max_items, "give 0 or more, or leave it out for all")
        size = page_size or self.page_size or default_page_size()
        items = iterate(fetch, page_size=size, max_items=max_items, order=order)
        return self._checked(items, strict, *([] if max_items == 0 else [filters, query]))

    def _checked(
        self,
        items: Iterator[T],
        strict: bool,
        *queries: Mapping[str, object],
    ) -> Iterator[T]:
        empty = True
        for item in items:
            empty = False
            if isinstance(item, InvalidRecord):
                report_invalid([item], strict=strict, stacklevel=3)
            yield item
        if empty:
            self._check_project(*queries)

    def _check_project(self, *queries: Mapping[str, object]) -> None:
        """Check that the project of an empty list exists.

        The service may answer an unknown project with an empty list.

        Raises
        ------
        NotFound
            If there is no such project.
        """
        # Not at the top: another contract may have no projects.
        from ionworks_openapi.api.projects import get_project

        for query in queries:
            project: Any = query.get("project_id")
            if project is None:
                continue
            try:
                self._client.call(get_project, project)
            except NotFound:
                raise
            except (ApiError, ConnectionFailed, TimedOut, UnexpectedResponse):
                pass  # the list itself was read

    def _pages(
        self,
        operation: Operation[..., PageLike[T]],
        path: tuple[object, ...],
        filters: Mapping[str, object],
        query: Mapping[str, Any],
    ) -> tuple[FetchPage[T], ListOrder]:
        written = write_filters(operation.filters, filters)
        fetch = self._client._pages(operation, *path, **written, **query)
        return fetch, sort_order(operation.filters, filters)

    def _project(self, project_id: ProjectId | None) -> str:
        """Return the id of the given project, or of the client's.

        Raises
        ------
        ConfigurationError
            If neither is set.
        """
        project = self._project_or_all(project_id, all_projects=False)
        if project is None:
            raise ConfigurationError(
                "no project given: set IONWORKS_PROJECT_ID (or pass project_id='...')"
            )
        return project

    def _project_or_all(self, project_id: ProjectId | None, *, all_projects: bool) -> str | None:
        """Return the id of the given project, or of the client's; None for all projects.

        Raises
        ------
        PayloadError
            If both a project and all projects are asked for.
        """
        if project_id is None:
            return None if all_projects else self._client.settings.project_id
        if all_projects:
            raise PayloadError("all_projects", True, "cannot be combined with project_id")
        return as_id("project_id", project_id, "project")


def item_type(operation: Operation[..., PageLike[T]]) -> type[T] | None:
    """Return the class of the items of a list operation; None if it is not known."""
    page = get_type_hints(operation.read).get("return")
    for base in getattr(page, "__orig_bases__", ()):
        if get_origin(base) is Page:
            found: type[T] = get_args(base)[0]
            return found
    return None
