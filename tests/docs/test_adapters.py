"""The example adapters: cyclers' files in the service's columns, units and sign."""

import runpy
from pathlib import Path

import polars as pl
import pytest
from measured import measured
from polars.testing import assert_frame_equal

ROOT = Path(__file__).parents[2]
read_cell_data = runpy.run_path(str(ROOT / "examples" / "adapters.py"))["read_cell_data"]


def written(frame, path):
    frame.write_parquet(path) if path.suffix == ".parquet" else frame.write_csv(path)
    return path


def test_pyprobe_columns(tmp_path):
    frame = pl.DataFrame(
        {
            "Time [s]": [10.0, 11.0, 12.0, 13.0],
            "Step": [4, 4, 7, 4],
            "Event": [5, 5, 6, 7],
            "Current [A]": [1.5, 1.5, 0.0, -0.5],
            "Voltage [V]": [3.6, 3.7, 3.7, 3.6],
            "Capacity [Ah]": [0.0, 0.1, 0.1, 0.0],
            "Temperature [C]": [25.0, 25.1, 25.0, 25.0],
        }
    )
    expected = pl.DataFrame(
        {
            "Time [s]": [0.0, 1.0, 2.0, 3.0],
            "Voltage [V]": [3.6, 3.7, 3.7, 3.6],
            "Current [A]": [-1.5, -1.5, 0.0, 0.5],
            "Step count": [0, 0, 1, 2],
            "Step from cycler": [4, 4, 7, 4],
            "Cycle count": [0, 0, 0, 0],
            "Temperature [degC]": [25.0, 25.1, 25.0, 25.0],
        }
    )
    assert_frame_equal(read_cell_data(written(frame, tmp_path / "a.parquet")), expected)


def test_neware_units_and_time(tmp_path):
    frame = pl.DataFrame(
        {
            "Cycle Index": [1, 1, 2, 2],
            "Step Index": [1, 1, 3, 3],
            "Step Type": ["CC Chg", "CC Chg", "CC DChg", "CC DChg"],
            "Time": [0.0, 3600.0, 0.0, 3600.0],
            "Total Time": [0.0, 3600.0, 3600.0, 7200.0],
            "Current(uA)": [79.0, 79.0, -158.0, -158.0],
            "Voltage(mV)": [2500.0, 3400.0, 3400.0, 2500.0],
            "Capacity(mAs)": [0.0, 284.4, 0.0, 568.8],
            "Energy(mWs)": [0.0, 900.0, 0.0, 1800.0],
            "Step Count": [1, 1, 2, 2],
        }
    )
    read = read_cell_data(written(frame, tmp_path / "a.csv"))
    assert read["Time [s]"].to_list() == [0.0, 3600.0, 3600.0, 7200.0]
    assert read["Current [A]"].to_list() == pytest.approx([-79e-6, -79e-6, 158e-6, 158e-6])
    assert read["Voltage [V]"].to_list() == pytest.approx([2.5, 3.4, 3.4, 2.5])
    assert read["Step count"].to_list() == [0, 0, 1, 1]
    assert read["Cycle count"].to_list() == [0, 0, 1, 1]
    assert read["Cycle from cycler"].to_list() == [1, 1, 2, 2]
    assert read["Charge capacity [A.h]"].to_list() == pytest.approx([0.0, 79e-6, 0.0, 0.0])
    assert read["Discharge capacity [A.h]"].to_list() == pytest.approx([0.0, 0.0, 0.0, 158e-6])
    assert read["Discharge energy [W.h]"].to_list() == pytest.approx([0.0, 0.0, 0.0, 5e-4])


def test_battery_data_format_keeps_a_time_that_runs_backwards(tmp_path):
    frame = pl.DataFrame(
        {
            "test_time_second": [0.0, 60.0, 0.0, 120.0],
            "voltage_volt": [3.8, 3.8, 3.8, 3.9],
            "current_ampere": [0.0, 0.0, 2.0, 2.0],
            "cycle_count": [1, 1, 1, 1],
            "step_index": [1, 1, 2, 2],
            "temperature_t1_celsius": [26.5, 26.4, 26.5, 26.6],
        }
    )
    read = read_cell_data(written(frame, tmp_path / "a.bdf.csv"))
    assert read["Time [s]"].to_list() == [0.0, 60.0, 0.0, 120.0]
    assert read["Current [A]"].to_list() == [0.0, 0.0, -2.0, -2.0]
    assert read["Step count"].to_list() == [0, 0, 1, 1]
    assert read["Cycle count"].to_list() == [0, 0, 0, 0]
    assert read["Temperature [degC]"].to_list() == [26.5, 26.4, 26.5, 26.6]


def test_the_service_s_own_columns_pass_through(tmp_path):
    frame = pl.DataFrame(
        {
            "Time [s]": [0.0, 1.0],
            "Voltage [V]": [3.6, 3.5],
            "Current [A]": [1.0, 1.0],
            "Step count": [0, 0],
            "Pressure [kPa]": [101.0, 102.0],
        }
    )
    assert_frame_equal(read_cell_data(written(frame, tmp_path / "a.parquet")), frame)


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".PARQUET"])
def test_x40_the_path_is_never_a_pattern(tmp_path, ending):
    frame = pl.DataFrame(
        {"Time [s]": [0.0], "Voltage [V]": [3.6], "Current [A]": [1.0], "Step count": [0]}
    )
    for name, rows in (("run1", 0), ("run[1]", 1)):
        path = tmp_path / f"{name}{ending}"
        part = frame.head(rows)
        part.write_csv(path) if ending == ".csv" else part.write_parquet(path)
    assert read_cell_data(tmp_path / f"run[1]{ending}").height == 1
    with pytest.raises(ValueError, match="No such file"):
        read_cell_data(tmp_path / f"run[2]{ending}")


def test_unknown_layout_names_what_was_found_and_what_is_expected(tmp_path):
    path = written(pl.DataFrame({"Time/h": [0.0], "Ewe/V": [3.6]}), tmp_path / "mystery.csv")
    with pytest.raises(ValueError, match=r"mystery\.csv has the columns Time/h, Ewe/V") as caught:
        read_cell_data(path)
    for name in ("Step count", "Event", "Current(uA)", "test_time_second"):
        assert name in str(caught.value)


@pytest.mark.parametrize(
    ("name", "rows", "steps", "cycles"),
    [
        ("lgm50_rpt0.parquet", 81_661, 10, 1),
        ("neware_54_cycles.parquet", 108_563, 216, 54),
        ("pouch_rate_time_bug.bdf.csv", 13_086, 20, 1),
    ],
)
def test_measured_files(name, rows, steps, cycles):
    frame = measured(name)
    assert frame.height == rows
    assert frame["Time [s]"][0] == 0.0
    assert frame["Step count"].unique().sort().to_list() == list(range(steps))
    assert frame["Cycle count"].unique().sort().to_list() == list(range(cycles))
    assert frame.null_count().sum_horizontal().item() == 0
    assert frame["Voltage [V]"].is_between(0.1, 5.0).all()


def test_discharge_is_positive_in_measured_files():
    frame = measured("lgm50_rpt0.parquet")
    discharge = frame.filter(pl.col("Step count") == 5)
    assert (discharge["Current [A]"] > 0).mean() > 0.99
    assert discharge["Voltage [V]"][0] > discharge["Voltage [V]"][-1]


def test_time_bug_of_the_pouch_file_is_left_for_the_validation():
    frame = measured("pouch_rate_time_bug.bdf.csv")
    assert (frame["Time [s]"].diff() < 0).sum() == 19
