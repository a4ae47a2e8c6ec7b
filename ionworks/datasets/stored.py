"""Asks the service for the size of a stored time series, without reading its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import frozen
from ionworks_openapi.api.cell_measurements import download_measurement_time_series

from ionworks.errors import UnexpectedResponse
from ionworks.frames.footer import footer_size, read_footer

if TYPE_CHECKING:
    from ionworks._http.session import Session

_END: Final = 1 << 16


@frozen
class StoredSeries:
    """The size of a stored time series: its rows, its bytes, and its ETag."""

    rows: int
    bytes: int
    etag: str | None


def stored_series(session: Session, measurement_id: str) -> StoredSeries:
    """Return the size of a stored time series; only the end of the file is transferred.

    Raises
    ------
    UnexpectedResponse
        If the file is not a Parquet file.
    """
    end, size, etag = _read_end(session, measurement_id, _END)
    try:
        if (needed := footer_size(end)) > len(end):
            end, size, etag = _read_end(session, measurement_id, needed)
        rows, _ = read_footer(end)
    except ValueError as error:
        operation = download_measurement_time_series.name
        raise UnexpectedResponse(str(error), operation=operation) from None
    return StoredSeries(rows, size, etag)


def stored_etag(session: Session, measurement_id: str) -> str | None:
    """Return the ETag of a stored time series."""
    return _read_end(session, measurement_id, 8)[2]


def _read_end(session: Session, measurement_id: str, length: int) -> tuple[bytes, int, str | None]:
    """Return the last bytes of the file, its size and its ETag."""
    file = session._open_file(session.prepare(download_measurement_time_series, measurement_id))
    end = file.read_end(length)
    return end, file.size, file.etag
