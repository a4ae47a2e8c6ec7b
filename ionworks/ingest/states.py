"""What the cycler says that it does in each row: charge, discharge, rest or impedance."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ionworks.ingest.columns import compact
from ionworks.ingest.spellings import STATE_PARTS, STATES

if TYPE_CHECKING:
    import polars


@lru_cache(maxsize=1024)
def read_state(text: str) -> str | None:
    """Return "charge", "discharge", "rest" or "impedance", or None for any other text.

    Examples
    --------
    >>> read_state("CC_DChg"), read_state("C"), read_state("恒流充电"), read_state("Idle")
    ('discharge', 'charge', 'charge', 'rest')
    >>> read_state("Charge/Discharge") is None, read_state("17") is None
    (True, True)
    """
    word = compact(text)
    for state, words in STATES.items():
        if word in words:
            return state
    for state, parts in STATE_PARTS:
        found = next((part for part in parts if _is_in(part, word)), None)
        if found is not None:
            rest = word.replace(found, "", 1)
            both = state == "discharge" and any(part in rest for part in ("charg", "充电"))
            return None if both else state
    return None


def _is_in(part: str, word: str) -> bool:
    """Return whether a word has a part; after `^`, whether it begins with it."""
    return word.startswith(part[1:]) if part.startswith("^") else part in word


def read_states(values: polars.Series) -> polars.Series | None:
    """Return the state of each row, or None if no text is one."""
    import polars as pl

    if values.dtype not in (pl.String, pl.Categorical) and not isinstance(values.dtype, pl.Enum):
        return None
    texts = values.cast(pl.String)
    words = texts.unique().drop_nulls().to_list()
    if len(words) > 1000:
        return None
    known = {word: state for word in words if (state := read_state(word)) is not None}
    if not known:
        return None
    return texts.replace_strict(known, default=None, return_dtype=pl.String)
