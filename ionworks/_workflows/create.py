"""Creates a record exactly once: finds the conflicting record and compares it with the request."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from attrs import frozen
from ionworks_openapi.types import Operation

from ionworks._http.session import Session
from ionworks._request.filters import write_filters
from ionworks._request.schemas import page_size
from ionworks.errors import (
    ApiError,
    Conflict,
    ConnectionFailed,
    NotFound,
    PayloadError,
    RecordDiffers,
    TimedOut,
    WriteOutcomeUnknown,
)
from ionworks.records import Record
from ionworks.records.diff import Difference, DifferenceWarning, differences
from ionworks.records.model import set_fields
from ionworks.records.pages import PageLike
from ionworks.records.walk import collect

R = TypeVar("R", bound=Record)
SameName = Callable[[str, str], bool]
OnDifference = Literal["warn", "raise", "ignore"]


@frozen
class CreateRequest(Generic[R]):
    """A record to create, and the calls that find an existing record with the same name.

    Attributes
    ----------
    requested : mapping
        The requested record in plain JSON.
    send : callable
        Creates the record; raises `Conflict` if the name is taken.
    get : callable
        Returns a record by its id.
    search : callable
        Yields the records with the same parent that may have a given name, over all pages.
    same_name : callable
        Returns whether the service treats two names as equal.
    kind : str, optional
        The `measurement_type` of the requested record; an existing one may have another.
    compare : callable, optional
        Yields the differences between the data of a record and those of the requested one.
    """

    requested: Mapping[str, Any]
    send: Callable[[], R]
    get: Callable[[str], R]
    search: Callable[[str], Iterator[R]]
    same_name: SameName = str.__eq__
    kind: str | None = None
    compare: Callable[[R], Iterable[Difference]] | None = None

    def create(self) -> R:
        """Create the record.

        If a response is lost and the request is retried, the retry may conflict with the record
        that the first attempt created. The existing record is returned if it was created after the
        first attempt, by the server's clock, and equals the requested one; otherwise the conflict
        is raised.

        Raises
        ------
        Conflict
            If the name is taken.
        WriteOutcomeUnknown
            If a response was lost, and the existing record with this name cannot be read.
        """
        try:
            return self.send()
        except Conflict as conflict:
            if conflict.first_sent is None:
                raise
            found = self._find_existing(conflict)
            if found is None or not self._is_created_since(conflict.first_sent, found):
                raise
            return found

    def create_or_get(self, on_difference: OnDifference) -> R:
        """Create the record, or return the existing one and report how it differs.

        The method that the user calls must call this directly, so that the warning points to the
        user's line.
        """
        check_on_difference(on_difference)
        try:
            return self.send()
        except Conflict as conflict:
            found = self.find_existing(conflict)
            if found is None:
                raise
        report_differences(self.differences(found), found, on_difference, stacklevel=4)
        return found

    def differences(self, found: R) -> list[Difference]:
        """Return how an existing record with this name differs from the requested one.

        Raises
        ------
        RecordDiffers
            If it has another `measurement_type`.
        """
        self._check_kind(found)
        # The service treats the names as equal, or there would be no conflict.
        requested = {key: value for key, value in self.requested.items() if key != "name"}
        data = self.compare(found) if self.compare else ()
        return [*differences(requested, found), *data]

    def _check_kind(self, found: R) -> None:
        other = found.get("measurement_type")
        if self.kind is None or other in (None, self.kind):
            return
        raise RecordDiffers(
            f"the name {found.get('name')!r} belongs to a measurement of type {other!r}"
            f" ({found.get('id')}), not {self.kind!r}; nothing was changed. Use another name, or"
            " rename or delete the existing measurement.",
            status_code=409,
            error_code="CONFLICT",
            outcome="rejected",
        )

    def find_existing(self, conflict: Conflict) -> R | None:
        """Return the conflicting record: by its id if the error has it, else by its name."""
        if conflict.existing_id is not None:
            try:
                return self.get(conflict.existing_id)
            except NotFound:  # deleted meanwhile, or not accessible: search by name
                pass
        name = str(self.requested["name"])
        return find_by_name(self.search(name), name, self.same_name)

    def _find_existing(self, conflict: Conflict) -> R | None:
        try:
            return self.find_existing(conflict)
        except (ApiError, ConnectionFailed, TimedOut) as error:
            unknown = WriteOutcomeUnknown.of(conflict)
            unknown.message += (
                "; the existing record with this name could not be read, so it is unknown whether"
                " this call created it"
            )
            raise unknown from error

    def _is_created_since(self, moment: datetime | None, found: R) -> bool:
        made = found.get("created_at")
        if not isinstance(made, datetime) or moment is None or made < moment:
            return False
        try:
            return not differences(self.requested, found) and not self.differences(found)
        except RecordDiffers:
            return False


@frozen
class UniqueNames(Generic[R]):
    """The operations that create a record with a unique name, and find an existing one.

    Attributes
    ----------
    create, get, list : Operation
        Creates a record; returns one by its id; lists those with the same parent.
    any_case : bool
        Whether the service treats names as equal that differ only in their case.
    """

    create: Operation[..., R]
    get: Operation[..., R]
    list: Operation[..., PageLike[R]]
    any_case: bool = False

    def request(
        self, session: Session, *path: object, data: Mapping[str, Any], **query: Any
    ) -> CreateRequest[R]:
        """Prepare the creation of `data`; `path` has the ids of its parents.

        `query` has the parameters of the list that the search for an existing record needs. A
        parent that is a field of `data`, such as the project, need not be given.

        Raises
        ------
        PayloadError
            If `data` is not a mapping, or does not fit the contract; nothing was sent.
        """
        request = session.prepare(self.create, *path, body=fields_of(data))
        parents = {
            each.parameter: request.body[each.parameter]
            for each in self.list.filters.values()
            if each.constant and request.body.get(each.parameter) is not None
        }

        def search(name: str) -> Iterator[R]:
            keyword = "name" if self.any_case else "name_exact"
            exact = {keyword: name} if keyword in self.list.filters else {}
            found = write_filters(self.list.filters, exact) | parents | query
            return iter(collect(session._pages(self.list, *path, **found), page_size=page_size()))

        return CreateRequest(
            request.body,
            lambda: session.send(request),
            lambda record_id: session.call(self.get, record_id),
            search,
            _equal_in_any_case if self.any_case else str.__eq__,
        )


def _equal_in_any_case(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def fields_of(data: object) -> dict[str, Any]:
    """Return the fields to send of a dictionary or a record.

    Raises
    ------
    PayloadError
        If `data` is neither of them.
    """
    if isinstance(data, Record):
        return set_fields(data)
    if isinstance(data, Mapping):
        return dict(data)
    raise PayloadError("data", data, 'give a dictionary, such as {"name": "..."}')


def find_by_name(records: Iterator[R], name: str, same_name: SameName = str.__eq__) -> R | None:
    """Return the first record with this name; `same_name` decides, by default equality."""
    found = (r for r in records if isinstance(r, Record) and same_name(name, str(r["name"])))
    return next(found, None)


def report_differences(
    found_differences: Sequence[Difference],
    found: Record,
    on_difference: str,
    *,
    stacklevel: int,
) -> None:
    """Warn about, or raise, the differences between the existing record and the request.

    `stacklevel` is passed to `warnings.warn`; it must make the warning point to the user's line.

    Raises
    ------
    RecordDiffers
        With `on_difference="raise"`, if there are differences.
    """
    if on_difference == "ignore" or not found_differences:
        return
    fix = "Use update() to change it"
    if any(each.path.partition(".")[0] == "time_series" for each in found_differences):
        fix = "Give replace=True to upload the data again"
    if any(each.path.partition(".")[0] == "files" for each in found_differences):
        fix = "Use another name, or delete it to upload the files again"
    text = (
        f"{type(found).__name__} {found.get('name')!r} ({found.get('id')}) already exists and "
        f"differs: {'; '.join(map(str, found_differences))}. It was not changed. {fix},"
        " or on_difference='ignore' to accept it."
    )
    if on_difference == "raise":
        raise RecordDiffers(text, status_code=409, error_code="CONFLICT", outcome="rejected")
    warnings.warn(text, DifferenceWarning, stacklevel=stacklevel)


def check_on_difference(on_difference: str) -> None:
    """Check `on_difference` before anything is sent.

    Raises
    ------
    PayloadError
        If it is not "warn", "raise" or "ignore".
    """
    if on_difference not in ("warn", "raise", "ignore"):
        raise PayloadError("on_difference", on_difference, "give 'warn', 'raise' or 'ignore'")
