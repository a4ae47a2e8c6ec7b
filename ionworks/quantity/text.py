"""Distinguishes quantities in free text from other text.

`68 g` is a quantity, `12A` and `NMC 811` are text, and `68 gg` is a mistyped quantity. Text is a
quantity only where it is certain to be one. docs/quantities.md states the rules for users.
"""

from __future__ import annotations

import re

from ionworks.quantity.numbers import split_number
from ionworks.quantity.symbols import mistaken_scale
from ionworks.quantity.units import is_known, names_in, usual_names
from ionworks.quantity.value import Quantity, QuantityError
from ionworks.quantity.vocabulary import is_certain

# Directly after a number these are parts of names: 316L is a steel, 4S a pack, 7F a label.
_CODES = ("S", "F", "L")
# So is any letter directly after a whole number, but for grams and hours: 12A, 3C, 10s, 2V.
_LABEL = r"\d+[A-Za-fi-z]"
_NUMERAL = r"[+\u2212-]?0\d.*"  # 007 would lose its zeros
_PREFIXES = "numk"
_LARGE = ("MW", "GW", "MHz", "GHz", "MPa", "GPa", "Mohm", "Gohm", "MJ", "GJ")
_MAX_LENGTH = 40  # of a word that may be a mistyped unit
_OTHERS = (  # what a mistyped unit may have been, besides the usual names
    *("volt", "volts", "amp", "amps", "ampere", "amperes", "watt", "watts", "joule", "joules"),
    *("ohms", "hour", "hours", "minute", "minutes", "second", "seconds", "days", "gram", "grams"),
    *("meter", "meters", "metre", "metres", "kelvin", "celsius", "farad", "hertz", "pascal"),
    *("Ah", "mAh", "Wh", "mWh", "kWh", "kV", "uV", "uA", "kW", "kohm", "kHz", "MHz", "kJ", "mS"),
    *("GPa", "ug", "uL"),
)
_SEPARATED = (  # a decimal comma, or separators between thousands
    r"[+\u2212-]?(?:\d+,\d+|\d{1,3}(?:[.,'\u2019_\s]\d{3})+(?:[.,]\d+)?)(?:[eE][+-]?\d+)?"
    r"(?P<gap>\s*)(?P<unit>[^\W\d_].*|[%°].*)"
)


def quantity_in(text: str) -> Quantity | None:
    """Return the quantity that a text is, or None where it is other text.

    Raises
    ------
    QuantityError
        The text is a mistyped quantity; names the nearest known unit, or what else to write.

    Examples
    --------
    >>> quantity_in("68 g"), quantity_in("68g"), quantity_in("50 %")
    (Quantity(68.0, 'g'), Quantity(68.0, 'g'), Quantity(50.0, '%'))
    >>> [quantity_in(text) for text in ("18650", "NMC 811", "2024-01-01", "3 samples", "5th")]
    [None, None, None, None, None]
    """
    parts = split_number(text)
    if parts and re.fullmatch(_NUMERAL, parts[0]):
        return None
    if parts and re.fullmatch(_LABEL, text.strip(), re.ASCII):
        return None
    if parts and _is_unit(parts[2], parts[1]):
        return Quantity.parse(text)
    if parts and (meant := _meant(parts[2])):
        raise QuantityError(f"{parts[2]!r} is not a known unit; did you mean {meant!r}?")
    match = re.fullmatch(_SEPARATED, text.strip())
    if match and _is_unit(match["unit"], match["gap"]):
        raise QuantityError("the number has a separator; write it with a decimal point alone")
    return None


def _is_unit(text: str, gap: str) -> bool:
    """Whether a text after a number, and the white space between the two, is a known unit."""
    if not gap and (text in _CODES or not all(map(_is_usual, names_in(text)))):
        return False
    names = names_in(text)
    has_name = bool(names) or text == "dimensionless"  # "5 1" has none
    return has_name and all(map(is_certain, names)) and is_known(text)


def _is_usual(name: str) -> bool:
    """Whether a name is a unit even directly after a number: not st, nd and th, nor B or P."""
    usual = usual_names()
    is_scaled = name[0] in _PREFIXES and name[1:] in usual
    return len(name) > 2 or name in usual or name in _LARGE or is_scaled


def _meant(text: str) -> str | None:
    """Return the unit that one slip of the finger made this text of, if there is one."""
    if len(text) <= _MAX_LENGTH and (scale := mistaken_scale(text)):
        return scale
    word = re.sub(r"\s*([*/])\s*", r"\1", text.rstrip(" .,;:!?~"))
    if degrees := re.fullmatch(r"(?i:°|deg(?:ree)?s?)\s+([^\W\d_]{4,})", word):
        word = degrees[1]  # degree Celzius
    if not word or len(word) > _MAX_LENGTH or re.search(r"\s", word):
        return None
    pieces = re.split(r"([^\W\d_]+)", word)
    meant = [_nearest(piece) if piece[:1].isalpha() else piece for piece in pieces]
    unit = "".join(piece for piece in meant if piece is not None)
    return unit if None not in meant and unit != text and is_known(unit) else None


def _nearest(name: str) -> str | None:
    """Return a name itself if it is known, else the one that it is a slip away from."""
    if is_known(name):
        return name
    near = [unit for unit in (*sorted(usual_names()), *_OTHERS) if _is_slip(name, unit)]
    return min(near, key=lambda unit: abs(len(unit) - len(name)), default=None)


def _is_slip(typed: str, unit: str) -> bool:
    """Whether one letter is too many, missing, wrong or swapped, or in the wrong case.

    The first letter is right, and short names need more alike: only a doubled letter makes one of
    a unit of one letter, or ordinals and chemical symbols would be taken for units.
    """
    if typed.casefold() == unit.casefold():
        return True
    if len(unit) > 4:  # of a word the case says nothing
        typed, unit = typed.casefold(), unit.casefold()
    if typed[0].casefold() != unit[0].casefold():
        return False
    if len(typed) == len(unit) + 1:
        doubled = typed[0].casefold() == typed[1].casefold()
        return (len(unit) > 1 or doubled) and _without_one(typed, unit)
    if len(typed) == len(unit) - 1:
        return len(typed) > 2 and _without_one(unit, typed)
    unlike = [i for i, (a, b) in enumerate(zip(typed, unit, strict=False)) if a != b]
    if len(typed) != len(unit) or len(unlike) > 2:
        return False
    if len(unlike) == 1:
        return len(typed) > 3
    first, second = unlike
    return second == first + 1 and typed[first] == unit[second] and typed[second] == unit[first]


def _without_one(longer: str, shorter: str) -> bool:
    """Whether the shorter word is the longer one without one of its letters, not the first."""
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(1, len(longer)))
