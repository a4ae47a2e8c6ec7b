"""The nearest known name: one rule for every error that says "did you mean"."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionworks._suggest import suggest

NAMES = st.lists(st.text(max_size=12), max_size=8)


@pytest.mark.parametrize(
    ("name", "known", "near"),
    [
        ("voltage_mim", ["capacity", "voltage_min", "voltage_max"], "voltage_min"),
        ("nmae", {"name": 1, "notes": 2}, "name"),
        ("nmae", (name for name in ("notes", "name")), "name"),
        ("zzz", ["capacity"], None),
        ("", ["capacity"], None),
        ("capacity", [], None),
    ],
)
def test_the_nearest_name_is_suggested_or_none(name, known, near):
    assert suggest(name, known) == near


def test_the_cutoff_says_how_similar_it_must_be():
    assert suggest("seed", ["seeded_cells"], cutoff=0.4) == "seeded_cells"
    assert suggest("seed", ["seeded_cells"]) is None


@given(st.text(max_size=12), NAMES)
def test_a_suggestion_is_a_known_name_whatever_their_order(name, known):
    near = suggest(name, known)
    assert near is None or near in known
    assert suggest(name, reversed(known)) == near


@given(st.text(min_size=1, max_size=12), NAMES)
def test_a_known_name_is_nearest_to_itself(name, known):
    assert suggest(name, [*known, name]) == name
