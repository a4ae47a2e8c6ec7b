"""The forms in which a secret may be written, and what a coded text says. Pure."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, quote_plus, unquote_plus

_SHORTEST: Final = 4
_MOST_UNPACKED: Final = 2**24
_MOST_MEMBERS: Final = 64
_GZIP: Final = b"\x1f\x8b"
_ZLIB: Final = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_GZIP_WINDOW: Final = 31
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2}[ :]?){8,}|(?:\\x[0-9A-Fa-f]{2}){8,}")
_BASE32: Final = re.compile(r"\b[A-Z2-7]{24,}={0,6}")
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\([/\"\\])")
_ENTITY: Final = re.compile(r"&(?:#x?[0-9A-Fa-f]+|amp|lt|gt|quot|apos);")


class KnownSecrets:
    """Finds secret values that are known, as they are and in every common encoding.

    Parameters
    ----------
    secrets : iterable of str
        The values; very short ones are found as they are only.

    Attributes
    ----------
    clean : dict of str to int
        Texts in which nothing secret was found, and how deeply they were decoded.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self.clean: dict[str, int] = {}
        forms: dict[str, str] = {}
        for secret in filter(None, secrets):
            for form, how in _iter_forms(secret):
                forms.setdefault(form, how)
        # The encodings of numbers may be written in either case.
        self._how = {
            form.casefold() if how in _FOLDED else form: how for form, how in forms.items()
        }
        self._exact = _any_of(form for form, how in forms.items() if how not in _FOLDED)
        folded = _any_of(form for form, how in forms.items() if how in _FOLDED)
        self._folded = folded and re.compile(folded.pattern, re.IGNORECASE)

    def find(self, text: str) -> list[str]:
        """Return how secrets are written in a text: "" as they are, or such as ", in base64"."""
        exact = self._exact.finditer(text) if self._exact else ()
        folded = self._folded.finditer(text) if self._folded else ()
        found = [self._how[match.group()] for match in exact]
        found += [self._how[match.group().casefold()] for match in folded]
        return list(dict.fromkeys(found))


_FOLDED: Final = (", in hex", ", percent-encoded", ", in base32", ", in escapes")


def _iter_forms(secret: str) -> Iterator[tuple[str, str]]:
    yield secret, ""
    if len(secret) < _SHORTEST:
        return
    plain = secret.encode()
    hexadecimal = plain.hex()
    yield hexadecimal, ", in hex"
    yield plain.hex(":"), ", in hex"
    yield plain.hex(" "), ", in hex"
    yield "".join(f"\\x{byte:02x}" for byte in plain), ", in hex"
    yield "".join(f"%{byte:02x}" for byte in plain), ", percent-encoded"
    for coded in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield coded, ", percent-encoded"
        yield quote(coded, safe=""), ", percent-encoded"
    yield "".join(f"={byte:02x}" for byte in plain), ", in hex"
    yield ", ".join(map(str, plain)), ", as numbers"
    yield ",".join(map(str, plain)), ", as numbers"
    yield "".join(f"\\{byte:03o}" for byte in plain), ", in escapes"
    yield "".join(f"\\u{ord(c):04x}" for c in secret), ", in escapes"
    yield base64.b85encode(plain).decode()[: len(plain) // 4 * 5], ", in base85"
    yield "".join(f"&#{ord(c)};" for c in secret), ", in escapes"
    yield html.escape(secret), ", in escapes"
    yield json.dumps(secret)[1:-1], ", in escapes"
    yield json.dumps(secret)[1:-1].replace("/", "\\/"), ", in escapes"
    yield "\0".join(secret), ", in UTF-16"
    for content, how in ((plain, ""), (secret.encode("utf-16-le"), ", in UTF-16")):
        for coded in _shifted(content, 6, base64.b64encode):
            yield coded, f"{how}, in base64"
            yield coded.replace("+", "-").replace("/", "_"), f"{how}, in base64"
            yield quote(coded, safe=""), f"{how}, in base64"
        for coded in _shifted(content, 5, base64.b32encode):
            yield coded, ", in base32"


def _shifted(content: bytes, bits: int, encode: object) -> Iterator[str]:
    """Yield the part of the code of this content that no neighbour changes, at each offset."""
    assert callable(encode)
    for offset in range(bits // 2 if bits == 6 else bits):
        coded: str = encode(bytes(offset) + content).decode()
        start = -(-offset * 8 // bits)
        yield coded[start : (offset + len(content)) * 8 // bits]


def _any_of(forms: Iterable[str]) -> re.Pattern[str] | None:
    longest = sorted({*forms}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest))) if longest else None


def iter_decoded(text: str) -> Iterator[tuple[str | bytes, str]]:
    """Yield what parts of a text say when they are decoded, and how they were coded."""
    if "%" in text and (plain := unquote_plus(text)) != text:
        yield plain, "percent-encoded"
    if "\\" in text and (plain := _ESCAPE.sub(_unescape, text)) != text:
        yield plain, "in escapes"
    if _ENTITY.search(text):
        yield html.unescape(text), "in escapes"
    for coded in _BASE64.findall(text):
        yield decode_base64(coded), "in base64"
    for coded in _HEX.findall(text):
        digits = re.sub(r"\\x|[ :]", "", coded)
        yield bytes.fromhex(digits[: len(digits) // 2 * 2]), "in hex"
    for coded in _BASE32.findall(text):
        digits = coded.rstrip("=")
        try:
            yield base64.b32decode(digits + "=" * (-len(digits) % 8)), "in base32"
        except ValueError:
            continue


def texts_of(content: bytes) -> list[str]:
    """Return the texts that bytes may be: as they are, unpacked, and without zero bytes."""
    unpacked = _unpack(content)
    found = [part.decode("utf-8", "replace") for part in unpacked]
    # UTF-16 of Latin letters is UTF-8 with zero bytes between them.
    return [*found, *(text.replace("\0", "") for text in found if "\0" in text)]


def _unpack(content: bytes, deeper: int = 4) -> list[bytes]:
    """Return the members of gzip or zlib, unpacked as often as they are packed."""
    packed = content.startswith(_GZIP) or content.startswith(_ZLIB)
    if not packed or not deeper:
        return [content]
    members: list[bytes] = []
    rest = content
    while rest and len(members) < _MOST_MEMBERS:
        window = _GZIP_WINDOW if rest.startswith(_GZIP) else zlib.MAX_WBITS
        try:
            reader = zlib.decompressobj(window)
            members.append(reader.decompress(rest, _MOST_UNPACKED))
        except Exception:  # other libraries replace zlib's decoders by their own
            members.append(rest)
            break
        rest = reader.unused_data.lstrip(b"\0")
    # A secret may be cut in two by the end of a member.
    return [part for each in members for part in _unpack(each, deeper - 1)] + (
        [b"".join(members)] if len(members) > 1 else []
    )


def decode_base64(text: str) -> bytes:
    """Return what a code says, with or without padding; nothing if it is none."""
    plain = text.translate(str.maketrans("-_", "+/")).rstrip("=")
    # Where a word runs into the code before it, the code begins at one of the next four letters.
    plain = plain[: len(plain) - (len(plain) % 4 == 1)]
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4))
    except ValueError:
        return b""


def _unescape(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else found[2]
