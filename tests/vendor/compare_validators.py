"""Compares the findings of both clients in a fixed set of series; run by our interpreter."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[1] / "helpers"))

from invalid_series import (
    BOTH_FIND,
    INVALID,
    MORE_INVALID,
    VALID,
    VENDOR_CODES,
    data_type,
)

from ionworks.analysis import steps
from ionworks.errors import IonworksError
from ionworks.validators import find_issues
from ionworks.validators.columns import COUNTERS

HERE = Path(__file__).parent
#: Where the codes differ, and why.
DIFFERENT = {
    ("capacity_that_does_not_reset", "strict"): "theirs compares values, ours growth in the step",
    ("voltage_as_text", "strict"): "theirs raises a TypeError, ours reports the column",
}
STRICT: dict[str, Any] = {"rated_capacity": 2.5, "voltage_window": (2.5, 4.2)}


def main() -> int:
    """Print a line for each series, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, required=True, help="interpreter with the client")
    given = parser.parse_args()
    cases = {name: make() for name, make in VALID.items()}
    cases |= {name: make() for name, (make, _) in {**INVALID, **MORE_INVALID, **BOTH_FIND}.items()}
    names = {name.replace(" ", "_").replace(".", "_"): frame for name, frame in cases.items()}
    theirs = vendor_verdicts(given.python, names)
    wrong = 0
    for name, frame in names.items():
        for mode, found in zip(("default", "strict"), theirs[name], strict=True):
            ours = verdict(frame, strict=mode == "strict")
            missed = set(found) - set(ours)
            more = (set(ours) & VENDOR_CODES) - set(found)
            text = ", ".join(found) or "valid"
            state, reason = "ok", DIFFERENT.get((name, mode))
            if missed or more:
                state = "FAILED" if reason is None else "-"
                text += f"; missed: {sorted(missed)}, more: {sorted(more)}"
            elif reason is not None:
                state, text = "FAILED", f"{text}; no longer different: {reason}"
            wrong += state == "FAILED"
            print(f"{state:<7}{name:<42}{mode:<9}{text}{f' ({reason})' if state == '-' else ''}")
    print(f"{2 * len(names) - wrong} verdicts agree, {wrong} do not")
    return 1 if wrong else 0


def verdict(frame: pl.DataFrame, *, strict: bool) -> list[str]:
    """Return the codes of our errors."""
    options = STRICT if strict else {}
    report = find_issues(frame, data_type(frame), strict=strict, **options)
    return sorted({issue.code for issue in report.errors})


def vendor_verdicts(python: Path, cases: dict[str, pl.DataFrame]) -> dict[str, list[list[str]]]:
    """Return the codes that the vendor's validators find, without and with the strict rules."""
    with tempfile.TemporaryDirectory(prefix="vendor-validators-") as name:
        folder = Path(name)
        for case, frame in cases.items():
            frame.write_parquet(folder / f"{case}.parquet")
            table = step_table(frame)
            if table is not None:  # a series without steps is checked without a table of them
                table.write_parquet(folder / f"{case}.steps")
        kinds = {case: kind for case, frame in cases.items() if (kind := data_type(frame))}
        (folder / "arguments.json").write_text(json.dumps({"data_types": kinds, "strict": STRICT}))
        command = [python.absolute(), HERE / "verdicts.py", folder]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    found: dict[str, list[list[str]]] = json.loads(done.stdout.splitlines()[-1])
    return found


def step_table(frame: pl.DataFrame) -> pl.DataFrame | None:
    """Return the steps with the capacities and energies of the counters, where there are any."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            table = steps(frame)
        except IonworksError:
            return None
    counters = [name for name in COUNTERS if name in frame.columns]
    return table.with_columns(
        pl.coalesce(f"Counter {name[0].lower()}{name[1:]}", name).alias(name) for name in counters
    )


if __name__ == "__main__":
    sys.exit(main())
