"""Base of the resource clients: list, iterate and create_or_get, written once."""

from __future__ import annotations

import builtins
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from ionworks_openapi.types import Operation

from ionworks.differences import DifferenceWarning, differences
from ionworks.errors import (
    ConfigurationError,
    Conflict,
    NotFound,
    PayloadError,
    RecordDiffers,
    UnexpectedResponse,
)
from ionworks.pagination import FetchPage, RecordList, collect, iterate
from ionworks.payload import checked_body
from ionworks.record import InvalidRecord, Record

if TYPE_CHECKING:
    from ionworks.client import Ionworks

T = TypeVar("T")
R = TypeVar("R", bound=Record)
SameName = Callable[[str, str], bool]
OnDifference = Literal["warn", "raise", "ignore"]


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
    ) -> RecordList[T]:
        """Return all pages as one list, or the one page that `limit` or `offset` ask for."""
        if limit is None and offset is None:
            found = collect(fetch, page_size=page_size or self.page_size)
        else:
            page = fetch(limit, offset)
            found = RecordList(page.items, page.total)
        _report(found.invalid, strict, stacklevel=4)
        return found

    def _iterate(
        self,
        fetch: FetchPage[T],
        *,
        max_items: int | None,
        strict: bool = False,
        page_size: int | None = None,
    ) -> Iterator[T]:
        """Yield the items of all pages, fetching each page when it is needed."""
        if max_items is not None and max_items < 0:
            raise PayloadError("max_items", max_items, "give 0 or more, or leave it out for all")
        return _checked(
            iterate(fetch, page_size=page_size or self.page_size, max_items=max_items), strict
        )

    def _create_or_get(
        self,
        create: Callable[[], R],
        get: Callable[[str], R],
        search: Callable[[], Iterator[R]],
        asked: Mapping[str, Any],
        on_difference: OnDifference,
        same_name: SameName = str.__eq__,
    ) -> R:
        """Create; on a conflict return the record that has the name already.

        `search` yields the candidates of the same parent, over all pages. The one that has the
        asked name, by `same_name`, is taken when the server does not tell the record's id.
        """
        check_on_difference(on_difference)
        try:
            return create()
        except Conflict as conflict:
            found = self._existing(conflict, get, search, asked, same_name)
            if found is None:
                raise
        report_differences(asked, found, on_difference, stacklevel=4)
        return found

    def _existing(
        self,
        conflict: Conflict,
        get: Callable[[str], R],
        search: Callable[[], Iterator[R]],
        asked: Mapping[str, Any],
        same_name: SameName = str.__eq__,
    ) -> R | None:
        if conflict.existing_id is not None:
            try:
                return get(conflict.existing_id)
            except NotFound:  # deleted in between, or not ours to see: the name may still tell
                pass
        return named(search(), str(asked["name"]), same_name)

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


def named(records: Iterator[R], name: str, same_name: SameName = str.__eq__) -> R | None:
    """Return the first record with this name, by default exactly this one."""
    found = (r for r in records if isinstance(r, Record) and same_name(name, str(r["name"])))
    return next(found, None)


def asked_for(operation: Operation[..., object], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return `data` as the body of `operation` in plain JSON.

    Raises
    ------
    PayloadError
        If `data` is not a mapping, or does not fit the contract; nothing was sent.
    """
    if not isinstance(data, Mapping | Record):
        raise PayloadError("data", data, 'give a dictionary, such as {"name": "..."}')
    return dict(checked_body(operation, data))


def report_differences(
    asked: Mapping[str, Any], found: Record, on_difference: str, *, stacklevel: int
) -> None:
    """Tell in which fields the found record is not what was asked for.

    `stacklevel` is that of `warnings.warn`, such that the warning points to the user's line.

    Raises
    ------
    RecordDiffers
        With `on_difference="raise"`, if there is any.
    """
    if on_difference == "ignore":
        return
    # The names are the same, or the service would not have said so.
    found_differences = differences({k: v for k, v in asked.items() if k != "name"}, found)
    if not found_differences:
        return
    text = (
        f"{type(found).__name__} {found.get('name')!r} ({found.get('id')}) exists already and "
        f"differs: {'; '.join(map(str, found_differences))}. It was left as it is; use update()"
        " to change it, or on_difference='ignore' to accept it."
    )
    if on_difference == "raise":
        raise RecordDiffers(text, status_code=409, error_code="CONFLICT", outcome="rejected")
    warnings.warn(text, DifferenceWarning, stacklevel=stacklevel)


def check_on_difference(on_difference: str) -> None:
    """Refuse an unknown choice, before anything is sent.

    Raises
    ------
    PayloadError
        If it is none of "warn", "raise" and "ignore".
    """
    if on_difference not in ("warn", "raise", "ignore"):
        raise PayloadError("on_difference", on_difference, "give 'warn', 'raise' or 'ignore'")


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
