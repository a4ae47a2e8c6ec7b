"""Step and cycle tables derived from a time series, as the service derives them on upload."""

from collections.abc import Iterable

import polars as pl

_REQUIRED = ("Time [s]", "Voltage [V]", "Current [A]", "Step count")
_MEAN_TEMPERATURE = "Mean temperature [degC]"
_CAPACITIES = ("Discharge capacity [A.h]", "Charge capacity [A.h]")
_ENERGIES = ("Discharge energy [W.h]", "Charge energy [W.h]")
_COUNTS = ("Step count", "Step from cycler", "Cycle count", "Cycle from cycler")
_MEASURED = {
    "t": "Time [s]",
    "v": "Voltage [V]",
    "i": "Current [A]",
    "f": "Frequency [Hz]",
    "temperature": "Temperature [degC]",
    **{name: name for name in (*_CAPACITIES, *_ENERGIES)},
}
_CYCLE_TOTALS = {
    "Cycle charge capacity [A.h]": "Charge capacity [A.h]",
    "Cycle discharge capacity [A.h]": "Discharge capacity [A.h]",
    "Cycle charge energy [W.h]": "Charge energy [W.h]",
    "Cycle discharge energy [W.h]": "Discharge energy [W.h]",
}
_STATISTICS = {"voltage [V]": "v", "current [A]": "i", "power [W]": "p", "frequency [Hz]": "f"}
_STEP_COLUMNS = (
    *("Start index", "End index", "Start time [s]", "End time [s]"),
    *("Start voltage [V]", "End voltage [V]", *_CAPACITIES, *_ENERGIES),
    *(f"{kind} {name}" for name in _STATISTICS for kind in ("Min", "Max", "Std", "Mean")),
    *(*_COUNTS, "Duration [s]", "Step type", "Label", "Group number", *_CYCLE_TOTALS),
)
_NEEDED_FOR_CYCLES = (
    *("Cycle count", "Step type", "Start time [s]", "Duration [s]", *_CAPACITIES, *_ENERGIES),
    *("Min voltage [V]", "Max voltage [V]", "Mean current [A]"),
)

_EIS_TOL = 1e-8  # Hz
_CURRENT_TOL = 1e-2  # A
_VOLTAGE_TOL = 1e-2  # V
_POWER_TOL = 1e-2  # W
# Of the largest current (power) of the series, or of the step's own mean. Absolute limits alone
# fail at both ends of the scale: a coin cell at 80 uA would always rest and its taper current
# be constant; a 100 A.h cell would never be constant, for its cycler's noise alone is 10 mA.
_RELATIVE_TOL = 1e-2


def steps_from_time_series(frame: pl.DataFrame) -> pl.DataFrame:
    """
    One row for each contiguous block of equal ``Step count``.

    Parameters
    ----------
    frame
        Time series with ``Time [s]``, ``Voltage [V]``, ``Current [A]`` (positive on discharge)
        and ``Step count``; with ``Frequency [Hz]`` (impedance data) ``Step count`` is enough.
        Capacity, energy, cycle and temperature columns are used where present. NaN, infinities
        and nulls count as not measured.

    Returns
    -------
    polars.DataFrame
        The step table: ``Int64`` indices and counts, ``Float64`` numbers, ``String`` labels, units
        in the columns' names. A step's capacity is the last value minus the first one, or the
        integral of its current where the series has no such values; an energy is then 0.
        ``Mean temperature [degC]`` is the last column where the series has a temperature.

    Raises
    ------
    ValueError
        If a required column is missing, or one that is used does not hold numbers.
    """
    rows = _rows(frame)
    max_current, max_power = rows.select(pl.col("i", "p").abs().max().fill_null(0.0)).row(0)
    steps = rows.group_by("block", maintain_order=True).agg(
        pl.col("index").first().alias("Start index"),
        pl.col("index").last().alias("End index"),
        _first("t").alias("Start time [s]"),
        _last("t").alias("End time [s]"),
        _first("v").alias("Start voltage [V]"),
        _last("v").alias("End voltage [V]"),
        *((_last(name) - _first(name)).alias(name) for name in (*_CAPACITIES, *_ENERGIES)),
        *_statistics(),
        *(_first(name).alias(name) for name in _COUNTS),
        pl.col("discharged", "charged").sum(),
        pl.col("temperature").mean().alias(_MEAN_TEMPERATURE),
    )
    steps = steps.with_columns(
        pl.col("Discharge capacity [A.h]").fill_null(pl.col("discharged")),
        pl.col("Charge capacity [A.h]").fill_null(pl.col("charged")),
        pl.col(_ENERGIES).fill_null(0.0),
        pl.col("^(Min|Max|Mean) frequency.*$", "^Std .*$").fill_null(0.0),
        _cycle_count().alias("Cycle count"),
        (pl.col("End time [s]") - pl.col("Start time [s]")).alias("Duration [s]"),
        pl.lit("").alias("Label"),
        pl.lit(float("nan")).alias("Group number"),
    )
    steps = steps.with_columns(
        _step_type(max_current, max_power).alias("Step type"),
        *(pl.col(of).sum().over("Cycle count").alias(name) for name, of in _CYCLE_TOTALS.items()),
    )
    has_temperature = "Temperature [degC]" in frame.columns
    return steps.select(*_STEP_COLUMNS, *([_MEAN_TEMPERATURE] if has_temperature else []))


def cycles_from_steps(steps: pl.DataFrame) -> pl.DataFrame:
    """
    One row for each ``Cycle count``, in the order in which the cycles first appear.

    Parameters
    ----------
    steps
        A step table, as `steps_from_time_series` returns it.

    Returns
    -------
    polars.DataFrame
        The cycle table. Efficiencies, retentions and fades are ratios, not percent, and null
        where they are undefined; retention refers to the discharge of the first cycle. A cycle
        lasts as long as its steps together. Mean currents (that of charge is negative) and
        ``Mean temperature [degC]``, which is there where the steps have it, are weighted by
        duration; rest and impedance steps are neither charge nor discharge. Throughputs
        accumulate from cycle to cycle.

    Raises
    ------
    ValueError
        If the step table lacks a column that is needed.
    """
    _require(steps, _NEEDED_FOR_CYCLES, "step table")
    active = ~pl.col("Step type").is_in(["Rest", "EIS"])
    discharging = active & (pl.col("Mean current [A]") > 0)
    charging = active & (pl.col("Mean current [A]") < 0)
    has_temperature = _MEAN_TEMPERATURE in steps.columns
    cycles = steps.group_by("Cycle count", maintain_order=True).agg(
        pl.col(*_CAPACITIES, *_ENERGIES).sum(),
        pl.col("Min voltage [V]").min(),
        pl.col("Max voltage [V]").max(),
        pl.col("Duration [s]").sum().alias("Cycle duration [s]"),
        _first("Start time [s]"),
        _weighted("Mean current [A]", discharging).alias("Mean discharge current [A]"),
        pl.col("Duration [s]").filter(discharging).sum().alias("Discharge duration [s]"),
        _weighted("Mean current [A]", charging).alias("Mean charge current [A]"),
        pl.col("Duration [s]").filter(charging).sum().alias("Charge duration [s]"),
        *([_mean_temperature()] if has_temperature else []),
    )
    return _with_ratios(cycles).select(
        "Cycle count",
        *_CAPACITIES,
        *_ENERGIES,
        *("Min voltage [V]", "Max voltage [V]", "Cycle duration [s]", "Start time [s]"),
        *("Coulombic efficiency", "Energy efficiency", "Capacity retention", "Capacity fade"),
        *("Energy retention", "Energy fade"),
        *("Mean discharge current [A]", "Discharge duration [s]"),
        *("Mean charge current [A]", "Charge duration [s]"),
        *([_MEAN_TEMPERATURE] if has_temperature else []),
        *("Capacity throughput [A.h]", "Energy throughput [W.h]"),
    )


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Give the columns that are used short names and one type each, absent ones as nulls."""
    _require(frame, ("Step count",) if "Frequency [Hz]" in frame.columns else _REQUIRED, "series")
    rows = frame.select(
        pl.int_range(pl.len(), dtype=pl.Int64).alias("index"),
        *(_numbers(frame, name, pl.Int64).alias(name) for name in _COUNTS),
        *(_numbers(frame, name, pl.Float64).alias(short) for short, name in _MEASURED.items()),
    ).with_columns(
        pl.col("Step count").rle_id().alias("block"),
        *(pl.when(pl.col(name).is_finite()).then(name).alias(name) for name in _MEASURED),
    )
    return rows.with_columns(
        (pl.col("v") * pl.col("i")).alias("p"),
        _charge_passed(pl.col("i").clip(lower_bound=0.0)).alias("discharged"),
        _charge_passed((-pl.col("i")).clip(lower_bound=0.0)).alias("charged"),
    )


def _require(frame: pl.DataFrame, names: Iterable[str], what: str) -> None:
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise ValueError(f"the {what} has no column {missing[0]!r}; it has {frame.columns}")


def _numbers(frame: pl.DataFrame, name: str, dtype: type[pl.DataType]) -> pl.Expr:
    found = frame.schema.get(name, pl.Null())
    if not (found.is_numeric() or found == pl.Null):
        raise ValueError(f"column {name!r} holds {found}, not numbers; convert it first")
    source = pl.col(name) if name in frame.columns else pl.lit(None)
    return source.cast(dtype, strict=False)


def _charge_passed(current: pl.Expr) -> pl.Expr:
    """Charge since the last measured row of the same step, in A.h, by the trapezoid rule."""
    known = pl.col("t").is_not_null() & pl.col("i").is_not_null()

    def previous(value: pl.Expr) -> pl.Expr:
        return pl.when(known).then(value).forward_fill().shift(1)

    elapsed = pl.col("t") - previous(pl.col("t"))
    inside = known & (previous(pl.col("block")) == pl.col("block"))
    return pl.when(inside).then((current + previous(current)) / 2 * elapsed / 3600).otherwise(0.0)


def _first(name: str) -> pl.Expr:
    return pl.col(name).drop_nulls().first()


def _last(name: str) -> pl.Expr:
    return pl.col(name).drop_nulls().last()


def _statistics() -> list[pl.Expr]:
    return [
        statistic.alias(f"{kind} {name}")
        for name, source in _STATISTICS.items()
        for kind, statistic in (
            ("Min", pl.col(source).min()),
            ("Max", pl.col(source).max()),
            ("Std", pl.col(source).std()),
            ("Mean", pl.col(source).mean()),
        )
    ]


def _cycle_count() -> pl.Expr:
    """Take the series' own count, else count the changes of the cycler's number, else 0."""
    own = pl.col("Cycle count").forward_fill().backward_fill()
    cycler = pl.col("Cycle from cycler").forward_fill().backward_fill()
    return own.fill_null(cycler.rle_id().cast(pl.Int64))


def _step_type(max_current: float, max_power: float) -> pl.Expr:
    current = pl.col("Mean current [A]")
    direction = pl.when(current > 0).then(pl.lit("discharge")).otherwise(pl.lit("charge"))

    def is_steady(quantity: str, limit: float, relative: float = _RELATIVE_TOL) -> pl.Expr:
        mean, std = pl.col(f"Mean {quantity}"), pl.col(f"Std {quantity}")
        return mean.is_not_null() & ((std < limit) | (std <= relative * mean.abs()))

    return (
        pl.when(pl.col("Mean frequency [Hz]") > _EIS_TOL)
        .then(pl.lit("EIS"))
        .when(current.is_null())
        .then(pl.lit("Unknown step type"))
        .when(current.abs() <= _RELATIVE_TOL * max_current)
        .then(pl.lit("Rest"))
        .when(is_steady("current [A]", min(_CURRENT_TOL, _RELATIVE_TOL * max_current)))
        .then(pl.format("Constant current {}", direction))
        .when(is_steady("voltage [V]", _VOLTAGE_TOL, relative=0.0))
        .then(pl.format("Constant voltage {}", direction))
        .when(is_steady("power [W]", min(_POWER_TOL, _RELATIVE_TOL * max_power)))
        .then(pl.format("Constant power {}", direction))
        .otherwise(pl.lit("Unknown step type"))
    )


def _ratio(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    return pl.when(denominator != 0).then(numerator / denominator)


def _weighted(name: str, where: pl.Expr) -> pl.Expr:
    duration = pl.col("Duration [s]")
    return _ratio((pl.col(name) * duration).filter(where).sum(), duration.filter(where).sum())


def _mean_temperature() -> pl.Expr:
    mean = pl.col(_MEAN_TEMPERATURE)
    return pl.coalesce(_weighted(_MEAN_TEMPERATURE, mean.is_not_null()), mean.mean()).alias(
        _MEAN_TEMPERATURE
    )


def _with_ratios(cycles: pl.DataFrame) -> pl.DataFrame:
    capacity, charge = (pl.col(name) for name in _CAPACITIES)
    energy, charge_energy = (pl.col(name) for name in _ENERGIES)
    return cycles.with_columns(
        _ratio(capacity, charge).alias("Coulombic efficiency"),
        _ratio(energy, charge_energy).alias("Energy efficiency"),
        _ratio(capacity, capacity.first()).alias("Capacity retention"),
        _ratio(energy, energy.first()).alias("Energy retention"),
        (capacity + charge).cum_sum().alias("Capacity throughput [A.h]"),
        (energy + charge_energy).cum_sum().alias("Energy throughput [W.h]"),
    ).with_columns(
        (1 - pl.col("Capacity retention")).alias("Capacity fade"),
        (1 - pl.col("Energy retention")).alias("Energy fade"),
    )
