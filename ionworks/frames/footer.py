"""Reads the footer of a Parquet file, with the row count and metadata, from its last bytes."""

from __future__ import annotations

import io
from typing import Final

from ionworks.frames.translate import check_polars_threads, translate_errors

_MAGIC: Final = b"PAR1"
_TAIL: Final = 8


class UnreadableFile(ValueError):  # noqa: N818 - never leaves the package
    """Raised when bytes are not a readable Parquet file, or its table is implausibly large."""


def footer_size(end: bytes) -> int:
    """Return the size of a file's footer in bytes, given at least the last 8 bytes of the file.

    Raises
    ------
    UnreadableFile
        If the bytes are not the end of a Parquet file.
    """
    if len(end) < _TAIL or end[-4:] != _MAGIC:
        raise UnreadableFile("not a Parquet file: it does not end with PAR1")
    return int.from_bytes(end[-_TAIL:-4], "little") + _TAIL


def read_footer(end: bytes) -> tuple[int, dict[str, str]]:
    """Return the number of rows and the metadata of a file, given the bytes of its footer.

    Raises
    ------
    UnreadableFile
        If the footer cannot be read.
    """
    import polars as pl

    check_polars_threads()
    with translate_errors(lambda reason: UnreadableFile(f"not a readable Parquet file: {reason}")):
        metadata = pl.read_parquet_metadata(io.BytesIO(end))
        rows = pl.scan_parquet(io.BytesIO(end)).select(pl.len()).collect().item()
        return int(rows), metadata
