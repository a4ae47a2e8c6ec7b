"""What is written: aligned, plain, and valid JSON for every value."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionworks.cli.output import as_json, fields, printable, table

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda each: (
        st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=5), each, max_size=3)
    ),
    max_leaves=5,
)


@given(VALUES)
def test_every_value_is_json_that_can_be_encoded(value):
    text = as_json(value)
    json.loads(text, parse_constant=pytest.fail)
    text.encode("utf-8")


def test_what_json_does_not_have():
    found = json.loads(
        as_json({"a": [float("nan"), float("inf"), datetime(2024, 5, 1, tzinfo=UTC)]})
    )
    assert found == {"a": [None, None, "2024-05-01T00:00:00+00:00"]}


@given(st.text())
def test_no_text_changes_the_terminal(text):
    shown = printable(text)
    assert not any(ord(each) < 32 and each not in "\n\t" for each in shown)
    assert not {"\x7f", "\x9b", "\u202e", "\u2028"} & set(shown)
    shown.encode("utf-8")


def test_columns_are_aligned_by_the_width_of_the_characters():
    text = table(("name", "id"), [("電池", 1), ("cafe\u0301", 2), ("a\nb", 3), (None, 4)])
    assert text == "NAME  ID\n電池  1\ncafe\u0301  2\na b   3\n      4"


def test_fields_without_a_value_are_left_out():
    assert fields([("a", None), ("long name", 1), ("b", [])]) == "long name  1"
    assert fields([("notes", "x" * 500)]).endswith("x" * 500)
