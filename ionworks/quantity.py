"""A number with its unit, as the API sends it, and what one may do with it.

A unit keeps the spelling it came with. The usual spellings are understood (``A*h``, ``A.h``,
``Ah``, ``mg.cm-2``, ``mg/cm2``, ``Ohm``, ``°C``, ``%``); ``C`` is a C-rate (1/h), never coulomb.
pint is loaded on the first conversion between different units; the user's application registry
is read and never changed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, Protocol, final, overload

if TYPE_CHECKING:
    import pint

__all__ = [
    "DimensionError",
    "PintLike",
    "Quantity",
    "QuantityError",
    "UnitError",
    "as_quantity",
    "pint_spelling",
]


class QuantityError(ValueError):
    """A quantity that cannot be read, converted or calculated with."""


class UnitError(QuantityError):
    """A unit that is not known or cannot be read."""


class DimensionError(UnitError, TypeError):
    """Two units of different dimension where one dimension is needed."""


class PintLike(Protocol):
    """Anything with a pint quantity's two attributes, of whatever registry."""

    @property
    def magnitude(self) -> Any: ...  # noqa: D102  (a number of whatever type the user's pint holds)

    @property
    def units(self) -> object: ...  # noqa: D102


# --- spelling of units -------------------------------------------------------------------------

Terms = dict[str, Fraction]
"""Unit names, as pint knows them, with their powers: ``mg.cm-2`` is ``{"mg": 1, "cm": -2}``."""

_MAX_UNIT_LENGTH = 200
_MAX_POWER = 30  # 10**(24 * 30) is still quick; an unbounded power in a bad answer would hang

_SYMBOLS = str.maketrans(
    {
        "\N{MICRO SIGN}": "u",
        "\N{GREEK SMALL LETTER MU}": "u",
        "\N{GREEK CAPITAL LETTER OMEGA}": "ohm",
        "\N{OHM SIGN}": "ohm",
        "\N{LATIN CAPITAL LETTER A WITH RING ABOVE}": "angstrom",
        "\N{ANGSTROM SIGN}": "angstrom",
        "\N{DEGREE CELSIUS}": "degC",
        "\N{DEGREE SIGN}": "deg",
        "\N{GREEK CAPITAL LETTER DELTA}": "delta_",
        "\N{INCREMENT}": "delta_",
        "\N{MINUS SIGN}": "-",
        "\N{SUPERSCRIPT MINUS}": "-",
        **dict.fromkeys("\N{MIDDLE DOT}\N{DOT OPERATOR}\N{MULTIPLICATION SIGN}", "*"),
        **{power: str(digit) for digit, power in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    }
)
_NAMES = {
    "cycle": "count",  # pint takes a cycle for a full turn: 6.283
    "cycles": "count",
    **dict.fromkeys(("%", "wt%", "vol%"), "percent"),
    "‰": "permille",
    "Angstrom": "angstrom",
    **dict.fromkeys(("Celsius", "celsius", "degreeC", "degree_Celsius"), "degC"),
    **dict.fromkeys(("Fahrenheit", "fahrenheit", "degreeF", "degree_Fahrenheit"), "degF"),
    **{"l": "L", "ml": "mL", "ul": "uL"},
}
_OFFSET_NAMES = frozenset({"degC", "degF"})
_HOURS = re.compile(r"([numkMG]?[AW])h")
_OHM = re.compile(r"(\w{0,2})Ohms?")
_POWER = (
    r"(?:\s*(?:\*\*|\^)\s*(?:\(\s*[+-]?\d+(?:\.\d+|/[1-9]\d*)?\s*\)|[+-]?\d+(?:\.\d+)?)|[+-]?\d+)"
)
_PIECE = re.compile(
    r"\s*(?:(?P<operator>[*./]|per\b)|(?P<open>\()|(?P<one>1)(?=\s*(?:[/)]|$))"
    r"|(?:(?P<close>\))|(?P<name>(?:[^\W\d]|[%‰])(?:[^\W\d]|[%‰]|\d+(?=[^\W\d]))*))"
    rf"(?P<power>{_POWER})?)\s*"
)
_USUAL_UNITS = (
    *("V", "mV", "A", "mA", "uA", "A*h", "mA*h", "Ah", "mAh", "W", "mW", "kW", "W*h", "mW*h", "Wh"),
    *("mWh", "kWh", "J", "kJ", "C", "1/h", "ohm", "mohm", "kohm", "Ohm", "mOhm", "ohm*cm**2", "S"),
    *("S/cm", "mS/cm", "S/m", "F", "mF", "uF", "coulomb", "s", "ms", "min", "h", "day", "Hz", "K"),
    *("degC", "degF", "delta_degC", "m", "cm", "mm", "um", "nm", "cm**2", "mm**2", "m**2", "cm**3"),
    *("g", "mg", "ug", "kg", "L", "mL", "uL", "mol", "mmol", "mol/L", "mol/m**3", "g/cm**3"),
    *("kg/m**3", "mg/cm**2", "g/m**2", "mA/cm**2", "A/g", "mA/g", "A*h/g", "mA*h/g", "mA*h/cm**2"),
    *("W*h/kg", "W*h/L", "W/kg", "W/L", "Pa", "kPa", "MPa", "GPa", "bar", "N", "percent", "%"),
    *("ppm", "dimensionless", "count", "mV/s", "cm**2/s", "m**2/s"),
)


def _unreadable(unit: str) -> UnitError:
    return UnitError(
        f"unit: {unit[:_MAX_UNIT_LENGTH]!r} cannot be read; expected names joined by '*', '/' or "
        "'.', with their powers, such as 'A*h', 'mg/cm**2' or 'mA.h.g-1'"
    )


def _resolve(name: str) -> tuple[tuple[str, int], ...]:
    """Return a name as pint's names with their powers."""
    if name == "dimensionless":
        return ()
    if name == "C":
        return (("h", -1),)
    if match := _HOURS.fullmatch(name):
        return (match[1], 1), ("h", 1)
    if match := _OHM.fullmatch(name):
        return ((f"{match[1]}ohm", 1),)
    return ((_NAMES.get(name, name), 1),)


def _pieces(unit: str) -> Iterator[re.Match[str]]:
    text = unit.translate(_SYMBOLS).strip()
    if len(text) > _MAX_UNIT_LENGTH:
        raise _unreadable(unit)
    position = 0
    while position < len(text):
        piece = _PIECE.match(text, position)
        if piece is None:
            raise _unreadable(unit)
        yield piece
        position = piece.end()


def _power(unit: str, piece: re.Match[str]) -> Fraction:
    text = piece["power"]
    power = Fraction(re.sub(r"[*^()\s]", "", text)) if text else Fraction(1)
    if abs(power) > _MAX_POWER:
        raise _unreadable(unit)
    return power


def _read(unit: str, pieces: Iterator[re.Match[str]], nested: bool = False) -> Terms:
    """Read factors up to the end or the closing bracket, from left to right as pint does."""
    terms: Terms = {}
    sign, expects_factor = 1, True
    for piece in pieces:
        if piece["operator"]:
            if expects_factor:
                raise _unreadable(unit)
            sign, expects_factor = (1 if piece["operator"] in "*." else -1), True
            continue
        power = _power(unit, piece)
        if piece["close"]:
            if expects_factor or not nested:
                raise _unreadable(unit)
            return {name: exponent * power for name, exponent in terms.items()}
        if piece["one"] and not expects_factor:
            raise _unreadable(unit)
        if piece["open"]:
            factors = _read(unit, pieces, nested=True)
        else:
            factors = {n: p * power for n, p in _resolve(piece["name"])} if piece["name"] else {}
        for name, exponent in factors.items():
            terms[name] = terms.get(name, Fraction(0)) + sign * exponent
        sign, expects_factor = 1, False
    if expects_factor or nested:
        raise _unreadable(unit)
    return terms


def _terms(unit: str) -> Terms:
    if not unit.strip():
        return {}
    terms = _read(unit, _pieces(unit))
    if any(abs(power) > _MAX_POWER for power in terms.values()):
        raise _unreadable(unit)
    return {name: power for name, power in terms.items() if power}


def _spell(terms: Mapping[str, Fraction]) -> str:
    """Write terms in plain ASCII: ``mA*h/g``, ``1/h``, ``dimensionless``."""

    def factor(name: str, power: Fraction) -> str:
        if power == 1:
            return name
        return f"{name}**{power}" if power.denominator == 1 else f"{name}**({power})"

    above = [factor(name, power) for name, power in terms.items() if power > 0]
    below = [factor(name, -power) for name, power in terms.items() if power < 0]
    if not above and not below:
        return "dimensionless"
    return "/".join(["*".join(above) or "1", *below])


@lru_cache(maxsize=1024)
def pint_spelling(unit: str) -> str:
    """Translate a unit's spelling into the one that pint reads, in plain ASCII where it can be.

    Raises
    ------
    UnitError
        The text has not the form of a unit. Whether pint knows its names is not looked at.

    Examples
    --------
    >>> pint_spelling("mA.h.g-1"), pint_spelling("mg·cm⁻²"), pint_spelling("mOhm")
    ('mA*h/g', 'mg/cm**2', 'mohm')
    >>> pint_spelling("C"), pint_spelling("")
    ('1/h', 'dimensionless')
    """
    return _spell(_terms(unit))


def _has_form_of_unit(text: str) -> bool:
    try:
        _terms(text)
    except UnitError:
        return False
    return True


def _is_offset(unit: str) -> bool:
    """Whether zero of this unit is not zero of the dimension: 0 degC is 273.15 K."""
    return pint_spelling(unit) in _OFFSET_NAMES


# --- numbers -----------------------------------------------------------------------------------

_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_WHOLE_NUMBER = re.compile(
    rf"\s*({_NUMBER}|[+-]?(?:nan|inf(?:inity)?))\s*", re.ASCII | re.IGNORECASE
)
_NUMBER_AND_UNIT = re.compile(rf"({_NUMBER})(?![\d.])\s*(\S.*)")


def _is_number(value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float | Decimal | Fraction):
        return True
    return hasattr(value, "item") and getattr(value, "shape", None) == ()


def _number(value: object) -> int | float:
    """Return a plain int or float; numpy scalars, Decimal and Fraction are taken as numbers."""
    if type(value) is float or type(value) is int:
        return value
    if _is_number(value):
        plain: object = value.item() if hasattr(value, "item") else value  # numpy's own way out
        if isinstance(plain, int) and not isinstance(plain, bool):
            return int(plain)
        if isinstance(plain, float | Decimal | Fraction):
            return float(plain)
    advice = '; Quantity.parse reads texts such as "2.5 V"' if isinstance(value, str) else ""
    raise QuantityError(
        f"value: expected a number, got {type(value).__name__} {value!r:.80}{advice}"
    )


def _number_in(text: str) -> int | float:
    text = text.strip()
    return int(text) if text.lstrip("+-").isdigit() and len(text) < 300 else float(text)


def _exact(value: float) -> Fraction | float:
    """Return what a number's shortest decimal text says, exactly; NaN and infinity stay floats."""
    if isinstance(value, int):
        return Fraction(value)
    return Fraction(repr(value)) if math.isfinite(value) else value


def _rounded(value: Fraction | float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _text(value: float) -> str:
    return repr(value).removesuffix(".0")


# --- conversion --------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _exact_registry() -> pint.UnitRegistry[Any]:
    """Return a registry of our own that calculates in fractions: no rounding between prefixes."""
    import pint

    return pint.UnitRegistry(non_int_type=Fraction)


def _application_registry() -> pint.UnitRegistry[Any]:
    """Return the registry that the user may have set and extended."""
    import pint

    registry: pint.UnitRegistry[Any] = pint.get_application_registry()  # type: ignore[no-untyped-call]
    return registry


@lru_cache(maxsize=1024)
def _line(source: str, target: str) -> tuple[Fraction, Fraction] | None:
    """Return (a, b) of ``target = a * source + b``, exactly, or None where only floats will do."""
    if source == target:
        return Fraction(1), Fraction(0)
    registry = _exact_registry()
    try:
        zero, one, two = (
            registry.Quantity(Fraction(n), source).to(target).magnitude for n in (0, 1, 2)
        )
    except _pint_failures():
        return None
    if not all(isinstance(number, int | Fraction) for number in (zero, one, two)):
        return None
    return (Fraction(one - zero), Fraction(zero)) if two - one == one - zero else None


def _pint_failures() -> tuple[type[Exception], ...]:
    """Return what pint raises at units that it cannot read, besides its own errors."""
    import tokenize

    import pint

    return (
        pint.PintError,
        TypeError,
        ValueError,
        AssertionError,
        ArithmeticError,
        AttributeError,
        tokenize.TokenError,
    )


def _convert(value: float, source: str, target: str) -> Fraction | float:
    """Convert a number between units, without rounding wherever the units allow."""
    line = _line(pint_spelling(source), pint_spelling(target))
    if line is None:
        return _exact(_convert_in_floats(value, source, target))
    exact = _exact(value)
    if isinstance(exact, Fraction):
        return exact * line[0] + line[1]
    return exact if line[0] > 0 else -exact


def _convert_in_floats(value: float, source: str, target: str) -> float:
    """Convert through the application registry, which has the user's own units and contexts."""
    import pint

    registry = _application_registry()
    for unit in (source, target):
        _known_to(registry, unit)
    try:
        quantity = registry.Quantity(float(value), pint_spelling(source))
        return float(quantity.to(pint_spelling(target)).magnitude)
    except pint.DimensionalityError:
        pass
    except _pint_failures() as error:
        text = f"cannot convert {_text(value)} {source} to {target}: {error}"
        raise QuantityError(text) from None
    dimensions = (
        f"{unit!r} is {registry.parse_units(pint_spelling(unit)).dimensionality}"
        for unit in (source, target)
    )
    raise DimensionError(
        f"cannot convert {source!r} to {target!r}: {', '.join(dimensions)}{_hint(source, target)}"
    )


def _hint(*units: str) -> str:
    """Say what a dimension mismatch mostly comes from."""
    if "C" in units:
        return "; C is read as a C-rate (1/h): write coulomb for a charge, degC for a temperature"
    if "dimensionless" in units:
        return "; a plain number is dimensionless: give it a unit"
    if any(map(_is_offset, units)):
        return "; a temperature is not a temperature difference"
    for unit in units:
        near = _nearest(unit)
        if near and near != unit and near.casefold() == unit.casefold():
            return f"; did you mean {near!r}?"
    return ""


def _known_to(registry: pint.UnitRegistry[Any], unit: str) -> pint.Unit:
    """Return pint's unit, or raise a UnitError that names the unit and the nearest known one."""
    try:
        return registry.parse_units(pint_spelling(unit))
    except _pint_failures():
        pass
    unknown = []
    for name in _terms(unit):
        try:
            registry.parse_units(name)
        except _pint_failures():
            unknown.append(name)
    which = f" ({', '.join(map(repr, unknown))})" if unknown and unknown != [unit] else ""
    near = _nearest(unit) or next(filter(None, map(_nearest, unknown)), None)
    advice = f"; did you mean {near!r}?" if near else ""
    raise UnitError(f"unit: {unit!r} is not a known unit{which}{advice}")


def _nearest(unit: str) -> str | None:
    import difflib

    folded = {usual.casefold(): usual for usual in reversed(_USUAL_UNITS)}
    if unit.casefold() in folded:
        return folded[unit.casefold()]
    return next(iter(difflib.get_close_matches(unit, _USUAL_UNITS, n=1)), None)


# --- the quantity ------------------------------------------------------------------------------


@final
class Quantity(Mapping[str, object]):
    """A number with its unit, such as a rated capacity of 5 A*h. It cannot be changed.

    It reads like the mapping that goes over the wire (``q["value"]``, ``dict(q)``). ``==`` and
    ``hash`` are about value and unit as they are written; ``<``, :meth:`isclose`, :meth:`to` and
    arithmetic go by dimension, whatever the spelling.

    Parameters
    ----------
    value
        The number, in ``unit``. numpy scalars, Decimal and Fraction become plain numbers.
    unit
        The unit; its spelling is kept. ``""`` is dimensionless.

    Raises
    ------
    QuantityError
        ``value`` is no number or ``unit`` no text.

    Examples
    --------
    >>> capacity = Quantity(5.0, "A*h")
    >>> capacity.to("mA*h")
    Quantity(5000.0, 'mA*h')
    >>> capacity > Quantity(4900, "mAh"), capacity["value"], f"{capacity:.2f}"
    (True, 5.0, '5.00 A*h')
    >>> print(Quantity(2, "C") * capacity)
    10 A
    """

    __slots__ = ("_extras", "unit", "value")
    __array_ufunc__ = None  # or numpy scalars would take us for a sequence of our two keys

    value: float
    unit: str
    _extras: dict[str, object] | None

    def __init__(self, value: float | Decimal | Fraction, unit: str) -> None:
        if not isinstance(unit, str):
            raise QuantityError(
                f"unit: expected a text such as 'A*h', got {type(unit).__name__} {unit!r:.80}"
            )
        object.__setattr__(self, "value", _number(value))
        object.__setattr__(self, "unit", unit if type(unit) is str else str(unit))
        object.__setattr__(self, "_extras", None)

    # reading and writing

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Read a text of a number and a unit.

        Raises
        ------
        QuantityError
            The text has another form. The unit's names are not looked up.

        Examples
        --------
        >>> Quantity.parse("-3e-3 mA.h.g-1")
        Quantity(-0.003, 'mA.h.g-1')
        """
        plain = text.strip().replace("\N{MINUS SIGN}", "-") if isinstance(text, str) else ""
        if match := _NUMBER_AND_UNIT.fullmatch(plain):
            value, unit = _number_in(match[1]), match[2]
            if math.isfinite(value) and _has_form_of_unit(unit):
                return cls(value, unit)
        raise QuantityError(
            f"cannot read a quantity from {text!r:.80}: expected a number and a unit, such as "
            "'2.5 V', '5 A*h' or '50 %'"
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Quantity:
        """Read the wire's ``{"value": number, "unit": text}``; other keys are kept.

        Raises
        ------
        QuantityError
            ``value`` or ``unit`` is missing or of another type; the text begins with its name.

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
        for key in ("value", "unit"):
            if key not in data:
                raise QuantityError(f"{key}: missing in {dict(data)!r:.80}")
        value = data["value"]
        if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
            value = _number_in(value)
        quantity = cls(value, data["unit"])
        if len(data) > 2:
            extras = {key: data[key] for key in data if key not in ("value", "unit")}
            object.__setattr__(quantity, "_extras", extras)
        return quantity

    def to_dict(self) -> dict[str, Any]:
        """Return the wire's form, with the keys that came beside value and unit.

        Examples
        --------
        >>> Quantity(5.0, "A*h").to_dict()
        {'value': 5.0, 'unit': 'A*h'}
        """
        return {"value": self.value, "unit": self.unit, **(self._extras or {})}

    @classmethod
    def from_pint(cls, quantity: PintLike) -> Quantity:
        """Take over a pint quantity of any registry, its unit in short ASCII: ``mA*h/g``.

        Raises
        ------
        QuantityError
            The magnitude is not one number.

        Examples
        --------
        >>> import pint
        >>> Quantity.from_pint(pint.UnitRegistry().Quantity(360.0, "mA*h/g"))
        Quantity(360.0, 'mA*h/g')
        """
        return cls(_number(quantity.magnitude), _spelling_of(quantity.units))

    def to_pint(self) -> pint.Quantity[float]:
        """Return a pint quantity on the application registry.

        Raises
        ------
        UnitError
            The registry does not know the unit.

        Examples
        --------
        >>> Quantity(25.0, "°C").to_pint().to("kelvin").magnitude
        298.15
        """
        registry = _application_registry()
        return registry.Quantity(self.value, _known_to(registry, self.unit))

    # by dimension

    def to(self, unit: str) -> Quantity:
        """Convert to another unit, which is kept as it is spelled here.

        Between prefixes, and wherever the factor is a fraction, the result is the float nearest
        to the true one. Keys beside value and unit (a ``standard_deviation``) are left behind.

        Raises
        ------
        UnitError
            A unit is not known.
        DimensionError
            The units have different dimensions.

        Examples
        --------
        >>> Quantity(33.24, "mohm").to("ohm"), Quantity(25, "degC").to("K")
        (Quantity(0.03324, 'ohm'), Quantity(298.15, 'K'))
        """
        if unit == self.unit:
            return self
        if not isinstance(unit, str):
            raise QuantityError(f"unit: expected a text such as 'A*h', got {unit!r:.80}")
        return Quantity(_rounded(_convert(self.value, self.unit, unit)), unit)

    def isclose(
        self,
        other: Quantity | Mapping[str, Any] | PintLike,
        rel_tol: float = 1e-9,
        abs_tol: float = 0.0,
    ) -> bool:
        """Whether two quantities are the same up to a tolerance, in whatever units.

        Parameters
        ----------
        other
            A quantity, its wire form, or a pint quantity.
        rel_tol
            Tolerance relative to the larger of the two.
        abs_tol
            Tolerance in this quantity's unit (in kelvin between two temperature scales).

        Returns
        -------
        bool
            False where the dimensions differ.

        Raises
        ------
        UnitError
            The units differ and one of them is not known.

        Examples
        --------
        >>> Quantity(5.0, "A*h").isclose(Quantity(5000, "mAh"))
        True
        """
        if rel_tol < 0 or abs_tol < 0:
            raise ValueError("tolerances must not be negative")
        theirs = as_quantity(other)
        try:
            if _is_offset(self.unit) != _is_offset(theirs.unit):
                return self.to("K").isclose(theirs.to("K"), rel_tol, abs_tol)
            a, b = _exact(self.value), _convert(theirs.value, theirs.unit, self.unit)
        except DimensionError:
            return False
        if isinstance(a, float) or isinstance(b, float):
            return math.isclose(a, b, rel_tol=rel_tol, abs_tol=abs_tol)
        return abs(a - b) <= max(Fraction(rel_tol) * max(abs(a), abs(b)), Fraction(abs_tol))

    def __lt__(self, other: Quantity | float) -> bool:
        pair = _comparable(self, other)
        return NotImplemented if pair is None else pair[0] < pair[1]

    def __le__(self, other: Quantity | float) -> bool:
        pair = _comparable(self, other)
        return NotImplemented if pair is None else pair[0] <= pair[1]

    def __gt__(self, other: Quantity | float) -> bool:
        pair = _comparable(self, other)
        return NotImplemented if pair is None else pair[0] > pair[1]

    def __ge__(self, other: Quantity | float) -> bool:
        pair = _comparable(self, other)
        return NotImplemented if pair is None else pair[0] >= pair[1]

    # arithmetic

    def __neg__(self) -> Quantity:
        return Quantity(-self.value, self.unit)

    def __pos__(self) -> Quantity:
        return self

    def __abs__(self) -> Quantity:
        return Quantity(abs(self.value), self.unit)

    def __float__(self) -> float:
        return float(self.to("dimensionless").value)

    def __add__(self, other: Quantity | float) -> Quantity:
        theirs = _operand(other)
        return NotImplemented if theirs is None else _sum(self, theirs)

    def __radd__(self, other: Quantity | float) -> Quantity:
        theirs = _operand(other)
        return NotImplemented if theirs is None else _sum(theirs, self)

    def __sub__(self, other: Quantity | float) -> Quantity:
        theirs = _operand(other)
        return NotImplemented if theirs is None else _difference(self, theirs)

    def __rsub__(self, other: Quantity | float) -> Quantity:
        theirs = _operand(other)
        return NotImplemented if theirs is None else _difference(theirs, self)

    def __mul__(self, other: Quantity | float) -> Quantity:
        theirs = _operand(other)
        return NotImplemented if theirs is None else _product(self, theirs)

    def __rmul__(self, other: Quantity | float) -> Quantity:
        return self * other

    def __truediv__(self, other: Quantity | float) -> Quantity:
        theirs = _operand(other)
        return NotImplemented if theirs is None else _ratio(self, theirs)

    def __rtruediv__(self, other: Quantity | float) -> Quantity:
        theirs = _operand(other)
        return NotImplemented if theirs is None else _ratio(theirs, self)

    # like the wire's mapping

    @overload
    def __getitem__(self, key: Literal["value"]) -> float: ...
    @overload
    def __getitem__(self, key: Literal["unit"]) -> str: ...
    @overload
    def __getitem__(self, key: str) -> Any: ...
    def __getitem__(self, key: str) -> Any:
        if key == "value":
            return self.value
        if key == "unit":
            return self.unit
        return (self._extras or {})[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.to_dict())

    def __len__(self) -> int:
        return 2 + len(self._extras or ())

    def __eq__(self, other: object) -> bool:
        if type(other) is Quantity:
            return self.value == other.value and self.unit == other.unit
        if isinstance(other, Mapping):
            return self.to_dict() == other
        return NotImplemented

    def __hash__(self) -> int:
        return hash((self.value, self.unit))

    def __setattr__(self, name: str, _value: object) -> None:
        raise AttributeError(f"a Quantity cannot be changed ({name}): make a new one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Quantity cannot be changed ({name}): make a new one")

    def __reduce__(self) -> tuple[Callable[[Mapping[str, Any]], Quantity], tuple[dict[str, Any]]]:
        return Quantity.from_dict, (self.to_dict(),)

    # texts

    def __repr__(self) -> str:
        return f"Quantity({self.value!r}, {self.unit!r})"

    def __str__(self) -> str:
        return f"{_text(self.value)} {self.unit}".rstrip()

    def __format__(self, spec: str) -> str:
        return f"{self.value:{spec}} {self.unit}".rstrip() if spec else str(self)

    def _repr_html_(self) -> str:
        from html import escape

        unit = re.sub(r"\*\*(-?\d+)", r"<sup>\1</sup>", escape(self.unit)).replace("*", "·")
        return f"<span>{_text(self.value)} {unit}</span>"


def as_quantity(obj: Quantity | Mapping[str, Any] | PintLike) -> Quantity:
    """Return a quantity from a quantity, its wire form, or a pint quantity.

    Raises
    ------
    QuantityError
        It is none of these. Texts are not read here: :meth:`Quantity.parse` does that.

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


def _spelling_of(units: object) -> str:
    """Write a pint unit as the API's users do."""
    try:
        short = format(units, "~C")
        # in pint's short names C is coulomb, in ours it is a C-rate
        terms = _terms(re.sub(r"(?<![\w°])C(?!\w)", "coulomb", short))
        if not _spell(terms).isascii():
            terms = _terms(format(units, "C"))
    except (TypeError, ValueError):
        return str(units)
    return _spell(dict(sorted(terms.items(), key=_place)))


def _place(term: tuple[str, Fraction]) -> tuple[bool, bool]:
    """Order a unit's names as people do: ``A*h`` and ``ohm*cm**2``; pint's order is alphabetic."""
    name, power = term
    return name == "h", power != 1


# --- arithmetic --------------------------------------------------------------------------------


def _operand(other: object) -> Quantity | None:
    """Return the other side of a sum or comparison, a plain number as dimensionless."""
    if type(other) is Quantity:
        return other
    if _is_number(other):
        return Quantity(_number(other), "dimensionless")
    if hasattr(other, "magnitude") and hasattr(other, "units"):
        return Quantity.from_pint(other)
    return None


def _comparable(left: Quantity, other: object) -> tuple[Fraction | float, Fraction | float] | None:
    """Return both numbers in the left's unit, unrounded, so that a < b always says b > a."""
    right = _operand(other)
    if right is None:
        return None
    return _exact(left.value), _convert(right.value, right.unit, left.unit)


def _sum(left: Quantity, right: Quantity) -> Quantity:
    if not _is_offset(left.unit) and not _is_offset(right.unit):
        return Quantity(left.value + right.to(left.unit).value, left.unit)
    if _is_delta(right):
        return Quantity(left.value + _steps(right, left.unit), left.unit)
    if _is_delta(left):
        return _sum(right, left)
    raise _ambiguous("add", left, right)


def _difference(left: Quantity, right: Quantity) -> Quantity:
    if not _is_offset(left.unit) and not _is_offset(right.unit):
        return Quantity(left.value - right.to(left.unit).value, left.unit)
    if _is_offset(left.unit) and _is_offset(right.unit):
        return Quantity(left.value - right.to(left.unit).value, _delta(left.unit)).to("K")
    if _is_delta(right):
        return Quantity(left.value - _steps(right, left.unit), left.unit)
    raise _ambiguous("subtract", left, right)


def _delta(unit: str) -> str:
    return f"delta_{pint_spelling(unit)}"


def _is_delta(quantity: Quantity) -> bool:
    return pint_spelling(quantity.unit).startswith("delta_deg")


def _steps(difference: Quantity, unit: str) -> float:
    """Return a temperature difference in degrees of another scale."""
    return difference.to(_delta(unit)).value


def _ambiguous(verb: str, left: Quantity, right: Quantity) -> QuantityError:
    return QuantityError(
        f"cannot {verb} {left} and {right}: on a scale with its own zero the result is ambiguous; "
        "give a temperature difference in delta_degC, or convert with .to('K') first"
    )


def _product(left: Quantity, right: Quantity) -> Quantity:
    if _is_offset(left.unit) or _is_offset(right.unit):
        raise _ambiguous("multiply", left, right)
    return Quantity(left.value * right.value, _compound(left.unit, right.unit, 1))


def _ratio(left: Quantity, right: Quantity) -> Quantity:
    if _is_offset(left.unit) or _is_offset(right.unit):
        raise _ambiguous("divide", left, right)
    return Quantity(left.value / right.value, _compound(left.unit, right.unit, -1))


def _compound(left: str, right: str, sign: int) -> str:
    """Spell a product or a quotient of units; a plain number leaves a unit as it is spelled."""
    terms, factors = _terms(left), _terms(right)
    if not factors:
        return left
    for name, power in factors.items():
        terms[name] = terms.get(name, Fraction(0)) + sign * power
    return _spell({name: power for name, power in terms.items() if power})
