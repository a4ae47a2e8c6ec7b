"""Writes the report: a plain table for a terminal, the same in Markdown, and all of it as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from textwrap import fill

from benchmarks.row import CONTESTANTS
from benchmarks.summary import Line, Spread, as_share

HEADS = ("what", "unit", *CONTESTANTS, "ours/vendor", "ours/baseline", "budget")
LEFT = tuple(head in {"what", "unit", "budget"} for head in HEADS)
NOTHING = "-"
GAP = "  "


@dataclass(frozen=True)
class Report:
    """What a run found.

    Attributes
    ----------
    machine
        What it ran on, by name.
    lines
        The numbers.
    notes
        What a reader must know, by the name of the row.
    """

    machine: Mapping[str, str]
    lines: Sequence[Line]
    notes: Mapping[str, Sequence[str]]


def render_text(report: Report) -> str:
    """Return the report for a terminal: below each line of medians, the least and the most."""
    rows = [list(HEADS)]
    named: set[str] = set()
    for line in report.lines:
        title, name = ("", "") if line.name in named else (line.title, f"  {line.name}")
        named.add(line.name)
        spreads = [line.spreads.get(each) for each in CONTESTANTS]
        rows.append([title, line.unit, *map(_median, spreads), *_verdicts(line)])
        rows.append([name, "", *map(_range, spreads), "", "", ""])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = [GAP.join(map(_aligned, row, widths, LEFT)) for row in rows]
    rule = "-" * len(table[0])
    notes = [fill(each, len(rule), subsequent_indent=GAP) for each in _notes(report)]
    shown = [*_machine(report), "", table[0], rule, *table[1:], rule, *notes]
    return "\n".join(each.rstrip() for each in shown) + "\n"


def render_markdown(report: Report) -> str:
    """Return the report as Markdown, with the spread behind each median."""
    rows = [list(HEADS), ["---"] * len(HEADS)]
    for line in report.lines:
        spreads = [line.spreads.get(name) for name in CONTESTANTS]
        cells = [f"{_median(each)} ({_range(each)})" if each else NOTHING for each in spreads]
        rows.append([line.title, line.unit, *cells, *_verdicts(line)])
    table = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([*_machine(report), "", *table, "", *_notes(report)]) + "\n"


def as_json(report: Report) -> dict[str, object]:
    """Return the report as plain data."""
    return asdict(report)


def as_number(value: float) -> str:
    """Return a number with three digits that count."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:#.3g}"


def _median(spread: Spread | None) -> str:
    return NOTHING if spread is None else as_number(spread.median)


def _range(spread: Spread | None) -> str:
    return "" if spread is None else f"{as_number(spread.least)}..{as_number(spread.most)}"


def _verdicts(line: Line) -> tuple[str, str, str]:
    ratios = [line.to_vendor, line.to_baseline]
    shares = [NOTHING if each is None else as_share(each) for each in ratios]
    verdict = {None: "", True: " met", False: " missed"}[line.met]
    return shares[0], shares[1], line.budget + verdict


def _aligned(cell: str, width: int, left: bool) -> str:
    return cell.ljust(width) if left else cell.rjust(width)


def _machine(report: Report) -> list[str]:
    return [f"{name}: {value}" for name, value in report.machine.items()]


def _notes(report: Report) -> list[str]:
    return [f"{name}: {note}" for name, notes in report.notes.items() for note in notes]
