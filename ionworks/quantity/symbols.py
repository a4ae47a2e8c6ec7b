"""The signs and names by which one unit is written in many ways, as one plain text. Pure."""

from __future__ import annotations

import re
from typing import Final

_DEGREES: Final = str.maketrans(dict.fromkeys("º˚ᵒ∘◦", "°"))
_SYMBOLS: Final[dict[int, int | str | None]] = {
    **dict.fromkeys(map(ord, "\N{MINUS SIGN}\N{HYPHEN}\N{EN DASH}\N{FIGURE DASH}"), "-"),
    **dict.fromkeys(map(ord, "·⋅∙•‧\N{ASTERISK OPERATOR}\N{MULTIPLICATION SIGN}"), "*"),
    **dict.fromkeys(map(ord, "\N{DIVISION SLASH}\N{FRACTION SLASH}\N{DIVISION SIGN}"), "/"),
    **dict.fromkeys(map(ord, "\N{MICRO SIGN}\N{GREEK SMALL LETTER MU}"), "u"),
    **dict.fromkeys(map(ord, "\N{OHM SIGN}\N{GREEK CAPITAL LETTER OMEGA}"), "ohm"),
    **dict.fromkeys(map(ord, "\N{ANGSTROM SIGN}Å"), "angstrom"),
    **dict.fromkeys(map(ord, "\N{INCREMENT}\N{GREEK CAPITAL LETTER DELTA}"), "delta_"),
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"), None),
    **{ord("%"): "percent", ord("‰"): "permille", ord("℧"): "siemens"},
}
# The patterns are texts, so that re compiles them at their first use and not at import.
_DEGREE: Final = r"(?:°|deg(?:ree)?s?)[ _-]*"
_TEMPERATURE: Final = (
    r"(?<![^\W\d])(?P<delta>(?i:delta)[ _]*)?"
    rf"(?:(?i:{_DEGREE})(?P<letter>[CFKRcfkr]|R[eé])|o ?(?P<small_o>[CF])"
    rf"|(?i:(?:{_DEGREE}|grad[ _-]+)?"
    r"(?P<word>celsius|centigrade|fahrenheit|kelvin|rankine|r[eé]aumur)))"
    r"s?(?![^\W\d])"  # pint takes a plural for the scale too
)
_SCALES: Final = {"c": "degC", "f": "degF", "k": "K", "re": "degRe", "r": "degR", "ra": "degR"}
_MINUTE_OR_SECOND: Final = r"(?:min|s)(?![^\W\d])"
_TURNS: Final = (  # r/min, as ISO 80000 writes rpm
    rf"(?<![^\W\d])r(?= ?(?:/|per ) ?{_MINUTE_OR_SECOND}|[*. ] ?(?:min|s)(?:\*\*|\^)?-1)"
)
_ANGLE: Final = (
    "(?:[pnumcdhkMGT]|pico|nano|micro|milli|kilo|mega|giga)?"
    "(?:deg(?:ree)?s?|rads?|radians?|gons?|grads?|grades?)"
    "|arcmins?|arcminutes?|arcsecs?|arcseconds?|turns?|revs?|revolutions?"
)
OFFSET_SCALES: Final = ("degC", "degF", "degRe")


def plain_text(unit: str) -> str:
    """Return a unit's text in plain signs, each temperature scale as one name.

    Examples
    --------
    >>> plain_text("mA·h/g"), plain_text("W/(m ºC)"), plain_text("degrees Fahrenheit")
    ('mA*h/g', 'W/(m degC)', 'degF')
    """
    text = unit
    if not text.isascii():
        from unicodedata import normalize

        text = re.sub(r"(?<![\w⁻])⁰(?=\s*[CF](?![^\W\d]))", "°", text.translate(_DEGREES))
        text = normalize("NFKC", text).translate(_SYMBOLS)
    text = " ".join(text.replace("%", "percent").split())
    if re.search(r"[^\W\d]°\s*(?i:[CFKR])(?![^\W\d])", text.replace("delta_", "")):
        return text  # m°C may be a product or a prefix
    text = re.sub(_TEMPERATURE, _scale, text)
    return re.sub(_TURNS, "rev", text.replace("°", "deg"))


def _scale(match: re.Match[str]) -> str:
    initial = (match["letter"] or match["small_o"] or match["word"]).casefold().replace("é", "e")
    word = {"centigrade": "c", "rankine": "r", "reaumur": "re"}.get(initial)
    name = _SCALES[word or (initial if initial in _SCALES else initial[0])]
    return f"delta_{name}" if match["delta"] and name in OFFSET_SCALES else name


def is_angle(name: str) -> bool:
    """Whether a name is a plane angle: deg, mrad, turn."""
    return re.fullmatch(_ANGLE, name) is not None


def mistaken_scale(unit: str) -> str | None:
    """Return the temperature scale that a unit of an angle and C or F is mistaken for.

    Examples
    --------
    >>> mistaken_scale("deg.C"), mistaken_scale("rad F"), mistaken_scale("deg C")
    ('degC', 'degF', None)
    """
    text = re.sub(r"(?<=[^\W\d])\*{0,2}\^?[+-]?\d+", " ", plain_text(unit))
    names = set(re.findall(r"[^\W\d]+", text))
    letter = next((letter for letter in ("C", "F") if letter in names), None)
    if letter and any(map(is_angle, names)):
        return f"deg{letter}"
    return None
