"""Opens the files that a user names, and reads tables from them."""

from __future__ import annotations

import codecs
import csv
import errno
import io
import mmap
import os
import stat
from collections import Counter
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from ionworks.errors import PayloadError
from ionworks.frames.parquet import unpacked_size
from ionworks.frames.translate import translate_errors

if TYPE_CHECKING:
    import polars

_PARQUET: Final = (".parquet", ".pq")
_SEPARATORS: Final = {".csv": ",", ".txt": ",", ".tsv": "\t"}
# How a file begins that is not what its ending says.
_STARTS: Final = {
    b"version https://git-lfs.github.com": "a Git LFS pointer; get the file with git lfs pull",
    b"PAR1": "a Parquet file",
    b"PK\x03\x04": "a zip archive or an Excel file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"\x89HDF": "an HDF5 file",
    b"\x1f\x8b": "compressed",
    b"\x28\xb5\x2f\xfd": "compressed",
    b"x\x01": "compressed",
    b"x\x9c": "compressed",
    b"x\xda": "compressed",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}
_BLOCK: Final = 1 << 20
# A table that is larger than this, and than so many times its file, is refused.
_LARGE: Final = 256 << 20
_LARGEST_RATIO: Final = 500


def open_file(path: str | os.PathLike[str], field: str) -> IO[bytes]:
    """Open a regular file for reading.

    A folder, a pipe or a device is refused without waiting for it.

    Raises
    ------
    PayloadError
        If it cannot be opened; `__cause__` is the error of the system.
    """
    with translate_errors(lambda reason: _unreadable(path, field, reason)):
        return open_regular(path)


def open_regular(path: str | os.PathLike[str]) -> IO[bytes]:
    """Open a regular file for reading; `open_file` does the same with an error of this package.

    Raises
    ------
    OSError, TypeError, ValueError
        If it cannot be opened, or is a folder, a pipe or a device.
    """
    name = os.fspath(path)
    if not isinstance(name, str):
        raise TypeError("its path is not text")
    file = open(name, "rb", opener=_open_at_once)  # noqa: SIM115 - Path has no opener
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise OSError(errno.EINVAL, "it is not a regular file")


def read_table(path: str | os.PathLike[str], field: str) -> polars.DataFrame:
    """Read a Parquet file, or UTF-8 text with a line of headers and one row in each line.

    Types of text columns are inferred from all rows.

    Raises
    ------
    PayloadError
        If the file cannot be read as such a table.
    """
    with translate_errors(lambda reason: _unreadable(path, field, reason)):
        ending = Path(path).suffix.lower()
    if ending not in _PARQUET and ending not in _SEPARATORS:
        reason = "has an unknown ending; known are .parquet, .csv, .tsv and .txt"
        raise PayloadError(field, _name(path), reason, "give such a file, or a frame")
    with (
        open_file(path, field) as file,
        translate_errors(lambda reason: _unreadable(path, field, reason)),
    ):
        _check_start(file, ending)
        if ending in _PARQUET:
            return _read_parquet(file)
        return _read_text(file, _SEPARATORS[ending])


def _unreadable(path: object, field: str, reason: str) -> PayloadError:
    name = _name(path)
    place = "" if str(path) == name else f" ({path})"
    fix = "Check the file, or read it yourself and give the frame"
    return PayloadError(field, name, f"cannot be read: {reason}{place}", fix)


def _name(path: object) -> str:
    """Return the last part of a path; an error cuts off what is long."""
    return os.path.basename(str(path)) or str(path)  # noqa: PTH119 - of any text


def _open_at_once(name: str, flags: int) -> int:
    # To open a pipe would wait for somebody who writes to it.
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def _check_start(file: IO[bytes], ending: str) -> None:
    start = file.read(max(map(len, _STARTS)))
    file.seek(0)
    if not start:
        raise ValueError("it is empty")
    for known, kind in _STARTS.items():
        if start.startswith(known) and not (known == b"PAR1" and ending in _PARQUET):
            raise ValueError(f"it is {kind}")


def _read_parquet(file: IO[bytes]) -> polars.DataFrame:
    import polars as pl

    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        packed, unpacked = len(content), unpacked_size(content)
    if unpacked > max(_LARGE, _LARGEST_RATIO * packed):
        raise ValueError(
            f"it has {packed / 1e6:.1f} MB, and {unpacked / 1e6:.0f} MB in memory; if that is"
            " right, read it with polars.read_parquet"
        )
    return pl.read_parquet(file)


def _read_text(file: IO[bytes], separator: str) -> polars.DataFrame:
    import polars as pl

    _check_text(file)
    with closing(_rows(file, separator)) as rows:
        header = next((row for _, row in rows if row), [])
    if twice := [name for name, count in Counter(filter(None, header)).items() if count > 1]:
        raise ValueError(f"two columns are called {twice[0]!r}")
    try:
        frame = pl.read_csv(file, separator=separator, infer_schema_length=None)
    except pl.exceptions.PolarsError:
        _count_empty_lines(file, separator)  # says which line is wrong, where it is a line
        raise
    if len(header) == frame.width:  # polars leaves doubled quotes in names
        frame.columns = [new or old for new, old in zip(header, frame.columns, strict=True)]
    # In a line that is too short the last columns are null.
    if frame.width > 1 and frame.height and frame[:, -1].null_count():
        return frame.head(frame.height - _count_empty_lines(file, separator))
    return frame


def _check_text(file: IO[bytes]) -> None:
    """Refuse what polars would read in part, or with other characters."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, returns = 1, False
    while block := file.read(_BLOCK):
        if b"\0" in block:
            line += block[: block.index(b"\0")].count(b"\n")
            raise ValueError(f"line {line} has a NUL byte: it is UTF-16 text, or damaged")
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            line += error.object[: error.start].count(b"\n")
            byte = error.object[error.start]
            raise ValueError(
                f"line {line} is not UTF-8 text (byte 0x{byte:02x}); save it as UTF-8, or give its"
                " encoding to polars.read_csv"
            ) from None
        line += block.count(b"\n")
        returns = returns or b"\r" in block
    file.seek(0)
    if decoder.getstate()[0]:
        raise ValueError(f"line {line} is not UTF-8 text: it ends within a character")
    if returns and line == 1:
        raise ValueError("its lines end with a carriage return alone; save it with other line ends")


def _rows(file: IO[bytes], separator: str) -> Generator[tuple[int, list[str]], None, None]:
    """Yield the rows with the number of their last line; leaves the file at its start."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        reader = csv.reader(text, delimiter=separator)
        for row in reader:
            yield reader.line_num, row
    finally:
        text.detach()
        file.seek(0)


def _count_empty_lines(file: IO[bytes], separator: str) -> int:
    """Return how many lines at the end are empty, and refuse rows of unequal length."""
    width = empty = 0
    for line, row in _rows(file, separator):
        if not row:
            empty += bool(width)
        elif empty:
            raise ValueError(f"line {line - 1} is empty")
        elif width and len(row) != width:
            raise ValueError(f"line {line} has {len(row)} fields, the header has {width}")
        width = width or len(row)
    return empty
