"""Servers on loopback sockets, run by one event loop in one daemon thread."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Literal, NamedTuple

import uvicorn
from starlette.types import ASGIApp

HOST = "127.0.0.1"
POLL_SECONDS = 0.005
GRACE_SECONDS = 1
# Longer than clients keep idle connections, so that no request meets a connection just closed.
KEEP_ALIVE_SECONDS = 120


def bound_socket(port: int, name: str) -> socket.socket:
    """Return a socket that listens on loopback; 0 takes any free port.

    ``name`` is that of the parameter, for the message.

    Raises
    ------
    RuntimeError
        If the port cannot be had.
    """
    # The protocol is named because asyncio looks at it before it sends small answers at once.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(1024)
    except (OSError, OverflowError) as error:
        listener.close()
        raise RuntimeError(
            f"The sandbox cannot listen on {HOST}:{port} ({error}). "
            f"Choose another {name} (--{name.replace('_', '-')}), or 0 for any free one."
        ) from error
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the URL at which a socket listens."""
    return f"http://{HOST}:{listener.getsockname()[1]}"


class Served(NamedTuple):
    """An application on its socket, and the protocol that it is spoken to by."""

    listener: socket.socket
    app: ASGIApp
    protocol: type[asyncio.Protocol] | Literal["h11"] = "h11"


class ServerThread:
    """A daemon thread that serves each application on its socket until it is stopped."""

    def __init__(
        self,
        served: Sequence[Served],
        executor: ThreadPoolExecutor,
    ) -> None:
        self._executor = executor
        self._servers = [(each.listener, _server(each.app, each.protocol)) for each in served]
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="ionworks-sandbox", daemon=True)

    def start(self) -> None:
        """Start the thread and return when every server answers."""
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self._thread.join()
            raise RuntimeError(f"The sandbox did not start: {self._failure}") from self._failure

    def stop(self) -> None:
        """Close the ports, let running requests end for a moment, and join the thread."""
        for _, server in self._servers:
            server.leave()
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._ready.set()

    async def _serve(self) -> None:
        running = [
            asyncio.ensure_future(server.serve(sockets=[listener]))
            for listener, server in self._servers
        ]
        while not all(server.started for _, server in self._servers):
            if any(task.done() for task in running):
                break
            await asyncio.sleep(POLL_SECONDS)
        else:
            self._ready.set()
        await asyncio.gather(*running)


class _Server(uvicorn.Server):
    """A server that stops at once; that of uvicorn waits a tenth of a second in three places."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._stopped = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        """Serve until it is time to leave."""
        self._loop = asyncio.get_running_loop()
        if not self.should_exit:
            await self._stopped.wait()
        # asyncio fails on a connection that it accepts while its server is being closed.
        for listener in [sock for server in self.servers for sock in server.sockets]:
            self._loop.remove_reader(listener)
        for _ in range(3):
            await asyncio.sleep(0)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the port, and let running requests end for a moment."""
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        for connection in [*self.server_state.connections]:
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                while self.server_state.connections or self.server_state.tasks:
                    await asyncio.sleep(POLL_SECONDS)
        for task in self.server_state.tasks:
            task.cancel()

    def leave(self) -> None:
        """Let the server stop; may be called from any thread."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._stopped.set)


def _server(app: ASGIApp, protocol: type[asyncio.Protocol] | Literal["h11"]) -> _Server:
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    return _Server(config)
