"""A number with its unit, as the API sends it, and what one may do with it.

A unit keeps the spelling it came with; `ionworks.quantity.units` lists the spellings that are
understood.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar, cast, final, overload

from ionworks.quantity import units
from ionworks.quantity.numbers import (
    OUT_OF_RANGE,
    plain_number,
    read_number,
    split_number,
)
from ionworks.quantity.symbols import mistaken_scale
from ionworks.quantity.units import DimensionError as DimensionError
from ionworks.quantity.units import QuantityError as QuantityError
from ionworks.quantity.units import UnitError as UnitError
from ionworks.quantity.units import pint_spelling as pint_spelling

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

    import numpy as np
    from numpy.typing import DTypeLike
    from pint.facets.plain import PlainQuantity

_T = TypeVar("_T")


class PintLike(Protocol):
    """An object with the attributes of a pint quantity, of any registry."""

    @property
    def magnitude(self) -> Any: ...  # noqa: D102  (a number of whatever type the user's pint holds)

    @property
    def units(self) -> object: ...  # noqa: D102


def _operators(
    calculate: Callable[[Quantity, Quantity], _T], *, like: bool = True
) -> tuple[Callable[[Quantity, Quantity | float], _T], Callable[[Quantity, Quantity | float], _T]]:
    """Return the operator and its mirror image, which has this quantity on the right.

    `like` is for operators that need two of one dimension: a plain 0 is 0 of any, so that `sum`
    works and ``q > 0`` can be asked. Of a numpy array each item is an operand.
    """

    def operator(self: Quantity, other: Quantity | float) -> _T:
        if getattr(other, "shape", ()):
            return cast(_T, _each(other, lambda item: operator(self, item)))
        theirs = _operand(other, self if like else None)
        return NotImplemented if theirs is None else calculate(self, theirs)

    def mirrored(self: Quantity, other: Quantity | float) -> _T:
        if getattr(other, "shape", ()):
            return cast(_T, _each(other, lambda item: mirrored(self, item)))
        theirs = _operand(other, self if like else None)
        return NotImplemented if theirs is None else calculate(theirs, self)

    return operator, mirrored


def _operand(other: Any, other_side: Quantity | None) -> Quantity | None:
    if isinstance(other, Quantity) or hasattr(other, "magnitude"):
        return as_quantity(other)
    with suppress(QuantityError):
        plain = Quantity(other, "dimensionless")
        free = plain.value == 0 and other_side is not None and not units.is_offset(other_side.unit)
        return Quantity(plain.value, other_side.unit) if free and other_side is not None else plain
    return None


def _each(items: Any, calculate: Callable[[Any], object]) -> Any:
    """Return an array of results, if `items` is one of numpy's; other tables have their own."""
    if type(items).__module__ != "numpy":
        return NotImplemented
    import numpy as np

    results = np.frompyfunc(calculate, 1, 1)(items)
    return results.astype(bool) if {type(each) for each in results.flat} == {bool} else results


def _less(left: Quantity, right: Quantity) -> bool:
    return units.exact(left.value) < units.convert(right.value, right.unit, left.unit)


def _at_most(left: Quantity, right: Quantity) -> bool:
    return units.exact(left.value) <= units.convert(right.value, right.unit, left.unit)


def _sum(left: Quantity, right: Quantity, sign: int = 1) -> Quantity:
    """Add or, with -1, subtract; a scale with its own zero takes temperature differences only."""
    if sign == 1 and units.is_offset(right.unit):
        left, right = right, left
    step = f"delta_{pint_spelling(left.unit)}"
    if not units.is_offset(left.unit) and not units.is_offset(right.unit):
        unit, result = left.unit, left.unit
    elif units.is_offset(left.unit) and pint_spelling(right.unit).startswith("delta_deg"):
        unit, result = step, left.unit
    elif sign == -1 and units.is_offset(left.unit) and units.is_offset(right.unit):
        unit, result = left.unit, step
    else:
        raise _ambiguous("add" if sign == 1 else "subtract", left, right)
    return _calculated(lambda: left.value + sign * right.to(unit).value, result)


def _product(left: Quantity, right: Quantity, power: int = 1) -> Quantity:
    """Multiply or, with -1, divide."""
    if units.is_offset(left.unit) or units.is_offset(right.unit):
        raise _ambiguous("multiply" if power == 1 else "divide", left, right)
    unit = units.compound(left.unit, right.unit, power)
    if power == 1:
        return _calculated(lambda: left.value * right.value, unit)
    return _calculated(lambda: left.value / right.value, unit)


class _ZeroError(QuantityError, ZeroDivisionError):
    """A division by 0."""


_LESS = _operators(_less)
_AT_MOST = _operators(_at_most)
_SUM = _operators(_sum)
_DIFFERENCE = _operators(lambda left, right: _sum(left, right, -1))
_PRODUCT = _operators(_product, like=False)
_QUOTIENT = _operators(lambda left, right: _product(left, right, -1), like=False)


def _calculated(value: Callable[[], float], unit: str) -> Quantity:
    """Return a calculated quantity; what a float cannot hold is a `QuantityError`."""
    try:
        return Quantity(value(), unit)
    except ZeroDivisionError:
        raise _ZeroError("value: cannot divide by 0") from None
    except OverflowError:
        raise QuantityError(f"value: the number {OUT_OF_RANGE}") from None


def _ambiguous(verb: str, left: Quantity, right: Quantity | float) -> QuantityError:
    return QuantityError(
        f"cannot {verb} {left} and {right}: on a scale with its own zero the result is ambiguous; "
        "give a temperature difference in delta_degC, or convert with .to('K') first"
    )


@final
class Quantity(Mapping[str, object]):
    """A number with its unit, such as a rated capacity of 5 A*h. It is immutable.

    It can be read like its JSON object (``q["value"]``, ``dict(q)``). ``==`` and ``hash`` compare
    value and unit as they are written; ``<``, `isclose`, `to` and arithmetic convert units.

    Parameters
    ----------
    value
        The number, in ``unit``; numpy scalars, Decimal and Fraction become plain numbers. Or,
        without ``unit``, a text of both, as `parse` reads it: ``Quantity("5 Ah")``.
    unit
        Its spelling is kept. ``""`` is dimensionless.

    Raises
    ------
    QuantityError
        ``value`` is not a number, ``unit`` is not a text, or a text alone is not a quantity.

    Examples
    --------
    >>> Quantity(5.0, "A*h") == Quantity("5 A*h")
    True
    >>> capacity = Quantity(5.0, "A*h")
    >>> capacity > Quantity(4900, "mAh"), capacity["value"], f"{capacity:.2f}"
    (True, 5.0, '5.00 A*h')
    >>> print(Quantity(2, "C") * capacity)
    10 A
    """

    __slots__ = ("_extras", "unit", "value")
    __array_ufunc__ = None  # or numpy scalars would take us for a sequence of our two keys

    value: float
    unit: str
    _extras: Mapping[str, Any]

    @overload
    def __init__(self, value: str) -> None: ...
    @overload
    def __init__(self, value: float | Decimal | Fraction, unit: str) -> None: ...
    def __init__(self, value: float | Decimal | Fraction | str, unit: str | None = None) -> None:
        number, text = _parts(value) if unit is None else (_number(value, unit), _text(unit))
        object.__setattr__(self, "value", number)
        object.__setattr__(self, "unit", text)
        object.__setattr__(self, "_extras", {})

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Read a text of a number and a unit; one of another form is a `QuantityError`.

        The number is the nearest float; a whole number that a float would round is an int. One
        that no float can hold is a `QuantityError`. Whether the unit is known is not checked.

        Examples
        --------
        >>> Quantity.parse("-3e-3 mA.h.g-1")
        Quantity(-0.003, 'mA.h.g-1')
        """
        if not isinstance(text, str):
            raise QuantityError(f"cannot read a quantity from {text!r:.80}; {_FORM}")
        return cls(text)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Quantity:
        """Read the wire's ``{"value": number, "unit": text}``; other keys are kept.

        Raises
        ------
        QuantityError
            ``value`` or ``unit`` is missing or has another type; the message begins with its name.

        Examples
        --------
        >>> Quantity.from_dict({"value": 7.06, "unit": "mg/cm**2"})
        Quantity(7.06, 'mg/cm**2')
        """
        if type(data) is cls:
            return data
        if not isinstance(data, Mapping):
            raise QuantityError(
                f"expected an object with value and unit, got {type(data).__name__} {data!r:.80}"
            )
        extras = dict(data)
        for key in ("value", "unit"):
            if key not in extras:
                raise QuantityError(f"{key}: missing in {extras!r:.80}")
        value, unit = extras.pop("value"), extras.pop("unit")
        if isinstance(value, str):
            with suppress(ArithmeticError):
                value = read_number(value)
        quantity = cls(value, unit)
        object.__setattr__(quantity, "_extras", extras)
        return quantity

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, with the additional keys of the server.

        Examples
        --------
        >>> Quantity(5.0, "A*h").to_dict()
        {'value': 5.0, 'unit': 'A*h'}
        """
        return {"value": self.value, "unit": self.unit, **self._extras}

    @classmethod
    def from_pint(cls, quantity: PintLike) -> Quantity:
        """Return the quantity of a pint quantity with one number; its unit is in short ASCII.

        Examples
        --------
        >>> import pint
        >>> Quantity.from_pint(pint.UnitRegistry().Quantity(360.0, "mA*h/g"))
        Quantity(360.0, 'mA*h/g')
        """
        if not (hasattr(quantity, "magnitude") and hasattr(quantity, "units")):
            kind = type(quantity).__name__
            raise QuantityError(f"expected a quantity of pint, got {kind} {quantity!r:.80}")
        return cls(quantity.magnitude, units.spelling_of(quantity.units))

    def to_pint(self) -> PlainQuantity[float]:
        """Return a pint quantity on the application registry; UnitError where it has no such unit.

        Examples
        --------
        >>> Quantity(25.0, "°C").to_pint().to("kelvin").magnitude
        298.15
        """
        return units.application_registry().Quantity(self.value, units.known_unit(self.unit))

    def to(self, unit: str) -> Quantity:
        """Convert to another unit, which is kept as it is spelled here.

        Between prefixes, and wherever the factor is a fraction, the result is the float nearest
        to the true one. Additional keys (a ``standard_deviation``) are dropped.

        Raises
        ------
        UnitError
            A unit is not known or, as a `DimensionError`, of another dimension.
        QuantityError
            The result is too large for a float.

        Examples
        --------
        >>> Quantity(33.24, "mohm").to("ohm"), Quantity(25, "degC").to("K")
        (Quantity(0.03324, 'ohm'), Quantity(298.15, 'K'))
        """
        if unit == self.unit:
            return self
        converted = units.convert(self.value, self.unit, _text(unit))
        with suppress(OverflowError):
            number = float(converted)
            if not math.isinf(number) or math.isinf(self.value):
                return Quantity(number, unit)
        raise QuantityError(f"value: too large for a float in {unit!r}; it is in {self.unit!r}")

    def isclose(self, other: QuantityLike, rel_tol: float = 1e-9, abs_tol: float = 0.0) -> bool:
        """Whether two quantities are equal within a tolerance, in any units.

        ``rel_tol`` is relative to the larger of the two, ``abs_tol`` in this quantity's unit (in
        kelvin between two temperature scales). Different dimensions are never close; an unknown
        unit is a UnitError unless both have it.

        Examples
        --------
        >>> Quantity(5.0, "A*h").isclose(Quantity(5000, "mAh"))
        True
        """
        if rel_tol < 0 or abs_tol < 0:
            raise QuantityError("tolerances must not be negative")
        theirs = as_quantity(other)
        unit = "K" if units.is_offset(self.unit) != units.is_offset(theirs.unit) else self.unit
        try:
            a, b = (units.convert(each.value, each.unit, unit) for each in (self, theirs))
        except DimensionError:
            return False
        if isinstance(a, float) or isinstance(b, float):
            return math.isclose(a, b, rel_tol=rel_tol, abs_tol=abs_tol)
        return abs(a - b) <= max(units.exact(rel_tol) * max(abs(a), abs(b)), units.exact(abs_tol))

    def __lt__(self, other: Quantity | float) -> bool:
        return _LESS[0](self, other)

    def __gt__(self, other: Quantity | float) -> bool:
        return _LESS[1](self, other)

    def __le__(self, other: Quantity | float) -> bool:
        return _AT_MOST[0](self, other)

    def __ge__(self, other: Quantity | float) -> bool:
        return _AT_MOST[1](self, other)

    def __add__(self, other: Quantity | float) -> Quantity:
        return _SUM[0](self, other)

    def __radd__(self, other: Quantity | float) -> Quantity:
        return _SUM[1](self, other)

    def __sub__(self, other: Quantity | float) -> Quantity:
        return _DIFFERENCE[0](self, other)

    def __rsub__(self, other: Quantity | float) -> Quantity:
        return _DIFFERENCE[1](self, other)

    def __mul__(self, other: Quantity | float) -> Quantity:
        return _PRODUCT[0](self, other)

    def __rmul__(self, other: Quantity | float) -> Quantity:
        return _PRODUCT[1](self, other)

    def __truediv__(self, other: Quantity | float) -> Quantity:
        return _QUOTIENT[0](self, other)

    def __rtruediv__(self, other: Quantity | float) -> Quantity:
        return _QUOTIENT[1](self, other)

    def __pow__(self, power: float) -> Quantity:
        """Raise to a number: an area is a length to the power of 2."""
        if not isinstance(power, int | float) or isinstance(power, bool):
            return NotImplemented
        if units.is_offset(self.unit):
            raise _ambiguous("raise to a power", self, power)
        if not math.isfinite(power):
            raise QuantityError(f"cannot raise {self} to the power of {power}")
        return _calculated(lambda: self.value**power, units.raised(self.unit, power))

    def __round__(self, digits: int | None = None) -> Quantity:
        if not math.isfinite(self.value):
            return self
        return Quantity(round(self.value, digits), self.unit)

    def __array__(
        self, dtype: DTypeLike | None = None, copy: bool | None = None
    ) -> np.ndarray[Any, Any]:
        """Become one object in a numpy array; a number only if there is no unit."""
        import numpy as np

        wanted = np.dtype(object if dtype is None else dtype)
        held = np.empty((), dtype=wanted)
        held[()] = self if wanted.hasobject else float(self)
        return held

    def __neg__(self) -> Quantity:
        return Quantity(-self.value, self.unit)

    def __pos__(self) -> Quantity:
        return self

    def __abs__(self) -> Quantity:
        return Quantity(abs(self.value), self.unit)

    def __float__(self) -> float:
        return float(self.to("dimensionless").value)

    def __getitem__(self, key: str) -> Any:
        return self.to_dict()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.to_dict())

    def __len__(self) -> int:
        return len(self.to_dict())

    def __eq__(self, other: object) -> bool:
        if type(other) is Quantity:
            return self.value == other.value and self.unit == other.unit
        return self.to_dict() == other if isinstance(other, Mapping) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.value, self.unit))

    def __setattr__(self, name: str, _value: object = None) -> None:
        raise AttributeError(f"a Quantity cannot be changed ({name}): make a new one")

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name)

    def __reduce__(self) -> tuple[Callable[[Mapping[str, Any]], Quantity], tuple[dict[str, Any]]]:
        return Quantity.from_dict, (self.to_dict(),)

    def __repr__(self) -> str:
        return f"Quantity({self.value!r}, {self.unit!r})"

    def __str__(self) -> str:
        return f"{repr(self.value).removesuffix('.0')} {self.unit}".rstrip()

    def __format__(self, spec: str) -> str:
        return f"{self.value:{spec}} {self.unit}".rstrip() if spec else str(self)

    def _repr_html_(self) -> str:
        from html import escape

        number = str(self).partition(" ")[0]
        return f"<span>{escape(f'{number} {units.typeset(self.unit)}'.rstrip())}</span>"


QuantityLike: TypeAlias = Quantity | Mapping[str, Any] | PintLike
"""What holds a value and a unit."""


def as_quantity(obj: QuantityLike) -> Quantity:
    """Return a quantity from a quantity, its wire form, or a pint quantity.

    Anything else raises `QuantityError`, also text: `Quantity.parse` reads text.

    Examples
    --------
    >>> as_quantity({"value": 12, "unit": "mohm"})
    Quantity(12, 'mohm')
    """
    if isinstance(obj, Mapping):
        return Quantity.from_dict(obj)
    if hasattr(obj, "magnitude") and hasattr(obj, "units"):
        return Quantity.from_pint(obj)
    raise QuantityError(
        f"expected a Quantity, {{'value': ..., 'unit': ...}} or a pint quantity, "
        f"got {type(obj).__name__} {obj!r:.80}"
    )


def read_quantity(value: QuantityLike | str) -> Quantity:
    """Return a quantity from any supported value, including text; its unit must be known.

    Raises
    ------
    QuantityError
        If it is not a quantity; a `UnitError` if its unit is unknown.

    Examples
    --------
    >>> read_quantity("5 A*h"), read_quantity({"value": 12, "unit": "mohm"})
    (Quantity(5.0, 'A*h'), Quantity(12, 'mohm'))
    """
    quantity = Quantity.parse(value) if isinstance(value, str) else as_quantity(value)
    units.check_known(quantity.unit)
    return quantity


_FORM = "write a number and a unit, such as '2.5 V', '5 A*h' or '50 %'"


def _parts(value: object) -> tuple[float, str]:
    """Return the number and the unit of a text that is given alone."""
    if not isinstance(value, str):
        return _number(value, None), _text(None)
    parts, form = split_number(value), _FORM
    if parts and units.is_readable(parts[2]):
        try:
            return read_number(parts[0]), parts[2]
        except (ArithmeticError, QuantityError):
            form = f"its number {OUT_OF_RANGE}"
    elif parts and (meant := mistaken_scale(parts[2])):
        form = f"did you mean {meant!r}?"
    raise QuantityError(f"cannot read a quantity from {value!r:.80}; {form}")


def _number(value: object, unit: object) -> int | float:
    """Return a plain number; the error about anything else names the call that was meant."""
    if meant := _meant(value, unit):
        kind = type(value).__name__
        raise QuantityError(f"value: expected a number, got {kind} {value!r:.80}; {meant}")
    return plain_number(value)


def _meant(value: object, unit: object) -> str:
    """Say what call was meant by one whose value is not a number."""
    if isinstance(value, Quantity):
        return "it is a quantity already: convert it with .to()"
    if isinstance(value, Mapping):
        return "Quantity.from_dict reads value and unit"
    if hasattr(value, "magnitude"):
        return "Quantity.from_pint reads a quantity of pint"
    if not isinstance(value, str):
        return ""
    parts = split_number(value)
    if parts and units.is_readable(parts[2]):
        return f"the text has a unit already: write Quantity({value!r})"
    for number, name in ((value, unit), (unit, value)):
        with suppress(QuantityError, ArithmeticError):
            if isinstance(name, str) and not isinstance(number, bool):
                return f"write Quantity({read_number(str(number).strip())!r}, {name!r})"
    return 'write Quantity(5, "A*h") or Quantity("5 A*h")'


def _text(unit: object) -> str:
    if isinstance(unit, str):
        return str(unit)
    raise QuantityError(
        f"unit: expected a text such as 'A*h', got {type(unit).__name__} {unit!r:.80}"
        + ("; a plain number is 'dimensionless'" if unit is None else "")
    )
