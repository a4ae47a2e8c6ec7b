"""Step and cycle tables computed from a series: types, counters, half cells, real files."""

from __future__ import annotations

import json
import time
import warnings

import numpy as np
import pandas as pd
import polars as pl
import polars.selectors as cs
import pytest
from measured import DATA, measured
from polars.testing import assert_frame_equal
from protocols import Recorder, passed

from ionworks.analysis import CounterWarning, cycles, steps
from ionworks.errors import PayloadError
from ionworks.sandbox import SyntheticCell
from ionworks.sandbox.processing.derive import cycles_from_steps, steps_from_time_series

CHARGE, DISCHARGE = "Charge capacity [A.h]", "Discharge capacity [A.h]"
FINDING = "Counter finding"
SYNTHETIC = {
    "cycling": SyntheticCell(seed=7).cycling(cycles=2),
    "pseudo-OCV": SyntheticCell(seed=7).pseudo_ocv(),
    "pulses": SyntheticCell(seed=7).pulse_test(levels=2),
}
BARE = ("Time [s]", "Voltage [V]", "Current [A]")


@pytest.mark.parametrize("frame", SYNTHETIC.values(), ids=SYNTHETIC)
def test_the_tables_have_the_columns_and_numbers_of_the_service(frame):
    ours, theirs = steps(frame), steps_from_time_series(frame)
    own = theirs.drop("Mean temperature [degC]").columns
    assert ours.columns[: len(own)] == own
    assert {name: ours.schema[name] for name in own} == {name: theirs.schema[name] for name in own}
    for name in own:
        if "energy" in name or name in ("Step type", "Group number"):
            continue
        assert_frame_equal(ours.select(name), theirs.select(name), rel_tol=1e-3, abs_tol=2e-5)
    per_cycle, of_service = cycles(frame), cycles_from_steps(theirs)
    assert per_cycle.columns[: len(of_service.columns)] == of_service.columns
    for name in (CHARGE, DISCHARGE, "Coulombic efficiency", "Cycle duration [s]", "Start time [s]"):
        assert_frame_equal(per_cycle.select(name), of_service.select(name), rel_tol=1e-4)


@pytest.mark.parametrize("frame", SYNTHETIC.values(), ids=SYNTHETIC)
@pytest.mark.parametrize("kind", [dict, pl.LazyFrame, pd.DataFrame])
def test_any_kind_of_table_will_do(frame, kind):
    given = frame.to_dict(as_series=False) if kind is dict else kind(frame.to_dict())
    assert_frame_equal(steps(given), steps(frame))
    assert_frame_equal(cycles(given), cycles(frame))


def test_steps_and_cycles_are_counted_where_there_are_none():
    frame = SYNTHETIC["cycling"]
    table = steps(frame.select(BARE))
    kinds = ["Constant current discharge", "Rest", "CCCV charge", "Rest"]
    assert table["Step type"].to_list() == 2 * kinds
    assert table["Step count"].to_list() == list(range(8))
    assert table["Cycle count"].to_list() == [0] * 4 + [1] * 4
    counted, given = cycles(frame.select(BARE)), cycles(frame)
    assert_frame_equal(counted.select(CHARGE, DISCHARGE), given.select(CHARGE, DISCHARGE))
    # Numbers of the cycler that come again are counted by their changes.
    again = frame.select(
        *BARE,
        (pl.col("Step count") % 5).alias("Step from cycler"),
        (pl.col("Cycle count") + 7).alias("Cycle from cycler"),
    )
    own = steps(again)
    assert own["Step count"].to_list() == list(range(10))
    assert own["Cycle count"].to_list() == [0] * 5 + [1] * 5
    assert own["Cycle from cycler"].to_list() == [7] * 5 + [8] * 5


def test_pulses_begin_no_cycle():
    recorder = Recorder(sampling=5.0)
    for _ in range(2):
        recorder.constant(-1.0)
        recorder.constant(0.0, seconds=600.0)
        recorder.constant(0.5, seconds=1800.0)
        for current in (1.0, -0.75):
            recorder.constant(0.0, seconds=600.0)
            recorder.constant(current, seconds=20.0)
        recorder.constant(0.0, seconds=600.0)
        recorder.constant(0.5)
    frame = recorder.frame().drop("kind", "Cycle count")
    assert cycles(frame)["Cycle count"].to_list() == [0, 1]
    kinds = steps(frame)["Step type"].to_list()
    assert kinds.count("Pulse discharge") == kinds.count("Pulse charge") == 2


def cccv(sampling=10.0):
    recorder = Recorder(sampling=sampling)
    recorder.constant(0.0, seconds=600.0)
    recorder.constant(-1.0)
    recorder.hold(0.02)
    recorder.constant(0.0, seconds=600.0)
    recorder.constant(1.0)
    return recorder.frame()


@pytest.mark.parametrize("sampling", [1.0, 10.0, 60.0])
def test_a9_a_charge_and_its_hold_logged_as_one_step_are_cccv(sampling):
    frame = cccv(sampling)
    one = frame.with_columns(
        pl.col("Step count").replace({2: 1, 3: 2, 4: 3})  # as "CCCV Chg" of a Neware
    )
    table = steps(one.drop("kind"))
    expected = ["Rest", "CCCV charge", "Rest", "Constant current discharge"]
    assert table["Step type"].to_list() == expected
    current = frame["Current [A]"].to_numpy()
    assert table[CHARGE][1] == pytest.approx(passed(frame, -current, ("charge", "hold")))
    energy = passed(frame, -current * frame["Voltage [V]"].to_numpy(), ("charge", "hold"))
    assert table["Charge energy [W.h]"][1] == pytest.approx(energy)
    apart = steps(frame.drop("kind"))["Step type"].to_list()
    assert apart[1:3] == ["Constant current charge", "Constant voltage charge"]
    # The service's own table keeps its documented vocabulary.
    assert steps_from_time_series(one)["Step type"][1] == "Unknown step type"


def test_a_discharge_with_a_hold_and_constant_power_are_named():
    frame = cccv()
    mirrored = frame.with_columns(
        -pl.col("Current [A]"),
        (7.2 - pl.col("Voltage [V]")).alias("Voltage [V]"),
        pl.col("Step count").replace({2: 1}),
    ).drop("kind")
    assert steps(mirrored)["Step type"][1] == "CCCV discharge"
    seconds = np.arange(0, 3600, 10.0)
    voltage = 4.1 - 0.7 * seconds / 3600
    power = {"Time [s]": seconds, "Voltage [V]": voltage, "Current [A]": 10 / voltage}
    assert steps(power)["Step type"].to_list() == ["Constant power discharge"]
    wild = {**power, "Current [A]": 1 + 0.9 * np.sin(seconds / 300)}
    assert steps(wild)["Step type"].to_list() == ["Unknown step type"]


def test_a_drive_cycle_keeps_what_goes_in_apart_from_what_comes_out():
    seconds = np.arange(0, 3600.0)
    current = np.where(seconds % 60 < 50, 2.0, -1.0)
    frame = pl.DataFrame(
        {"Time [s]": seconds, "Voltage [V]": 4.1 - seconds / 6000, "Current [A]": current}
    ).with_columns(pl.lit(0).alias("Step count"))
    (row,) = steps(frame).iter_rows(named=True)
    assert row[DISCHARGE] == pytest.approx(np.trapezoid(current.clip(0), seconds) / 3600, rel=0.01)
    assert row[CHARGE] == pytest.approx(np.trapezoid((-current).clip(0), seconds) / 3600, rel=0.05)
    assert row["Step type"] == "Unknown step type"


def test_rows_of_impedance_need_no_voltage_and_pass_nothing():
    cycling = pl.DataFrame(SYNTHETIC["pseudo-OCV"]).drop("Temperature [degC]")
    last = cycling.row(-1, named=True)
    spectrum = pl.DataFrame(
        {
            "Time [s]": [last["Time [s]"] + k for k in range(20)],
            "Step count": [last["Step count"] + 1] * 20,
            "Cycle count": [0] * 20,
            "Frequency [Hz]": [10.0**-k for k in range(20)],
        }
    )
    both = steps(pl.concat([cycling, spectrum], how="diagonal"))
    assert both["Step type"].to_list()[-1] == "EIS"
    assert both[DISCHARGE].sum() == pytest.approx(steps(cycling)[DISCHARGE].sum())
    alone = steps(spectrum)
    assert alone["Step type"].to_list() == ["EIS"]
    assert alone[DISCHARGE].to_list() == [0.0]


def a7():
    """Two cycles of 2 A.h; number and counters change in the middle of the rest between them."""
    parts = []
    for cycle, begin in ((1, 0.0), (2, 9000.0)):
        for step, (current, hours) in enumerate(
            [(-2.0, 1.0), (0.0, 0.25), (2.0, 1.0), (0.0, 0.25)]
        ):
            seconds = np.arange(0, 3600 * hours + 1, 30.0)
            parts.append(
                pl.DataFrame(
                    {
                        "Time [s]": begin + seconds,
                        "Voltage [V]": 3.6 - 0.2 * np.sign(current) + seconds * 0,
                        "Current [A]": current + seconds * 0,
                        "Step count": np.full(len(seconds), 4 * (cycle - 1) + step),
                    }
                )
            )
            begin += 3600 * hours
    frame = pl.concat(parts)
    turn = pl.col("Time [s]") > 9000 - 450
    moved = (pl.col("Current [A]") * pl.col("Time [s]").diff().fill_null(0) / 3600).clip(0)
    back = (-pl.col("Current [A]") * pl.col("Time [s]").diff().fill_null(0) / 3600).clip(0)
    return frame.with_columns(
        turn.cast(pl.Int64).alias("Cycle count"),
        moved.cum_sum().over(turn).alias(DISCHARGE),
        back.cum_sum().over(turn).alias(CHARGE),
    )


def test_a7_a_cycle_that_begins_inside_a_rest_has_its_capacity_and_the_fall_is_reported():
    frame = a7()
    with pytest.warns(CounterWarning, match="first in step 3") as told:
        table = cycles(frame)
    assert len(told) == 1
    assert told[0].filename == __file__
    assert table[DISCHARGE].to_list() == pytest.approx([2.0, 2.0])
    assert table[CHARGE].to_list() == pytest.approx([2.0, 2.0])
    assert table["Coulombic efficiency"].to_list() == pytest.approx([1.0, 1.0])
    row = int(frame.select((pl.col("Time [s]") > 9000 - 450).arg_max()).item())
    assert f"Discharge capacity [A.h] falls at row {row}" in table[FINDING][0]
    with pytest.warns(CounterWarning):
        found = steps(frame).drop_nulls(FINDING)
    assert found["Step count"].to_list() == [3]
    # The table that the service derives loses the cycle.
    lost = cycles_from_steps(steps_from_time_series(frame))
    assert lost[DISCHARGE][0] == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize(("factor", "told"), [(1.0, False), (1.01, False), (1.05, True), (3, True)])
def test_a_counter_that_disagrees_with_the_integral_is_reported(factor, told):
    frame = a7().filter(pl.col("Cycle count") == 0).with_columns(pl.col(DISCHARGE) * factor)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        table = steps(frame)
    assert [each.category for each in caught] == [CounterWarning] * told
    assert table[DISCHARGE][2] == pytest.approx(2.0)
    assert table["Counter discharge capacity [A.h]"][2] == pytest.approx(2.0 * factor)
    wording = f"Discharge capacity [A.h] grows by {2.0 * factor}, the integral is 2"
    assert (table[FINDING][2] or "").startswith(wording) == told


def test_without_counters_there_is_nothing_to_compare():
    table = steps(SYNTHETIC["cycling"].drop(cs.contains("energy")))
    for name in table.columns:
        if name.startswith("Counter"):
            assert table[name].null_count() == table.height


def test_what_a_channel_records_at_rest_is_reported_and_passes_nothing():
    frame = cccv().with_columns(pl.col("Current [A]") + 1e-3)
    rest = steps(frame.drop("kind")).filter(pl.col("Step type") == "Rest")
    assert rest[CHARGE].sum() == rest[DISCHARGE].sum() == 0
    assert rest["Rest charge [A.h]"].to_list() == pytest.approx([1e-3 / 6] * 2, rel=1e-6)


def test_c4_the_efficiency_of_a_half_cell_is_the_other_way_round():
    frame = SYNTHETIC["cycling"]
    usual, half = cycles(frame), cycles(frame, efficiency="charge/discharge")
    for name in ("Coulombic efficiency", "Energy efficiency"):
        assert half[name].to_list() == pytest.approx((1 / usual[name]).to_list())
    others = [name for name in usual.columns if not name.endswith("efficiency")]
    assert_frame_equal(usual.select(others), half.select(others))
    with pytest.raises(PayloadError, match="efficiency = 'both': is not an efficiency"):
        cycles(frame, efficiency="both")


@pytest.mark.parametrize("function", [steps, cycles])
def test_what_cannot_be_is_reported(function):
    good = {"Time [s]": [0.0, 1.0, 2.0], "Voltage [V]": [4.0] * 3, "Current [A]": [1.0] * 3}
    for wrong, said in (
        ([1, 2], "not a table. Give a polars, pandas or Arrow frame"),
        ({k: v for k, v in good.items() if k != "Voltage [V]"}, "no column 'Voltage [V]'"),
        ({**good, "Time [s]": [0.0, 2.0, 1.0]}, "runs backwards at row 2"),
        ({name: [] for name in good}, "has no rows"),
        ({**good, "Step count": [0.5] * 3}, "not a count"),
    ):
        with pytest.raises(PayloadError) as caught:
            function(wrong)
        assert said in str(caught.value)
    assert function({**good, "Current [A]": [0.0] * 3}).height == 1
    assert function({name: values[:1] for name, values in good.items()}).height == 1


@pytest.mark.parametrize("numbered", [True, False])
def test_a_million_rows_take_about_a_second(numbered):
    rows = 1_000_000
    block = pl.int_range(rows) // 10_000
    frame = pl.select(
        pl.int_range(rows).cast(pl.Float64).alias("Time [s]"),
        (3.7 + 0.4 * (pl.int_range(rows) / 3000).sin()).alias("Voltage [V]"),
        pl.when(block % 2 == 0).then(-1.0).otherwise(1.0).alias("Current [A]"),
        block.alias("Step count"),
        (block // 2).alias("Cycle count"),
    )
    begun = time.perf_counter()
    table = cycles(frame if numbered else frame.select(BARE))
    assert time.perf_counter() - begun < 10  # about 1.5 s
    assert table.height == 50
    assert table[CHARGE].to_list() == pytest.approx([10_000 / 3600] * 50, rel=1e-3)


# name: (rows of steps, cycles, charge and discharge in A.h by the file's own counters)
REFERENCE = {
    "m50t_7_cycles.parquet": (32, 7, 33.11196, 34.34522),
    # The file has no cycles; they are counted by the direction of the current.
    "lgm50_rpt0.parquet": (10, 2, 7.8806, 4.8137),
    "neware_54_cycles.parquet": (216, 54, 2.294494e-3, 2.045927e-3),
}


@pytest.mark.parametrize("name", REFERENCE)
def test_measured_cells_have_the_capacity_that_their_cyclers_counted(name):
    frame = measured(name)
    rows, number, charge, discharge = REFERENCE[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CounterWarning)
        table, per_cycle = steps(frame), cycles(frame)
        bare = steps(frame.select(BARE))
    assert (table.height, per_cycle.height) == (rows, number)
    for found in (table, per_cycle, bare):
        assert found[CHARGE].sum() == pytest.approx(charge, rel=2e-3)
        assert found[DISCHARGE].sum() == pytest.approx(discharge, rel=2e-3)
    kinds = set(table["Step type"])
    assert "Unknown step type" not in kinds
    assert ("CCCV charge" in kinds) == (name == "m50t_7_cycles.parquet")


# Files that polars reads as they are: the columns in the order time, voltage, current, step, cycle.
EXPORTS = {
    "arbin_fast_charge.csv": ("Test_Time", "Voltage", "Current", "Step_Index", "Cycle_Index"),
    "bdf_landt_coin.bdf.csv": ("test_time_second", "voltage_volt", "current_ampere", "step_index"),
    "bdf_neware_cycle_2pi.bdf.csv": (
        *("test_time_second", "voltage_volt", "current_ampere", "step_count"),
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_exports_have_the_charge_of_their_reference_values(name):
    path = DATA / "cyclers" / name
    if not path.is_file():
        pytest.skip(f"the measured data file {name} is not beside the project")
    expected = json.loads((DATA / "cyclers" / "expected.json").read_text())["files"][name]
    names = (*BARE, "Step from cycler", "Cycle from cycler")
    frame = pl.read_csv(path, infer_schema_length=None).select(
        pl.col(given).cast(pl.Float64).alias(own)
        for given, own in zip(EXPORTS[name], names, strict=False)
    )
    frame = frame.with_columns(-pl.col("Current [A]"))  # + = charge in all of them
    for given in (frame, frame.select(BARE)):
        table = steps(given)
        for column, side in ((CHARGE, "charge"), (DISCHARGE, "discharge")):
            near = expected[f"{side}_Ah_trapezoid"]
            counted = expected[f"{side}_Ah_counter"]
            room = 1e-3 * near + abs(near - expected[f"{side}_Ah_trapezoid_within_steps"])
            found = table[column].sum()
            assert found == pytest.approx(near, abs=room + 1e-9), (column, counted)
    if expected["step_runs"]:
        assert steps(frame).height == expected["step_runs"]


def test_a_current_without_a_number_is_refused_and_not_0():
    frame = SYNTHETIC["cycling"].with_columns(pl.lit(None, pl.Float64).alias("Current [A]"))
    with pytest.raises(PayloadError, match="no row in which both are numbers"):
        cycles(frame.head(50))


@pytest.mark.parametrize("noise", [1e-4, 5e-4, 1e-3, 2.5e-3, 5e-3])
def test_noise_at_the_borders_of_a_rest_makes_no_steps(noise):
    """Counted from time, voltage and current alone; the noise is of the largest current."""
    levels = [2.0, 0.0, -2.0, 0.0] * 2
    current = np.repeat(levels, 200)
    voltage = np.concatenate(
        [
            {2: np.linspace(4.1, 3.0, 200), -2: np.linspace(3.1, 4.2, 200)}.get(
                each, np.full(200, 3.6)
            )
            for each in levels
        ]
    )
    frame = pl.DataFrame({"Time [s]": np.arange(current.size) * 10.0, "Voltage [V]": voltage})
    for seed in range(20):
        random = np.random.default_rng(seed)
        noisy = current + random.normal(0, 2 * noise, current.size)
        found = steps(frame.with_columns(pl.Series("Current [A]", noisy)))
        assert found.height == len(levels), seed
        for name in (CHARGE, DISCHARGE):
            assert found[name].min() >= 0


@pytest.mark.parametrize("hours", [1, 6, 100])
def test_a_pause_within_a_current_is_a_disagreement_with_the_counter(hours):
    """Only the integral grows in a pause; its own length must not excuse the difference."""
    series = SyntheticCell(seed=7).cycling(cycles=1)
    assert steps(series)["Counter finding"].is_null().all()
    pause = pl.when(pl.int_range(series.height) >= 200).then(hours * 3600.0).otherwise(0.0)
    with pytest.warns(CounterWarning, match=r"1 of 5 steps.*Discharge energy"):
        found = steps(series.with_columns(pl.col("Time [s]") + pause))
    assert "the integral is" in found["Counter finding"][0]
