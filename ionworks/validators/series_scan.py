"""Reads a series once, in batches, and keeps what the rules need of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import define, field

from ionworks.validators.batches import BATCH_ROWS, Source
from ionworks.validators.columns import (
    COUNTERS,
    FREQUENCY,
    IMAGINARY,
    REAL,
    TEMPERATURE,
    VOLTAGE,
    numeric_columns,
)
from ionworks.validators.options import Options
from ionworks.validators.row_rules import conditions
from ionworks.validators.rows import Rows
from ionworks.validators.step_sums import StepSums
from ionworks.validators.tally import Tally

if TYPE_CHECKING:
    import polars

_MOST_SPECTRA: Final = 1_000_000  # rows of impedance that are kept
_SPECTRUM: Final = (FREQUENCY, REAL, IMAGINARY)


@define
class Scan:
    """What was read of a series.

    Attributes
    ----------
    columns : list of str
        The known columns that are numeric.
    height : int
        The number of rows.
    tally : Tally
        The rows that fulfil a condition of `row_rules`.
    first : dict of str to float
        The values of the first row; None for those that are not numbers.
    last_begins : bool
        Whether the last row is a step of its own.
    steps : polars.DataFrame, optional
        The sums of each step.
    pairs : int
        How many rows have a voltage, and a voltage in the row before.
    empty : dict of str to int
        How many values are missing in each column.
    spectra : polars.DataFrame, optional
        The rows of impedance spectra.
    """

    columns: list[str]
    height: int = 0
    tally: Tally = field(factory=Tally)
    first: dict[str, float | None] = field(factory=dict)
    last_begins: bool = False
    steps: polars.DataFrame | None = None
    pairs: int = 0
    empty: dict[str, int] = field(factory=dict)
    spectra: polars.DataFrame | None = None


def scan(source: Source, options: Options, batch_rows: int = BATCH_ROWS) -> Scan:
    """Read a series.

    Raises
    ------
    PayloadError
        If the file or the query cannot be read.
    """
    result = Scan(numeric_columns(source.schema))
    if not result.columns:
        result.height = source.height()
        return result
    rows = Rows(result.columns, options.continued)
    sums = StepSums(result.columns) if options.data_type is None else None
    found = conditions(result.columns, options)
    spectra: list[polars.DataFrame] = []
    for batch in source.batches(result.columns, batch_rows):
        if batch.is_empty():
            continue
        numbers = rows.add(batch)
        if not result.first:
            result.first = numbers.select(result.columns).row(0, named=True)
        result.tally.add(numbers, found)
        if sums is not None:
            sums.add(numbers)
        _count(result, numbers, spectra)
    result.height = rows.height
    result.steps = None if sums is None else sums.table()
    return _finished(result, spectra)


def _count(result: Scan, rows: polars.DataFrame, spectra: list[polars.DataFrame]) -> None:
    result.last_begins = bool(rows["begins"][-1])
    new = rows.tail(int(rows["new"].sum()))
    for name in (TEMPERATURE, *COUNTERS):
        if name in result.columns:
            result.empty[name] = result.empty.get(name, 0) + new[name].null_count()
    if VOLTAGE in result.columns:
        pairs = rows[VOLTAGE].tail(new.height + 1).diff()
        result.pairs += len(pairs) - pairs.null_count()
    if set(_SPECTRUM[1:]) <= set(result.columns):
        names = [name for name in _SPECTRUM if name in result.columns]
        kept = _MOST_SPECTRA - sum(each.height for each in spectra)
        measured = new.select(names).drop_nulls().head(kept)
        spectra.append(measured)


def _finished(result: Scan, spectra: list[polars.DataFrame]) -> Scan:
    import polars as pl

    if spectra:
        result.spectra = pl.concat(spectra)
    return result
