"""Six changes of the contract, two on each copy of the project, and what the chain then says.

The chain is that of docs/regenerating.md: the difference, the generation with its closing words,
mypy over the hand-written code, the cassettes, and the changelog.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.codegen.manifest import ROOT
from scripts.codegen.verify import verify

pytestmark = pytest.mark.long

CASSETTES = (
    "test_cell_instance/test_an_instance_comes_back_as_it_was_made.yaml",
    "test_client/test_whoami_tells_user_and_organization.yaml",
    "test_cell_measurement/test_step_and_cycle_tables_have_the_known_columns_and_types.yaml",
)
COPIED = ("ionworks", "generated", "scripts")
FILES = ("openapi.yaml", "pyproject.toml")
CHANGELOG = """# Changelog

## [Unreleased]

### Added

- A line by hand.

## [0.1.0]

- Old.
"""
FITS = "all fit still"


@dataclass(frozen=True)
class Ran:
    """What a program said, and how it ended."""

    status: int
    said: str


class Drill:
    """A copy of the project in which something of the contract changes."""

    def __init__(self, folder: Path, mypy: tuple[str, ...]) -> None:
        self.root = folder
        self.before = folder / "before.json"
        self._mypy = mypy
        for name in COPIED:
            # With the compiled modules: a copy keeps the times, so that they are valid.
            shutil.copytree(ROOT / name, folder / name)
        for name in FILES:
            shutil.copyfile(ROOT / name, folder / name)
        for name in CASSETTES:
            target = folder / "tests" / "data" / "cassettes" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / "tests" / "data" / "cassettes" / name, target)
        shutil.copyfile(folder / "generated/ionworks_openapi/openapi.json", self.before)
        (folder / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")

    def edit(self, edit: Callable[[str], str]) -> None:
        path = self.root / "openapi.yaml"
        before = path.read_text(encoding="utf-8")
        after = edit(before)
        assert after != before
        path.write_text(after, encoding="utf-8")

    def run(self, *arguments: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": f"{self.root}{os.pathsep}{self.root / 'generated'}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return Ran(done.returncode, done.stdout)

    def mypy(self) -> Ran:
        return self.run("mypy", *self._mypy, "ionworks")

    def changelog(self) -> str:
        return (self.root / "CHANGELOG.md").read_text(encoding="utf-8")

    def contract_lines(self) -> list[str]:
        """Return what stands in the changelog under Contract, up to the next heading."""
        section = self.changelog().partition("\n### Contract\n")[2]
        return [line for line in section.partition("\n## ")[0].splitlines() if line]


@dataclass(frozen=True)
class Told:
    """What each part of the chain said after a change."""

    drill: Drill
    diff: Ran
    generated: Ran
    types: Ran
    cassettes: Ran

    @property
    def touched(self) -> str:
        return re.sub(r"\s+", " ", self.diff.said)

    @property
    def mismatches(self) -> str:
        """The line on the cassettes with which the generation ends."""
        (line,) = re.findall(r"^  cassettes  (.*)$", self.generated.said, re.M)
        return str(line)

    @property
    def wrong(self) -> list[str]:
        """The places that mypy names, such as `ionworks/_workflows/detail.py:148: error: ...`."""
        return [line for line in self.types.said.splitlines() if ": error: " in line]


def once(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def within(text: str, start: str, stop: str, change: Callable[[str], str]) -> str:
    """Change what stands between two lines of the contract."""
    head, found, rest = text.partition(f"\n{start}\n")
    assert found, start
    inside, end, tail = rest.partition(stop)
    assert end, stop
    return f"{head}{found}{change(inside)}{end}{tail}"


def in_schema(text: str, schema: str, change: Callable[[str], str]) -> str:
    return within(text, f"    {schema}:", "\n\n", change)


def grow(text: str) -> str:
    colour = "      properties:\n        colour:\n          type: string\n"
    return in_schema(text, "CellInstance", lambda s: once(s, "      properties:\n", colour))


def demand(text: str) -> str:
    both = "required: [name, batch_id]"
    return in_schema(text, "CellInstanceCreate", lambda s: once(s, "required: [name]", both))


def rename(text: str) -> str:
    def change(schema: str) -> str:
        return schema.replace("cell_specification_id", "specification_id")

    return in_schema(text, "CellInstance", change)


def forget(text: str) -> str:
    return within(text, "  /users/me:", "  /projects:", lambda _: "").replace("  /users/me:\n", "")


def extend(text: str) -> str:
    return in_schema(text, "JobStatus", lambda s: once(s, "canceled]", "canceled, lost]"))


def move(text: str) -> str:
    old = "  /cell_measurements/{measurement_id}/cycles:"
    return once(text, old, old.replace("cycles", "cycle_table"))


# Two changes each with the same consequences: none, recordings that differ, and code that differs.
DRILLS = {
    "grow, extend": (grow, extend),
    "demand, move": (demand, move),
    "rename, forget": (rename, forget),
}


def mypy_options(folder: Path) -> tuple[str, ...]:
    """Return options with which mypy sees what is installed, but not the project's own checkout.

    Where that is installed in place, it would find there what a copy has no more.
    """
    venv.create(folder, symlinks=True)
    (own,) = folder.glob("lib/python*/site-packages")
    (own / "installed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return ("--no-color-output", "--python-executable", str(folder / "bin" / "python"))


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Told]]:
    """Runs the whole chain after a change, once."""
    options = mypy_options(tmp_path_factory.mktemp("environment"))
    before = Drill(tmp_path_factory.mktemp("unchanged"), options)
    if (ROOT / ".mypy_cache").is_dir():
        shutil.copytree(ROOT / ".mypy_cache", before.root / ".mypy_cache")
    types = before.mypy()
    assert types.status == 0, types.said
    assert not list(verify(before.root / "generated" / "ionworks_openapi", root=before.root))
    known: dict[str, Told] = {}

    def after(name: str) -> Told:
        if name not in known:
            drill = Drill(tmp_path_factory.mktemp(name), options)
            # A copy each: what mypy said of one is no hint for the next.
            shutil.copytree(before.root / ".mypy_cache", drill.root / ".mypy_cache")
            for edit in DRILLS[name]:
                drill.edit(edit)
            known[name] = Told(
                drill,
                drill.run("scripts.spec.diff", "--base", str(drill.before)),
                drill.run("scripts.codegen.generate"),
                drill.mypy(),
                drill.run("ionworks.testing", "check", "tests/data/cassettes"),
            )
        return known[name]

    yield after
    for drill in (before, *(told.drill for told in known.values())):
        shutil.rmtree(drill.root)


def assert_clean(told: Told) -> None:
    """Nothing in the project has to be changed by hand."""
    assert told.types.status == 0, told.types.said
    assert told.mismatches == FITS
    assert told.cassettes.status == 0, told.cassettes.said


def assert_mismatches(told: Told, cassette: str, place: str) -> None:
    """A cassette is named at the end of the generation, and by the check, with the place."""
    assert cassette in told.mismatches
    assert told.cassettes.status == 1
    lines = [line for line in told.cassettes.said.splitlines() if f"{cassette}.yaml:" in line]
    assert any(place in line for line in lines), told.cassettes.said


@pytest.mark.parametrize("name", DRILLS)
def test_every_change_is_generated_and_ends_with_what_to_look_at(
    after: Callable[[str], Told], name: str
) -> None:
    told = after(name)
    assert told.generated.status == 0, told.generated.said
    first, _, last = told.generated.said.partition("\n\n")
    assert " operations in ionworks_openapi, " in first
    assert last.startswith("before -> openapi.yaml: ")
    assert last.partition("\n")[0].partition(": ")[2] in told.diff.said
    assert "`make spec-diff`" in last
    assert "`make types`" in last
    assert len(last.splitlines()) <= 15


@pytest.mark.parametrize("name", DRILLS)
def test_every_change_stands_in_the_changelog_once_among_what_people_wrote(
    after: Callable[[str], Told], name: str
) -> None:
    told = after(name)
    text, lines = told.drill.changelog(), told.drill.contract_lines()
    assert lines
    assert len(lines) == len(set(lines))
    assert text.replace("\n### Contract\n\n{}\n".format("\n".join(lines)), "") == CHANGELOG
    assert f"{len(lines)} line{'s' * (len(lines) > 1)} added" in told.generated.said


def test_an_optional_field_and_a_value_more_ask_for_nothing(after: Callable[[str], Told]) -> None:
    told = after("grow, extend")
    assert told.diff.status == 0
    assert "- `CellInstance.colour` is new\n" in told.diff.said
    assert "1 worth a look" in told.diff.said
    assert '`JobStatus` may be "lost" too' in told.diff.said
    assert 'look: `JobStatus` may be "lost" too' in told.generated.said
    assert_clean(told)
    colour, lost = sorted(told.drill.contract_lines())
    assert colour == "- `CellInstance.colour` is new."
    assert '"lost"' in lost


def test_a_field_that_is_required_now_is_missing_in_what_was_recorded(
    after: Callable[[str], Told],
) -> None:
    told = after("demand, move")
    assert told.diff.status == 1
    assert "`CellInstanceCreate.batch_id` is required now" in told.diff.said
    assert "touches client.cell_instance.{create, create_or_get}" in told.touched
    assert "touches client.cell_instance.{create, create_or_get}" in told.generated.said
    assert told.types.status == 0, "payloads are mappings: it is checked before they are sent"
    assert_mismatches(told, "test_an_instance_comes_back_as_it_was_made", "batch_id")
    line = "- Breaking for those who send it: `CellInstanceCreate.batch_id` is required now."
    assert line in told.drill.contract_lines()


def test_a_moved_path_is_noticed_by_the_cassettes_alone(after: Callable[[str], Told]) -> None:
    told = after("demand, move")
    assert "possibly moved" in told.diff.said
    assert "client.cell_measurement.{cycles, detail, steps, time_series}" in told.touched
    assert told.types.status == 0, "the operation has its name still"
    assert_mismatches(
        told, "test_step_and_cycle_tables_have_the_known_columns_and_types", "/cycles"
    )


def test_a_renamed_field_is_named_where_the_code_reads_it(after: Callable[[str], Told]) -> None:
    told = after("rename, forget")
    assert told.diff.status == 1
    assert "`CellInstance.cell_specification_id` is gone, and `specification_id` of" in told.touched
    assert "possibly renamed" in told.diff.said
    assert "ionworks/_workflows/detail.py:" in told.touched.partition("named at")[2]
    assert "client.cell_instance.{" in told.diff.said
    assert told.types.status == 1
    (line,) = [line for line in told.wrong if line.startswith("ionworks/_workflows/detail.py:")]
    assert 'has no attribute "cell_specification_id"' in line
    path, number, _ = line.split(":", 2)
    named = (told.drill.root / path).read_text(encoding="utf-8").splitlines()[int(number) - 1]
    assert ".cell_specification_id" in named
    assert_mismatches(told, "test_an_instance_comes_back_as_it_was_made", "specification_id")


def test_an_operation_that_is_gone_is_named_where_it_is_called(
    after: Callable[[str], Told],
) -> None:
    told = after("rename, forget")
    assert "`GET /users/me` is gone" in told.diff.said
    assert "touches client.whoami" in told.touched
    assert "touches client.whoami" in told.generated.said
    assert any(line.startswith("ionworks/client.py:") for line in told.wrong), told.types.said
    assert_mismatches(told, "test_whoami_tells_user_and_organization", "GET /users/me")


def test_the_methods_of_an_operation_that_is_gone_are_known_after_generation_too(
    after: Callable[[str], Told],
) -> None:
    drill = after("rename, forget").drill
    said = drill.run("scripts.spec.diff", "--base", str(drill.before)).said
    assert "touches   client.whoami" in said


def test_generating_once_more_says_nothing_new(after: Callable[[str], Told]) -> None:
    drill = after("grow, extend").drill
    before = drill.changelog()
    again = drill.run("scripts.codegen.generate")
    assert (again.status, len(again.said.splitlines())) == (0, 1)
    assert "0 files change" in again.said
    assert drill.changelog() == before
