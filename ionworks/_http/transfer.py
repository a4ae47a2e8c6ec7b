"""Measures a file during a download: size, first and last bytes, and digests. Pure."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Final, Protocol

from attrs import field, frozen

from ionworks._http.checksum import Crc32, Crc32c

PARQUET_MAGIC: Final = b"PAR1"
_START: Final = 1000


class Digest(Protocol):
    """The part of the interface of `hashlib` objects that is used here."""

    def update(self, data: bytes, /) -> object:
        """Add more bytes."""

    def digest(self) -> bytes:
        """Return the digest of all added bytes."""


# Strongest first. CRC-32C is the slowest here, and only computed if there is no other digest.
_ALGORITHMS: Final[Mapping[str, Callable[[], Digest]]] = {
    "sha-512": hashlib.sha512,
    "sha-256": hashlib.sha256,
    "sha-1": lambda: hashlib.sha1(usedforsecurity=False),
    "md5": lambda: hashlib.md5(usedforsecurity=False),
    "crc32": Crc32,
    "crc32c": Crc32c,
}
_ALIASES: Final = {"sha": "sha-1", "sha1": "sha-1", "sha256": "sha-256", "sha512": "sha-512"}
_ITEM: Final = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=\s*:?([A-Za-z0-9+/_-]+=*):?\s*")
_ETAG: Final = re.compile(r"\"?([0-9a-fA-F]{32})\"?")
_GOOGLE: Final = "x-goog-hash"
_LISTS: Final = ("repr-digest", "content-digest", "digest", _GOOGLE)
_AZURE: Final = "x-ms-blob-content-md5"
_MD5S: Final = ("content-md5", _AZURE)
_AMAZON: Final = "x-amz-checksum-"
# The ETag of an object that Amazon encrypts with a key is not a digest of it.
_MD5_IN_HEX: Final = 32
_KEYED: Final = "x-amz-server-side-encryption"
_BY_CUSTOMER: Final = "-customer-algorithm"


@frozen
class StatedDigest:
    """A digest from the headers of a response."""

    header: str
    algorithm: str
    digest: bytes


@frozen
class TransferResult:
    """The measurements of a downloaded file.

    Attributes
    ----------
    size, packed : int
        Its size in bytes, decoded and as transferred.
    start, end : bytes
        Its first bytes (up to 1000) and its last four.
    differing, matching : tuple of StatedDigest
        The digests from the headers that do not match the file, and those that do.
    has_end, says_empty : bool
        Whether the response states where the file ends, and whether it states that it is empty.
    recorded : bool
        Whether the response is a recording, whose headers and texts may have been edited, so that
        it cannot be verified.
    goes_on : bool
        Whether more bytes followed the stated end of the file.
    """

    size: int
    packed: int
    start: bytes = field(repr=False)
    end: bytes = field(repr=False)
    differing: tuple[StatedDigest, ...]
    matching: tuple[StatedDigest, ...]
    has_end: bool
    says_empty: bool
    recorded: bool
    goes_on: bool

    @property
    def begins_as_parquet(self) -> bool:
        """Whether it starts like a Parquet file and has at least the minimum size of one."""
        minimum = 3 * len(PARQUET_MAGIC)  # two magic numbers and the length of the footer
        return self.size >= minimum and self.start.startswith(PARQUET_MAGIC)


class TransferMonitor:
    """Measures a file while it is downloaded.

    Parameters
    ----------
    headers : mapping
        The response headers, with lower-case names.
    recorded : bool
        Whether the response is a recording.
    """

    def __init__(self, headers: Mapping[str, str], *, recorded: bool) -> None:
        self._recorded = recorded
        self._claims = () if recorded else stated_digests(headers)
        length = headers.get("content-length")
        is_chunked = "chunked" in headers.get("transfer-encoding", "").lower()
        self._has_end = length is not None or is_chunked
        self._says_empty = length == "0"
        self._size = self._packed = 0
        self._start = self._end = b""
        wanted = {claim.algorithm for claim in self._claims}
        is_packed = headers.get("content-encoding", "identity").lower() != "identity"
        self._digests = {name: _ALGORITHMS[name]() for name in wanted}
        # Some servers compute the digest before they compress the file.
        self._unpacked = {name: _ALGORITHMS[name]() for name in wanted if is_packed}

    def count_raw(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces as transferred, and measure them."""
        for piece in pieces:
            self._packed += len(piece)
            for digest in self._digests.values():
                digest.update(piece)
            yield piece

    def count_decoded(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the decoded pieces, and measure them."""
        for piece in pieces:
            self._size += len(piece)
            self._start += piece[: _START - len(self._start)]
            self._end = (self._end + piece[-len(PARQUET_MAGIC) :])[-len(PARQUET_MAGIC) :]
            for digest in self._unpacked.values():
                digest.update(piece)
            yield piece

    def result(self, more: bytes) -> TransferResult:
        """Return the measurements of the complete file; `more` are the bytes after its end."""
        ways = (self._digests, self._unpacked)
        found = [{name: each.digest() for name, each in way.items()} for way in ways]
        fits = {
            claim: any(each.get(claim.algorithm) == claim.digest for each in found)
            for claim in self._claims
        }
        return TransferResult(
            self._size,
            self._packed,
            self._start,
            self._end,
            differing=tuple(claim for claim, fit in fits.items() if not fit),
            matching=tuple(claim for claim, fit in fits.items() if fit),
            has_end=self._has_end,
            says_empty=self._says_empty,
            recorded=self._recorded,
            # A second response is not part of the file; anything else is.
            goes_on=more != b"" and not more.lstrip().startswith(b"HTTP/"),
        )


def stated_digests(headers: Mapping[str, str]) -> tuple[StatedDigest, ...]:
    """Return the digests of the body in the headers, without invalid ones."""
    lengths = {name: len(make().digest()) for name, make in _ALGORITHMS.items()}
    stated = [c for c in _iter_stated(headers) if len(c.digest) == lengths[c.algorithm]]
    strong = [claim for claim in stated if not claim.algorithm.startswith("crc")]
    return tuple(strong or stated or _etag_digest(headers))


def stored_digests(headers: Mapping[str, str]) -> tuple[StatedDigest, ...]:
    """Return the digests of the stored object in the headers of a response to an upload."""
    # Any other digest is that of the body of the response.
    kept = {
        name: value
        for name, value in headers.items()
        if name in ("etag", _GOOGLE, _AZURE, _KEYED, f"{_KEYED}{_BY_CUSTOMER}")
        or name.startswith(_AMAZON)
        or (name in _MD5S and "x-ms-version" in headers)
    }
    return stated_digests(kept)


def stored_etag_md5(headers: Mapping[str, str]) -> bytes | None:
    """Return the MD5 in the ETag of a response to an upload; None if the ETag is no MD5."""
    return next((claim.digest for claim in _etag_digest(headers)), None)


def stored_size(headers: Mapping[str, str]) -> int | None:
    """Return the size of the stored object in the headers of a response to an upload."""
    size = headers.get("x-goog-stored-content-length", "")
    return int(size) if size.isascii() and size.isdigit() else None


def new_digest(algorithm: str) -> Digest:
    """Return a digest of nothing, by one of the algorithms of `stored_digests`."""
    return _ALGORITHMS[algorithm]()


def new_md5() -> Digest:
    """Return an MD5 of nothing."""
    return new_digest("md5")


def _iter_stated(headers: Mapping[str, str]) -> Iterator[StatedDigest]:
    for name in _LISTS:
        if name == _GOOGLE and _is_transcoded(headers):
            continue
        for item in headers.get(name, "").split(","):
            if match := _ITEM.fullmatch(item.partition(";")[0]):
                yield from _parse_digest(name, match[1], match[2])
    for name in _MD5S:
        yield from _parse_digest(name, "md5", headers.get(name, ""))
    for name, value in headers.items():
        if name.startswith(_AMAZON):
            yield from _parse_digest(name, name.removeprefix(_AMAZON), value)


def _parse_digest(header: str, algorithm: str, digest: str) -> Iterator[StatedDigest]:
    lowered = algorithm.lower()
    known = _ALIASES.get(lowered, lowered)
    # A digest of the parts of a file ("...-3") is not base64, and is skipped.
    with suppress(ValueError):
        if known in _ALGORITHMS:
            plain = digest.strip().replace("-", "+").replace("_", "/")
            in_hex = known == "md5" and len(plain) == _MD5_IN_HEX
            bits = bytes.fromhex(plain) if in_hex else base64.b64decode(plain, validate=True)
            yield StatedDigest(header, known, bits)


def _etag_digest(headers: Mapping[str, str]) -> Iterator[StatedDigest]:
    """Yield the MD5 in the ETag, which objects uploaded in one part and unencrypted have."""
    keyed = headers.get(_KEYED, "").startswith("aws:kms") or f"{_KEYED}{_BY_CUSTOMER}" in headers
    tag = _ETAG.fullmatch(headers.get("etag", "").strip())
    if tag and not keyed and not _is_transcoded(headers):
        yield StatedDigest("etag", "md5", bytes.fromhex(tag[1]))


def _is_transcoded(headers: Mapping[str, str]) -> bool:
    """Return whether Google Cloud decompressed the object; its digests are of the stored form."""
    here = headers.get("content-encoding", "identity")
    return headers.get("x-goog-stored-content-encoding", here) != here
