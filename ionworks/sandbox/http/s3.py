"""A small S3 service on the storage origin: uploads in parts, with temporary credentials."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import unquote
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from ionworks.sandbox.contract.problems import Problem
from ionworks.sandbox.database.identity import RealSource
from ionworks.sandbox.database.objects import BUCKET, OCTETS, S3_PATH, IncomingFile, Objects
from ionworks.sandbox.database.parts import Part, PartialUpload, PartialUploads, join
from ionworks.sandbox.database.store import Store
from ionworks.sandbox.http.sigv4 import Signature, SignedRequest, moment_of
from ionworks.sandbox.http.wire import Workers, read_body, send_bytes, send_head

PIECE = 2**20
MOST_PARTS = 10_000
LONGEST_LIST = 2**22
LARGEST_SKEW = timedelta(minutes=15)
NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
LISTED = re.compile(
    r"<Part>(?=(?:(?!</Part>).)*<PartNumber>\s*(\d{1,5})\s*</PartNumber>)"
    r"(?=(?:(?!</Part>).)*<ETag>([^<]*)</ETag>)",
    re.DOTALL,
)
UNSIGNED = "UNSIGNED-PAYLOAD"
#: What is served, by the method and a parameter of the query.
OPERATIONS: Mapping[tuple[str, bytes], str] = {
    ("POST", b"uploads"): "create_multipart_upload",
    ("PUT", b"partNumber"): "upload_part",
    ("POST", b"uploadId"): "complete_multipart_upload",
    ("DELETE", b"uploadId"): "abort_multipart_upload",
    ("HEAD", b""): "head_object",
}
Place = Callable[[str, IncomingFile, str], None]


class S3Problem(Problem):
    """A refusal in the error format of S3."""

    content_type = "application/xml"

    def content(self) -> bytes:
        """Return the XML body of the answer."""
        inner = f"<Code>{self.error_code}</Code><Message>{escape(self.message)}</Message>"
        return f"{DECLARATION}<Error>{inner}</Error>".encode()


class S3App:
    """Serves uploads in parts.

    Parameters
    ----------
    objects, store, workers
        Where objects are kept, and the threads that write them.
    place
        Makes a completed file the object at a path.
    """

    def __init__(self, objects: Objects, store: Store, workers: Workers, place: Place) -> None:
        self._objects, self._store, self._workers, self._place = objects, store, workers, place
        self._uploads = PartialUploads(objects.incoming, objects.lifetime * 1_000_000)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        try:
            key = self._admit(request)
            await self._serve(operation_of(scope), request, key, send)
        except S3Problem:
            raise
        except Problem as problem:
            raise S3Problem(problem.status, "AccessDenied", problem.message) from None

    def _admit(self, request: Request) -> str:
        """Check the signature of a request and return the path of its object."""
        signed = _signed_part(request)
        signature = Signature.read(signed.headers.get("authorization", ""))
        if signature is None:
            raise S3Problem(403, "AccessDenied", "The request is not signed.")
        key = unquote(signed.path.removeprefix(f"/{S3_PATH}/{BUCKET}/"))
        token = signed.headers.get("x-amz-security-token", "")
        grant = self._objects.grant_of(key, token)
        if grant is None:
            raise S3Problem(403, "AccessDenied", "The credentials are not for this object.")
        if signature.access_key != grant.access_key:
            raise S3Problem(403, "InvalidAccessKeyId", "The access key does not exist.")
        if not (signature.covers(signed) and signature.matches(signed, grant.secret_key)):
            raise S3Problem(403, "SignatureDoesNotMatch", "The signature does not match.")
        if grant.is_expired:
            raise S3Problem(400, "ExpiredToken", "The provided token has expired.")
        self._check_clock(signed)
        return key

    def _check_clock(self, signed: SignedRequest) -> None:
        moment = moment_of(signed)
        # The clock of a deterministic sandbox is not that of its clients.
        if isinstance(self._store.source, RealSource) and (
            moment is None or abs(datetime.now(UTC) - moment) > LARGEST_SKEW
        ):
            message = "The time of the request differs too much from that of the server."
            raise S3Problem(403, "RequestTimeTooSkewed", message)

    async def _serve(self, operation: str, request: Request, key: str, send: Send) -> None:
        upload_id = request.query_params.get("uploadId", "")
        if operation == "create_multipart_upload":
            kind = request.headers.get("content-type", OCTETS)
            upload_id = self._uploads.begin(key, kind, self._store.source.now())
            await _send_result(send, "InitiateMultipartUpload", _names(key, UploadId=upload_id))
        elif operation == "head_object":
            await self._head(key, send)
        elif operation == "upload_part":
            self._find(upload_id, key)
            await self._put_part(request, upload_id, send)
        elif operation == "complete_multipart_upload":
            upload = self._find(upload_id, key)
            parts = _parts_of(upload, await read_body(request, LONGEST_LIST))
            etag = await self._workers.run(lambda: self._join(upload, parts))
            self._uploads.forget(upload_id)
            await _send_result(send, "CompleteMultipartUpload", _names(key, ETag=etag))
        elif operation == "abort_multipart_upload":
            self._find(upload_id, key)
            self._uploads.forget(upload_id)
            await send_bytes(send, 204, b"", {})
        else:
            raise S3Problem(501, "NotImplemented", "The sandbox serves only uploads in parts.")

    def _find(self, upload_id: str, key: str) -> PartialUpload:
        found = self._uploads.find(upload_id, key)
        if found is None:
            raise S3Problem(404, "NoSuchUpload", "The upload does not exist, or it has ended.")
        return found

    async def _head(self, key: str, send: Send) -> None:
        with self._store.read() as connection:
            stored = self._objects.find(connection, key)
        if stored is None:
            await send_bytes(send, 404, b"", {})
        else:
            headers = {"etag": stored.etag, "content-type": stored.content_type}
            await send_head(send, 200, {**headers, "content-length": str(stored.size)})
            await send({"type": "http.response.body", "body": b""})

    async def _put_part(self, request: Request, upload_id: str, send: Send) -> None:
        number = request.query_params["partNumber"]
        if re.fullmatch("[0-9]{1,5}", number) is None or not 1 <= int(number) <= MOST_PARTS:
            raise S3Problem(400, "InvalidArgument", "The part number is not from 1 to 10000.")
        with IncomingFile(self._objects.incoming) as incoming:
            checks = _Checks(request)
            async for piece in request.stream():
                checks.update(piece)
                await self._workers.run(_writing(incoming, piece))
            checks.check()
            keep = self._uploads.keep
            kept = await self._workers.run(
                lambda: keep(upload_id, int(number), incoming, checks.crc)
            )
            if not kept:
                raise S3Problem(404, "NoSuchUpload", "The upload has ended.")
            await send_bytes(send, 200, b"", {"etag": incoming.etag})

    def _join(self, upload: PartialUpload, parts: list[Part]) -> str:
        with IncomingFile(self._objects.incoming) as incoming:
            join(parts, incoming)
            incoming.complete()
            self._place(upload.path, incoming, upload.content_type)
            return incoming.etag


class _Checks:
    """The checksums that a request states, and those of its body."""

    def __init__(self, request: Request) -> None:
        self.crc = request.headers.get("x-amz-checksum-crc32")
        self._stated = request.headers.get("x-amz-content-sha256", UNSIGNED)
        if self._stated.startswith("STREAMING-"):
            raise S3Problem(501, "NotImplemented", "Bodies in signed chunks are not read.")
        self._sum, self._sha = 0, hashlib.sha256()

    def update(self, piece: bytes) -> None:
        self._sum = zlib.crc32(piece, self._sum)
        if self._stated != UNSIGNED:
            self._sha.update(piece)

    def check(self) -> None:
        found = base64.b64encode(self._sum.to_bytes(4, "big")).decode()
        if self.crc not in {None, found}:
            raise S3Problem(400, "BadDigest", "The CRC32 does not match that of the body.")
        if self._stated not in {UNSIGNED, self._sha.hexdigest()}:
            message = "The SHA256 does not match that of the body."
            raise S3Problem(400, "XAmzContentSHA256Mismatch", message)


def operation_of(scope: Scope) -> str:
    """Name what a request to the S3 service does; empty for what is not served."""
    names = {pair.partition(b"=")[0] for pair in scope["query_string"].split(b"&")}
    served = [OPERATIONS[scope["method"], n] for n in names if (scope["method"], n) in OPERATIONS]
    return next(iter(served), "")


def _signed_part(request: Request) -> SignedRequest:
    scope = request.scope
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0]
    query = scope["query_string"].decode("latin-1")
    return SignedRequest(request.method, path, query, dict(request.headers))


def _parts_of(upload: PartialUpload, body: bytes) -> list[Part]:
    """Return the parts that a list names; they must exist and be in order."""
    listed = [(int(n), unescape(tag)) for n, tag in LISTED.findall(body.decode(errors="replace"))]
    if not listed:
        raise S3Problem(400, "MalformedXML", "The list names no parts.")
    numbers = [number for number, _ in listed]
    if numbers != sorted(set(numbers)):
        raise S3Problem(400, "InvalidPartOrder", "The parts are not in ascending order.")
    parts = []
    for number, tag in listed:
        part = upload.parts.get(number)
        if part is None or part.etag.strip('"') != tag.strip().strip('"'):
            raise S3Problem(400, "InvalidPart", f"Part {number} does not exist with this ETag.")
        parts.append(part)
    return parts


def _names(key: str, **more: str) -> dict[str, str]:
    return {"Bucket": BUCKET, "Key": key, **more}


def _writing(incoming: IncomingFile, piece: bytes) -> Callable[[], object]:
    return lambda: incoming.write(piece)


async def _send_result(send: Send, name: str, values: dict[str, str]) -> None:
    inner = "".join(f"<{tag}>{escape(value)}</{tag}>" for tag, value in values.items())
    text = f'{DECLARATION}<{name}Result xmlns="{NAMESPACE}">{inner}</{name}Result>'
    await send_bytes(send, 200, text.encode(), {"content-type": "application/xml"})
