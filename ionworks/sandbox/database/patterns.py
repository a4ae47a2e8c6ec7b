"""The patterns of the filters `like.` and `ilike.`: ``%`` is any text, ``_`` is any character."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

#: No name has more than 255 characters, each of which may be escaped.
LONGEST = 1000


def matches(text: object, pattern: str) -> bool:
    """Return whether a whole text matches a pattern, case-sensitively."""
    return isinstance(text, str) and _predicate(pattern)(text)


def matches_any_case(text: object, pattern: str) -> bool:
    """Return whether a whole text matches a pattern, case-insensitively."""
    return isinstance(text, str) and _predicate_any_case(pattern)(text)


@lru_cache
def _predicate(pattern: str) -> Callable[[str], bool]:
    expression = _compiled(pattern, re.NOFLAG)
    return lambda text: expression.fullmatch(text) is not None


@lru_cache
def _predicate_any_case(pattern: str) -> Callable[[str], bool]:
    # Letter by letter, so that "_" is one character of the text; and folded, because names are
    # compared so elsewhere: a folded "ß" is "ss".
    by_letter = _compiled(pattern, re.IGNORECASE)
    folded = _compiled(pattern.casefold(), re.NOFLAG)
    return lambda text: bool(by_letter.fullmatch(text) or folded.fullmatch(text.casefold()))


def _compiled(pattern: str, flags: re.RegexFlag) -> re.Pattern[str]:
    """Return a pattern as an expression that is matched in linear time.

    A part between two ``%`` is found where it comes first; atomic groups never look further.
    """
    first, *others = _parts(pattern)
    if others:
        *inner, last = others
        first += "".join(f"(?>.*?{part})" for part in inner if part) + f".*{last}"
    return re.compile(first, flags | re.DOTALL)


def _parts(pattern: str) -> list[str]:
    """Return the parts between the ``%``, as expressions; a backslash escapes what follows."""
    parts = [""]
    literal = False
    for letter in pattern:
        if literal or letter not in "\\%_":
            parts[-1] += re.escape(letter)
            literal = False
        elif letter == "%":
            parts.append("")
        elif letter == "_":
            parts[-1] += "."
        else:
            literal = True
    if literal:  # a last backslash has nothing to escape
        parts[-1] += re.escape("\\")
    return parts
