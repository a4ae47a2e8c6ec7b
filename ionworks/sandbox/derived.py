"""The tables of an uploaded time series: read from storage, worked out, and written as JSON."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

from ionworks.sandbox.problems import BadRequest, Json

if TYPE_CHECKING:
    import polars as pl

TIME_SERIES, STEPS = "time_series.parquet", "steps.parquet"
STEPS_JSON, CYCLES_JSON = "steps.json", "cycles.json"
# Data of an open-circuit potential have neither time nor current, and so no steps to tell apart.
WITHOUT_STEPS = frozenset({"Time [s]", "Current [A]"})


def read_table(file: Path, filename: str) -> pl.DataFrame:
    """Return an uploaded table, or refuse with 400 what is no Parquet."""
    import polars as pl

    try:
        return pl.read_parquet(file, glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BadRequest(
            f"{filename} is not readable as Parquet ({reason}). Upload it again, then confirm."
        ) from error


def given_steps(columns: Json) -> pl.DataFrame:
    """Return the step table of a request body, or refuse with 400 columns of unequal length."""
    import polars as pl

    try:
        return pl.DataFrame(columns, strict=False)
    except (pl.exceptions.PolarsError, TypeError, ValueError, OverflowError) as error:
        raise BadRequest(f"steps is not a table of equally long columns: {error}") from error


def steps_of(series: pl.DataFrame) -> pl.DataFrame:
    """Return the steps of a time series; none if it has no time or no current."""
    import polars as pl

    from ionworks.sandbox.derive import steps_from_time_series

    try:
        return steps_from_time_series(series)
    except ValueError as error:
        if "Step count" in series.columns and not WITHOUT_STEPS & set(series.columns):
            return pl.DataFrame()
        raise BadRequest(f"The steps cannot be worked out from {TIME_SERIES}: {error}.") from error


def cycles_of(steps: pl.DataFrame) -> pl.DataFrame:
    """Return the cycles of a step table; none if the table has not what they are made of."""
    import polars as pl

    from ionworks.sandbox.derive import cycles_from_steps

    try:
        return cycles_from_steps(steps)
    except (ValueError, pl.exceptions.PolarsError):
        return pl.DataFrame()


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
