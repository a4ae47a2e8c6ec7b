"""Command line of the benchmarks: `python -m benchmarks --vendor .venv-vendor/bin/python`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

from benchmarks.process import CallError
from benchmarks.row import CONTESTANTS, Row
from benchmarks.rows import ROWS
from benchmarks.run import Bench
from benchmarks.scenes import Scenes
from benchmarks.summary import Line, differences, summarize
from benchmarks.table import Report, as_json, render_markdown, render_text

QUICK_ROUNDS = 2


def main(given: Sequence[str] | None = None) -> int:
    """Measure the rows that were asked for; the times never decide the exit status."""
    options = arguments(given)
    chosen = select_rows(options.only, heavy=not options.quick)
    if options.list or not chosen:
        print("\n".join(f"{row.name:<18}{row.title}" for row in ROWS))
        return 0 if options.list else 2
    for name in [each for each in os.environ if each.startswith("IONWORKS")]:
        del os.environ[name]  # the settings of the user lead elsewhere
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    with tempfile.TemporaryDirectory(prefix="ionworks-bench-") as scratch:
        pythons = {name: Path(sys.executable) for name in CONTESTANTS}
        bench = Bench(Scenes(Path(scratch)), {**pythons, "vendor": options.vendor.absolute()})
        report, failed = measure_rows(bench, chosen, options)
    print("\n" + (render_markdown if options.markdown else render_text)(report))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(as_json(report), indent=1) + "\n")
    return 1 if failed else 0


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--vendor", type=Path, required=True, help="Python of the vendor's client")
    parser.add_argument("--only", action="append", metavar="PATTERN", help="names of rows: detail*")
    parser.add_argument("--rounds", type=int, metavar="N", help="samples of each contestant")
    parser.add_argument("--quick", action="store_true", help="2 rounds, no heavy rows")
    parser.add_argument("--json", type=Path, metavar="PATH", help="file for all numbers")
    parser.add_argument("--markdown", action="store_true", help="print a Markdown table")
    parser.add_argument("--list", action="store_true", help="print the names of the rows")
    return parser.parse_args(given)


def select_rows(patterns: Sequence[str] | None, *, heavy: bool) -> list[Row]:
    """Return the rows whose names match; without a pattern all, or all that are not heavy."""
    if not patterns:
        return [row for row in ROWS if heavy or not row.heavy]
    return [row for row in ROWS if any(fnmatch(row.name, each) for each in patterns)]


def measure_rows(
    bench: Bench, rows: Sequence[Row], options: argparse.Namespace
) -> tuple[Report, bool]:
    """Return the report, and whether a contestant failed."""
    load = os.getloadavg()[0]
    machine = describe_machine(bench)
    lines: list[Line] = []
    notes: dict[str, list[str]] = {}
    failed = False
    for row in rows:
        rounds = options.rounds or (QUICK_ROUNDS if options.quick else row.rounds)
        notes[row.name] = [row.note] if row.note else []
        print(f"{row.name}: {rounds} rounds", end="", file=sys.stderr, flush=True)
        began = time.monotonic()
        try:
            samples = bench.measure(row, rounds)
        except CallError as error:
            failed = True
            notes[row.name].append(f"FAILED. {error}")
            print(", failed", file=sys.stderr)
            continue
        print(f" in {time.monotonic() - began:.0f} s", file=sys.stderr)
        lines += summarize(row, samples)
        notes[row.name] += [f"NOT THE SAME WORK. {each}." for each in differences(samples)]
    machine["load"] = f"{load:.1f} before the run, {os.getloadavg()[0]:.1f} after it"
    if load > (os.cpu_count() or 1):
        machine["load"] += "; the machine was busy, so the times are not reliable"
    return Report(machine, lines, notes), failed


def describe_machine(bench: Bench) -> dict[str, str]:
    """Return what the numbers depend on."""
    versions = {
        name: ", ".join(f"{each} {number}" for each, number in found.items())
        for name, found in bench.versions().items()
    }
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return {
        "when": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": f"Python {platform.python_version()}, {system}",
        **versions,
    }


if __name__ == "__main__":
    sys.exit(main())
