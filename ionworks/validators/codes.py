"""The codes of all findings: when each is found, how severe it is, and what to do."""

from __future__ import annotations

from typing import Final, Literal

from attrs import frozen


@frozen
class Code:
    """One code of a finding.

    Attributes
    ----------
    name : str
        The code.
    check : str
        The check that finds it; `skip_checks` accepts it as well as the code.
    default, strict : {"error", "warning"}, optional
        The severity without and with `strict`; None if it is not looked for.
    when, fix : str
        When it is found, and what to do.
    needs : tuple of str
        Columns or arguments without which it is not looked for.
    required : bool
        Whether the service needs what is missing, so that it cannot be skipped.
    """

    name: str
    check: str
    default: Literal["error", "warning"] | None
    strict: Literal["error", "warning"]
    when: str
    fix: str
    needs: tuple[str, ...] = ()
    required: bool = False


_T, _V, _I, _S = "Time [s]", "Voltage [V]", "Current [A]", "Step count"
_COUNTERS = "a capacity or energy column"
_Z = ("Frequency [Hz]", "Z_Re [Ohm]", "Z_Im [Ohm]")
_ERROR: Final = "error"
_WARNING: Final = "warning"

_COLUMNS = (
    Code(
        *("time_series_empty", "columns", _ERROR, _ERROR),
        "The time series has no rows.",
        "Give at least one row.",
        required=True,
    ),
    Code(
        *("column_missing", "columns", _ERROR, _ERROR),
        "`Time [s]`, `Voltage [V]` or `Current [A]` is missing.",
        "Rename the column that the message names, or add one.",
        required=True,
    ),
    Code(
        *("step_count_missing", "step_count_sequential", _ERROR, _ERROR),
        "`Step count` is missing.",
        "Number the steps 0, 1, 2, ...",
        required=True,
    ),
    Code(
        *("ocp_voltage_column_missing", "ocp_columns", _ERROR, _ERROR),
        "`Voltage [V]` is missing in data of the type `ocp`.",
        "Rename the column that the message names, or add one.",
        required=True,
    ),
    Code(
        *("ocp_x_axis_column_missing", "ocp_columns", _ERROR, _ERROR),
        "`Capacity [A.h]`, `Stoichiometry` and `SOC` are all missing in data of the type `ocp`.",
        "Add one of them.",
        required=True,
    ),
    Code(
        *("eis_columns_missing", "eis_columns", _ERROR, _ERROR),
        "`Frequency [Hz]`, `Z_Re [Ohm]` or `Z_Im [Ohm]` is missing in data of the type `eis`.",
        "Rename the columns that the message names, or add them.",
        required=True,
    ),
    Code(
        *("column_not_numeric", "columns", _ERROR, _ERROR),
        "A required column holds text, dates or other values that are not numbers.",
        "Convert it to numbers.",
        required=True,
    ),
    Code(
        *("value_not_finite", "values", _ERROR, _ERROR),
        "A required column has null, NaN or infinite values. Rows of an impedance spectrum may "
        "lack time, voltage and current.",
        "Leave out these rows, or fill the values.",
    ),
    Code(
        *("time_missing_on_non_eis_row", "time_missing_only_on_eis_rows", _ERROR, _ERROR),
        "In a table with `Frequency [Hz]`, a row has neither a time nor a frequency.",
        "Add the time, or leave out the row.",
        (_T, "Frequency [Hz]"),
    ),
    Code(
        *("nan_run", "nan_run", _WARNING, _ERROR),
        "10 or more rows in sequence have no number in a column that has numbers elsewhere. "
        "Columns of which more than half is empty are not checked.",
        "Look for an interruption of the recording; leave out the rows.",
    ),
    Code(
        *("time_series_row_count_exceeded", "time_series_row_count", _ERROR, _ERROR),
        "The series has more rows than `max_rows`.",
        "Thin the series, or split it.",
        ("max_rows",),
    ),
)

_TIME = (
    Code(
        *("time_does_not_start_at_zero", "time_starts_at_zero", _ERROR, _ERROR),
        "The first time differs from 0 by more than 1e-6 s.",
        "Subtract the first time; `start_time` holds the date.",
        (_T,),
    ),
    Code(
        *("time_not_monotonic", "time_monotonic", _ERROR, _ERROR),
        "The time decreases by more than 1e-12 s from row to row.",
        "If the clock starts again with each step, add the end of the step before; otherwise "
        "correct or leave out these rows.",
        (_T,),
    ),
    Code(
        *("time_duplicated", "time_duplicated", _WARNING, _ERROR),
        "5 or more rows of one step have the same time.",
        "Use a time with more digits, or leave out the repeated rows.",
        (_T,),
    ),
    Code(
        *("time_gap_too_large", "time_gaps", _WARNING, _ERROR),
        "The time increases by more than 5 h from row to row.",
        "If the cycler paused, upload the parts as two measurements; otherwise correct the time.",
        (_T,),
    ),
    Code(
        *("time_scale_suspect", "time_scale", _WARNING, _ERROR),
        "The times are probably not in seconds: rows under current are half an hour or more "
        "apart, the voltage moves by 0.3 V within 10 s without a jump, or the "
        "counters grow by a factor of 60, 1000 or 3600 more or less than the integral.",
        "Convert the time to seconds.",
        (_T, _V, _I),
    ),
    Code(
        *("start_time_in_future", "measurement_timing", _WARNING, _WARNING),
        "`start_time` is in the future.",
        "Check the date and the time zone.",
        ("start_time",),
    ),
    Code(
        *("end_time_in_future", "measurement_timing", _WARNING, _WARNING),
        "`end_time` is in the future.",
        "Check the date and the time zone.",
        ("end_time",),
    ),
    Code(
        *("end_time_before_start_time", "measurement_timing", _WARNING, _WARNING),
        "`end_time` is before `start_time`.",
        "Exchange them, or check the time zones.",
        ("start_time", "end_time"),
    ),
    Code(
        *("duration_mismatch", "measurement_timing", _WARNING, _WARNING),
        "The time from `start_time` to `end_time` differs from the span of `Time [s]` by more than "
        "60 s and more than 5 %.",
        "Check the unit of the time, and for rows that are missing.",
        ("start_time", "end_time", _T),
    ),
)

_STEPS = (
    Code(
        *("step_count_does_not_start_at_zero", "step_count_sequential", _ERROR, _ERROR),
        "The first step is not 0.",
        "Subtract the first value.",
        (_S,),
    ),
    Code(
        *("step_count_non_sequential", "step_count_sequential", _ERROR, _ERROR),
        "`Step count` changes by other than 0 or 1 from row to row.",
        "Count its changes: `frame.with_columns(pl.col('Step count').rle_id())`.",
        (_S,),
    ),
    Code(
        *("step_too_few_points", "minimum_points_per_step", _WARNING, _ERROR),
        "A step has only one row. Without `strict`, series of fewer than 10 rows are not checked.",
        "Leave out the row, or count it to the step before or after it.",
        (_S,),
    ),
    Code(
        *("cycle_changes_within_step", "cycle_constant_within_step", None, _ERROR),
        "The first of `Cycle count`, `Cycle number`, `Cycle from cycler` that is present changes "
        "inside a step.",
        "Begin a new step where the cycle changes.",
        (_S, "a cycle column"),
    ),
    Code(
        *("cycle_not_integer", "cycle_count", _ERROR, _ERROR),
        "`Cycle count`, `Cycle number` or `Cycle from cycler` has fractions.",
        "Use whole numbers; 6.2832 is 1 that was converted from turns to radians.",
        ("a cycle column",),
    ),
    Code(
        *("cycle_count_decreased", "cycle_count", _ERROR, _ERROR),
        "`Cycle count` decreases.",
        "Count the cycles from 0 over the whole series.",
        ("Cycle count",),
    ),
)

_CURRENT = (
    Code(
        *("current_sign_reversed", "positive_current_is_discharge", _ERROR, _ERROR),
        "By the response of the voltage, at least 75 % of the charge has the wrong sign. If no "
        "step has more than 3 rows, it is a warning.",
        "Change the sign: positive current is discharge.",
        (_T, _V, _I),
    ),
    Code(
        *("current_sign_unsigned", "positive_current_is_discharge", _ERROR, _ERROR),
        "25 to 75 % of the charge has the wrong sign, and the current is never negative.",
        "Give the current of charges a negative sign.",
        (_T, _V, _I),
    ),
    Code(
        *("current_sign_indeterminate", "positive_current_is_discharge", _ERROR, _ERROR),
        "25 to 75 % of the charge has the wrong sign, and the current has both signs.",
        "Look at each step; positive current is discharge.",
        (_T, _V, _I),
    ),
)

_VALUES = (
    Code(
        *("value_out_of_range", "value_range", _ERROR, _ERROR),
        "A value is beyond 10 kV, 100 kA, 1e11 s, or outside of -273.15 to 2000 degC.",
        "Check the unit of the column, and leave out markers for missing values.",
    ),
    Code(
        *("unit_suspect", "units", _WARNING, _ERROR),
        "The values probably have another unit than the name says, such as mV, mA, mA.h or K.",
        "Convert the values to the unit in the name of the column.",
    ),
    Code(
        *("voltage_continuity", "voltage_continuity", _WARNING, _ERROR),
        "More than 5 % of the rows differ from the row before by more than 80 % of "
        "`voltage_window`, or by more than 0.5 V if it is not given and the series has 20 rows or "
        "more.",
        "Check whether two channels, or two columns, are mixed.",
        (_V,),
    ),
)

_CAPACITY = (
    Code(
        *("cumulative_value_not_reset", "cumulative_values_reset_per_step", _ERROR, _ERROR),
        "A capacity or energy is more than 1e-6 from 0 in the first row of a step.",
        "Subtract the first value of each step.",
        (_S, _COUNTERS),
    ),
    Code(
        *("cumulative_value_decreased", "cumulative_values_reset_per_step", _ERROR, _ERROR),
        "A capacity or energy falls by more than 1e-6 inside a step.",
        "Check where the cycler reset its counter, and begin a step there.",
        (_S, _COUNTERS),
    ),
    *(
        Code(
            *(f"{side}_{kind}_integral_mismatch", "capacity_energy_from_current_power"),
            *(_WARNING, _ERROR),
            f"`{side.capitalize()} {kind} [{unit}]` differs from the integral of the {source} by "
            "more than 10 %. Steps with less than 0.1 % of the largest step are not checked.",
            "Check the unit of the column; or leave it out, and it is computed.",
            (_T, _I, *((_V,) if source == "power" else ()), _S),
        )
        for kind, unit, source in (("capacity", "A.h", "current"), ("energy", "W.h", "power"))
        for side in ("discharge", "charge")
    ),
    *(
        Code(
            *(f"charge_discharge_{kind}_columns_swapped", "charge_discharge_column_direction"),
            *(_WARNING, _ERROR),
            f"In 75 % or more of the steps with a steady current, weighted by the {kind}, it is in "
            "the column of the other direction.",
            "Exchange the names of the two columns, or change the sign of the current.",
            (_T, _I, _S, f"both {kind} columns"),
        )
        for kind in ("capacity", "energy")
    ),
    Code(
        *("consecutive_same_direction_full_steps", "consecutive_same_direction_full_steps"),
        *(None, _ERROR),
        "Two steps in sequence, in the same direction, have more than 2 times the rated capacity "
        "each.",
        "Check `rated_capacity` and the unit of the current.",
        (_T, _I, _S, "rated_capacity"),
    ),
    Code(
        *("step_capacity_exceeds_rated", "step_capacity_within_rated", _WARNING, _WARNING),
        "A step has more than 5 times the rated capacity.",
        "Check `rated_capacity` and the unit of the current.",
        (_T, _I, _S, "rated_capacity"),
    ),
)

_IMPEDANCE = (
    Code(
        *("eis_zim_sign_reversed", "eis_zim_sign", _WARNING, _ERROR),
        "75 % or more of the imaginary impedance is positive at frequencies up to that of the "
        "smallest real part.",
        "Change the sign of `Z_Im [Ohm]`: a capacitive response is negative.",
        _Z,
    ),
    Code(
        *("eis_impedance_magnitude_implausible", "eis_impedance_magnitude", None, _ERROR),
        "The smallest real part differs from 0.05 Ohm A.h / `rated_capacity` by more than a factor "
        "of 100.",
        "Check the unit of the impedance (mOhm?) and `rated_capacity`.",
        ("Z_Re [Ohm]", "rated_capacity"),
    ),
)

#: All codes by name, in the order of a report.
CODES: Final = {
    each.name: each
    for each in (*_COLUMNS, *_TIME, *_STEPS, *_CURRENT, *_VALUES, *_CAPACITY, *_IMPEDANCE)
}
#: All checks and the codes that they find.
CHECKS: Final = {
    check: frozenset(each.name for each in CODES.values() if each.check == check)
    for check in dict.fromkeys(each.check for each in CODES.values())
}
