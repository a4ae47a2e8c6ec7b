"""The pictures show the data that went in, with units and the sign convention."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import matplotlib as mpl
import numpy as np
import pandas as pd
import polars as pl
import pytest

from ionworks.errors import PayloadError
from ionworks.plotting import plot_voltage_current

SERIES = {
    "Time [s]": [0.0, 1800.0, 7200.0],
    "Voltage [V]": [4.2, 3.7, None],
    "Current [A]": [0.0, 5.0, -5.0],
}


@pytest.fixture(autouse=True)
def figures() -> Iterator[None]:
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    yield
    plt.close("all")


@pytest.mark.parametrize("kind", [dict, pl.DataFrame, pl.LazyFrame, pd.DataFrame])
def test_voltage_and_current_are_drawn_over_hours(kind):
    ax = plot_voltage_current(kind(SERIES), title="RPT 0")
    left, right = ax.figure.axes
    assert left is ax
    (voltage,), (current,) = left.get_lines(), right.get_lines()
    np.testing.assert_array_equal(voltage.get_xdata(orig=False), [0, 0.5, 2])
    np.testing.assert_array_equal(voltage.get_ydata(orig=False), [4.2, 3.7, np.nan])
    np.testing.assert_array_equal(current.get_ydata(orig=False), [0, 5, -5])
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == (
        "Time [h]",
        "Voltage [V]",
        "RPT 0",
    )
    assert right.get_ylabel() == "Current [A], + = discharge"
    ax.figure.canvas.draw()


def test_it_draws_into_axes_that_are_there():
    from matplotlib import pyplot as plt

    figure, (first, second) = plt.subplots(2)
    assert plot_voltage_current(SERIES, ax=second) is second
    assert plt.get_fignums() == [figure.number]
    assert not first.get_lines()


@pytest.mark.parametrize("missing", list(SERIES))
def test_a_missing_column_is_named(missing):
    from matplotlib import pyplot as plt

    data = {name: values for name, values in SERIES.items() if name != missing}
    with pytest.raises(PayloadError) as caught:
        plot_voltage_current(data)
    assert f"no column {missing!r}" in str(caught.value)
    assert plt.get_fignums() == []  # no empty picture is left behind


def test_only_numbers_can_be_drawn():
    with pytest.raises(PayloadError, match=r"'Voltage \[V\]' is String, not numeric"):
        plot_voltage_current({**SERIES, "Voltage [V]": ["a", "b", "c"]})
    with pytest.raises(PayloadError, match="give a polars, pandas or Arrow frame"):
        plot_voltage_current([1, 2, 3])


def test_without_matplotlib_the_extra_is_named():
    code = """
import sys
sys.modules["matplotlib"] = None
from ionworks.plotting import plot_voltage_current
try:
    plot_voltage_current({"Time [s]": [0], "Voltage [V]": [1], "Current [A]": [0]})
except Exception as error:
    print(type(error).__name__, error)
"""
    said = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert said.startswith("ConfigurationError")
    assert 'pip install "ionworks-client[plot]"' in said
