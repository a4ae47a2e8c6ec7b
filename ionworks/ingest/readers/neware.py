"""Reads binary files of Neware cyclers (.nda, .ndax) with fastnda."""

from __future__ import annotations

import tempfile
import warnings
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ionworks.errors import PayloadError
from ionworks.frames.translate import translate_errors
from ionworks.ingest.raw import Note, RawTable
from ionworks.ingest.readers.requirements import load_library

if TYPE_CHECKING:
    import polars

_METADATA: Final = {
    "start_time": "start_time", "StartTime": "start_time", "stop_time": "end_time",
    "barcode": "cell", "Barcode": "cell", "remarks": "comment", "Remark": "comment",
    "StepName": "program", "DevType": "device", "device": "device", "UnitID": "unit",
    "ChlID": "channel", "channel": "channel", "TestID": "test", "test_id": "test",
    "nda_version": "format_version", "bts_version": "software", "CurrClientVer": "software",
    "active_mass_mg": "mass",
}  # fmt: skip
_UNITS: Final = {"V": "V", "mA": "mA", "mAh": "mAh", "mWh": "mWh", "s": "s", "degC": "°C", "K": "K"}
_LONGEST: Final = 200
_CLOCK: Final = "unix_time_s"
_FIRST_IN_UTC: Final = 100  # the format version


def read_neware(path: Path, suffix: str) -> RawTable:
    """Read a .nda or .ndax file, with the cycles as the file counts them.

    Raises
    ------
    ConfigurationError
        If fastnda is not installed.
    PayloadError
        If fastnda cannot read the file.
    """
    library = load_library("fastnda", f"reading Neware .{suffix} files", "cyclers")

    def refuse(reason: str) -> PayloadError:
        fix = "Export the test as .csv or .xlsx with the software of Neware"
        what = f"its first bytes are of Neware .{suffix}, but fastnda cannot read it: {reason}"
        return PayloadError("path", path.name, what, fix)

    with _zlib_kept(), translate_errors(refuse), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with _named(path, suffix) as named:
            frame = library.read(named, cycle_mode="raw")
            metadata = _metadata(library.read_metadata(named))
    notes = [Note("library", f"fastnda: {_first_sentence(str(each.message))}") for each in caught]
    if _is_old(metadata) and _CLOCK in frame.columns:
        frame = frame.drop(_CLOCK)
        notes.append(Note("clock_left_out", "The time zone of the times of the rows is not known."))
    return RawTable(
        _plain_text(frame), "neware", path.name, units=_units(frame), metadata=metadata, notes=notes
    )


def _is_old(metadata: Mapping[str, str]) -> bool:
    """Return whether fastnda has to assume the time zone of the rows."""
    version = metadata.get("format_version", "")
    return version.isdecimal() and int(version) < _FIRST_IN_UTC


@contextmanager
def _zlib_kept() -> Iterator[None]:
    """Undo that fastnda, when it reads, replaces functions of zlib for the whole process."""
    before = zlib.decompress, zlib.decompressobj
    try:
        yield
    finally:
        zlib.decompress, zlib.decompressobj = before


class _named:  # noqa: N801 - a context manager, used like a function
    """Gives a path with the file extension by which fastnda chooses its reader."""

    def __init__(self, path: Path, suffix: str) -> None:
        self._path, self._suffix = path, suffix
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Path:
        if self._path.suffix.lower() == f".{self._suffix}":
            return self._path
        self._folder = tempfile.TemporaryDirectory()
        copy = Path(self._folder.name, f"cycler.{self._suffix}")
        copy.write_bytes(self._path.read_bytes())
        return copy

    def __exit__(self, *_: object) -> None:
        if self._folder:
            self._folder.cleanup()


def _plain_text(frame: polars.DataFrame) -> polars.DataFrame:
    import polars as pl

    return frame.with_columns(pl.col(pl.Categorical).cast(pl.String))


def _units(frame: polars.DataFrame) -> dict[str, str]:
    """Return the units, which the names of fastnda have after their last underscore."""
    ends = {name: name.rpartition("_")[2] for name in frame.columns}
    return {name: _UNITS[end] for name, end in ends.items() if end in _UNITS}


def _metadata(nested: Mapping[str, object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _entries(nested):
        key, text = _METADATA.get(name), str(value).strip()[:_LONGEST]
        if key and text and not (key == "mass" and not float(text)):
            found.setdefault(key, f"{text} mg" if key == "mass" else text)
    return found


def _entries(nested: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    # The steps of the program have many entries with names of their own.
    for name, value in nested.items():
        if isinstance(value, Mapping):
            if name not in ("Step", "EditStep", "Step_Info"):
                yield from _entries(value)
        else:
            yield name, value


def _first_sentence(text: str) -> str:
    return text.split(". ")[0].rstrip(".")[:_LONGEST] + "."
