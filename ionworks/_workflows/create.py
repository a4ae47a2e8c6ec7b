"""Creates a record exactly once: finds the conflicting record and compares it with the request."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final, Generic, Literal, TypeVar

from attrs import frozen
from ionworks_openapi.types import Operation

from ionworks._http.session import Session
from ionworks._request.filters import write_filters
from ionworks._request.schemas import page_size
from ionworks.errors import (
    Conflict,
    IonworksError,
    NotFound,
    PayloadError,
    RecordDiffers,
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
# A service sets `Date` and `created_at` by clocks that may differ, for example by a time zone.
_CLOCK_ERROR: Final = timedelta(days=1)


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
        that the first attempt created. The existing record is returned if it equals the requested
        one and was created after the first attempt, by the server's clock.

        Raises
        ------
        Conflict
            If another record has the name.
        WriteOutcomeUnknown
            If a response was lost, and the existing record with this name cannot be read, or the
            times do not show whether this call created it.
        """
        try:
            return self.send()
        except Conflict as error:
            if error.outcome != "unknown":
                raise
            conflict = error
        with reconciling(conflict):
            found = self.find_existing(conflict)
            own = None if found is None else self._is_own(conflict.first_sent, found)
        if found is not None and own:
            return found
        if own is None:
            raise unknown_outcome(conflict, _describe_candidate(found)) from conflict
        conflict.outcome = "rejected"
        raise conflict

    def create_or_get(self, on_difference: OnDifference) -> R:
        """Create the record, or return the existing one and report how it differs.

        The method that the user calls must call this directly, so that the warning points to the
        user's line.
        """
        check_on_difference(on_difference)
        try:
            return self.send()
        except Conflict as error:
            conflict = error
        with reconciling(conflict):
            found = self.find_existing(conflict)
            found_differences = [] if found is None else self.differences(found)
        if found is None:
            if conflict.outcome == "unknown":
                raise unknown_outcome(conflict, _describe_candidate(None)) from conflict
            raise conflict
        report_differences(found_differences, found, on_difference, stacklevel=4)
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

    def _is_own(self, first_sent: datetime | None, found: R) -> bool | None:
        """Return whether this call created an existing record; None if that is unknown."""
        try:
            if differences(self.requested, found) or self.differences(found):
                return False
        except RecordDiffers:
            return False
        made = found.get("created_at")
        if not isinstance(made, datetime) or first_sent is None:
            return None
        if made >= _at_resolution_of(made, first_sent):
            return True
        return None if first_sent - made < _CLOCK_ERROR else False


def _at_resolution_of(moment: datetime, other: datetime) -> datetime:
    """Truncate `other` to whole seconds or milliseconds if `moment` has no more digits."""
    step = next(step for step in (1_000_000, 1_000, 1) if moment.microsecond % step == 0)
    return other.replace(microsecond=other.microsecond - other.microsecond % step)


def _describe_candidate(found: Record | None) -> str:
    if found is None:
        return "the existing record with this name was not found"
    return (
        f"a record with this name and the same content exists ({found.get('id')}), but the times of"
        " the server do not show that this call created it"
    )


def unknown_outcome(conflict: Conflict, reason: str) -> WriteOutcomeUnknown:
    """Return the error for a conflict with a record that this call may have created."""
    unknown = WriteOutcomeUnknown.of(conflict)
    unknown.message += f"; {reason}, so it is unknown whether this call created it"
    return unknown


@contextmanager
def reconciling(conflict: Conflict) -> Iterator[None]:
    """Raise `WriteOutcomeUnknown` if the record of a conflict cannot be read in this block.

    Only if an earlier attempt of the creation may have been applied; otherwise the error of the
    block is raised.
    """
    try:
        yield
    except RecordDiffers:
        raise
    except IonworksError as error:
        if conflict.outcome != "unknown":
            raise
        reason = "the existing record with this name could not be read"
        raise unknown_outcome(conflict, reason) from error


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
        f"differs: {'; '.join(map(str, found_differences))}. It was not changed."
    )
    fix = f"{fix}, or on_difference='ignore' to accept it."
    if on_difference == "raise":
        error = RecordDiffers(text, status_code=409, error_code="CONFLICT", outcome="rejected")
        error.fix = fix
        raise error
    warnings.warn(f"{text} {fix}", DifferenceWarning, stacklevel=stacklevel)


def check_on_difference(on_difference: str) -> None:
    """Check `on_difference` before anything is sent.

    Raises
    ------
    PayloadError
        If it is not "warn", "raise" or "ignore".
    """
    if on_difference not in ("warn", "raise", "ignore"):
        raise PayloadError("on_difference", on_difference, "give 'warn', 'raise' or 'ignore'")
