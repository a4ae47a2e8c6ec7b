"""Checks a Parquet file that is larger than the memory may be: `make validate-large`."""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from benchmarks.frames import Size, make_series

PART = Size(1_000_000, 10_000)
MOST_MEGABYTES = 2_000


def main() -> int:
    """Write the file, check it in a process of its own, and fail above the limit of memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100, help="millions of rows")
    parser.add_argument("--check", type=Path, help="only check this file")
    given = parser.parse_args()
    if given.check:
        return check(given.check)
    with tempfile.TemporaryDirectory(prefix="ionworks-large-") as folder:
        path = Path(folder) / "series.parquet"
        write(path, given.rows)
        print(f"{given.rows} M rows, {path.stat().st_size / 1e9:.1f} GB on disk", flush=True)
        command = [sys.executable, "-m", "benchmarks.large_file", "--check", path]
        return subprocess.run(command, check=False).returncode


def write(path: Path, parts: int) -> None:
    """Write so many parts of a million rows, as one series."""
    import pyarrow.parquet as pq

    part = make_series(PART)
    span = float(part["Time [s]"].max()) + 1.0
    steps, cycles = PART.steps, int(part["Cycle count"].max()) + 1
    with pq.ParquetWriter(path, part.to_arrow().schema) as writer:
        for number in range(parts):
            moved = part.with_columns(
                pl.col("Time [s]") + number * span,
                pl.col("Step count") + number * steps,
                pl.col("Cycle count") + number * cycles,
            )
            writer.write_table(moved.to_arrow())


def check(path: Path) -> int:
    """Check a file with all rules, and print what it took."""
    from ionworks.validators import find_issues

    began = time.perf_counter()
    report = find_issues(path, strict=True, rated_capacity=5.0, voltage_window=(2.5, 4.2))
    seconds = time.perf_counter() - began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(f"{report}; {seconds:.1f} s, peak {megabytes:.0f} MB (at most {MOST_MEGABYTES})")
    return 1 if report or megabytes > MOST_MEGABYTES else 0


if __name__ == "__main__":
    sys.exit(main())
