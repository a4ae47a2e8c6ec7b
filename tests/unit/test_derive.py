"""Step and cycle tables: what they say about a series, made by hand, at random, or measured."""

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measured import DATA, measured
from polars.testing import assert_frame_equal

from ionworks.sandbox.processing.derive import cycles_from_steps, steps_from_time_series

STEP_COLUMNS = [
    *("Start index", "End index", "Start time [s]", "End time [s]"),
    *("Start voltage [V]", "End voltage [V]"),
    *("Discharge capacity [A.h]", "Charge capacity [A.h]"),
    *("Discharge energy [W.h]", "Charge energy [W.h]"),
    *("Min voltage [V]", "Max voltage [V]", "Std voltage [V]", "Mean voltage [V]"),
    *("Min current [A]", "Max current [A]", "Std current [A]", "Mean current [A]"),
    *("Min power [W]", "Max power [W]", "Std power [W]", "Mean power [W]"),
    *("Min frequency [Hz]", "Max frequency [Hz]", "Std frequency [Hz]", "Mean frequency [Hz]"),
    *("Step count", "Step from cycler", "Cycle count", "Cycle from cycler"),
    *("Duration [s]", "Step type", "Label", "Group number"),
    *("Cycle charge capacity [A.h]", "Cycle discharge capacity [A.h]"),
    *("Cycle charge energy [W.h]", "Cycle discharge energy [W.h]"),
]
CYCLE_COLUMNS = [
    *("Cycle count", "Discharge capacity [A.h]", "Charge capacity [A.h]"),
    *("Discharge energy [W.h]", "Charge energy [W.h]", "Min voltage [V]", "Max voltage [V]"),
    *("Cycle duration [s]", "Start time [s]", "Coulombic efficiency", "Energy efficiency"),
    *("Capacity retention", "Capacity fade", "Energy retention", "Energy fade"),
    *("Mean discharge current [A]", "Discharge duration [s]"),
    *("Mean charge current [A]", "Charge duration [s]"),
    *("Capacity throughput [A.h]", "Energy throughput [W.h]"),
]
INTEGERS = {
    *("Start index", "End index", "Step count", "Step from cycler"),
    *("Cycle count", "Cycle from cycler"),
}
TEXTS = {"Step type", "Label"}


def series(*steps, cycles=None, **more):
    """A series of steps, each a list of (seconds since the row before, volt, ampere)."""
    rows, time = [], 0.0
    for number, step in enumerate(steps):
        for seconds, voltage, current in step:
            time += seconds
            rows.append((time, voltage, current, number, cycles[number] if cycles else 0))
    names = ["Time [s]", "Voltage [V]", "Current [A]", "Step count", "Cycle count"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.with_columns(pl.Series(name, values) for name, values in more.items())


def held(current, voltage=3.7, rows=11, seconds=360.0):
    """A step of one hour at constant current and slowly moving voltage."""
    return [(seconds * (k > 0), voltage - 0.05 * k * (current > 0), current) for k in range(rows)]


def types_of(frame):
    return steps_from_time_series(frame)["Step type"].to_list()


def expected_dtype(name):
    return pl.Int64 if name in INTEGERS else pl.String if name in TEXTS else pl.Float64


def test_tables_have_the_documented_columns_and_types():
    steps = steps_from_time_series(series(held(5.0), held(0.0), held(-5.0)))
    cycles = cycles_from_steps(steps)
    assert dict(steps.schema) == {name: expected_dtype(name) for name in STEP_COLUMNS}
    assert steps.columns == STEP_COLUMNS
    assert dict(cycles.schema) == {name: expected_dtype(name) for name in CYCLE_COLUMNS}
    assert cycles.columns == CYCLE_COLUMNS


def test_one_discharge_step_by_hand():
    steps = steps_from_time_series(series(held(0.0, rows=3), held(5.0)))
    row = steps.row(1, named=True)
    assert (row["Start index"], row["End index"], row["Step count"]) == (3, 13, 1)
    assert (row["Start time [s]"], row["End time [s]"]) == (720.0, 4320.0)
    assert row["Duration [s]"] == 3600.0
    assert row["Start voltage [V]"] == pytest.approx(3.7)
    assert row["End voltage [V]"] == pytest.approx(3.2)
    assert row["Discharge capacity [A.h]"] == pytest.approx(5.0)
    assert row["Charge capacity [A.h]"] == 0.0
    assert row["Mean power [W]"] == pytest.approx(3.45 * 5.0)
    assert row["Std current [A]"] == 0.0
    assert row["Std voltage [V]"] == pytest.approx(0.05 * 11**0.5)  # sample deviation of 0..10
    assert row["Step type"] == "Constant current discharge"
    assert row["Step from cycler"] is None
    assert row["Label"] == ""
    assert row["Group number"] != row["Group number"]  # NaN


def test_step_types():
    taper = [(30.0, 4.2, -5.0 * 0.8**k) for k in range(20)]
    constant_power = [(30.0, 4.0 - 0.1 * k, 20.0 / (4.0 - 0.1 * k)) for k in range(10)]
    ramp = [(30.0, 4.0 - 0.1 * k, 1.0 + 0.4 * k) for k in range(10)]
    up = [(s, v, -i) for s, v, i in constant_power]
    frame = series(held(0.0), held(5.0), held(-5.0), taper, constant_power, up, ramp)
    assert types_of(frame) == [
        "Rest",
        "Constant current discharge",
        "Constant current charge",
        "Constant voltage charge",
        "Constant power discharge",
        "Constant power charge",
        "Unknown step type",
    ]


@pytest.mark.parametrize("scale", [1e-5, 1e-3, 1.0, 100.0])
def test_step_types_do_not_depend_on_the_size_of_the_cell(scale):
    noise = [0.002, -0.002] * 10
    noisy = [(60.0, 3.7 - 0.02 * k, scale * (5.0 + n)) for k, n in enumerate(noise)]
    taper = [(60.0, 4.2, -scale * 5.0 * 0.8**k) for k in range(15)]
    rest = [(60.0, 4.1, scale * n) for n in noise]
    assert types_of(series(noisy, rest, taper)) == [
        "Constant current discharge",
        "Rest",
        "Constant voltage charge",
    ]


def test_a_series_that_only_rests_is_rest():
    assert types_of(series(held(0.0), held(0.0))) == ["Rest", "Rest"]


def test_step_of_one_row():
    steps = steps_from_time_series(series(held(5.0), [(1.0, 3.6, 5.0)]))
    row = steps.row(1, named=True)
    assert row["Std voltage [V]"] == row["Std current [A]"] == row["Std power [W]"] == 0.0
    assert row["Duration [s]"] == 0.0
    assert row["Discharge capacity [A.h]"] == 0.0
    assert row["Step type"] == "Constant current discharge"


def test_a_step_number_that_comes_back_is_a_new_step():
    frame = series(held(5.0, rows=2), held(0.0, rows=2), held(5.0, rows=2))
    frame = frame.with_columns(pl.Series("Step count", [0, 0, 1, 1, 0, 0]))
    steps = steps_from_time_series(frame)
    assert steps["Step count"].to_list() == [0, 1, 0]
    assert steps["Start index"].to_list() == [0, 2, 4]


def test_time_repeated_at_a_step_boundary_is_no_gap_and_no_charge():
    frame = series(held(5.0), held(-5.0))  # the second begins when the first ends
    assert frame["Time [s]"].is_duplicated().sum() == 2
    steps = steps_from_time_series(frame)
    assert steps["Duration [s]"].sum() == frame["Time [s]"].max()
    assert steps["Discharge capacity [A.h]"].to_list() == pytest.approx([5.0, 0.0])
    assert steps["Charge capacity [A.h]"].to_list() == pytest.approx([0.0, 5.0])


def test_reported_capacity_and_energy_win_over_the_integral():
    frame = series(
        held(5.0, rows=3),
        **{
            "Discharge capacity [A.h]": [10.0, 10.4, 10.9],
            "Discharge energy [W.h]": [1.0, 2.0, 4.0],
        },
    )
    row = steps_from_time_series(frame).row(0, named=True)
    assert row["Discharge capacity [A.h]"] == pytest.approx(0.9)
    assert row["Discharge energy [W.h]"] == pytest.approx(3.0)
    assert row["Charge capacity [A.h]"] == 0.0
    assert row["Charge energy [W.h]"] == 0.0


def test_impedance_rows_are_eis_and_need_neither_time_nor_current():
    frame = pl.DataFrame(
        {
            "Step count": [0, 0, 0],
            "Frequency [Hz]": [1000.0, 10.0, 0.1],
            "Z_Re [Ohm]": [0.02, 0.03, 0.04],
        }
    )
    steps = steps_from_time_series(frame)
    row = steps.row(0, named=True)
    assert row["Step type"] == "EIS"
    assert (row["Min frequency [Hz]"], row["Max frequency [Hz]"]) == (0.1, 1000.0)
    assert row["Duration [s]"] is None
    assert cycles_from_steps(steps)["Coulombic efficiency"].to_list() == [None]


def test_impedance_step_inside_a_cycling_series():
    frame = series(
        held(5.0, rows=3),
        [(1.0, 3.7, 0.0)] * 3,
        **{"Frequency [Hz]": [None, None, None, 100.0, 10.0, 1.0]},
    )
    steps = steps_from_time_series(frame)
    assert steps["Step type"].to_list() == ["Constant current discharge", "EIS"]
    assert steps["Mean frequency [Hz]"].to_list() == [0.0, 37.0]


@pytest.mark.parametrize("hole", [None, float("nan"), float("inf")])
def test_rows_that_were_not_measured_are_bridged(hole):
    whole = series(held(5.0))
    current = whole["Current [A]"].to_list()
    voltage = whole["Voltage [V]"].to_list()
    current[0] = current[4] = voltage[0] = hole
    broken = whole.with_columns(
        pl.Series("Current [A]", current), pl.Series("Voltage [V]", voltage)
    )
    row = steps_from_time_series(broken).row(0, named=True)
    assert row["Discharge capacity [A.h]"] == pytest.approx(4.5)  # only the first row is lost
    assert row["Mean current [A]"] == pytest.approx(5.0)
    assert row["Start voltage [V]"] == pytest.approx(3.65)
    assert row["Step type"] == "Constant current discharge"


def test_step_without_any_measured_current_or_voltage_has_no_type():
    frame = series(held(5.0, rows=3), held(5.0, rows=2), held(5.0, rows=2)).with_columns(
        pl.Series("Current [A]", [5.0, 5.0, 5.0, None, None, 5.0, 1.0]),
        pl.Series("Voltage [V]", [3.7, 3.6, 3.5, 3.4, 3.3, None, None]),
    )
    assert types_of(frame) == [
        "Constant current discharge",
        "Unknown step type",
        "Unknown step type",
    ]


def test_integer_and_single_precision_columns_give_the_same_types():
    frame = pl.DataFrame(
        {
            "Time [s]": [0, 3600, 3600, 7200],
            "Voltage [V]": [4, 3, 3, 4],
            "Current [A]": [2, 2, -2, -2],
            "Step count": [0, 0, 1, 1],
        }
    )
    expected = steps_from_time_series(frame)
    assert expected["Discharge capacity [A.h]"].to_list() == [2.0, 0.0]
    for name in ("Time [s]", "Voltage [V]", "Current [A]"):
        frame = frame.with_columns(pl.col(name).cast(pl.Float32))
    unsigned = frame.with_columns(pl.col("Step count").cast(pl.UInt8))
    assert_frame_equal(steps_from_time_series(unsigned), expected)


@pytest.mark.parametrize("missing", ["Time [s]", "Voltage [V]", "Current [A]", "Step count"])
def test_missing_column_is_named(missing):
    with pytest.raises(ValueError, match=missing.replace("[", r"\[")):
        steps_from_time_series(series(held(5.0)).drop(missing))


def test_column_of_text_is_named():
    frame = series(held(5.0)).with_columns(pl.col("Voltage [V]").cast(pl.String))
    with pytest.raises(ValueError, match=r"'Voltage \[V\]' holds String"):
        steps_from_time_series(frame)


def test_missing_column_of_the_step_table_is_named():
    steps = steps_from_time_series(series(held(5.0)))
    with pytest.raises(ValueError, match="step table has no column 'Step type'"):
        cycles_from_steps(steps.drop("Step type"))


def test_empty_series_gives_empty_tables_of_the_same_schema():
    frame = series(held(5.0), held(-5.0), **{"Temperature [degC]": [25.0] * 22})
    steps = steps_from_time_series(frame)
    nothing = steps_from_time_series(frame.clear())
    assert nothing.height == 0
    assert nothing.schema == steps.schema
    assert cycles_from_steps(nothing).height == 0
    assert cycles_from_steps(nothing).schema == cycles_from_steps(steps).schema


def test_cycle_count_from_the_series_then_from_the_cycler_then_zero():
    frame = series(held(5.0, rows=2), held(5.0, rows=2), held(5.0, rows=2), cycles=[4, 4, 9])
    assert steps_from_time_series(frame)["Cycle count"].to_list() == [4, 4, 9]
    bare = frame.drop("Cycle count")
    assert steps_from_time_series(bare)["Cycle count"].to_list() == [0, 0, 0]
    cycler = bare.with_columns(pl.Series("Cycle from cycler", [7, 7, 8, 8, 1, 1]))
    steps = steps_from_time_series(cycler)
    assert steps["Cycle count"].to_list() == [0, 1, 2]
    assert steps["Cycle from cycler"].to_list() == [7, 8, 1]


def two_cycles():
    return steps_from_time_series(
        series(
            *(held(4.0), held(0.0), held(-5.0)),
            *(held(3.0), held(0.0), held(-3.0)),
            cycles=[0, 0, 0, 1, 1, 1],
        )
    )


def test_steps_carry_the_totals_of_their_cycle():
    steps = two_cycles()
    assert steps["Cycle discharge capacity [A.h]"].to_list() == pytest.approx([4.0] * 3 + [3.0] * 3)
    assert steps["Cycle charge capacity [A.h]"].to_list() == pytest.approx([5.0] * 3 + [3.0] * 3)


def test_cycle_table_by_hand():
    cycles = cycles_from_steps(two_cycles())
    assert cycles["Cycle count"].to_list() == [0, 1]
    assert cycles["Start time [s]"].to_list() == [0.0, 10800.0]
    assert cycles["Cycle duration [s]"].to_list() == [10800.0, 10800.0]
    assert cycles["Discharge duration [s]"].to_list() == [3600.0, 3600.0]
    assert cycles["Charge duration [s]"].to_list() == [3600.0, 3600.0]
    assert cycles["Mean discharge current [A]"].to_list() == pytest.approx([4.0, 3.0])
    assert cycles["Mean charge current [A]"].to_list() == pytest.approx([-5.0, -3.0])
    assert cycles["Coulombic efficiency"].to_list() == pytest.approx([0.8, 1.0])
    assert cycles["Capacity retention"].to_list() == pytest.approx([1.0, 0.75])
    assert cycles["Capacity fade"].to_list() == pytest.approx([0.0, 0.25])
    assert cycles["Capacity throughput [A.h]"].to_list() == pytest.approx([9.0, 15.0])
    assert cycles["Min voltage [V]"].to_list() == pytest.approx([3.2, 3.2])
    assert cycles["Energy efficiency"].to_list() == [None, None]  # no energies in the series
    assert cycles["Energy retention"].to_list() == [None, None]


def test_cycle_without_charge_has_no_efficiency():
    cycles = cycles_from_steps(steps_from_time_series(series(held(5.0), held(0.0))))
    assert cycles["Coulombic efficiency"].to_list() == [None]
    assert cycles["Mean charge current [A]"].to_list() == [None]
    assert cycles["Charge duration [s]"].to_list() == [0.0]


def test_noise_at_rest_is_neither_charge_nor_discharge():
    rest = [(360.0, 3.6, 0.001 if k % 3 else 0.0) for k in range(50)]
    cycles = cycles_from_steps(steps_from_time_series(series(held(5.0), rest)))
    assert cycles["Mean discharge current [A]"].to_list() == pytest.approx([5.0])
    assert cycles["Discharge duration [s]"].to_list() == [3600.0]


def test_mean_temperature_is_weighted_by_duration():
    frame = series(
        held(5.0, rows=2, seconds=3600.0),
        held(-5.0, rows=2, seconds=1200.0),
        **{"Temperature [degC]": [30.0, 34.0, 24.0, 24.0]},
    )
    steps = steps_from_time_series(frame)
    assert steps.columns == [*STEP_COLUMNS, "Mean temperature [degC]"]
    assert steps["Mean temperature [degC]"].to_list() == [32.0, 24.0]
    assert cycles_from_steps(steps)["Mean temperature [degC]"].to_list() == pytest.approx([30.0])


@st.composite
def any_series(draw):
    """Steps of 1 to 6 rows, times that never fall, cycles that start at any step."""
    number = st.floats(-100, 100, allow_subnormal=False)
    steps = draw(
        st.lists(
            st.lists(st.tuples(st.floats(0, 1e4), st.floats(0, 5), number), min_size=1, max_size=6),
            min_size=1,
            max_size=8,
        )
    )
    starts = draw(st.lists(st.booleans(), min_size=len(steps), max_size=len(steps)))
    return series(*steps, cycles=[sum(starts[: k + 1]) for k in range(len(steps))])


def integral(frame):
    """Charge in A.h within the steps, one trapezoid after the other."""
    total = 0.0
    rows = frame.rows(named=True)
    for a, b in pairwise(rows):
        if a["Step count"] == b["Step count"]:
            mean = (a["Current [A]"] + b["Current [A]"]) / 2
            total += mean * (b["Time [s]"] - a["Time [s]"]) / 3600
    return total


@settings(max_examples=30, deadline=None)
@given(any_series())
def test_steps_cover_the_series(frame):
    steps = steps_from_time_series(frame)
    assert steps["Step count"].to_list() == list(range(frame["Step count"].max() + 1))
    rows = steps["End index"] - steps["Start index"] + 1
    assert rows.sum() == frame.height
    assert (steps["Start index"].to_list()[1:]) == (steps["End index"] + 1).to_list()[:-1]
    gaps = (steps["Start time [s]"].shift(-1) - steps["End time [s]"]).sum()
    span = frame["Time [s]"].max() - frame["Time [s]"].min()
    assert steps["Duration [s]"].sum() + gaps == pytest.approx(span)
    assert (steps["Min current [A]"] <= steps["Mean current [A]"] + 1e-9).all()
    assert (steps["Mean voltage [V]"] <= steps["Max voltage [V]"] + 1e-9).all()


@settings(max_examples=30, deadline=None)
@given(any_series())
def test_capacities_are_the_integral_of_the_current(frame):
    steps = steps_from_time_series(frame)
    net = steps["Discharge capacity [A.h]"].sum() - steps["Charge capacity [A.h]"].sum()
    assert net == pytest.approx(integral(frame), abs=1e-6)
    assert (steps["Discharge capacity [A.h]"] >= 0).all()
    assert (steps["Charge capacity [A.h]"] >= 0).all()


@settings(max_examples=30, deadline=None)
@given(any_series())
def test_flipping_the_current_swaps_charge_and_discharge(frame):
    steps = steps_from_time_series(frame)
    other = steps_from_time_series(frame.with_columns(-pl.col("Current [A]")))
    forth, back = ("Discharge capacity [A.h]", "Charge capacity [A.h]")
    assert other[back].to_list() == pytest.approx(steps[forth].to_list())
    assert other[forth].to_list() == pytest.approx(steps[back].to_list())
    mirror = {"charge": "discharge", "discharge": "charge"}
    mirrored = [
        " ".join(mirror.get(word, word) for word in text.split()) for text in steps["Step type"]
    ]
    assert other["Step type"].to_list() == mirrored


@settings(max_examples=30, deadline=None)
@given(any_series())
def test_cycles_add_up_their_steps(frame):
    steps = steps_from_time_series(frame)
    cycles = cycles_from_steps(steps)
    assert cycles["Cycle count"].to_list() == frame["Cycle count"].unique().sort().to_list()
    for name in ("Discharge capacity [A.h]", "Charge capacity [A.h]"):
        assert cycles[name].sum() == pytest.approx(steps[name].sum())
    assert cycles["Cycle duration [s]"].sum() == pytest.approx(steps["Duration [s]"].sum())
    throughput = steps["Discharge capacity [A.h]"].sum() + steps["Charge capacity [A.h]"].sum()
    assert cycles["Capacity throughput [A.h]"][-1] == pytest.approx(throughput)


def test_lg_m50_reference_performance_test():
    steps = steps_from_time_series(measured("lgm50_rpt0.parquet"))
    assert steps["Step type"].to_list() == [
        *("Rest", "Constant current charge", "Constant voltage charge", "Rest", "Rest"),
        *("Constant current discharge", "Rest", "Rest", "Constant current charge", "Rest"),
    ]
    reported = pl.read_parquet(DATA / "lgm50_rpt0.parquet").group_by("Event", maintain_order=True)
    net = reported.agg(pl.col("Capacity [Ah]").last() - pl.col("Capacity [Ah]").first())
    ours = steps["Charge capacity [A.h]"] - steps["Discharge capacity [A.h]"]
    assert ours.to_list() == pytest.approx(net["Capacity [Ah]"].to_list(), rel=0.01, abs=1e-6)
    pseudo_ocv = steps.row(5, named=True)
    assert pseudo_ocv["Discharge capacity [A.h]"] == pytest.approx(4.814, abs=0.005)
    assert pseudo_ocv["Mean current [A]"] == pytest.approx(0.5, rel=1e-3)
    cycles = cycles_from_steps(steps)
    assert cycles["Mean temperature [degC]"].is_between(24.0, 27.0).all()


def test_neware_file_of_54_cycles():
    frame = measured("neware_54_cycles.parquet")
    steps = steps_from_time_series(frame)
    cycler = (
        pl.read_parquet(DATA / "neware_54_cycles.parquet")
        .group_by("Step Count", maintain_order=True)
        .agg(pl.col("Step Type").first().cast(pl.String))["Step Type"]
        .replace({"CC Chg": "Constant current charge", "CC DChg": "Constant current discharge"})
    )
    assert steps["Step type"].to_list() == cycler.to_list()
    integrated = steps_from_time_series(frame.drop(pl.selectors.contains("capacity")))
    for name in ("Discharge capacity [A.h]", "Charge capacity [A.h]"):
        reported, ours = steps[name].sum(), integrated[name].sum()
        assert ours == pytest.approx(reported, rel=0.01)
    cycles = cycles_from_steps(steps)
    assert cycles["Cycle count"].to_list() == list(range(54))
    complete = cycles.filter(pl.col("Cycle count") > 9).head(40)
    assert complete["Coulombic efficiency"].is_between(0.85, 1.05).all()
    assert (complete["Energy efficiency"] < complete["Coulombic efficiency"]).all()
