"""Reads a body in pieces, with limits on size, transfer rate and time. Pure: injected clock."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from attrs import frozen

ENCODINGS: Final = "gzip, deflate"
_PIECE: Final = 1 << 18
_PLAUSIBLE: Final = 4 * 2**20
_EITHER_HEADER: Final = 47  # zlib detects whether it is gzip or zlib
_GZIP: Final = b"\x1f\x8b"
_HEADER_SIZE: Final = 2  # bytes that identify the kind of header


class TooLarge(Exception):  # noqa: N818 - never leaves the package
    """Raised when a body exceeds its size limit or the highest plausible compression ratio."""


class Stalled(Exception):  # noqa: N818 - never leaves the package
    """Raised when a body arrives too slowly, or the deadline of the call has passed."""


class DecodingError(Exception):
    """Raised when a body does not match its Content-Encoding, or has one that is not supported."""


@frozen
class BodyLimits:
    """Limits on the size and the transfer rate of a body.

    Attributes
    ----------
    max_bytes : int
        Maximum size of a JSON body in bytes, decoded. Tables and files have no limit.
    max_error_bytes : int
        Bytes of the body of an error that are read.
    window : float
        Seconds over which the transfer rate is measured.
    min_bytes_per_window : int
        Bytes that must arrive in each window.
    max_compression : float
        How many times larger than its compressed form a body may be. No table of numbers compresses
        by the default, except a small one of equal values.
    """

    max_bytes: int = 64 * 2**20
    max_error_bytes: int = 2**20
    window: float = 30.0
    min_bytes_per_window: int = 30 * 64
    max_compression: float = 100


_DEFAULT: Final = BodyLimits()


class StallGuard:
    """Checks that enough bytes arrive in each time window, and that the deadline has not passed."""

    def __init__(
        self, bounds: BodyLimits, clock: Callable[[], float], left: Callable[[], float | None]
    ) -> None:
        self.bounds, self._clock, self._left = bounds, clock, left
        self._began = clock()
        self._came = 0

    def count(self, size: int) -> None:
        """Count received bytes.

        Raises
        ------
        Stalled
            If too few bytes arrived in the window, or the deadline has passed.
        """
        if self._left() == 0:
            raise Stalled("the deadline of the call passed before the response was complete")
        self._came += size
        now = self._clock()
        if now - self._began < self.bounds.window:
            return
        if self._came < self.bounds.min_bytes_per_window:
            raise Stalled(
                f"the response stalled: {self._came} bytes in {now - self._began:.0f} seconds"
            )
        self._began, self._came = now, 0


def read(
    pieces: Iterable[bytes], encoding: str, max_bytes: int, *, truncate: bool = False
) -> bytes:
    """Return the decoded body.

    Parameters
    ----------
    pieces : iterable of bytes
        The body as received.
    encoding : str
        Its Content-Encoding.
    max_bytes : int
        The maximum size of the decoded body.
    truncate : bool
        Whether to return the first `max_bytes` of a larger body, instead of raising.

    Raises
    ------
    TooLarge
        If the decoded body is larger, or its compression ratio is implausible.
    DecodingError
        As for `decode`.
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


def decode_within(
    pieces: Iterable[bytes], encoding: str, max_bytes: int | None, bounds: BodyLimits = _DEFAULT
) -> Iterator[bytes]:
    """Yield the decoded body while its size and its compression ratio are within limits.

    Raises
    ------
    TooLarge
        If the body is larger than `max_bytes`, or its compression ratio is implausible.
    DecodingError
        As for `decode`.
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
        if size > max(_PLAUSIBLE, bounds.max_compression * packed):
            raise TooLarge(
                f"it decompresses to more than {bounds.max_compression:g} times its size (if this"
                " is expected, use client.with_options(max_compression=...))"
            )
        yield piece


def decode(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield a body without its content encoding, in small pieces.

    Raises
    ------
    DecodingError
        If the encoding is not one of `ENCODINGS`, or the body is not valid in it.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return iter(pieces)
    if name not in ("gzip", "x-gzip", "deflate"):
        raise DecodingError(f"the body is encoded as {name!r}, which was not requested")
    return _inflate(pieces, name)


def _inflate(pieces: Iterable[bytes], name: str) -> Iterator[bytes]:
    # Decompress in pieces, because a small body can expand to a thousand times its size.
    decoder: zlib._Decompress | None = None
    early = b""
    for piece in pieces:
        waiting, early = early + piece, b""
        if decoder is None:
            if len(waiting) < _HEADER_SIZE:
                early = waiting
                continue
            decoder = _decoder(waiting, name)
        while waiting:
            if decoder.eof:  # a gzip body may consist of several members
                decoder = zlib.decompressobj(_EITHER_HEADER)
            try:
                part = decoder.decompress(waiting, _PIECE)
            except Exception as error:  # other libraries replace zlib's decoders by their own
                raise DecodingError(f"the body is not valid {name}: {error}") from None
            waiting = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
            if part:
                yield part
    if decoder is None and not early:
        return
    if decoder is not None and not decoder.eof:
        yield decoder.flush()  # the rest, if the last piece was full
    if decoder is None or not decoder.eof:
        raise DecodingError(f"the body is not valid {name}: it ends too early")


def _decoder(start: bytes, name: str) -> zlib._Decompress:
    """Return a decoder for a body with this start; some servers omit the header of deflate."""
    zlib_header = start[0] & 15 == zlib.DEFLATED and int.from_bytes(start[:2], "big") % 31 == 0
    bare = name == "deflate" and not zlib_header and start[:2] != _GZIP
    return zlib.decompressobj(-zlib.MAX_WBITS if bare else _EITHER_HEADER)
