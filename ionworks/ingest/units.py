"""Units in the headers of cycler files, and columns in the units of the service."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ionworks.ingest.spellings import UNIT_WORDS
from ionworks.quantity.units import UnitError, is_readable, linear

if TYPE_CHECKING:
    import polars


@lru_cache(maxsize=1024)
def read_unit(text: str, target: str) -> str | None:
    """Return a unit in the spelling of `ionworks.quantity`, or None if it is not one of `target`.

    Examples
    --------
    >>> read_unit("mAs", "A.h"), read_unit("millisecond", "s"), read_unit("?", "degC")
    ('mA*s', 'ms', 'degC')
    >>> read_unit("mAh/g", "A.h") is None
    True
    """
    word = text.strip().rstrip(".").replace("μ", "u").replace("µ", "u")
    words = UNIT_WORDS.get(target, {})
    # MOhm is not mOhm, but MV(olt) in a header in capitals is mV.
    mega = target in ("Ohm", "Hz") and word[:1] == "M" and word[1:2].isupper()
    if word.lower() in words and not mega:
        return words[word.lower()]
    if target == "degC" and re.fullmatch(r"[^\x00-\x7f]+C", word):
        return "degC"  # the sign of the degree was read in another encoding
    if not word or not is_readable(word):
        return None
    try:
        linear(word, target)
    except UnitError:
        return None
    return word


def convert_column(values: polars.Series, unit: str, target: str) -> polars.Series:
    """Return a column converted to `target`, as Float64; divided where that rounds once only."""
    import polars as pl

    values = values.cast(pl.Float64, strict=False)
    slope, offset = linear(unit, target)
    if (slope, offset) == (1.0, 0.0):
        return values
    inverse = round(1 / slope)
    scaled = values / inverse if inverse > 1 and abs(1 / slope - inverse) < 1e-9 else values * slope
    return scaled + offset if offset else scaled
