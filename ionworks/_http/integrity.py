"""Checks whether a file that came is the one that was asked for: size, digests, type. Pure."""

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

# These answer Parquet; all other files are as they were uploaded.
_PARQUET: Final = frozenset({"download_measurement_time_series", "download_measurement_steps"})
_PART: Final = re.compile(r"/\s*([0-9]{1,20})\s*$")
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_HTML_ENDINGS: Final = frozenset({".html", ".htm", ".xhtml", ".xht", ".shtml"})


@frozen
class Known:
    """What the service's record of a file tells."""

    name: str | None = None
    size: int | None = None
    media_type: str | None = None


@frozen
class Expected:
    """What is to come: a file, which is checked before it is given to the caller.

    Attributes
    ----------
    name : str
        The file's name; it tells whether a page of HTML may be what was asked for.
    parquet : bool
        Whether it is to be Parquet.
    record : callable, optional
        Asks the service for its record of the file, where nothing else tells enough.
    """

    name: str = ""
    parquet: bool = False
    record: Callable[[], Known] | None = None

    @classmethod
    def of(cls, operation: str, path: str) -> Expected:
        """Return what an operation of the contract answers."""
        return cls(unquote(path.rpartition("/")[2]), parquet=operation in _PARQUET)


def verify(answer: Response, expected: Expected) -> None:
    """Check that an answer is the whole file that was asked for.

    Raises
    ------
    UnexpectedResponse
        If it is something else: a part, nothing, a page.
    IntegrityError
        If it is cut or damaged.
    """
    received = answer.received
    if answer.status != HTTPStatus.OK or received is None:
        raise answer.unexpected_response(f"a file came with status {answer.status}, not 200")
    answer = answer.with_content(received.start)
    known, unproven = Known(), not (received.matching or received.recorded)
    is_page = _is_page(answer.headers.get("content-type")) and not _may_be_page(expected.name)
    if expected.record is not None and (is_page or unproven):
        known = expected.record()
    if is_page and not (_may_be_page(known.name) or _is_page(known.media_type)):
        raise answer.unexpected_response("a page came in place of the file")
    if received.differing:
        claim = received.differing[0]
        raise answer.integrity_error(
            f"the file does not fit the {claim.algorithm} of the header {claim.header}"
        )
    if unproven:
        _check_size(answer, received, expected, known)
    if expected.parquet and not received.begins_as_parquet:
        raise answer.unexpected_response("the file is not Parquet")
    if expected.parquet and received.end != PARQUET_MAGIC:
        raise answer.integrity_error("the Parquet file is cut: it does not end as one")


def _check_size(
    answer: Response, received: TransferResult, expected: Expected, known: Known
) -> None:
    """Check what no digest has shown to be whole."""
    came = f"{received.size} bytes came"
    part = _PART.search(answer.headers.get("content-range", ""))
    if received.goes_on or (part and int(part[1]) != received.packed):
        raise answer.integrity_error(f"{came}, and they are not all")
    if known.size is not None:
        if known.size not in (received.size, received.packed):
            raise answer.integrity_error(f"{came}, and the record of the file says {known.size}")
        return
    if expected.parquet:  # its end tells
        return
    if not received.has_end:
        raise answer.integrity_error(f"{came}, and the answer does not say whether that is all")
    if not received.size and not received.says_empty:
        raise answer.integrity_error("no bytes came, and nothing says that the file is empty")


def _is_page(media_type: str | None) -> bool:
    """Whether a Content-Type is that of a page."""
    return (media_type or "").partition(";")[0].strip().lower() in _HTML


def _may_be_page(name: str | None) -> bool:
    return PurePosixPath(name or "").suffix.lower() in _HTML_ENDINGS
