"""The patterns of `like.` and `ilike.` in the sandbox, beside a plain definition of them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ionworks.sandbox.database.patterns import matches, matches_any_case

letters = st.sampled_from("aAbäÄß*?[].^$\\%_\n")


def tokens(pattern: str) -> list[str | None]:
    """Return a pattern's letters; "" is any letter, None any text."""
    found: list[str | None] = []
    rest = iter(pattern)
    for letter in rest:
        if letter == "\\":
            found.append(next(rest, "\\"))
        else:
            found.append({"%": None, "_": ""}.get(letter, letter))
    return found


def has(text: str, pattern: list[str | None]) -> bool:
    """Tell whether a text has a pattern, by the definition, without regard to time."""
    if not pattern:
        return text == ""
    first, rest = pattern[0], pattern[1:]
    if first is None:
        return any(has(text[start:], rest) for start in range(len(text) + 1))
    return bool(text) and first in ("", text[0]) and has(text[1:], rest)


@settings(max_examples=500)
@given(st.text(letters, max_size=8), st.text(letters, max_size=8))
def test_like_is_what_it_is_defined_to_be(text, pattern):
    assert matches(text, pattern) == has(text, tokens(pattern))


@settings(max_examples=500)
@given(st.text(letters, max_size=8), st.text(letters, max_size=8))
def test_ilike_is_like_whatever_the_case(text, pattern):
    by_letter = has(text.lower(), tokens(pattern.lower()))
    folded = has(text.casefold(), tokens(pattern.casefold()))
    assert matches_any_case(text, pattern) == (by_letter or folded)


@given(st.text(max_size=20))
def test_every_text_has_itself_escaped(text):
    escaped = "".join(f"\\{letter}" if letter in "\\%_" else letter for letter in text)
    assert matches(text, escaped)
    assert matches_any_case(text, escaped)
    assert matches_any_case(text, f"%{escaped[:-1] if escaped[-2:-1] != chr(92) else escaped}%")


def test_what_is_no_text_has_no_pattern():
    assert not matches(None, "%")
    assert not matches_any_case(5, "%")
