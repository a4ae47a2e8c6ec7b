"""What the transport hands on of a successful answer, and how its body is decoded. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from ionworks.errors import UnexpectedResponse
from ionworks.redact import REDACTED, redact_url

_REQUEST_IDS = ("x-correlation-id", "x-request-id", "cf-ray")


@frozen
class Answer:
    """A 2xx answer: status, headers with lower-case names, and the whole body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    url: str = field(repr=redact_url)
    operation: str
    method: str
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def request_id(self) -> str | None:
        """The server's name for this request, for support."""
        return next((self.headers[name] for name in _REQUEST_IDS if name in self.headers), None)

    def json(self) -> Any:
        """Decode the body.

        Raises
        ------
        UnexpectedResponse
            If the body is not JSON, for example a proxy's login page.
        """
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "application/json" or kind.endswith("+json"):
            try:
                return json.loads(self.content)
            except (ValueError, RecursionError):  # also a bad charset, and absurd nesting
                raise self.unexpected("the body is not complete JSON") from None
        raise self.unexpected("expected JSON; a proxy or a login page may stand in between")

    def unexpected(self, reason: str) -> UnexpectedResponse:
        """Make the error for an answer that does not fit the contract."""
        return UnexpectedResponse(
            reason,
            self.status,
            content_type=self.headers.get("content-type"),
            snippet=hidden(self.content[:1000], self.secrets),
            method=self.method,
            url=self.url,
            operation=self.operation,
            request_id=self.request_id,
        )


def hidden(content: bytes, secrets: tuple[str, ...]) -> bytes:
    """Return a body without the credentials, which some servers repeat in what they refuse."""
    for secret in secrets:
        content = content.replace(secret.encode(), REDACTED.encode())
    return content
