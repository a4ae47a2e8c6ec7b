"""Servers as processes of their own, on 127.0.0.1; each is ended by its own process id."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

STOP_SECONDS = 30


def sandbox(
    data: Path, *, latency_ms: int = 0, processing_ms: int = 0
) -> AbstractContextManager[dict[str, str]]:
    """Serve a sandbox on free ports of this machine."""
    options = ("--port", "0", "--storage-port", "0", "--data", str(data))
    speed = ("--latency-ms", str(latency_ms), "--processing-ms", str(processing_ms))
    return served("ionworks.sandbox", *options, *speed)


@contextmanager
def served(module: str, *arguments: str) -> Iterator[dict[str, str]]:
    """Run a server as a process of its own, and give the variables that it prints."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline().strip() for _ in range(2)]
            if not all(line.startswith("export ") for line in lines):
                raise SystemExit(f"{module} did not start")
            yield dict(line.removeprefix("export ").split("=", 1) for line in lines)
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)
