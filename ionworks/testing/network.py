"""Shuts the network while a cassette answers, and keeps it to this machine for a sandbox."""

from __future__ import annotations

import _socket
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ionworks.testing.requirements import need

_PLACES = ("socket", "getaddrinfo", "gethostbyname")
_Pair = tuple[socket.socket, socket.socket]


@contextmanager
def no_network() -> Iterator[None]:
    """Let no socket be opened and no name be looked up in the block; afterwards all is as it was.

    Unix sockets stay, and pairs of connected sockets, which event loops are made with: on some
    systems these are TCP on the loopback interface.

    Raises
    ------
    ImportError
        If pytest-socket is missing.
    """
    need("pytest_socket")
    from pytest_socket import disable_socket

    before = {name: getattr(socket, name) for name in (*_PLACES, "socketpair")}
    disable_socket(allow_unix_socket=True)
    if not hasattr(_socket, "socketpair") or before["socketpair"].__name__ != "socketpair":
        socket.socketpair = _make_socketpair(before["socket"])
    shut = {name: getattr(socket, name) for name in before}
    try:
        yield
    finally:
        # pytest-socket itself opens the network when a test ends; who came later is left alone.
        for name, value in before.items():
            if getattr(socket, name) is shut[name]:
                setattr(socket, name, value)


def _make_socketpair(kind: type[socket.socket]) -> Callable[..., _Pair]:
    """Return `socket.socketpair` on TCP, with sockets that may be opened."""

    def socketpair(*_: object) -> _Pair:
        with kind(socket.AF_INET, socket.SOCK_STREAM) as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(1)
            client = kind(socket.AF_INET, socket.SOCK_STREAM)
            try:
                client.connect(listener.getsockname())
                server, address = listener.accept()
            except BaseException:
                client.close()
                raise
        if address != client.getsockname():  # another process was quicker
            client.close()
            server.close()
            raise ConnectionError("another process connected to the pair of sockets")
        return server, client

    return socketpair


@contextmanager
def this_machine_only() -> Iterator[None]:
    """Open a network that pytest-socket has shut as far as 127.0.0.1; an open one stays as it is.

    With ``--disable-socket`` a sandbox could not be started otherwise.
    """
    if socket.socket.__name__ != "GuardedSocket":
        yield
        return
    from pytest_socket import enable_socket, socket_allow_hosts

    before = {name: getattr(socket, name) for name in _PLACES}
    enable_socket()
    opened, connect = socket.socket, socket.socket.connect
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    kept = socket.socket.connect
    try:
        yield
    finally:
        if opened.connect is kept:
            opened.connect = connect  # type: ignore[method-assign]
            for name in _PLACES:
                setattr(socket, name, before[name])
