"""Reads a body piece by piece, within bounds of size, pace and time. Pure: the clock is given."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Final

from attrs import frozen

ENCODINGS: Final = "gzip, deflate"
_PIECE: Final = 1 << 18
# No table of numbers is packed so densely, but for a small one that is all alike.
_DENSEST: Final = 100
_PLAUSIBLE: Final = 4 * 2**20
_EITHER_HEADER: Final = 47  # zlib finds out whether it is gzip or zlib
_GZIP: Final = b"\x1f\x8b"
_TELLING: Final = 2  # so many bytes tell which header there is


class TooLarge(Exception):  # noqa: N818 - never leaves the package
    """The body is larger than any answer, or unpacks as none does; the text says which."""


class Stalled(Exception):  # noqa: N818 - never leaves the package
    """The body comes too slowly, or the call's time is over."""


class DecodingError(Exception):
    """The body is not what its Content-Encoding says, or that is one nobody asked for."""


@frozen
class BodyLimits:
    """How large, and how slow, a body may be.

    Attributes
    ----------
    most : int
        Bytes of a JSON body, decoded. Tables and files have no bound.
    most_of_error : int
        Bytes that are kept of the body of an error.
    window : float
        Seconds over which the pace is measured.
    least : int
        Bytes that must come in each window.
    """

    max_bytes: int = 64 * 2**20
    max_error_bytes: int = 2**20
    window: float = 30.0
    min_bytes_per_window: int = 30 * 64


class StallGuard:
    """Watches that enough comes in each window of time, and that the call's time is not over."""

    def __init__(
        self, bounds: BodyLimits, clock: Callable[[], float], left: Callable[[], float | None]
    ) -> None:
        self._bounds, self._clock, self._left = bounds, clock, left
        self._began = clock()
        self._came = 0

    def count(self, size: int) -> None:
        """Count what came.

        Raises
        ------
        Stalled
            If it is too little, or too late.
        """
        if self._left() == 0:
            raise Stalled("the time for the whole call was over before the answer was")
        self._came += size
        now = self._clock()
        if now - self._began < self._bounds.window:
            return
        if self._came < self._bounds.min_bytes_per_window:
            raise Stalled(
                f"the answer stalled: {self._came} bytes in {now - self._began:.0f} seconds"
            )
        self._began, self._came = now, 0


def read(
    pieces: Iterable[bytes], encoding: str, max_bytes: int, *, truncate: bool = False
) -> bytes:
    """Return the decoded body.

    Parameters
    ----------
    pieces : iterable of bytes
        The body as it came over the wire.
    encoding : str
        Its Content-Encoding.
    most : int
        The bound in bytes.
    cut : bool
        Whether to return the start of a body that is larger, and not to raise.

    Raises
    ------
    TooLarge, Undecodable
        See there.
    """
    kept: list[bytes] = []
    size = 0
    for piece in (
        decode(pieces, encoding) if truncate else decode_within(pieces, encoding, max_bytes)
    ):
        size += len(piece)
        kept.append(piece)
        if truncate and size > max_bytes:
            break
    return b"".join(kept)[:max_bytes]


def write(pieces: Iterable[bytes], encoding: str, sink: IO[bytes]) -> None:
    """Write the decoded body to an open file, from its start.

    Raises
    ------
    TooLarge, Undecodable
        See there.
    """
    sink.seek(0)
    sink.truncate()
    for piece in decode_within(pieces, encoding, None):
        sink.write(piece)


def decode_within(pieces: Iterable[bytes], encoding: str, max_bytes: int | None) -> Iterator[bytes]:
    """Yield the decoded body, as long as it is no larger than `most` and unpacks as data do.

    Raises
    ------
    TooLarge, Undecodable
        See there.
    """
    size = packed = 0

    def count_bytes() -> Iterator[bytes]:
        nonlocal packed
        for piece in pieces:
            packed += len(piece)
            yield piece

    for piece in decode(count_bytes(), encoding):
        size += len(piece)
        if max_bytes is not None and size > max_bytes:
            raise TooLarge(f"it is larger than {max_bytes / 2**20:g} MiB")
        if size > max(_PLAUSIBLE, _DENSEST * packed):
            raise TooLarge(f"it unpacks to more than {_DENSEST} times its size")
        yield piece


def decode(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield a body without its content encoding, in pieces that are never large.

    Raises
    ------
    Undecodable
        If it is encoded in another way than `ENCODINGS`, or not as it says.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return iter(pieces)
    if name not in ("gzip", "x-gzip", "deflate"):
        raise DecodingError(f"the body is encoded as {name!r}, which was not asked for")
    return _inflate(pieces, name)


def _inflate(pieces: Iterable[bytes], name: str) -> Iterator[bytes]:
    # Never more than a piece at once: a small body can hold a thousand times its size.
    decoder: zlib._Decompress | None = None
    early = b""
    for piece in pieces:
        waiting, early = early + piece, b""
        if decoder is None:
            if len(waiting) < _TELLING:
                early = waiting
                continue
            decoder = _decoder(waiting, name)
        while waiting:
            if decoder.eof:  # a gzip body may be several, one after the other
                decoder = zlib.decompressobj(_EITHER_HEADER)
            try:
                part = decoder.decompress(waiting, _PIECE)
            except zlib.error as error:
                raise DecodingError(f"the body is not valid {name}: {error}") from None
            waiting = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
            if part:
                yield part
    if decoder is None and not early:
        return
    if decoder is not None and not decoder.eof:
        yield decoder.flush()  # the end of what filled its piece to the brim
    if decoder is None or not decoder.eof:
        raise DecodingError(f"the body is not valid {name}: it ends too early")


def _decoder(start: bytes, name: str) -> zlib._Decompress:
    """Return a decoder for a body that starts so; some leave out the header of deflate."""
    zlib_header = start[0] & 15 == zlib.DEFLATED and int.from_bytes(start[:2], "big") % 31 == 0
    bare = name == "deflate" and not zlib_header and start[:2] != _GZIP
    return zlib.decompressobj(-zlib.MAX_WBITS if bare else _EITHER_HEADER)
