"""Reads the responses of S3 storage to an upload in parts, and compares them with what was sent."""

from __future__ import annotations

import html
import re
from typing import Final
from xml.sax.saxutils import escape

from attrs import frozen

from ionworks._http.response import Response
from ionworks._http.source import Source
from ionworks._http.transfer import new_md5, stored_etag_md5

_TAG: Final = re.compile(r"\"?([0-9a-f]{32}-[0-9]+)\"?")
# Storage received something else than was sent.
_DAMAGED: Final = frozenset(
    {
        "BadDigest",
        "IncompleteBody",
        "RequestTimeout",
        "XAmzContentChecksumMismatch",
        "XAmzContentSHA256Mismatch",
    }
)
_TRANSIENT: Final = frozenset({"InternalError", "ServiceUnavailable", "SlowDown"})
_NOT_CONFIRMED: Final = "the upload was not confirmed"


@frozen
class StoredPart:
    """A part as storage confirmed it.

    Attributes
    ----------
    number : int
        Its place, from 1.
    etag : str
        The tag that storage gave it.
    checksum : str or None
        The CRC-32 that storage repeated.
    md5 : bytes
        The MD5 of what was sent.
    """

    number: int
    etag: str
    checksum: str | None
    md5: bytes

    @property
    def has_md5(self) -> bool:
        """Whether the tag is the MD5 of the part."""
        return self.etag.strip('"').lower() == self.md5.hex()

    def to_xml(self) -> str:
        """Return the entry of the list that completes the upload."""
        sums = "" if self.checksum is None else f"<ChecksumCRC32>{self.checksum}</ChecksumCRC32>"
        tag = escape(self.etag)
        return f"<Part><PartNumber>{self.number}</PartNumber><ETag>{tag}</ETag>{sums}</Part>"


def compare_part(source: Source, answer: Response) -> str | None:
    """Compare a part with its checksums; return the strength of the comparison."""
    if answer.recorded:
        return None
    code = read_element(answer, "Code") if answer.status >= 400 else ""
    if code in _DAMAGED:
        raise answer.integrity_error(
            f"a part arrived damaged or incomplete in storage ({code})", _NOT_CONFIRMED
        )
    if answer.status >= 300:
        return None
    strength = source.compare(answer)
    md5 = stored_etag_md5(answer.headers)
    if md5 is None:
        return strength
    if md5 != source.digest("md5"):
        raise answer.integrity_error(
            "storage did not store a part as it was sent: the MD5 digest of its ETag differs",
            _NOT_CONFIRMED,
        )
    return "md5"


def whole_tag(parts: list[StoredPart]) -> str | None:
    """Return the tag of an object of these parts; None if storage uses other tags than MD5."""
    if not all(part.has_md5 for part in parts):
        return None
    digest = new_md5()
    digest.update(b"".join(part.md5 for part in parts))
    return f"{digest.digest().hex()}-{len(parts)}"


def compare_whole(expected: str | None, size: int, answer: Response) -> str | None:
    """Compare the tag of the object with that of the parts; return the strength."""
    strength = None
    if answer.status >= 300:
        return None
    if answer.method == "HEAD":
        found, strength = answer.headers.get("etag", ""), "size"
        if answer.headers.get("content-length") != str(size):
            raise answer.integrity_error(
                f"storage did not store {size} bytes as they were sent", _NOT_CONFIRMED
            )
    else:
        _raise_late_error(answer)
        found = read_element(answer, "ETag")
        if not found:
            raise answer.unexpected_response("storage did not say that the upload is complete")
    tag = _TAG.fullmatch(found.strip())
    if answer.recorded or expected is None or tag is None:
        return strength
    if tag[1] != expected:
        raise answer.integrity_error(
            "storage did not join the parts as they were sent: the ETag of the whole differs",
            _NOT_CONFIRMED,
        )
    return "md5"


def _raise_late_error(answer: Response) -> None:
    """Raise the error that storage found after it had sent the status 200."""
    if b"<Error>" not in answer.content:
        return
    status = 500 if read_element(answer, "Code") in _TRANSIENT else 400
    raise answer.to_error("", status)


def read_element(answer: Response, name: str) -> str:
    """Return the text of an XML element; empty if there is none."""
    found = re.search(
        rf"<{name}>([^<]{{1,2000}})</{name}>", answer.content.decode(errors="replace")
    )
    return html.unescape(found[1]).strip() if found else ""
