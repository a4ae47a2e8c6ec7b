"""The only sender of the live probe: it reads, counts, and never follows a redirect."""

from __future__ import annotations

import time
from typing import Any, Final, Literal, NoReturn

from attrs import frozen

from ionworks._http.response import Response
from ionworks._http.retry import RetryPolicy
from ionworks._http.transport import Transport
from ionworks.errors import ApiError, ConnectionFailed, TimedOut, UnexpectedResponse
from ionworks.errors.base import SAFE_METHODS
from ionworks.settings import Settings

MOST_REQUESTS: Final = 70
_MOST_MISSES: Final = 3
_RETRIES: Final = 1


@frozen
class Reply:
    """An answer: its status, and its body if it is JSON. `status` is None where none came."""

    status: int | None
    body: object = None
    is_json: bool = False
    located: bool = False
    error: ApiError | None = None


class ReadOnlyTransport(Transport):
    """The client's transport, with everything taken out that could write or leave the host."""

    def send(self, operation: str, method: str, path: str, **options: Any) -> Response:
        """Send a GET or a HEAD without a body; refuse anything else before it is sent.

        A redirect is returned and not followed.
        """
        if method not in SAFE_METHODS or options.get("body") is not None or options.get("follow"):
            refuse(method, path)
        return super().send(operation, method, path, **{**options, "follow": False})

    def fetch(self, *_: object, **__: object) -> NoReturn:
        """Refuse: files are not downloaded."""
        refuse("GET", "of a file")

    def put(self, *_: object, **__: object) -> NoReturn:
        """Refuse: nothing is uploaded."""
        refuse("PUT", "of a file")


def refuse(method: str, what: str) -> NoReturn:
    """Stop what would be more than a read of the API.

    Raises
    ------
    PermissionError
        Always.
    """
    raise PermissionError(f"{method} {what} was not sent: the live probe only reads the API")


class Reader:
    """Reads the API, one request at a time and so many at most.

    Parameters
    ----------
    settings : Settings
        Address and credentials.
    pause : float
        Seconds between requests.
    most : int
        How many requests are sent at most; each again once after a failure that may pass.
    """

    def __init__(
        self, settings: Settings, *, pause: float = 0.0, most: int = MOST_REQUESTS
    ) -> None:
        self.transport = ReadOnlyTransport(settings, retry=RetryPolicy(max_retries=_RETRIES))
        self.sent = 0
        self._left = most
        self._misses = 0
        self._pause = pause

    def get(
        self, operation: str, path: str, query: list[tuple[str, str]], *, json: bool
    ) -> Reply | None:
        """Get a path; None where the requests are used up.

        Raises
        ------
        ConnectionFailed, TimedOut
            If the first request of all has no answer.
        """
        if self._left < 1:
            return None
        if self.sent:
            time.sleep(self._pause)
        self._left -= 1
        self.sent += 1
        try:
            accept: Literal["json", "bytes"] = "json" if json else "bytes"
            answer = self.transport.send(operation, "GET", path, query=query, accept=accept)
        except ApiError as error:
            self._misses = 0
            return Reply(error.status_code, error_body(error), is_json=True, error=error)
        except (ConnectionFailed, TimedOut):
            if self.sent == 1:
                raise
            self._misses += 1
            if self._misses == _MOST_MISSES:
                self._left = 0
            return Reply(None)
        self._misses = 0
        return _read(answer, json=json)

    def close(self) -> None:
        """Close the connections."""
        self.transport.close()


def error_body(error: ApiError) -> object:
    """Return the body of an error answer, as far as the error keeps it."""
    data = error.data or {}
    return data if "error_code" in data else {"detail": error.detail}


def _read(answer: Response, *, json: bool) -> Reply:
    located = bool(answer.headers.get("location"))
    if not json or answer.status >= 300:
        return Reply(answer.status, located=located)
    try:
        return Reply(answer.status, answer.json(), is_json=True)
    except UnexpectedResponse:
        return Reply(answer.status)
