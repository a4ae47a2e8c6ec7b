"""Writes the table of the comparison between two marks of its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from platform import python_version

from judge import OK, REPORTED, WRONG, Verdict
from register import Row

BEGIN = "<!-- written by make fault-comparison: begin -->"
END = "<!-- written by make fault-comparison: end -->"
CLIENTS = ("ours", "vendor")


@dataclass(frozen=True)
class Line:
    """A row with the verdict of each client, and whether its error has the request id."""

    row: Row
    verdicts: Mapping[str, Verdict]
    named: Mapping[str, bool | None]


def rewrite(path: Path, lines: Sequence[Line], versions: Mapping[str, str]) -> None:
    """Replace the table of the page."""
    before, begin, rest = path.read_text().partition(BEGIN)
    _, end, behind = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{path} does not have both marks: {BEGIN} and {END}")
    path.write_text(f"{before}{BEGIN}\n{rendered(lines, versions)}{END}{behind}")


def rendered(lines: Sequence[Line], versions: Mapping[str, str]) -> str:
    """Return the table in Markdown, with the date and the versions."""
    today = datetime.now(UTC).date().isoformat()
    head = (
        f"Run on {today}, with ionworks-client {versions['ours']} (ours) and ionworks-api "
        f"{versions['vendor']} (the vendor's), on Python {python_version()}.\n"
    )
    counted = [
        f"| | {' | '.join(CLIENTS)} |",
        "|---|---|---|",
        *(f"| {kind} | {' | '.join(_counts(lines, kind))} |" for kind in (OK, REPORTED, WRONG)),
        f"| errors from responses that contain the request id | {' | '.join(_named(lines))} |",
    ]
    table = [
        f"| row | what goes wrong | operation | {' | '.join(CLIENTS)} |",
        "|---|---|---|---|---|",
    ]
    for line in lines:
        cells = [line.row.number, line.row.fault, line.row.operation]
        cells += [str(line.verdicts[client]).replace("|", "\\|") for client in CLIENTS]
        table.append(f"| {' | '.join(cells)} |")
    return "\n".join(["", head, *counted, "", *table, "", ""])


def _counts(lines: Sequence[Line], kind: str) -> list[str]:
    return [str(sum(line.verdicts[c].kind == kind for line in lines)) for c in CLIENTS]


def _named(lines: Sequence[Line]) -> list[str]:
    named = {c: [line.named[c] for line in lines if line.named[c] is not None] for c in CLIENTS}
    return [f"{sum(each)} of {len(each)}" for each in named.values()]
