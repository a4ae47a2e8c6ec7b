"""Serves one contestant over standard input and output: a call per line, a result per line.

This module imports the standard library alone, so a call can measure the first import of anything
else. It runs in the environment of the vendor's client as well.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    import polars

STATUS = Path("/proc/self/status")
CLEAR_REFS = Path("/proc/self/clear_refs")
RESET_PEAK = "5"  # see proc_pid_clear_refs(5)
KILOBYTE = 1024
SETTLE_SECONDS = 3.0


class Meter:
    """Measures its `with` block: seconds, CPU seconds, peak memory, requests and bytes."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.cpu_seconds = 0.0
        self.peak_bytes = 0
        self.total_bytes = 0
        self.requests = 0
        self.received_bytes = 0
        self._seen = 0
        self._began = 0.0
        self._cpu_began = 0.0
        self._before = 0
        self._lock = Lock()

    def __enter__(self) -> None:
        gc.collect()
        with suppress(OSError):  # without a reset the peak so far is the baseline
            CLEAR_REFS.write_text(RESET_PEAK)
        self._before = peak_bytes()
        self._seen = self.received_bytes = 0
        self._cpu_began = time.process_time()
        self._began = time.perf_counter()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.seconds = time.perf_counter() - self._began
        self.cpu_seconds = time.process_time() - self._cpu_began
        self.total_bytes = peak_bytes()
        self.peak_bytes = self.total_bytes - self._before
        self.requests = self._seen

    def count(self, *_: object) -> None:
        """Count one request; any hook can call it."""
        with self._lock:
            self._seen += 1

    def sample(self) -> dict[str, float]:
        """Return what the last block took."""
        return {
            "seconds": self.seconds,
            "cpu_seconds": self.cpu_seconds,
            "peak_bytes": self.peak_bytes,
            "total_bytes": self.total_bytes,
            "requests": self.requests,
            "received_bytes": self.received_bytes,
        }


class Contestant:
    """Base of the contestants: each public method is a call, and returns what it did."""

    #: The distributions whose versions are part of the report.
    distributions: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.meter = Meter()

    def versions(self) -> dict[str, object]:
        """Return the versions of the distributions."""
        with self.meter:
            return {name: version(name) for name in self.distributions}


def peak_bytes() -> int:
    """Return the peak of the resident memory since the last reset."""
    if STATUS.exists():
        lines = STATUS.read_text().splitlines()
        return next(int(each.split()[1]) for each in lines if each.startswith("VmHWM")) * KILOBYTE
    unit = 1 if sys.platform == "darwin" else KILOBYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def read_frame(path: str) -> polars.DataFrame:
    """Read a frame, and wait until the allocator has returned what reading it took.

    Memory that is free but still resident would hide the same amount of a later peak.
    """
    import polars as pl

    frame = pl.read_ipc(path)
    time.sleep(SETTLE_SECONDS)
    return frame


def serve(contestant: Contestant) -> None:
    """Make each call that is read from the standard input, until it ends."""
    with private_output() as out:
        for line in sys.stdin:
            asked = json.loads(line)
            call = getattr(contestant, asked["call"])
            done = call(**asked["arguments"])
            out.write(json.dumps({"sample": contestant.meter.sample(), "done": done}) + "\n")
            out.flush()


def private_output() -> TextIO:
    """Return the standard output, and send everything else that is printed to standard error."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return out
