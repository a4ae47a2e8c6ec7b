"""Tests with built records, for code that sends nothing."""

from typing import Any

import pytest
from capacity_fade import describe_cell

from ionworks import Quantity
from ionworks.testing import build

MASS = {"cell": {"mass": Quantity(68.4, "g")}}


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({}, "M50-007"),
        ({"batch": "B2"}, "M50-007, batch B2"),
        ({"batch": "B2", "measured_properties": MASS}, "M50-007, batch B2, 68.4 g"),
    ],
)
def test_the_title_names_what_is_known(fields: dict[str, Any], title: str) -> None:
    assert describe_cell(build.cell_instance(name="M50-007", **fields)) == title
