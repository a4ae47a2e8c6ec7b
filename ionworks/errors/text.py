"""Puts what an error knows into sentences. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Final

from ionworks._redact import REDACTED, is_secret_key, one_line, redact_text

LONGEST_SNIPPET: Final = 200
_SHOWN_ITEMS: Final = 5


def status_phrase(status: int | None) -> str:
    """Return the usual words for a status; empty for one that has none."""
    try:
        return HTTPStatus(status or 0).phrase
    except ValueError:
        return ""


def format_wait(seconds: float | None) -> str:
    """Tell how long to wait."""
    return "a little" if seconds is None else f"{seconds:g} s"


def join_parts(*parts: str) -> str:
    """Join the parts of a sentence with colons; empty ones are left out."""
    return ": ".join(part for part in parts if part)


def append_fields(text: str, items: Sequence[object]) -> str:
    """Append a list, the first few of it."""
    if not items:
        return text
    more = f"; and {len(items) - _SHOWN_ITEMS} more" if len(items) > _SHOWN_ITEMS else ""
    return f"{text}: {'; '.join(str(item) for item in items[:_SHOWN_ITEMS])}{more}"


def join_sentences(*parts: str) -> str:
    """Join sentences, each with its full stop; a remark in brackets has none."""
    ended = (
        part if part.endswith((".", "!", "?", "…")) or part.startswith("(") else f"{part}."
        for part in parts
        if part
    )
    return " ".join(ended)


def storable_value(field: str, value: object) -> object:
    """Return a value as an error may keep it: a plain one as it is, others as a short text."""
    if is_secret_key(field.rpartition(".")[2]):
        return REDACTED
    if isinstance(value, str):
        return redact_text(value)
    if value is None or type(value) in (bool, int, float, datetime):
        return value
    try:
        return one_line(redact_text(repr(value)), LONGEST_SNIPPET)
    except Exception:  # a repr of a stranger may fail in any way
        return f"<{type(value).__name__}>"


def show_value(kept: object, value: object) -> str:
    """Show a value in a sentence; what was kept as its repr already is one."""
    text = str(kept) if isinstance(kept, str) and not isinstance(value, str) else repr(kept)
    return one_line(text, 80)
