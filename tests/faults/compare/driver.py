"""Makes one call with the client of its environment, and reports how the call ended.

Writes two lines of JSON: the version, when the client is created; then the result of the call that
it reads from the standard input. IONWORKS_API_URL, IONWORKS_API_KEY and IONWORKS_PROJECT_ID name
the service.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import signal
import sys
import tempfile
import time
import warnings
from contextlib import redirect_stdout
from importlib.metadata import version
from pathlib import Path
from typing import Any

from adapter import Adapter

import ionworks

DISTRIBUTIONS = {"ours": "ionworks-client", "vendor": "ionworks-api"}


def main() -> None:
    """Serve one call."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--client", choices=[*DISTRIBUTIONS], required=True)
    parser.add_argument("--options", type=json.loads, default={})
    given = parser.parse_args()
    # A job in the background of a shell inherits that Ctrl-C is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="fault-comparison-") as scratch:
        adapter = Adapter(given.client, Path(scratch), given.options)
        write_line({"client": given.client, "version": version(DISTRIBUTIONS[given.client])})
        write_line(outcome(adapter, json.loads(sys.stdin.readline())))


def outcome(adapter: Adapter, asked: dict[str, Any]) -> dict[str, Any]:
    """Make the call; return its result or error, its time and its memory."""
    printed = io.StringIO()
    found: dict[str, Any] = {}
    memory = peak()
    began = time.monotonic()
    with warnings.catch_warnings(record=True) as warned, redirect_stdout(printed):
        warnings.simplefilter("always")
        try:
            found["returned"] = adapter.calls[asked["call"]](**asked["arguments"])
        except BaseException as error:  # a panic of a library is no Exception
            found["raised"] = described(error)
    found["seconds"] = time.monotonic() - began
    found["megabytes"] = (peak() - memory) / 1024
    found["printed"] = printed.getvalue()
    found["warned"] = [str(each.message) for each in warned if each.category is not ResourceWarning]
    return found


def described(error: BaseException) -> dict[str, Any]:
    """Return the class, the text and the attributes of an error."""
    return {
        "class": type(error).__name__,
        "own": isinstance(error, ionworks.IonworksError),
        "refusal": isinstance(error, ValueError),
        "text": f"{error!s} {error!r}",
        "status": getattr(error, "status_code", None),
        "outcome": getattr(error, "outcome", None),
        "request_id": getattr(error, "request_id", None),
    }


def peak() -> int:
    """Return the peak memory of this process, in kilobytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # `getrusage` starts with the peak of the parent process.
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def write_line(found: object) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
