"""Reads the body of a response: JSON, an error, or a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from attrs import evolve

from ionworks._http.body import BodyLimits, StallGuard, decode_within, read
from ionworks._http.download import Download, Verdict
from ionworks._http.network import close_if_not_finished, is_recorded
from ionworks._http.response import Response

if TYPE_CHECKING:
    import httpx


class BodyInterrupted(Exception):  # noqa: N818 - never leaves the package
    """Raised when the connection fails during the body; the argument is the original error."""


def receive(
    answer: Response, response: httpx.Response, pace: StallGuard, bounds: BodyLimits
) -> Response:
    """Return the response with its body, within limits.

    Raises
    ------
    BodyInterrupted, Stalled, TooLarge, DecodingError
        If the body is incomplete, too slow, too large or not decodable.
    """
    pieces, encoding = _iter_pieces(response, pace, []), answer.headers.get("content-encoding", "")
    if answer.status >= 400:
        return answer.with_content(read(pieces, encoding, bounds.max_error_bytes, truncate=True))
    return answer.with_content(read(pieces, encoding, bounds.max_bytes))


def receive_file(
    answer: Response, response: httpx.Response, pace: StallGuard, download: Download
) -> Response:
    """Write the file of a response, and return the response with the data to verify it.

    A response that is not content for the download is returned without reading it.

    Raises
    ------
    BodyInterrupted, Stalled, TooLarge, DecodingError
        If the body is incomplete, too slow, implausibly compressed or not decodable.
    """
    recorded = is_recorded(response)
    verdict = download.judge(answer.status, answer.headers, recorded=recorded)
    if verdict is not Verdict.CONTENT:
        return evolve(answer, verdict=verdict)
    more: list[bytes] = []
    monitor = download.monitor(recorded=recorded)
    arriving = monitor.count_raw(_iter_pieces(response, pace, more))
    encoding = answer.headers.get("content-encoding", "")
    for piece in monitor.count_decoded(decode_within(arriving, encoding, None, pace.bounds)):
        download.write(piece)
    return evolve(answer, received=monitor.result(b"".join(more)))


def _iter_pieces(response: httpx.Response, pace: StallGuard, more: list[bytes]) -> Iterator[bytes]:
    """Yield the pieces of a body; append extra bytes after it to `more`."""
    # Not iter_raw(), which releases the connection before it can be checked.
    pieces = iter(cast("Iterator[bytes]", response.stream))
    while True:
        try:
            piece = next(pieces)
        except StopIteration:
            break
        except Exception as error:
            raise BodyInterrupted(error) from None
        pace.count(len(piece))
        yield piece
    more.append(close_if_not_finished(response))
