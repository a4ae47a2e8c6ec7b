"""Refuses clients in child processes of a test with a cassette, which is in the parent alone."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from tempfile import gettempdir
from typing import Final

from ionworks.errors import ConfigurationError

_VARIABLE: Final = "_IONWORKS_RECORDED_PROCESS"
REASON: Final = "a child process has no access to the cassette, which is in the process of the test"
ADVICE: Final = (
    "call the code in the process of the test, or test it on a sandbox (ionworks_sandbox), which"
    " child processes can reach"
)


def check_process() -> None:
    """Refuse a client, or a request of one, in a child process of a test with a cassette.

    Raises
    ------
    ConfigurationError
        If this is such a process. The test is informed through a file, and fails, too.
    """
    given = os.environ.get(_VARIABLE)
    if given is None:
        return
    process, _, notes = given.partition(":")
    if process == str(os.getpid()):
        return
    note = f"{os.getpid()} ({Path(sys.argv[0] or sys.executable).name})"
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    with suppress(OSError), os.fdopen(os.open(notes, flags, 0o600), "a", encoding="utf-8") as file:
        file.write(json.dumps(note) + "\n")
    raise ConfigurationError(f"{REASON}; {ADVICE}")


@contextmanager
def only_this_process() -> Iterator[Path]:
    """Refuse clients in child processes of the block; give the file in which they are noted."""
    notes = Path(gettempdir(), f"ionworks-children-{token_hex(8)}")
    before = os.environ.get(_VARIABLE)
    os.environ[_VARIABLE] = f"{os.getpid()}:{notes}"
    try:
        yield notes
    finally:
        if before is None:
            os.environ.pop(_VARIABLE, None)
        else:
            os.environ[_VARIABLE] = before
        notes.unlink(missing_ok=True)


def read_refused(notes: Path) -> list[str]:
    """Return the child processes that were refused since the last time."""
    try:
        lines = notes.read_text(encoding="utf-8").splitlines()
        notes.unlink()
    except OSError:
        return []
    return [str(json.loads(line)) for line in lines]
