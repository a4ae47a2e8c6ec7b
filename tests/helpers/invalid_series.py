"""Series with one thing wrong each, made from one hour of a 2.5 A discharge at 10 s."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import polars as pl

TIME, VOLTAGE, CURRENT, STEP = "Time [s]", "Voltage [V]", "Current [A]", "Step count"
CYCLE = "Cycle count"
DISCHARGED, CHARGED = "Discharge capacity [A.h]", "Charge capacity [A.h]"
OUT, INTO = "Discharge energy [W.h]", "Charge energy [W.h]"
ROWS = 361


def discharge(**columns: Any) -> pl.DataFrame:
    """One hour at 2.5 A from 4.1 V to 3.4 V, with a noise of 0.2 mV."""
    noise = np.random.default_rng(3).normal(0, 2e-4, ROWS)
    time = np.arange(ROWS) * 10.0
    series = {
        TIME: time,
        VOLTAGE: np.linspace(4.1, 3.4, ROWS) + noise,
        CURRENT: np.full(ROWS, 2.5),
        STEP: np.zeros(ROWS, dtype=np.int64),
    }
    return pl.DataFrame({**series, **columns})


def then(first: pl.DataFrame, second: pl.DataFrame, pause: float = 10.0) -> pl.DataFrame:
    """One series after the other, as the next step."""
    start, step = first[TIME][-1] + pause, first[STEP][-1] + 1
    return pl.concat([first, second.with_columns(pl.col(TIME) + start, pl.col(STEP) + step)])


def charge() -> pl.DataFrame:
    """The same hour as a charge: negative current, rising voltage."""
    return discharge().with_columns(-pl.col(CURRENT), pl.col(VOLTAGE).reverse())


def counted(frame: pl.DataFrame) -> pl.DataFrame:
    """With counters of capacity and energy, which begin at 0 in each step."""
    hours = (pl.col(TIME).diff() / 3600).over(STEP)
    current, power = pl.col(CURRENT), pl.col(CURRENT) * pl.col(VOLTAGE)

    def counter(rate: pl.Expr) -> pl.Expr:
        positive = rate.clip(lower_bound=0.0)
        passed = ((positive + positive.shift()) / 2).over(STEP) * hours
        return passed.fill_null(0.0).cum_sum().over(STEP)

    return frame.with_columns(
        counter(current).alias(DISCHARGED),
        counter(-current).alias(CHARGED),
        counter(power).alias(OUT),
        counter(-power).alias(INTO),
    )


def cycled() -> pl.DataFrame:
    """A discharge and a charge, with counters."""
    return counted(then(discharge(), charge()))


def changed(name: str, values: Sequence[Any] | pl.Expr, frame: pl.DataFrame | None = None) -> Any:
    """The hour with other values in one column."""
    column = values.alias(name) if isinstance(values, pl.Expr) else pl.Series(name, values)
    return (discharge() if frame is None else frame).with_columns(column)


def _with(name: str, row: int, value: float | None) -> pl.DataFrame:
    index = pl.int_range(pl.len())
    return changed(name, pl.when(index == row).then(pl.lit(value)).otherwise(pl.col(name)))


def _late(rows: int, seconds: float) -> pl.DataFrame:
    index = pl.int_range(pl.len())
    return changed(TIME, pl.col(TIME) + pl.when(index >= rows).then(seconds).otherwise(0.0))


def spectrum(sign: float = -1.0) -> pl.DataFrame:
    """An impedance spectrum of a resistance and a capacitive arc."""
    frequency = np.geomspace(1e4, 1e-2, 40)
    impedance = 0.02 + 0.03 / (1 + 1j * frequency / 10)
    return pl.DataFrame(
        {
            "Frequency [Hz]": frequency,
            "Z_Re [Ohm]": impedance.real,
            "Z_Im [Ohm]": -sign * impedance.imag,
            STEP: np.zeros(len(frequency), dtype=np.int64),
        }
    )


def _not_reset() -> pl.DataFrame:
    frame = counted(then(discharge(), discharge().with_columns(pl.col(VOLTAGE))))
    again = pl.col(DISCHARGED) + 2.5 * pl.col(STEP)
    return frame.with_columns(again)


_INDEX = pl.int_range(pl.len())
Builder = Callable[[], pl.DataFrame]
#: Case: how it is made, the code of its finding, the type of data, and what only strict finds.
INVALID: dict[str, tuple[Builder, str]] = {
    "sign reversed": (lambda: changed(CURRENT, -pl.col(CURRENT)), "current_sign_reversed"),
    "charge with positive current": (
        lambda: then(discharge(), charge()).with_columns(pl.col(CURRENT).abs()),
        "current_sign_unsigned",
    ),
    "capacity that does not reset": (_not_reset, "cumulative_value_not_reset"),
    "capacity that decreases": (
        lambda: changed(
            DISCHARGED, pl.when(_INDEX >= 200).then(0.1).otherwise(DISCHARGED), counted(discharge())
        ),
        "cumulative_value_decreased",
    ),
    "time backwards": (lambda: _late(100, -500.0), "time_not_monotonic"),
    "time not from 0": (lambda: _late(0, 5.0), "time_does_not_start_at_zero"),
    "gap of 100 h": (lambda: _late(100, 360_000.0), "time_gap_too_large"),
    "millivolts": (lambda: changed(VOLTAGE, 1000 * pl.col(VOLTAGE)), "unit_suspect"),
    "milliamperes": (lambda: changed(CURRENT, 1000 * pl.col(CURRENT)), "unit_suspect"),
    "milliseconds": (lambda: changed(TIME, 1000 * pl.col(TIME)), "time_scale_suspect"),
    "one NaN voltage": (lambda: _with(VOLTAGE, 50, float("nan")), "value_not_finite"),
    "one null current": (lambda: _with(CURRENT, 50, None), "value_not_finite"),
    "no current column": (lambda: discharge().drop(CURRENT), "column_missing"),
    "no rows": (lambda: discharge().head(0), "time_series_empty"),
    "voltage as text": (
        lambda: changed(VOLTAGE, pl.col(VOLTAGE).cast(pl.String)),
        "column_not_numeric",
    ),
    "260 equal times": (
        lambda: changed(TIME, pl.when(_INDEX >= 101).then(1000.0).otherwise(TIME)),
        "time_duplicated",
    ),
    "cycle of 0.5": (lambda: changed(CYCLE, [0.5] * ROWS), "cycle_not_integer"),
    "step jumping by 2": (
        lambda: changed(STEP, [0] * 200 + [2] * (ROWS - 200)),
        "step_count_non_sequential",
    ),
    "step of one row": (
        lambda: changed(STEP, [0] * 200 + [1] + [2] * (ROWS - 201)),
        "step_too_few_points",
    ),
    "alternating voltage": (
        lambda: changed(VOLTAGE, [2.6, 4.2] * (ROWS // 2) + [2.6]),
        "voltage_continuity",
    ),
    "capacity three times the integral": (
        lambda: changed(DISCHARGED, 3 * pl.col(DISCHARGED), counted(discharge())),
        "discharge_capacity_integral_mismatch",
    ),
    "a million amperes": (lambda: changed(CURRENT, [1e6] * ROWS), "value_out_of_range"),
    "positive imaginary impedance": (lambda: spectrum(1.0), "eis_zim_sign_reversed"),
}
#: More cases of the same kinds.
MORE_INVALID: dict[str, tuple[Builder, str]] = {
    "hours": (lambda: changed(TIME, pl.col(TIME) / 3600), "time_scale_suspect"),
    "hours beside a counter": (
        lambda: changed(TIME, pl.col(TIME) / 3600, counted(discharge())),
        "time_scale_suspect",
    ),
    "minutes beside a counter": (
        lambda: changed(TIME, pl.col(TIME) / 60, counted(discharge())),
        "time_scale_suspect",
    ),
    "capacity in mA.h": (
        lambda: changed(DISCHARGED, 1000 * pl.col(DISCHARGED), counted(discharge())),
        "unit_suspect",
    ),
    "kelvins": (lambda: changed("Temperature [degC]", [298.15] * ROWS), "unit_suspect"),
    "below absolute zero": (
        lambda: changed("Temperature [degC]", [25.0] * 360 + [-999.0]),
        "value_out_of_range",
    ),
    "cycle of one turn": (
        lambda: changed(CYCLE, [6.283185307179586] * ROWS),
        "cycle_not_integer",
    ),
    "cycle that falls": (
        lambda: changed(CYCLE, [1] * 200 + [0] * (ROWS - 200)),
        "cycle_count_decreased",
    ),
    "12 rows without a voltage": (
        lambda: changed(VOLTAGE, pl.when(_INDEX.is_between(20, 31)).then(None).otherwise(VOLTAGE)),
        "nan_run",
    ),
    "energy three times the integral": (
        lambda: changed(OUT, 3 * pl.col(OUT), counted(discharge())),
        "discharge_energy_integral_mismatch",
    ),
    "charge three times the integral": (
        lambda: changed(CHARGED, 3 * pl.col(CHARGED), cycled()),
        "charge_capacity_integral_mismatch",
    ),
    "charge energy three times the integral": (
        lambda: changed(INTO, 3 * pl.col(INTO), cycled()),
        "charge_energy_integral_mismatch",
    ),
    "capacities exchanged": (
        lambda: cycled().rename({DISCHARGED: CHARGED, CHARGED: DISCHARGED}),
        "charge_discharge_capacity_columns_swapped",
    ),
    "energies exchanged": (
        lambda: cycled().rename({OUT: INTO, INTO: OUT}),
        "charge_discharge_energy_columns_swapped",
    ),
    "half of the charge reversed": (
        lambda: then(discharge(), discharge().with_columns(-pl.col(CURRENT))),
        "current_sign_indeterminate",
    ),
    "step from 1": (
        lambda: changed(STEP, pl.col(STEP) + 1),
        "step_count_does_not_start_at_zero",
    ),
    "no step": (lambda: discharge().drop(STEP), "step_count_missing"),
}


def data_type(frame: pl.DataFrame) -> str | None:
    """The type of data of a case."""
    return "eis" if "Z_Im [Ohm]" in frame.columns and CURRENT not in frame.columns else None


def _rated(times: float) -> pl.DataFrame:
    """Two discharges in sequence with so many A.h each, for a cell of 2.5 A.h."""
    frame = then(discharge(), discharge())
    return counted(frame.with_columns(pl.col(CURRENT) * times))


#: Cases of rules that both clients have, beside those above.
BOTH_FIND: dict[str, tuple[Builder, str]] = {
    "two full discharges": (lambda: _rated(2.1), "consecutive_same_direction_full_steps"),
    "cycle that changes within a step": (
        lambda: changed(CYCLE, [0] * 200 + [1] * (ROWS - 200)),
        "cycle_changes_within_step",
    ),
    "impedance of ohms": (
        lambda: spectrum().with_columns(pl.col("Z_Re [Ohm]", "Z_Im [Ohm]") * 1000),
        "eis_impedance_magnitude_implausible",
    ),
    "no impedance columns": (
        lambda: spectrum().drop("Z_Re [Ohm]"),
        "eis_columns_missing",
    ),
    "row without time beside impedance": (
        lambda: _with(TIME, 50, None).with_columns(
            pl.when(_INDEX == 60).then(100.0).alias("Frequency [Hz]")
        ),
        "time_missing_on_non_eis_row",
    ),
}
#: Series in which neither client finds an error.
VALID: dict[str, Builder] = {
    "discharge": discharge,
    "charge": charge,
    "counted": cycled,
    "discharge and charge": lambda: then(discharge(), charge()),
    "rest between": lambda: then(
        then(discharge(), discharge().with_columns(pl.col(CURRENT) * 0).head(60)), charge()
    ),
    "spectrum": spectrum,
}
#: The codes of the vendor's client.
VENDOR_CODES = frozenset(
    {
        "current_sign_reversed",
        "current_sign_indeterminate",
        "current_sign_unsigned",
        "cumulative_value_not_reset",
        "cumulative_value_decreased",
        "step_too_few_points",
        "time_does_not_start_at_zero",
        "time_not_monotonic",
        "time_missing_on_non_eis_row",
        "step_count_missing",
        "step_count_does_not_start_at_zero",
        "step_count_non_sequential",
        "cycle_changes_within_step",
        "ocp_voltage_column_missing",
        "ocp_x_axis_column_missing",
        "time_series_row_count_exceeded",
        "time_gap_too_large",
        "voltage_continuity",
        "consecutive_same_direction_full_steps",
        "step_capacity_exceeds_rated",
        "charge_discharge_capacity_columns_swapped",
        "charge_discharge_energy_columns_swapped",
        "discharge_capacity_integral_mismatch",
        "charge_capacity_integral_mismatch",
        "discharge_energy_integral_mismatch",
        "charge_energy_integral_mismatch",
        "eis_columns_missing",
        "eis_zim_sign_reversed",
        "eis_impedance_magnitude_implausible",
        "start_time_in_future",
        "end_time_in_future",
        "end_time_before_start_time",
        "duration_mismatch",
    }
)
