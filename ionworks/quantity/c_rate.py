"""C-rates: how fast a current charges or discharges a cell, and back. Pure."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ionworks.quantity.value import DimensionError, Quantity, QuantityError, read_quantity

if TYPE_CHECKING:
    from ionworks.quantity.value import QuantityLike

_FRACTION = r"C */ *(\d+(?:\.\d+)?)"
_MULTIPLE = r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))? *C"


def c_rate(current: QuantityLike | str, capacity: QuantityLike | str) -> Quantity:
    """Return the C-rate of a current: 1 C discharges the capacity in one hour.

    Parameters
    ----------
    current
        A current, or one per mass or area if the capacity is, too. Its sign is kept.
    capacity
        Usually the rated capacity; more than 0.

    Returns
    -------
    Quantity
        In C, which is 1/h.

    Raises
    ------
    QuantityError
        If one of them is not a quantity, if the capacity is not above 0, or if their ratio is not a
        rate; the message names the argument.

    Examples
    --------
    >>> c_rate("2.5 A", Quantity(5.0, "A*h"))
    Quantity(0.5, 'C')
    >>> c_rate(Quantity(-36, "mA/g"), "180 mA.h.g-1")
    Quantity(-0.2, 'C')
    """
    amount = _capacity(capacity)
    given = _read("current", current)
    try:
        return (given / amount).to("C")
    except DimensionError:
        raise DimensionError(f"current: {given} and a capacity of {amount} make no rate") from None


def current_at(rate: QuantityLike | str | float, capacity: QuantityLike | str) -> Quantity:
    """Return the current of a C-rate.

    Parameters
    ----------
    rate
        A C-rate: a quantity, text such as ``"C/20"``, ``"2C"`` or ``"0.5 C"``, or a plain number.
    capacity
        Usually the rated capacity; more than 0.

    Returns
    -------
    Quantity
        In the capacity's own unit without its hour: A for A*h, mA/g for mA*h/g; else in A.

    Raises
    ------
    QuantityError
        If one of them cannot be read, or if the capacity is not above 0; the message names the
        argument.

    Examples
    --------
    >>> current_at("C/20", Quantity(5.0, "A*h")), current_at(2, "180 mA*h/g")
    (Quantity(0.25, 'A'), Quantity(360.0, 'mA/g'))
    """
    amount = _capacity(capacity)
    given = _rate(rate)
    try:
        current = given.to("C") * amount
    except DimensionError:
        raise DimensionError(f"rate: {given} is not a C-rate; give one in C or 1/h") from None
    with suppress(QuantityError):  # where the hours cancel, the unit is the capacity's own
        return current if not re.search(r"\bh\b", current.unit) else current.to("A")
    raise DimensionError(
        f"capacity: {amount} is not a capacity; give one in A*h, or per mass or area"
    )


def _capacity(value: QuantityLike | str) -> Quantity:
    capacity = _read("capacity", value)
    if not (math.isfinite(capacity.value) and capacity.value > 0):
        raise QuantityError(f"capacity: {capacity} is not above 0")
    return capacity


def _rate(value: QuantityLike | str | float) -> Quantity:
    if isinstance(value, str):
        plain = value.strip()
        if match := re.fullmatch(_FRACTION, plain):
            if float(match[1]) == 0:
                raise QuantityError(f"rate: {value!r} has no finite value")
            return Quantity(1 / float(match[1]), "C")
        if match := re.fullmatch(_MULTIPLE, plain):
            return Quantity(float(match[1] or 1), "C")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        return Quantity(value, "C")
    return _read("rate", value)


def _read(name: str, value: Any) -> Quantity:
    try:
        return read_quantity(value)
    except QuantityError as error:
        raise QuantityError(f"{name}: {str(error).removeprefix('unit: ')}") from None
