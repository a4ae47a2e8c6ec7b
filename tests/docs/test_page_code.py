"""The code of the pages is written for the type checkers with the lines of the page."""

import ast
from pathlib import Path

import pytest

from scripts import page_code, public_types


@pytest.mark.parametrize("page", [*page_code.pages()], ids=lambda page: page.name)
def test_each_line_of_code_keeps_its_place(page: Path) -> None:
    shown = page.read_text(encoding="utf-8").splitlines()
    for code in page_code.modules_of(page).values():
        ast.parse(code)
        for line, text in enumerate(code.splitlines()):
            assert text in ("", shown[line])


def test_a_module_is_written_for_each_page_file_and_notebook(tmp_path: Path) -> None:
    written = page_code.write(tmp_path / "code")
    names = {path.stem for path in written}
    assert len(names) == len(written)
    assert {"readme", "docs_engines", "docs_testing", "docs_tutorial", "examples_fleet"} <= names
    assert len([name for name in names if name.startswith("docs_testing_analysis_")]) == 2
    assert page_code.write(tmp_path / "code") == written


def test_the_limit_of_known_types_is_the_documented_one() -> None:
    assert public_types.LEAST >= 98
