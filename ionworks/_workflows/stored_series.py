"""Reads the fingerprint of a stored time series and compares it with another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ionworks_openapi.api.cell_measurements import download_measurement_time_series

from ionworks._workflows.time_series import read_time_series
from ionworks._workflows.wait import state_of
from ionworks.errors import Conflict, NotFound, UnexpectedResponse
from ionworks.frames.digest import Fingerprint
from ionworks.frames.footer import footer_size, read_footer
from ionworks.records.diff import Difference

if TYPE_CHECKING:
    from ionworks_openapi.models import CellMeasurement

    from ionworks._http.session import Session

_FOOTER: Final = 1 << 16
_PATH: Final = "time_series"


def stored_fingerprint(session: Session, measurement_id: str) -> Fingerprint:
    """Return the fingerprint of a stored time series.

    A file written by this client has its fingerprint in the footer, and only the footer is read.
    For any other file all rows are read, and `digest` is None.

    Raises
    ------
    UnexpectedResponse
        If the stored file is not a Parquet file.
    """
    operation = download_measurement_time_series
    end = session.read_tail(operation, _FOOTER, measurement_id)
    try:
        size = footer_size(end)
        if size > len(end):
            end = session.read_tail(operation, size, measurement_id)
        rows, metadata = read_footer(end)
    except ValueError as error:
        raise UnexpectedResponse(str(error), operation=operation.name) from None
    written = Fingerprint.from_metadata(metadata)
    # A service that rewrites the file, for example to append rows, may keep the old fingerprint.
    if written is not None and written.rows == rows:
        return written
    return Fingerprint.of(read_time_series(session, measurement_id), content=False)


def compare_series(
    session: Session, given: Fingerprint, found: CellMeasurement
) -> list[Difference]:
    """Return how the time series of a stored measurement differs from the given one."""
    state = state_of(found.processing_status)
    if state == "failed":
        reason = f"processing failed: {found.processing_error}"
        return [Difference(_PATH, f"{given.rows} rows", reason)]
    try:
        return list(_differences(given, stored_fingerprint(session, found.id)))
    except (Conflict, NotFound) as error:
        if state == "ready":
            return [Difference(_PATH, f"{given.rows} rows", f"cannot be read: {error.message}")]
        waiting = f"not compared: processing is {found.processing_status}"
        return [Difference(_PATH, f"{given.rows} rows", waiting)]


def is_of_series(difference: Difference) -> bool:
    """Return whether a difference concerns the data, not the metadata."""
    return difference.path.partition(".")[0] == _PATH


def _differences(given: Fingerprint, stored: Fingerprint) -> Iterator[Difference]:
    if given.rows != stored.rows:
        yield Difference(f"{_PATH}.rows", given.rows, stored.rows)
    if (given.start, given.end) != (stored.start, stored.end):
        spans = [f"{each.start} s to {each.end} s" for each in (given, stored)]
        yield Difference(f"{_PATH}.span", *spans)
    if stored.digest is None or given.rows != stored.rows:
        return
    if given.columns != stored.columns:
        yield Difference(f"{_PATH}.columns", list(given.columns), list(stored.columns))
    elif stored.digest != given.digest:
        digests = [f"values with sha256 {each.digest:.12}" for each in (given, stored)]
        yield Difference(f"{_PATH}.content", *digests)
