"""Says what a changed contract asks of the rest of the project, and notes it in the changelog."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import field, frozen

from scripts.codegen.contract import Json
from scripts.codegen.manifest import ROOT
from scripts.spec.changes import Change, compare
from scripts.spec.diff import Finding, Report, report
from scripts.spec.generated_names import NameChanges, compare_names, find_uses
from scripts.spec.report import group_by_resource, summary
from scripts.spec.schemas import SpecError

CASSETTES = ROOT / "tests" / "data" / "cassettes"
CHANGELOG = ROOT / "CHANGELOG.md"
_DOCUMENT = "openapi.json"
_UNRELEASED = "## [Unreleased]"
_SECTION = "### Contract"
_FINDINGS = 4
_NAMES = 3


@frozen
class Impact:
    """How a new contract differs from the one before, and the cassettes that do not fit it.

    `names` are the generated names that change, and `uses` the places that use them. `unchecked`
    says why the cassettes could not be checked; it is empty if they were.
    """

    report: Report
    mismatches: tuple[Path, ...] = ()
    unchecked: str = ""
    names: NameChanges = field(factory=NameChanges)
    uses: Mapping[str, Sequence[str]] = field(factory=dict)


def analyze_impact(
    present: Path, fresh: Path, *, cassettes: Path = CASSETTES, root: Path = ROOT
) -> Impact | None:
    """Compare the contracts and names of two generated packages; `None` if they are the same.

    It must run before `fresh` takes the place of `present`.

    Raises
    ------
    SpecError
        If they cannot be compared.
    """
    before, after = _contract(present), _contract(fresh)
    if before is None or after is None or before == after:
        return None
    try:
        found = report(before, after, labels=("before", "openapi.yaml"))
    except SyntaxError as error:
        raise SpecError(f"{error.filename}:{error.lineno} is not Python: {error.msg}") from None
    names = compare_names(present, fresh)
    if not found.findings and names == NameChanges():
        return None
    return Impact(found, *_find_mismatched(after, cassettes), names, find_uses(names, root))


def _contract(package: Path) -> Json | None:
    try:
        document: Json = json.loads((package / _DOCUMENT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return document


def _find_mismatched(contract: Json, cassettes: Path) -> tuple[tuple[Path, ...], str]:
    """Return the cassettes that do not fit, or why this is unknown."""
    if not cassettes.is_dir():
        return (), ""
    try:
        from ionworks.testing._cassettes.check import check

        found = check([cassettes], contract=contract)
    except (ImportError, OSError, ValueError) as error:
        return (), str(error)
    files = dict.fromkeys(each.file for each in found if not each.note)
    return tuple(file.relative_to(cassettes) for file in files), ""


def describe(impact: Impact, *, noted: int = 0) -> Iterator[str]:
    """Yield what to look at, in few lines; `noted` is how many the changelog got."""
    found = impact.report
    worse = [*found.of("breaking"), *found.of("look")]
    yield summary(found)
    for each in worse[:_FINDINGS]:
        yield from _finding(each)
    rest = len(found.findings) - len(worse[:_FINDINGS])
    yield f"  {f'and {rest} more; ' if worse and rest else ''}`make spec-diff` shows all"
    yield "what to look at now:"
    yield "  code       `make types` names each place in ionworks/ that no longer fits"
    yield from _describe_names(impact)
    yield f"  cassettes  {_cassettes(impact)}"
    if noted:
        yield f"  changelog  {_count(noted, 'line')} added: say there what users notice"


def _describe_names(impact: Impact) -> Iterator[str]:
    """Yield the generated names that change, and the places that use those that are gone."""
    kinds = (("gone", impact.names.removed), ("changed", impact.names.changed))
    for kind, names in (*kinds, ("new", impact.names.added)):
        if names:
            yield f"  generated  {_count(len(names), 'name')} {kind}: {_some(names)}"
    for name in (*impact.names.removed, *impact.names.changed):
        if places := impact.uses.get(name):
            yield f"    {name}: used at {_some(places)}"


def _finding(finding: Finding) -> Iterator[str]:
    yield f"  {finding.change.severity}: {finding.change.sentence}"
    if finding.methods:
        yield f"    touches {_some(group_by_resource(finding.methods))}"


def _cassettes(impact: Impact) -> str:
    if impact.unchecked:
        return f"could not be checked: {impact.unchecked}"
    names = [path.stem for path in impact.mismatches]
    if not names:
        return "all fit still"
    verb = "fits" if len(names) == 1 else "fit"
    return f"{_count(len(names), 'cassette')} no longer {verb}: {_some(names)}"


def _some(items: Sequence[str]) -> str:
    shown = [*items[:_NAMES]]
    if more := len(items) - len(shown):
        return f"{', '.join(shown)} and {more} more"
    return ", ".join(shown)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def update_changelog(
    base: Path | None, present: Path, fresh: Path, changelog: Path = CHANGELOG
) -> int:
    """Rebuild the changes since `base` in a changelog; returns how many lines were new.

    `base` is the package of the last release, or of the last commit. A line of a change that was
    taken back is removed. A line that was edited or deleted by hand is not written again.
    """
    old = set(_entries(base, present)) if base is not None else set()
    new = _entries(base if base is not None else present, fresh)
    remove_entries(changelog, old - set(new))
    return note_entries([each for each in new if each not in old], changelog)


def _entries(before: Path, after: Path) -> list[str]:
    """Return the lines for what changed between the contracts of two packages."""
    old, new = _contract(before), _contract(after)
    try:
        return [] if old is None or new is None else fold_entries(compare(old, new))
    except SpecError:
        return []


def remove_entries(changelog: Path, entries: Collection[str]) -> None:
    """Remove lines from a changelog."""
    try:
        text = changelog.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    kept = [line for line in text.splitlines() if line not in entries]
    if len(kept) < len(text.splitlines()):
        changelog.write_text("\n".join(kept) + "\n", encoding="utf-8")


def note(found: Report, changelog: Path = CHANGELOG) -> int:
    """Write the changes into a changelog, under what is unreleased; returns how many were new."""
    return note_entries(fold_entries(each.change for each in found.findings), changelog)


def note_entries(lines: Sequence[str], changelog: Path = CHANGELOG) -> int:
    """Write lines into a changelog, under what is unreleased; returns how many were new."""
    try:
        text = changelog.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return 0
    after, count = add_entries(text, lines)
    if count:
        changelog.write_text(after, encoding="utf-8")
    return count


def fold_entries(changes: Iterable[Change]) -> list[str]:
    """Return the lines of a changelog: one for all changes of an operation or a field."""
    folded: dict[tuple[str, str, str], list[str]] = {}
    for change in changes:
        operation = str(change.operations[0]) if change.operations else ""
        whom = change.whom if change.severity == "breaking" else ""
        key = (change.schema or operation, change.where, whom)
        folded.setdefault(key, []).append(change.sentence)
    return [
        f"- {f'Breaking for {whom}: ' if whom else ''}{'; '.join(sentences)}."
        for (_, _, whom), sentences in folded.items()
    ]


def add_entries(text: str, entries: Sequence[str]) -> tuple[str, int]:
    """Return a changelog with entries that it did not have, and how many those were."""
    lines = text.splitlines()
    start = _index(lines, (_UNRELEASED,), 0)
    if start == len(lines):
        start = _index(lines, ("## ",), 0)
        above = [""] if start and lines[start - 1].strip() else []
        lines[start:start] = [*above, _UNRELEASED, ""]
        start += len(above)
    end = _index(lines, ("## ", "["), start + 1)
    fresh = [each for each in dict.fromkeys(entries) if each not in lines[start:end]]
    if not fresh:
        return text, 0
    head = _index(lines[:end], (_SECTION,), start)
    if head < end:
        end = _index(lines[:end], ("### ",), head + 1)
    while not lines[end - 1].strip():
        end -= 1
    gap = [""] if head >= end or lines[end - 1] == _SECTION else []
    title = [_SECTION, ""] if head >= end else []
    below = [""] if lines[end:] and lines[end].strip() else []
    lines[end:end] = [*gap, *title, *fresh, *below]
    return "\n".join(lines).rstrip("\n") + "\n", len(fresh)


def _index(lines: Sequence[str], starts: tuple[str, ...], first: int) -> int:
    """Return where the next line is that starts so; the number of lines if none does."""
    found = (i for i in range(first, len(lines)) if lines[i].startswith(starts))
    return next(found, len(lines))
