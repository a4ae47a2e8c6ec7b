"""All rows of a series with their step, their cycle, and the charge and energy of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ionworks.analysis.blocks import with_directions
from ionworks.analysis.holds import with_holds
from ionworks.analysis.rows import NEEDED, is_stage, measured_rows, median_of_three, read_rows
from ionworks.errors import PayloadError
from ionworks.frames.convert import to_polars

if TYPE_CHECKING:
    import polars

    from ionworks.frames.convert import AnyTable

CAPACITIES: Final = ("Discharge capacity [A.h]", "Charge capacity [A.h]")
ENERGIES: Final = ("Discharge energy [W.h]", "Charge energy [W.h]")
COUNTERS: Final = (*CAPACITIES, *ENERGIES)
INTEGRALS: Final = ("discharged", "charged", "energy out", "energy in")  # of the COUNTERS
FREQUENCY: Final = "Frequency [Hz]"
TEMPERATURE: Final = "Temperature [degC]"
MEAN_TEMPERATURE: Final = "Mean temperature [degC]"
FROM_CYCLER: Final = ("Step from cycler", "Cycle from cycler")
_IMPEDANCE: Final = 1e-8  # Hz; a row with more is one of an impedance spectrum
_MAIN: Final = 0.05  # of the largest half cycle: less begins no cycle


def ledger(time_series: AnyTable) -> polars.DataFrame:
    """Return every row with `Step count`, `Cycle count`, its direction, charge and energy.

    Charges are in A.h and energies in W.h: `discharged`, `charged`, `energy out`, `energy in`, and
    `rested`, the net charge that was recorded at rest. Steps and cycles are counted where the
    series has none.

    Raises
    ------
    PayloadError
        As in `steps`.
    """
    import polars as pl

    frame = _with_missing(to_polars(time_series))
    cycler = [name for name in FROM_CYCLER if name in frame.columns and _numeric(frame[name])]
    rows = _numbered(read_rows(frame, (*COUNTERS, FREQUENCY, TEMPERATURE, *cycler)))
    measured = rows.filter((pl.col(FREQUENCY) > _IMPEDANCE).not_().fill_null(True))
    known = measured_rows(measured)
    if known.is_empty() and not measured.is_empty() and measured[FREQUENCY].is_null().all():
        reason = "'Current [A]' and 'Time [s]' have no row in which both are numbers"
        raise PayloadError("time_series", "DataFrame", reason, "check the columns")
    measured = with_holds(with_directions(known))
    measured = measured.with_columns(median_of_three("Current [A]").alias("smooth"))
    if "Step count" not in rows.columns:
        measured = measured.with_columns(_count_steps())
    if "Cycle count" not in rows.columns:
        measured = measured.with_columns(_count_cycles(measured))
    added = measured.select(
        *("row", "Step count", "Cycle count", "Direction", "Hold", "Weight [s]", "smooth"),
        *_amounts(),
    )
    rows = rows.drop("Step count", "Cycle count", strict=False)
    whole = rows.join(added, on="row", how="left", maintain_order="left")
    counts = pl.col("Step count", "Cycle count").forward_fill().backward_fill().fill_null(0)
    return whole.with_columns(
        counts, pl.col("discharged", "charged", "energy out", "energy in", "rested").fill_null(0.0)
    )


def _numeric(column: polars.Series) -> bool:
    return column.dtype.is_numeric()


def _with_missing(frame: polars.DataFrame) -> polars.DataFrame:
    """Give impedance data the columns that they may lack, without values."""
    import polars as pl

    if FREQUENCY not in frame.columns:
        return frame
    absent = [name for name in NEEDED if name not in frame.columns]
    return frame.with_columns(pl.lit(None, pl.Float64).alias(name) for name in absent)


def _numbered(rows: polars.DataFrame) -> polars.DataFrame:
    """Add the optional columns; take steps and cycles from the cycler's numbers where need be."""
    import polars as pl

    optional = [*COUNTERS, FREQUENCY, TEMPERATURE, *FROM_CYCLER]
    absent = [name for name in optional if name not in rows.columns]
    given = [name for name in FROM_CYCLER if name not in absent and rows[name].count()]
    filled = [pl.col(name).forward_fill().backward_fill() for name in given]
    counted = []
    if "Step count" not in rows.columns and "Step from cycler" in given:
        counted.append(pl.struct(filled).rle_id().cast(pl.Int64).alias("Step count"))
    if "Cycle count" not in rows.columns and "Cycle from cycler" in given:
        cycle = pl.col("Cycle from cycler").forward_fill().backward_fill()
        counted.append(cycle.rle_id().cast(pl.Int64).alias("Cycle count"))
    return rows.with_columns(*counted, *(pl.lit(None, pl.Float64).alias(name) for name in absent))


def _count_steps() -> polars.Expr:
    """Count the changes of direction, and the changes between two constant currents."""
    import polars as pl

    # Several rows on each side: at the border of a direction there may be rows of a rest.
    direction = pl.col("Direction")
    inside = pl.all_horizontal(direction == direction.shift(rows) for rows in (3, 2, 1, -1, -2))
    stage = is_stage("smooth") & inside
    turn = pl.struct("Cycle count", "Direction").rle_id().diff() != 0
    return (turn | stage).fill_null(False).cum_sum().cast(pl.Int64).alias("Step count")


def _count_cycles(rows: polars.DataFrame) -> polars.Series:
    """Count the charges or discharges, whichever comes first; small ones begin no cycle."""
    import polars as pl

    active = rows.drop_nulls("Direction").with_columns(pl.col("Direction").rle_id().alias("half"))
    halves = active.group_by("half", maintain_order=True).agg(
        pl.col("Direction", "row").first(),
        (pl.col("Current [A]") * pl.col("Weight [s]")).sum().abs().alias("charge"),
    )
    main = halves.filter(pl.col("charge") >= _MAIN * pl.col("charge").max())
    begins: list[int] = []
    last = None
    for direction, row in main.select("Direction", "row").iter_rows():
        if direction == main["Direction"][0] and direction != last:
            begins.append(row)
        last = direction
    starts = pl.Series(begins[1:], dtype=pl.Int64)
    return (
        starts.search_sorted(rows["row"], side="right").cast(pl.Int64).alias("Cycle count")
        if len(starts)
        else pl.repeat(0, rows.height, dtype=pl.Int64, eager=True).alias("Cycle count")
    )


def _amounts() -> list[polars.Expr]:
    """Charge and energy of each row: current, and power, times the row's share of the time."""
    import polars as pl

    charge = pl.col("Current [A]") * pl.col("Weight [s]") / 3600
    energy = charge * pl.col("Voltage [V]").interpolate().forward_fill().backward_fill()
    out = (pl.col("Direction") == "discharge") ^ pl.col("Against")
    into = (pl.col("Direction") == "charge") ^ pl.col("Against")
    return [
        pl.when(out).then(charge).otherwise(0.0).alias("discharged"),
        pl.when(into).then(-charge).otherwise(0.0).alias("charged"),
        pl.when(out).then(energy).otherwise(0.0).alias("energy out"),
        pl.when(into).then(-energy).otherwise(0.0).alias("energy in"),
        pl.when(pl.col("Direction").is_null()).then(charge).otherwise(0.0).alias("rested"),
    ]
