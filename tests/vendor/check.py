"""Drives the vendor's client through its cell-data work; run by the interpreter that has it.

The sandbox to work on is told by IONWORKS_API_URL, IONWORKS_API_KEY and IONWORKS_PROJECT_ID;
VENDOR_CHECK_TRACEBACK=1 shows where a check failed.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import tempfile
import traceback
import warnings
from contextlib import redirect_stdout
from importlib.metadata import version
from pathlib import Path

import check_cells  # noqa: F401 -- entering its checks
import check_client  # noqa: F401
import check_files  # noqa: F401
import check_measurements  # noqa: F401
import check_reads  # noqa: F401
import check_rest  # noqa: F401
import coverage
from register import CHECKS, Check
from world import World

import ionworks

DISTRIBUTION = "ionworks-api"


def main() -> int:
    """Run the checks that were asked for, print the table and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, help="file to write the counts to")
    parser.add_argument("--only", default="", help="part of the names of the methods to check")
    given = parser.parse_args()
    warnings.simplefilter("ignore", ResourceWarning)
    with tempfile.TemporaryDirectory(prefix="vendor-check-") as scratch:
        ionworks.set_cache_directory(Path(scratch) / "cache")
        client = ionworks.Ionworks()
        world = World(client, client.api_url, client.api_key, Path(scratch))
        print(f"{DISTRIBUTION} {version(DISTRIBUTION)} at {Path(ionworks.__file__).parent}")
        chosen = [each for each in CHECKS if given.only in each.method]
        failed = sum(not passed(each, world) for each in chosen)
        passes = len(chosen) - failed
        if not given.only:
            complete = coverage_is_complete(client)
            passes, failed = passes + complete, failed + (not complete)
    if given.results:
        given.results.write_text(json.dumps({"passed": passes, "failed": failed}))
    else:
        print(f"{passes} passed, {failed} failed")
    return 1 if failed else 0


def passed(check: Check, world: World) -> bool:
    """Run one check, print its line and tell how it went."""
    world.notes.clear()
    try:
        with redirect_stdout(io.StringIO()):  # the client prints a line for each refusal
            check.run(world)
    except Exception as error:
        line("FAILED", check.method, f"{type(error).__name__}: {error}".replace("\n", " ")[:400])
        if os.environ.get("VENDOR_CHECK_TRACEBACK"):
            traceback.print_exc()
        return False
    line("ok", check.method, check.asserted)
    for note in world.notes:
        line("note", "", f"seen of the vendor's client, {note}")
    return True


def coverage_is_complete(client: ionworks.Ionworks) -> bool:
    """Print what is left out and why, and tell whether nothing was forgotten."""
    for reason, left_out in coverage.LEFT_OUT.items():
        for name in left_out:
            line("-", name, f"left out: {reason}")
    for reason, nouns in coverage.OTHER_NOUNS.items():
        for name in nouns:
            line("-", f"{name}.*", f"left out: {reason}")
    found = coverage.problems(client, [each.method for each in CHECKS])
    for problem in sorted(found):
        line("FAILED", "every public method", problem)
    if not found:
        count = len(coverage.methods(client))
        line("ok", "every public method", f"{count} found by introspection, each one in this table")
    return not found


def line(state: str, method: str, text: str) -> None:
    """Print one line of the table."""
    print(f"{state:<7}{method:<38}{text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
