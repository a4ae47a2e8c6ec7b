"""Looks after recordings: ``python -m ionworks.testing check`` and ``scan``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ionworks.testing._cassettes.outdated import Outdated

FITS, FINDINGS, COULD_NOT_RUN = 0, 1, 2
_KEYS = ("IONWORKS_API_KEY", "IONWORKS_API_TOKEN")


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    whole = argparse.ArgumentParser(prog="python -m ionworks.testing", description=__doc__)
    commands = whole.add_subparsers(dest="command", required=True)
    check = commands.add_parser(
        "check",
        help="which cassettes no longer fit the contract or their test, or are old",
        description="Name the cassettes that no longer fit the contract, and where; those whose"
        " test does not exist any more, or whose seed has changed; and those that are old. The exit"
        " status is 0 if all fit, 1 if some do not, 2 if the check could not run.",
    )
    check.add_argument("cassettes", nargs="+", type=Path, help="cassettes, and folders of them")
    check.add_argument("--contract", type=Path, help="another openapi.yaml or .json")
    check.add_argument("--api", metavar="URL", help="the address of the API in the cassettes")
    check.add_argument(
        "--strict", action="store_true", help="fields that the contract does not have are wrong"
    )
    check.add_argument(
        "--max-age", metavar="DAYS", type=int, help="cassettes that are older do not fit"
    )
    scan = commands.add_parser(
        "scan",
        help="which files hold something secret",
        description="Name the places of keys, tokens, cookies and people's addresses. The exit"
        " status is 0 if there are none, 1 if there are, 2 if the check could not run.",
    )
    scan.add_argument("cassettes", nargs="+", type=Path, help="files, and folders of them")
    scan.add_argument(
        "--secret-in",
        metavar="VARIABLE",
        action="append",
        default=[],
        help=f"look for the value of this variable too, as for those of {' and '.join(_KEYS)}",
    )
    return whole


def main(given: Sequence[str] | None = None) -> int:
    """Run from the command line; return the exit status."""
    chosen = parser().parse_args(given)
    try:
        lines, wrong = _check(chosen) if chosen.command == "check" else _scan(chosen)
    except (OSError, ValueError, ImportError) as error:
        sys.stderr.write(f"{error}\n")
        return COULD_NOT_RUN
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return FINDINGS if wrong else FITS


def _check(chosen: argparse.Namespace) -> tuple[list[str], bool]:
    _need("yaml", "PyYAML")
    from ionworks.testing._cassettes.check import check, describe
    from ionworks.testing._cassettes.outdated import OLD_DAYS, find_outdated

    found = check(chosen.cassettes, contract=chosen.contract, api=chosen.api, strict=chosen.strict)
    limit = OLD_DAYS if chosen.max_age is None else chosen.max_age
    outdated = find_outdated(chosen.cassettes, max_age=limit)
    wrong = {each.file for each in found if not each.note}
    wrong |= {each.file for each in outdated if each.kind != "age" or chosen.max_age is not None}
    last = f"{len(wrong)} cassettes do not fit" if wrong else "all cassettes fit the contract"
    return [*describe(found), *_describe_outdated(outdated, wrong), last], bool(wrong)


def _describe_outdated(outdated: Sequence[Outdated], wrong: Collection[Path]) -> list[str]:
    return [f"{each}" if each.file in wrong else f"note: {each}" for each in outdated]


def _scan(chosen: argparse.Namespace) -> tuple[list[str], bool]:
    _need("yaml", "PyYAML")
    from ionworks.testing._cassettes.scan import scan

    known = [os.environ.get(name, "") for name in (*_KEYS, *chosen.secret_in)]
    found = scan(chosen.cassettes, secrets=known)
    return [*map(str, found), f"{len(found)} found" if found else "nothing found"], bool(found)


def _need(module: str, name: str) -> None:
    try:
        __import__(module)
    except ModuleNotFoundError:
        fix = 'pip install "ionworks-client[testing]"'
        raise ImportError(f"recordings need {name}: {fix}") from None


if __name__ == "__main__":
    sys.exit(main())
