"""Writes a report on two versions of the contract as text, as Markdown, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from scripts.spec.rules import SEVERITIES, Severity

if TYPE_CHECKING:
    from scripts.spec.diff import Finding, Report

_WIDTH = 100
_MOST = 6
_TITLES: dict[Severity, str] = {
    "breaking": "Breaking",
    "look": "Worth a look",
    "harmless": "Harmless",
}
_BOUND = (
    "Touched methods are an upper bound, found from the code: each of them has a call path to "
    "an operation named here; not each of them uses what changed."
)


def summary(report: Report) -> str:
    """Return the report in one line."""
    if not report.findings:
        return f"{report.base} -> {report.new}: the contract is the same"
    counts = {each: len(report.of(each)) for each in SEVERITIES}
    return (
        f"{report.base} -> {report.new}: {counts['breaking']} breaking,"
        f" {counts['look']} worth a look, {counts['harmless']} harmless"
    )


def as_text(report: Report) -> str:
    """Return a report for a terminal."""
    lines = [summary(report)]
    for severity in SEVERITIES:
        if found := report.of(severity):
            lines += ["", _TITLES[severity].upper()]
            for each in found:
                lines += _entry(each)
    if any(each.methods for each in report.findings):
        lines += ["", *wrap(_BOUND, _WIDTH)]
    return "\n".join(lines)


def _entry(finding: Finding) -> Iterator[str]:
    change = finding.change
    yield from _hanging("- ", change.sentence)
    if effect := _effect(finding):
        yield from _hanging("    ", effect)
    operations = _some([str(each) for each in change.operations])
    if operations[0] not in change.sentence:
        yield from _label("in", operations)
    yield from _label("touches", group_by_resource(finding.methods))
    yield from _label("named at", [str(each) for each in finding.places])


def _effect(finding: Finding) -> str:
    change = finding.change
    if not change.reason:
        return ""
    verb = "breaks" if change.severity == "breaking" else "for"
    return f"{verb} {change.whom}: {change.reason}"


def _label(label: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield from _hanging(f"    {label:<9} ", ", ".join(items))


def _hanging(start: str, text: str) -> list[str]:
    """Wrap between words that blanks part; a method and its path stay together."""
    kept = text
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        kept = kept.replace(f"{method} /", f"{method}\0/")
    lines = wrap(
        kept,
        _WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace("\0", " ") for line in lines]


def _some(items: Sequence[str]) -> list[str]:
    """Return so many that they can be read, and how many more there are."""
    if len(items) <= _MOST + 1:
        return list(items)
    return [*items[:_MOST], f"and {len(items) - _MOST} more"]


def group_by_resource(methods: Sequence[str]) -> list[str]:
    """Return `client.cell_instance.{get, list}` for two methods of one resource."""
    methods_of: dict[str, list[str]] = {}
    for method in methods:
        resource, _, name = method.rpartition(".")
        methods_of.setdefault(resource, []).append(name)
    return [
        f"{resource}.{names[0]}" if len(names) == 1 else f"{resource}.{{{', '.join(names)}}}"
        for resource, names in methods_of.items()
    ]


def as_markdown(report: Report) -> str:
    """Return a report for a pull request."""
    lines = [f"**{summary(report)}**"]
    for severity in SEVERITIES:
        if found := report.of(severity):
            lines += ["", f"### {_TITLES[severity]}", ""]
            for each in found:
                lines += _item(each)
    if any(each.methods for each in report.findings):
        lines += ["", f"<sub>{_BOUND}</sub>"]
    return "\n".join(lines)


def _item(finding: Finding) -> Iterator[str]:
    change = finding.change
    effect = f" — {effect}" if (effect := _effect(finding)) else ""
    yield f"- {change.sentence}{effect}"
    operations = [str(each) for each in change.operations]
    parts = {
        "in": [] if operations[0] in change.sentence else _some(operations),
        "touches": list(finding.methods),
        "named at": [str(each) for each in finding.places],
    }
    for label, items in parts.items():
        if items:
            marked = [item if item.startswith("and ") else f"`{item}`" for item in items]
            yield f"  - {label}: {', '.join(marked)}"


def as_json(report: Report) -> str:
    """Return a report for programs; keys are only ever added."""
    content = {
        "base": report.base,
        "new": report.new,
        "counts": {each: len(report.of(each)) for each in SEVERITIES},
        "changes": [_record(each) for each in report.findings],
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def _record(finding: Finding) -> dict[str, object]:
    change = finding.change
    return {
        "kind": change.kind,
        "severity": change.severity,
        "direction": change.direction,
        "whom": change.whom,
        "where": change.where,
        "schema": change.schema,
        "before": change.before or None,
        "after": change.after or None,
        "sentence": change.sentence,
        "reason": change.reason or None,
        "operations": [
            {"method": each.method, "path": each.path, "was": each.was}
            for each in change.operations
        ],
        "methods": list(finding.methods),
        "places": [{"path": each.path, "line": each.line} for each in finding.places],
    }


FORMATS: dict[str, Callable[[Report], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
}
