"""Looks for secrets in cassettes, wherever they may hide: what is found is named, never shown."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote_plus

import yaml

from ionworks._redact import REDACTED, is_secret_key, is_secret_name
from ionworks.testing._cassettes.scrub import is_reserved_domain

_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_HEADERS: Final = frozenset(
    {
        "x-api-key",
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "x-amz-security-token",
    }
)
_LOOKS: Final = {
    "an API key": re.compile(r"\biwk_[A-Za-z0-9_-]{4,}"),
    "the key of a sandbox": re.compile(r"\bsandbox-(?:deterministic|[0-9a-f]{32})\b"),
    "a bearer token": re.compile(rf"(?i)\bbearer\s+(?!{REDACTED})[A-Za-z0-9._~+/=-]{{8,}}"),
    "a JSON web token": re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "an AWS signature": re.compile(r"(?i)\bAWS4-HMAC-SHA256\b.{0,200}?Signature=[0-9a-f]{16,}"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a password in an address": re.compile(r"//[^/\s:@\"'<>]+:[^/\s@\"'<>]+@"),
}
_PAIR: Final = re.compile(r"[?&;#]([A-Za-z0-9_.%-]{1,80})=([^?&;#\s\"'<>]+)")
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_GZIP: Final = b"\x1f\x8b"
_GZIP_WINDOW: Final = 31
_DEEPEST: Final = 3
_MOST_UNPACKED: Final = 2**24


class Finding(NamedTuple):
    """A place with content that should not be published."""

    file: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def scan(paths: Iterable[str | PathLike[str]], *, secrets: Iterable[str] = ()) -> list[Finding]:
    """Find keys, tokens, signatures, cookies and people's addresses in cassettes.

    Looked through are headers, addresses and bodies, what is compressed or in base64 as well.
    Parquet files are looked through as bytes: what they compress is not seen.

    Parameters
    ----------
    paths : iterable of path
        Files, and folders with everything in them.
    secrets : iterable of str, optional
        Values known to be secret, looked for besides what looks like one.

    Returns
    -------
    list of Finding
        File, line and kind of each, in order; never the secret.

    Raises
    ------
    FileNotFoundError
        If there is nothing at one of the paths: nothing found there would be no comfort.
    """
    known = [secret for secret in secrets if secret]
    found: dict[Finding, None] = {}
    for file in _files(paths):
        found |= dict.fromkeys(scan_content(file, file.read_bytes(), known))
    return list(found)


def scan_content(file: Path, content: bytes, secrets: Iterable[str] = ()) -> list[Finding]:
    """Find the same in what is to be written to a file."""
    known = [secret for secret in secrets if secret]
    places = dict.fromkeys(_in_file(content, known))
    return [Finding(file, line, what) for line, what in places]


def _files(paths: Iterable[str | PathLike[str]]) -> Iterator[Path]:
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.is_file())
        elif path.is_file():
            yield path
        else:
            raise FileNotFoundError(f"there is no file and no folder {path}")


def _in_file(content: bytes, known: list[str]) -> Iterator[tuple[int, str]]:
    try:
        root = yaml.compose(content.decode("utf-8"), Loader=_Loader)
    except (UnicodeDecodeError, yaml.YAMLError):
        root = None
    if root is not None and not isinstance(root, yaml.ScalarNode):
        yield from sorted(_in_node(root, known))
        return
    # No YAML, perhaps half of a cassette: what can be read of it is looked through all the same.
    for number, line in enumerate(content.splitlines(), 1):
        for what in _in_bytes(line, known):
            yield number, what


def _in_node(node: yaml.Node, known: list[str]) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _in_node(key, known)
            if isinstance(key, yaml.ScalarNode) and key.value.lower() in _HEADERS:
                yield from _in_header(key.value, value)
            yield from _in_node(value, known)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _in_node(item, known)
    elif isinstance(node, yaml.ScalarNode):
        yield from _in_scalar(node, known)


def _in_header(name: str, value: yaml.Node) -> Iterator[tuple[int, str]]:
    for each in value.value if isinstance(value, yaml.SequenceNode) else [value]:
        if isinstance(each, yaml.ScalarNode) and each.value not in ("", REDACTED):
            yield each.start_mark.line + 1, f"a header {name}"


def _in_scalar(node: yaml.ScalarNode, known: list[str]) -> Iterator[tuple[int, str]]:
    first = node.start_mark.line + 1
    if node.tag == "tag:yaml.org,2002:binary":
        yield from ((first, what) for what in _in_base64(node.value, known, _DEEPEST))
        return
    # Only in a block is a line of text a line of the file; it begins after the line of its mark.
    begins, step = (first + 1, 1) if node.style == "|" else (first, 0)
    for number, line in enumerate(node.value.split("\n")):
        for what in _in_text(line, known, _DEEPEST):
            yield begins + number * step, what
    yield from ((first, what) for what in _in_json(node.value))


def _in_json(text: str) -> Iterator[str]:
    """Yield the keys of a JSON text that have a secret as their value."""
    if not text.startswith(("{", "[")):
        return
    try:
        waiting = [json.loads(text)]
    except ValueError:
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


def _in_text(text: str, known: list[str], deeper: int) -> Iterator[str]:
    if any(secret in text for secret in known):
        yield "a secret that was named"
    for what, look in _LOOKS.items():
        if look.search(text):
            yield what
    # A URL may be encoded in the query of another URL.
    for name, value in (*_PAIR.findall(text), *_PAIR.findall(unquote_plus(text))):
        if is_secret_name(name) and value != REDACTED:
            yield f"a value of {name} in an address"
    if any(not is_reserved_domain(domain) for domain in _EMAIL.findall(text)):
        yield "an e-mail address"
    if deeper:
        for coded in _BASE64.findall(text):
            yield from _in_base64(coded, known, deeper)


def _in_base64(text: str, known: list[str], deeper: int) -> Iterator[str]:
    plain = "".join(text.split()).translate(str.maketrans("-_", "+/")).rstrip("=")
    # Where a word runs into the code before it, the code begins at one of the next four letters.
    plain = plain[: len(plain) - (len(plain) % 4 == 1)]
    try:
        content = base64.b64decode(plain + "=" * (-len(plain) % 4))
    except ValueError:
        return
    yield from (f"{what}, in base64" for what in _in_bytes(content, known, deeper - 1))


def _in_bytes(content: bytes, known: list[str], deeper: int = _DEEPEST) -> Iterator[str]:
    if content.startswith(_GZIP):
        try:
            content = zlib.decompressobj(_GZIP_WINDOW).decompress(content, _MOST_UNPACKED)
        except Exception:  # other libraries replace zlib's decoders by their own
            return
    yield from _in_text(content.decode("utf-8", "replace"), known, max(deeper, 0))
