"""Generated code is imported and type-checked, and the goldens are compared, before it is used."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scripts.codegen.generate import generate
from scripts.codegen.verify import compare_goldens, verify

pytestmark = pytest.mark.long

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def package(small_path: Path, tmp_path: Path) -> Path:
    # Under its real name, because the hand-written base of the resources imports its types.
    return shutil.copytree(
        small_path, tmp_path / "ionworks_openapi", ignore=shutil.ignore_patterns("__pycache__")
    )


def test_a_good_package_has_no_problem(package: Path) -> None:
    assert list(verify(package)) == []


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("api/things.py", "def broken(:\n", "cannot be imported: SyntaxError"),
        ("models/place.py", "from .nowhere import Nothing\n", "cannot be imported: Module"),
        ("models/extra.py", "raise ValueError('at import')\n", "cannot be imported: ValueError"),
        ("models/extra.py", "number: int = 'text'\n", "wrong types:\n  models/extra.py:1: error"),
    ],
)
def test_what_is_wrong_with_a_package_is_reported(
    package: Path, file: str, text: str, said: str
) -> None:
    (package / file).write_text(text, encoding="utf-8")
    (problem,) = verify(package)
    assert said in problem


def test_templates_that_write_something_else_are_named(tmp_path: Path) -> None:
    assert list(compare_goldens(generate)) == []

    def other(spec: Path, target: Path) -> None:
        generate(spec, target)
        (target / "types.py").write_text("", encoding="utf-8")

    (problem,) = compare_goldens(other)
    assert "other golden files (types.py)" in problem
    assert list(compare_goldens(other, tmp_path / "golden")) == []
