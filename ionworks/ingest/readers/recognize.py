"""Recognises the maker of a cycler by what its files contain; their names do not matter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ionworks.ingest.readers.signatures import SIGNATURES

MAKERS: Final = tuple(sorted(each.maker for each in SIGNATURES))
UNKNOWN: Final = "unknown"
_BLOCK_WEIGHT: Final = 10
_UNIT: Final = re.compile(r"\s*[\[({][^\])}]*[\])}]\s*$")


def recognize(block: str, names: Iterable[str]) -> str:
    """Return the maker of a file with this text before the names of its columns.

    Examples
    --------
    >>> recognize("", ["Rec#", "Cyc#", "Step", "TestTime", "Amps", "Volts"])
    'maccor'
    """
    forms = [_forms(name) for name in names]
    best, maker = 0, UNKNOWN
    for signature in SIGNATURES:
        matches = sum(any(map(signature.names.fullmatch, each)) for each in forms)
        said = signature.block.search(block) is not None
        if matches < signature.least and not said:
            continue
        if (rank := matches + _BLOCK_WEIGHT * said) > best:
            best, maker = rank, signature.maker
    return maker


def _forms(name: str) -> tuple[str, ...]:
    """Return a name without blanks: with and without its unit, in lower case and as it is."""
    whole = "".join(name.split())
    bare = "".join(_UNIT.sub("", name).split())
    return whole.casefold(), bare.casefold(), whole, bare
