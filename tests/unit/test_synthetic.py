"""The synthetic cell: frames that look and add up like a measured cell's."""

import warnings

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ionworks.analysis import steps
from ionworks.sandbox.processing.derive import cycles_from_steps, steps_from_time_series
from ionworks.sandbox.synthetic import SyntheticCell, open_circuit_voltage

COLUMNS = {
    "Time [s]": pl.Float64,
    "Voltage [V]": pl.Float64,
    "Current [A]": pl.Float64,
    "Step count": pl.Int64,
    "Cycle count": pl.Int64,
    "Temperature [degC]": pl.Float64,
    "Discharge energy [W.h]": pl.Float64,
    "Charge energy [W.h]": pl.Float64,
}
TESTS = {
    "cycling": lambda cell: cell.cycling(),
    "pseudo_ocv": lambda cell: cell.pseudo_ocv(),
    "pulse_test": lambda cell: cell.pulse_test(),
}
CYCLE = [
    *("Constant current discharge", "Rest"),
    *("Constant current charge", "Constant voltage charge", "Rest"),
]


@pytest.mark.parametrize("test", TESTS)
def test_frames_are_fit_for_upload(test):
    frame = TESTS[test](SyntheticCell())
    assert dict(frame.schema) == COLUMNS
    assert 1000 < frame.height < 5000
    assert frame["Time [s]"][0] == 0.0
    assert (frame["Time [s]"].diff().drop_nulls() > 0).all()
    assert frame["Time [s]"].diff().max() <= 3600
    assert frame["Step count"][0] == 0
    assert set(frame["Step count"].diff().drop_nulls()) == {0, 1}
    assert frame["Step count"].value_counts()["count"].min() >= 2
    assert frame.select("Step count", "Cycle count").n_unique() == frame["Step count"].n_unique()
    assert frame.null_count().sum_horizontal().item() == 0
    assert frame["Voltage [V]"].is_between(2.495, 4.205).all()
    with warnings.catch_warnings(action="error"):
        steps(frame)  # the counters of energy agree with the integral


@pytest.mark.parametrize("test", TESTS)
def test_the_same_cell_gives_the_same_frame_whatever_came_before(test):
    used = SyntheticCell(seed=4)
    used.cycling(cycles=1)
    assert_frame_equal(TESTS[test](used), TESTS[test](SyntheticCell(seed=4)))
    assert not TESTS[test](used).equals(TESTS[test](SyntheticCell(seed=5)))


def test_cycling_has_five_steps_a_cycle_and_fades():
    cell = SyntheticCell(fade_per_cycle=0.002)
    steps = steps_from_time_series(cell.cycling(cycles=3))
    assert steps["Step type"].to_list() == CYCLE * 3
    assert steps["End voltage [V]"].gather([0, 2]).to_list() == pytest.approx([2.5, 4.2], abs=2e-3)
    cycles = cycles_from_steps(steps)
    assert cycles["Capacity retention"].to_list() == pytest.approx([1, 0.998, 0.996], abs=3e-4)
    assert cycles["Coulombic efficiency"].is_between(0.998, 1.0).all()
    assert cycles["Discharge capacity [A.h]"].is_between(4.5, 5.0).all()
    assert cycles["Mean temperature [degC]"].is_between(25.0, 30.0).all()


def test_a_faster_discharge_gives_less_and_warms_more():
    cell = SyntheticCell()
    slow, fast = (cell.cycling(cycles=1, rate=rate) for rate in (0.2, 2.0))
    capacity = [
        steps_from_time_series(frame)["Discharge capacity [A.h]"].sum() for frame in (slow, fast)
    ]
    assert capacity[0] > 1.01 * capacity[1]
    assert fast["Temperature [degC]"].max() > slow["Temperature [degC]"].max() + 3


def test_pseudo_ocv_brackets_the_equilibrium():
    cell = SyntheticCell()
    frame = cell.pseudo_ocv(rate=1 / 20)
    steps = steps_from_time_series(frame)
    assert steps["Step type"].to_list() == [
        *("Constant current discharge", "Rest", "Constant current charge", "Rest")
    ]
    half = steps["Duration [s]"][0] / 2  # at equal currents the same state of charge, both ways
    down, up = (
        frame.filter(pl.col("Time [s]") >= steps["Start time [s]"][k] + half)["Voltage [V]"][0]
        for k in (0, 2)
    )
    assert down < open_circuit_voltage(0.5) < up < down + 0.05
    measured = cell.measured_properties()["cell"]["initial_capacity"]["value"]
    assert steps["Discharge capacity [A.h]"].sum() == pytest.approx(measured, rel=0.01)


def test_pulse_shows_the_resistance():
    cell = SyntheticCell(seed=2)
    steps = steps_from_time_series(cell.pulse_test(levels=3))
    assert steps.height == 12
    before, pulse = steps.row(3, named=True), steps.row(4, named=True)
    drop = before["End voltage [V]"] - pulse["Start voltage [V]"]
    resistance = cell.measured_properties()["cell"]["dc_resistance"]
    assert resistance["unit"] == "mohm"
    assert drop / pulse["Mean current [A]"] * 1e3 == pytest.approx(resistance["value"], rel=0.05)


def test_properties_are_wire_quantities():
    cell = SyntheticCell(2.5, cycles_before=100)
    assert cell.rated()["capacity"] == {"value": 2.5, "unit": "A*h"}
    assert cell.rated()["voltage_min"] == {"value": 2.5, "unit": "V"}
    assert cell.rated()["voltage_max"] == {"value": 4.2, "unit": "V"}
    fresh = SyntheticCell(2.5)
    assert cell.measured_properties() == fresh.measured_properties()
    aged, new = (
        steps_from_time_series(each.pseudo_ocv())["Discharge capacity [A.h]"].sum()
        for each in (cell, fresh)
    )
    assert aged / new == pytest.approx(0.999**100, rel=2e-3)


@settings(max_examples=100)
@given(st.floats(-0.02, 1.02), st.floats(1e-4, 0.1))
def test_open_circuit_voltage_rises(soc, more):
    assert open_circuit_voltage(soc + more) > open_circuit_voltage(soc)


def test_open_circuit_voltage_ends_at_the_limits():
    assert open_circuit_voltage(0.0) == pytest.approx(2.5)
    assert open_circuit_voltage(1.0) == pytest.approx(4.2)


@settings(max_examples=12, deadline=None)
@given(st.floats(1e-4, 500), st.floats(0.05, 4), st.floats(0.05, 2), st.integers(0, 1000))
def test_any_cell_at_any_rate_is_labelled_rightly(capacity, rate, charge_rate, seed):
    # Beside a far larger discharge, the current of a slow charge hardly varies: its constant
    # voltage is constant current, too, and the service's order of decisions calls it so.
    assume(charge_rate >= 0.2 * rate)
    cell = SyntheticCell(capacity, seed=seed)
    frame = cell.cycling(cycles=1, rate=rate, charge_rate=charge_rate, rest_seconds=600)
    steps = steps_from_time_series(frame)
    assert steps["Step type"].to_list() == CYCLE
    discharged = steps["Discharge capacity [A.h]"][0] / capacity
    assert 0.75 < discharged <= 1.0


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: SyntheticCell(0.0), "rated_capacity"),
        (lambda: SyntheticCell(float("nan")), "rated_capacity"),
        (lambda: SyntheticCell(fade_per_cycle=1.0), "fade_per_cycle"),
        (lambda: SyntheticCell().cycling(cycles=0), "cycles"),
        (lambda: SyntheticCell().cycling(rate=-1.0), "rate"),
        (lambda: SyntheticCell().cycling(charge_rate=10.0), "charge_rate"),
        (lambda: SyntheticCell().pseudo_ocv(rest_seconds=0.0), "rest_seconds"),
        (lambda: SyntheticCell().pulse_test(levels=0), "levels"),
    ],
)
def test_numbers_out_of_range_are_named(call, name):
    with pytest.raises(ValueError, match=f"^{name} must be between"):
        call()
