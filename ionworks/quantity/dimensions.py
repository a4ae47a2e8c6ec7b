"""Names of dimensions, for messages: A*h is a charge, V is a voltage."""

from __future__ import annotations

from contextlib import suppress

from ionworks.quantity.units import QuantityError, convert

_NAMES = {
    "a charge": "A*h",
    "a voltage": "V",
    "a current": "A",
    "an energy": "W*h",
    "a power": "W",
    "a resistance": "ohm",
    "a time": "s",
    "a rate": "1/h",
    "a length": "m",
    "an area": "m**2",
    "a volume": "m**3",
    "a mass": "kg",
    "a temperature": "K",
    "an amount of substance": "mol",
    "a plain number": "dimensionless",
    "a charge per mass": "A*h/kg",
    "a charge per area": "A*h/m**2",
    "a charge per volume": "A*h/m**3",
    "a current per mass": "A/kg",
    "a current per area": "A/m**2",
    "an energy per mass": "W*h/kg",
    "an energy per volume": "W*h/L",
    "an energy per area": "W*h/m**2",
    "a power per mass": "W/kg",
    "a power per volume": "W/L",
    "a mass per area": "kg/m**2",
    "a mass per volume": "kg/m**3",
    "a concentration": "mol/m**3",
}


def has_dimension_of(unit: str, other: str) -> bool:
    """Whether two units have the same dimension; False too where one of them is not known.

    Examples
    --------
    >>> has_dimension_of("mAh", "coulomb"), has_dimension_of("V", "A*h")
    (True, False)
    """
    with suppress(QuantityError):
        convert(1, unit, other)
        return True
    return False


def dimension_name(unit: str) -> str | None:
    """Name the dimension of a unit, with its article; None where it has no common name.

    Examples
    --------
    >>> dimension_name("mV"), dimension_name("C"), dimension_name("degC/h")
    ('a voltage', 'a rate', None)
    """
    return next((name for name, usual in _NAMES.items() if has_dimension_of(unit, usual)), None)
