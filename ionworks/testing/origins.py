"""Keeps the clients of this package to the sandbox or the cassette of the test that runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from threading import RLock, Thread, current_thread
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from weakref import WeakSet

from attrs import field, frozen

from ionworks._http.recorded_process import check_process
from ionworks.testing.ledger import Ledger, UnansweredError, keep_open
from ionworks.testing.threads import Threads

if TYPE_CHECKING:
    from ionworks._http.request import HttpRequest

INSIDE: Final = (
    "make the client while the test runs: ionworks_client, or Ionworks() without api_url in the"
    " test or in a fixture of function scope; a client made at import, in a wider fixture or with"
    " api_url keeps its server, which ionworks.testing.allow_origins permits"
)
_PORTS: Final = {"http": 80, "https": 443}


class OriginError(UnansweredError):
    """A client sends a request to another server than the sandbox or the cassette of the test.

    Nothing was sent. The message names the request and the server, and how to create the client.
    """

    __module__ = "ionworks.testing"


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address, always written the same way."""
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:  # out of range: no server has this address
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}://{parts.hostname}:{port}"


def _origins(urls: Iterable[str] | None) -> frozenset[str] | None:
    return None if urls is None else frozenset(map(origin_of, urls))


@frozen(eq=False)
class Guard:
    """Which servers may be asked while a block runs.

    Attributes
    ----------
    situation : str
        Where answers come from, for the error: "this test runs on the sandbox ...".
    ledger : Ledger
        Keeps what was refused.
    origins : frozenset of str, or None
        Servers that may be asked; None allows all of them.
    any_storage : bool
        Whether files may come from anywhere: a cassette learns where from the answers.
    advice : str
        How to make the client.
    """

    situation: str
    ledger: Ledger = field(repr=False)
    origins: frozenset[str] | None = field(converter=_origins)
    any_storage: bool = False
    advice: str = field(default=INSIDE, repr=False)

    def check(self, message: HttpRequest) -> None:
        """Refuse a request of another server.

        Raises
        ------
        OriginError
            If it is one.
        """
        if self.any_storage and message.kind == "storage":
            return
        if self.origins is not None and origin_of(message.url) not in self.origins:
            raise self.refuse(message.method, message.url)

    def refuse(self, method: str, url: str) -> OriginError:
        """Note a request, and return the error for the code that made it."""
        from ionworks._redact import redact_url

        request = f"{method} {redact_url(url)}"
        return self.ledger.refuse(OriginError, "not sent:", request, self.situation, self.advice)


@contextmanager
def enforce(guard: Guard) -> Iterator[None]:
    """Check every request of every client of this package in the block; the last guard rules."""
    from ionworks._http.pool import ConnectionPool

    with keep_open(guard.ledger):
        with _lock:
            _guards.append(guard)
            ConnectionPool.guard = _check
        try:
            yield
        finally:
            with _lock:
                _guards.remove(guard)
                if not _guards and not _outliving:
                    ConnectionPool.guard = None


@contextmanager
def guard_block(guard: Guard | None) -> Iterator[None]:
    """Guard a block, with the threads that it starts.

    At its end these are waited for, for a moment: what they ask is part of the block. One that goes
    on nevertheless is refused every request.
    """
    threads = Threads()
    with nullcontext() if guard is None else enforce(guard):
        try:
            yield
            threads.wait(but=_outliving)
        except Exception as error:
            if guard is not None:
                guard.ledger.explain(error)
            raise
        finally:
            if guard is not None:
                _outliving.update(threads.list_running())


@contextmanager
def allow_origins(*urls: str) -> Iterator[None]:
    """Allow requests to these servers too, while a test uses a sandbox or a cassette.

    Parameters
    ----------
    *urls : str
        Addresses, such as ``client.settings.api_url``. Scheme, host and port are compared.

    Examples
    --------
    >>> from ionworks.sandbox import Sandbox
    >>> from ionworks.testing import allow_origins, cassette
    >>> with cassette("upload"), Sandbox() as box, allow_origins(box.url, box.storage_url):
    ...     box.client().settings.api_url == box.url
    True
    """
    origins = Counter(map(origin_of, urls))
    with _lock:
        _allowed.update(origins)
    try:
        yield
    finally:
        with _lock:
            _allowed.subtract(origins)


# Clients made anywhere are meant, at import too, so one process has one list of guards.
_lock = RLock()
_guards: list[Guard] = []
_allowed: Counter[str] = Counter()
_outliving: WeakSet[Thread] = WeakSet()


def _check(message: HttpRequest) -> None:
    check_process()
    if _allowed[origin_of(message.url)] > 0:
        return
    if current_thread() in _outliving:
        after = Guard("the test that started this thread is over", Ledger(), ())
        raise after.refuse(message.method, message.url)
    for guard in _guards[-1:]:
        guard.check(message)
