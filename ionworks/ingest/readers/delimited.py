"""Reads text files with one table: names, an optional row of units, and rows."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from ionworks.errors import PayloadError
from ionworks.ingest.raw import Note, RawTable
from ionworks.ingest.readers.cells import Rows
from ionworks.ingest.readers.header import Layout, locate_table
from ionworks.ingest.readers.layered import locate_layers, read_layers
from ionworks.ingest.readers.metadata import read_metadata
from ionworks.ingest.readers.recognize import recognize
from ionworks.ingest.readers.rows import read_rows
from ionworks.ingest.readers.text import Text

_EXPECTED: Final = (
    "expected a line that names the columns, such as time, voltage and current, and rows of"
    " numbers after it"
)
_FIX: Final = "Check the export, or convert it to a table with names of columns"


def read_delimited(text: Text, source: str) -> RawTable:
    """Read a text file of any maker.

    Raises
    ------
    PayloadError
        If no line names columns, or the table cannot be read.
    """
    if layers := locate_layers(text.lines):
        table = _table(text, read_layers(text, layers, source), layers.records, source)
        return evolve(table, maker="neware")  # no other maker has this form
    layout = locate_table(text.lines)
    if layout is None:
        raise PayloadError("path", source, f"its text has no table: {_EXPECTED}", _FIX)
    rows = read_rows(text.lines, layout, source=source, complete=text.complete)
    return _table(text, rows, layout, source)


def _table(text: Text, rows: Rows, layout: Layout, source: str) -> RawTable:
    before = text.lines[: layout.names_line]
    if not rows.frame.height:
        reason = f"line {layout.names_line + 1} names columns, but no row follows it"
        raise PayloadError("path", source, reason, _FIX)
    maker = recognize("\n".join(before), rows.frame.columns)
    notes = [*text.notes, *_repeated_names(layout), *rows.notes]
    return RawTable(rows.frame, maker, source, metadata=read_metadata(before), notes=notes)


def _repeated_names(layout: Layout) -> list[Note]:
    twice = [name for name in layout.names if name.endswith(" (2)")]
    if not twice:
        return []
    message = f"Columns have the same name; a number was added: {', '.join(twice)}."
    return [Note("repeated_names", message, "warning", count=len(twice))]
