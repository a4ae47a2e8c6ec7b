"""Revolutions, radians and hertz: 60 rpm and 2π rad/s are 1 Hz (case B3)."""

import math

import pint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionworks import quantities
from ionworks.quantity import DimensionError, Quantity

# Each is 1 Hz.
ONE_HERTZ = [
    *((1, "Hz"), (0.001, "kHz"), (1000, "mHz"), (1, "hertz"), (1, "1/s"), (60, "1/min")),
    *((60, "min-1"), (3600, "1/h"), (3600, "C"), (60, "rpm"), (60, "RPM"), (1, "rps")),
    *((60, "rev/min"), (60, "revs/min"), (60, "revolutions/min"), (60, "r/min"), (60, "r·min⁻¹")),
    *(
        (1, "turn/s"),
        (60, "cpm"),
        (1, "cps"),
        (60, "cycles/min"),
        (1, "cycle/s"),
        (60, "count/min"),
    ),
    *((math.tau, "rad/s"), (math.tau, "rad.s-1"), (1000 * math.tau, "mrad/s"), (360, "deg/s")),
    *((60 * 360, "°/min"), (60 * math.tau, "radian/min")),
]
WHOLE = [unit for value, unit in ONE_HERTZ if "rad" not in unit and value >= 1]


@pytest.mark.parametrize(("value", "unit"), ONE_HERTZ)
@pytest.mark.parametrize(("wanted", "target"), ONE_HERTZ)
def test_b3_all_are_one_hertz_in_both_directions(value, unit, wanted, target):
    assert math.isclose(Quantity(value, unit).to(target).value, wanted, rel_tol=3e-16)
    column = quantities({f"f [{unit}]": [float(value), 0.0]})["f"].to(target)
    assert column.values.to_list() == pytest.approx([wanted, 0.0], rel=1e-12)
    assert Quantity(value, unit).isclose(Quantity(wanted, target))
    assert math.isclose((Quantity(value, unit) + Quantity(wanted, target)).value, 2 * value)


@pytest.mark.parametrize("unit", WHOLE)
def test_b3_nothing_is_rounded_where_no_angle_is_in_radians(unit):
    count = dict(map(reversed, ONE_HERTZ))[unit]
    assert Quantity(count, unit).to("Hz") == Quantity(1.0, "Hz")
    assert Quantity(1, "Hz").to(unit) == Quantity(float(count), unit)


def test_b3_two_pi_radians_a_second_are_exactly_one_hertz():
    assert Quantity(2 * math.pi, "rad/s").to("Hz") == Quantity(1.0, "Hz")
    assert Quantity(1, "Hz").to("rad/s") == Quantity(2 * math.pi, "rad/s")
    assert Quantity(60, "rpm").to("rad/s") == Quantity(2 * math.pi, "rad/s")


@pytest.mark.parametrize(
    ("value", "unit", "other", "wanted"),
    [
        (60, "rpm/s", "Hz/s", 1),
        (math.tau, "rad/s**2", "Hz/s", 1),
        (1, "V/rpm", "V/Hz", 60),
        (1, "J*s/rad", "J/Hz", math.tau),
        (1, "min/rev", "s", 60),
        (60, "rpm/Hz", "dimensionless", 1),
        (1, "mV/cycle", "mV/rev", 1),
        (3, "rev", "count", 3),
    ],
)
def test_b3_hertz_and_counts_are_turns_in_other_units_too(value, unit, other, wanted):
    assert math.isclose(Quantity(value, unit).to(other).value, wanted)
    assert math.isclose(Quantity(wanted, other).to(unit).value, value)


def test_b3_sums_products_and_comparisons():
    assert Quantity(60, "rpm") + Quantity(1, "Hz") == Quantity(120.0, "rpm")
    assert Quantity(61, "rpm") > Quantity(1, "Hz") > Quantity(6.28, "rad/s")
    assert float(Quantity(120, "rpm") / Quantity(1, "Hz")) == 2.0
    assert (Quantity(60, "rpm") * Quantity(2, "min")).to("rev") == Quantity(120.0, "rev")
    with pytest.raises(DimensionError):
        Quantity(1, "rpm").to("V")


REGISTRY = pint.get_application_registry()
angles = st.sampled_from(["deg", "rad", "mrad", "turn", "arcmin", "dimensionless"])


@settings(deadline=None)
@given(st.floats(-1e6, 1e6), angles, angles)
def test_b3_plane_angles_are_as_pint_has_them(value, unit, other):
    wanted = REGISTRY.Quantity(value, unit).to(other).magnitude
    assert math.isclose(
        Quantity(value, unit).to(other).value, wanted, rel_tol=1e-12, abs_tol=1e-300
    )


@pytest.mark.parametrize(
    ("unit", "other"),
    [("N*m*rpm", "W"), ("N*m*rad/s", "W"), ("rad*m/s", "m/s"), ("deg/s", "rpm"), ("rad/K", "1/K")],
)
def test_b3_an_angle_in_another_unit_is_as_pint_has_it(unit, other):
    wanted = REGISTRY.Quantity(1.0, unit).to(other).magnitude
    assert math.isclose(Quantity(1, unit).to(other).value, wanted, rel_tol=1e-12)


def test_b3_a_turn_of_the_users_registry_counts():
    registry = pint.UnitRegistry()
    registry.define("stirring = 2 * turn / minute")
    before = pint.get_application_registry().get()
    pint.set_application_registry(registry)
    try:
        assert math.isclose(Quantity(30, "stirring").to("Hz").value, 1)
        assert math.isclose(Quantity(1, "Hz").to("stirring").value, 30)
    finally:
        pint.set_application_registry(before)
