"""The curves keep the charge that passed, and look as they do in the field."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measured import DATA, measured
from polars.testing import assert_frame_equal

from ionworks import Quantity
from ionworks.analysis.binning import smooth
from ionworks.analysis.curves import (
    capacity_curves,
    differential_voltage,
    incremental_capacity,
)
from ionworks.analysis.rate_capability import rate_capability
from ionworks.errors import PayloadError
from ionworks.sandbox import SyntheticCell
from ionworks.sandbox.processing.derive import cycles_from_steps, steps_from_time_series

CAPACITY, VOLTAGE, DQDV, DVDQ = "Capacity [A.h]", "Voltage [V]", "dQ/dV [A.h/V]", "dV/dQ [V/(A.h)]"

currents = st.sampled_from([-2.0, -0.5, -0.1, 0.0, 0.1, 0.5, 2.0])
volts = st.floats(2.5, 4.2) | st.integers(500, 840).map(lambda n: n / 200)
steps = st.tuples(
    currents,
    st.sampled_from([0, 0, 0, 0, 1]),
    st.lists(st.tuples(st.floats(1, 1000), volts), min_size=3, max_size=9),
)


def build(drawn):
    """A series of steps: their current, whether a new cycle begins, and elapsed times and volts."""
    rows = [
        (elapsed, voltage, current, number, cycle)
        for number, (current, cycle, points) in enumerate(drawn)
        for elapsed, voltage in points
    ]
    frame = pl.DataFrame(rows, ["dt", VOLTAGE, "Current [A]", "Step count", "cycle"], orient="row")
    new = pl.col("Step count").diff().fill_null(0) * pl.col("cycle")
    return frame.select(
        pl.col("dt").cum_sum().alias("Time [s]"),
        VOLTAGE,
        "Current [A]",
        "Step count",
        new.cum_sum().alias("Cycle count"),
    )


series = st.lists(steps, min_size=1, max_size=8).map(build)
flowing = series.filter(lambda frame: frame["Current [A]"].abs().max() > 0)


def ends(curves):
    return curves.group_by("Half cycle", maintain_order=True).agg(
        pl.col("Direction").first(), pl.col(CAPACITY).last()
    )


def ramp(volts, amperes, hours, n=101):
    """A constant current while the voltage goes evenly from one value to another."""
    part = [k / (n - 1) for k in range(n)]
    return {
        "Time [s]": [3600 * hours * p for p in part],
        VOLTAGE: [volts[0] + (volts[1] - volts[0]) * p for p in part],
        "Current [A]": [amperes] * n,
    }


@settings(max_examples=20)
@given(flowing)
def test_capacity_is_what_a_plain_loop_finds(frame):
    limit = frame["Current [A]"].abs().max() / 1000
    found, passed, last, before = [], 0.0, None, None
    for row in frame.iter_rows(named=True):
        current = row["Current [A]"]
        if abs(current) > limit:
            key = (row["Cycle count"], current > 0)
            if key != last:
                passed, last = 0.0, key
            elif before is not None:
                elapsed = row["Time [s]"] - before["Time [s]"]
                passed += abs(current + before["Current [A]"]) / 2 * elapsed / 3600
            found.append(passed)
        before = row if abs(current) > limit else None
    assert capacity_curves(frame)[CAPACITY].to_list() == pytest.approx(found, abs=1e-12)


@settings(max_examples=20)
@given(flowing, st.sampled_from([0.001, 0.005, 0.03]), st.sampled_from([0.0, 0.004, 0.05, 0.4]))
def test_no_charge_is_lost(frame, step, width):
    curve = incremental_capacity(frame, voltage_step=step, smoothing=width, holds=True)
    passed = {half: q for half, _, q in ends(capacity_curves(frame)).iter_rows()}
    area = curve.group_by("Half cycle").agg((pl.col(DQDV) * step).sum())
    for half, charge in area.iter_rows():
        assert abs(charge) == pytest.approx(passed[half], rel=1e-9, abs=1e-12)
    assert sum(passed[h] for h in set(passed) - set(area["Half cycle"])) == 0
    signs = curve.filter(pl.col(DQDV).abs() > 1e-12).select(
        (pl.col(DQDV) > 0) == (pl.col("Direction") == "charge")
    )
    assert signs.to_series().all()


@settings(max_examples=20)
@given(flowing)
def test_the_other_sign_of_current_is_the_other_direction(frame):
    flipped = frame.with_columns(-pl.col("Current [A]"))
    swap = pl.col("Direction").replace({"charge": "discharge", "discharge": "charge"})
    curves = capacity_curves(frame).with_columns(swap, -pl.col("Current [A]"))
    assert_frame_equal(capacity_curves(flipped), curves)
    curve = incremental_capacity(frame, holds=True).with_columns(swap, -pl.col(DQDV))
    assert_frame_equal(incremental_capacity(flipped, holds=True), curve)


@settings(max_examples=20)
@given(flowing)
def test_rows_that_stand_twice_at_the_ends_of_steps_change_nothing(frame):
    step = pl.col("Step count")
    edge = (step != step.shift(1)).fill_null(True) | (step != step.shift(-1)).fill_null(True)
    twice = frame.select(pl.all().repeat_by(1 + edge.cast(pl.Int64)).explode())
    assert twice.height > frame.height
    assert_frame_equal(ends(capacity_curves(twice)), ends(capacity_curves(frame)))
    once, again = (incremental_capacity(f, holds=True, smoothing=0) for f in (frame, twice))
    # A voltage of a row that passed no charge may open an empty bin at an end.
    assert_frame_equal(
        once.filter(pl.col(DQDV).abs() > 1e-12), again.filter(pl.col(DQDV).abs() > 1e-12)
    )


@settings(max_examples=20)
@given(flowing, st.sampled_from([1 / 3600, 0.1, 60.0]))
def test_slower_by_a_factor_with_less_current_is_the_same_charge(frame, factor):
    other = frame.with_columns(pl.col("Time [s]") * factor, pl.col("Current [A]") / factor)
    assert_frame_equal(
        capacity_curves(other).drop("Current [A]"), capacity_curves(frame).drop("Current [A]")
    )


@settings(max_examples=20)
@given(
    st.lists(st.floats(0, 1e3), min_size=1, max_size=30),
    st.lists(st.floats(0, 1e3), min_size=1, max_size=5),
    st.floats(1e-3, 20),
)
def test_smoothing_keeps_the_sum_of_each_curve_and_a_constant(one, other, width):
    grid = pl.DataFrame({"of": [0] * len(one) + [1] * len(other), "y": [*one, *other]})
    done = smooth(grid, "y", by="of", step=1.0, width=width, name="smoothing")
    for number, values in enumerate((one, other)):
        kept = done.filter(pl.col("of") == number)["y"]
        assert kept.sum() == pytest.approx(sum(values), rel=1e-9, abs=1e-9)
        assert kept.max() <= max(values) * (1 + 1e-9) + 1e-9
    flat = grid.with_columns(pl.lit(7.0).alias("y"))
    same = smooth(flat, "y", by="of", step=1.0, width=width, name="smoothing")
    assert same["y"].to_list() == pytest.approx([7.0] * flat.height)


def test_smoothing_has_the_width_that_it_states():
    impulse = pl.DataFrame({"of": [0] * 401, "y": [0.0] * 200 + [1.0] + [0.0] * 200})
    done = smooth(impulse, "y", by="of", step=0.005, width=0.03, name="smoothing")
    at = pl.Series([0.005 * (k - 200) for k in range(401)])
    assert math.sqrt((done["y"] * at * at).sum()) == pytest.approx(0.03, rel=1e-3)


@pytest.mark.parametrize(("volts", "amperes"), [((4.2, 2.5), 1.0), ((2.5, 4.2), -1.0)])
def test_a_straight_line_has_one_slope(volts, amperes):
    frame = ramp(volts, amperes, hours=3.4)
    curve = incremental_capacity(frame, voltage_step=0.01, smoothing=0.02)
    sign = -1 if amperes > 0 else 1
    assert curve[DQDV].to_list() == pytest.approx([sign * 3.4 / 1.7] * 170)
    slope = differential_voltage(frame)[DVDQ]
    assert slope.to_list() == pytest.approx([sign * 1.7 / 3.4] * len(slope))


def test_dvdq_adds_up_to_the_voltage_between_its_ends():
    frame = SyntheticCell(seed=3).pseudo_ocv()
    curve = differential_voltage(frame, capacity_step=0.01, smoothing=0.04)
    for half, part in curve.group_by("Half cycle", maintain_order=True):
        passed = capacity_curves(frame).filter(pl.col("Half cycle") == half[0])
        swing = passed[VOLTAGE][-1] - passed[VOLTAGE][0]
        assert part[DVDQ].sum() * 0.01 == pytest.approx(swing, abs=0.05)
        steps = part[CAPACITY].diff().drop_nulls()
        assert steps.to_list() == pytest.approx([0.01] * len(steps))
    assert curve["Smoothing [A.h]"].unique().to_list() == [0.04]


def test_a_charge_and_its_hold_are_one_and_a_rest_ends_nothing():
    frame = pl.DataFrame(
        {
            "Time [s]": [0.0, 3600.0, 3600.0, 7200.0, 7200.0, 9000.0, 9000.0, 12600.0],
            VOLTAGE: [3.0, 4.2, 4.2, 4.2, 4.2, 4.1, 4.0, 3.5],
            "Current [A]": [-2.0, -2.0, -2.0, -1.0, 0.0, 0.0, -1.0, -1.0],
        }
    )
    curves = capacity_curves(frame)
    assert curves["Half cycle"].unique().to_list() == [0]
    assert curves["Cycle count"].unique().to_list() == [0]
    assert curves[CAPACITY].to_list() == pytest.approx([0, 2, 2, 3.5, 3.5, 4.5])


@pytest.mark.parametrize("steps", [True, False])
def test_a_hold_makes_no_peak_unless_asked_for(steps):
    frame = SyntheticCell(seed=7).cycling(cycles=1)
    frame = frame if steps else frame.drop("Step count")  # as logged in one step
    charge = pl.col("Direction") == "charge"
    without = incremental_capacity(frame, smoothing=0).filter(charge)
    whole = incremental_capacity(frame, smoothing=0, holds=True).filter(charge)
    assert without[VOLTAGE].max() < 4.205  # the constant current goes on up to the limit
    assert without[DQDV].max() < 20
    assert whole.sort(DQDV)[VOLTAGE][-1] == pytest.approx(4.2, abs=0.003)
    assert whole[DQDV].max() > 50
    below = pl.col(VOLTAGE) < 4.18
    same = [name for name in whole.columns if name not in ("Left out [A.h]", "Reason")]
    assert_frame_equal(without.filter(below).select(same), whole.filter(below).select(same))
    held = (whole[DQDV].sum() - without[DQDV].sum()) * 0.005
    assert without["Left out [A.h]"][0] == pytest.approx(held)
    assert without["Reason"][0] == f"constant-voltage hold {held:.4g} A.h"
    assert whole["Reason"].null_count() == whole.height
    discharge = incremental_capacity(frame, smoothing=0).filter(~charge)
    assert -discharge[DQDV].sum() * 0.005 == pytest.approx(4.92, abs=0.01)  # cut nowhere


def test_only_a_hold_is_no_curve():
    frame = {"Time [s]": [0, 60, 120], VOLTAGE: [4.2, 4.2, 4.2], "Current [A]": [-2.0, -1.0, -0.5]}
    with pytest.raises(PayloadError, match=r"only constant-voltage holds.*holds=True"):
        incremental_capacity(frame)
    assert incremental_capacity(frame, holds=True).height == 1


def test_charge_is_that_of_the_cycle_table():
    frame = SyntheticCell(seed=5).cycling(cycles=3)
    table = cycles_from_steps(steps_from_time_series(frame))
    last = ends(capacity_curves(frame))
    for direction, column in (("discharge", "Discharge"), ("charge", "Charge")):
        ours = last.filter(pl.col("Direction") == direction)[CAPACITY].to_list()
        assert ours == pytest.approx(table[f"{column} capacity [A.h]"].to_list(), rel=1e-3)


def test_rows_that_were_taken_out_are_no_charge():
    frame = SyntheticCell(seed=5).cycling(cycles=3)
    only = frame.filter(pl.col("Step count").is_in([0, 5, 10])).with_columns(
        pl.lit(0).alias("Cycle count")
    )
    each = ends(capacity_curves(frame)).filter(pl.col("Direction") == "discharge")[CAPACITY]
    assert capacity_curves(only)[CAPACITY][-1] == pytest.approx(each.sum())


def test_cycles_are_chosen_by_number():
    frame = SyntheticCell(seed=5).cycling(cycles=4)
    whole = capacity_curves(frame)
    for chosen in (2, [2], range(2, 3), np.int64(2), np.array([2]), pl.Series([2])):
        assert_frame_equal(capacity_curves(frame, chosen), whole.filter(pl.col("Cycle count") == 2))
    assert capacity_curves(frame, [3, 1])["Cycle count"].unique().to_list() == [1, 3]
    assert incremental_capacity(frame, 2)["Cycle count"].unique().to_list() == [2]
    assert differential_voltage(frame, 2)["Half cycle"].unique().to_list() == [4, 5]


def test_what_was_not_measured_is_passed_over():
    frame = pl.DataFrame(ramp((4.2, 3.2), 1.0, hours=1))
    lost = pl.int_range(pl.len()) % 10 == 5
    holes = frame.with_columns(pl.when(lost).then(math.nan).otherwise(VOLTAGE).alias(VOLTAGE))
    curves = capacity_curves(holes)
    assert curves[VOLTAGE].null_count() == 10
    assert curves[CAPACITY][-1] == pytest.approx(1.0)
    assert_frame_equal(
        incremental_capacity(holes, smoothing=0), incremental_capacity(frame, smoothing=0)
    )
    no_current = frame.with_columns(
        pl.when(pl.int_range(pl.len()) != 50).then("Current [A]").alias("Current [A]")
    )
    assert capacity_curves(no_current)[CAPACITY][-1] == pytest.approx(1.0)


@pytest.mark.parametrize("kind", [dict, pl.DataFrame, pl.LazyFrame, pd.DataFrame])
def test_any_kind_of_table_will_do(kind):
    data = ramp((4.2, 3.2), 1.0, hours=1)
    assert_frame_equal(incremental_capacity(kind(data)), incremental_capacity(data))


GOOD = {"Time [s]": [0.0, 1.0, 2.0], VOLTAGE: [4.0, 3.9, 3.8], "Current [A]": [1.0, 1.0, 1.0]}


@pytest.mark.parametrize("function", [capacity_curves, incremental_capacity, differential_voltage])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        *(({k: v for k, v in GOOD.items() if k != name}, f"no column '{name}'") for name in GOOD),
        ({**GOOD, VOLTAGE: ["a", "b", "c"]}, "'Voltage [V]' is String, not numeric"),
        ({name: [] for name in GOOD}, "has no rows"),
        ({**GOOD, "Current [A]": [0.0, 0.0, 0.0]}, "one long rest"),
        ({**GOOD, "Current [A]": [math.nan] * 3}, "one long rest"),
        ({**GOOD, "Time [s]": [0.0, 2.0, 1.0]}, "runs backwards at row 2"),
        ([1, 2, 3], "Give a polars, pandas or Arrow frame"),
    ],
)
def test_what_cannot_be_is_reported(function, data, said):
    with pytest.raises(PayloadError) as caught:
        function(data)
    assert said in str(caught.value)


@pytest.mark.parametrize("cycles", [7, [0, 7], [True], ["0"], "0", [1.5], 0.0, []])
def test_a_cycle_that_is_not_there_is_named(cycles):
    with pytest.raises(PayloadError, match="cycles"):
        capacity_curves(GOOD, cycles)


@pytest.mark.parametrize("wrong", [0, -1, math.nan, math.inf, "5 mV", None, True])
def test_steps_and_widths_are_numbers(wrong):
    with pytest.raises(PayloadError, match="voltage_step"):
        incremental_capacity(GOOD, voltage_step=wrong)
    if wrong is not None:
        with pytest.raises(PayloadError, match="capacity_step"):
            differential_voltage(GOOD, capacity_step=wrong)
    if wrong != 0:
        with pytest.raises(PayloadError, match="smoothing"):
            incremental_capacity(GOOD, smoothing=wrong)


def test_a_step_too_small_for_the_series_is_refused_before_memory_is_gone():
    with pytest.raises(PayloadError, match=r"voltage_step.*make it larger"):
        incremental_capacity(GOOD, voltage_step=1e-12)
    with pytest.raises(PayloadError, match=r"voltage_step.*make it larger"):
        incremental_capacity({**GOOD, VOLTAGE: [1e99] * 3})
    with pytest.raises(PayloadError, match=r"smoothing.*make it smaller"):
        incremental_capacity(GOOD, voltage_step=1e-4, smoothing=10.0)


def table(rates, rated=5.0):
    return {
        "Cycle count": list(range(len(rates))),
        "Mean discharge current [A]": [rate * rated for rate in rates],
        "Discharge capacity [A.h]": [5.0 / (1 + rate / 50) for rate in rates],
    }


NAMES = {0.05: "C/20", 0.2: "C/5", 1 / 3: "C/3", 0.5: "C/2", 1.0: "1C", 1.5: "1.5C", 2.0: "2C"}


@settings(max_examples=20)
@given(st.sampled_from(list(NAMES)), st.floats(-0.02, 0.02))
def test_rates_are_called_by_their_nominal_names(rate, off):
    found = rate_capability(table([rate * (1 + off)]), 5)
    assert found["Rate"].to_list() == [NAMES[rate]]
    assert found["Nominal C-rate"].to_list() == [rate]
    assert found["C-rate"][0] == pytest.approx(rate * (1 + off))


def test_other_rates_keep_two_digits():
    found = rate_capability(table([0.7, 0.3, 0.0007, 75.0]), 5)
    assert found["Rate"].to_list() == ["0.7C", "0.3C", "0.0007C", "75C"]


@pytest.mark.parametrize(
    "rated", [5, 5.0, "5 A*h", "5000 mAh", Quantity(5, "A.h"), {"value": 5, "unit": "A*h"}]
)
def test_rated_capacity_comes_in_many_forms(rated):
    found = rate_capability(table([1.0, 0.05, 0.05]), rated)
    assert found["Rate"].to_list() == ["1C", "C/20", "C/20"]
    assert found["Retention"].to_list() == pytest.approx([1.001 / 1.02, 1.0, 1.0])


@pytest.mark.parametrize("rated", [0, -5, math.nan, True, None, "five", "5 V", "5", [5]])
def test_what_is_no_capacity_is_refused(rated):
    with pytest.raises(PayloadError, match="rated_capacity"):
        rate_capability(table([1.0]), rated)


def test_cycles_without_a_discharge_are_left_out():
    cycles = table([1.0, 0.5, 2.0])
    cycles["Mean discharge current [A]"][1] = None
    cycles["Discharge capacity [A.h]"][2] = 0.0
    assert rate_capability(cycles, 5)["Cycle count"].to_list() == [0]
    with pytest.raises(PayloadError, match="no cycle has a discharge"):
        rate_capability({name: [None] for name in cycles}, 5)
    with pytest.raises(PayloadError, match=r"no column 'Mean discharge current \[A\]'"):
        rate_capability({"Cycle count": [0], "Discharge capacity [A.h]": [1.0]}, 5)


def peaks(curve, direction, above):
    """Voltages of the local maxima of the size of dQ/dV."""
    part = curve.filter(pl.col("Direction") == direction).with_columns(pl.col(DQDV).abs())
    value = pl.col(DQDV)
    top = (value > value.shift(1)) & (value > value.shift(-1)) & (value > above)
    return part.filter(top)[VOLTAGE].to_list()


def test_lg_m50_has_its_peaks_where_they_belong():
    frame = measured("lgm50_rpt0.parquet")
    assert 4.7 < ends(capacity_curves(frame))[CAPACITY][1] < 4.9  # C/10, rated 5 A.h
    curve = incremental_capacity(frame.filter(pl.col("Step count") >= 4))
    charging, discharging = (peaks(curve, d, 5.0) for d in ("charge", "discharge"))
    # Silicon-graphite and NMC 811: the graphite's stages, then the nickel-rich cathode's H2-H3.
    for near, found in zip((3.47, 3.65, 3.93, 4.13), charging, strict=True):
        assert found == pytest.approx(near, abs=0.03)
    assert {round(v, 1) for v in discharging} >= {3.6, 4.1}
    assert max(charging) > max(discharging)  # the polarisation between the two
    area = (curve[DQDV].abs() * 0.005).sum()
    assert area == pytest.approx(sum(ends(capacity_curves(frame))[CAPACITY][1:]), rel=1e-9)


def test_neware_cycles_have_the_capacity_that_the_cycler_counted():
    frame = measured("neware_54_cycles.parquet")
    last = ends(capacity_curves(frame)).filter(pl.col("Direction") == "discharge")
    counted = cycles_from_steps(steps_from_time_series(frame))["Discharge capacity [A.h]"]
    # Its own count of the first moment of a step is up to 0.3 s ahead of the rows.
    assert last[CAPACITY].to_list() == pytest.approx(counted.to_list(), rel=5e-3, abs=3e-7)


def test_neware_rates_fall_and_come_back():
    cycles = cycles_from_steps(steps_from_time_series(measured("neware_54_cycles.parquet")))
    found = rate_capability(cycles, "0.079 mA*h")
    assert found["Rate"].head(7).to_list() == ["1C", "2C", "4C", "6.7C", "10C", "20C", "40C"]
    for slower, faster in pairwise(found["Discharge capacity [A.h]"].head(7)):
        assert faster < slower
    assert found["Rate"][9] == "1C"
    assert found["Retention"][9] == pytest.approx(1, abs=0.15)


def test_a_time_that_runs_backwards_is_refused_with_its_row():
    file = DATA / "pouch_rate_time_bug.bdf.csv"
    if not file.is_file():
        pytest.skip(f"the measured data file {file.name} is not beside the project")
    frame = pl.read_csv(file).select(
        pl.col("test_time_second").alias("Time [s]"),
        pl.col("voltage_volt").alias("Voltage [V]"),
        (-pl.col("current_ampere")).alias("Current [A]"),
        pl.col("step_index").rle_id().alias("Step count"),
    )
    with pytest.raises(PayloadError, match="runs backwards at row 722"):
        capacity_curves(frame)
