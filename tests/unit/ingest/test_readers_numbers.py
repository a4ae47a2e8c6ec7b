"""Columns of text that become numbers, and those that must not."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionworks.ingest.readers.numbers import parse_numbers


def parsed(**columns):
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    lines = pl.Series("line", range(2, frame.height + 2), dtype=pl.Int64)
    numbers, notes = parse_numbers(frame, lines)
    return {name: numbers[name].to_list() for name in columns}, notes


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1", "-2", "+3"], [1, -2, 3]),
        (["1.5", ".5", "2."], [1.5, 0.5, 2.0]),
        (["1,5", ",5", "-2,25"], [1.5, 0.5, -2.25]),
        (["4,99660E-001", "-6,65789e-004"], [0.49966, -6.65789e-4]),
        (["1.798E+308", "5E-324"], [1.798e308, 5e-324]),
        (["1,000.5", "12,345,678.25", "999.25"], [1000.5, 12345678.25, 999.25]),
        (["1.000,5", "12.345.678,25", "999,25"], [1000.5, 12345678.25, 999.25]),
        (["1.5", None, "N/A", "NaN", "---"], [1.5, None, None, None, None]),
        (["NaN", "nan", None], [None, None, None]),
        (["inf", "-inf"], [float("inf"), float("-inf")]),
        (["00:00:01.5", "30:49:13"], ["00:00:01.5", "30:49:13"]),
        (["2024-05-06", "06.05.2024 07:08"], ["2024-05-06", "06.05.2024 07:08"]),
        (["R", "C", None], ["R", "C", None]),
        (["3d 18:47:23.42", "0d 00:00:00"], ["3d 18:47:23.42", "0d 00:00:00"]),
        (["345626_9356111_33_6"], ["345626_9356111_33_6"]),
    ],
)
def test_cells_of_one_column(cells, values):
    assert parsed(cells=cells)[0]["cells"] == values


def test_the_decimal_mark_of_other_columns_decides_what_thousands_are():
    points, _ = parsed(voltage=["3.75", "3.5"], count=["1,000", "1,001"])
    commas, _ = parsed(voltage=["3,75", "3,5"], count=["1,000", "1,001"])
    assert points["count"] == [1000, 1001]
    assert commas["count"] == [1.0, 1.001]


def test_a_mark_with_two_meanings_is_not_guessed():
    values, notes = parsed(voltage=["3,500", "3,501"], time=["0", "1"])
    assert values["voltage"] == ["3,500", "3,501"]
    assert [(note.code, note.severity) for note in notes] == [("ambiguous_numbers", "warning")]


def test_damaged_cells_become_empty_and_are_reported_by_their_line():
    values, notes = parsed(voltage=[*["3.5"] * 20, "3.x5"])
    assert values["voltage"][-1] is None
    assert [(note.code, note.rows) for note in notes] == [("unreadable_cells", (22,))]


def test_a_column_of_words_with_some_numbers_stays_text():
    cells = ["1", "CC", "2", "Rest"]
    assert parsed(step=cells)[0]["step"] == cells


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_every_written_number_is_read_back_to_the_last_bit(values):
    # A column of whole numbers could be read as integers, which are equal.
    assert parsed(x=[repr(value) for value in values])[0]["x"] == values


@given(st.lists(st.decimals(-9999, 9999, places=2), min_size=1, max_size=20))
def test_decimal_commas_mean_the_same_as_decimal_points(values):
    points = [str(value) for value in values]
    commas = [text.replace(".", ",") for text in points]
    assert parsed(x=commas)[0] == parsed(x=points)[0]
