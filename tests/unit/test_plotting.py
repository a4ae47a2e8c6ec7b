"""The plots show the data that went in, with units and the sign convention."""

from __future__ import annotations

import math
import re
import subprocess
import sys
import time
from collections.abc import Iterator

import matplotlib as mpl
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measured import measured
from polars.testing import assert_frame_equal

from ionworks.analysis.curves import capacity_curves, differential_voltage, incremental_capacity
from ionworks.analysis.rate_capability import rate_capability
from ionworks.errors import PayloadError
from ionworks.frames.downsampling import thin
from ionworks.plotting import (
    Plot,
    plot_capacity,
    plot_differential_voltage,
    plot_incremental_capacity,
    plot_nyquist,
    plot_rate_capability,
    plot_voltage_capacity,
    plot_voltage_current,
)
from ionworks.sandbox import SyntheticCell
from ionworks.sandbox.processing.derive import cycles_from_steps, steps_from_time_series

SERIES = {
    "Time [s]": [0.0, 1800.0, 7200.0],
    "Voltage [V]": [4.2, 3.7, None],
    "Current [A]": [0.0, 5.0, -5.0],
}
CYCLING = SyntheticCell(seed=7).cycling(cycles=3)
CYCLES = cycles_from_steps(steps_from_time_series(CYCLING))
SPECTRUM = pl.DataFrame(
    {
        "Frequency [Hz]": [0.1, 1.0, 10.0, 100.0, 1000.0],
        "Z_Re [Ohm]": [0.036, 0.027, 0.022, 0.019, 0.018],
        "Z_Im [Ohm]": [-0.005, -0.006, -0.002, -0.001, 0.001],
    }
)
# Each plot on data that suit it.
DRAWN = {
    "voltage_current": lambda **o: plot_voltage_current(CYCLING, **o),
    "voltage_capacity": lambda **o: plot_voltage_capacity(CYCLING, **o),
    "capacity": lambda **o: plot_capacity(CYCLES, **o),
    "incremental_capacity": lambda **o: plot_incremental_capacity(CYCLING, **o),
    "differential_voltage": lambda **o: plot_differential_voltage(CYCLING, **o),
    "rate_capability": lambda **o: plot_rate_capability(CYCLES, "5 A*h", **o),
    "nyquist": lambda **o: plot_nyquist(SPECTRUM, **o),
}
every = pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)


@pytest.fixture(autouse=True)
def figures() -> Iterator[None]:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    yield
    plt.close("all")


def assert_drawn(line, data, x, y):
    """What a line shows is what the data say."""
    for drawn, name in ((line.get_xdata(orig=False), x), (line.get_ydata(orig=False), y)):
        np.testing.assert_array_equal(drawn, data[name].cast(pl.Float64).fill_null(math.nan))


def texts(legend):
    return [text.get_text() for text in legend.get_texts()]


@every
def test_it_makes_a_figure_of_its_own_and_says_what_it_drew(draw):
    from matplotlib import pyplot as plt

    plot = draw(title="M50-007")
    assert isinstance(plot, Plot)
    assert plt.get_fignums() == [plot.figure.number]
    assert plot.ax.get_title() == "M50-007"
    assert plot.ax.figure is plot.figure
    assert plot.right is None or plot.right.figure is plot.figure
    assert isinstance(plot.data, pl.DataFrame)
    assert plot.data.height > 0
    with pytest.raises(AttributeError):
        plot.data = None
    assert len(repr(plot)) < 200
    plot.figure.canvas.draw()


@every
def test_it_draws_into_axes_that_are_there_and_nowhere_else(draw):
    from matplotlib import pyplot as plt

    figure, (first, second) = plt.subplots(1, 2)
    plot = draw(ax=second)
    assert plot.ax is second
    assert plt.get_fignums() == [figure.number]
    others = {second, *([plot.right] if plot.right else [])}
    assert {*figure.axes} == {first, *others}
    assert not first.has_data()
    assert not first.texts
    figure.canvas.draw()


@every
def test_no_setting_of_matplotlib_is_changed(draw):
    before = dict(mpl.rcParams)
    draw(title="M50-007")
    assert dict(mpl.rcParams) == before


@every
def test_a_title_stands_clear_of_the_legend(draw):
    plot = draw(title="A rather long title that takes the whole width of the plot")
    plot.figure.canvas.draw()
    legend = plot.ax.get_legend()
    if legend is not None:
        title = plot.ax.title.get_window_extent()
        assert title.y0 >= legend.get_window_extent().y1


@every
def test_labels_have_units(draw):
    plot = draw()
    axes = [plot.ax.xaxis, plot.ax.yaxis] + ([plot.right.yaxis] if plot.right else [])
    for axis in axes:
        text = axis.get_label_text()
        assert text == "Cycle count" or ("[" in text and "]" in text)


@pytest.mark.parametrize("kind", [dict, pl.DataFrame, pl.LazyFrame, pd.DataFrame])
def test_voltage_and_current_are_drawn_over_hours(kind):
    plot = plot_voltage_current(kind(SERIES), title="RPT 0")
    left, right = plot.figure.axes
    assert (left, right) == (plot.ax, plot.right)
    (voltage,), (current,) = left.get_lines(), right.get_lines()
    np.testing.assert_array_equal(voltage.get_xdata(orig=False), [0, 0.5, 2])
    np.testing.assert_array_equal(voltage.get_ydata(orig=False), [4.2, 3.7, np.nan])
    np.testing.assert_array_equal(current.get_ydata(orig=False), [0, 5, -5])
    assert_drawn(voltage, plot.data, "Time [h]", "Voltage [V]")
    assert_drawn(current, plot.data, "Time [h]", "Current [A]")
    assert (left.get_xlabel(), left.get_ylabel(), left.get_title()) == (
        "Time [h]",
        "Voltage [V]",
        "RPT 0",
    )
    assert right.get_ylabel() == "Current [A], + = discharge"


def test_every_second_step_is_shaded():
    plain = plot_voltage_current(CYCLING)
    assert not plain.ax.collections
    plot = plot_voltage_current(CYCLING, shade_steps=True)
    (shades,) = plot.ax.collections
    begins = CYCLING.group_by("Step count", maintain_order=True).first()["Time [s]"] / 3600
    boxes = [path.get_extents() for path in shades.get_paths()]
    assert [box.x0 for box in boxes] == pytest.approx(begins.gather_every(2, 1).to_list())
    assert [box.x1 for box in boxes] == pytest.approx(begins.gather_every(2, 2).to_list())
    assert_frame_equal(plot.data, plain.data)
    with pytest.raises(PayloadError, match="no column 'Step count'"):
        plot_voltage_current(SERIES, shade_steps=True)


def test_a_million_rows_are_drawn_in_a_moment_with_every_spike():
    rows = 1_000_000
    frame = pl.select(
        pl.int_range(rows).cast(pl.Float64).alias("Time [s]"),
        (3.7 + 0.3 * (pl.int_range(rows) / 1e4).sin()).alias("Voltage [V]"),
        (pl.int_range(rows) / 1e3).cos().alias("Current [A]"),
        (pl.int_range(rows) // 200_000).alias("Cycle count"),
    ).with_columns(
        pl.when(pl.col("Time [s]") == 123_456)
        .then(9.0)
        .when(pl.col("Time [s]").is_between(700_000, 700_200))
        .then(None)
        .otherwise("Voltage [V]")
        .alias("Voltage [V]")
    )
    begun = time.perf_counter()
    plot = plot_voltage_current(frame)
    plot.figure.canvas.draw()
    assert time.perf_counter() - begun < 5  # about 0.3 s; unthinned it is 10 times that
    assert plot.data.height < 6000
    assert plot.data["Voltage [V]"].max() == 9.0
    assert plot.data["Voltage [V]"].null_count() > 0
    hours = plot.data["Time [h]"]
    assert (hours[0], hours[-1]) == (0.0, (rows - 1) / 3600)
    assert hours.is_sorted()
    (line,) = plot.ax.get_lines()
    assert_drawn(line, plot.data, "Time [h]", "Voltage [V]")


@settings(max_examples=40)
@given(
    st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=400),
    st.integers(8, 100),
    st.integers(1, 100),
)
def test_thinning_keeps_extremes_ends_and_gaps_of_each_line(values, most, length):
    frame = pl.DataFrame({"y": values}, schema={"y": pl.Float64}).with_columns(
        (pl.int_range(pl.len()) // length).alias("line"), pl.int_range(pl.len()).alias("x")
    )
    kept = thin(frame, ["y"], by="line", most=most)
    assert kept["x"].is_sorted()
    assert kept.equals(frame[kept["x"]])
    for name, whole in frame.group_by("line"):
        part = kept.filter(pl.col("line") == name[0])
        assert part["x"].min() == whole["x"].min()
        assert part["x"].max() == whole["x"].max()
        assert (part["y"].min(), part["y"].max()) == (whole["y"].min(), whole["y"].max())
        assert bool(part["y"].null_count()) == bool(whole["y"].null_count())


def test_a_short_series_is_not_thinned():
    assert plot_voltage_current(CYCLING).data.height == CYCLING.height


def test_voltage_over_capacity_by_cycle_and_direction():
    plot = plot_voltage_capacity(CYCLING)
    assert_frame_equal(plot.data, capacity_curves(CYCLING))
    lines = plot.ax.get_lines()
    assert len(lines) == 6
    for half, line in enumerate(lines):
        part = plot.data.filter(pl.col("Half cycle") == half)
        assert_drawn(line, part, "Capacity [A.h]", "Voltage [V]")
        assert line.get_linestyle() == ("-" if part["Direction"][0] == "discharge" else "--")
    assert lines[0].get_color() == lines[1].get_color() != lines[2].get_color()
    assert texts(plot.ax.get_legend()) == [
        *("discharge", "charge", "cycle 0", "cycle 1", "cycle 2"),
    ]
    assert plot.ax.get_xlabel() == "Capacity [A·h]"


def test_the_half_cycles_of_one_cycle_are_one_line_with_gaps():
    drive = pl.DataFrame(
        {
            "Time [s]": [float(second) for second in range(4000)],
            "Voltage [V]": [3.7 - 0.1 * math.sin(second) for second in range(4000)],
            "Current [A]": [5 * math.sin(second) for second in range(4000)],
        }
    )
    plot = plot_voltage_capacity(drive)
    lines = plot.ax.get_lines()
    assert len(lines) == 2
    for line, direction in zip(lines, ("discharge", "charge"), strict=True):
        part = plot.data.filter(pl.col("Direction") == direction)
        assert_drawn(line, with_gaps(part), "Capacity [A.h]", "Voltage [V]")


def with_gaps(data):
    gap = pl.DataFrame({name: [None] for name in data.columns}, schema=data.schema)
    parts = data.partition_by("Half cycle", maintain_order=True)
    return pl.concat([each for part in parts for each in (part, gap)])[:-1]


def test_many_cycles_have_a_colour_bar_and_one_has_a_colour_for_each_direction():
    frame = SyntheticCell(seed=7).cycling(cycles=8, rest_seconds=60)
    many = plot_voltage_capacity(frame)
    (bar,) = (each for each in many.figure.axes if each is not many.ax)
    assert bar.get_ylabel() == "Cycle count"
    assert texts(many.ax.get_legend()) == ["discharge", "charge"]
    one = plot_voltage_capacity(frame, cycles=5)
    assert one.data["Cycle count"].unique().to_list() == [5]
    assert len({line.get_color() for line in one.ax.get_lines()}) == 2


@pytest.mark.parametrize("charge", [False, True])
def test_capacity_over_cycles_with_the_efficiency_above(charge):
    plot = plot_capacity(CYCLES, charge=charge)
    lines = plot.ax.get_lines()
    names = ["Discharge capacity [A.h]", *(["Charge capacity [A.h]"] if charge else [])]
    for line, name in zip(lines, names, strict=True):
        assert_drawn(line, plot.data, "Cycle count", name)
        assert plot.data[name].to_list() == CYCLES[name].to_list()
    (efficiency,) = plot.right.get_lines()
    assert_drawn(efficiency, plot.data, "Cycle count", "Coulombic efficiency [%]")
    percent = (100 * CYCLES["Coulombic efficiency"]).to_list()
    assert plot.data["Coulombic efficiency [%]"].to_list() == pytest.approx(percent)
    low, high = plot.right.get_ylim()
    assert low < min(percent) <= max(percent) < high
    expected = "Capacity [A·h]" if charge else "Discharge capacity [A·h]"
    assert plot.ax.get_ylabel() == expected
    assert (plot.ax.get_legend() is not None) == charge


def test_one_odd_efficiency_does_not_flatten_the_others():
    cycles = pl.DataFrame(
        {
            "Cycle count": range(50),
            "Discharge capacity [A.h]": [5.0] * 50,
            "Coulombic efficiency": [30.0, *([0.999, 0.9985] * 24), None],
        }
    )
    low, high = plot_capacity(cycles).right.get_ylim()
    assert 95 < low < 99.85
    assert 99.9 < high < 102


def test_dqdv_is_drawn_as_it_is_computed_and_says_its_smoothing():
    plot = plot_incremental_capacity(CYCLING, 1, voltage_step=0.01, smoothing=0.02)
    curve = incremental_capacity(CYCLING, 1, voltage_step=0.01, smoothing=0.02)
    assert_frame_equal(plot.data, curve)
    *lines, _zero = plot.ax.get_lines()
    for half, line in zip(curve["Half cycle"].unique(maintain_order=True), lines, strict=True):
        part = curve.filter(pl.col("Half cycle") == half)
        assert_drawn(line, part, "Voltage [V]", "dQ/dV [A.h/V]")
    assert [text.get_text() for text in plot.ax.texts] == [
        "Gaussian smoothing, sd 20 mV",
        f"left out: {curve['Left out [A.h]'].max():.3g} A·h (constant-voltage hold)",
    ]
    assert (plot.ax.get_xlabel(), plot.ax.get_ylabel()) == ("Voltage [V]", "dQ/dV [A·h/V]")
    bare = plot_incremental_capacity(CYCLING, smoothing=0)
    assert bare.ax.texts[0].get_text() == "not smoothed"


def test_dvdq_is_drawn_as_it_is_computed_and_shows_what_lies_between_its_ends():
    frame = SyntheticCell(seed=7).pseudo_ocv()
    plot = plot_differential_voltage(frame, smoothing=0.04)
    curve = differential_voltage(frame, smoothing=0.04)
    assert_frame_equal(plot.data, curve)
    *lines, _zero = plot.ax.get_lines()
    for half, line in enumerate(lines):
        part = curve.filter(pl.col("Half cycle") == half)
        assert_drawn(line, part, "Capacity [A.h]", "dV/dQ [V/(A.h)]")
    assert plot.ax.texts[0].get_text() == "Gaussian smoothing, sd 0.04 A·h"
    low, high = plot.ax.get_ylim()
    inside = curve["dV/dQ [V/(A.h)]"].is_between(low, high).mean()
    assert 0.85 < inside < 1
    assert curve["dV/dQ [V/(A.h)]"].abs().max() > high
    assert re.fullmatch(r"[\d.]+ % of the points lie outside the axis", plot.ax.texts[1].get_text())


def test_rates_stand_beside_their_cycles_and_the_retention_follows_the_axis():
    cycles = {
        "Cycle count": [0, 1, 2, 3, 4],
        "Mean discharge current [A]": [0.25, 0.25, 5.0, 5.0, 0.25],
        "Discharge capacity [A.h]": [5.0, 4.9, 4.0, 3.9, 4.8],
    }
    plot = plot_rate_capability(cycles, "5 A*h")
    assert_frame_equal(plot.data, rate_capability(cycles, "5 A*h"))
    lines = plot.ax.get_lines()
    spans = [(0, 2), (2, 4), (4, 5)]
    for line, (begin, end) in zip(lines, spans, strict=True):
        part = plot.data[begin:end]
        assert_drawn(line, part, "Cycle count", "Discharge capacity [A.h]")
    assert lines[0].get_color() == lines[2].get_color() != lines[1].get_color()
    assert [text.get_text() for text in plot.ax.texts] == ["C/20", "1C", "C/20"]
    assert plot.right.get_ylabel() == "Retention against C/20 [%]"
    plot.ax.set_ylim(0, 4.9)
    assert plot.right.get_ylim() == pytest.approx((0, 100))


def test_many_changes_of_rate_have_a_legend():
    cycles = {
        "Cycle count": list(range(30)),
        "Mean discharge current [A]": [0.25, 5.0, 10.0] * 10,
        "Discharge capacity [A.h]": [5.0, 4.5, 4.0] * 10,
    }
    plot = plot_rate_capability(cycles, 5)
    assert texts(plot.ax.get_legend()) == ["C/20", "1C", "2C"]
    assert not plot.ax.texts


def test_nyquist_has_one_scale_and_keeps_the_order_of_the_rows():
    plot = plot_nyquist(SPECTRUM.reverse())
    assert plot.data["Frequency [Hz]"].to_list() == [1000, 100, 10, 1, 0.1]
    line, *marks = plot.ax.get_lines()
    assert_drawn(line, plot.data, "Z_Re [Ohm]", "-Z_Im [Ohm]")
    np.testing.assert_array_equal(line.get_ydata(), [-0.001, 0.001, 0.002, 0.006, 0.005])
    assert len(marks) == 5
    names = [text.get_text() for text in plot.ax.texts]
    assert names == ["0.1 Hz", "1 Hz", "10 Hz", "100 Hz", "1 kHz"]
    plot.figure.canvas.draw()
    box = plot.ax.get_window_extent()
    (x0, x1), (y0, y1) = plot.ax.get_xlim(), plot.ax.get_ylim()
    assert box.width / (x1 - x0) == pytest.approx(box.height / (y1 - y0))
    assert (plot.ax.get_xlabel(), plot.ax.get_ylabel()) == ("Z_Re [mΩ]", "-Z_Im [mΩ]")


@pytest.mark.parametrize(("count", "word"), [("Step count", "step"), ("Cycle count", "cycle")])
def test_several_spectra_are_drawn_apart(count, word):
    parts = [SPECTRUM.with_columns(pl.lit(k).alias(count)) for k in (4, 9)]
    plot = plot_nyquist(pl.concat(parts))
    lines = plot.ax.get_lines()
    for line, number in zip(lines, (4, 9), strict=True):
        part = plot.data.filter(pl.col(count) == number)
        assert_drawn(line, part, "Z_Re [Ohm]", "-Z_Im [Ohm]")
    assert texts(plot.ax.get_legend()) == [f"{word} 4", f"{word} 9"]
    many = [
        SPECTRUM.with_columns(pl.lit(k if k else None, pl.Int64).alias(count)) for k in range(9)
    ]
    # The first has no number: it has that of the next one, but is a sweep of its own.
    plot = plot_nyquist(pl.concat(many))
    assert len(plot.ax.get_lines()) == 9
    (bar,) = plot.figure.axes[1:]
    assert bar.get_ylabel() == f"Sweep: {word} 1, sweep 0 to {word} 8"


def sweep(shift=0.0, *, up=False, low=-2, high=4):
    """A semicircle, six frequencies a decade."""
    rows = []
    for k in range(6 * (high - low) + 1):
        frequency = 10 ** (high - k / 6)
        z = 0.02 + shift + 0.01 / (1 + 2j * math.pi * frequency * 0.01)
        rows.append((frequency, z.real, z.imag))
    frame = pl.DataFrame(rows, SPECTRUM.columns, orient="row")
    return frame.reverse() if up else frame


C3 = {
    "three in one step": ([sweep(0.002 * k) for k in range(3)], {"Step count": [5, 5, 5]}),
    "three cycles of one step": (
        [sweep(0.002 * k) for k in range(3)],
        {"Step count": [5, 5, 5], "Cycle count": [0, 1, 2]},
    ),
    "upwards": ([sweep(0.002 * k, up=True) for k in range(3)], {}),
    "the second was stopped early": ([sweep(), sweep(0.002, low=3), sweep(0.004)], {}),
    "one beside another range": ([sweep(), sweep(0.002, high=3), sweep(0.004, high=2)], {}),
    "steps and cycles": (
        [sweep(0.002 * k) for k in range(4)],
        {"Step count": [1, 2, 1, 2], "Cycle count": [0, 0, 1, 1]},
    ),
}


@pytest.mark.parametrize("case", C3, ids=C3)
def test_c3_each_sweep_is_a_line_in_the_order_of_its_rows(case):
    parts, counts = C3[case]
    frame = pl.concat(
        part.with_columns(pl.lit(numbers[k]).alias(name) for name, numbers in counts.items())
        for k, part in enumerate(parts)
    )
    plot = plot_nyquist(frame)
    lines = plot.ax.get_lines()
    assert len(lines) == len(parts)
    for line, part in zip(lines, parts, strict=True):
        assert line.get_xdata(orig=False).tolist() == part["Z_Re [Ohm]"].to_list()
    assert plot.data["Sweep"].unique().to_list() == list(range(len(parts)))
    assert plot.data["Frequency [Hz]"].equals(frame["Frequency [Hz]"])
    names = texts(plot.ax.get_legend())
    assert len(set(names)) == len(parts)
    assert ("cycle" in names[0]) == ("Cycle count" in counts)


def test_c3_down_and_up_again_is_one_sweep_and_so_is_one_repeated_frequency():
    there = sweep()
    assert len(set(plot_nyquist(pl.concat([there, there.reverse()[1:]])).data["Sweep"])) == 1
    twice = there.select(pl.all().repeat_by(2).explode())
    assert len(set(plot_nyquist(twice).data["Sweep"])) == 1


EFFICIENCIES = [1.26, 0.9981, 0.9987, 0.9985, 0.9990, 0.9986, 0.9989]


def of_efficiency(values, capacity=5.0):
    capacity = capacity if isinstance(capacity, list) else [capacity] * len(values)
    return pl.DataFrame(
        {
            "Cycle count": range(len(values)),
            "Discharge capacity [A.h]": capacity,
            "Coulombic efficiency": values,
        }
    )


def outside(axes):
    return [line for line in axes.get_lines() if line.get_gid() == "outside"]


@pytest.mark.parametrize("first", [1.26, 0.2, 0.0, 30.0])
@pytest.mark.parametrize("count", [3, 4, 7])
def test_c5_the_axis_shows_the_bulk_and_marks_what_lies_outside(first, count):
    plot = plot_capacity(of_efficiency([first, *EFFICIENCIES[1:count]]))
    low, high = plot.right.get_ylim()
    assert high - low < 6  # the upper quarter of it is about one percent
    assert low < 99.81
    assert high > 99.88
    (mark,) = outside(plot.right)
    assert mark.get_xdata(orig=False).tolist() == [0]
    assert mark.get_marker() == ("^" if first > 1 else "v")
    assert f"{100 * first:.4g}" in [text.get_text() for text in plot.right.texts]
    assert plot.data["Coulombic efficiency [%]"][0] == pytest.approx(100 * first)


def test_c5_a_short_cycle_does_not_flatten_the_capacities():
    plot = plot_capacity(of_efficiency(EFFICIENCIES[1:], [5.0, 4.98, 4.97, 4.96, 4.95, 0.01]))
    low, _ = plot.ax.get_ylim()
    assert 4.9 < low < 4.95
    (mark,) = outside(plot.ax)
    assert mark.get_xdata(orig=False).tolist() == [5]
    assert outside(plot.right) == []


@pytest.mark.parametrize(
    "values", [[0.9] * 5, [0.9 + k / 50 for k in range(6)], [0.99, 0.95] * 5, [1.0]]
)
def test_c5_what_is_spread_evenly_is_all_inside(values):
    plot = plot_capacity(of_efficiency(values, [5.0 - k / 9 for k in range(len(values))]))
    assert outside(plot.right) == outside(plot.ax) == []


def test_c4_the_efficiency_of_a_half_cell_is_the_other_way_round():
    half = CYCLES.with_columns(pl.col("Discharge capacity [A.h]") * 1.17)
    plot = plot_capacity(half, efficiency="charge/discharge")
    assert plot.right.get_ylabel() == "Coulombic efficiency, charge/discharge [%]"
    expected = 100 * half["Charge capacity [A.h]"] / half["Discharge capacity [A.h]"]
    assert plot.data["Coulombic efficiency [%]"].to_list() == pytest.approx(expected.to_list())
    usual = plot_capacity(half, efficiency="discharge/charge")
    assert usual.data["Coulombic efficiency [%]"][0] == pytest.approx(1e4 / expected[0])
    with pytest.raises(PayloadError, match="efficiency = 'out/in': is not an efficiency"):
        plot_capacity(half, efficiency="out/in")


def test_rows_of_a_series_without_a_frequency_are_no_spectrum():
    rest = {"Frequency [Hz]": [None, 0.0], "Z_Re [Ohm]": [None, 1.0], "Z_Im [Ohm]": [None, 1.0]}
    mixed = pl.concat([pl.DataFrame(rest, schema=SPECTRUM.schema), SPECTRUM])
    assert plot_nyquist(mixed).data.height == 5
    with pytest.raises(PayloadError, match="no row with a frequency above 0"):
        plot_nyquist(rest)


def test_a_coin_cell_is_read_in_small_units():
    coin = CYCLING.with_columns(pl.col("Current [A]") / 1000)
    plot = plot_voltage_capacity(coin)
    assert plot.ax.get_xlabel() == "Capacity [mA·h]"
    assert plot.data["Capacity [A.h]"].max() == pytest.approx(0.0049, rel=0.01)
    plot.figure.canvas.draw()
    shown = [text.get_text() for text in plot.ax.get_xticklabels()]
    assert "2" in shown
    assert plot_voltage_current(coin).right.get_ylabel() == "Current [mA], + = discharge"
    smaller = CYCLES.with_columns(pl.col("Discharge capacity [A.h]") / 1e6)
    assert plot_capacity(smaller).ax.get_ylabel() == "Discharge capacity [µA·h]"


NEEDED = {
    plot_voltage_current: (CYCLING, ("Time [s]", "Voltage [V]", "Current [A]")),
    plot_voltage_capacity: (CYCLING, ("Time [s]", "Voltage [V]", "Current [A]")),
    plot_incremental_capacity: (CYCLING, ("Time [s]", "Voltage [V]", "Current [A]")),
    plot_differential_voltage: (CYCLING, ("Time [s]", "Voltage [V]", "Current [A]")),
    plot_capacity: (CYCLES, ("Cycle count", "Discharge capacity [A.h]", "Coulombic efficiency")),
    plot_nyquist: (SPECTRUM, tuple(SPECTRUM.columns)),
}


@pytest.mark.parametrize(
    ("plot", "name"), [(plot, name) for plot, (_, names) in NEEDED.items() for name in names]
)
def test_what_is_missing_is_named_and_no_empty_picture_is_left(plot, name):
    from matplotlib import pyplot as plt

    frame = NEEDED[plot][0]
    for wrong, said in (
        (frame.drop(name), f"no column {name!r}; there are "),
        (frame.with_columns(pl.lit("x").alias(name)), f"column {name!r} is String, not numeric"),
        (frame.clear(), "has no rows"),
    ):
        with pytest.raises(PayloadError) as caught:
            plot(wrong)
        assert said in str(caught.value)
    with pytest.raises(PayloadError, match="Give a polars, pandas or Arrow frame"):
        plot([1, 2, 3])
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    "plot", [plot_voltage_capacity, plot_incremental_capacity, plot_differential_voltage]
)
def test_a_cycle_that_is_not_there_is_named(plot):
    with pytest.raises(PayloadError, match="cycles = 7: time_series has the cycles 0, 1, 2"):
        plot(CYCLING, cycles=[0, 7])


@every
def test_nothing_but_gaps_does_not_crash(draw, monkeypatch):
    holes = CYCLING.with_columns(
        pl.when(pl.int_range(pl.len()) % 7 != 3).then(pl.all().exclude("Step count", "Cycle count"))
    )
    monkeypatch.setattr(sys.modules[__name__], "CYCLING", holes)
    monkeypatch.setattr(
        sys.modules[__name__],
        "CYCLES",
        CYCLES.with_columns(pl.when(pl.col("Cycle count") != 1).then(pl.all())),
    )
    monkeypatch.setattr(
        sys.modules[__name__],
        "SPECTRUM",
        SPECTRUM.with_columns(
            pl.when(pl.col("Frequency [Hz]") != 10).then("Z_Re [Ohm]").alias("Z_Re [Ohm]")
        ),
    )
    draw().figure.canvas.draw()


def test_without_matplotlib_the_extra_is_named_and_the_numbers_are_there():
    code = """
import sys
sys.modules["matplotlib"] = None
sys.modules["numpy"] = None
from ionworks.analysis.curves import incremental_capacity
from ionworks.plotting import plot_voltage_current
series = {"Time [s]": [0, 9], "Voltage [V]": [4, 3.9], "Current [A]": [1, 1]}
print(incremental_capacity(series).height)
try:
    plot_voltage_current(series)
except Exception as error:
    print(type(error).__name__, error)
"""
    said = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert said.startswith("20\nConfigurationError")
    assert 'pip install "ionworks-client[plot]"' in said


def test_measured_cells_are_drawn():
    for name in ("lgm50_rpt0.parquet", "neware_54_cycles.parquet"):
        frame = measured(name)
        for plot in (
            *(plot_voltage_current, plot_voltage_capacity),
            *(plot_incremental_capacity, plot_differential_voltage),
        ):
            plot(frame).figure.canvas.draw()
    cycles = cycles_from_steps(steps_from_time_series(frame))
    assert plot_capacity(cycles).data.height == 54
    assert plot_rate_capability(cycles, "0.079 mA*h").data["Rate"][0] == "1C"
