"""The table of the live probe: for the terminal, and as Markdown and JSON to send back."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from attrs import asdict, frozen

from scripts.codegen.contract import Json
from scripts.live.probes import Finding, findings, list_decisions
from scripts.live.survey import Survey

WIDTH: Final = 100
_NAME_WIDTH: Final = 44
_VERDICT_WIDTH: Final = 10
_SHOWN_PATHS: Final = 2


@frozen
class Origin:
    """Where and when the table was made, and with what."""

    date: str
    client: str
    contract: str
    host: str


@frozen
class Seen:
    """Something that came and is not in the contract."""

    where: str
    what: str
    kind: str
    paths: tuple[str, ...]


@frozen
class Visited:
    """A GET operation and the statuses that it answered; or why it was not asked."""

    path: str
    statuses: tuple[str, ...]
    reason: str


@frozen
class Report:
    """All that the probe found; names, types, counts and statuses only."""

    origin: Origin
    requests: int
    assumptions: tuple[Finding, ...]
    settled: tuple[Finding, ...]
    not_in_contract: tuple[Seen, ...]
    operations: tuple[Visited, ...]

    @property
    def refuted(self) -> list[str]:
        """The names of what the service refuted."""
        return [each.name for each in self.findings if each.verdict == "refuted"]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that bears a verdict."""
        return self.assumptions + self.settled

    @property
    def summary(self) -> str:
        """How many of which verdict."""
        count = Counter[str](each.verdict for each in self.findings)
        verdicts = ("confirmed", "refuted", "unknown", "not probed")
        counts = ", ".join(f"{count[verdict]} {verdict}" for verdict in verdicts)
        return f"{counts}; {len(self.not_in_contract)} seen but not in the contract"


def report(survey: Survey, origin: Origin) -> Report:
    """Judge what a survey has collected."""
    seen = (
        Seen(each.where, each.what, each.kind, tuple(paths))
        for each, paths in survey.deviations().items()
    )
    return Report(
        origin,
        survey.sent,
        tuple(findings(survey)),
        tuple(list_decisions(survey)),
        tuple(sorted(seen, key=lambda each: (each.kind, each.where, each.what))),
        tuple(_describe_visits(survey)),
    )


def as_text(found: Report) -> str:
    """Return the table for a terminal, at most 100 columns wide."""
    lines = [*_section("Assumptions of the contract", found.assumptions)]
    lines += _section("Settled without a mark", found.settled)
    lines += ["", "Seen but not in the contract", "-" * WIDTH]
    for each in found.not_in_contract:
        lines += _row(each.where, each.kind, f"{each.what} (GET {_some(each.paths)})")
    lines += [] if found.not_in_contract else ["nothing"]
    lines += ["", "Operations that could not be asked", "-" * WIDTH]
    lines += _not_requested(found.operations)
    return "\n".join([*lines, "", f"{found.requests} requests: {found.summary}"])


def as_markdown(found: Report) -> str:
    """Return the table as Markdown."""
    facts = {**asdict(found.origin), "requests": found.requests, "in all": found.summary}
    head = [f"- {name}: {value}" for name, value in facts.items()]
    judged = [[e.name, e.verdict, e.seen, e.pointer] for e in found.findings]
    seen = [[e.where, e.kind, e.what, ", ".join(e.paths)] for e in found.not_in_contract]
    asked = [[e.path, ", ".join(e.statuses) or e.reason] for e in found.operations]
    parts = [
        "# What the service says about the contract",
        "\n".join(head),
        _table(["assumption", "verdict", "seen", "place in the contract"], judged),
        "## Seen but not in the contract",
        _table(["where", "kind", "what", "answers of"], seen) if seen else "Nothing.",
        "## Asked",
        _table(["GET", "status"], asked),
    ]
    return "\n\n".join(parts) + "\n"


def as_json(found: Report) -> Json:
    """Return everything as plain data."""
    return {**asdict(found), "summary": found.summary}


def save(found: Report, folder: Path) -> list[Path]:
    """Write `live.md` and `live.json` into a folder, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "live.md": as_markdown(found),
        "live.json": json.dumps(as_json(found), indent=2) + "\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def _describe_visits(survey: Survey) -> Iterator[Visited]:
    for name, read in survey.reads.items():
        statuses = tuple(dict.fromkeys(visit.status_text for visit in survey.of(name)))
        reason = "" if statuses else survey.unreached.get(name, "nothing was found to ask with")
        yield Visited(read.path, statuses, reason)


def _not_requested(operations: Sequence[Visited]) -> Iterator[str]:
    reasons = dict.fromkeys(each.reason for each in operations if not each.statuses)
    for reason in reasons:
        paths = [each.path for each in operations if each.reason == reason]
        yield f"{reason}:"
        yield from textwrap.wrap(
            ", ".join(paths), WIDTH, initial_indent="    ", subsequent_indent="    "
        )
    if not reasons:
        yield "none"


def _section(title: str, judged: Sequence[Finding]) -> Iterator[str]:
    yield from ("", title, "-" * WIDTH)
    for each in judged:
        yield from _row(each.name, each.verdict, each.seen)


def _row(name: str, verdict: str, seen: str) -> Iterator[str]:
    """Set one row, its cells folded to their widths."""
    rest = WIDTH - _NAME_WIDTH - _VERDICT_WIDTH - 4
    left, right = textwrap.wrap(name, _NAME_WIDTH) or [""], textwrap.wrap(seen, rest) or [""]
    for index in range(max(len(left), len(right))):
        cells = (
            left[index] if index < len(left) else "",
            verdict if index == 0 else "",
            right[index] if index < len(right) else "",
        )
        yield f"{cells[0]:{_NAME_WIDTH}}  {cells[1]:{_VERDICT_WIDTH}}  {cells[2]}".rstrip()


def _some(paths: Sequence[str]) -> str:
    more = len(paths) - _SHOWN_PATHS
    return ", ".join(paths[:_SHOWN_PATHS]) + (f" and {more} more" if more > 0 else "")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in lines)
