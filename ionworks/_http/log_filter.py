"""Redacts secrets in the log records of the HTTP library."""

from __future__ import annotations

import logging
import re
from typing import Final

from ionworks._redact import REDACTED, redact_text

_HEADER: Final = re.compile(
    r"""(\(b['"])([A-Za-z0-9_-]{1,80})(['"], b)('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
)
_SECRET_HEADERS: Final = re.compile(
    "auth|cookie|key|token|secret|session|signature|csrf|credential", re.IGNORECASE
)
# These log complete URLs and response headers, and so the signatures of signed URLs.
_NOISY_LOGGERS: Final = ("httpx", "httpcore.http11", "httpcore.http2", "httpcore.proxy")


def redact_logs() -> None:
    """Redact secrets in the log of the HTTP library from now on."""
    for name in _NOISY_LOGGERS:
        logging.getLogger(name).addFilter(_redact_record)  # once: it is the same function


def _redact_record(record: logging.LogRecord) -> bool:
    """Redact a record; a filter that passes every record."""
    text = record.getMessage()
    clean = redact_text(_HEADER.sub(_redact_header, text))
    if clean != text:
        record.msg, record.args = clean, ()
    return True


def _redact_header(match: re.Match[str]) -> str:
    start, name, middle, value = match.groups()
    shown = f"{value[0]}{REDACTED}{value[0]}" if _SECRET_HEADERS.search(name) else value
    return f"{start}{name}{middle}{shown}"
