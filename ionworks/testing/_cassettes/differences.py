"""Which recorded request is nearest to one without an answer, and how the two differ. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import zip_longest
from typing import Final, Protocol
from urllib.parse import parse_qsl, urlsplit

from ionworks.testing._cassettes.uploads import PARQUET, iter_upload_differences, same_upload

_MOST_LINES: Final = 12
_LONGEST_VALUE: Final = 120
_LEAST_ALIKE: Final = 0.6
_ABSENT: Final = object()
_CODED: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]")


class RequestLike(Protocol):
    """A request as vcrpy has it."""

    method: str
    uri: str
    body: bytes | None
    headers: Mapping[str, str]


@lru_cache(maxsize=4096)
def address_of(uri: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the address without its query, and the query in one order and encoding."""
    parts = urlsplit(uri)
    path = _CODED.sub(_decode_unreserved, parts.path)
    query = tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return f"{parts.scheme}://{parts.netloc}{path}", query


def same_address(one: RequestLike, other: RequestLike) -> bool:
    """Whether method, path and query are the same, however the query is ordered or encoded."""
    return one.method == other.method and (
        one.uri == other.uri or address_of(one.uri) == address_of(other.uri)
    )


def same_path(one: RequestLike, other: RequestLike) -> bool:
    """Whether two addresses differ in their query alone."""
    return address_of(one.uri)[0] == address_of(other.uri)[0]


def same_request(asked: RequestLike, known: RequestLike) -> bool:
    """Whether a request is the one that was recorded, after both were cleaned."""
    return (
        same_address(asked, known)
        and asked.headers.get("range") == known.headers.get("range")
        and _same_body(asked.body or b"", known.body or b"")
    )


def find_nearest(asked: RequestLike, known: Sequence[RequestLike]) -> RequestLike | None:
    """Return the recorded request that is most like this one; None if there is none like it."""
    rated = [(_likeness(asked, each), -number) for number, each in enumerate(known)]
    best, number = max(rated, default=(0.0, 0))
    return known[-number] if best > 1 else None


def list_differences(asked: RequestLike, known: RequestLike) -> list[str]:
    """Return a line for each difference: ``query.limit: sent '50', recorded '100'``."""
    lines = [*_iter_differences(asked, known)]
    more = len(lines) - _MOST_LINES
    return [*lines[:_MOST_LINES], *([f"and {more} more differences"] if more > 0 else [])]


def _iter_differences(asked: RequestLike, known: RequestLike) -> Iterator[str]:
    if asked.method != known.method:
        yield f"method: sent {asked.method}, recorded {known.method}"
    (path, query), (other_path, other_query) = address_of(asked.uri), address_of(known.uri)
    if path != other_path:
        yield f"address: sent {path}, recorded {other_path}"
    yield from _compare(_by_name(query), _by_name(other_query), "query")
    ranges = asked.headers.get("range"), known.headers.get("range")
    if ranges[0] != ranges[1]:
        yield _line("header.range", *(_ABSENT if each is None else each for each in ranges))
    yield from _iter_body_differences(asked.body or b"", known.body or b"")


def _iter_body_differences(sent: bytes, recorded: bytes) -> Iterator[str]:
    if sent == recorded:
        return
    if sent.startswith(PARQUET) and recorded.startswith(PARQUET):
        yield from (f"uploaded {line}" for line in iter_upload_differences(sent, recorded))
        return
    read = _read(sent), _read(recorded)
    if any(isinstance(each, str) for each in read):
        yield _line("body", *(each or _ABSENT for each in read))
        return
    yield from _compare(*read, "body")


def _compare(sent: object, recorded: object, place: str) -> Iterator[str]:
    if isinstance(sent, dict) and isinstance(recorded, dict):
        for key in [*recorded, *(key for key in sent if key not in recorded)]:
            one, other = sent.get(key, _ABSENT), recorded.get(key, _ABSENT)
            yield from _compare(one, other, f"{place}.{key}")
    elif isinstance(sent, list) and isinstance(recorded, list):
        for number, pair in enumerate(zip_longest(sent, recorded, fillvalue=_ABSENT)):
            yield from _compare(*pair, f"{place}[{number}]")
    elif type(sent) is not type(recorded) or sent != recorded:
        yield _line(place, sent, recorded)


def _line(place: str, sent: object, recorded: object) -> str:
    if recorded is _ABSENT:
        return f"{place}: sent {_short(sent)}, recorded without it"
    if sent is _ABSENT:
        return f"{place}: not sent, recorded {_short(recorded)}"
    return f"{place}: sent {_short(sent)}, recorded {_short(recorded)}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 3]}..."


def _by_name(query: Iterable[tuple[str, str]]) -> dict[str, object]:
    """Return the values of a query by their names; a name that repeats has a list."""
    named: dict[str, list[str]] = {}
    for name, value in query:
        named.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in named.items()}


def _read(body: bytes) -> object:
    if not body:
        return ""
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def _same_body(sent: bytes, recorded: bytes) -> bool:
    if sent.startswith(PARQUET) and recorded.startswith(PARQUET):
        return same_upload(sent, recorded)
    return sent == recorded


def _likeness(asked: RequestLike, known: RequestLike) -> float:
    """Return how like two requests are; above 1 they are worth a comparison."""
    (path, query), (other_path, other_query) = address_of(asked.uri), address_of(known.uri)
    parts, other_parts = urlsplit(path), urlsplit(other_path)
    if parts.netloc != other_parts.netloc:
        return 0
    ratio = SequenceMatcher(None, parts.path, other_parts.path, autojunk=False).ratio()
    if ratio < _LEAST_ALIKE:
        return 0
    like = 4.0 if path == other_path else ratio
    like += 2.0 * (asked.method == known.method)
    names = {*query} | {*other_query}
    like += len({*query} & {*other_query}) / len(names) if names else 1
    return like + _body_likeness(asked.body or b"", known.body or b"")


def _body_likeness(sent: bytes, recorded: bytes) -> float:
    if sent == recorded:
        return 1
    lines, others = {*sent.splitlines()}, {*recorded.splitlines()}
    return len(lines & others) / max(len(lines | others), 1)


def _decode_unreserved(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if _UNRESERVED.fullmatch(character) else found[0].upper()
