"""Connections of a pool, each of which is closed unless it can serve another request."""

from __future__ import annotations

import threading
import weakref
from copy import copy
from functools import partial
from typing import Any, Final

import httpcore
import httpx
from attrs import define, field

from ionworks._http.network import Network, Opener

#: The extension of a request with its `Usage`.
USAGE: Final = "ionworks_usage"


@define(eq=False)
class Usage:
    """The connections that one request uses."""

    connections: list[Connection] = field(factory=list)

    def end(self) -> None:
        """Close those connections that cannot serve another request; may be called again."""
        for connection in self.connections:
            connection.release(self)


class Connection(httpcore.ConnectionInterface):
    """A connection of an httpcore pool that owns its streams.

    httpcore keeps some connections as active for good: those whose TLS failed behind a proxy, and
    those whose request was interrupted between two steps. It drops the stream of a connection that
    a SOCKS proxy refused without closing it.
    """

    def __init__(self, pool: Any, network: Network, origin: httpcore.Origin) -> None:
        self._opener = Opener(network)
        template = copy(pool)
        template._network_backend = self._opener
        inner: httpcore.ConnectionInterface = type(template).create_connection(template, origin)
        self._inner = inner
        self._lock = threading.Lock()
        self._users: weakref.WeakSet[Usage] = weakref.WeakSet()
        self._failed = False

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request, and list this connection among those that it uses."""
        usage: Usage | None = request.extensions.get(USAGE)
        if usage is None:  # not sent by this package
            return self._inner.handle_request(request)
        usage.connections.append(self)
        with self._lock:
            self._users.add(usage)
        try:
            return self._inner.handle_request(request)
        except httpcore.ConnectionNotAvailable:  # another request was faster
            self.release(usage)
            raise

    def release(self, usage: Usage) -> None:
        """End the use by a request: close the connection unless it can serve another one."""
        with self._lock:
            self._users.discard(usage)
            if self._users:  # the last one closes it
                return
            self._failed = self._failed or self._inner.is_closed() or not self._inner.is_idle()
        if self._failed:
            self.close()

    def close(self) -> None:
        """Close the connection; while requests use it, only end it."""
        self._failed = True
        if self._users:
            self._opener.end()
            return
        self._inner.close()
        self._opener.close()

    def is_closed(self) -> bool:
        """Return whether it is closed, or has failed."""
        return self._failed or self._inner.is_closed()

    def is_idle(self) -> bool:
        """Return whether no request uses it."""
        return self._inner.is_idle()

    def is_available(self) -> bool:
        """Return whether it can serve a request."""
        return not self._failed and self._inner.is_available()

    def has_expired(self) -> bool:
        """Return whether it was unused for too long, or the server closed it."""
        return self._inner.has_expired()

    def can_handle_request(self, origin: httpcore.Origin) -> bool:
        """Return whether it is one to this origin."""
        return self._inner.can_handle_request(origin)

    def info(self) -> str:
        """Return its state for the log."""
        return self._inner.info()


def install(network: Network, client: httpx.Client) -> None:
    """Make `network` open all connections of a client, including those to proxies."""
    # httpx has no parameter for the connections of httpcore.
    for transport in {client._transport, *client._mounts.values()}:
        pool = getattr(transport, "_pool", None)
        if isinstance(pool, httpcore.ConnectionPool):
            create = partial(Connection, weakref.proxy(pool), network)
            pool.create_connection = create  # type: ignore[method-assign]
