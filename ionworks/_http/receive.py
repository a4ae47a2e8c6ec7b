"""Reads the body of an answer: JSON, an error, or a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, cast

from attrs import evolve

from ionworks._http.body import Bounds, Pace, bounded, read, write
from ionworks._http.network import end_if_more_came, is_recorded
from ionworks._http.receipt import Receipt
from ionworks._http.response import Answer

if TYPE_CHECKING:
    import httpx


class Broken(Exception):  # noqa: N818 - never leaves the package
    """The body broke off; the argument is the error that says how."""


def receive(answer: Answer, response: httpx.Response, pace: Pace, bounds: Bounds) -> Answer:
    """Return the answer with its body, within bounds.

    Raises
    ------
    Broken, Stalled, TooLarge, Undecodable
        See there.
    """
    pieces, encoding = _paced(response, pace, []), answer.headers.get("content-encoding", "")
    if answer.status >= 400:
        return answer.with_content(read(pieces, encoding, bounds.most_of_error, cut=True))
    return answer.with_content(read(pieces, encoding, bounds.most))


def receive_file(
    answer: Answer, response: httpx.Response, pace: Pace, sink: IO[bytes] | None
) -> Answer:
    """Return the answer with its file, in memory or in `sink`, and with what to check it by.

    Raises
    ------
    Broken, Stalled, TooLarge, Undecodable
        See there.
    """
    more: list[bytes] = []
    receipt = Receipt(answer.headers, recorded=is_recorded(response))
    arriving = receipt.arriving(_paced(response, pace, more))
    encoding = answer.headers.get("content-encoding", "")
    decoded = receipt.decoded(bounded(arriving, encoding, None))
    if sink is None:
        answer = answer.with_content(b"".join(decoded))
    else:
        write(decoded, "", sink)
    return evolve(answer, received=receipt.received(b"".join(more)))


def _paced(response: httpx.Response, pace: Pace, more: list[bytes]) -> Iterator[bytes]:
    """Yield the pieces of a body; `more` gets what came behind it."""
    # Not with iter_raw(), which gives the connection back before anybody can look at it.
    pieces = iter(cast("Iterator[bytes]", response.stream))
    while True:
        try:
            piece = next(pieces)
        except StopIteration:
            break
        except Exception as error:
            raise Broken(error) from None
        pace.came(len(piece))
        yield piece
    more.append(end_if_more_came(response))
