"""Turns the errors of the HTTP library and of the system into ours."""

from __future__ import annotations

import ssl
import traceback
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import httpx

from ionworks._http.body import Stalled
from ionworks._http.request import HttpRequest, unsendable
from ionworks._http.tls import explain_certificate_error
from ionworks._redact import redact_text
from ionworks.errors import (
    ConnectionFailed,
    IonworksError,
    Outcome,
    TimedOut,
)

if TYPE_CHECKING:
    from ionworks._http.clients import ClientFactory
    from ionworks._http.response import Response

# After these errors, nothing of the request reached the server.
_NOT_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    ValueError,  # an invalid host name
    OverflowError,
)
# Errors that a request may raise. httpx does not wrap all errors of the layers below it.
_FAILURES: Final = (
    IonworksError,
    httpx.HTTPError,
    httpx.InvalidURL,
    OSError,
    ValueError,
    OverflowError,
)
_LIBRARY: Final = ("httpx", "httpcore", "h11")
# A header or a URL has characters that HTTP does not allow.
_UNSENDABLE: Final = (httpx.LocalProtocolError, httpx.InvalidURL, UnicodeEncodeError)


def is_failure(error: Exception) -> bool:
    """Return whether a request failed; any other error is, for example, from a recorder."""
    if isinstance(error, _FAILURES):
        return True
    module = ""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        module = frame.f_globals.get("__name__", "")
    return module.partition(".")[0] in _LIBRARY


def to_error(
    error: Exception,
    message: HttpRequest,
    clients: ClientFactory,
    secrets: Sequence[str],
    answer: Response | None = None,
) -> IonworksError:
    """Return our error for a failure of a request; `answer` if its headers have arrived."""
    if isinstance(error, IonworksError):  # raised by the file that is sent
        error.__context__ = None
        return error.with_traceback(None)
    if isinstance(error, _UNSENDABLE):
        # Without its message, which shows the header and maybe the key.
        return unsendable()
    sent = answer is not None or not isinstance(error, _NOT_SENT)
    timed_out = isinstance(error, httpx.TimeoutException | Stalled)
    outcome: Outcome = "unknown" if sent else "not_sent"
    root = _root_cause(error)
    # The text may quote a server that is not an HTTP server and that echoes the request.
    reason = redact_text(str(error) or type(error).__name__, secrets)
    if timed_out:
        text = f"no response in time from {message.host} ({reason})"
    elif sent:
        text = f"the connection to {message.host} broke before the response was complete ({reason})"
    else:
        text = _explain_connecting(message, clients, root, reason)
    failure = (TimedOut if timed_out else ConnectionFailed)(
        text,
        outcome=outcome,
        request_id=None if answer is None else answer.request_id,
        **message.fields,
    )
    # Only the error of the system: those of httpx hold the request with its key.
    if root is not None:
        failure.__cause__ = root
    return failure


def _explain_connecting(
    message: HttpRequest, clients: ClientFactory, root: OSError | None, reason: str
) -> str:
    """Return why there is no connection, and what to do."""
    host, proxied = message.host, clients.is_proxied(message.url)
    if isinstance(root, ssl.SSLCertVerificationError):
        whose = f"{host}, or of the proxy in front of it," if proxied else host
        return explain_certificate_error(whose, root, folder=clients.trusts_folder)
    via = " through a proxy" if proxied else ""
    source = clients.settings.url_source if message.kind == "api" else "the service"
    return f"no connection to {host}{via} ({reason}); the address comes from {source}"


def _root_cause(error: BaseException) -> OSError | None:
    """Return the system error behind an error of the HTTP library, without its frames."""
    found: BaseException | None = error
    while found is not None and not isinstance(found, OSError):
        found = found.__cause__ or found.__context__
    trace = None if found is None else found.__traceback__
    # Any other error was being handled by our caller, and is not a cause.
    if (
        found is None
        or trace is None
        or not trace.tb_frame.f_globals.get("__name__", "").startswith("httpcore")
    ):
        return None
    found.__context__ = None
    return found.with_traceback(None)
