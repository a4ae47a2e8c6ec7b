"""Shuts the network while a cassette answers, and keeps it to this machine for a sandbox."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from ionworks.testing.requirements import need

_PLACES = ("socket", "getaddrinfo", "gethostbyname")


@contextmanager
def no_network() -> Iterator[None]:
    """Let no socket be opened and no name be looked up in the block; afterwards all is as it was.

    Unix sockets stay, which event loops are made with.

    Raises
    ------
    ImportError
        If pytest-socket is missing.
    """
    need("pytest_socket")
    from pytest_socket import disable_socket

    before = {name: getattr(socket, name) for name in _PLACES}
    disable_socket(allow_unix_socket=True)
    shut = {name: getattr(socket, name) for name in _PLACES}
    try:
        yield
    finally:
        # pytest-socket itself opens the network when a test ends; who came later is left alone.
        for name in _PLACES:
            if getattr(socket, name) is shut[name]:
                setattr(socket, name, before[name])


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
