"""Run a sandbox as a process: ``python -m ionworks.sandbox``."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

MISSING = (
    "The sandbox needs starlette and uvicorn ({} is missing): "
    'pip install "ionworks-client[sandbox]"\n'
)


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(
        prog="python -m ionworks.sandbox",
        description="Serve the Ionworks API from this machine until it is interrupted.",
    )
    parser.add_argument("--port", type=int, default=8787, help="port of the API (0: any)")
    parser.add_argument(
        "--storage-port", type=int, default=8788, help="port of the storage (0: any)"
    )
    parser.add_argument("--data", type=Path, help="directory to keep the data in")
    parser.add_argument("--api-key", help="the key that calls must bear (default: made up)")
    parser.add_argument(
        "--deterministic", action="store_true", help="fixed ids, clock and signatures"
    )
    parser.add_argument(
        "--latency-ms", type=float, default=0, metavar="N", help="wait before each answer"
    )
    parser.add_argument(
        "--processing-ms",
        type=float,
        default=0,
        metavar="N",
        help="process uploaded time series for so long (default: within the confirmation)",
    )
    parser.add_argument(
        "--faults", action="store_true", help="let calls go wrong as POST /_faults plans"
    )
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM and return the exit status."""
    chosen = arguments(given)
    try:
        from ionworks.sandbox.server import Sandbox
    except ModuleNotFoundError as error:
        sys.stderr.write(MISSING.format(error.name))
        return 1
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    sandbox = Sandbox(
        data=chosen.data,
        api_key=chosen.api_key,
        port=chosen.port,
        storage_port=chosen.storage_port,
        deterministic=chosen.deterministic,
        latency_ms=chosen.latency_ms,
        processing_ms=chosen.processing_ms,
        faults=chosen.faults,
    )
    try:
        sandbox.start()
    except (RuntimeError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with sandbox:
        for name, value in sandbox.environment().items():
            sys.stdout.write(f"export {name}={value}\n")
        sys.stdout.flush()
        over.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
