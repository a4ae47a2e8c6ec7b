"""Uploads an object to S3 storage in parts, several at once."""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Lock
from typing import IO, Final, Protocol
from urllib.parse import quote

from attrs import Factory, define, field, frozen

from ionworks._http.cancellation import Cancellation
from ionworks._http.progress import Meter
from ionworks._http.request import HttpRequest
from ionworks._http.response import Response
from ionworks._http.s3_answers import (
    StoredPart,
    compare_part,
    compare_whole,
    read_element,
    whole_tag,
)
from ionworks._http.signing import S3Object
from ionworks._http.source import FileState, Source
from ionworks._http.threads import Threads
from ionworks.errors import IonworksError, NotFound

_MOST_PARTS: Final = 10_000
_AT_ONCE: Final = 8
_MEBIBYTE: Final = 1 << 20
_ABORT_SECONDS: Final = 5.0
_NAMESPACE: Final = "http://s3.amazonaws.com/doc/2006-03-01/"


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
        step, lock = self.limits.part_size(self.size), Lock()
        return [
            Source(
                self.file,
                min(step, self.size - start),
                self.meter,
                start,
                is_last=start + step >= self.size,
                lock=lock,
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
        upload_id = read_element(answer, "UploadId")
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
                partial(compare_part, source),
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
        compare = partial(compare_whole, whole_tag(parts), self.size)
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
