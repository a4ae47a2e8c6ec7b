"""Plays the rows of the fault matrix with both clients, judges them, and writes the table.

Each call is made in a process of its own, by the interpreter that has the client; see `driver.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import rows  # noqa: F401 -- registers its rows
import rows_downloads  # noqa: F401
import rows_records  # noqa: F401
import rows_uploads  # noqa: F401
from judge import Ended, Trial, Verdict, judged, read
from register import ROWS, Row
from rig import KEY
from table import CLIENTS, Line, rewrite

HERE = Path(__file__).parent
START_SECONDS = 60.0
PATIENCE_SECONDS = 30.0


def main() -> int:
    """Run the chosen rows; this is a report and not a check, so the exit code is 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vendor", type=Path, required=True, help="interpreter with the vendor's")
    parser.add_argument("--page", type=Path, help="page with the table to replace")
    parser.add_argument("--only", default="", help="numbers of the rows to run: 4,5,43")
    given = parser.parse_args()
    pythons = {"ours": Path(sys.executable), "vendor": given.vendor.absolute()}
    chosen = [each for each in ROWS if not given.only or each.number in given.only.split(",")]
    chosen.sort(key=lambda each: int(each.number))
    versions: dict[str, str] = {}
    began = time.monotonic()
    lines = [run_row(each, pythons, versions) for each in chosen]
    say(f"{len(lines)} rows in {time.monotonic() - began:.0f} s")
    if given.page and not given.only:
        rewrite(given.page, lines, versions)
    return 0


def run_row(row: Row, pythons: Mapping[str, Path], versions: dict[str, str]) -> Line:
    """Run a row with each client, each on its own server."""
    say(f"{row.number:>3}  {row.operation}: {row.fault}")
    verdicts: dict[str, Verdict] = {}
    named: dict[str, bool | None] = {}
    for client in CLIENTS:
        with ExitStack() as stack:
            trial = row.prepare(stack)
            ended = called(client, pythons[client], trial, versions)
            verdicts[client] = judged(trial, ended, PATIENCE_SECONDS)
        raised = ended.raised
        named[client] = None
        if raised is not None and raised.own and raised.status is not None:
            named[client] = bool(raised.request_id)
        say(f"     {client:<7} {verdicts[client]}")
        if raised is not None:
            say(f"             {raised.text[:200]!r}")
    return Line(row, verdicts, named)


def called(client: str, python: Path, trial: Trial, versions: dict[str, str]) -> Ended:
    """Make the call of a trial, and return how it ended."""
    command = [str(python), str(HERE / "driver.py"), "--client", client]
    command += ["--options", json.dumps(dict(trial.options))]
    with tempfile.TemporaryDirectory(prefix="fault-comparison-") as home:
        if trial.signal == signal.SIGKILL:
            with started(command, home, trial, versions) as process:
                trial.scene.wait_for_faults()
        with started(command, home, trial, versions) as process:
            began = None
            if trial.signal == signal.SIGINT:
                trial.scene.wait_for_faults()
                began = time.monotonic()
                process.send_signal(trial.signal)
            found = next_line(process, PATIENCE_SECONDS)
            ended = Ended(never=True) if found is None else read(found)
            files = tuple(path.name for path in Path(home, "tmp").iterdir())
            kept = tuple(name for name in files if not name.startswith("fault-comparison-"))
            seconds = ended.seconds if began is None else time.monotonic() - began
            return replace(ended, files=kept, seconds=seconds)


@contextmanager
def started(
    command: Sequence[str], home: str, trial: Trial, versions: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a program that has begun the call of a trial; it is killed at the end."""
    with subprocess.Popen(
        command, env=environment(home, trial), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            ready = next_line(process, START_SECONDS)
            if ready is None:
                raise SystemExit(f"{command[0]} did not start the driver")
            versions[ready["client"]] = ready["version"]
            trial.scene.begin()
            write_line(process, {"call": trial.call, "arguments": dict(trial.arguments)})
            yield process
        finally:
            process.kill()


def write_line(process: subprocess.Popen[bytes], asked: Mapping[str, Any]) -> None:
    """Write one line to the driver."""
    assert process.stdin is not None
    process.stdin.write(json.dumps(asked).encode() + b"\n")
    process.stdin.flush()


def next_line(process: subprocess.Popen[bytes], patience: float) -> dict[str, Any] | None:
    """Return the next line of the driver; None after the time limit."""
    assert process.stdout is not None
    if not select.select([process.stdout], [], [], patience)[0]:
        return None
    line = process.stdout.readline()
    if not line:
        raise SystemExit("the driver ended early")
    found: dict[str, Any] = json.loads(line)
    return found


def environment(home: str, trial: Trial) -> dict[str, str]:
    """Return variables that point to the server of the trial, and no others of the client."""
    Path(home, "tmp").mkdir(exist_ok=True)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("IONWORKS", "PYTHON", "SSL_CERT"))
        and not name.upper().endswith("_PROXY")
        and name.upper() not in {"PROJECT_ID", "VIRTUAL_ENV"}
    }
    return {
        **kept,
        "HOME": home,
        "TMPDIR": str(Path(home, "tmp")),
        "XDG_CONFIG_HOME": home,
        "IONWORKS_API_URL": trial.scene.url,
        "IONWORKS_API_KEY": KEY,
        "IONWORKS_PROJECT_ID": trial.scene.project_id,
    }


def say(text: str) -> None:
    """Print the progress."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
