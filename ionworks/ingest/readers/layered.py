"""Reads exports in which lines of cycles, steps and records alternate in one table (Neware)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from ionworks.ingest.readers.cells import Rows
from ionworks.ingest.readers.header import Layout, layout_at, score_names, split
from ionworks.ingest.readers.numbers import parse_numbers
from ionworks.ingest.readers.rows import read_rows
from ionworks.ingest.readers.text import Text
from ionworks.ingest.readers.vocabulary import quantity_of

if TYPE_CHECKING:
    import polars

_SEARCHED: Final = 40
# Of the lines of steps, these columns say what the step is; the others are its results.
_IDENTITY: Final = re.compile(
    r"index|number|type|name|id\b|no\.?$|序号|类型|号$|状态", re.IGNORECASE
)


@frozen
class Layers:
    """The names of the three layers of lines, and where the table begins."""

    delimiter: str
    cycles: tuple[str, ...]
    steps: tuple[str, ...]
    records: Layout


def locate_layers(lines: Sequence[str]) -> Layers | None:
    """Return the layers, or None if the file has no three lines of names, each further right."""
    for index in range(min(len(lines) - 3, _SEARCHED)):
        for delimiter in ("\t", ",", ";"):
            if layers := _layers_at(lines, index, delimiter):
                return layers
    return None


def _layers_at(lines: Sequence[str], index: int, delimiter: str) -> Layers | None:
    cycle, step, record = (split(lines[index + i], delimiter) for i in range(3))
    if not (_depth(cycle) == 0 and _depth(step) == 1 and _depth(record) == 2):
        return None
    if quantity_of(cycle[0]) != "cycle" or not score_names(record):
        return None
    layout = layout_at(lines, index + 2, delimiter)
    names = (name for name in layout.names[2:] if not name.startswith("Unnamed"))
    return Layers(
        delimiter,
        tuple(name for name in cycle if name),
        tuple(name for name in step if name),
        evolve(layout, names=tuple(names)),
    )


def _depth(cells: Sequence[str]) -> int:
    return next((i for i, cell in enumerate(cells) if cell), len(cells))


def read_layers(text: Text, layers: Layers, source: str) -> Rows:
    """Return the records, with the cycle and the step that each belongs to."""
    import polars as pl

    mark, first = layers.delimiter, layers.records.first
    frame = pl.DataFrame(
        {"line": range(first + 1, len(text.lines) + 1), "text": text.lines[first:]},
        schema={"line": pl.Int64, "text": pl.String},
    )
    is_record = frame["text"].str.starts_with(2 * mark)
    is_step = frame["text"].str.starts_with(mark) & ~is_record
    is_cycle = ~(is_record | is_step) & (frame["text"].str.strip_chars() != "")
    # Lines of other layers become blank, so that the records keep the numbers of their lines.
    records = frame["text"].str.slice(2).set(~is_record, "")
    lines = [*text.lines[:first], *records]
    rows = read_rows(lines, layers.records, source=source, complete=text.complete)
    owners = _owners(frame, is_cycle, is_step, layers)
    joined = rows.lines.to_frame("line").join_asof(owners, on="line").drop("line")
    parsed, notes = parse_numbers(joined, rows.lines)
    return Rows(rows.frame.with_columns(parsed), rows.lines, [*rows.notes, *notes])


def _owners(
    frame: polars.DataFrame, is_cycle: polars.Series, is_step: polars.Series, layers: Layers
) -> polars.DataFrame:
    """Return for each line of a cycle or a step the cycle and the step that begin there."""
    import polars as pl

    cells = pl.col("text").str.split(layers.delimiter)
    lead = len(layers.cycles)
    kept = [(i, name) for i, name in enumerate(layers.steps) if _IDENTITY.search(name)]
    # The first line of a cycle also has the first step, after the cells of the cycle.
    at_step = [
        pl.when(is_step).then(cells.list.get(i + 1, null_on_oob=True))
        .otherwise(cells.list.get(lead + i, null_on_oob=True)).str.strip_chars().alias(name)
        for i, name in kept
    ]  # fmt: skip
    cycle = pl.when(is_cycle).then(cells.list.first().str.strip_chars()).alias(layers.cycles[0])
    found = frame.with_columns(cycle, *at_step).filter(is_cycle | is_step).drop("text")
    found = found.with_columns(pl.all().exclude("line").replace("", None))
    return found.with_columns(pl.all().exclude("line").forward_fill())
