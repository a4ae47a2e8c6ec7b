"""What each template of ours writes, and that it is needed.

The golden files stand in golden/. After a change that is meant, write them anew with
`python -m tests.scripts.codegen.rewrite` and read the diff.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from scripts.codegen import manifest, upstream
from scripts.codegen.generate import TEMPLATES, GenerationError, differences, generate

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
NAMES = sorted(path.relative_to(GOLDEN).as_posix() for path in manifest.files(GOLDEN))
OURS = sorted(path.name for path in TEMPLATES.glob("*.jinja"))
REWRITE = "if this is meant: python -m tests.scripts.codegen.rewrite"


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_as_its_golden_one(small_path: Path, name: str) -> None:
    written = (small_path / name).read_text(encoding="utf-8")
    assert written == (GOLDEN / name).read_text(encoding="utf-8"), REWRITE


def test_no_file_is_missing_or_new(small_path: Path) -> None:
    written = [path.relative_to(small_path).as_posix() for path in manifest.files(small_path)]
    assert sorted(written) == NAMES, REWRITE


@pytest.mark.long
@pytest.mark.parametrize("template", OURS)
def test_each_template_is_needed(template: str, tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES, templates)
    (templates / template).unlink()
    fresh = tmp_path / "small_api"
    try:
        generate(HERE / "small.yaml", fresh, templates=templates)
    except GenerationError:
        return  # what upstream writes in its place does not even fit the rest
    (fresh / manifest.NAME).unlink()
    assert differences(fresh, GOLDEN), f"{template} changes nothing: take it out"


@pytest.mark.parametrize("template", OURS)
def test_each_template_says_what_it_mends(template: str) -> None:
    first = (TEMPLATES / template).read_text(encoding="utf-8").partition("\n")[0]
    assert first.startswith(f"{{# Mends upstream {template}: ")


def test_upstream_templates_are_the_ones_that_ours_were_written_against() -> None:
    pinned = json.loads(upstream.PINS.read_text(encoding="utf-8"))
    changed = upstream.list_changes(pinned, upstream.current_pins())
    hint = "look at each, then: python -m scripts.codegen.upstream --accept"
    assert not changed, "\n".join([*changed, hint])


def test_an_upgrade_of_the_generator_names_the_template_to_look_at() -> None:
    installed = upstream.current_pins()
    newer = {"generator": "99.0", "templates": {**installed["templates"], "model.py.jinja": "0"}}
    (line,) = upstream.list_changes(installed, newer)
    assert "model.py.jinja" in line
    assert "-> 99.0" in line
    assert "scripts/codegen/templates/model.py.jinja" in line
    assert f"sha256 {installed['templates']['model.py.jinja'][:12]} -> 0)" in line
    assert "python -m scripts.codegen.upstream --diff" in line


def test_a_template_without_a_pin_or_without_an_original_is_reported(tmp_path: Path) -> None:
    (tmp_path / "model.py.jinja").touch()
    (tmp_path / "invented.py.jinja").touch()
    unpinned, invented = upstream.list_changes(
        {"generator": "0", "templates": {"invented.py.jinja": None}},
        upstream.current_pins(tmp_path),
    )[::-1]
    assert unpinned == "model.py.jinja has no pin"
    assert invented.startswith("invented.py.jinja replaces nothing")


@pytest.fixture
def pinned_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The pins, of a release that pip finds in a folder, with the templates that are installed."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    info = "openapi_python_client-0.0.1.dist-info"
    with zipfile.ZipFile(shelf / "openapi_python_client-0.0.1-py3-none-any.whl", "w") as wheel:
        for path in upstream.originals().glob("*.jinja"):
            wheel.write(path, f"openapi_python_client/templates/{path.name}")
        about = "Metadata-Version: 2.1\nName: openapi-python-client\nVersion: 0.0.1\n"
        wheel.writestr(f"{info}/METADATA", about)
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    return {**upstream.current_pins(), "generator": "0.0.1"}


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Templates of the generator as a later release might have them."""
    theirs = tmp_path / "theirs"
    shutil.copytree(upstream.originals(), theirs)
    with (theirs / "model.py.jinja").open("a", encoding="utf-8") as sink:
        sink.write("{# said anew #}\n")
    monkeypatch.setattr(upstream, "originals", lambda: theirs)
    return theirs


def test_the_difference_to_the_pinned_release_is_shown(
    pinned_release: dict[str, Any],
    newer: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(upstream, "PINS", tmp_path / "pins.json")
    upstream.PINS.write_text(json.dumps(pinned_release), encoding="utf-8")
    assert upstream.main(["--diff"]) == 1
    said = capsys.readouterr().out
    assert "model.py.jinja: the original changed (openapi-python-client 0.0.1 -> " in said
    assert "\n--- 0.0.1/model.py.jinja\n+++ installed/model.py.jinja\n" in said
    assert [line for line in said.splitlines() if line.startswith(("+", "-"))][2:] == [
        "+{# said anew #}"
    ]
    assert upstream.main(["--accept"]) == 0
    assert upstream.main(["--diff"]) == 0
    assert capsys.readouterr().out == ""


def test_a_release_that_cannot_be_fetched_is_reported(pinned_release: dict[str, Any]) -> None:
    with pytest.raises(upstream.UpstreamError, match=r"pip cannot fetch .*==0\.0\.2"):
        upstream.difference("0.0.2", ["model.py.jinja"])
