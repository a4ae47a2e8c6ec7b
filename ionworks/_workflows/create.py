"""Making a record once: what a conflict is with, whose it is, and how it differs."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from attrs import frozen
from ionworks_openapi.types import Operation

from ionworks._http.session import Session
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

R = TypeVar("R", bound=Record)
SameName = Callable[[str, str], bool]
OnDifference = Literal["warn", "raise", "ignore"]


@frozen
class CreateRequest(Generic[R]):
    """One record that is to be made, and the ways to the one that may stand there already.

    Attributes
    ----------
    asked : mapping
        The record as it was asked for, in plain JSON.
    send : callable
        Makes it; a `Conflict` if the name is taken.
    get : callable
        Gets a record by its id.
    search : callable
        Yields the records of the same parent that may have a name, over all pages.
    same_name : callable
        Whether the service takes two names for one.
    kind : str, optional
        The `measurement_type` that a record must have; one name may belong to another type.
    compare : callable, optional
        Yields how the data of a record differ from those of this one.
    """

    requested: Mapping[str, Any]
    send: Callable[[], R]
    get: Callable[[str], R]
    search: Callable[[str], Iterator[R]]
    same_name: SameName = str.__eq__
    kind: str | None = None
    compare: Callable[[R], Iterable[Difference]] | None = None

    @classmethod
    def of(
        cls,
        session: Session,
        operation: Operation[..., R],
        *path: str,
        data: Mapping[str, Any],
        get: Callable[[str], R],
        search: Callable[[str], Iterator[R]],
        same_name: SameName = str.__eq__,
    ) -> CreateRequest[R]:
        """Prepare the operation that creates `data`; `path` holds the ids of its parents.

        Raises
        ------
        PayloadError
            If `data` is not a mapping, or does not fit the contract; nothing was sent.
        """
        request = session.prepare(operation, *path, body=fields_of(data))
        return cls(request.body, lambda: session.send(request), get, search, same_name)

    def create(self) -> R:
        """Make the record.

        When an answer was lost on the way, the conflict that follows may be with our own record.
        It is ours if it was made after the request was first sent, by the server's clock, and is
        what was asked for; else the conflict stands.

        Raises
        ------
        Conflict
            If the name is taken.
        WriteOutcomeUnknown
            If an answer was lost, and the record that has the name now cannot be read.
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
        """Make the record, or return the one that has the name; tells how that one differs.

        To be called by the method that the user calls, for the warning to point to the user's line.
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
        """Return how a record that has the name differs from this one.

        Raises
        ------
        RecordDiffers
            If it is of another kind.
        """
        self._check_kind(found)
        # The names are the same, or the service would not have refused this one.
        asked = {key: value for key, value in self.requested.items() if key != "name"}
        data = self.compare(found) if self.compare else ()
        return [*differences(asked, found), *data]

    def _check_kind(self, found: R) -> None:
        other = found.get("measurement_type")
        if self.kind is None or other in (None, self.kind):
            return
        raise RecordDiffers(
            f"the name {found.get('name')!r} belongs to a measurement of type {other!r}"
            f" ({found.get('id')}), not {self.kind!r}; nothing was changed. Give this one another"
            " name, or rename or delete that one.",
            status_code=409,
            error_code="CONFLICT",
            outcome="rejected",
        )

    def find_existing(self, conflict: Conflict) -> R | None:
        """Return the record that a conflict is with: by its id if told, else by its name."""
        if conflict.existing_id is not None:
            try:
                return self.get(conflict.existing_id)
            except NotFound:  # deleted in between, or not ours to see: the name may still tell
                pass
        name = str(self.requested["name"])
        return find_by_name(self.search(name), name, self.same_name)

    def _find_existing(self, conflict: Conflict) -> R | None:
        try:
            return self.find_existing(conflict)
        except (ApiError, ConnectionFailed, TimedOut) as error:
            unknown = WriteOutcomeUnknown.of(conflict)
            unknown.message += (
                "; the record that has the name could not be read, to tell whose it is"
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


def fields_of(data: object) -> dict[str, Any]:
    """Return the fields of a dictionary or a record that are to be sent.

    Raises
    ------
    PayloadError
        If `data` is neither.
    """
    if isinstance(data, Record):
        return set_fields(data)
    if isinstance(data, Mapping):
        return dict(data)
    raise PayloadError("data", data, 'give a dictionary, such as {"name": "..."}')


def find_by_name(records: Iterator[R], name: str, same_name: SameName = str.__eq__) -> R | None:
    """Return the first record with this name, by default exactly this one."""
    found = (r for r in records if isinstance(r, Record) and same_name(name, str(r["name"])))
    return next(found, None)


def report_differences(
    found_differences: Sequence[Difference],
    found: Record,
    on_difference: str,
    *,
    stacklevel: int,
) -> None:
    """Warn of, or raise, the differences between the record that was found and the request.

    `stacklevel` is that of `warnings.warn`, such that the warning points to the user's line.

    Raises
    ------
    RecordDiffers
        With `on_difference="raise"`, if there is any.
    """
    if on_difference == "ignore" or not found_differences:
        return
    fix = "use update() to change it"
    if any(each.path.partition(".")[0] == "time_series" for each in found_differences):
        fix = "give replace=True to upload the data again"
    text = (
        f"{type(found).__name__} {found.get('name')!r} ({found.get('id')}) exists already and "
        f"differs: {'; '.join(map(str, found_differences))}. It was left as it is; {fix},"
        " or on_difference='ignore' to accept it."
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
