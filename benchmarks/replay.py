"""A server that answers every request with one recorded body: `python -m benchmarks.replay PATH`.

It costs next to nothing, so a row on it measures the contestants alone.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send


def answering(body: bytes) -> ASGIApp:
    """Return an application that answers with this body."""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return answer


def main() -> None:
    """Serve on a free port of this machine, and print the address."""
    config = uvicorn.Config(
        answering(Path(sys.argv[1]).read_bytes()), lifespan="off", log_config=None, access_log=False
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(f"export IONWORKS_API_URL=http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        print("export IONWORKS_API_KEY=replay", flush=True)
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
