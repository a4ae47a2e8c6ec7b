"""What of a request and an answer goes into a cassette: nothing secret, nothing that changes. Pure.

The same is done to a request before it is looked up, so that what was taken out is not missed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal
from urllib.parse import urlsplit

from ionworks._redact import REDACTED, is_secret_key, redact_text, redact_url, secret_values
from ionworks.testing._cassettes.uploads import ANY_PARQUET, describe_upload

API: Final = "https://api.ionworks.example"
STORAGE: Final = "https://storage.ionworks.example"

Uploads = Literal["values", "any"]
Scrub = Callable[[str], str]
# A list of what is kept, not of what is dropped, so that an unknown header never leaks.
_REQUEST_HEADERS: Final = frozenset(
    {"content-type", "range", "if-range", "if-match", "if-none-match"}
)
_RESPONSE_HEADERS: Final = frozenset(
    {
        "accept-ranges",
        "content-disposition",
        "content-range",
        "content-type",
        "deprecation",
        "etag",
        "location",
        "retry-after",
    }
)
_CREDENTIALS: Final = frozenset({"x-api-key", "authorization", "proxy-authorization", "cookie"})
# No secret, but another one in each signature.
_EXPIRY: Final = re.compile(r"(?i)([?&](?:expires|expiry)=)[^&#\s\"'<>]+")
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})")
_NOBODY: Final = re.compile(r"(?i)(^|\.)(example\.(com|net|org)|example|test|invalid|localhost)$")
_STAND_IN: Final = b"(not kept: "
_SHORTEST_SECRET: Final = 6
_LINE: Final = 100


class Scrubber:
    """Takes secrets out of what is recorded, and gives the origins fixed names.

    Parameters
    ----------
    hosts : mapping of str to str, optional
        Origins as they are, such as ``http://127.0.0.1:8123``, and their names in the cassette.
    secrets : iterable of str, optional
        Values to remove everywhere; the credentials of each request are added.
    uploads : {"values", "any"}
        Whether the values of an uploaded time series are compared, or any is as good.
    scrub : callable, optional
        Takes a text, such as a value of a body, an address or a header, and returns it without
        what should not be recorded. It must do the same each time.
    """

    def __init__(
        self,
        hosts: Mapping[str, str] | None = None,
        secrets: Iterable[str] = (),
        *,
        uploads: Uploads = "values",
        scrub: Scrub | None = None,
    ) -> None:
        self._uploads = uploads
        self._scrub = scrub
        self._hosts = {origin.rstrip("/"): name for origin, name in (hosts or {}).items()}
        self._origin = _any_of(self._hosts)
        self._secrets = {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}

    @property
    def secrets(self) -> frozenset[str]:
        """The values that are removed everywhere."""
        return frozenset(self._secrets)

    def learn(self, headers: Mapping[str, str]) -> None:
        """Remember the credentials of a request, to find them in any answer."""
        for name, value in headers.items():
            if name.lower() in _CREDENTIALS:
                secret = value.partition(" ")[2] or value
                self._secrets |= {secret} if len(secret) >= _SHORTEST_SECRET else set()

    def learn_storage(self, url: str) -> None:
        """Name the origin of an address that an answer leads to, unless it has a name.

        Where the service keeps files is known no earlier. Without any names all stay as they are.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        named = {*self._hosts, *self._hosts.values()}
        if self._hosts and parts.netloc and "@" not in parts.netloc and origin not in named:
            self._hosts[origin] = STORAGE
            self._origin = _any_of(self._hosts)

    def data(self, value: object) -> object:
        """Return plain JSON without secrets and people's addresses."""
        return self._value(value, sort=False)

    def url(self, url: str) -> str:
        """Return an address without signatures, under its name in the cassette."""
        return self._named(_EXPIRY.sub(rf"\1{REDACTED}", redact_url(self._redact_secrets(url))))

    def text(self, text: str) -> str:
        """Return a text without secrets and people's addresses."""
        clean = redact_text(self._redact_secrets(text))
        return _EMAIL.sub(_anonymize, self._named(_EXPIRY.sub(rf"\1{REDACTED}", clean)))

    def request_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers of a request that its answer depends on."""
        return {
            name: self.text(value)
            for name, value in sorted((name.lower(), value) for name, value in headers.items())
            if name in _REQUEST_HEADERS
        }

    def response_headers(self, headers: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Return the headers of an answer that a client acts upon."""
        for name, values in headers.items():
            if name.lower() == "location":
                for each in values:
                    self.learn_storage(each)
        return {
            name: [self.url(each) if name == "location" else self.text(each) for each in values]
            for name, values in sorted((name.lower(), values) for name, values in headers.items())
            if name in _RESPONSE_HEADERS
        }

    def request_body(self, content: bytes, content_type: str) -> bytes:
        """Return JSON in one order of keys; a digest of a file, of a Parquet file its values."""
        if not content or content.startswith(_STAND_IN):
            return content
        if "json" in content_type:
            return self._json(content, sort=True)
        if content.startswith(b"PAR1"):
            return describe_upload(content) if self._uploads == "values" else ANY_PARQUET
        digest = hashlib.sha256(content).hexdigest()[:32]
        return _STAND_IN + f"{len(content)} bytes, SHA-256 {digest})".encode()

    def response_body(self, content: bytes, content_type: str) -> bytes:
        """Return JSON and text without secrets; anything else as it is.

        Raises
        ------
        ValueError
            If something else than text holds one of the known secrets.
        """
        if "json" in content_type:
            return self._json(content, sort=False)
        if content_type.startswith("text/"):
            return self._plain_text(content)
        if any(secret.encode() in content for secret in self._secrets):
            raise ValueError("an answer that is not text holds a credential; it is not recorded")
        return content

    def _plain_text(self, content: bytes) -> bytes:
        # Whatever it is, every byte that is not secret comes out as it went in.
        text = content.decode("utf-8", "surrogateescape")
        return self.text(text).encode("utf-8", "surrogateescape")

    def _json(self, content: bytes, *, sort: bool) -> bytes:
        try:
            value = json.loads(content)
        except ValueError:
            return self._plain_text(content)
        return readable_json(self._value(value, sort)).encode()

    def _value(self, value: object, sort: bool) -> object:
        if isinstance(value, str):
            if "://" in value and secret_values(value):
                self.learn_storage(value)
            return self.text(value)
        if isinstance(value, list):
            return [self._value(item, sort) for item in value]
        if not isinstance(value, dict):
            return value
        return {
            self.text(key): REDACTED
            if is_secret_key(key) and isinstance(item, str)
            else self._value(item, sort)
            for key, item in (sorted(value.items()) if sort else value.items())
        }

    def _redact_secrets(self, text: str) -> str:
        text = text if self._scrub is None else self._scrub(text)
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, REDACTED)
        return text

    def _named(self, text: str) -> str:
        if self._origin is None:
            return text
        return self._origin.sub(lambda found: self._hosts[found.group()], text)


def _any_of(origins: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds these origins in a text; the longest first, as one may begin another."""
    places = "|".join(map(re.escape, sorted(origins, key=len, reverse=True)))
    return re.compile(f"(?:{places})(?![\\w.:-])") if places else None


def is_reserved_domain(domain: str) -> bool:
    """Whether no one can have an address in this domain."""
    return _NOBODY.search(domain) is not None


def readable_json(value: object, indent: str = "") -> str:
    """Return JSON in lines that are neither long nor many: short items share one."""
    line = _escape(json.dumps(value, ensure_ascii=False))
    if len(indent) + len(line) <= _LINE or not isinstance(value, dict | list) or not value:
        return line
    deeper = indent + " "
    if isinstance(value, list):
        items = [readable_json(item, deeper) for item in value]
    else:
        items = [
            f"{_escape(json.dumps(key, ensure_ascii=False))}: {readable_json(item, deeper)}"
            for key, item in value.items()
        ]
    opening, closing = "[]" if isinstance(value, list) else "{}"
    body = f",\n{deeper}".join(_fill_lines(items, _LINE - len(deeper)))
    return f"{opening}\n{deeper}{body}\n{indent}{closing}"


def _fill_lines(items: Iterable[str], width: int) -> list[str]:
    """Put items that are on one line each together, as many as a line holds."""
    lines: list[str] = []
    open_line = False
    for item in items:
        if open_line and "\n" not in item and len(lines[-1]) + len(item) + 2 <= width:
            lines[-1] += f", {item}"
        else:
            lines.append(item)
        open_line = "\n" not in item
    return lines


def _escape(line: str) -> str:
    """Escape what would end a line of YAML or could not be seen in it."""
    if line.isprintable():
        return line
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in line)


def _anonymize(found: re.Match[str]) -> str:
    return found.group() if is_reserved_domain(found.group(1)) else "someone@example.com"
