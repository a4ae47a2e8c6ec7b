"""What a step did: rest, constant current, voltage or power, CCCV, pulse, impedance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars

UNKNOWN: Final = "Unknown step type"
_STEADY: Final = 0.04  # of the median: how far the current or power of nine in ten rows differs
_FLAT: Final = 0.010  # V
_PULSE: Final = 60.0  # s; a pulse lasts no longer
_SMALL: Final = 0.05  # of the largest charge; a pulse passes no more
_PART: Final = 3  # rows before a hold that are a constant current of their own


def facts() -> list[polars.Expr]:
    """Return the expressions that determine the type of a step."""
    import polars as pl

    inner = pl.len() > 4  # the first and last row of a step often belong to its neighbour
    power = pl.col("smooth") * pl.col("Voltage [V]")

    def spread(value: polars.Expr) -> polars.Expr:
        return value.quantile(0.95) - value.quantile(0.05)

    def either(of: polars.Expr, name: str) -> list[polars.Expr]:
        part = of.slice(1, pl.len() - 2)
        return [
            pl.when(inner).then(spread(part)).otherwise(spread(of)).alias(f"{name} spread"),
            pl.when(inner).then(part.median()).otherwise(of.median()).abs().alias(f"{name} median"),
        ]

    before = pl.col("smooth").filter(~pl.col("Hold"))
    return [
        *either(pl.col("smooth"), "current"),
        *either(power, "power"),
        spread(before).alias("before spread"),
        before.median().abs().alias("before median"),
        before.len().alias("rows before"),
        pl.col("Hold").sum().alias("held"),
        spread(pl.col("Voltage [V]")).alias("voltage spread"),
        (pl.col("Voltage [V]").max() - pl.col("Voltage [V]").min()).alias("voltage range"),
        pl.col("Direction").drop_nulls().n_unique().alias("directions"),
        pl.col("Direction").drop_nulls().first().alias("direction"),
        (pl.col("Direction").is_null() & pl.col("smooth").is_not_null()).mean().alias("resting"),
    ]


def step_type(noise: float) -> polars.Expr:
    """Return the type from the facts of a step; `noise` is the spread of a current at rest."""
    import polars as pl

    def steady(name: str, least: float = 0.0) -> polars.Expr:
        limit = pl.max_horizontal(_STEADY * pl.col(f"{name} median"), pl.lit(least))
        return (pl.col(f"{name} spread") <= limit).fill_null(False)

    def named(kind: str) -> polars.Expr:
        return pl.format("{} {}", pl.lit(kind), pl.col("direction"))

    held = (pl.col("held") >= 1) & ~steady("current", noise)
    two_parts = (
        held
        & (pl.col("voltage range") > _FLAT)
        & (pl.col("rows before") > _PART)
        & steady("before", noise)
    )
    flat = (pl.col("voltage spread") <= _FLAT).fill_null(False)
    one = pl.col("directions") == 1
    return (
        pl.when(pl.col("Mean frequency [Hz]") > 1e-8)
        .then(pl.lit("EIS"))
        .when((pl.col("directions") == 0) & pl.col("Mean current [A]").is_not_null())
        .then(pl.lit("Rest"))
        .when(~one | (pl.col("resting") > 0.5))
        .then(pl.lit(UNKNOWN))
        .when(steady("current", noise))
        .then(named("Constant current"))
        .when(two_parts)
        .then(named("CCCV"))
        .when((held & (pl.col("rows before") <= _PART)) | flat)
        .then(named("Constant voltage"))
        .when(steady("power"))
        .then(named("Constant power"))
        .otherwise(pl.lit(UNKNOWN))
    )


def with_pulses(steps: polars.DataFrame) -> polars.DataFrame:
    """Name short constant currents next to a rest pulses if they pass little charge."""
    import polars as pl

    kind, charge = pl.col("Step type"), pl.max_horizontal("^(Discharge|Charge) capacity.*$")
    resting = kind == "Rest"
    short = (pl.col("Duration [s]") <= _PULSE) & (charge <= _SMALL * charge.max())
    candidate = kind.str.starts_with("Constant current") & short
    quiet = (resting | candidate).fill_null(False)
    adjacent = quiet.shift(1, fill_value=True) & quiet.shift(-1, fill_value=True)
    touches = resting.shift(1, fill_value=False) | resting.shift(-1, fill_value=False)
    pulse = candidate & adjacent & touches
    return steps.with_columns(
        pl.when(pulse).then(kind.str.replace("Constant current", "Pulse")).otherwise(kind)
    )
