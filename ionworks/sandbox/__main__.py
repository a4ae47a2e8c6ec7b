"""Run a sandbox as a process: ``python -m ionworks.sandbox``."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ionworks.sandbox.server import Sandbox

MISSING = (
    "The sandbox needs starlette and uvicorn ({} is missing): "
    'pip install "ionworks-client[sandbox]"\n'
)


START = """
The sandbox runs at {url}; open this address in a browser to see its data.
  data        {data}
  storage     {storage_url}
  stop        press Ctrl-C, or send SIGTERM to process {pid}
  PowerShell  $env:IONWORKS_API_URL = "{url}"
              $env:IONWORKS_API_KEY = "{api_key}"
"""
LAST_PORT = 2**16 - 1


PROGRAM = "python -m ionworks.sandbox"


def arguments(given: Sequence[str] | None = None, *, program: str = PROGRAM) -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="Serve the Ionworks API from this machine until it is interrupted.",
    )
    add = parser.add_argument
    add("--port", type=int, default=8787, help="port of the API (0: any free port)")
    add("--storage-port", type=int, help="port of the storage (default: the one after --port)")
    add("--data", help="folder of the data and the key")
    add("--api-key", help="the key of the API (default: the key of --data, or a new key)")
    add("--deterministic", action="store_true", help="fixed ids, clock and signatures")
    add(
        "--latency-ms",
        type=float,
        default=0,
        metavar="N",
        help="milliseconds to wait before each response",
    )
    add(
        "--processing-ms",
        type=float,
        default=0,
        metavar="N",
        help="processing time of an uploaded time series in milliseconds (default: 0)",
    )
    add("--multipart", action="store_true", help="offer uploads in parts, as S3 storage does")
    add("--faults", action="store_true", help="accept planned faults at POST /_faults")
    add("--verbose", action="store_true", help="log each request")
    chosen = parser.parse_args(given)
    if chosen.storage_port is None:
        chosen.storage_port = port_beside(chosen.port)
    return chosen


def port_beside(port: int) -> int:
    """Return the port of the storage for that of the API; any for any."""
    if port == 0:
        return 0
    return port + 1 if port < LAST_PORT else port - 1


def start_log(*, verbose: bool) -> None:
    """Write the log of the sandbox to standard error: failures, or each request as well."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("ionworks.sandbox")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG if verbose else logging.WARNING)
    logger.propagate = False


def main(given: Sequence[str] | None = None, *, program: str = PROGRAM) -> int:
    """Serve until SIGINT or SIGTERM and return the exit status."""
    chosen = arguments(given, program=program)
    try:
        from ionworks.sandbox.server import Sandbox
    except ModuleNotFoundError as error:
        sys.stderr.write(MISSING.format(error.name))
        return 1
    stopped = threading.Event()
    options = {name: value for name, value in vars(chosen).items() if name != "verbose"}
    try:
        sandbox = Sandbox(**options)
        start_log(verbose=chosen.verbose)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        sandbox.start()
    except (RuntimeError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with sandbox:
        for name, value in sandbox.environment().items():
            sys.stdout.write(f"export {name}={value}\n")
        sys.stdout.flush()
        sys.stderr.write(start_text(sandbox, chosen.data))
        sys.stderr.flush()
        stopped.wait()
    return 0


def start_text(sandbox: Sandbox, data: str | None) -> str:
    """Return what people want to know at the start; standard output has only what a shell reads."""
    kept = (
        "temporary; use --data FOLDER to keep them" if data is None else str(Path(data).resolve())
    )
    return START.format(
        url=sandbox.url,
        storage_url=sandbox.storage_url,
        api_key=sandbox.api_key,
        data=kept,
        pid=os.getpid(),
    )


if __name__ == "__main__":
    sys.exit(main())
