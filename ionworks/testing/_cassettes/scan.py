"""Looks for secrets in cassettes, wherever they may hide: what is found is named, never shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote_plus

import yaml

from ionworks._redact import REDACTED, is_secret_key, is_secret_name
from ionworks.testing._cassettes.encodings import (
    KnownSecrets,
    decode_base64,
    iter_decoded,
    texts_of,
)
from ionworks.testing._cassettes.scrub import is_reserved_domain
from ionworks.testing._cassettes.yaml_text import compose_yaml

_HEADERS: Final = frozenset(
    {
        "x-api-key",
        "api-key",
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "ocp-apim-subscription-key",
        "private-token",
        "x-session-id",
    }
)
_NAMES: Final = (
    r"pass(?:word|wd|phrase)|pwd|secret|api[-_ ]?key|access[-_ ]?key|account[-_ ]?key|auth[-_ ]?key"
    r"|(?:access|auth|api|refresh|session)[-_ ]?token|client[-_ ]?secret|private[-_ ]?key"
)
#: Texts one of which each has when folded, which are found quickly, and the pattern.
_LOOKS: Final = {
    "an API key": (("iwk_",), re.compile(r"\biwk_[A-Za-z0-9_-]{4,}")),
    "the key of a sandbox": (
        ("sandbox-",),
        re.compile(r"\bsandbox-(?:deterministic|[0-9a-f]{32})\b"),
    ),
    "a bearer token": (
        ("bearer",),
        re.compile(rf"(?i)\bbearer\s+(?!{REDACTED})[A-Za-z0-9._~+/=-]{{8,}}"),
    ),
    "a JSON web token": (
        ("eyj",),
        re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    ),
    "an AWS access key": (("akia", "asia"), re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    "an AWS signature": (
        ("aws4-",),
        re.compile(r"(?i)\bAWS4-HMAC-SHA256\b.{0,200}?Signature=[0-9a-f]{16,}"),
    ),
    "an access token": (
        (
            "gh",
            "github_pat_",
            "glpat-",
            "xox",
            "sk-",
            "sk_",
            "aiza",
            "hf_",
            "npm_",
            "pypi-",
            "sg.",
            "ya29.",
        ),
        re.compile(
            r"\b(?:gh[opsur]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}"
            r"|sk-[A-Za-z0-9_-]{16,}|sk_(?:live|test)_\w{10,}|AIza[\w-]{30,}|hf_[A-Za-z0-9]{20,}"
            r"|npm_[A-Za-z0-9]{20,}|pypi-[\w-]{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|ya29\.[\w-]{10,})"
        ),
    ),
    "a private key": (("private key",), re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    "a password in an address": (("//",), re.compile(r"//[^/\s:@\"'<>]+:[^/\s@\"'<>]+@")),
    "a value of a secret's name": (
        ("pass", "pwd", "secret", "key", "token"),
        re.compile(
            rf"(?i)(?<![A-Za-z])(?:{_NAMES})[\"']?\s*(?:[:=]|\bis\b)\s*[\"']?"
            rf"(?!{REDACTED}|(?:null|none|true|false|missing|invalid|wrong|not|required|unknown)\b)[^\s\"',;]{{4,}}"
        ),
    ),
}
_BASIC: Final = re.compile(r"(?i)\bbasic\s+([A-Za-z0-9+/]{4,}={0,2})")
_PAIR: Final = re.compile(r"(?:^|[?&;#\s])([A-Za-z0-9_.%-]{1,80})=([^?&;#\s\"'<>]+)")
_PART: Final = re.compile(r'name="([^"\r\n]{1,80})"[^\r\n]*(?:\r?\n[^\r\n]+)*\r?\n\r?\n([^\r\n]+)')
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})")
_DEEPEST: Final = 4
_LONGEST_WORD: Final = 200
_BINARY: Final = "tag:yaml.org,2002:binary"


class Finding(NamedTuple):
    """A possible secret, and its position.

    Attributes
    ----------
    file : Path
        The file, also if it was not written.
    line : int
        The number of the line.
    what : str
        The kind of secret and its encoding; never the secret itself.
    place : str
        The position in a cassette: ``interactions[3].response.body.string``.
    """

    file: Path
    line: int
    what: str
    place: str = ""

    def __str__(self) -> str:
        inside = f" ({self.place})" if self.place else ""
        return f"{self.file}:{self.line}: {self.what}{inside}"


def scan(paths: Iterable[str | PathLike[str]], *, secrets: Iterable[str] = ()) -> list[Finding]:
    """Find keys, tokens, signatures, cookies and e-mail addresses in cassettes.

    Headers, addresses, bodies and comments are searched, also if they are compressed, or encoded as
    base64, base32, hexadecimal, percent-encoding, UTF-16 or JSON in JSON. Parquet files are
    searched as bytes: their compressed content is not searched.

    Parameters
    ----------
    paths : iterable of path
        Files and folders.
    secrets : iterable of str, optional
        Known secrets, which are searched too.

    Returns
    -------
    list of Finding
        File, line and kind of each finding, in order; never the secret.

    Raises
    ------
    FileNotFoundError
        If one of the paths does not exist.
    """
    known = KnownSecrets(secrets)
    found: dict[Finding, None] = {}
    for file in _files(paths):
        found |= dict.fromkeys(_in_file(file, file.read_bytes(), known))
    return list(found)


def scan_content(file: Path, content: bytes, secrets: Iterable[str] = ()) -> list[Finding]:
    """Find the same in what is to be written to a file."""
    return list(dict.fromkeys(_in_file(file, content, KnownSecrets(secrets))))


def _files(paths: Iterable[str | PathLike[str]]) -> Iterator[Path]:
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.is_file())
        elif path.is_file():
            yield path
        else:
            raise FileNotFoundError(f"there is no file and no folder {path}")


def _in_file(file: Path, content: bytes, known: KnownSecrets) -> Iterator[Finding]:
    try:
        text = content.decode("utf-8")
        root = compose_yaml(text)
    except (UnicodeDecodeError, yaml.YAMLError):
        root = None
    if root is None or isinstance(root, yaml.ScalarNode):
        # No YAML, perhaps half of a cassette: what can be read of it is looked through anyway.
        for number, line in enumerate(content.splitlines(), 1):
            yield from (Finding(file, number, what) for what in _in_bytes(line, known))
        return
    inside = sorted(_in_tree(root, known))
    yield from (Finding(file, *each) for each in inside)
    seen = {what for _, what, _ in inside}
    for number, what in _in_comments(text, known):
        if what not in seen:
            yield Finding(file, number, what)


def _in_comments(text: str, known: KnownSecrets) -> Iterator[tuple[int, str]]:
    """Yield what is in the lines themselves: in comments, tags and anchors, too."""
    if next(_looks(text, known), None) is None:  # the usual case, found out quickly
        return
    for number, line in enumerate(text.split("\n"), 1):
        for what in _looks(line, known):
            yield number, what


def _in_tree(root: yaml.Node, known: KnownSecrets) -> Iterator[tuple[int, str, str]]:
    waiting, seen = [(root, "")], set()
    clean: set[str] = set()  # most texts are repeated: names of headers, methods, types
    while waiting:
        node, place = waiting.pop()
        if id(node) in seen:  # an alias
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            if node.value in clean:
                continue
            found = [*_in_scalar(node, known)]
            if not found:
                clean.add(node.value)
            yield from ((line, what, place) for line, what in found)
        elif isinstance(node, yaml.SequenceNode):
            waiting += [(item, f"{place}[{number}]") for number, item in enumerate(node.value)]
        else:
            for key, value in node.value:
                name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
                inside = f"{place}.{name}" if place else name
                waiting += [(key, place), (value, inside)]
                if place.endswith(".headers") and _is_secret_header(name):
                    yield from ((line, f"a header {name}", inside) for line in _lines(value))


def _is_secret_header(name: str) -> bool:
    return name.lower() in _HEADERS or is_secret_name(name)


def _lines(value: yaml.Node) -> Iterator[int]:
    for each in value.value if isinstance(value, yaml.SequenceNode) else [value]:
        if isinstance(each, yaml.ScalarNode) and each.value not in ("", REDACTED):
            yield each.start_mark.line + 1


def _in_scalar(node: yaml.ScalarNode, known: KnownSecrets) -> Iterator[tuple[int, str]]:
    first = node.start_mark.line + 1
    if node.tag == _BINARY:
        coded = "".join(str(node.value).split())
        yield from ((first, what) for what in _in_text(coded, known, _DEEPEST))
        return
    whole = {*_in_text(node.value, known, _DEEPEST)}
    if whole:
        # Only in a block is a line of text a line of the file; it begins after its mark.
        begins, step = (first + 1, 1) if node.style == "|" else (first, 0)
        for number, line in enumerate(node.value.split("\n")):
            for what in _in_text(line, known, _DEEPEST):
                whole.discard(what)
                yield begins + number * step, what
    yield from ((first, what) for what in whole)  # what extends over several lines
    for name, value in _PART.findall(node.value):
        if is_secret_name(name) and value != REDACTED:
            yield first, f"a value of {name} in a form"
    yield from ((first, what) for what in _in_json(node.value, _DEEPEST))


def _in_json(text: str, deeper: int) -> Iterator[str]:
    """Yield the keys of a JSON text that have a secret as their value, also of JSON in JSON."""
    if not text.startswith(("{", "[")) or not deeper:
        return
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, str) and is_secret_key(key) and item not in ("", REDACTED):
                    yield f"a value of {key!r}"
                waiting.append(item)
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, str):
            yield from _in_json(value, deeper - 1)


def _in_text(text: str, known: KnownSecrets, deeper: int) -> Iterator[str]:
    """Yield what is in a text; words, which are repeated in all cassettes, are searched once."""
    if known.clean.get(text, -1) >= deeper:
        return
    is_clean = True
    for what in _search_text(text, known, deeper):
        is_clean = False
        yield what
    if is_clean and len(text) <= _LONGEST_WORD:
        known.clean[text] = deeper


def _search_text(text: str, known: KnownSecrets, deeper: int) -> Iterator[str]:
    yield from _looks(text, known)
    # A URL may be encoded in the query of another URL.
    plain = unquote_plus(text)
    pairs = _PAIR.findall(text) + (_PAIR.findall(plain) if plain != text else [])
    for name, value in pairs:
        if is_secret_name(name) and value != REDACTED:
            yield f"a value of {name} in an address"
    if "@" in text and not all(map(is_reserved_domain, _EMAIL.findall(text))):
        yield "an e-mail address"
    if deeper:
        for decoded, how in iter_decoded(text):
            for each in texts_of(decoded) if isinstance(decoded, bytes) else [decoded]:
                yield from (f"{what}, {how}" for what in _in_text(each, known, deeper - 1))


def _looks(text: str, known: KnownSecrets) -> Iterator[str]:
    yield from (f"a secret that was named{how}" for how in known.find(text))
    folded = text.casefold()
    for what, (words, look) in _LOOKS.items():
        if any(word in folded for word in words) and look.search(text):
            yield what
    if "basic" in folded and any(b":" in decode_base64(coded) for coded in _BASIC.findall(text)):
        yield "a user name and a password"


def _in_bytes(content: bytes, known: KnownSecrets) -> Iterator[str]:
    for text in texts_of(content):
        yield from _in_text(text, known, _DEEPEST)
