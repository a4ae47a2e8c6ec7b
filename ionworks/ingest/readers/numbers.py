"""Turns columns of text into columns of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import frozen

from ionworks.ingest.raw import Note

if TYPE_CHECKING:
    import polars

NO_VALUE: Final = (
    "nan", "n/a", "na", "null", "none", "-", "--", "---", "#n/a", "#div/0!", "-nan(ind)", "-nan",
)  # fmt: skip
_DIGITS: Final = r"^[+-]?\d{1,18}$"
# These have a decimal comma or a decimal point, and cannot be groups of thousands.
_COMMA: Final = (
    r"^[+-]?(0|\d*),(\d{1,2}|\d{4,})$|^[+-]?(0\d*|\d{4,})?,\d+$|^[+-]?\d*,\d+[eE][+-]?\d+$"
)
_POINT: Final = (
    r"^[+-]?(0|\d*)\.(\d{1,2}|\d{4,})$|^[+-]?(0\d*|\d{4,})?\.\d+$|^[+-]?\d*\.\d+[eE][+-]?\d+$"
)
_COMMA_GROUPS: Final = r"^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$"
_POINT_GROUPS: Final = r"^[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?$"
_LARGEST_DAMAGE: Final = 0.1
MOST_ROWS: Final = 50


@frozen
class _Marks:
    decimal: str
    comma_seen: bool
    point_seen: bool


def parse_numbers(
    frame: polars.DataFrame, lines: polars.Series
) -> tuple[polars.DataFrame, list[Note]]:
    """Return the frame with its columns of numbers parsed, and notes about them.

    The decimal mark is one for the file. Groups of thousands are read only if the file shows which
    mark is the decimal one. Dates, clock texts and words stay text.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns of text without blanks around it; null for an empty cell.
    lines : polars.Series
        The line of the file of each row, for the notes.
    """
    marks = _decimal_mark(frame)
    notes: list[Note] = []
    columns = [_parse(column, marks, lines, notes) for column in frame]
    if marks.comma_seen and marks.point_seen:
        message = "Some columns have decimal commas, and others have decimal points."
        notes.append(Note("mixed_decimal_marks", message, "warning"))
    elif marks.comma_seen:
        notes.append(Note("decimal_comma", "Numbers have decimal commas."))
    return frame.with_columns(columns), notes


def _decimal_mark(frame: polars.DataFrame) -> _Marks:
    import polars as pl

    texts = [column.name for column in frame if column.dtype == pl.String]
    commas = frame.select(pl.col(texts).str.contains(",", literal=True).any())
    if not any(commas.row(0) if texts else ()):
        return _Marks(".", comma_seen=False, point_seen=False)
    seen = frame.select(
        pl.any_horizontal(pl.col(texts).str.contains(pattern).any()).alias(name)
        for name, pattern in (("comma", _COMMA), ("point", _POINT))
    )
    comma, point = map(bool, seen.row(0))
    return _Marks("," if comma and not point else ".", comma, point)


def _parse(
    column: polars.Series, marks: _Marks, lines: polars.Series, notes: list[Note]
) -> polars.Series:
    import polars as pl

    if column.dtype != pl.String:
        return column
    filled = column.len() - column.null_count()
    if not filled:
        return column.cast(pl.Float64)
    if marks.decimal == "." and (plain := _plain_numbers(column)) is not None:
        return plain
    if not column.str.contains(r"^[+-]?[.,]?\d").any():
        return _only_words(column)
    text = column.set(_no_value(column), None)
    numbers = _cast(text, marks)
    damaged = text.is_not_null() & numbers.is_null()
    bad = int(damaged.sum())
    if not bad:
        return numbers
    if bad > _LARGEST_DAMAGE * filled or text.filter(damaged).str.contains(r"\d[:/-]\d").any():
        _note_ambiguous(text, notes)
        return column
    rows = tuple(lines.filter(damaged).to_list()[:MOST_ROWS])
    message = f"Column {column.name!r} has cells that are no numbers; they were read as empty."
    notes.append(Note("unreadable_cells", message, "warning", rows, bad))
    return numbers


def _plain_numbers(column: polars.Series) -> polars.Series | None:
    """Return the column as numbers if every cell is one in the notation of Python, or None."""
    import polars as pl

    missing = column.null_count()
    whole = column.cast(pl.Int64, strict=False)
    if whole.null_count() == missing:
        return whole
    numbers = column.cast(pl.Float64, strict=False)
    return numbers if numbers.is_finite().sum() == numbers.len() - missing else None


def _only_words(column: polars.Series) -> polars.Series:
    """Return a column of NaN and N/A as empty numbers, and any other column as it is."""
    import polars as pl

    filled = column.drop_nulls()
    infinite = filled.str.to_lowercase().is_in(["inf", "-inf", "+inf"])
    if (_no_value(filled) | infinite).all():
        return column.set(_no_value(column), None).cast(pl.Float64)
    return column


def _no_value(column: polars.Series) -> polars.Series:
    return column.str.to_lowercase().is_in(list(NO_VALUE)).fill_null(False)


def _cast(text: polars.Series, marks: _Marks) -> polars.Series:
    """Return the column as numbers; null where a cell is none."""
    import polars as pl

    if text.str.contains(",", literal=True).any():
        text = _with_points(text, marks)
    elif marks.decimal == "," and text.str.contains(_POINT_GROUPS).any():
        text = text.set(text.str.contains(_POINT_GROUPS).fill_null(False), None)  # ambiguous
        return text.cast(pl.Float64, strict=False)
    if text.drop_nulls().str.contains(_DIGITS).all():
        return text.cast(pl.Int64, strict=False)
    return text.cast(pl.Float64, strict=False)


def _with_points(text: polars.Series, marks: _Marks) -> polars.Series:
    """Return the column with decimal points, where its commas have one meaning."""
    own_comma = text.str.contains(_COMMA).any()
    if own_comma or (marks.comma_seen and not marks.point_seen):
        grouped = text.str.contains(_POINT_GROUPS + "|" + r"\..*,").fill_null(False)
        plain = text.str.replace_all(".", "", literal=True)
        return plain.zip_with(grouped, text).str.replace(",", ".", literal=True)
    if marks.point_seen or text.str.contains(r",\d{3}[.,]").any():
        grouped = text.str.contains(_COMMA_GROUPS).fill_null(False)
        return text.str.replace_all(",", "", literal=True).zip_with(grouped, text)
    return text


def _note_ambiguous(text: polars.Series, notes: list[Note]) -> None:
    filled = text.drop_nulls()
    groups = filled.str.contains(_COMMA_GROUPS) | filled.str.contains(_POINT_GROUPS)
    if groups.any() and (groups | filled.str.contains(_DIGITS)).all():
        example = filled.filter(groups)[0]
        message = (
            f"Column {text.name!r} was left as text: the mark in {example!r} may be decimal or of"
            " thousands."
        )
        notes.append(Note("ambiguous_numbers", message, "warning", count=int(groups.sum())))
