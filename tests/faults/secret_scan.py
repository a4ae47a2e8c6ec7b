"""Looks for secrets, and for pieces of them, in all that an error, a client or a log shows."""

from __future__ import annotations

import base64
import copy
import pickle
import traceback
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

TESTS = str(Path(__file__).resolve().parent.parent)
SHORTEST = 8


class Scanner:
    """Finds secrets by any eight characters in a row, as they are and as they are encoded."""

    def __init__(self, **secrets: str) -> None:
        self._needles = {
            piece: name for name, secret in secrets.items() for piece in pieces(secret)
        }

    def find(self, shown: Mapping[str, str]) -> list[str]:
        """Return the name of each secret and where it was found."""
        return sorted(
            {
                f"{name} in {where}"
                for where, text in shown.items()
                for needle, name in self._needles.items()
                if needle in text
            }
        )


def pieces(secret: str) -> set[str]:
    """Return the texts that reveal eight characters of a secret."""
    raw = secret.encode()
    forms = [(secret, SHORTEST), (quote(secret, safe=""), SHORTEST), (raw.hex(), 2 * SHORTEST)]
    for before in range(3):
        # The first and the last letters of the code depend on the text beside the secret.
        coded = base64.b64encode(b"." * before + raw).decode().rstrip("=")
        forms.append((coded[before + 1 : -2], 12))
    return {form[i : i + size] for form, size in forms for i in range(len(form) - size + 1)}


def shown_by(thing: Any, name: str) -> dict[str, str]:
    """Return what an object shows of itself: as text, by its attributes, pickled and copied."""
    shown = {f"{name}: str": str(thing), f"{name}: repr": repr(thing)}
    with suppress(TypeError):
        shown[f"{name}: vars"] = repr(vars(thing))
    with suppress(Exception):  # what refuses to be pickled shows nothing
        shown[f"{name}: pickle"] = pickle.dumps(thing).decode("latin-1")
    with suppress(Exception):
        twin = copy.deepcopy(thing)
        shown[f"{name}: copy"] = f"{twin!s}{twin!r}{getattr(twin, '__dict__', '')!r}"
    return shown


def shown_by_error(error: BaseException) -> dict[str, str]:
    """Return what an error shows, with all that led to it and the locals of all their frames."""
    shown: dict[str, str] = {}
    for number, each in enumerate(chain(error)):
        name = f"{type(each).__name__} ({number})"
        shown |= shown_by(each, name)
        shown[f"{name}: args"] = repr(each.args)
        report = traceback.TracebackException.from_exception(each, capture_locals=True)
        shown[f"{name}: message"] = "".join(report.format_exception_only())
        for frame in report.stack:
            if not frame.filename.startswith(TESTS):
                for local, value in (frame.locals or {}).items():
                    place = f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
                    shown[f"{name}: local {local} at {place}"] = value
    return shown


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that hang on it, those that a traceback would leave out as well."""
    waiting, seen = [error], set()
    while waiting:
        each = waiting.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting += [other for other in (each.__cause__, each.__context__) if other is not None]


def shown_by_logs(records: Any) -> dict[str, str]:
    """Return what log records say, and what they hold for a handler to say."""
    return {
        f"log {record.name} ({number})": f"{record.getMessage()} {record.__dict__!r}"
        for number, record in enumerate(records)
    }
