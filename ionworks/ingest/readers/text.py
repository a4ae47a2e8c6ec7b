"""The text of a file: its encoding, its lines, and what its bytes show about damage."""

from __future__ import annotations

import codecs
from typing import Final

from attrs import field, frozen

from ionworks.errors import PayloadError
from ionworks.ingest.raw import Note

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Bytes of Chinese text are also valid in Windows-1252, so only these words decide.
_CHINESE: Final = ("电压", "电流", "时间", "循环", "工步", "容量")
_SAMPLE: Final = 1 << 16
_CONTROLS: Final = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1a\0")
_LARGEST_SHARE: Final = 0.01
_NUL: Final = "\0"


@frozen
class Text:
    """The lines of a file without their ends, and how they were decoded."""

    lines: list[str]
    encoding: str
    complete: bool  # whether the last line has an end
    notes: list[Note] = field(factory=list)


def is_binary(content: bytes) -> bool:
    """Return whether the first bytes are of no text in a known encoding."""
    sample = content[:_SAMPLE]
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _utf16(sample):
        return False
    strange = sum(byte in _CONTROLS for byte in sample)
    # A crash of the cycler's computer fills the rest of a file with NUL bytes.
    nuls = sample.rstrip(_NUL.encode()).count(_NUL.encode())
    return strange + nuls > _LARGEST_SHARE * len(sample)


def decode(content: bytes, encoding: str | None = None) -> Text:
    """Return the lines of a text file.

    Raises
    ------
    PayloadError
        If `encoding` is unknown, or the bytes are not text of that encoding.
    """
    used = encoding or detect_encoding(content)
    text = _decode(content, used, given=encoding is not None)
    notes = []
    if encoding is None and used not in ("utf-8", "utf-8-sig"):
        notes.append(Note("encoding", f"The text is not UTF-8; it was read as {used}."))
    if lost := text.count("\ufffd"):
        lines = [i for i, line in enumerate(text.split("\n"), 1) if "\ufffd" in line]
        message = f"{lost} characters were lost before this file was written (U+FFFD)."
        notes.append(Note("lost_characters", message, "warning", tuple(lines[:20]), lost))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    complete = text.endswith("\n")
    return Text(text.removesuffix("\n").split("\n"), used, complete, notes)


def detect_encoding(content: bytes) -> str:
    """Return the name of the encoding of a text file."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    if wide := _utf16(content[:_SAMPLE]):
        return wide
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":  # cut within a character
            return "utf-8"
    else:
        return "utf-8"
    chinese = content[:_SAMPLE].decode("gb18030", errors="ignore")
    if any(word in chinese for word in _CHINESE):
        return "gb18030"
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _utf16(sample: bytes) -> str | None:
    """Return which UTF-16 a text without a mark is, by the zero halves of its characters."""
    pairs = len(sample) // 2
    if pairs < 2:
        return None
    low, high = sample[0::2].count(0), sample[1::2].count(0)
    if high > 0.6 * pairs and low < 0.1 * pairs:
        return "utf-16-le"
    return "utf-16-be" if low > 0.6 * pairs and high < 0.1 * pairs else None


def _decode(content: bytes, encoding: str, *, given: bool) -> str:
    try:
        # In a cut file, the last character may be incomplete.
        return codecs.getincrementaldecoder(encoding)().decode(content)
    except (LookupError, TypeError):
        fix = 'Use a name such as "utf-8", "cp1252" or "utf-16"'
        raise PayloadError("encoding", encoding, "is not a known encoding", fix) from None
    except UnicodeError as error:
        fix = (
            "Leave the encoding out, and it is detected"
            if given
            else "Pass encoding='cp1252' or another"
        )
        raise PayloadError("encoding", encoding, f"does not fit the file: {error}", fix) from None
