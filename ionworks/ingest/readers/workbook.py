"""Reads Excel workbooks: finds the sheets of the records, and joins those that go on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from ionworks.errors import PayloadError
from ionworks.frames.translate import translate_errors
from ionworks.ingest.raw import Note, RawTable
from ionworks.ingest.readers.cells import EDGES, Rows, leave_out, read_cells
from ionworks.ingest.readers.delimited import read_delimited
from ionworks.ingest.readers.header import (
    distinct,
    is_units,
    looks_like_values,
    score_names,
    with_units,
)
from ionworks.ingest.readers.layered import locate_layers
from ionworks.ingest.readers.metadata import pairs_of_grid
from ionworks.ingest.readers.recognize import recognize
from ionworks.ingest.readers.requirements import load_library
from ionworks.ingest.readers.text import Text
from ionworks.ingest.readers.vocabulary import quantity_of

if TYPE_CHECKING:
    import polars

_SEARCHED: Final = 200
# Sheets that have a row for each cycle or step, although they also name time and voltage.
_SUMMARY: Final = re.compile(
    r"statis|^cycle|^step|^info|^log|^unit|^test$|^global|^aux", re.IGNORECASE
)
_WANTED: Final = frozenset(("time", "date", "voltage", "current", "impedance", "frequency"))
# A cell with a time of day or a duration is a date of the first years that Excel knows.
_DURATION: Final = r"^(1899|19[0-2]\d)-\d\d-\d\d( \d\d:\d\d:\d\d(\.\d+)?)?$"
# Milliseconds of hours, minutes, seconds and their parts, the most of each, and its digits.
_PARTS: Final = ((3_600_000, 10**6, 2), (60_000, 60, 2), (1000, 60, 2), (1, 1000, 3))
_LEAP: Final = "1900-03-01"  # Excel counts a 29 February 1900


@frozen
class _Sheet:
    name: str
    cells: polars.DataFrame
    names: tuple[str, ...]
    first: int  # index of the first row
    titles: tuple[tuple[str, ...], ...]
    head: tuple[tuple[str, ...], ...]  # the rows before the names


def read_workbook(content: bytes, source: str) -> RawTable:
    """Read the sheets with the records of a test.

    Sheets with the same names of columns are joined if each goes on where the one before ends.
    Sheets of other tests or other content are noted.

    Raises
    ------
    ConfigurationError
        If fastexcel is not installed.
    PayloadError
        If the workbook cannot be read, or no sheet has a table of records.
    """
    library = load_library("fastexcel", "reading Excel workbooks", "cyclers")
    with translate_errors(lambda reason: _damaged(source, reason)):
        book = library.read_excel(content)
        loaded = [(name, _load(book, name)) for name in book.sheet_names]
    for name, cells in loaded:
        if (lines := _layered_lines(cells)) is not None:
            return _from_layers(lines, name, source, loaded)
    found = [_find_table(name, cells) for name, cells in loaded]
    sheets = _records([sheet for sheet in found if sheet is not None])
    if not sheets:
        seen = ", ".join(repr(name) for name, _ in loaded[:6])
        reason = f"none of its sheets ({seen}) has a row that names time, voltage and current"
        fix = "Export the records of the test, not only its cycles"
        raise PayloadError("path", source, reason, fix)
    parts = [_rows(sheet, source) for sheet in sheets]
    used, skipped = _continued(sheets, parts)
    frame = _concat([parts[i] for i in used])
    notes = [note for i in used for note in parts[i].notes]
    notes += _remarks(loaded, [sheets[i] for i in used], [sheets[i] for i in skipped])
    head = " ".join(cell for row in sheets[used[0]].head for cell in row)
    marks = "\n".join([*(name for name, _ in loaded), head])
    maker = recognize(marks, frame.columns)
    metadata = _metadata(loaded, [sheet.name for sheet in sheets], sheets[0].head)
    return RawTable(frame, maker, source, metadata=metadata, notes=notes)


def _damaged(source: str, reason: str) -> PayloadError:
    what = f"it is an Excel workbook that cannot be read: {reason}"
    return PayloadError("path", source, what, "Open it in Excel and save it again as .xlsx")


def _load(book: object, name: str) -> polars.DataFrame:
    """Return the cells of a sheet as text: a date as 2024-05-06 07:08:09, an empty one as null."""
    import polars as pl

    texts, numbers = (
        book.load_sheet(name, header_row=None, dtypes=dtype).to_polars()  # type: ignore[attr-defined]
        for dtype in ("string", "float")
    )
    assert isinstance(texts, pl.DataFrame)
    assert isinstance(numbers, pl.DataFrame)
    return texts.with_columns(
        _exact(text, number) for text, number in zip(texts, numbers, strict=True)
    )


def _exact(text: polars.Series, number: polars.Series) -> polars.Series:
    """Return the texts with all digits: fastexcel rounds numbers to nine decimals in text."""
    import polars as pl

    text = text.cast(pl.String)
    number = number.cast(pl.Float64)
    read = text.cast(pl.Float64, strict=False)
    rounded = (read.is_not_null() & number.is_not_null() & (read != number)).fill_null(False)
    return number.cast(pl.String).zip_with(rounded, text).alias(text.name)


def _layered_lines(cells: polars.DataFrame) -> list[str] | None:
    """Return the rows as lines if cycles, steps and records alternate in the sheet."""
    import polars as pl

    clean = pl.all().fill_null("").str.replace_all(r"[\t\n]", " ")
    joined = pl.concat_str(clean, separator="\t")
    if locate_layers(cells.head(_SEARCHED).select(joined).to_series().to_list()) is None:
        return None
    return cells.select(joined).to_series().to_list()


def _from_layers(
    lines: list[str], name: str, source: str, loaded: Sequence[tuple[str, polars.DataFrame]]
) -> RawTable:
    table = read_delimited(Text(lines, "utf-8", complete=True), source)
    used = Note("used_sheet", f"The records of the sheet {name} were read.")
    metadata = {**_metadata(loaded, [name], []), **table.metadata}
    return evolve(table, metadata=metadata, notes=[used, *table.notes])


def _find_table(name: str, cells: polars.DataFrame) -> _Sheet | None:
    """Return the table of a sheet, or None if it has no names with rows of values after them."""
    grid = [[(cell or "").strip() for cell in row] for row in cells.head(_SEARCHED).iter_rows()]
    best, index = 1, None
    for i, row in enumerate(grid[:-1]):
        if (score := score_names(row)) > best and any(map(looks_like_values, grid[i + 1 : i + 4])):
            best, index = score, i
    if index is None:
        return None
    titles, names, first = [grid[index]], grid[index], index + 1
    if is_units(grid[first]):
        titles.append(grid[first])
        names, first = with_units(names, grid[first]), first + 1
    head = tuple(tuple(row) for row in grid[:index])
    return _Sheet(name, cells, distinct(names), first, tuple(map(tuple, titles)), head)


def _records(sheets: Sequence[_Sheet]) -> list[_Sheet]:
    """Return the sheets of records: of those with the same columns, the ones with most rows."""
    groups: dict[tuple[str, ...], list[_Sheet]] = {}
    for sheet in sheets:
        quantities = {quantity_of(name) for name in sheet.names} & _WANTED
        if len(quantities) > 1 and "time" in quantities | (
            {"time"} if "date" in quantities else set()
        ):
            groups.setdefault(sheet.names, []).append(sheet)
    if not groups:
        return []

    def rank(group: list[_Sheet]) -> tuple[bool, bool, int]:
        quantities = {quantity_of(name) for name in group[0].names}
        records = not _SUMMARY.search(group[0].name)
        return {"voltage", "current"} <= quantities, records, sum(s.cells.height for s in group)

    return max(groups.values(), key=rank)


def _rows(sheet: _Sheet, source: str) -> Rows:
    import polars as pl

    notes: list[Note] = []
    cells = sheet.cells.with_row_index("line", offset=1).slice(sheet.first)
    filled = pl.any_horizontal(pl.exclude("line").str.strip_chars(EDGES).fill_null("") != "")
    cells = cells.filter(filled)
    for title in sheet.titles:
        same = pl.all_horizontal(
            pl.nth(i + 1).str.strip_chars(EDGES).fill_null("") == cell
            for i, cell in enumerate(title)
        )
        again = f"the names of the columns are repeated in the sheet {sheet.name!r}"
        cells = leave_out(cells, same, "repeated_header", again, notes)
    values = cells.drop("line")
    values = values.with_columns([_clock(column) for column in values])
    rows = read_cells(values, cells["line"].cast(pl.Int64), sheet.names, source)
    return Rows(rows.frame, rows.lines, [*notes, *rows.notes])


def _clock(column: polars.Series) -> polars.Series:
    """Return durations as clock text, which Excel stores as dates from the year 1900 on."""
    import polars as pl

    early = column.str.contains(_DURATION)
    if not early.any():
        return column
    text = pl.col("text")
    moment = column.to_frame("text").select(
        pl.coalesce(
            text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="ms"),
            text.str.to_datetime("%Y-%m-%d", strict=False, time_unit="ms"),
        ).alias("at")
    )
    origin = pl.datetime(1899, 12, 31).cast(pl.Datetime("ms"))
    leap = pl.when(pl.col("at") < pl.lit(_LEAP).str.to_datetime()).then(0).otherwise(86_400_000)
    since = (pl.col("at") - origin).dt.total_milliseconds() + leap
    parts = [(since // size % most, width) for size, most, width in _PARTS]
    clock = pl.format("{}:{}:{}.{}", *(n.cast(pl.String).str.zfill(w) for n, w in parts))
    return (
        moment.select(clock).to_series().zip_with(early.fill_null(False), column).alias(column.name)
    )


def _continued(sheets: Sequence[_Sheet], parts: Sequence[Rows]) -> tuple[list[int], list[int]]:
    """Return which sheets go on from the first one, and which are of other tests.

    Records of one test are counted on; those of another channel begin anew.
    """
    counter = next(
        (name for name in sheets[0].names if quantity_of(name) == "record"),
        next((name for name in sheets[0].names if quantity_of(name) == "time"), None),
    )
    used = [0]
    if counter is None:
        return list(range(len(parts))), []
    for i in range(1, len(parts)):
        before, after = parts[used[-1]].frame, parts[i].frame
        if not after.height or _goes_on(before[counter], after[counter]):
            used.append(i)
    return used, [i for i in range(len(parts)) if i not in used]


def _goes_on(before: polars.Series, after: polars.Series) -> bool:
    if not (before.dtype.is_numeric() and after.dtype.is_numeric() and before.len()):
        return True
    return bool(after[0] >= before[-1])


def _concat(parts: Sequence[Rows]) -> polars.DataFrame:
    import polars as pl

    frames = [part.frame for part in parts if part.frame.height] or [parts[0].frame]
    return pl.concat(frames, how="vertical_relaxed") if len(frames) > 1 else frames[0]


def _remarks(
    loaded: Sequence[tuple[str, polars.DataFrame]],
    used: Sequence[_Sheet],
    skipped: Sequence[_Sheet],
) -> list[Note]:
    notes = []
    if len(used) > 1:
        message = f"{len(used)} sheets were joined: {', '.join(sheet.name for sheet in used)}."
        notes.append(Note("joined_sheets", message, count=len(used)))
    if skipped:
        message = f"Sheets of other tests were not read: {', '.join(s.name for s in skipped)}."
        notes.append(Note("other_test", message, "warning", count=len(skipped)))
    taken = {sheet.name for sheet in (*used, *skipped)}
    if others := [name for name, cells in loaded if name not in taken and cells.height]:
        message = f"Sheets that have no records were not used: {', '.join(others)}."
        notes.append(Note("other_sheet", message, count=len(others)))
    return notes


def _metadata(
    loaded: Sequence[tuple[str, polars.DataFrame]],
    taken: Sequence[str],
    head: Sequence[Sequence[str]],
) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, cells in loaded:
        if name not in taken and re.search(r"info|global|^test|^unit", name, re.IGNORECASE):
            grid = [[(cell or "").strip() for cell in row] for row in cells.head(40).iter_rows()]
            found = {**pairs_of_grid(grid), **found}
    return {**found, **pairs_of_grid(head)}
