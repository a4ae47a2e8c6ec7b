"""Runs a contestant as a child process, in its own environment, and asks it for calls."""

from __future__ import annotations

import json
import os
import select
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPTS = Path(__file__).parent / "contestants"
PATIENCE_SECONDS = 300.0
SHOWN = 2_000


class CallError(RuntimeError):
    """A contestant ended, or gave no answer in time; the text has what it wrote last."""


@dataclass(frozen=True)
class Sample:
    """What a call took, by the key of a metric, and what it did."""

    values: Mapping[str, float]
    done: Mapping[str, object]


@dataclass(frozen=True)
class Contestant:
    """A running contestant."""

    name: str
    process: subprocess.Popen[bytes]
    errors: Path

    def ask(self, call: str, arguments: Mapping[str, Any]) -> Sample:
        """Have it make a call.

        Raises
        ------
        CallError
            If there is no answer.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        asked = json.dumps({"call": call, "arguments": dict(arguments)})
        self.process.stdin.write(asked.encode() + b"\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_SECONDS)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            self.process.kill()
            self.process.wait()  # it may still be writing why
            raise CallError(f"{self.name} {call}: {self.errors.read_text()[-SHOWN:] or 'silent'}")
        found = json.loads(line)
        return Sample(found["sample"], found["done"])


@contextmanager
def running(
    name: str, python: Path, environment: Mapping[str, str], home: Path
) -> Iterator[Contestant]:
    """Start a contestant; it is ended by its own process id."""
    errors = home / f"{name}.stderr"
    command = [str(python), str(SCRIPTS / f"{name}.py")]
    variables = {**plain_environment(home), **environment}
    with (
        errors.open("wb") as log,
        subprocess.Popen(
            command, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        ) as process,
    ):
        try:
            yield Contestant(name, process, errors)
        finally:
            process.kill()


def plain_environment(home: Path) -> dict[str, str]:
    """Return the environment without anything that leads a client elsewhere."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("IONWORKS", "PYTHON"))
        and not name.upper().endswith("_PROXY")
        and name.upper() not in {"PROJECT_ID", "VIRTUAL_ENV"}
    }
    return {**kept, "HOME": str(home), "XDG_CONFIG_HOME": str(home)}
