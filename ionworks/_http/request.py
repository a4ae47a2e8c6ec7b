"""One request to the API or to storage, and its URL."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypedDict
from urllib.parse import urlsplit

import httpx
from attrs import field, frozen

from ionworks._http.retry import Idempotency
from ionworks._redact import redact_text, redact_url
from ionworks.errors import ConfigurationError, PayloadError

if TYPE_CHECKING:
    from ionworks._http.download import Download
    from ionworks._http.integrity import Expected
    from ionworks._http.response import Response
    from ionworks._http.signing import S3Credentials
    from ionworks._http.source import Source

_LONGEST_PLAIN: Final = 2**15  # characters of a URL that httpx accepts without parsing
# The requirement for a URL that the service returns; part of error messages.
ADDRESS: Final = "expected http or https, without a user name or password"
Kind: TypeAlias = Literal["api", "storage"]


class RequestFields(TypedDict):
    """What errors say about a request."""

    method: str
    url: str
    operation: str


@frozen
class HttpRequest:
    """One HTTP request; only requests to the API carry the credentials of the client."""

    kind: Kind
    operation: str
    method: str
    url: str = field(repr=redact_url)
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    content: bytes | Source | None = field(default=None, repr=False)
    #: The effect of sending it twice.
    idempotency: Idempotency = "idempotent"
    #: The file, if the response is a file; otherwise it is JSON of limited size.
    download: Download | None = field(default=None, repr=False)
    #: The expected file, to verify a whole one.
    expected: Expected | None = None
    #: Signs each attempt, for storage that does not use signed URLs.
    signer: S3Credentials | None = field(default=None, repr=False)
    #: Compares what storage says, whatever its status, with what was sent; returns the strength.
    compare: Callable[[Response], str | None] | None = field(default=None, repr=False)

    @property
    def fields(self) -> RequestFields:
        """The request in an error."""
        return {"method": self.method, "url": self.url, "operation": self.operation}

    @property
    def host(self) -> str:
        """The host and port, without a user name or password."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @property
    def secrets(self) -> tuple[str, ...]:
        """The credentials that only this request carries."""
        return () if self.signer is None else self.signer.secrets

    @property
    def signed_headers(self) -> dict[str, str]:
        """The headers to send, with a signature that begins now if the request is signed."""
        if self.signer is None:
            return dict(self.headers)
        return self.signer.sign(self.method, self.url, self.headers)


def encode_json(body: Any) -> bytes:
    """Return a body as JSON.

    Raises
    ------
    PayloadError
        If JSON cannot hold it.
    """
    try:
        return json.dumps(body, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise PayloadError("body", body, f"cannot be converted to JSON: {error}") from None


def with_query(url: str, query: Sequence[tuple[str, str]]) -> str:
    """Return a URL with its query.

    Raises
    ------
    PayloadError
        If it is too long or not a valid URL.
    """
    if not query and len(url) < _LONGEST_PLAIN and re.fullmatch("[!-~]*", url):
        return url
    try:
        whole = httpx.URL(url, params=httpx.QueryParams([*query])) if query else httpx.URL(url)
    except (httpx.InvalidURL, UnicodeEncodeError) as error:
        reason = redact_text(str(error))
    else:
        return str(whole) if query else url
    raise PayloadError("address", url[:100], f"is not a valid URL: {reason}")


def is_address(url: str) -> bool:
    """Return whether a URL is a valid http or https address without a user name or password."""
    try:
        parts = urlsplit(url)
        has_host = parts.hostname and parts.port != 0  # an invalid port raises
        # A user name and password would replace our Authorization header.
        return (
            bool(has_host)
            and "@" not in parts.netloc
            and httpx.URL(url).scheme in ("http", "https")
        )
    except (httpx.InvalidURL, ValueError, TypeError):  # a bad port, open brackets, null
        return False


def unsendable() -> ConfigurationError:
    """Return the error for a request that HTTP does not allow."""
    return ConfigurationError(
        "the request contains characters that HTTP does not allow; check api_key, api_token,"
        " organization_id and the address"
    )
