"""Recognises the format of a file by its first bytes; its name does not matter."""

from __future__ import annotations

import io
import zipfile
from typing import Final

from ionworks.errors import PayloadError
from ionworks.ingest.readers.text import is_binary

TEXT: Final = "text"
_FIX: Final = "Export the test as .csv or .xlsx, or convert it to a table with names of columns"
_STARTS: Final = (
    (b"NEWARE", "nda"),
    (b"BIO-LOGIC MODULAR FILE", "mpr"),
    (b"PAR1", "parquet"),
)
# What cannot be read: the first bytes, what it is, and what to do.
_OTHERS: Final = (
    (b"\0\1\0\0Standard Jet DB", "a Microsoft Access database, as Arbin's .res files are", _FIX),
    (b"\0\1\0\0Standard ACE DB", "a Microsoft Access database, as Arbin's .res files are", _FIX),
    (b"version https://git-lfs.github.com", "a Git LFS pointer", "Get the file with git lfs pull"),
    (b"\x89HDF", "an HDF5 file", _FIX),
    (b"SQLite format 3", "an SQLite database", _FIX),
    (b"MATLAB 5.0", "a MATLAB file", _FIX),
    (b"%PDF", "a PDF document", _FIX),
    (b"\x1f\x8b", "compressed (gzip)", "Unpack it"),
    (b"BZh", "compressed (bzip2)", "Unpack it"),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it"),
    (b"Rar!", "a RAR archive", "Unpack it"),
    (b"\x28\xb5\x2f\xfd", "compressed (zstd)", "Unpack it"),
)
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_KNOWN: Final = "Neware .nda or .ndax, BioLogic .mpr, .xlsx, .parquet or text"


def format_of(content: bytes, source: str) -> str:
    """Return "nda", "ndax", "mpr", "parquet", "xlsx" or "text".

    Raises
    ------
    PayloadError
        If the content is empty, or of a format that cannot be read; it says which.
    """
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        empty = "it is empty" if not content else "it has only blanks"
        raise PayloadError("path", source, empty, "Export the test again")
    for start, name in _STARTS:
        if content.startswith(start):
            return name
    if content.startswith(_ZIP):
        return _in_zip(content, source)
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            fix = "Remove the password in Excel and save it again"
            raise PayloadError("path", source, "it is protected by a password", fix)
        return "xlsx"  # an older workbook, which the same library reads
    for start, what, fix in _OTHERS:
        if content.startswith(start):
            raise PayloadError("path", source, f"it is {what}", fix)
    if is_binary(content):
        raise PayloadError("path", source, f"it is a binary file, but not {_KNOWN}", _FIX)
    return TEXT


def _in_zip(content: bytes, source: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        reason = "it is a damaged zip archive (.ndax and .xlsx files are zip archives)"
        raise PayloadError("path", source, reason, "Copy or export it again") from None
    if any(name.endswith(".ndc") for name in names):
        return "ndax"
    if any(name in ("[Content_Types].xml", "xl/workbook.xml") for name in names):
        return "xlsx"
    some = ", ".join(names[:3]) or "nothing"
    reason = f"it is a zip archive with {some}; of archives only .ndax and .xlsx are read"
    raise PayloadError("path", source, reason, "Extract the file of the cycler first")
