"""The units that free text is certain to mean: those of a battery laboratory.

pint knows many more. In free text they are mostly words: a ramp is a rontoampere, a bit is a unit.
"""

from __future__ import annotations

from functools import lru_cache

from ionworks.quantity.units import is_known, standard_registry, usual_names

# As pint calls them. Those of the first set take prefixes.
_SCALED = frozenset(
    (
        *(
            "volt",
            "ampere",
            "ampere_hour",
            "watt",
            "watt_hour",
            "joule",
            "calorie",
            "electron_volt",
        ),
        *("ohm", "siemens", "farad", "henry", "coulomb", "tesla", "hertz", "second", "meter"),
        *("gram", "liter", "mole", "molar", "pascal", "bar", "meter_Hg", "newton", "kelvin"),
    )
)
_UNSCALED = frozenset(
    (
        *("minute", "hour", "day", "week", "month", "year", "degree_Celsius", "degree_Fahrenheit"),
        *("delta_degree_Celsius", "delta_degree_Fahrenheit", "inch", "foot", "thou", "angstrom"),
        *("micron", "percent", "permille", "ppm", "count", "degree", "radian", "arcminute", "turn"),
        *("revolutions_per_minute", "revolutions_per_second", "counts_per_second", "decibel"),
        *("standard_atmosphere", "torr", "pound_force_per_square_inch", "metric_ton", "pound"),
        *("ounce",),
    )
)
_PREFIXES = ("", "pico", "nano", "micro", "milli", "centi", "deci", "kilo", "mega", "giga")
_WORDS = frozenset(["pm", "ks", "Ms", "Gs"])  # 2 pm is a time of day
_LETTERS = frozenset("Md")  # T, N, H and others are labels, symbols of elements, normality


@lru_cache(maxsize=1024)
def _is_of_the_field(name: str) -> bool:
    return name == "cP" or any(
        prefix in _PREFIXES if base in _SCALED else base in _UNSCALED and not prefix
        for prefix, base, _ in standard_registry().parse_unit_name(name)
    )


def is_certain(name: str) -> bool:
    """Whether a name in free text is certainly a unit.

    What the user has defined in pint's application registry is one, too.

    Examples
    --------
    >>> [is_certain(name) for name in ("mA", "months", "ramps", "bit", "c")]
    [True, True, False, False, False]
    """
    if name in usual_names():
        return True
    if len(name) == 1:
        return name in _LETTERS
    if name in _WORDS:
        return False
    if _is_of_the_field(name):
        return True
    return is_known(name) and not standard_registry().parse_unit_name(name)
