"""Reads files of battery cyclers; the content of a file says what it is."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve

from ionworks.errors import FileError, PayloadError
from ionworks.frames.files import open_regular
from ionworks.frames.translate import check_polars_threads, translate_errors
from ionworks.ingest.raw import Note, RawTable
from ionworks.ingest.readers.content import format_of
from ionworks.ingest.readers.kinds import kind_of
from ionworks.ingest.readers.recognize import MAKERS, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["read_file"]


def read_file(
    path: str | os.PathLike[str], *, maker: str | None = None, encoding: str | None = None
) -> RawTable:
    r"""Read one file of a cycler, with its own names and units.

    The format and the maker are recognised by the content. The file name does not matter.

    Parameters
    ----------
    path : str or path-like
        A file of Neware (.nda, .ndax, .csv, .xlsx), Arbin, Maccor, Novonix, BaSyTec, Digatron,
        Landt, PEC, Gamry (.DTA), BioLogic (.mpt, .txt, .mpr), in the Battery Data Format, or any
        other text, Excel or Parquet file with a row of column names.
    maker : str, optional
        The maker, if it is not recognised: "neware", "arbin", "maccor", "novonix", "basytec",
        "digatron", "landt", "pec", "gamry", "biologic", "bdf" or "batterydata".
    encoding : str, optional
        The encoding of a text file, such as "cp1252". By default it is detected.

    Returns
    -------
    RawTable
        The rows as the file has them. What was left out is in its notes, by line number.

    Raises
    ------
    FileError
        If the file does not exist, is a folder, or cannot be opened.
    PayloadError
        If the content is of no format that can be read; says what it is.
    ConfigurationError
        If a library for the format is not installed; names the extra.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name, "cell.txt")
    >>> rows = "Rec#\tCyc#\tStep\tTestTime\tAmps\tVolts\n1\t0\t1\t0,5\t0,1\t3,7\n"
    >>> _ = path.write_text(rows)
    >>> table = read_file(path)
    >>> table.maker, table.frame["Volts"].to_list()
    ('maccor', [3.7])
    >>> folder.cleanup()
    """
    check_maker(maker)
    check_polars_threads()
    file, content = _read_bytes(path)
    with translate_errors(lambda reason: _unreadable(file, reason)):
        table = _reader(content, file, encoding)()
    notes = list(table.notes)
    if maker is not None and maker != table.maker:
        if table.maker != UNKNOWN:
            message = f"The content looks like {table.maker}, not {maker} as given."
            notes.append(Note("maker_differs", message, "warning"))
        table = evolve(table, maker=maker)
    return evolve(table, kind=kind_of(table.frame), notes=notes)


def check_maker(maker: str | None) -> None:
    """Check the name of a maker.

    Raises
    ------
    PayloadError
        If it is not known.
    """
    if maker is not None and maker not in MAKERS:
        allowed = f"Use one of {', '.join(MAKERS)}, or leave it out"
        raise PayloadError("maker", maker, "is not a known maker", allowed)


def _read_bytes(path: str | os.PathLike[str]) -> tuple[Path, bytes]:
    try:
        with open_regular(path) as file:
            return Path(path), file.read()
    except OSError as error:
        raise _no_file(error, path) from error
    except (TypeError, ValueError) as error:
        reason = f"cannot be used as a path: {error}"
        raise PayloadError("path", path, reason, "Give a str or a pathlib.Path") from error


def _no_file(error: OSError, path: str | os.PathLike[str]) -> FileError:
    if error.errno != errno.ENOENT:
        return FileError.of(error, "cannot be read", path)
    name = os.fspath(path)
    message = f"{name!r} does not exist. Check the path; the current folder is {str(Path.cwd())!r}."
    return FileError(message, errno=error.errno, strerror=error.strerror, filename=name)


def _unreadable(file: Path, reason: str) -> PayloadError:
    fix = "Check the export, or convert it to a table with names of columns"
    return PayloadError("path", file.name, f"its table cannot be read: {reason}", fix)


def _reader(content: bytes, file: Path, encoding: str | None) -> Callable[[], RawTable]:
    """Return the reader of a format. Readers are imported when a file needs them."""
    form, source = format_of(content, file.name), file.name
    if form in ("nda", "ndax"):
        from ionworks.ingest.readers.neware import read_neware

        return lambda: read_neware(file, form)
    if form == "mpr":
        from ionworks.ingest.readers.biologic import read_mpr

        return lambda: read_mpr(content, source)
    if form == "xlsx":
        from ionworks.ingest.readers.workbook import read_workbook

        return lambda: read_workbook(content, source)
    if form == "parquet":
        from ionworks.ingest.readers.columnar import read_columnar

        return lambda: read_columnar(content, source)
    return lambda: _read_text(content, source, encoding)


def _read_text(content: bytes, source: str, encoding: str | None) -> RawTable:
    from ionworks.ingest.readers.delimited import read_delimited
    from ionworks.ingest.readers.gamry import is_gamry, read_dta
    from ionworks.ingest.readers.text import decode

    text = decode(content, encoding)
    return read_dta(text, source) if is_gamry(text) else read_delimited(text, source)
