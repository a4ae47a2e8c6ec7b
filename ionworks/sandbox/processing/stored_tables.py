"""The tables of an uploaded time series: read from storage, worked out, and written as JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ionworks.sandbox.contract.problems import BadRequest, Json

if TYPE_CHECKING:
    import polars as pl

TIME_SERIES, STEPS = "time_series.parquet", "steps.parquet"
EXTENSION = "time_series_extend.parquet"
STEPS_JSON, CYCLES_JSON = "steps.json", "cycles.json"
# Data of an open-circuit potential have neither time nor current, and so no steps.
WITHOUT_STEPS = frozenset({"Time [s]", "Current [A]"})


def read_table(file: Path, filename: str) -> pl.DataFrame:
    """Return an uploaded table, or refuse with 400 what is not Parquet.

    Raises
    ------
    FileNotFoundError
        If there is no such file: another version may have replaced it.
    """
    import polars as pl

    try:
        return pl.read_parquet(file, glob=False)
    except FileNotFoundError:
        raise
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BadRequest(f"{filename} is not readable as Parquet ({reason}).") from error


def parse_steps(columns: Json) -> pl.DataFrame:
    """Return the step table of a request body, or refuse with 400 columns of unequal length."""
    import polars as pl

    try:
        return pl.DataFrame(columns, strict=False)
    except (pl.exceptions.PolarsError, TypeError, ValueError, OverflowError) as error:
        raise BadRequest(f"steps is not a table of equally long columns: {error}") from error


def steps_of(series: pl.DataFrame) -> pl.DataFrame:
    """Return the steps of a time series; none if it has no time or no current."""
    import polars as pl

    from ionworks.sandbox.processing.derive import steps_from_time_series

    try:
        return steps_from_time_series(series)
    except ValueError as error:
        if "Step count" in series.columns and not WITHOUT_STEPS & set(series.columns):
            return pl.DataFrame()
        raise BadRequest(f"The steps cannot be worked out from {TIME_SERIES}: {error}.") from error


def cycles_of(steps: pl.DataFrame) -> pl.DataFrame:
    """Return the cycles of a step table; none if the table has not what they are made of."""
    import polars as pl

    from ionworks.sandbox.processing.derive import cycles_from_steps

    try:
        return cycles_from_steps(steps)
    except (ValueError, pl.exceptions.PolarsError):
        return pl.DataFrame()


def append_rows(series: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return a time series with new rows behind it, or refuse with 400 rows that do not follow."""
    import polars as pl

    _check_columns(series, rows)
    try:
        whole = pl.concat([series, rows.select(series.columns)], how="vertical_relaxed")
    except pl.exceptions.PolarsError as error:
        raise BadRequest(f"The new rows have other types than the stored ones: {error}.") from error
    changed = [
        name
        for name, kind in series.schema.items()
        if kind != pl.Null and kind.is_numeric() != whole.schema[name].is_numeric()
    ]
    if changed:
        raise BadRequest(f"The new rows have another type in the columns {_quote(changed)}.")
    _check_time(series, rows)
    counts = whole["Step count"].slice(max(0, series.height - 1)).cast(pl.Float64)
    if not counts.diff().slice(1).is_in([0.0, 1.0]).fill_null(value=False).all():
        raise BadRequest(
            f"The column 'Step count' of the new rows does not continue from {counts[0]}: it may "
            "stay or grow by 1 from row to row."
        )
    return whole


def _check_columns(series: pl.DataFrame, rows: pl.DataFrame) -> None:
    """Refuse with 400 rows whose columns are not those of the series."""
    missing = [name for name in series.columns if name not in rows.columns]
    unknown = [name for name in rows.columns if name not in series.columns]
    if missing or unknown:
        faults = [
            f"{what} {_quote(names)}"
            for what, names in (("without", missing), ("with the unknown", unknown))
            if names
        ]
        raise BadRequest(
            f"The new rows come {' and '.join(faults)}: they need the columns of the stored ones."
        )
    kinds = series.schema
    needed = [n for n in ("Time [s]", "Step count") if n not in kinds or not kinds[n].is_numeric()]
    if needed:
        raise BadRequest(f"A series without numbers in {_quote(needed)} cannot be extended.")
    if rows.is_empty():
        raise BadRequest(f"{EXTENSION} has no rows.")


def _check_time(series: pl.DataFrame, rows: pl.DataFrame) -> None:
    """Refuse with 400 rows that do not start after the last sample of the series."""
    import polars as pl

    last, first = (
        table.select(chosen.fill_nan(None)).item()
        for table, chosen in (
            (series, pl.col("Time [s]").cast(pl.Float64).max()),
            (rows, pl.col("Time [s]").cast(pl.Float64).min()),
        )
    )
    if first is None or (last is not None and first <= last):
        raise BadRequest(
            f"The new rows start at {first} s, not after the last stored sample at {last} s."
        )


def _quote(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names))


def as_parquet(table: pl.DataFrame) -> bytes:
    """Return a table as the bytes of a Parquet file."""
    buffer = io.BytesIO()
    table.write_parquet(buffer)
    return buffer.getvalue()


def as_json(table: pl.DataFrame) -> bytes:
    """Return a table as a JSON object of columns; NaN and infinities become null."""
    import polars as pl
    import polars.selectors as cs

    finite = table.with_columns(
        pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name)
        for name in cs.expand_selector(table, cs.float())
    )
    columns = finite.to_dict(as_series=False)
    return json.dumps(columns, default=str, separators=(",", ":")).encode()
