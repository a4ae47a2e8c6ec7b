"""Turns the cells of a table into columns under their names, and reports rows that are none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from attrs import frozen

from ionworks.errors import PayloadError
from ionworks.ingest.raw import Note
from ionworks.ingest.readers.numbers import MOST_ROWS, parse_numbers

if TYPE_CHECKING:
    import polars

EDGES: Final = " \t\r\n\0\x1a\xa0"
_VALUE: Final = r"^[+-]?[.,]?\d"
_WORD: Final = r"^\pL.*\pL\pL"
_FEW: Final = 0.05
_MOST: Final = 0.7


@frozen
class Rows:
    """A table of numbers and text, the line of the file of each row, and the notes."""

    frame: polars.DataFrame
    lines: polars.Series
    notes: list[Note]


def read_cells(
    frame: polars.DataFrame, lines: polars.Series, names: Sequence[str], source: str
) -> Rows:
    """Name the columns, leave out rows that have no values, and parse the numbers.

    Parameters
    ----------
    frame : polars.DataFrame
        Cells as text, of any number of columns.
    lines : polars.Series
        The line of the file of each row.
    names : sequence of str
        The names of the first columns.
    source : str
        The name of the file, for errors.

    Raises
    ------
    PayloadError
        If most rows have more cells than there are names.
    """
    import polars as pl

    bare = pl.all().str.strip_chars(EDGES)
    frame = frame.with_columns(pl.when(bare != "").then(bare).name.keep())
    notes: list[Note] = []
    frame = _name_columns(frame, lines, names, source, notes)
    frame, lines = _leave_out_other_lines(frame, lines, notes)
    parsed, more = parse_numbers(frame, lines)
    return Rows(parsed, lines, [*notes, *more])


def left_out(code: str, what: str, lines: Sequence[int], severity: str = "warning") -> Note:
    """Return the note about lines that were left out."""
    some = ", ".join(map(str, lines[:5])) + (", ..." if len(lines) > 5 else "")
    are = "Line {} was" if len(lines) == 1 else "Lines {} were"
    message = f"{are.format(some)} left out: {what}."
    return Note(code, message, severity, tuple(lines[:MOST_ROWS]), len(lines))


def leave_out(
    rows: polars.DataFrame, which: polars.Expr, code: str, what: str, notes: list[Note]
) -> polars.DataFrame:
    """Return the rows without those that an expression selects, and report them by their line."""
    out = rows.filter(which)
    if not out.height:
        return rows
    notes.append(left_out(code, what, out["line"].to_list()))
    return rows.filter(~which)


def _name_columns(
    frame: polars.DataFrame,
    lines: polars.Series,
    names: Sequence[str],
    source: str,
    notes: list[Note],
) -> polars.DataFrame:
    """Return the frame under the names, without columns that have neither a name nor a value."""
    import polars as pl

    count = len(names)
    extra = frame.columns[count:]
    used = [name for name in extra if frame[name].null_count() < frame.height]
    if used:
        filled = frame.select(pl.any_horizontal(pl.col(used).is_not_null())).to_series()
        at = lines.filter(filled).to_list()
        # Which of the cells has no name cannot be known: a row may begin with its number.
        if len(at) > _FEW * frame.height:
            reason = f"its rows have {count + len(used)} cells under {count} names"
            fix = "Name all columns, and use a delimiter that does not occur within a cell"
            raise PayloadError("path", source, reason, fix)
        message = f"{len(at)} rows have more cells than names; those cells were left out."
        notes.append(Note("extra_cells", message, "warning", tuple(at[:MOST_ROWS]), len(at)))
    frame = frame[:, :count].rename(dict(zip(frame.columns, names, strict=False)))
    unnamed = [name for name in names if name.startswith("Unnamed: ")]
    return frame.drop([name for name in unnamed if frame[name].null_count() == frame.height])


def _leave_out_other_lines(
    frame: polars.DataFrame, lines: polars.Series, notes: list[Note]
) -> tuple[polars.DataFrame, polars.Series]:
    """Return the rows that have values where nearly all rows have them, and their lines."""
    import polars as pl

    if frame.height < 3:
        return frame, lines
    values = frame.select(pl.all().str.contains(_VALUE).fill_null(False))
    shares = values.select(pl.all().mean()).row(0)
    solid = [name for name, share in zip(values.columns, shares, strict=True) if share > _MOST]
    if not solid:
        return frame, lines
    # A footer may have numbers, but has words where rows have their number or time.
    words = frame[solid[0]].str.contains(_WORD).fill_null(False)
    few = values.select(pl.sum_horizontal(solid)).to_series() < (len(solid) + 1) // 2
    other = words | few
    if not other.any():
        return frame, lines
    what = "it is no row of the table, as in a header or summary inside the file"
    notes.append(left_out("not_a_row", what, lines.filter(other).to_list()))
    return frame.filter(~other), lines.filter(~other)
