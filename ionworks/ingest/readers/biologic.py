"""Reads binary files of BioLogic potentiostats (.mpr) with galvani."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from ionworks.errors import PayloadError
from ionworks.frames.translate import translate_errors
from ionworks.ingest.raw import RawTable
from ionworks.ingest.readers.requirements import load_library

if TYPE_CHECKING:
    import polars

# galvani is not in the extra `cyclers`: this package has the MIT license.
_REMARK: Final = " (license GPL-3.0-or-later), unless you export the file as text (.mpt)"


def read_mpr(content: bytes, source: str) -> RawTable:
    """Read a .mpr file. Flags that it packs into one column become columns of their own.

    Raises
    ------
    ConfigurationError
        If galvani is not installed.
    PayloadError
        If galvani cannot read the file.
    """
    library = load_library("galvani.BioLogic", "reading BioLogic .mpr files", "biologic", _REMARK)

    def refuse(reason: str) -> PayloadError:
        fix = "Export it as text (.mpt) with EC-Lab"
        what = f"its first bytes are of BioLogic .mpr, but galvani cannot read it: {reason}"
        return PayloadError("path", source, what, fix)

    with translate_errors(refuse):
        file = library.MPRfile(io.BytesIO(content))
        frame = _frame(file)
        start = getattr(file, "timestamp", None) or getattr(file, "startdate", None)
    metadata = {} if start is None else {"start_time": str(start)}
    return RawTable(frame, "biologic", source, metadata=metadata)


def _frame(file: object) -> polars.DataFrame:
    import polars as pl

    data = file.data  # type: ignore[attr-defined]
    columns = {name: data[name] for name in data.dtype.names if name != "flags"}
    flags = {
        name: file.get_flag(name).astype("uint8")  # type: ignore[attr-defined]
        for name in getattr(file, "flags_dict", {})
    }
    return pl.DataFrame({**flags, **columns})
