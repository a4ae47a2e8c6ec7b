"""Uploads an object to S3 storage in parts, several at once."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import IO, Final, Protocol
from urllib.parse import quote
from xml.sax.saxutils import escape

from attrs import Factory, define, field, frozen

from ionworks._http.cancellation import Cancellation
from ionworks._http.pool import HttpRequest
from ionworks._http.progress import Meter
from ionworks._http.response import Response, error_from_response
from ionworks._http.signing import S3Object
from ionworks._http.source import FileState, Source
from ionworks._http.threads import Threads
from ionworks._http.transfer import new_md5, stored_etag_md5
from ionworks.errors import IonworksError, NotFound

#: The operations of an upload in parts, as errors and log lines name them.
OPERATIONS: Final = frozenset(
    {
        "create_multipart_upload",
        "upload_part",
        "complete_multipart_upload",
        "head_object",
        "abort_multipart_upload",
    }
)
_MOST_PARTS: Final = 10_000
_AT_ONCE: Final = 8
_MEBIBYTE: Final = 1 << 20
_ABORT_SECONDS: Final = 5.0
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
_NAMESPACE: Final = "http://s3.amazonaws.com/doc/2006-03-01/"
_NOT_CONFIRMED: Final = "the upload was not confirmed"


@frozen
class PartLimits:
    """When a file is uploaded in parts.

    Attributes
    ----------
    threshold : int
        The size in bytes from which on a file is sent in parts.
    part : int
        The size of a part; more for a file of more than 10,000 parts.
    single : int
        The largest file that is sent in one request if parts are offered but not possible.
    """

    threshold: int = 16 * _MEBIBYTE
    part: int = 16 * _MEBIBYTE
    single: int = 1024 * _MEBIBYTE

    def part_size(self, size: int) -> int:
        """Return the size of the parts of a file, at most 10,000."""
        needed = -(-size // _MOST_PARTS)
        return max(self.part, -(-needed // _MEBIBYTE) * _MEBIBYTE if needed > self.part else 0)


class Send(Protocol):
    """Sends a signed request, with retries."""

    def __call__(self, request: HttpRequest, seconds: float | None = None) -> Response:
        """Return the response, at most after `seconds`."""


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


@define(eq=False)
class S3Upload:
    """One upload of an open file in parts; it is complete, or aborted.

    Attributes
    ----------
    target : S3Object
        The object.
    file : file
        Open for reading bytes.
    size : int
        Its size in bytes.
    content_type : str
        The content type of the object.
    meter : Meter
        Counts the sent bytes.
    limits : PartLimits
        The size of the parts.
    workers : int
        How many parts may be sent at once; 1 sends them one after the other, in this thread.
    send : callable
        Sends a request.
    """

    target: S3Object = field(repr=False)
    file: IO[bytes]
    size: int
    content_type: str
    meter: Meter
    limits: PartLimits
    workers: int
    send: Send
    _before: FileState = Factory(lambda self: FileState.of(self.file), takes_self=True)

    def run(self) -> None:
        """Send all parts and complete the object.

        Raises
        ------
        IntegrityError
            If the file changed meanwhile, or storage stored something else.
        ApiError, ConnectionFailed, TimedOut, UnexpectedResponse, FileError
            If a request fails for good; the parts are removed from storage.
        """
        sources = self._sources()
        upload_id = self._create()
        try:
            parts = self._send_parts(upload_id, sources)
            self._check_unchanged(sources[0])
            self._complete(upload_id, parts)
        except BaseException as error:
            self._abort(upload_id)
            for source in sources:
                source.take_back()
            if isinstance(error, IonworksError):
                # Storage may have noticed the change first, by the checksum of a part.
                self._check_unchanged(sources[0])
            raise

    def _sources(self) -> list[Source]:
        step, turn = self.limits.part_size(self.size), Lock()
        return [
            Source(
                self.file,
                min(step, self.size - start),
                self.meter,
                start,
                is_last=start + step >= self.size,
                turn=turn,
            )
            for start in range(0, max(self.size, 1), step)
        ]

    def _create(self) -> str:
        answer = self.send(
            self._request(
                "create_multipart_upload",
                "POST",
                "uploads=",
                {"Content-Type": self.content_type, "x-amz-checksum-algorithm": "CRC32"},
                b"",
            )
        )
        upload_id = _read_element(answer, "UploadId")
        if not upload_id:
            raise answer.unexpected_response("storage returned no id for the upload in parts")
        return upload_id

    def _send_parts(self, upload_id: str, sources: list[Source]) -> list[StoredPart]:
        calls = [
            partial(self._send_part, upload_id, number, source)
            for number, source in enumerate(sources, 1)
        ]
        count = min(len(calls), self.workers, _AT_ONCE)
        return Threads(calls, count).run() if count > 1 else [call() for call in calls]

    def _send_part(self, upload_id: str, number: int, source: Source) -> StoredPart:
        checksum = base64.b64encode(source.digest("crc32")).decode()
        answer = self.send(
            self._request(
                "upload_part",
                "PUT",
                f"partNumber={number}&uploadId={_quoted(upload_id)}",
                {"Content-Length": str(source.size), "x-amz-checksum-crc32": checksum},
                source,
                partial(_compare_part, source),
            )
        )
        etag = answer.headers.get("etag", "").strip().removeprefix("W/")
        if not etag:
            raise answer.unexpected_response(f"storage returned no ETag for part {number}")
        returned = answer.headers.get("x-amz-checksum-crc32")
        return StoredPart(number, etag, checksum if returned else None, source.digest("md5"))

    def _complete(self, upload_id: str, parts: list[StoredPart]) -> None:
        """Complete the object. It is compared with the parts, also if the response was lost."""
        listed = "".join(part.to_xml() for part in parts)
        content = (
            f'<CompleteMultipartUpload xmlns="{_NAMESPACE}">{listed}</CompleteMultipartUpload>'
        )
        compare = partial(_compare_whole, _whole_tag(parts), self.size)
        try:
            self.send(
                self._request(
                    "complete_multipart_upload",
                    "POST",
                    f"uploadId={_quoted(upload_id)}",
                    {"Content-Type": "application/xml"},
                    content.encode(),
                    compare,
                )
            )
        except NotFound as error:
            if error.outcome != "unknown":
                raise
            # An earlier attempt may have completed it.
            self.send(self._request("head_object", "HEAD", "", compare=compare))

    def _abort(self, upload_id: str) -> None:
        """Remove the parts from storage if that is quickly possible; else storage expires them."""
        query = f"uploadId={_quoted(upload_id)}"
        request = self._request("abort_multipart_upload", "DELETE", query)
        # Not part of the composed call, which may have been cancelled.
        with suppress(IonworksError), Cancellation().activate():
            self.send(request, _ABORT_SECONDS)

    def _check_unchanged(self, source: Source) -> None:
        if how := self._before.difference(FileState.of(self.file)):
            raise source.changed_error(how)

    def _request(
        self,
        operation: str,
        method: str,
        query: str,
        headers: dict[str, str] | None = None,
        content: bytes | Source | None = None,
        compare: Callable[[Response], str | None] | None = None,
    ) -> HttpRequest:
        return HttpRequest(
            "storage",
            operation,
            method,
            type(self.target.url)(f"{self.target.url}?{query}" if query else self.target.url),
            headers=headers or {},
            content=content,
            signer=self.target.credentials,
            compare=compare,
        )


def _quoted(upload_id: str) -> str:
    return quote(upload_id, safe="~")


def _compare_part(source: Source, answer: Response) -> str | None:
    """Compare a part with its checksums; return the strength of the comparison."""
    if answer.recorded:
        return None
    code = _read_element(answer, "Code") if answer.status >= 400 else ""
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


def _whole_tag(parts: list[StoredPart]) -> str | None:
    """Return the tag of an object of these parts; None if storage uses other tags than MD5."""
    if not all(part.has_md5 for part in parts):
        return None
    digest = new_md5()
    digest.update(b"".join(part.md5 for part in parts))
    return f"{digest.digest().hex()}-{len(parts)}"


def _compare_whole(expected: str | None, size: int, answer: Response) -> str | None:
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
        found = _read_element(answer, "ETag")
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
    status = 500 if _read_element(answer, "Code") in _TRANSIENT else 400
    raise error_from_response(
        status,
        answer.headers,
        answer.redacted().content,
        method=answer.method,
        url=answer.url,
        operation=answer.operation,
        key_hint="",
        credentials=answer.secrets,
    )


def _read_element(answer: Response, name: str) -> str:
    """Return the text of an XML element; empty if there is none."""
    found = re.search(
        rf"<{name}>([^<]{{1,2000}})</{name}>", answer.content.decode(errors="replace")
    )
    return html.unescape(found[1]).strip() if found else ""
