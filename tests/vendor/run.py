"""Starts sandboxes as processes and drives the vendor's client against them; see `check.py`."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from recorder import Exchange, Recorder
from traffic import verdicts

from ionworks.sandbox import Sandbox

HERE = Path(__file__).parent
START_SECONDS = 60


def main() -> int:
    """Run one round for each speed of processing and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, required=True, help="interpreter with the client")
    parser.add_argument("--processing-ms", type=int, nargs="+", default=[0, 300], metavar="N")
    parser.add_argument("--requests", type=Path, help="file to write the requests to")
    given = parser.parse_args()
    passed = failed = 0
    seen: list[Exchange] = []
    for milliseconds in given.processing_ms:
        print(f"\nProcessing of an upload takes {milliseconds} ms", flush=True)
        good, bad, exchanges = one_round(given.python, milliseconds)
        passed, failed = passed + good, failed + bad
        seen += exchanges
    if given.requests:
        given.requests.parent.mkdir(parents=True, exist_ok=True)
        given.requests.write_text("".join(f"{described(each)}\n" for each in seen))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def one_round(python: Path, milliseconds: int) -> tuple[int, int, list[Exchange]]:
    """Return how many checks passed and failed on a sandbox of its own, and the traffic."""
    with tempfile.TemporaryDirectory(prefix="vendor-check-") as name:
        home = Path(name)
        results = home / "results.json"
        project_id = prepared(home / "data")
        with sandbox(home / "data", milliseconds) as served, Recorder() as recorder:
            environment = {
                **plain_environment(home),
                **served,
                "IONWORKS_PROJECT_ID": project_id,
                "HTTP_PROXY": recorder.url,
                "http_proxy": recorder.url,
            }
            command = [python.absolute(), HERE / "check.py", "--results", results]
            status = subprocess.run(command, env=environment, cwd=home, check=False).returncode
        judged = verdicts(recorder.log.exchanges, served["IONWORKS_API_URL"])
        for verdict in judged:
            print(
                f"{'ok' if verdict.ok else 'FAILED':<7}{'wire: ' + verdict.rule:<38}{verdict.text}"
            )
        if not results.exists():
            print(f"FAILED the checks did not come to an end (status {status})")
            return 0, 1, recorder.log.exchanges
        counts = json.loads(results.read_text())
    good = sum(verdict.ok for verdict in judged)
    return counts["passed"] + good, counts["failed"] + len(judged) - good, recorder.log.exchanges


@contextmanager
def sandbox(data: Path, milliseconds: int) -> Iterator[dict[str, str]]:
    """Run a sandbox on free ports and give the variables that lead to it."""
    options: Sequence[str | Path] = ("--port", "0", "--storage-port", "0", "--data", data)
    if milliseconds:
        options = (*options, "--processing-ms", str(milliseconds))
    command = [sys.executable, "-m", "ionworks.sandbox", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline().strip() for _ in range(2)]
            if not all(line.startswith("export ") for line in lines):
                raise SystemExit("The sandbox did not start.")
            yield dict(line.removeprefix("export ").split("=", 1) for line in lines)
        finally:
            process.terminate()
            process.wait(START_SECONDS)


def prepared(data: Path) -> str:
    """Put jobs into the data of a sandbox, which runs none, and return the id of its project."""
    with Sandbox(data=data) as box:
        box.add_job(status="processing", job_type="simulate")
        box.add_job(status="completed", job_type="datafit", result={"cost": 0.5})
        box.add_job(status="failed", priority=7, error="did not converge")
        return box.project_id


def plain_environment(home: Path) -> dict[str, str]:
    """Return the environment without anything that would lead the client elsewhere."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("IONWORKS", "PYTHON"))
        and not name.upper().endswith("_PROXY")
        and name.upper() not in {"PROJECT_ID", "VIRTUAL_ENV"}
    }
    return {**kept, "HOME": str(home)}


def described(exchange: Exchange) -> str:
    """Return one line of the log: what was asked, answered, and the names of the headers."""
    query = re.sub("token=[^&]*", "token=...", exchange.query)
    target = f"{exchange.origin}{exchange.path}{'?' if query else ''}{query}"
    return f"{exchange.status} {exchange.method} {target} {sorted(exchange.request_headers)}"


if __name__ == "__main__":
    sys.exit(main())
