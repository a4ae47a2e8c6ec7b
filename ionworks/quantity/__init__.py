"""Quantities: a value with its unit."""

from ionworks.quantity.c_rate import c_rate, current_at
from ionworks.quantity.units import DimensionError, QuantityError, UnitError, pint_spelling
from ionworks.quantity.value import PintLike, Quantity, QuantityLike, as_quantity, read_quantity

__all__ = [
    "DimensionError",
    "PintLike",
    "Quantity",
    "QuantityError",
    "QuantityLike",
    "UnitError",
    "as_quantity",
    "c_rate",
    "current_at",
    "pint_spelling",
    "read_quantity",
]
