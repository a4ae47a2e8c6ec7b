"""The commands of docs/cli.md run on a sandbox, and write what the page shows."""

import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from ionworks.cli.__main__ import main
from ionworks.sandbox import Sandbox
from scripts.pages import blocks, run

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
ADDRESS = "http://127.0.0.1:8787"
HOME, CONFIG = "/home/you", "/home/you/.config"
CHANGING = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{32}\b"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+Z)?"
)


def parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a block, and what it shows."""
    for each in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = each.partition("\n")
        yield command, shown


def execute(command: str, box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a command at the address of the sandbox; return its exit status."""
    words = shlex.split(command.replace(ADDRESS, box.url))
    text = ""
    if "<" in words:
        *words, _, file = words
        text = Path(file).read_text(encoding="utf-8")
    assert words[0] == "ionworks"
    with monkeypatch.context() as patch:
        patch.setattr("sys.stdin", io.StringIO(text))
        return main(words[1:])


def test_the_commands_of_the_page_write_what_it_shows(
    no_settings: None,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(PAGE, {"__name__": "__page__"})
    commands = [each for block in blocks(PAGE, "console") for each in parts(block.text)]
    assert len(commands) > 10
    with Sandbox(data=Path("lab")) as box:
        for command, shown in commands:
            execute(command, box, monkeypatch)
            found = "".join(capsys.readouterr()).replace(box.url, ADDRESS)
            found = found.replace(str(folder), HOME).replace(str(folder.parent / "config"), CONFIG)
            assert CHANGING.sub("*", found) == CHANGING.sub("*", shown), command
            # After the first command, which stores the profile.
            monkeypatch.setenv("IONWORKS_PROFILE", "sandbox")
