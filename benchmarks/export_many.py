"""Exports 2,000 measurements of 100 cells from a sandbox: `make export-large`.

Measures time, requests and memory; then changes 10 measurements and exports again; then exports to
another folder, kills that export five times, and compares the bytes. Fails above the limits.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl

from benchmarks.contestants.protocol import peak_bytes
from benchmarks.frames import Size, make_series

MOST_MEGABYTES = 300
KILLS = (0.1, 0.3, 0.5, 0.7, 0.9)
LARGE = Size(4_000_000, 4_000)


class Requests(logging.Handler):
    """Counts the requests that the sandbox answers."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        """Count one."""
        self.count += 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measurements", type=int, default=2_000)
    parser.add_argument("--cells", type=int, default=100)
    parser.add_argument("--export", help="only export this specification, to --folder")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.export:
        return export(given.export, given.folder)
    from ionworks.sandbox import Sandbox

    requests = Requests()
    log = logging.getLogger("ionworks.sandbox")
    log.addHandler(requests)
    log.setLevel(logging.DEBUG)
    log.propagate = False
    with tempfile.TemporaryDirectory(prefix="ionworks-export-") as place, Sandbox() as box:
        os.environ.update(box.environment())
        return run(Path(place), requests, given.measurements, given.cells)


def run(place: Path, requests: Requests, measurements: int, cells: int) -> int:
    """Upload, export, export again, kill and resume."""
    from ionworks import Ionworks

    with Ionworks() as client:
        spec, ids = upload(client, measurements, cells)
        print(f"{len(ids)} measurements of {cells} cells uploaded", flush=True)
        first = measured("first export", spec, place / "a", requests)
        again = measured("nothing changed", spec, place / "a", requests)
        for each in ids[1 :: len(ids) // 10][:10]:  # the first one is large
            client.cell_measurement.extend(each, more_rows())
        changed = measured("10 changed", spec, place / "a", requests)
    kills = killed(spec, place / "b", len(ids))
    resumed = measured(f"resumed after {kills} kills", spec, place / "b", requests)
    same = digests(place / "a") == digests(place / "b")
    print(f"the killed and the whole export have the same bytes: {same}")
    results = (first, again, changed, resumed)
    wrong = [
        not same,
        kills != len(KILLS),
        max(each["megabytes"] for each in results) > MOST_MEGABYTES,
        (first["fetched"], again["fetched"], changed["fetched"]) != (len(ids), 0, 10),
    ]
    return 1 if any(wrong) else 0


def upload(client: object, measurements: int, cells: int) -> tuple[str, list[str]]:
    """Upload small series, and a large one."""
    from ionworks.sandbox import SyntheticCell

    spec = client.cell_spec.create({"name": "LG M50", "ratings": {"capacity": "5 A*h"}})
    made = [client.cell_instance.create(spec.id, {"name": f"{n:03}"}) for n in range(cells)]
    series = [SyntheticCell(seed=n).cycling(cycles=1) for n in range(10)]

    def create(number: int) -> str:
        cell = made[number % cells]
        data = {
            "measurement": {"name": f"test {number // cells}"},
            "time_series": series[number % 10] if number else make_series(LARGE),
        }
        return client.cell_measurement.create(cell.id, data).id

    with ThreadPoolExecutor(4) as pool:
        return spec.id, list(pool.map(create, range(measurements)))


def more_rows() -> pl.DataFrame:
    """Return rows that continue every series."""
    start = 1e6
    return pl.DataFrame(
        {
            "Time [s]": [start, start + 1.0],
            "Voltage [V]": [3.7, 3.7],
            "Current [A]": [0.0, 0.0],
            "Step count": [5, 5],
            "Cycle count": [1, 1],
            "Temperature [degC]": [25.0, 25.0],
            "Discharge energy [W.h]": [0.0, 0.0],
            "Charge energy [W.h]": [0.0, 0.0],
        }
    )


def command(spec: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.export_many", "--export", spec, "--folder", folder]


def measured(label: str, spec: str, folder: Path, requests: Requests) -> dict[str, float]:
    """Export in a process of its own, and print what it took."""
    before = requests.count
    done = subprocess.run(command(spec, folder), stdout=subprocess.PIPE, check=True)
    result = json.loads(done.stdout)
    print(
        f"{label}: {result['fetched']} fetched, {result['seconds']:.1f} s,"
        f" {requests.count - before} requests, peak {result['megabytes']:.0f} MB"
        f" (at most {MOST_MEGABYTES})",
        flush=True,
    )
    return result


def export(spec: str, folder: Path) -> int:
    """Export, and print what it took as JSON."""
    from ionworks import Ionworks

    began = time.perf_counter()
    with Ionworks() as client:
        report = client.dataset(specifications=spec).export(folder)
    result = {
        "fetched": len(report.fetched),
        "seconds": time.perf_counter() - began,
        "megabytes": peak_bytes() / 1e6,
    }
    print(json.dumps(result))
    return 0


def killed(spec: str, folder: Path, measurements: int) -> int:
    """Start an export five times, and kill it each time further on; return the number of kills."""
    kills = 0
    for part in KILLS:
        with subprocess.Popen(command(spec, folder), stdout=subprocess.DEVNULL) as process:
            while process.poll() is None and finished(folder) < part * measurements:
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
            kills += process.wait() == -signal.SIGKILL
        damaged = [each for each in folder.rglob("part-0.parquet") if not is_parquet(each)]
        print(f"killed after {finished(folder)} measurements; {len(damaged)} damaged files")
        kills -= bool(damaged)
    return kills


def finished(folder: Path) -> int:
    journal = folder / ".journal.jsonl"
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


def is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-4, 2)
        return file.read() == b"PAR1"


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of each file, without the lock."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and path.name != ".lock":
            with path.open("rb") as file:
                found[str(path.relative_to(folder))] = hashlib.file_digest(
                    file, "sha256"
                ).hexdigest()
    return found


if __name__ == "__main__":
    sys.exit(main())
