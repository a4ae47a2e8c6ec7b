"""Reads .DTA files of Gamry potentiostats, which have several tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from attrs import frozen

from ionworks.errors import PayloadError
from ionworks.ingest.raw import Note, RawTable
from ionworks.ingest.readers.header import Layout, distinct, split, with_units
from ionworks.ingest.readers.rows import read_rows
from ionworks.ingest.readers.text import Text

if TYPE_CHECKING:
    import polars

_TABLE: Final = re.compile(r"(\w*CURVE\w*)\tTABLE(?:\t(\d+))?\s*$")
_METADATA: Final = {
    "TAG": "technique", "TITLE": "test", "PSTAT": "device", "PSTATSERIALNO": "serial_number",
    "AREA": "area", "CAPACITY": "capacity",
}  # fmt: skip
_UNITS: Final = (("V vs. Ref.", "V"), ("deg C", "°C"), ("°", "deg"))
_AT_REST: Final = "OCVCURVE"
_START: Final = "EXPLAIN"


@frozen
class _Table:
    name: str
    declared: int | None
    first: int  # index of the line of names
    end: int
    layout: Layout

    @property
    def count(self) -> int:
        return self.end - self.layout.first


def is_gamry(text: Text) -> bool:
    """Return whether a text is a .DTA file."""
    return text.lines[0].strip() == _START


def read_dta(text: Text, source: str) -> RawTable:
    """Read the tables of the measurement; other tables, such as that of the rest before, are noted.

    Tables with the same columns are joined, with their number in the column `Curve`.

    Raises
    ------
    PayloadError
        If the file has no table with rows.
    """
    tables = _find_tables(text.lines)
    used = _choose(tables)
    if not used:
        fix = "Check that the measurement was not stopped before its first row"
        raise PayloadError("path", source, "it is a Gamry file without a row of a curve", fix)
    lines = _only(text.lines, used)
    complete = text.complete or used[-1].end < len(text.lines)
    rows = read_rows(lines, used[0].layout, source=source, complete=complete)
    frame = rows.frame if len(used) == 1 else _number_curves(rows.frame, rows.lines, used)
    notes = [*text.notes, *rows.notes, *_remarks(tables, used)]
    units = {
        name: unit
        for name in frame.columns
        for written, unit in _UNITS
        if name.endswith(f"[{written}]")
    }
    metadata = _read_block(text.lines[: used[0].first])
    return RawTable(frame, "gamry", source, units=units, metadata=metadata, notes=notes)


def _find_tables(lines: Sequence[str]) -> list[_Table]:
    tables = []
    for index, line in enumerate(lines):
        # Most lines are rows, which begin with a tab.
        if line.startswith("\t") or not (found := _TABLE.match(line)):
            continue
        end = index + 1
        while end < len(lines) and lines[end].startswith("\t"):
            end += 1
        if end - index > 2:
            names, units = (split(lines[index + i], "\t")[1:] for i in (1, 2))
            named = distinct(with_units(names, units))
            layout = Layout("\t", named, index + 1, index + 2, index + 3)
            declared = int(found[2]) if found[2] else None
            tables.append(_Table(found[1], declared, index + 1, end, layout))
    return tables


def _choose(tables: Sequence[_Table]) -> list[_Table]:
    """Return the tables of the measurement: impedance first, then the ones with most rows."""
    filled = [table for table in tables if table.count > 0]
    measured = [table for table in filled if table.name != _AT_REST] or filled
    groups: dict[tuple[bool, tuple[str, ...]], list[_Table]] = {}
    for table in measured:
        impedance = any(name.startswith("Zreal") for name in table.layout.names)
        groups.setdefault((impedance, table.layout.names), []).append(table)
    if not groups:
        return []
    return groups[max(groups, key=lambda key: (key[0], sum(each.count for each in groups[key])))]


def _only(lines: Sequence[str], tables: Sequence[_Table]) -> list[str]:
    """Return the lines with all but the rows and names of these tables blank."""
    kept = [""] * len(lines)
    for table in tables:
        start = table.first if table is tables[0] else table.layout.first
        kept[start : table.end] = [line[1:] for line in lines[start : table.end]]
    return kept


def _number_curves(
    frame: polars.DataFrame, lines: polars.Series, tables: Sequence[_Table]
) -> polars.DataFrame:
    import polars as pl

    starts = pl.Series("start", [table.first for table in tables], dtype=pl.Int64)
    curve = starts.search_sorted(lines, side="right").cast(pl.Int64).alias("Curve")
    return frame.with_columns(curve)


def _remarks(tables: Sequence[_Table], used: Sequence[_Table]) -> list[Note]:
    notes = []
    for table in tables:
        if table not in used:
            message = f"The table {table.name} with {table.count} rows was not used."
            notes.append(Note("other_table", message, count=table.count))
        elif table.declared and table.declared != table.count:
            message = f"{table.name} says {table.declared} rows, but has {table.count}."
            notes.append(Note("row_count_differs", message, "warning", count=table.count))
    if len(used) > 1:
        notes.append(Note("joined_tables", f"{len(used)} curves were joined.", count=len(used)))
    return notes


def _read_block(lines: Sequence[str]) -> dict[str, str]:
    entries: dict[str, str] = {}
    for line in lines:
        cells = line.split("\t")
        if len(cells) > 2:
            entries.setdefault(cells[0].strip(), cells[2].strip())
    found = {key: entries[name] for name, key in _METADATA.items() if entries.get(name)}
    start = " ".join(entries[name] for name in ("DATE", "TIME") if entries.get(name))
    return {**found, **({"start_time": start} if start else {})}
