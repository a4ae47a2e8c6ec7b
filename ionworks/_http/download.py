"""A file during its transfer: what has arrived, and which request continues it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, auto
from http import HTTPStatus
from threading import Lock
from typing import Final, Protocol

from attrs import define, field, frozen

from ionworks._http.progress import Meter
from ionworks._http.transfer import TransferMonitor, TransferResult

_RANGE: Final = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)")
_BLOCK: Final = 1 << 20
#: Larger files are fetched in several ranges at once, of this size.
SPLIT_ABOVE: Final = 32 << 20
PART: Final = 16 << 20


class Sink(Protocol):
    """The part of the interface of a file that a download needs."""

    def seek(self, position: int, /) -> int:
        """Set the position."""

    def write(self, data: bytes, /) -> int:
        """Write at the position."""

    def read(self, size: int, /) -> bytes:
        """Read at the position."""

    def truncate(self, size: int, /) -> int:
        """Cut the file to this size."""


class FileChanged(Exception):  # noqa: N818 - never leaves the package
    """Raised when a range of a file is not available, because the file or the server changed."""


class Verdict(Enum):
    """What a response is for a download."""

    CONTENT = auto()
    #: The body is not read: the file is large, and is to be fetched in several ranges.
    SPLIT = auto()
    #: The body is not read: it does not continue what has arrived.
    MISMATCH = auto()


@frozen
class Span:
    """The requested bytes of a file: from `start` to `stop`, or the last ones.

    Attributes
    ----------
    start : int
        The first byte.
    stop : int or None
        The end, which is excluded; None for the end of the file.
    last : int
        If not 0, the number of bytes from the end of the file.
    """

    start: int = 0
    stop: int | None = None
    last: int = 0


WHOLE: Final = Span()


@define
class Download:
    """A file, or a part of it, over all attempts to transfer it.

    Parameters
    ----------
    sink : Sink
        Where it is written, at the position that it has in the file; shared by all parts.
    meter : Meter
        Counts the bytes.
    span : Span
        The requested part.
    validator : str
        The version of the file, if it is known: its ETag, or its date of modification.
    is_part : bool
        Whether other parts come from other requests, so that only this span can be used.
    workers : int
        The number of ranges that may be fetched at once.
    """

    sink: Sink
    meter: Meter
    span: Span = WHOLE
    validator: str = ""
    is_part: bool = False
    workers: int = 1
    lock: Lock = field(factory=Lock)
    #: The number of bytes that have arrived, and the size of the file if it is known.
    arrived: int = 0
    total: int | None = None
    #: The headers of the first response, which describe the whole file.
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    _monitor: TransferMonitor | None = None
    _can_resume: bool = True
    _expected: int = 0

    @property
    def range_headers(self) -> dict[str, str]:
        """The headers of the request for what has not arrived."""
        span = self.span
        if span.last and not self.arrived:
            found = {"Range": f"bytes=-{span.last}"}
        elif self._first or span.stop is not None:
            found = {"Range": f"bytes={self._first}-{'' if span.stop is None else span.stop - 1}"}
        else:
            return {}
        return {**found, "If-Range": self.validator} if self.validator else found

    def judge(self, status: int, headers: Mapping[str, str], *, recorded: bool) -> Verdict:
        """Return what a successful response is, and prepare to receive it."""
        if status == HTTPStatus.PARTIAL_CONTENT:
            return self._judge_part(headers)
        if self.is_part:
            return Verdict.MISMATCH
        self.forget()
        encoded = headers.get("content-encoding", "identity").strip().lower() != "identity"
        length = headers.get("content-length", "")
        self.total = int(length) if length.isascii() and length.isdigit() else None
        self._expect(self.total or 0)
        self.headers = headers
        self.validator = "" if encoded or recorded else version_of(headers)
        self._can_resume = bool(self.validator)
        if self._is_to_be_split(headers):
            return Verdict.SPLIT
        self._monitor = TransferMonitor(headers, recorded=recorded)
        return Verdict.CONTENT

    def write(self, piece: bytes) -> None:
        """Write the next piece."""
        stop = self.span.stop
        # Bytes after the end of a part would replace those of the next one.
        kept = piece if stop is None else piece[: max(0, stop - self._first)]
        with self.lock:
            self.sink.seek(self._first)
            self.sink.write(kept)
        self.arrived += len(piece)
        self.meter.advance(len(piece))

    @property
    def is_complete(self) -> bool:
        """Whether exactly the bytes of the span have arrived, as far as its end is known."""
        return self.span.stop is None or self._first == self.span.stop

    def interrupt(self) -> None:
        """Prepare to continue after an interruption, or to start again if that is impossible."""
        if not self._can_resume:
            self.forget()

    def forget(self) -> None:
        """Drop what has arrived, to start again."""
        self.meter.advance(-self.arrived)
        self.arrived = 0
        if not self.is_part:
            self.meter.expect(-self._expected)
            self._expected, self.total, self._monitor = 0, None, None
            self.validator, self.span = "", WHOLE
            with self.lock:
                self.sink.seek(0)
                self.sink.truncate(0)

    def monitor(self, *, recorded: bool) -> TransferMonitor:
        """Return the monitor of the transfer; that of a part is not used."""
        return self._monitor or TransferMonitor({}, recorded=recorded)

    def parts(self) -> list[Download]:
        """Return the downloads of the ranges of a file that is to be split."""
        total = self.total or 0
        spans = [Span(start, min(start + PART, total)) for start in range(0, total, PART)]
        return [
            Download(
                self.sink,
                self.meter,
                span,
                self.validator,
                is_part=True,
                lock=self.lock,
                total=self.total,
            )
            for span in spans
        ]

    def measure(self) -> TransferResult:
        """Measure a file that arrived in several ranges, by reading it again."""
        monitor = TransferMonitor(self.headers, recorded=False)
        self.sink.seek(0)
        pieces = iter(lambda: self.sink.read(_BLOCK), b"")
        for _ in monitor.count_decoded(monitor.count_raw(pieces)):
            pass
        return monitor.result(b"")

    def result_of_416(self, headers: Mapping[str, str]) -> TransferResult | None:
        """Return the result if nothing is missing and a digest matches, after status 416."""
        size = headers.get("content-range", "").rpartition("/")[2]
        if self._monitor is None or size != str(self.arrived):
            return None
        found = self._monitor.result(b"")
        return found if found.matching and not found.differing else None

    def _expect(self, amount: int) -> None:
        self._expected = amount
        self.meter.expect(amount)

    @property
    def _first(self) -> int:
        return self.span.start + self.arrived

    def _judge_part(self, headers: Mapping[str, str]) -> Verdict:
        match = _RANGE.fullmatch(headers.get("content-range", "").strip().lower())
        encoded = headers.get("content-encoding", "identity").strip().lower() != "identity"
        if match is None or encoded or not self.range_headers:
            return Verdict.MISMATCH
        first, end, total = int(match[1]), int(match[2]) + 1, match[3]
        whole = int(total) if total.isdigit() else None
        version = version_of(headers)
        if self.span.last and not self.arrived:
            # The first request of a file: learn its size and its version.
            if whole is None or end != whole or first != max(0, whole - self.span.last):
                return Verdict.MISMATCH
            self.span, self.total, self.validator = Span(first, whole), whole, version
            self._expect(whole - first)
            self.headers, self._can_resume = headers, bool(version)
            return Verdict.CONTENT
        same_size = None in (whole, self.total) or whole == self.total
        same_version = not (version and self.validator) or version == self.validator
        known = whole if self.total is None else self.total
        stop = known if self.span.stop is None else self.span.stop
        if (
            first != self._first
            or end != (end if stop is None else stop)
            or not (same_size and same_version)
        ):
            return Verdict.MISMATCH
        return Verdict.CONTENT

    def _is_to_be_split(self, headers: Mapping[str, str]) -> bool:
        return (
            self.workers > 1
            and self.validator != ""
            and (self.total or 0) > SPLIT_ABOVE
            and headers.get("accept-ranges", "").strip().lower() == "bytes"
        )


def version_of(headers: Mapping[str, str]) -> str:
    """Return the strong ETag of a file, or its date of modification, or an empty text."""
    etag = headers.get("etag", "").strip()
    if etag.startswith('"') and etag.isascii() and etag.isprintable():
        return etag
    return "" if etag else headers.get("last-modified", "").strip()
