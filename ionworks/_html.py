"""Shows values in a notebook as small HTML tables and figures. Pure."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Final

from ionworks._redact import encodable
from ionworks.quantity import Quantity
from ionworks.quantity.units import typeset

MOST_ROWS: Final = 20
MOST_COLUMNS: Final = 8
_WIDTH, _HEIGHT = 260, 70
_LEFT: Final = " style='text-align:left'"
_ONE_LINE: Final = " style='text-align:left;white-space:nowrap'"
_SHORT: Final = 40
_BOOKKEEPING: Final = ("_id", "_ids", "_by", "_by_email", "created_at", "updated_at")
_LONGEST: Final = 120


def html_table(
    head: Sequence[str], rows: Iterable[Sequence[object]], title: str = "", *, more: str = ""
) -> str:
    """Return a table; `more` is a note below it, for example about rows that are not shown."""
    caption = f"<caption{_LEFT}>{_format_cell(title)}</caption>" if title else ""
    header = "".join(f"<th{_LEFT}>{_format_cell(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    below = f"<div>{_format_cell(more)}</div>" if more else ""
    return f"<table>{caption}<thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>{below}"


def _cell(value: object) -> str:
    text = format_value(value)
    return f"<td{_LEFT if len(text) > _SHORT else _ONE_LINE}>{escape(text)}</td>"


def html_fields(fields: Iterable[tuple[str, object]], title: str) -> str:
    """Return a table of two columns with a field in each row."""
    rows = "".join(
        f"<tr><th{_LEFT}>{_format_cell(name)}</th><td{_LEFT}>{_format_cell(value)}</td></tr>"
        for name, value in fields
    )
    return f"<table><caption{_LEFT}>{_format_cell(title)}</caption>{rows}</table>"


def html_record(row: Mapping[str, object], title: str) -> str:
    """Return a record as a table: its own fields first, then ids, authors and dates."""
    visible = [name for name in _visible_columns([row]) if row[name] not in (None, [])]
    kept = [name for name in row if _is_bookkeeping(name) and "." not in name]
    rest = [name for name in kept if row[name] not in (None, [])]
    return html_fields([(name, row[name]) for name in (*visible, *rest)], title)


def html_rows(rows: Sequence[Mapping[str, object]], title: str, total: int | None = None) -> str:
    """Return a table of the first rows, with the columns that are not empty in them."""
    shown = rows[:MOST_ROWS]
    visible = _visible_columns(shown)
    columns = visible[:MOST_COLUMNS]
    notes = [f"{len(rows) - len(shown)} more rows"] if len(rows) > len(shown) else []
    notes += [f"{len(visible) - len(columns)} more columns"] if len(visible) > len(columns) else []
    notes += [".to_frame() has all"] if notes else []
    notes += [f"{total} match on the server"] if total not in (None, len(rows)) else []
    body = [[row.get(name) for name in columns] for row in shown]
    return html_table(columns, body, title, more=", ".join(notes))


def sparkline(
    x: Sequence[float | None], y: Sequence[float | None], label: str, color: str = "#1f77b4"
) -> str:
    """Return a small plot of y over x as SVG; an empty string for fewer than two points."""
    parts = list(_contiguous_parts(x, y))
    points = [point for part in parts for point in part]
    if len(points) < 2:
        return ""
    (low_x, high_x), (low_y, high_y) = ((min(v), max(v)) for v in zip(*points, strict=True))
    wide, high = (high_x - low_x) or 1.0, (high_y - low_y) or 1.0
    if not (math.isfinite(wide) and math.isfinite(high)):  # the difference overflows
        return ""
    lines = "".join(
        f"<polyline fill='none' stroke='{color}' points='"
        + " ".join(
            f"{(px - low_x) / wide * _WIDTH:.1f},"
            f"{_HEIGHT - 2 - (py - low_y) / high * (_HEIGHT - 4):.1f}"
            for px, py in part
        )
        + "'/>"
        for part in parts
    )
    text = escape(f"{label}: {low_y:.4g} to {high_y:.4g}")
    return (
        f"<figure style='display:inline-block;margin:0 1em 0 0'>"
        f"<svg width='{_WIDTH}' height='{_HEIGHT}' role='img' aria-label='{text}'>{lines}</svg>"
        f"<figcaption>{text}</figcaption></figure>"
    )


def format_value(value: object) -> str:
    """Format a value for display: quantities typeset, times to the second, lists joined."""
    if value is None:
        return ""
    if isinstance(value, Quantity):
        number = f"{value.value:.6g}" if isinstance(value.value, float) else str(value.value)
        return f"{number} {typeset(value.unit)}".rstrip()
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "seconds").removesuffix("+00:00")
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(format_value, value))
    text = encodable(str(value))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _format_cell(value: object) -> str:
    return escape(format_value(value))


def _visible_columns(rows: Sequence[Mapping[str, object]]) -> list[str]:
    """Return the fields that are not empty in all rows: the name first, the id last."""
    filled = {key for row in rows for key, cell in row.items() if cell not in (None, [])}
    ordered = dict.fromkeys(key for row in rows for key in row if key in filled)
    places = {"name": 0, "invalid": 1, "id": 3}
    visible = [name for name in ordered if not _is_bookkeeping(name)]
    return sorted(visible, key=lambda name: places.get(name, 2))


def _is_bookkeeping(name: str) -> bool:
    """Return whether a field holds an id of another record, an author or a date of change."""
    last = name.rpartition(".")[2]
    return last.endswith(_BOOKKEEPING) or (last == "id" and last != name)


def _contiguous_parts(
    x: Sequence[float | None], y: Sequence[float | None]
) -> Iterator[list[tuple[float, float]]]:
    """Yield the contiguous parts of a line, split at missing and non-finite values."""
    part: list[tuple[float, float]] = []
    for each, other in zip(x, y, strict=True):
        known = each is not None and other is not None
        if known and math.isfinite(float(each or 0)) and math.isfinite(float(other or 0)):
            part.append((float(each or 0), float(other or 0)))
        elif part:
            yield part
            part = []
    if part:
        yield part
