"""Remove secrets from URLs, text and decoded bodies before they are shown. Pure."""

import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, Self, SupportsIndex
from urllib.parse import quote, unquote_plus

REDACTED: Final = "REDACTED"

_EXACT: Final = frozenset(
    {
        "sig",
        "key",
        "auth",
        "authorization",
        "bearer",
        "pwd",
        "passwd",
        "session",
        "sessionid",
        "policy",
        "awsaccesskeyid",
        "googleaccessid",
        "keypairid",
    }
)
_PARTS: Final = ("token", "secret", "signature", "password", "apikey", "credential", "jwt")
_SIGNING_PREFIXES: Final = ("xamz", "xgoog", "xoss", "xcos")
# In a body, "key", "code" or "policy" are everyday words: only unambiguous names count as secret.
_BODY_KEYS: Final = re.compile(
    r"^(x-?)?(api[-_]?(key|token)|(access|refresh|id|session|auth)?[-_]?token|authorization"
    r"|signature|password|(client|secret)[-_]?(secret|access[-_]?key)|access[-_]?key[-_]?id|secret"
    r"|jwt)$",
    re.IGNORECASE,
)
_USERINFO: Final = re.compile(r"(//)[^/?#\s\"'<>]*@")
_PAIR: Final = re.compile(r"([?&;#\s({\[,]|^)([^\s=&;?#\"'<>({\[,]{1,80})=([^&;#\s\"'<>]+)")
_QUOTED_PAIR: Final = re.compile(r"([\"'])([A-Za-z_-]{3,40})\1(\s*:\s*)([\"'])([^\"']{1,4000})\4")
_KNOWN_KEYS: Final = re.compile(r"\biwk_[A-Za-z0-9_-]{4,}|(?<=[Bb]earer )[A-Za-z0-9._~+/=-]{16,}")
_SHORTEST_SECRET: Final = 6
_MOST_SECRETS: Final = 32
_DEEPEST: Final = 32


class Secret(str):
    """A string whose repr hides it, also where a traceback shows local variables."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(REDACTED)

    def __getitem__(self, index: SupportsIndex | slice) -> Self:
        # Some error reporters show the repr of the start of a long string.
        return type(self)(super().__getitem__(index))


class SecretUrl(Secret):
    """A URL whose repr hides its secrets; `str` returns it complete."""

    __slots__ = ()

    def __repr__(self) -> str:
        # A value without a scheme may be a key that was given as the address.
        return repr(redact_url(str(self)) if "://" in self else REDACTED)


class SecretObject:
    """A placeholder for a value that should be a secret string, but has another type."""

    def __init__(self, value: object) -> None:
        self.kind = type(value).__name__

    def __repr__(self) -> str:
        return f"<{self.kind} {REDACTED}>"


def is_secret_name(name: str) -> bool:
    """Return whether a query parameter of this name carries a credential or a signature."""
    plain = re.sub(r"[^a-z0-9]", "", unquote_plus(name).lower())
    return (
        plain in _EXACT
        or plain.startswith(_SIGNING_PREFIXES)
        or any(part in plain for part in _PARTS)
    )


def redact_url(url: str) -> str:
    """Remove the userinfo and the values of secret parameters from a URL.

    Everything else stays byte for byte. Never raises, even if the text is not a URL.

    Parameters
    ----------
    url : str
        An absolute or relative URL.

    Returns
    -------
    str
        The URL with ``REDACTED`` in place of each token, signature or key in the query and in the
        fragment. If a value is itself a URL with a secret, the whole value is replaced.
    """
    head, mark, tail = _split_query(_USERINFO.sub(r"\1", url, count=1))
    return head + mark + "".join(_redact_piece(piece) for piece in re.split(r"([&;#])", tail))


def secret_values(url: str) -> tuple[str, ...]:
    """Return the secret values that a URL carries, as written and decoded, longest first."""
    _, _, tail = _split_query(url)
    found: set[str] = set()
    for piece in re.split(r"[&;#]", tail):
        name, equals, value = piece.partition("=")
        if equals and _is_secret_pair(name, value):
            found |= {value, unquote_plus(value)}
    userinfo = _USERINFO.search(url)
    if userinfo:
        found.add(userinfo.group()[2:-1].rpartition(":")[2])
    return tuple(sorted((v for v in found if len(v) >= _SHORTEST_SECRET), key=len, reverse=True))


def redact_known(text: str, secrets: Sequence[str]) -> str:
    """Replace every occurrence of the given secrets, also as HTML, JSON and URLs write them."""
    for secret in secrets:
        for form in {secret, html.escape(secret), json.dumps(secret)[1:-1], quote(secret, safe="")}:
            text = text.replace(form, REDACTED)
    return text


def redact_text(text: str, secrets: Sequence[str] = ()) -> str:
    """Remove the given secrets, and everything that looks like a secret, from free text.

    Parameters
    ----------
    text : str
        Any text: the message of a server or an exception, or an HTML page.
    secrets : sequence of str, optional
        Values known to be secret; every occurrence is replaced. No usual URL carries more than a
        few. If there are more than 32, the whole text is replaced, to bound the time.
    """
    if len(secrets) > _MOST_SECRETS:
        return REDACTED
    text = redact_known(text, secrets)
    text = _USERINFO.sub(r"\1", text) if "@" in text else text
    if "=" in text:
        text = _PAIR.sub(_redact_match, text)
    if ":" in text:
        text = _QUOTED_PAIR.sub(_redact_quoted, text)
    return _KNOWN_KEYS.sub(REDACTED, text)


def redact_data(value: object, secrets: Sequence[str] = (), depth: int = 0) -> object:
    """Copy decoded JSON without its secrets; levels below 32 are replaced by ``"..."``."""
    if isinstance(value, str):
        return redact_text(value, secrets)
    if isinstance(value, Mapping | list | tuple) and depth >= _DEEPEST:
        return "..."
    if isinstance(value, Mapping):
        hidden = _hidden_keys(value)
        return {
            redact_text(key, secrets) if isinstance(key, str) else key: REDACTED
            if key in hidden
            else redact_data(item, secrets, depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [redact_data(item, secrets, depth + 1) for item in value]
    return value


def is_secret_key(name: str) -> bool:
    """Return whether a key of a decoded body names a secret; stricter than for query parameters."""
    return _BODY_KEYS.match(name) is not None


def _hidden_keys(data: Mapping[object, object]) -> set[object]:
    """Return the keys with a secret value: by name, or as the echo of a rejected secret field."""
    hidden: set[object] = {
        key
        for key, item in data.items()
        if isinstance(key, str) and isinstance(item, str) and is_secret_key(key)
    }
    loc = data.get("loc")
    if isinstance(loc, list | tuple) and any(is_secret_key(str(place)) for place in loc):
        hidden.add("input")
    return hidden


def one_line(text: str, limit: int) -> str:
    """Fold a text into one printable line of at most `limit` characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else line[: max(limit - 1, 0)].rstrip() + "…"


def encodable(text: str) -> str:
    """Escape lone surrogates, which cannot be printed."""
    return text.encode("utf-8", "backslashreplace").decode()


def _split_query(url: str) -> tuple[str, str, str]:
    """Split a URL before its query, or before its fragment if it has no query."""
    match = re.search(r"[?#]", url)
    if match is None:
        return url, "", ""
    return url[: match.start()], match.group(), url[match.end() :]


def _is_secret_pair(name: str, value: str) -> bool:
    if is_secret_name(name):
        return True
    # A split, because a search for "name=" behind each separator takes quadratic time.
    pieces = re.split("[?&;#]", unquote_plus(unquote_plus(value)))
    named = (piece.partition("=") for piece in pieces)
    return any(equals and is_secret_name(key) for key, equals, _ in named)


def _redact_piece(piece: str) -> str:
    name, equals, value = piece.partition("=")
    return f"{name}={REDACTED}" if equals and _is_secret_pair(name, value) else piece


def _redact_match(match: re.Match[str]) -> str:
    start, name, value = match.groups()
    in_url = start != "" and start in "?&;#"
    secret = _is_secret_pair(name, value) if in_url else is_secret_key(name)
    return f"{start}{name}={REDACTED}" if secret else match.group()


def _redact_quoted(match: re.Match[str]) -> str:
    quote, name, colon, mark, _ = match.groups()
    if not is_secret_key(name):
        return match.group()
    return f"{quote}{name}{quote}{colon}{mark}{REDACTED}{mark}"
