"""Checks that a downloaded file is complete and of the expected type. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

from attrs import frozen

from ionworks._http.response import Response
from ionworks._http.transfer import PARQUET_MAGIC, TransferResult

# These operations return Parquet; all others return files as they were uploaded.
_PARQUET: Final = frozenset({"download_measurement_time_series", "download_measurement_steps"})
_PART: Final = re.compile(r"/\s*([0-9]{1,20})\s*$")
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_HTML_ENDINGS: Final = frozenset({".html", ".htm", ".xhtml", ".xht", ".shtml"})


@frozen
class Known:
    """The properties of a file in the service's record of it."""

    name: str | None = None
    size: int | None = None
    media_type: str | None = None


@frozen
class Expected:
    """The expected properties of a download, which are checked before it is returned.

    Attributes
    ----------
    name : str
        The file's name; its extension shows whether the file may be an HTML page.
    parquet : bool
        Whether the file must be Parquet.
    record : callable, optional
        Fetches the service's record of the file, if the response alone does not suffice.
    """

    name: str = ""
    parquet: bool = False
    record: Callable[[], Known] | None = None

    @classmethod
    def of(cls, operation: str, path: str) -> Expected:
        """Return the expected properties of the file that an operation returns."""
        return cls(unquote(path.rpartition("/")[2]), parquet=operation in _PARQUET)


def verify(answer: Response, expected: Expected) -> None:
    """Check that a response is the complete requested file.

    Raises
    ------
    UnexpectedResponse
        If the status is not 200, or the response is an HTML page or not Parquet.
    IntegrityError
        If the file is truncated or damaged.
    """
    received = answer.received
    if answer.status != HTTPStatus.OK or received is None:
        raise answer.unexpected_response(f"the file has status {answer.status}, not 200")
    answer = answer.with_content(received.start)
    known, unproven = Known(), not (received.matching or received.recorded)
    is_page = _is_page(answer.headers.get("content-type")) and not _may_be_page(expected.name)
    if expected.record is not None and (is_page or unproven):
        known = expected.record()
    if is_page and not (_may_be_page(known.name) or _is_page(known.media_type)):
        raise answer.unexpected_response("the response is an HTML page, not the file")
    if received.differing:
        claim = received.differing[0]
        raise answer.integrity_error(
            f"the file does not match the {claim.algorithm} digest of the header {claim.header}"
        )
    if unproven:
        _check_size(answer, received, expected, known)
    if expected.parquet and not received.begins_as_parquet:
        raise answer.unexpected_response("the file is not a Parquet file")
    if expected.parquet and received.end != PARQUET_MAGIC:
        raise answer.integrity_error("the Parquet file is truncated: its end marker is missing")


def _check_size(
    answer: Response, received: TransferResult, expected: Expected, known: Known
) -> None:
    """Check the size of a file that no digest has verified."""
    size = f"received {received.size} bytes"
    part = _PART.search(answer.headers.get("content-range", ""))
    if received.goes_on or (part and int(part[1]) != received.packed):
        raise answer.integrity_error(f"{size}, which is not the complete file")
    if known.size is not None:
        if known.size not in (received.size, received.packed):
            raise answer.integrity_error(f"{size}, but the record of the file says {known.size}")
        return
    if expected.parquet:  # its end marker is checked
        return
    if not received.has_end:
        raise answer.integrity_error(f"{size}, but the response does not state its length")
    if not received.size and not received.says_empty:
        raise answer.integrity_error(f"{size}, but the response does not state that it is empty")


def _is_page(media_type: str | None) -> bool:
    """Return whether a Content-Type is HTML."""
    return (media_type or "").partition(";")[0].strip().lower() in _HTML


def _may_be_page(name: str | None) -> bool:
    return PurePosixPath(name or "").suffix.lower() in _HTML_ENDINGS
