"""AWS Signature Version 4, as the storage checks it. Pure."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

ALGORITHM = "AWS4-HMAC-SHA256"
STAMP = "%Y%m%dT%H%M%SZ"
HEADER = re.compile(
    ALGORITHM + r" Credential=(?P<key>[^/,\s]+)/(?P<day>\d{8})/(?P<region>[^/,\s]+)/s3/aws4_request"
    r",\s*SignedHeaders=(?P<names>[a-z0-9;-]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """The parts of a request that its signature covers.

    ``path`` and ``query`` are percent-encoded, as they were sent. The names of ``headers`` are in
    lower case.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Signature:
    """An Authorization header, taken apart."""

    access_key: str
    day: str
    region: str
    names: tuple[str, ...]
    signature: str

    @classmethod
    def read(cls, header: str) -> Signature | None:
        """Return the signature in a header; None if it has another form."""
        found = HEADER.fullmatch(header.strip())
        if found is None:
            return None
        names = tuple(found["names"].split(";"))
        return cls(found["key"], found["day"], found["region"], names, found["signature"])

    def covers(self, request: SignedRequest) -> bool:
        """Whether the host and all headers of Amazon are signed."""
        needed = {name for name in request.headers if name.startswith("x-amz-")} | {"host"}
        return needed <= set(self.names) <= request.headers.keys()

    def matches(self, request: SignedRequest, secret: str) -> bool:
        """Whether the request was signed with this secret."""
        stamp = request.headers.get("x-amz-date", "")
        scope = f"{self.day}/{self.region}/s3/aws4_request"
        digest = hashlib.sha256(canonical(request, self.names).encode()).hexdigest()
        key = f"AWS4{secret}".encode()
        for part in (*scope.split("/"), "\n".join((ALGORITHM, stamp, scope, digest))):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return stamp.startswith(self.day) and hmac.compare_digest(key.hex(), self.signature)


def canonical(request: SignedRequest, names: tuple[str, ...]) -> str:
    """Return the canonical request."""
    pairs = [pair.partition("=") for pair in request.query.split("&") if pair]
    query = "&".join(f"{name}={value}" for name, _, value in sorted(pairs))
    headers = [f"{name}:{' '.join(request.headers[name].split())}\n" for name in sorted(names)]
    content = request.headers.get("x-amz-content-sha256", "")
    parts = (request.method, request.path, query, "".join(headers), ";".join(names), content)
    return "\n".join(parts)


def moment_of(request: SignedRequest) -> datetime | None:
    """Return when a request was signed; None if it does not say so."""
    try:
        found = datetime.strptime(request.headers.get("x-amz-date", ""), STAMP)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC)
