"""Transfers files in ranges: what was interrupted, what is large, and what is read in part."""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from http import HTTPStatus
from io import BytesIO
from typing import Final, TypeAlias

from attrs import evolve

from ionworks._http.attempts import Deadline
from ionworks._http.download import PART, WHOLE, Download, FileChanged, Span, Verdict
from ionworks._http.integrity import Expected, verify
from ionworks._http.memory_file import MemoryFile
from ionworks._http.progress import Meter
from ionworks._http.request import HttpRequest
from ionworks._http.response import Response
from ionworks._http.threads import Threads
from ionworks.errors import BadRequest, ConnectionFailed, IntegrityError, PermissionDenied, TimedOut
from ionworks.frames.layout import Extent

Follow: TypeAlias = Callable[[HttpRequest, Deadline], tuple[Response, HttpRequest]]

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


class Route:
    """The way to a file: its request, and the one after all redirects.

    Parameters
    ----------
    first : HttpRequest
        The request for the file.
    follow : callable
        Sends a request within a deadline, follows redirects, and returns the response and the last
        request.
    final : HttpRequest, optional
        The last request, if it is known.
    """

    def __init__(
        self, first: HttpRequest, follow: Follow, final: HttpRequest | None = None
    ) -> None:
        self.first: HttpRequest = first
        self._follow, self._final = follow, final

    def fetch(self, part: Download, deadline: Deadline) -> None:
        """Fetch a part of the file. A signed URL that has expired is asked for again.

        Raises
        ------
        FileChanged
            If the file changed meanwhile.
        """
        final = self._final
        if final is not None:
            try:
                self._send(final, part, deadline)
            except (PermissionDenied, BadRequest):
                if final.url == self.first.url:
                    raise
            else:
                return
        self._final = self._send(self.first, part, deadline)

    def _send(self, message: HttpRequest, part: Download, deadline: Deadline) -> HttpRequest:
        # A part cannot be compared with what is known of the whole file.
        expected = None if part.is_part else message.expected
        message = evolve(message, download=part, expected=expected)
        return self._follow(message, deadline)[1]


def fetch_parts(route: Route, download: Download, answer: Response, deadline: Deadline) -> bool:
    """Fetch a large file in several ranges at once; return whether that succeeded.

    Parameters
    ----------
    route : Route
        The way to the file.
    download : Download
        The whole file.
    answer : Response
        The response for the whole file, whose body was not read.
    deadline : Deadline
        The deadline of the call.

    Raises
    ------
    UnexpectedResponse
        If the file is not the expected one.
    """
    parts = download.parts()
    calls = [partial(route.fetch, part, deadline) for part in parts]
    try:
        Threads(calls, min(len(calls), download.workers, _MOST)).run()
        verify(evolve(answer, received=download.measure()), route.first.expected or Expected())
    except (FileChanged, IntegrityError) as error:
        _log.info("%s: the transfer starts again: %s", answer.operation, error)
        return False
    finally:
        download.arrived = sum(part.arrived for part in parts)
    return True


class RemoteFile:
    """A file of the service that is read in ranges.

    Parameters
    ----------
    route : Route
        The way to the file.
    deadline : callable
        Returns the deadline of a call that begins now.
    workers : int
        The number of ranges that may be requested at once.
    meter : Meter
        Counts the bytes.
    """

    def __init__(
        self,
        route: Route,
        deadline: Callable[[], Deadline],
        workers: int,
        meter: Meter,
    ) -> None:
        self._route, self._new_deadline = route, deadline
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

    def read_end(self, size: int) -> bytes:
        """Return the last bytes of the file, and determine its size and version.

        If the server does not serve ranges, the whole file is read.
        """
        sink = MemoryFile()
        download = Download(sink, self._meter, Span(last=size))
        self._route.fetch(download, self._deadline)
        if download.span == WHOLE:
            name = self._route.first.operation
            _log.debug("%s: ranges are not served; the whole file is read", name)
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
        self._route.fetch(part, self._deadline)
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
