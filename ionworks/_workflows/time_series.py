"""Reads time series: whole or in part, at once or lazily."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar

from ionworks_openapi.api.cell_measurements import download_measurement_time_series

from ionworks._http.download import FileChanged
from ionworks._http.memory_file import MemoryFile
from ionworks.errors import IntegrityError, UnexpectedResponse
from ionworks.frames.column_types import with_series_types
from ionworks.frames.convert import SAVE_IT, from_parquet
from ionworks.frames.digest import Fingerprint, content_digest
from ionworks.frames.footer import UnreadableFile, footer_size, read_footer
from ionworks.frames.layout import Contents, Extent, Layout
from ionworks.frames.partial import PartialReader, read_whole
from ionworks.frames.selection import Selection
from ionworks.frames.translate import translate_errors

if TYPE_CHECKING:
    import polars

    from ionworks._http.progress import Meter
    from ionworks._http.ranges import RemoteFile
    from ionworks._http.session import Session

T = TypeVar("T")

_OPERATION: Final = download_measurement_time_series
#: The bytes from the end of a file that are requested first; most footers are smaller.
_END: Final = 1 << 16
# A larger file is decoded in parts, so that its memory is released meanwhile.
_LARGE: Final = 32 << 20
WHOLE: Final = Selection()


def read_time_series(
    session: Session,
    measurement_id: str,
    selection: Selection = WHOLE,
    *,
    meter: Meter | None = None,
) -> polars.DataFrame:
    """Return a time series or the selected part of it, one row per sample.

    Raises
    ------
    PayloadError
        If the series does not have a requested column.
    UnexpectedResponse
        If the file is not a readable Parquet file.
    IntegrityError
        If the file is damaged, or changes again and again while it is read.
    """
    if selection.is_whole:
        file = MemoryFile()
        session._receive(session.prepare(_OPERATION, measurement_id), sink=file, meter=meter)
        return _whole(file, measurement_id)
    source = SeriesSource(session, measurement_id, meter)
    return source.read(lambda reader: reader.table(selection), selection)


class SeriesSource:
    """The stored file of a time series, of which parts are read."""

    def __init__(self, session: Session, measurement_id: str, meter: Meter | None = None) -> None:
        self._session, self._measurement_id, self._meter = session, measurement_id, meter
        self._file: RemoteFile | None = None
        self._reader: PartialReader | None = None

    def read(self, use: Callable[[PartialReader], T], selection: Selection) -> T:
        """Return what `use` reads; if the file changes meanwhile, start again, once.

        Raises
        ------
        PayloadError, UnexpectedResponse, IntegrityError
            As for `read_time_series`.
        """
        for _ in range(2):
            with suppress(FileChanged):
                return self._read_once(use, selection)
            self._reader = None
        raise IntegrityError(
            f"the time series of measurement {self._measurement_id} changed twice while it was"
            " read; read it again when no program writes it"
        )

    def _read_once(self, use: Callable[[PartialReader], T], selection: Selection) -> T:
        try:
            if self._reader is None or self._file is None:
                self._reader = self._open()
            else:
                self._file.begin()
            selection.check(self._reader.layout.schema)
            return use(self._reader)
        except UnreadableFile as error:
            reason = str(error)
        raise UnexpectedResponse(reason, operation=_OPERATION.name)

    def _open(self) -> PartialReader:
        request = self._session.prepare(_OPERATION, self._measurement_id)
        self._file = file = self._session._open_file(request, meter=self._meter)
        end = file.read_end(_END)
        if (size := footer_size(end)) > len(end):
            footer = Extent(max(0, file.size - size), file.size)
            end = b"".join(file.read([footer])[footer])
        return PartialReader(Layout(end, file.size), file.read, SAVE_IT)


def _whole(file: MemoryFile, measurement_id: str) -> polars.DataFrame:
    """Return the table of a complete file, verified; the memory of the file is released."""
    try:
        end = _end_of(file)
        if file.size <= _LARGE:
            frame = from_parquet(b"".join(file.views(0, file.size)))
        else:
            frame = read_whole(
                Layout(end, file.size), _contents_of(file), file.release, save=SAVE_IT
            )
    except ValueError as error:
        start = b"".join(file.views(0, min(file.size, 200)))
        failure = UnexpectedResponse(str(error), snippet=start, operation=_OPERATION.name)
    else:
        _verify(frame, end, measurement_id)
        return with_series_types(frame)
    # Raised outside of the handler and without the bytes: error reporters show local variables.
    raise failure


def _end_of(file: MemoryFile) -> bytes:
    tail = b"".join(file.views(max(0, file.size - 8), file.size))
    size = min(footer_size(tail), file.size)
    return b"".join(file.views(file.size - size, file.size))


def _contents_of(file: MemoryFile) -> Callable[[Sequence[Extent]], Contents]:
    return lambda extents: {each: list(file.views(each.start, each.stop)) for each in extents}


def _verify(frame: polars.DataFrame, end: bytes, measurement_id: str) -> None:
    """Compare a time series with the fingerprint in its own file, if there is one."""
    _, metadata = read_footer(end)
    written = Fingerprint.from_metadata(metadata)
    # A service that rewrites the file, for example to append rows, may keep the old fingerprint.
    if written is None or (written.rows, set(written.columns)) != (
        frame.height,
        set(frame.columns),
    ):
        return
    digest = None
    # A damaged date in a list may be outside of Python's range.
    with suppress(ValueError), translate_errors(ValueError):
        digest = content_digest(frame)
    if digest != written.digest:
        raise IntegrityError(
            f"the time series of measurement {measurement_id} differs from the uploaded one: its"
            f" digest is not {written.digest}. Read it again; if the error persists, the stored"
            " file is damaged"
        )
