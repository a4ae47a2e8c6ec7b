"""How values show in a notebook: small tables and small pictures, as HTML. Pure."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Final

from ionworks.quantity import Quantity
from ionworks.redact import encodable
from ionworks.units import typeset

MOST_ROWS: Final = 20
MOST_COLUMNS: Final = 8
_WIDTH, _HEIGHT = 260, 70
_LEFT: Final = " style='text-align:left'"
_LONGEST: Final = 120


def html_table(
    head: Sequence[str], rows: Iterable[Sequence[object]], title: str = "", *, more: str = ""
) -> str:
    """Return a table; `more` is said below it, for what is not shown."""
    caption = f"<caption{_LEFT}>{_shown(title)}</caption>" if title else ""
    header = "".join(f"<th{_LEFT}>{_shown(name)}</th>" for name in head)
    body = "".join(
        f"<tr>{''.join(f'<td{_LEFT}>{_shown(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    below = f"<div>{_shown(more)}</div>" if more else ""
    return f"<table>{caption}<thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>{below}"


def html_fields(fields: Iterable[tuple[str, object]], title: str) -> str:
    """Return a table of two columns, a field in each row."""
    rows = "".join(
        f"<tr><th{_LEFT}>{_shown(name)}</th><td{_LEFT}>{_shown(value)}</td></tr>"
        for name, value in fields
    )
    return f"<table><caption{_LEFT}>{_shown(title)}</caption>{rows}</table>"


def html_rows(rows: Sequence[Mapping[str, object]], title: str, total: int | None = None) -> str:
    """Return a table of the first rows and of the columns that say something in them."""
    shown = rows[:MOST_ROWS]
    columns = _telling(shown)
    left_out = len(dict.fromkeys(key for row in shown for key in row)) - len(columns)
    notes = [f"{len(rows) - len(shown)} more rows"] if len(rows) > len(shown) else []
    notes += [f"{left_out} more columns: see .to_frame()"] if left_out else []
    notes += [f"{total} match on the server"] if total not in (None, len(rows)) else []
    body = [[row.get(name) for name in columns] for row in shown]
    return html_table(columns, body, title, more=", ".join(notes))


def sparkline(
    x: Sequence[float | None], y: Sequence[float | None], label: str, color: str = "#1f77b4"
) -> str:
    """Return a small picture of y over x, as SVG; nothing where there are no two points."""
    parts = list(_unbroken(x, y))
    points = [point for part in parts for point in part]
    if len(points) < 2:
        return ""
    (low_x, high_x), (low_y, high_y) = ((min(v), max(v)) for v in zip(*points, strict=True))
    wide, high = (high_x - low_x) or 1.0, (high_y - low_y) or 1.0
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


def plain(value: object) -> str:
    """Write a value for people: quantities typeset, times to the second, lists joined."""
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
        return ", ".join(map(plain, value))
    text = encodable(str(value))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _shown(value: object) -> str:
    return escape(plain(value))


def _telling(rows: Sequence[Mapping[str, object]]) -> list[str]:
    """Return the columns to show: names first, ids of others last, none that is empty."""
    filled = {key for row in rows for key, cell in row.items() if cell not in (None, [])}
    ordered = dict.fromkeys(key for row in rows for key in row if key in filled)

    def rank(name: str) -> int:
        last = name.rpartition(".")[2]
        if name in ("name", "invalid"):
            return 0
        return 2 if last.endswith(("_id", "_by", "_at", "_ids", "_email")) or last == "id" else 1

    return sorted(ordered, key=rank)[:MOST_COLUMNS]


def _unbroken(
    x: Sequence[float | None], y: Sequence[float | None]
) -> Iterator[list[tuple[float, float]]]:
    """Yield the parts of a line between which something is missing."""
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
