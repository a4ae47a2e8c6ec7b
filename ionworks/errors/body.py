"""Parse the body of an error response, whatever its format. Pure."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import field, frozen

from ionworks._redact import one_line, redact_data, redact_text

LONGEST_MESSAGE: Final = 2_000
_LONGEST_JSON: Final = 1 << 21  # a 422 may echo a large request
_LONGEST_TEXT: Final = 1 << 16
_LONGEST_MARKUP: Final = 1 << 13
_LONGEST_EXCERPT: Final = 300

_DROPPED_BLOCKS: Final = re.compile(
    r"<(script|style)\b.*?(</\1\s*>|\Z)|<!--.*?(-->|\Z)", re.I | re.S
)
_TITLE: Final = re.compile(r"<title\b[^>]*>([^<]*)", re.I)
_XML_CODE: Final = re.compile(r"<Code>([^<]{1,80})</Code>")
_XML_MESSAGE: Final = re.compile(r"<Message>([^<]*)</Message>")
_TAG: Final = re.compile(r"<[^<>]*>")
# Only charsets: Python also has codecs such as unicode_escape, which would interpret the body.
_CHARSET: Final = re.compile(
    r"charset\s*=\s*[\"']?((utf|iso|latin|ascii|us-ascii|windows|cp|gb|big5|shift|euc|koi8)"
    r"[A-Za-z0-9_.:-]{0,30})",
    re.I,
)


@frozen
class FieldError:
    """One field that the server rejected.

    Attributes
    ----------
    loc : tuple of str or int
        Location of the field, outermost first: ``("body", "ratings", "capacity", "value")``.
    message : str
        The reason.
    type : str or None
        The server's code of the violated rule, for example ``"float_parsing"``.
    value : object
        The rejected value, if the server repeats it; without secrets.
    """

    loc: tuple[str | int, ...]
    message: str
    type: str | None = None
    value: object = None

    @property
    def path(self) -> str:
        """The field's dotted path, without the leading ``body``."""
        places = self.loc[1:] if len(self.loc) > 1 and self.loc[0] == "body" else self.loc
        return ".".join(str(place) for place in places)

    def __str__(self) -> str:
        text = f"{self.path}: {self.message}" if self.loc else self.message
        shown = isinstance(self.value, str | int | float)
        return f"{text} (got {one_line(repr(self.value), 60)})" if shown else text


@frozen
class ErrorBody:
    """The parts of an error body. Each may be missing; none holds a secret."""

    message: str | None = None
    error_code: str | None = None
    detail: object = None
    data: dict[str, object] | None = None
    fields: tuple[FieldError, ...] = field(default=())


def read_body(body: bytes, content_type: str, secrets: Sequence[str] = ()) -> ErrorBody:
    """Parse an error body: JSON of any shape, HTML, XML or text. Never raises.

    Parameters
    ----------
    body : bytes
        The body, with its content encoding removed.
    content_type : str
        The value of the header; used for the charset and to detect HTML.
    secrets : sequence of str, optional
        Values that must not appear in the result.
    """
    if len(body) <= _LONGEST_JSON:
        text = decode(body, content_type)
        try:
            return read_json(json.loads(text), secrets)
        except (ValueError, RecursionError):
            pass
    text = decode(body[:_LONGEST_TEXT], content_type)
    if text.lstrip().startswith("<") or "html" in content_type.lower():
        return _read_markup(text, secrets)
    return ErrorBody(message=_line(text, secrets, _LONGEST_EXCERPT))


def decode(body: bytes, content_type: str = "") -> str:
    """Decode a body as UTF-8, else as declared, else as UTF-8 with replacement characters.

    Never raises.
    """
    declared = _CHARSET.search(content_type)
    for charset, errors in (("utf-8-sig", "strict"), (declared[1] if declared else "", "replace")):
        try:
            text = body.decode(charset, errors) if charset else "\0"
        except (ValueError, LookupError):
            continue
        if "\0" not in text:
            return text
    return body.decode("utf-8-sig", "replace")


def read_json(value: object, secrets: Sequence[str] = ()) -> ErrorBody:
    """Parse decoded JSON: the standard envelope, the older ``detail``, or anything else."""
    clean = redact_data(value, secrets)
    if isinstance(clean, dict):
        return _read_object(clean)
    if isinstance(clean, list):
        return _read_list(clean, None)
    return ErrorBody(message=None if clean is None else _line(str(clean)), detail=clean)


def _read_object(data: dict[str, object]) -> ErrorBody:
    code = _text(data.get("error_code"))
    detail = data.get("detail")
    if "error_code" in data:
        message = _text(data.get("message")) or _describe(detail) or _text(code)
        return ErrorBody(message, code, detail, data, _fields(detail))
    if "title" in data:  # RFC 9457, application/problem+json
        parts = [part for part in (_text(data["title"]), _describe(detail)) if part]
        return ErrorBody(": ".join(parts) or None, None, detail, data, _fields(data.get("errors")))
    if isinstance(detail, dict) and "error_code" in detail:
        return _read_object(detail)
    if isinstance(detail, dict):
        return ErrorBody(_describe(detail), None, detail, detail)
    if isinstance(detail, list):
        return _read_list(detail, _with_more(data))
    if detail is not None:
        return ErrorBody(_line(str(detail)), None, detail, _with_more(data))
    return ErrorBody(_describe({k: v for k, v in data.items() if k != "detail"}), data=data)


def _read_list(items: list[object], data: dict[str, object] | None) -> ErrorBody:
    fields = _fields(items)
    if not fields:
        return ErrorBody(_describe(items), detail=items, data=data)
    count = "1 field was rejected" if len(fields) == 1 else f"{len(fields)} fields were rejected"
    return ErrorBody(count, detail=items, data=data, fields=fields)


def _with_more(data: dict[str, object]) -> dict[str, object] | None:
    """Return the object only if it has more keys than ``detail``."""
    return data if len(data) > 1 else None


def _describe(value: object) -> str | None:
    """Return the message in an object, else its JSON, shortened."""
    if isinstance(value, Mapping):
        for key in ("message", "Message", "msg", "error_description", "error", "errorMessage"):
            found = value.get(key)
            if isinstance(found, Mapping) and found:
                return _describe(found)
            if _text(found):
                return _text(found)
    if value is None or value in ("", {}, []):
        return None
    if isinstance(value, str):
        return _text(value)
    return one_line(json.dumps(value, default=str, ensure_ascii=False), _LONGEST_EXCERPT)


def _fields(items: object) -> tuple[FieldError, ...]:
    if not isinstance(items, list):
        return ()
    read = (_field(item) for item in items if isinstance(item, dict))
    return tuple(item for item in read if item is not None)


def _field(item: dict[str, object]) -> FieldError | None:
    message = _text(item.get("msg")) or _text(item.get("message")) or _text(item.get("detail"))
    if message is None:
        return None
    loc = item.get("loc")
    steps = loc if isinstance(loc, list) else [] if loc is None else [loc]
    places = tuple(step if isinstance(step, int) else one_line(str(step), 200) for step in steps)
    return FieldError(places, message, _text(item.get("type")), item.get("input"))


def _read_markup(text: str, secrets: Sequence[str]) -> ErrorBody:
    text = _DROPPED_BLOCKS.sub(" ", text[:_LONGEST_MARKUP])
    code, xml_message = _XML_CODE.search(text), _XML_MESSAGE.search(text)
    title = _TITLE.search(text)
    best = xml_message[1] if xml_message else title[1] if title else ""
    message = _line(html.unescape(best), secrets, _LONGEST_EXCERPT) or _line(
        html.unescape(_TAG.sub(" ", text)), secrets, _LONGEST_EXCERPT
    )
    return ErrorBody(message, _line(code[1], secrets, 80) if code else None)


def _text(value: object) -> str | None:
    return _line(value) if isinstance(value, str) else None


def _line(text: str, secrets: Sequence[str] = (), limit: int = LONGEST_MESSAGE) -> str | None:
    # Redact before truncating: a truncated secret would not be found, and its start would show.
    return one_line(redact_text(text, secrets), limit) or None
