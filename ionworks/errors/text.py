"""Format the text of errors. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Final

from ionworks._redact import REDACTED, is_secret_key, one_line, redact_text

LONGEST_SNIPPET: Final = 200
_SHOWN_ITEMS: Final = 5


def status_phrase(status: int | None) -> str:
    """Return the standard phrase of an HTTP status; empty for an unknown one."""
    try:
        return HTTPStatus(status or 0).phrase
    except ValueError:
        return ""


def format_wait(seconds: float | None) -> str:
    """Return a waiting time as text."""
    if seconds is None:
        return "a moment"
    return f"{seconds:g} s" if seconds < 1e6 else f"{seconds:,.0f} s"  # not 1e+06


def join_parts(*parts: str) -> str:
    """Join the non-empty parts of a sentence with colons."""
    return ": ".join(part for part in parts if part)


def append_fields(text: str, items: Sequence[object]) -> str:
    """Append the first few items, and the number of the others."""
    if not items:
        return text
    more = f"; and {len(items) - _SHOWN_ITEMS} more" if len(items) > _SHOWN_ITEMS else ""
    return f"{text}: {'; '.join(str(item) for item in items[:_SHOWN_ITEMS])}{more}"


def join_sentences(*parts: str) -> str:
    """Join sentences, and end each with a full stop, except a remark in brackets."""
    ended = (
        part if part.endswith((".", "!", "?", "…")) or part.startswith("(") else f"{part}."
        for part in parts
        if part
    )
    return " ".join(ended)


def storable_value(field: str, value: object) -> object:
    """Return a plain scalar unchanged and any other value as a short text, without secrets."""
    if is_secret_key(field.rpartition(".")[2]):
        return REDACTED
    if isinstance(value, str):
        return redact_text(value)
    if value is None or type(value) in (bool, int, float, datetime):
        return value
    try:
        return one_line(redact_text(repr(value)), LONGEST_SNIPPET)
    except Exception:  # the repr of a foreign class may raise anything
        return f"<{type(value).__name__}>"


def show_value(kept: object, value: object) -> str:
    """Return the text of a value for a message; `kept` is the result of `storable_value`."""
    text = str(kept) if isinstance(kept, str) and not isinstance(value, str) else repr(kept)
    return one_line(text, 80)
