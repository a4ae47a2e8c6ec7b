"""Writes Parquet files in row groups: of a frame, or of a table that is read once in parts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from ionworks.errors import FileError, IonworksError, PayloadError
from ionworks.frames.column_types import check_storable
from ionworks.frames.digest import KEY, Fingerprint, FingerprintBuilder
from ionworks.frames.translate import translate_errors

if TYPE_CHECKING:
    import polars

#: The largest number of rows in a row group.
GROUP_ROWS: Final = 100_000
# Text in the footer, which the fingerprint replaces when all rows are written.
_RESERVED: Final = "." * 4096


def write_frame(
    frame: polars.DataFrame,
    target: IO[bytes] | Path,
    name: str = "time_series",
    *,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write a frame as a Parquet file in row groups, without a copy of it in memory.

    Raises
    ------
    PayloadError
        If Parquet cannot store a column; `name` is the name of the table in the message.
    FileError
        If the file cannot be written, for example because the disk is full.
    """
    check_storable(frame, name)
    with _write_errors(name, target):
        frame.write_parquet(
            target,
            compression="zstd",
            statistics=True,
            row_group_size=GROUP_ROWS,
            metadata=dict(metadata or {}),
        )


def write_parts(
    schema: Mapping[str, polars.DataType],
    parts: Iterator[polars.DataFrame],
    target: Path,
    name: str = "time_series",
) -> Fingerprint:
    """Write the parts of a table as one Parquet file with its fingerprint, which is returned.

    Only few parts are in memory at the same time.

    Raises
    ------
    PayloadError, FileError
        As for `write_frame`; any error of `parts` is raised unchanged.
    """
    import polars as pl
    from polars.io.plugins import register_io_source

    with _write_errors(name, target):
        empty = pl.DataFrame(schema=schema)
    check_storable(empty, name)
    builder = FingerprintBuilder(schema)
    failures: list[BaseException] = []

    def read(*_: object) -> Iterator[polars.DataFrame]:
        try:
            for part in parts:
                builder.update(part)
                yield part
        except BaseException as error:
            failures.append(error)  # polars replaces it by an error of its own
            raise

    query = register_io_source(read, schema=pl.Schema(schema))
    try:
        with _write_errors(name, target):
            query.sink_parquet(
                target,
                compression="zstd",
                statistics=True,
                row_group_size=GROUP_ROWS,
                maintain_order=True,
                metadata={KEY: _RESERVED},
            )
    except IonworksError:
        if failures:
            raise failures[0] from None
        raise
    fingerprint = builder.result()
    _insert(target, fingerprint)
    return fingerprint


def _insert(target: Path, fingerprint: Fingerprint) -> None:
    """Replace the reserved text in the footer by the fingerprint."""
    text = fingerprint.to_metadata()[KEY].encode()
    if len(text) > len(_RESERVED):  # thousands of columns; then the file has no fingerprint
        return
    with target.open("r+b") as file:
        file.seek(-8, os.SEEK_END)
        length = int.from_bytes(file.read(4), "little")
        start = file.seek(-8 - length, os.SEEK_END)
        found = file.read(length).find(_RESERVED.encode())
        if found >= 0:
            file.seek(start + found)
            file.write(text.ljust(len(_RESERVED)))


@contextmanager
def _write_errors(name: str, target: IO[bytes] | Path) -> Iterator[None]:
    """Translate the errors of writing: a full disk is not a fault of the table."""
    try:
        with translate_errors(
            lambda reason: PayloadError(name, "DataFrame", f"cannot be stored: {reason}")
        ):
            yield
    except PayloadError as error:
        if isinstance(error.__cause__, OSError):
            place = target if isinstance(target, Path) else "file"
            raise FileError.of(error.__cause__, "cannot be written", place) from None
        raise
