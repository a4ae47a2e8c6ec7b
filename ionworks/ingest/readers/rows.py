"""Reads the rows of a table in text, and reports the lines that are no complete rows."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from attrs import evolve

from ionworks.ingest.raw import Note
from ionworks.ingest.readers.cells import EDGES, Rows, leave_out, left_out, read_cells
from ionworks.ingest.readers.header import BLANK, SPACES, Layout, looks_like_values, split
from ionworks.ingest.readers.numbers import MOST_ROWS

if TYPE_CHECKING:
    import polars

_COMMENT: Final = r"^\s*(#|%|//|~)"
_QUOTED_LINE: Final = r'^"(?:[^"]|"")*"$'
_IN_NUMBER: Final = re.compile(r"(^|\d)([.,]|[eE][+-]?)$|^[+-]$")
_MOST_LINES: Final = 20  # within one quoted cell


def read_rows(lines: Sequence[str], layout: Layout, *, source: str, complete: bool = True) -> Rows:
    """Read the lines after the names as a table.

    Parameters
    ----------
    lines : sequence of str
        The lines of the file.
    layout : Layout
        Where the table is.
    source : str
        The name of the file, for errors.
    complete : bool
        Whether the last line has an end. A last line without one may have been cut.

    Raises
    ------
    PayloadError
        If most rows have more cells than there are names.
    """
    from polars.exceptions import PolarsError

    notes: list[Note] = []
    found = _candidates(lines, layout, notes)
    kept, quotes = _join_quoted(found, layout.delimiter)
    try:
        kept, cells, more = _read(kept, layout, quotes=quotes, complete=complete)
    except (PolarsError, ValueError):
        if not quotes:
            raise
        message = "Quotes are not in pairs around cells; they were read as part of the text."
        notes.append(Note("stray_quotes", message, "warning"))
        kept, cells, more = _read(found, layout, quotes=False, complete=complete)
    notes += more
    rows = read_cells(cells, kept["line"], layout.names, source)
    _note_short_rows(kept, rows, notes)
    return evolve(rows, notes=[*notes, *rows.notes])


def _read(
    rows: polars.DataFrame, layout: Layout, *, quotes: bool, complete: bool
) -> tuple[polars.DataFrame, polars.DataFrame, list[Note]]:
    """Return the complete rows, their cells as text, and notes about the last row."""
    notes: list[Note] = []
    rows = _count_cells(rows, layout.delimiter, quotes=quotes)
    rows = _leave_out_cut_row(rows, layout, notes, complete=complete)
    return rows, _parse(rows, layout, quotes=quotes), notes


def _candidates(lines: Sequence[str], layout: Layout, notes: list[Note]) -> polars.DataFrame:
    """Return the lines after the names without blank ones, comments and repeated names."""
    import polars as pl

    rows = pl.DataFrame(
        {"line": range(layout.first + 1, len(lines) + 1), "text": lines[layout.first :]},
        schema={"line": pl.Int64, "text": pl.String},
    )
    text = pl.col("text")
    bare = text.str.strip_chars(EDGES)
    nuls = text.str.contains("\0", literal=True)
    rows = rows.filter((bare != "") | nuls)
    rows = leave_out(rows, bare == "", "nul_bytes", "there are only NUL bytes", notes)
    rows = rows.with_columns(text.str.replace_all("\0", "", literal=True))
    titles = [lines[layout.names_line].strip(EDGES)]
    if layout.units_line is not None:
        titles.append(lines[layout.units_line].strip(EDGES))
    again = "the names of the columns are repeated, as in a file that was joined from several"
    rows = leave_out(rows, bare.is_in(titles), "repeated_header", again, notes)
    return leave_out(rows, text.str.contains(_COMMENT), "comment", "this is a comment", notes)


def _join_quoted(rows: polars.DataFrame, delimiter: str) -> tuple[polars.DataFrame, bool]:
    """Return rows of which each is a whole one, and whether quotes have their usual meaning."""
    import polars as pl

    if not rows["text"].str.contains('"', literal=True).any():
        return rows, False
    text = pl.col("text")
    inner = text.str.slice(1, text.str.len_chars() - 2).str.replace_all('""', '"', literal=True)
    whole = text.str.contains(_QUOTED_LINE) & text.str.contains(delimiter, literal=True)
    rows = rows.with_columns(pl.when(whole).then(inner).otherwise(text).alias("text"))
    odd = rows["text"].str.count_matches('"', literal=True) % 2 == 1
    if not odd.any():
        return rows, bool(rows["text"].str.contains('"', literal=True).any())
    # A line with an odd quote opens a cell that ends in the next such line.
    opened = odd.cast(pl.Int64).cum_sum() % 2
    groups = rows.with_columns(group=(1 - opened.shift(1, fill_value=0)).cum_sum())
    longest = groups.group_by("group").len()["len"].max()
    if opened[-1] or not isinstance(longest, int) or longest > _MOST_LINES:
        return rows, False  # stray quotes, such as a mark of inches
    joined = groups.group_by("group", maintain_order=True).agg(
        pl.col("line").first(), pl.col("text").str.join("\n")
    )
    return joined.drop("group"), True


def _count_cells(rows: polars.DataFrame, delimiter: str, *, quotes: bool) -> polars.DataFrame:
    """Return the rows with delimiters of one character, and the count of their cells."""
    import polars as pl

    text = pl.col("text")
    if delimiter in (SPACES, BLANK):
        gap = r"\s{2,}|\t" if delimiter == SPACES else r"\s+"
        rows = rows.with_columns(text.str.strip_chars().str.replace_all(gap, "\t"))
    bare = text.str.replace_all(r'"[^"]*"', "") if quotes else text
    mark = _character(delimiter)
    return rows.with_columns(cells=bare.str.count_matches(mark, literal=True).cast(pl.Int64) + 1)


def _character(delimiter: str) -> str:
    return "\t" if delimiter in (SPACES, BLANK) else delimiter


def _leave_out_cut_row(
    rows: polars.DataFrame, layout: Layout, notes: list[Note], *, complete: bool
) -> polars.DataFrame:
    """Return the rows without a last one that has fewer cells than those before it."""
    if rows.height < 2:
        return rows
    last, least = rows["cells"][-1], rows["cells"][-200:-1].min()
    cells = split(rows["text"][-1], _character(layout.delimiter))
    if isinstance(least, int) and last < least and looks_like_values(cells[:6]):
        what = f"it ends after {last} of {least} cells; the file was cut"
        notes.append(left_out("truncated_row", what, [rows["line"][-1]]))
        return rows[:-1]
    if complete or last != rows["cells"][-2]:
        return rows
    if _IN_NUMBER.search(cells[-1]) and not _IN_NUMBER.search(rows["text"][-2]):
        what = f"it ends within the number {cells[-1]!r}; the file was cut"
        notes.append(left_out("truncated_row", what, [rows["line"][-1]]))
        return rows[:-1]
    _note_open_end(rows, layout, notes)
    return rows


def _note_open_end(rows: polars.DataFrame, layout: Layout, notes: list[Note]) -> None:
    """Report a last number that is shorter than those above it, in a line without an end.

    The row is kept, because it cannot be known whether it was cut.
    """
    cells = [split(text, _character(layout.delimiter))[-1] for text in rows["text"][-4:]]
    lengths = {len(cell) for cell in cells[:-1]}
    if cells[-1][-1:].isdigit() and len(lengths) == 1 and len(cells[-1]) < min(lengths):
        line = rows["line"][-1]
        message = f"Line {line} has no end and a shorter last number; the file may have been cut."
        notes.append(Note("open_end", message, "warning", (line,), 1))


def _parse(rows: polars.DataFrame, layout: Layout, *, quotes: bool) -> polars.DataFrame:
    """Return the cells as text."""
    import polars as pl

    widest = rows["cells"].max()
    width = max(len(layout.names), widest if isinstance(widest, int) else 0)
    schema = {f"column_{i}": pl.String for i in range(width)}
    if not rows.height:
        return pl.DataFrame(schema=schema)
    mark = _character(layout.delimiter)
    # The first line decides how many columns are read.
    first, *others = rows["text"]
    first += mark * (width - rows["cells"][0])
    frame = pl.read_csv(
        io.BytesIO("\n".join([first, *others]).encode()),
        has_header=False,
        separator=mark,
        quote_char='"' if quotes else None,
        schema=schema,
        truncate_ragged_lines=True,
    )
    if frame.height != rows.height:
        raise ValueError(f"{rows.height} lines were read as {frame.height} rows")
    return frame


def _note_short_rows(kept: polars.DataFrame, rows: Rows, notes: list[Note]) -> None:
    """Report rows with fewer cells than the others; their last cells are empty."""
    import polars as pl

    kept = kept.join(rows.lines.to_frame("line"), on="line", how="semi")
    if not kept.height:
        return
    usual = min(int(kept["cells"].median() or 0), rows.frame.width)  # type: ignore[arg-type]
    short = kept.filter(pl.col("cells") < usual)["line"].to_list()
    if short:
        message = f"{len(short)} rows have fewer cells than the others; the rest was read as empty."
        notes.append(Note("short_rows", message, "warning", tuple(short[:MOST_ROWS]), len(short)))
