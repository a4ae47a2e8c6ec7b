"""Transfers files in ranges: what was interrupted, what is large, and what is read in part."""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from http import HTTPStatus
from io import BytesIO
from typing import Final

from attrs import evolve

from ionworks._http.attempts import Deadline
from ionworks._http.download import PART, WHOLE, Download, FileChanged, Span, Verdict
from ionworks._http.integrity import verify
from ionworks._http.memory_file import MemoryFile
from ionworks._http.pool import HttpRequest
from ionworks._http.progress import Meter
from ionworks._http.response import Response
from ionworks._http.threads import Threads
from ionworks.errors import BadRequest, ConnectionFailed, IntegrityError, PermissionDenied, TimedOut
from ionworks.frames.layout import Extent

_log = logging.getLogger("ionworks")
#: Ranges of one file that are requested at once.
_MOST: Final = 8
# Ranges that are nearer to each other are requested as one.
_GAP: Final = 1 << 17


def exchange_file(
    message: HttpRequest, download: Download, exchange: Callable[[HttpRequest], Response]
) -> Response:
    """Send a request for what is missing of a file, and verify the file when it is complete.

    Raises
    ------
    FileChanged
        If a part of a file is not available any more.
    ConnectionFailed, TimedOut
        If the transfer was interrupted; the next call continues it.
    IntegrityError, UnexpectedResponse
        If the file is not the expected one; the next call starts again.
    """
    try:
        answer = _request_rest(message, download, exchange)
        if answer.status >= 300 or answer.verdict is Verdict.SPLIT:
            return answer
        if download.span != WHOLE:
            if not download.is_complete:
                raise answer.integrity_error(f"received {download.arrived} bytes of a range")
            return answer
        if message.expected is not None:
            whole = answer
            if answer.status == HTTPStatus.PARTIAL_CONTENT and answer.received is not None:
                whole = evolve(answer, status=HTTPStatus.OK, headers=download.headers)
            verify(whole, message.expected)
    except (ConnectionFailed, TimedOut):
        download.interrupt()
        raise
    except IntegrityError:
        download.forget()
        raise
    return answer


def _request_rest(
    message: HttpRequest, download: Download, exchange: Callable[[HttpRequest], Response]
) -> Response:
    ranged = download.range_headers
    answer = exchange(evolve(message, headers={**message.headers, **ranged}))
    refused = answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    if not ranged or not (refused or answer.verdict is Verdict.MISMATCH):
        return answer
    if refused and (result := download.result_of_416(answer.headers)):
        return evolve(answer, status=HTTPStatus.OK, headers=download.headers, received=result)
    if download.is_part:
        raise FileChanged("the file changed, or the server does not serve ranges any more")
    download.forget()
    return exchange(message)


def fetch_parts(
    first: HttpRequest,
    final: HttpRequest,
    answer: Response,
    fetch: Callable[[HttpRequest], None],
    renew: Callable[[HttpRequest], None],
) -> None:
    """Fetch a large file in several ranges at once, and verify it.

    Parameters
    ----------
    first, final : HttpRequest
        The request for the file, and the one after all redirects.
    answer : Response
        The response to the latter, whose body was not read.
    fetch, renew : callable
        Sends a request, and sends one from the first redirect on.

    Raises
    ------
    FileChanged
        If the file changed meanwhile.
    IntegrityError, UnexpectedResponse
        If the file is not the expected one.
    """
    download = final.download
    if download is None or final.expected is None:
        raise TypeError("only a file has parts")
    parts = download.parts()
    calls = [partial(_fetch_part, part, first, final, fetch, renew) for part in parts]
    try:
        Threads(calls, min(len(calls), download.workers, _MOST)).run()
    finally:
        download.arrived = sum(part.arrived for part in parts)
    verify(evolve(answer, received=download.measure()), final.expected)


def _fetch_part(
    part: Download,
    first: HttpRequest,
    final: HttpRequest,
    fetch: Callable[[HttpRequest], None],
    renew: Callable[[HttpRequest], None],
) -> None:
    try:
        fetch(evolve(final, download=part, expected=None))
    except (PermissionDenied, BadRequest):
        if final.url == first.url:
            raise
        # The signed URL has expired.
        renew(evolve(first, download=part, expected=None))


class RemoteFile:
    """A file of the service that is read in ranges.

    Parameters
    ----------
    message : HttpRequest
        The request for the file.
    route : callable
        Sends a request within a deadline, follows redirects, and returns the last request.
    deadline : callable
        Returns the deadline of a call that begins now.
    workers : int
        The number of ranges that may be requested at once.
    meter : Meter
        Counts the bytes.
    """

    def __init__(
        self,
        message: HttpRequest,
        route: Callable[[HttpRequest, Deadline], HttpRequest],
        deadline: Callable[[], Deadline],
        workers: int,
        meter: Meter,
    ) -> None:
        self._first = self._final = message
        self._send, self._new_deadline = route, deadline
        self._workers, self._meter = workers, meter
        self.begin()
        self._version = ""
        self._end = b""
        self.size: int = 0
        #: The whole file, if the server does not serve ranges.
        self.whole: MemoryFile | None = None

    @property
    def etag(self) -> str | None:
        """The strong ETag of the file; None if the server states none."""
        return self._version if self._version.startswith('"') else None

    def begin(self) -> None:
        """Start the deadline again, for another call that reads the file."""
        self._deadline = self._new_deadline()

    def _route(self, message: HttpRequest) -> HttpRequest:
        return self._send(message, self._deadline)

    def read_end(self, size: int) -> bytes:
        """Return the last bytes of the file, and determine its size and version.

        If the server does not serve ranges, the whole file is read.
        """
        sink = MemoryFile()
        download = Download(sink, self._meter, Span(last=size))
        self._final = self._route(evolve(self._first, download=download))
        if download.span == WHOLE:
            _log.debug("%s: ranges are not served; the whole file is read", self._first.operation)
            self.whole, self.size = sink, sink.size
        else:
            self.size, self._version = download.total or 0, download.validator
        self._end = b"".join(sink.views(max(0, self.size - size), self.size))
        return self._end

    def read(self, extents: Iterable[Extent]) -> dict[Extent, Sequence[memoryview]]:
        """Return the bytes of each extent, in pieces; near ones are requested together.

        Raises
        ------
        FileChanged
            If the file changed since `read_end`.
        """
        wanted = sorted(set(extents))
        if self.whole is not None:
            return {each: list(self.whole.views(each.start, each.stop)) for each in wanted}
        known = Extent(self.size - len(self._end), self.size)
        before = [each for each in wanted if each.start < known.start]
        ranges = _merge([Extent(each.start, min(each.stop, known.start)) for each in before])
        self._meter.expect(sum(each.size for each in ranges))
        calls = [partial(self._read_range, each) for each in ranges]
        workers = min(len(calls), self._workers, _MOST)
        contents = Threads(calls, workers).run() if workers > 1 else [call() for call in calls]
        contents, ranges = [*contents, self._end], [*ranges, known]
        return {each: list(_cut(each, ranges, contents)) for each in wanted}

    def _read_range(self, extent: Extent) -> bytes:
        sink = BytesIO()
        part = Download(
            _Offset(sink, extent.start),
            self._meter,
            Span(extent.start, extent.stop),
            self._version,
            is_part=True,
            total=self.size,
        )
        message = evolve(self._final, download=part, expected=None)
        try:
            self._route(message)
        except (PermissionDenied, BadRequest):
            if self._final.url == self._first.url:
                raise
            # The signed URL has expired.
            self._final = self._route(evolve(self._first, download=part, expected=None))
        return sink.getvalue()


class _Offset:
    """A file in memory that holds a range of a larger one."""

    def __init__(self, sink: BytesIO, start: int) -> None:
        self._sink, self._start = sink, start

    def seek(self, position: int, /) -> int:
        return self._sink.seek(position - self._start)

    def write(self, data: bytes, /) -> int:
        return self._sink.write(data)

    def read(self, size: int, /) -> bytes:
        return self._sink.read(size)

    def truncate(self, size: int, /) -> int:
        return self._sink.truncate(max(0, size - self._start))


def _merge(extents: Sequence[Extent]) -> list[Extent]:
    """Return ranges of limited size that cover the extents, which are sorted."""
    merged: list[Extent] = []
    for each in extents:
        if merged and each.start - merged[-1].stop <= _GAP:
            merged[-1] = Extent(merged[-1].start, max(each.stop, merged[-1].stop))
        elif each.size:
            merged.append(each)
    return [
        Extent(start, min(start + PART, each.stop))
        for each in merged
        for start in range(each.start, each.stop, PART)
    ]


def _cut(
    extent: Extent, ranges: Sequence[Extent], contents: Sequence[bytes]
) -> Iterator[memoryview]:
    """Yield the bytes of an extent, which may be in several ranges."""
    number = bisect_right(ranges, extent.start, key=lambda each: each.start) - 1
    while number < len(ranges) and extent.size and ranges[number].start < extent.stop:
        first = ranges[number].start
        start, stop = max(extent.start, first), min(extent.stop, ranges[number].stop)
        yield memoryview(contents[number])[start - first : stop - first]
        number += 1
