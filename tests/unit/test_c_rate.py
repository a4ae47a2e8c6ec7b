"""C-rates and currents, there and back, in whatever units; what makes no rate is told."""

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionworks import Quantity, c_rate, current_at
from ionworks.quantity import DimensionError, QuantityError

amounts = st.floats(1e-6, 1e6)


@pytest.mark.parametrize(
    ("current", "capacity", "rate"),
    [
        ("2.5 A", "5 A*h", 0.5),
        ("2.5 A", "5000 mAh", 0.5),
        ("-1 A", "5 A.h", -0.2),
        ("36 mA/g", "180 mA.h.g-1", 0.2),
        ("1 mA/cm2", "2 mA*h/cm**2", 0.5),
        ("1 A", "3600 coulomb", 1.0),
        (Quantity(0, "A"), {"value": 5, "unit": "A*h"}, 0.0),
        (pint.get_application_registry().Quantity(5.0, "A"), Quantity(5.0, "A*h"), 1.0),
    ],
)
def test_a_current_has_a_rate(current, capacity, rate):
    assert c_rate(current, capacity) == Quantity(rate, "C")


@pytest.mark.parametrize(
    ("rate", "capacity", "current"),
    [
        ("C/20", "5 A*h", Quantity(0.25, "A")),
        ("C / 2.5", "5 A*h", Quantity(2.0, "A")),
        ("2C", "5 A*h", Quantity(10.0, "A")),
        ("-0.5 C", "5000 mAh", Quantity(-2500.0, "mA")),
        ("C", "5 A.h", Quantity(5.0, "A")),
        (2, "180 mA*h/g", Quantity(360.0, "mA/g")),
        (Quantity(1, "1/h"), "5 A*h", Quantity(5.0, "A")),
        (1, "18000 coulomb", Quantity(5.0, "A")),
    ],
)
def test_a_rate_has_a_current(rate, capacity, current):
    assert current_at(rate, capacity) == current


@given(amounts, amounts, st.sampled_from(["A*h", "mAh", "A.h", "mA.h.g-1", "coulomb"]))
def test_there_and_back(rate, capacity, unit):
    amount = Quantity(capacity, unit)
    assert c_rate(current_at(rate, amount), amount).isclose(Quantity(rate, "C"), rel_tol=1e-12)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: c_rate(2.5, "5 Ah"), "current: expected a Quantity.*float 2.5"),
        (lambda: c_rate("2.5 V", "5 Ah"), "current: 2.5 V and a capacity of 5 Ah make no rate"),
        (lambda: c_rate("2.5 A", "0 Ah"), "capacity: 0 Ah is not above 0"),
        (lambda: c_rate("2.5 A", Quantity(float("nan"), "Ah")), "capacity: nan Ah is not above 0"),
        (
            lambda: c_rate("2.5 A", "5 Ahh"),
            "capacity: 'Ahh' is not a known unit; did you mean 'Ah'",
        ),
        (lambda: current_at("C/0", "5 Ah"), "rate: 'C/0' has no finite value"),
        (lambda: current_at("fast", "5 Ah"), "rate: cannot read a quantity from 'fast'"),
        (lambda: current_at("5 V", "5 Ah"), "rate: 5 V is not a C-rate"),
        (lambda: current_at(True, "5 Ah"), "rate: expected a Quantity"),
        (lambda: current_at(1, "5 V"), "capacity: 5 V is not a capacity"),
    ],
)
def test_what_makes_no_rate_is_reported_with_its_argument(call, text):
    with pytest.raises(QuantityError, match=text):
        call()


def test_a_dimension_that_does_not_fit_is_such_an_error():
    with pytest.raises(DimensionError):
        c_rate("2.5 V", "5 Ah")
