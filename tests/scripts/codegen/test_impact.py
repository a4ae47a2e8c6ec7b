"""What the changelog gets from a changed contract, and what is left alone in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from planted import Json, planted, small

from scripts.codegen.impact import Impact, add_entries, analyze_impact, describe, note
from scripts.spec.affected_methods import Code
from scripts.spec.diff import Report, report

ENTRIES = ["- One.", "- Two."]
BLOCK = "### Contract\n\n- One.\n- Two.\n"


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        ("# Log\n", f"# Log\n\n## [Unreleased]\n\n{BLOCK}", 2),
        ("# Log\n\n## [1]\n\n- X\n", f"# Log\n\n## [Unreleased]\n\n{BLOCK}\n## [1]\n\n- X\n", 2),
        ("## [Unreleased]\n", f"## [Unreleased]\n\n{BLOCK}", 2),
        (
            "## [Unreleased]\n\n### Added\n\n- A\n  b\n\n## [1]\n\n- One.\n",
            f"## [Unreleased]\n\n### Added\n\n- A\n  b\n\n{BLOCK}\n## [1]\n\n- One.\n",
            2,
        ),
        (
            "## [Unreleased]\n\n### Contract\n\n- Zero.\n- One.\n\n### Fixed\n\n- F\n",
            "## [Unreleased]\n\n### Contract\n\n- Zero.\n- One.\n- Two.\n\n### Fixed\n\n- F\n",
            1,
        ),
        ("## [Unreleased]\n\n### Contract\n", f"## [Unreleased]\n\n{BLOCK}", 2),
        (
            "## [Unreleased]\n\n- A\n\n[Unreleased]: https://example.org\n",
            f"## [Unreleased]\n\n- A\n\n{BLOCK}\n[Unreleased]: https://example.org\n",
            2,
        ),
        (f"## [Unreleased]\n\n{BLOCK}", f"## [Unreleased]\n\n{BLOCK}", 0),
    ],
)
def test_lines_go_under_what_is_unreleased(before: str, after: str, count: int) -> None:
    assert add_entries(before, ENTRIES) == (after, count)
    assert add_entries(after, ENTRIES) == (after, 0)


def found(name: str) -> Report:
    return report(*planted(name), labels=("before", "after"), code=Code({}, {}))


def test_a_line_says_for_whom_it_breaks(tmp_path: Path) -> None:
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text("# Log\n", encoding="utf-8")
    assert note(found("shorter"), changelog) == 1
    assert "\n- Breaking for those who send it: `" in changelog.read_text(encoding="utf-8")
    assert note(found("shorter"), changelog) == 0


def test_without_a_changelog_none_is_made(tmp_path: Path) -> None:
    assert note(found("shorter"), tmp_path / "CHANGELOG.md") == 0
    assert list(tmp_path.iterdir()) == []


def package(folder: Path, contract: Json | str) -> Path:
    folder.mkdir()
    text = contract if isinstance(contract, str) else json.dumps(contract)
    (folder / "openapi.json").write_text(text, encoding="utf-8")
    return folder


def test_what_says_the_same_has_no_aftermath(tmp_path: Path) -> None:
    told = small()
    told["info"] = {**told.get("info", {}), "description": "in other words"}
    first, second = package(tmp_path / "a", small()), package(tmp_path / "b", told)
    assert analyze_impact(first, second, cassettes=tmp_path) is None


@pytest.mark.parametrize("text", ["", "{"])
def test_without_a_contract_before_there_is_nothing_to_compare(tmp_path: Path, text: str) -> None:
    first, second = package(tmp_path / "a", text), package(tmp_path / "b", small())
    assert analyze_impact(first, second, cassettes=tmp_path) is None
    assert analyze_impact(tmp_path / "none", second, cassettes=tmp_path) is None


@pytest.mark.long
def test_why_cassettes_could_not_be_checked_is_reported(tmp_path: Path) -> None:
    before, after = planted("shorter")
    first, second = package(tmp_path / "a", before), package(tmp_path / "b", after)
    (tmp_path / "cassettes").mkdir()
    ahead = analyze_impact(first, second, cassettes=tmp_path / "cassettes")
    assert ahead is not None
    assert any("could not be checked: there is no cassette" in line for line in describe(ahead))


def test_many_cassettes_are_counted_and_some_are_named() -> None:
    files = tuple(Path(f"test_a/test_{i}.yaml") for i in range(7))
    said = "\n".join(describe(Impact(found("shorter"), files)))
    assert "7 cassettes no longer fit: test_0, test_1, test_2 and 4 more" in said
    assert "changelog" not in said
