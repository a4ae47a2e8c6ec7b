"""Two records' quantities beside each other, in whatever units, within a tolerance."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionworks import Quantity, compare_quantities
from ionworks.errors import PayloadError
from ionworks.models import CellInstance

HEAD = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}


def cell(**measured):
    return CellInstance.from_dict(
        {
            "id": "c",
            "name": "M50",
            "cell_specification_id": "s",
            "measured_properties": {"cell": measured},
            **HEAD,
        }
    )


def q(value, unit):
    return {"value": value, "unit": unit}


ONE = cell(capacity=q(4.94, "A*h"), mass=q(68.5, "g"), r=q(20, "mohm"), odd=q(1, "EFC"))
OTHER = cell(
    capacity=q(4920, "mAh"), mass=q(0.0685, "kg"), r=q(1, "V"), odd=q(1, "EFC"), t=q(25, "degC")
)


def test_each_quantity_is_judged_by_what_it_means():
    found = compare_quantities(ONE, OTHER)
    assert {pair.path.rpartition(".")[2]: pair.outcome for pair in found} == {
        "capacity": "differs",
        "mass": "same",
        "r": "other dimension",
        "odd": "same",
        "t": "only in the second",
    }
    assert found[0].deviation == pytest.approx(4.92 / 4.94 - 1)
    assert not found.same
    assert [pair.path for pair in found.differing] == [
        f"measured_properties.cell.{name}" for name in ("capacity", "r", "t")
    ]
    assert str(found).splitlines()[0] == (
        "measured_properties.cell.capacity: 4.94 A*h and 4920 mAh: differs (-0.40%)"
    )


def test_a_record_is_the_same_as_itself():
    assert compare_quantities(ONE, ONE).same
    assert compare_quantities({}, {}).same
    assert str(compare_quantities({}, {})) == "no quantities"


@given(st.floats(-1e6, 1e6, allow_subnormal=False), st.floats(0, 0.5), st.floats(0, 1))
def test_a_relative_tolerance_is_one_of_the_larger(value, tolerance, part):
    other = value * (1 - tolerance * part)
    one, two = cell(x=q(value, "A*h")), cell(x=q(other * 1000, "mA*h"))
    assert compare_quantities(one, two, rel_tol=tolerance + 1e-9).same
    assert compare_quantities(two, one, rel_tol=tolerance + 1e-9).same


def test_absolute_tolerances_go_by_name_or_by_path():
    for name in ("capacity", "measured_properties.cell.capacity"):
        assert compare_quantities(ONE, OTHER, within={name: "20.5 mA*h"})[0].outcome == "same"
        assert compare_quantities(ONE, OTHER, within={name: "19.5 mA*h"})[0].outcome == "differs"
    hot = {"t": q(25, "degC")}, {"t": q(27, "degC")}
    assert compare_quantities(*hot, within={"t": "3 delta_degC"}).same
    assert not compare_quantities(*hot, within={"t": Quantity(1, "K")}).same
    assert compare_quantities(*hot)[0].deviation is None


@pytest.mark.parametrize(
    ("given_", "field", "text"),
    [
        ({"rel_tol": -1}, "rel_tol", "0 or more"),
        ({"rel_tol": float("nan")}, "rel_tol", "0 or more"),
        ({"within": {"capacity": "1 V"}}, "within.measured_properties.cell.capacity", "is in A"),
        ({"within": {"capacity": "-1 A*h"}}, "within.capacity", "0 or more"),
        ({"within": {"capacity": "much"}}, "within.capacity", "cannot read"),
        ({"within": {"capcity": "1 A*h"}}, "within.capcity", "neither record"),
    ],
)
def test_a_tolerance_that_makes_no_sense_is_reported(given_, field, text):
    with pytest.raises(PayloadError, match=text) as caught:
        compare_quantities(ONE, OTHER, **given_)
    assert caught.value.field == field


def test_it_becomes_a_table_and_shows_in_a_notebook():
    found = compare_quantities(ONE, OTHER)
    table = found.to_frame(as_="pandas")
    assert isinstance(table, pd.DataFrame)
    assert table["outcome"].tolist() == [pair.outcome for pair in found]
    assert table["second value"].tolist()[0] == 4920
    assert "3 of 5 quantities differ" in found._repr_html_()
    assert "4.94 A·h" in found._repr_html_()
    assert compare_quantities({}, {}).to_frame().shape == (0, 7)
