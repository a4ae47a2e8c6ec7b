"""Parquet files that wait for their upload: small ones in memory, large ones on disk."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from attrs import frozen

from ionworks._http.part_file import PartFile, open_part_file
from ionworks.errors import FileError, PayloadError
from ionworks.frames.column_types import (
    cast_exactly,
    check_storable,
    series_type,
    with_series_types,
    with_types,
)
from ionworks.frames.convert import to_polars
from ionworks.frames.digest import Fingerprint
from ionworks.frames.stream import TableStream, open_stream, scan_spooled
from ionworks.frames.translate import translate_errors
from ionworks.frames.writer import write_frame, write_parts
from ionworks.validators.batches import Source

if TYPE_CHECKING:
    import polars

    from ionworks.frames.stream import TableSource

# Larger tables are written to disk; their Parquet file has about a fourth of this size.
_IN_MEMORY: Final = 64 << 20


class Spool:
    """A file that is open for reading and writing; a file on disk is removed when it is closed.

    A file on disk is locked. If the process is killed, the next upload of the same user removes it.
    """

    def __init__(self, *, on_disk: bool) -> None:
        self._part: PartFile | None = None
        self.path: Path | None = None
        self.file: IO[bytes] = io.BytesIO()
        if on_disk:
            self._part, self.path = _open_in_temporary_folder()
            self.file = self._part.file

    @property
    def target(self) -> IO[bytes] | Path:
        """Where polars writes the file."""
        return self.path or self.file

    @property
    def written_path(self) -> Path:
        """The path of a file on disk."""
        assert self.path is not None
        return self.path

    @property
    def size(self) -> int:
        """The size in bytes."""
        return self.file.seek(0, os.SEEK_END)

    def close(self) -> None:
        """Remove the file; may be called again."""
        if self._part is not None:
            self._part.discard()
        self.file.close()

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _open_in_temporary_folder() -> tuple[PartFile, Path]:
    folder = Path(tempfile.gettempdir())
    # Of this user, because a file of another one cannot be removed.
    user = getattr(os, "geteuid", lambda: 0)()
    try:
        part = open_part_file(folder / f"ionworks-upload-{user}", 0o600)
    except OSError as error:
        raise FileError.of(error, "the temporary file cannot be written", folder) from None
    return part, part.path


class Series:
    """A time series in the form in which it is stored, and its file when it is written.

    A table that is not in memory is written to a temporary file at once, and `frame` is None.

    Raises
    ------
    PayloadError
        If the data are not a table, cannot be read, or cannot be stored as Parquet.
    """

    def __init__(self, data: TableSource | object, name: str = "time_series") -> None:
        self._name = name
        self.frame: polars.DataFrame | None = None
        self._written: Written | None = None
        stream = open_stream(data, name)
        if stream is None:
            self.frame = with_series_types(to_polars(data, name))
        else:
            self._written = _spool(stream, name)

    @property
    def source(self) -> Source:
        """What the checks read: the frame, or the file."""
        if self.frame is not None:
            return Source.of(self.frame)
        return Source.of_parquet(self.write().spool.written_path)

    def write(self) -> Written:
        """Return the file and its fingerprint.

        Raises
        ------
        PayloadError
            If Parquet cannot store a column.
        """
        if self._written is None:
            assert self.frame is not None
            self._written = _write_series(self.frame, self._name)
        return self._written

    def collect(self) -> polars.DataFrame:
        """Return all rows in memory."""
        import polars as pl

        if self.frame is not None:
            return self.frame
        return pl.read_parquet(self.write().spool.written_path, glob=False)

    def close(self) -> None:
        """Remove the temporary file."""
        if self._written is not None:
            self._written.spool.close()

    def __enter__(self) -> Series:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@frozen
class Written:
    """A written time series."""

    spool: Spool
    fingerprint: Fingerprint


def _write_series(frame: polars.DataFrame, name: str) -> Written:
    check_storable(frame, name)
    with translate_errors(
        lambda reason: PayloadError(name, "DataFrame", f"cannot be stored: {reason}")
    ):
        fingerprint = Fingerprint.of(frame)
    return Written(write_spool(frame, name, fingerprint.to_metadata()), fingerprint)


def write_spool(
    frame: polars.DataFrame, name: str, metadata: Mapping[str, str] | None = None
) -> Spool:
    """Write a frame to a new spool.

    Raises
    ------
    PayloadError, FileError
        As for `write_frame`.
    """
    spool = Spool(on_disk=frame.estimated_size() > _IN_MEMORY)
    try:
        write_frame(frame, spool.target, name, metadata=metadata)
    except BaseException:
        spool.close()
        raise
    return spool


def _spool(stream: TableStream, name: str) -> Written:
    """Write a stream to a file; a second time if the type of a column changes."""
    wanted = {n: w for n, dtype in stream.schema.items() if (w := series_type(n, dtype))}
    if not wanted:
        return _write(stream.schema, map(with_series_types, stream.parts), name)
    # Whether a type fits is known after the last row.
    misfits: set[str] = set()
    raw = _write(stream.schema, _check_types(stream.parts, wanted, misfits), name).spool
    with raw:
        types = {n: dtype for n, dtype in wanted.items() if n not in misfits}
        parts = (with_types(part, types) for part in scan_spooled(raw.written_path, name).parts)
        return _write({**stream.schema, **types}, parts, name)


def _check_types(
    parts: Iterator[polars.DataFrame],
    wanted: Mapping[str, polars.DataType],
    misfits: set[str],
) -> Iterator[polars.DataFrame]:
    """Yield the parts unchanged; collect the columns that their wanted type cannot hold."""
    for part in parts:
        for name in wanted.keys() - misfits:
            if cast_exactly(part[name], wanted[name]) is None:
                misfits.add(name)
        yield part


def _write(
    schema: Mapping[str, polars.DataType], parts: Iterator[polars.DataFrame], name: str
) -> Written:
    spool = Spool(on_disk=True)
    try:
        return Written(spool, write_parts(schema, parts, spool.written_path, name))
    except BaseException:
        spool.close()
        raise
