"""Opens files given by path, and reads tables from them."""

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
from ionworks.frames.column_types import without_guesses
from ionworks.frames.parquet import check_unpacked_size
from ionworks.frames.translate import check_polars_threads, translate_errors

if TYPE_CHECKING:
    import polars

_PARQUET: Final = (".parquet", ".pq")
_SEPARATORS: Final = {".csv": ",", ".txt": ",", ".tsv": "\t"}
# First bytes of files that do not have the format of their file extension.
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
_FIX_PATH: Final = "Check the path and the file"
_FIX_CONTENT: Final = "Check the file, or read it yourself and give a data frame"


def open_file(path: str | os.PathLike[str], field: str) -> IO[bytes]:
    """Open a regular file for reading.

    Folders, pipes and devices are rejected without blocking.

    Raises
    ------
    PayloadError
        If it cannot be opened; `__cause__` is the original error.
    """
    with translate_errors(lambda reason: _unreadable(path, field, reason)):
        return open_regular(path)


def open_regular(path: str | os.PathLike[str]) -> IO[bytes]:
    """Open a regular file for reading, like `open_file`, but raise the original errors.

    Raises
    ------
    OSError, TypeError, ValueError
        If it cannot be opened, or is a folder, a pipe or a device.
    """
    name = os.fspath(path)
    if not isinstance(name, str):
        raise TypeError("the path is not text")
    file = open(name, "rb", opener=_open_at_once)  # noqa: SIM115 - Path has no opener
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise OSError(errno.EINVAL, "it is not a regular file")


def read_table(path: str | os.PathLike[str], field: str) -> polars.DataFrame:
    """Read a Parquet file, or UTF-8 text with a header line and one row per line.

    Column types of text files are inferred from all rows.

    Raises
    ------
    PayloadError
        If the file cannot be read as a table.
    """
    check_polars_threads()
    with translate_errors(lambda reason: _unreadable(path, field, reason)):
        ending = Path(path).suffix.lower()
    if ending not in _PARQUET and ending not in _SEPARATORS:
        reason = "unsupported file extension; supported are .parquet, .pq, .csv, .tsv and .txt"
        raise PayloadError(
            field,
            _name(path),
            reason,
            "Give such a file, or a data frame; for the file of a cycler, give"
            " ionworks.read_cycler(path)",
        )
    with (
        open_file(path, field) as file,
        translate_errors(lambda reason: _unreadable(path, field, reason, _FIX_CONTENT)),
    ):
        _check_start(file, ending)
        if ending in _PARQUET:
            return _read_parquet(file)
        return _read_text(file, _SEPARATORS[ending])


def scan_parquet(path: str | os.PathLike[str], field: str) -> polars.LazyFrame:
    """Return a Parquet file as a query that reads it in parts.

    Raises
    ------
    PayloadError
        If the file is not a Parquet file, or its structure is damaged.
    """
    import polars as pl

    check_polars_threads()
    with (
        open_file(path, field) as file,
        translate_errors(lambda reason: _unreadable(path, field, reason, _FIX_CONTENT)),
    ):
        _check_start(file, _PARQUET[0])
        _check_parquet(file)
        return pl.scan_parquet(Path(path), glob=False)


def is_parquet(path: object) -> bool:
    """Return whether an object is the path of a Parquet file, by its name."""
    try:
        return Path(path).suffix.lower() in _PARQUET  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def _unreadable(path: object, field: str, reason: str, fix: str = _FIX_PATH) -> PayloadError:
    name = _name(path)
    place = "" if str(path) == name else f" ({path})"
    return PayloadError(field, name, f"cannot be read: {reason}{place}", fix)


def _name(path: object) -> str:
    """Return the last part of a path, because error messages truncate long values."""
    return os.path.basename(str(path)) or str(path)  # noqa: PTH119 - of any text


def _open_at_once(name: str, flags: int) -> int:
    # Without O_NONBLOCK, opening a pipe waits until another process writes to it.
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

    _check_parquet(file)
    return pl.read_parquet(file)


def _check_parquet(file: IO[bytes]) -> None:
    """Reject a file whose structure is damaged, or that is much larger in memory."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        check_unpacked_size(content, "read it with polars.read_parquet")


def _read_text(file: IO[bytes], separator: str) -> polars.DataFrame:
    import polars as pl

    _check_text(file)
    with closing(_rows(file, separator)) as rows:
        header = next((row for _, row in rows if row), [])
    if twice := [name for name, count in Counter(filter(None, header)).items() if count > 1]:
        raise ValueError(f"two columns have the name {twice[0]!r}")
    if len(header) == 1 and (other := next((each for each in ",;\t|" if each in header[0]), None)):
        raise ValueError(
            f"its columns are separated by {other!r}, not by {separator!r}; read it with"
            f" ionworks.read_cycler (or with polars.read_csv and separator={other!r})"
        )
    try:
        frame = pl.read_csv(file, separator=separator, infer_schema_length=None)
    except pl.exceptions.PolarsError:
        _count_empty_lines(file, separator)  # raises a clearer error if a line is wrong
        raise
    if len(header) == frame.width:  # polars keeps doubled quotes in names
        frame.columns = [new or old for new, old in zip(header, frame.columns, strict=True)]
    # The last columns are null in lines that are too short.
    if frame.width > 1 and frame.height and frame[:, -1].null_count():
        frame = frame.head(frame.height - _count_empty_lines(file, separator))
    return without_guesses(frame)


def _check_text(file: IO[bytes]) -> None:
    """Reject text that polars would read only in part, or with wrong characters."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, returns = 1, False
    while block := file.read(_BLOCK):
        if b"\0" in block:
            line += block[: block.index(b"\0")].count(b"\n")
            raise ValueError(f"line {line} has a NUL byte; the file is UTF-16 text or damaged")
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            line += error.object[: error.start].count(b"\n")
            byte = error.object[error.start]
            raise ValueError(
                f"line {line} is not UTF-8 text (byte 0x{byte:02x}); save the file as UTF-8, or"
                " read it with polars.read_csv and its encoding"
            ) from None
        line += block.count(b"\n")
        returns = returns or b"\r" in block
    file.seek(0)
    if decoder.getstate()[0]:
        raise ValueError(f"line {line} is not UTF-8 text: it ends within a character")
    if returns and line == 1:
        raise ValueError("its lines end with a carriage return only; save it with line feeds")


def _rows(file: IO[bytes], separator: str) -> Generator[tuple[int, list[str]], None, None]:
    """Yield each row with the number of its last line; then rewind the file."""
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
    """Return the number of empty lines at the end; reject rows of unequal length."""
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
