"""Units of quantities: how they are spelled, and exact conversion from one to another.

The usual spellings are understood (``A*h``, ``A.h``, ``Ah``, ``mg.cm-2``, ``mg/cm2``, ``Ohm``,
``°C``, ``%``); ``C`` is a C-rate (1/h), never coulomb. pint is loaded on the first conversion
between different units; the user's application registry is read and never changed.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ionworks._suggest import suggest
from ionworks.quantity.symbols import OFFSET_SCALES, is_angle, mistaken_scale, plain_text
from ionworks.quantity.turns import turn_power

if TYPE_CHECKING:
    from fractions import Fraction

    import pint

    Number = Fraction | float
    Terms = dict[str, Fraction | int]  # names as pint knows them: mg.cm-2 is {"mg": 1, "cm": -2}


class QuantityError(ValueError):
    """A quantity cannot be read, converted, or used in a calculation."""


class UnitError(QuantityError):
    """A unit is unknown or cannot be read."""


class DimensionError(UnitError, TypeError):
    """Two units have different dimensions, but must have the same."""


# --- spelling ----------------------------------------------------------------------------------

_MAX_LENGTH = 200
_MAX_POWER = 30  # 10**(24 * 30) is still quick; an unbounded power in a bad answer would hang

_NAMES = {
    **dict.fromkeys(("cycle", "cycles"), "count"),  # pint takes a cycle for a full turn: 6.283
    **dict.fromkeys(("wtpercent", "volpercent", "molpercent", "atpercent"), "percent"),
    **dict.fromkeys(("pcs", "pieces"), "count"),  # pint takes pcs for parsecs
    **{"delta_K": "K", "rev": "turn", "revs": "turn", "RPM": "rpm", "Rpm": "rpm"},
    **{"Angstrom": "angstrom", "l": "L", "ml": "mL", "ul": "uL"},
}
_SCALE_WORDS = {  # a mistyped temperature is never a C-rate
    "degC": (
        "celsius",
        "degree celsius",
        "degrees celsius",
        "deg c",
        "degrees c",
        "centigrade",
        "cdeg",
        "oc",
    ),
    "degF": ("fahrenheit", "degree fahrenheit", "degrees fahrenheit", "deg f", "fdeg", "of"),
    "K": ("kelvin", "kdeg"),
}
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SIGNS = {
    r"\*\*": "^",
    r"\*": "·",
    r"^delta_deg(?=[CF]$)": "Δ°",
    r"\b(?:delta_)?deg(?=[CF]\b)": "°",  # in a product every temperature is a difference
    r"\b([numkMG]?)ohm\b": r"\1Ω",
    r"\bu(?=(?:[AVWgmLsFJΩ]|mol)\b)": "µ",
    r"\bangstrom\b": "Å",
    r"\bpercent\b": "%",
}
# The patterns are texts, so that re compiles them at their first use and not at import.
_HOURS = r"([numkMG]?[AW])h"
_POWER = r" *(?:\*\*|\^) *(?:\( *[+-]?\d+(?:\.\d+|/[1-9]\d*)? *\)|[+-]?\d+(?:\.\d+)?)|[+-]?\d+"
_FACTOR = (
    r" *(?P<operator>[*./]|per\b)? *"
    r"(?:\((?! *\))(?P<inner>(?:[^()]|\([^()]*\))+)\)"
    r"|(?P<name>(?!per\b)[^\W\d_](?:\w*[^\W\d])?))"
    rf"(?P<power>{_POWER})?"
)
_USUAL_UNITS = (  # what to suggest for an unknown one
    *("V", "mV", "A", "mA", "A*h", "mA*h", "Ah", "mAh", "W", "mW", "W*h", "Wh", "mWh", "kWh", "J"),
    *("C", "1/h", "ohm", "mohm", "ohm*cm**2", "S", "S/cm", "F", "coulomb", "Hz", "s", "min"),
    *("h", "day", "K", "degC", "delta_degC", "m", "cm", "mm", "um", "nm", "cm**2", "m**2", "cm**3"),
    *("g", "mg", "kg", "L", "mL", "mol", "mol/L", "mol/m**3", "g/cm**3", "mg/cm**2", "mA/cm**2"),
    *("mA/g", "mA*h/g", "mA*h/cm**2", "W*h/kg", "W*h/L", "W/kg", "kPa", "MPa", "bar", "percent"),
)


@lru_cache(maxsize=1024)
def pint_spelling(unit: str) -> str:
    """Translate a unit's spelling into the one that pint reads, in plain ASCII where it can be.

    Raises
    ------
    UnitError
        The text does not have the form of a unit. It is not checked whether pint knows its names.

    Examples
    --------
    >>> pint_spelling("mA.h.g-1"), pint_spelling("mg·cm⁻²"), pint_spelling("mOhm")
    ('mA*h/g', 'mg/cm**2', 'mohm')
    >>> pint_spelling("C"), pint_spelling("")
    ('1/h', 'dimensionless')
    """
    return _spell(_terms(unit))


def is_readable(unit: str) -> bool:
    """Whether the text has the form of a unit."""
    return _read(unit) is not None


@lru_cache(maxsize=1024)
def names_in(unit: str) -> frozenset[str]:
    """Return the names that a unit is made of, as pint knows them; none where it has no form."""
    return frozenset(_read(unit) or ())


def compound(left: str, right: str, power: int) -> str:
    """Spell ``left * right**power``; a plain number on the right leaves a unit as it is spelled."""
    terms, factors = _terms(left), _terms(right)
    return _spell(_multiplied(terms, factors, power)) if factors else left


def raised(unit: str, power: float) -> str:
    """Spell a unit to a power."""
    from fractions import Fraction

    return _spell(_multiplied({}, _terms(unit), Fraction(power).limit_denominator(_MAX_POWER)))


def typeset(unit: str) -> str:
    """Write a unit for people: ``mA·h/g``, ``mg/cm²``, ``µm``, ``°C``; C stays a C-rate.

    Examples
    --------
    >>> typeset("mg.cm-2"), typeset("mohm"), typeset("C"), typeset("percent")
    ('mg/cm²', 'mΩ', 'C', '%')
    """
    if unit.strip() == "C" or not is_readable(unit):
        return unit
    text = pint_spelling(unit)
    text = re.sub(r"\*\*(-?\d+)", lambda power: power[1].translate(_RAISED), text)
    for pattern, sign in _SIGNS.items():
        text = re.sub(pattern, sign, text)
    return "" if text == "dimensionless" else text


def is_offset(unit: str) -> bool:
    """Whether zero of this unit is not zero of the dimension: 0 degC is 273.15 K."""
    return pint_spelling(unit) in OFFSET_SCALES


def spelling_of(units: object) -> str:
    """Write a pint unit as the API's users do: ``mA*h/g``."""
    try:  # in pint's short names C is coulomb, in ours it is a C-rate
        terms = _terms(re.sub(r"(?<![\w°])C(?!\w)", "coulomb", format(units, "~C")))
    except (TypeError, ValueError, LookupError):  # a LookupError of a logarithm in a product
        return str(units)
    # A*h and ohm*cm**2 as people say them: pint's order is alphabetic
    return _spell(dict(sorted(terms.items(), key=lambda term: (term[0] == "h", term[1] != 1))))


def _terms(unit: str) -> Terms:
    terms = _read(unit)
    if terms is None:
        if meant := mistaken_scale(unit):
            raise UnitError(
                f"unit: {unit[:_MAX_LENGTH]!r} combines an angle and {meant[-1]}; "
                f"did you mean {meant!r}?"
            )
        near = _nearest(unit[:_MAX_LENGTH])
        advice = f"; did you mean {near!r}?" if near in _SCALE_WORDS else ""
        raise UnitError(
            f"unit: {unit[:_MAX_LENGTH]!r} cannot be read; expected names joined by '*', '/' or "
            f"'.', with their powers, such as 'A*h', 'mg/cm**2' or 'mA.h.g-1'{advice}"
        )
    return terms


def _read(text: str) -> Terms | None:
    """Read factors from left to right, as pint does; None where they do not make a unit."""
    from fractions import Fraction

    if len(text) > _MAX_LENGTH or mistaken_scale(text):
        return None
    text = plain_text(text)
    text = re.sub(r"\b(wt|vol|mol|at)\. ?percent\b", r"\1percent", text)
    if text in ("", "1"):
        return {}
    text = text[1:] if re.match("1 ?/", text) else f"*{text}"
    factors = list(re.finditer(_FACTOR, text)) if len(text) <= _MAX_LENGTH else []
    if "".join(factor[0] for factor in factors) != text:
        return None
    terms: Terms = {}
    for factor in factors:
        inner = _read(factor["inner"]) if factor["inner"] else _named(factor["name"])
        if inner is None:
            return None
        power = Fraction((factor["power"] or "1").strip(" *^()"))
        terms = _multiplied(terms, inner, -power if factor["operator"] in ("/", "per") else power)
    if not all(-_MAX_POWER <= power <= _MAX_POWER for power in terms.values()):
        return None
    is_alone = len(factors) == 1 and terms == inner
    return terms if is_alone else _differences(terms)


def _differences(terms: Terms) -> Terms | None:
    """Return the terms of a product, in which a temperature is a difference.

    None where an angle times a temperature would be a product: degree*Celsius.
    """
    angles = [power for name, power in terms.items() if is_angle(name)]
    differences: Terms = {}
    for name, power in terms.items():
        if name in OFFSET_SCALES and any(angle * power > 0 for angle in angles):
            return None
        plain = f"delta_{name}" if name in OFFSET_SCALES else name
        differences = _multiplied(differences, {plain: power}, 1)
    return differences


def _named(name: str) -> Terms:
    if name == "dimensionless":
        return {}
    if name == "C":
        return {"h": -1}
    if name == "cpm":
        return {"count": 1, "min": -1}
    if hours := re.fullmatch(_HOURS, name):
        return {hours[1]: 1, "h": 1}
    return {_NAMES.get(name) or re.sub("Ohms?$", "ohm", name): 1}


def _multiplied(terms: Terms, factors: Terms, power: Fraction | int) -> Terms:
    """Return the terms times the factors raised to a power, without what cancels out."""
    product = dict(terms)
    for name, exponent in factors.items():
        product[name] = product.get(name, 0) + exponent * power
    return {name: exponent for name, exponent in product.items() if exponent}


def _spell(terms: Terms) -> str:
    """Write terms in plain ASCII: ``mA*h/g``, ``1/h``, ``dimensionless``."""

    def factor(name: str, power: Fraction | int) -> str:
        if power == 1:
            return name
        return f"{name}**{power}" if power.denominator == 1 else f"{name}**({power})"

    if "F" in terms and any(map(is_angle, terms)):  # deg*F would read as a temperature
        terms = {"farad" if name == "F" else name: power for name, power in terms.items()}
    above = [factor(name, power) for name, power in terms.items() if power > 0]
    below = [factor(name, -power) for name, power in terms.items() if power < 0]
    return "/".join(["*".join(above) or "1", *below]) if terms else "dimensionless"


# --- conversion --------------------------------------------------------------------------------


def exact(value: float) -> Number:
    """Return what a number's shortest decimal text says, exactly; NaN and infinity stay floats."""
    from fractions import Fraction

    if isinstance(value, int):
        return Fraction(value)
    return Fraction(repr(value)) if math.isfinite(value) else value


def convert(value: float, source: str, target: str) -> Number:
    """Convert a number between units, without rounding wherever the units allow."""
    line = _line(pint_spelling(source), pint_spelling(target))
    if line is None:
        return exact(_convert_in_floats(value, source, target))
    # 2π as a float is nearer to 2π than its decimal text is: 6.283185307179586 rad/s is 1 Hz.
    number = _as_held(value) if _has_pi(line[0]) else exact(value)
    return number if isinstance(number, float) else number * line[0] + line[1]


def _as_held(value: float) -> Number:
    from fractions import Fraction

    return Fraction(value) if math.isfinite(value) else value


def _has_pi(factor: Fraction) -> bool:
    """Whether a factor is irrational: pint's pi has 50 digits above and below the line."""
    return min(abs(factor.numerator), factor.denominator) > 10**40


def check_known(unit: str) -> None:
    """Refuse a unit that is not known; pint is not loaded for the usual ones.

    Raises
    ------
    UnitError
        The text cannot be read, or neither we nor pint's application registry know its names;
        names the nearest that is known.
    """
    if not usual_names().issuperset(names_in(unit) or _terms(unit)):
        known_unit(unit)


def is_known(unit: str) -> bool:
    """Whether a unit can be read, and we or pint's application registry know its names."""
    if names := names_in(unit):
        return usual_names().issuperset(names) or _registered(unit) is not None
    return is_readable(unit)


@lru_cache(maxsize=1)
def usual_names() -> frozenset[str]:
    """Return the names of the usual units: V, mV, A, h, and so on."""
    return frozenset(name for unit in _USUAL_UNITS for name in _terms(unit))


def linear(source: str, target: str) -> tuple[float, float]:
    """Return (a, b) of ``target = a * source + b``, for whole columns.

    Raises
    ------
    UnitError
        A unit is not known or, as a `DimensionError`, of another dimension.
    """
    line = _line(pint_spelling(source), pint_spelling(target))
    if line is not None:
        return float(line[0]), float(line[1])
    zero, one = (_convert_in_floats(number, source, target) for number in (0.0, 1.0))
    return one - zero, zero


def known_unit(unit: str) -> pint.Unit:
    """Return the application registry's unit; where it has none, the UnitError says what may."""
    if (found := _registered(unit)) is not None:
        return found
    near = _nearest(unit)
    advice = f"did you mean {near!r}?" if near else "define it in pint's application registry"
    raise UnitError(f"unit: {unit!r} is not a known unit; {advice}")


def _registered(unit: str) -> pint.Unit | None:
    registry, spelling = application_registry(), pint_spelling(unit)
    try:
        return registry.parse_units(spelling)
    except Exception:  # besides its own errors pint lets through what its tokenizer trips over
        return None


def application_registry() -> pint.UnitRegistry[Any]:
    """Return the registry that the user may have set and extended."""
    import pint

    registry: pint.UnitRegistry[Any] = pint.get_application_registry()  # type: ignore[no-untyped-call]
    return registry


@lru_cache(maxsize=1)
def standard_registry() -> pint.UnitRegistry[Any]:
    """Return a registry of our own, which calculates in fractions: no rounding between prefixes."""
    from fractions import Fraction

    import pint

    return pint.UnitRegistry(non_int_type=Fraction)


@lru_cache(maxsize=1024)
def _line(source: str, target: str) -> tuple[Fraction, Fraction] | None:
    """Return (a, b) of ``target = a * source + b``, exactly, or None where only floats will do."""
    from fractions import Fraction

    if source == target:
        return Fraction(1), Fraction(0)
    registry = standard_registry()
    try:
        ends: list[Any] = [registry.Quantity(Fraction(n), source).to(target).m for n in (0, 1)]
    except Exception:  # not for this registry: the application's may know it, or says what is wrong
        return None
    zero, one = ends
    power = _turn_power(registry, source, target)
    # A float comes of the root of a prefix and of a decibel.
    if isinstance(zero, float) or isinstance(one, float) or power != int(power):
        return None
    return Fraction(one - zero) * _turn(registry) ** int(power), Fraction(zero)


def _turn_power(registry: pint.UnitRegistry[Any], source: str, target: str) -> Fraction | float:
    ends = ((registry.parse_units(pint_spelling(unit)), _terms(unit)) for unit in (source, target))
    return turn_power(registry, *ends)


def _turn(registry: pint.UnitRegistry[Any]) -> Fraction:
    """Return a full turn in radians."""
    from fractions import Fraction

    return Fraction(registry.Quantity(1, "turn").to("radian").magnitude)


def _convert_in_floats(value: float, source: str, target: str) -> float:
    """Convert through the application registry, which has the user's own units and contexts."""
    import pint

    here, there = known_unit(source), known_unit(target)
    registry = application_registry()
    try:
        converted = float(registry.Quantity(float(value), here).to(there).magnitude)
        return converted * math.pow(math.tau, _turn_power(registry, source, target))
    except pint.DimensionalityError:
        raise DimensionError(
            f"cannot convert {source!r} to {target!r}: {source!r} is {here.dimensionality}, "
            f"{target!r} is {there.dimensionality}{hint(source, target)}"
        ) from None
    except (
        Exception
    ) as error:  # of a logarithmic unit in a product it lets through what it trips on
        reason = f": {error}" if isinstance(error, pint.PintError) else ""
        raise QuantityError(f"cannot convert {value} {source} to {target}{reason}") from None


def hint(*units: str) -> str:
    """Say what a dimension mismatch mostly comes from."""
    if any(re.search(r"(?<![^\W\d])C(?![^\W\d])", plain_text(unit)) for unit in units):
        return "; C is read as a C-rate (1/h): write coulomb for a charge, degC for a temperature"
    if "dimensionless" in units:
        return "; a plain number is dimensionless: give it a unit"
    if any(map(is_offset, units)):
        return "; a temperature is not a temperature difference"
    for unit in units:
        near = None if unit in _USUAL_UNITS else _nearest(unit)
        if near and near.casefold() == unit.casefold():
            return f"; did you mean {near!r}?"
    return ""


def _nearest(unit: str) -> str | None:
    usual = {name.casefold(): name for name in _USUAL_UNITS if name != "C"}
    for scale, words in _SCALE_WORDS.items():
        usual |= dict.fromkeys(words, scale)
    near = suggest(plain_text(unit).replace("°", "deg").casefold(), usual)
    return usual[near] if near else None
