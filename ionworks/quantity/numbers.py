"""Reads the numbers of quantities. Pure."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from typing import Any

from ionworks.quantity.units import QuantityError

OUT_OF_RANGE = "is too large or too small for a float"
# The pattern is a text, so that re compiles it at its first use and not at import.
_NUMBER_AND_REST = (
    r"([+\u2212-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+\u2212-]?\d+)?)(?![\d.])(\s*)(\S.*)"
)


def split_number(text: str) -> tuple[str, str, str] | None:
    """Split a text into the number that it starts with, the white space after it, and the rest.

    Examples
    --------
    >>> split_number("2.5 V"), split_number("68g"), split_number("18650")
    (('2.5', ' ', 'V'), ('68', '', 'g'), None)
    """
    match = re.fullmatch(_NUMBER_AND_REST, text.strip())
    return (match[1].replace("\N{MINUS SIGN}", "-"), match[2], match[3]) if match else None


def plain_number(value: Any) -> int | float:
    """Return a plain int or float; numpy scalars, Decimal and Fraction are taken as numbers."""
    plain = value.item() if getattr(value, "shape", None) == () else value
    if hasattr(plain, "as_integer_ratio") and not isinstance(plain, bool):
        nearest = nearest_float(plain)
        return int(plain) if isinstance(plain, int) else nearest
    raise QuantityError(f"value: expected a number, got {type(value).__name__} {value!r:.80}")


def read_number(text: str) -> int | float:
    """Read a number; a whole one that a float would round stays an int.

    Raises
    ------
    ArithmeticError
        The text is not a number.
    QuantityError
        No float can hold the number.

    Examples
    --------
    >>> read_number("5"), read_number("9007199254740993")
    (5.0, 9007199254740993)
    """
    from decimal import Decimal

    number = Decimal(text)
    nearest = nearest_float(number)
    is_rounded = number.as_tuple().exponent == 0 and nearest != number
    return int(number) if is_rounded else nearest


def nearest_float(number: Any) -> float:
    """Return the nearest float; a number that would become infinity or 0 is refused."""
    with suppress(ArithmeticError, ValueError):  # a large int; a signaling NaN
        nearest = float(number)
        if math.isnan(nearest) or (nearest and math.isfinite(nearest)) or nearest == number:
            return nearest
    raise QuantityError(f"value: the number {OUT_OF_RANGE}")
