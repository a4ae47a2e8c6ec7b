"""The columns of a table as quantities: names and units from headers, whole columns converted."""

import math

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_series_equal

from ionworks import Quantity, quantities
from ionworks.errors import PayloadError
from ionworks.frames.quantity_columns import QuantityColumn, split_header
from ionworks.quantity import DimensionError, UnitError

FRAME = {
    "Time [s]": [0, 1800, 3600],
    "Voltage [V]": [4.2, None, 2.5],
    "loading [mg/cm**2]": [7.06, 7.0, math.nan],
    "Step count": [0, 0, 1],
    "note [kind]": ["a", "b", "c"],
}


@pytest.mark.parametrize("kind", [dict, pl.DataFrame, pl.LazyFrame, pd.DataFrame])
def test_columns_with_a_unit_are_found_in_any_table(kind):
    found = quantities(kind(FRAME))
    assert list(found) == ["Time", "Voltage", "loading"]
    assert found["Voltage"].unit == "V"
    assert found["loading"].header == "loading [mg/cm**2]"
    assert found["Voltage"].max() == Quantity(4.2, "V")
    assert found["loading"].mean().isclose(Quantity(7.03, "mg/cm**2"))


@pytest.mark.parametrize(
    ("header", "parts"),
    [
        ("Voltage [V]", ("Voltage", "V")),
        ("Discharge capacity [A.h]", ("Discharge capacity", "A.h")),
        ("capacity[A*h]", ("capacity", "A*h")),
        (" Z_Re [Ohm] ", ("Z_Re", "Ohm")),
        ("ratio [ ]", None),
        ("[V]", None),
        ("Step count", None),
        ("a [V] b", None),
        ("a [b] [V]", ("a [b]", "V")),
    ],
)
def test_headers(header, parts):
    assert split_header(header) == parts


def test_a_column_is_a_sequence_of_quantities():
    column = quantities(FRAME)["Time"]
    assert len(column) == 3
    assert column[1] == Quantity(1800, "s")
    assert column[-1] == Quantity(3600, "s")
    assert list(column[1:]) == [Quantity(1800, "s"), Quantity(3600, "s")]
    assert column[:2] == quantities({"Time [s]": [0, 1800]})["Time"]
    assert column.to("h")[1] == Quantity(0.5, "h")
    assert math.isnan(quantities(FRAME)["Voltage"][1].value)
    assert "0 s to 3600 s" in repr(column)
    assert "3600 s" in column._repr_html_()


@given(
    st.lists(st.none() | st.floats(-1e6, 1e6), min_size=1, max_size=5),
    st.sampled_from(
        [("V", "mV"), ("A.h", "mA*h"), ("degC", "K"), ("s", "h"), ("um", "m"), ("%", "")]
    ),
)
def test_a_column_converts_as_its_items_do(values, units):
    source, target = units
    column = QuantityColumn("x", source, pl.Series(values, dtype=pl.Float64))
    converted = column.to(target)
    assert converted.header == f"x [{target}]"
    for item, value in zip(converted.values.to_list(), values, strict=True):
        if value is None:
            assert item is None
        else:
            wanted = Quantity(value, source).to(target).value
            assert math.isclose(item, wanted, rel_tol=1e-12, abs_tol=1e-12)
    there_and_back = converted.to(source)
    assert_series_equal(there_and_back.values, column.values, check_exact=False, abs_tol=1e-9)


def test_the_values_stand_in_a_table_under_their_header():
    frame = pl.DataFrame(FRAME).with_columns(quantities(FRAME)["Voltage"].to("mV").values)
    assert frame["Voltage [mV]"].to_list() == [4200.0, None, 2500.0]


def test_two_columns_of_one_name_stand_under_their_headers():
    found = quantities({"T [degC]": [25.0], "T [K]": [298.15], "V [V]": [1.0]})
    assert list(found) == ["T [degC]", "T [K]", "V"]


def test_units_that_do_not_fit_are_reported():
    found = quantities({"Voltage [V]": [4.2], "odd [apples]": [1]})
    with pytest.raises(DimensionError, match="'V' to 'A'"):
        found["Voltage"].to("A")
    with pytest.raises(UnitError, match="'mVV' is not a known unit; did you mean 'mV'"):
        found["Voltage"].to("mVV")
    assert found["odd"].max() == Quantity(1, "apples")


def test_an_empty_column_has_no_extremes():
    column = (
        quantities({"x [V]": []}).get("x")
        or quantities(pl.DataFrame(schema={"x [V]": pl.Float64}))["x"]
    )
    assert (column.min(), column.max(), column.mean(), len(column)) == (None, None, None, 0)


def test_what_is_no_table_is_reported():
    with pytest.raises(PayloadError, match="frame = 'int'"):
        quantities(5)
