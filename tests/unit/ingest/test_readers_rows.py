"""Lines that are no rows of the table: each is left out with a note, and none silently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionworks.errors import PayloadError
from ionworks.ingest.readers.delimited import read_delimited
from ionworks.ingest.readers.text import decode

NAMES = "Time (s),Voltage (V),Current (A)"


def read(*lines, end="\n"):
    return read_delimited(decode(("\n".join(lines) + end).encode()), "test.csv")


def notes(table):
    return [(note.code, note.rows) for note in table.notes]


ROWS = ("0,3.50,0.11", "1,3.51,0.12", "2,3.52,0.13", "3,3.53,0.14")


@pytest.mark.parametrize(
    ("lines", "end", "count", "expected"),
    [
        pytest.param(ROWS, "\n", 4, [], id="complete"),
        pytest.param(ROWS, "", 4, [], id="complete without a last line end"),
        pytest.param((*ROWS[:3], "3,3.5"), "", 3, [("truncated_row", (5,))], id="cut cells"),
        pytest.param((*ROWS[:3], "3,3.5"), "\n", 3, [("truncated_row", (5,))], id="cut, then end"),
        pytest.param((*ROWS[:3], "3,3.53,0."), "", 3, [("truncated_row", (5,))], id="cut number"),
        pytest.param((*ROWS[:3], "3,3.53,0.1"), "", 4, [("open_end", (5,))], id="perhaps cut"),
        pytest.param((*ROWS, "", " ", ""), "\n", 4, [], id="blank lines"),
        pytest.param((*ROWS, NAMES, *ROWS), "\n", 8, [("repeated_header", (6,))], id="joined"),
        pytest.param((*ROWS, "# aborted"), "\n", 4, [("comment", (6,))], id="comment"),
        pytest.param((*ROWS, "Mean,3.5,0"), "\n", 4, [("not_a_row", (6,))], id="summary"),
        pytest.param((*ROWS, "End of test"), "\n", 4, [("not_a_row", (6,))], id="footer"),
        pytest.param((*ROWS, "\0" * 99), "", 4, [("nul_bytes", (6,))], id="crash of a computer"),
        pytest.param((ROWS[0], "1,3.5", *ROWS[2:]), "\n", 4, [("short_rows", (3,))], id="short"),
    ],
)
def test_what_is_left_out_is_reported_by_its_line(lines, end, count, expected):
    table = read(NAMES, *lines, end=end)
    assert table.frame.height == count
    assert notes(table) == expected


def test_a_header_block_inside_a_joined_file_is_left_out():
    block = ("Cell: 7", "Mass (g): 1.0")
    table = read(*block, NAMES, *ROWS, *block, NAMES, *ROWS)
    assert table.frame["Time (s)"].to_list() == [0, 1, 2, 3, 0, 1, 2, 3]
    assert notes(table) == [("repeated_header", (10,)), ("not_a_row", (8, 9))]


def test_lines_that_are_one_quoted_cell_each():
    table = read(f'"{NAMES}"', *(f'"{row}"' for row in ROWS))
    assert table.frame.rows()[1] == (1, 3.51, 0.12)


def test_cells_in_quotes_may_have_delimiters_quotes_and_line_ends():
    rows = ('"0","3,5","a, ""b"""', '"1","3,6","two\nlines"', '"2","3,7",""')
    table = read('"Time (s)","Voltage (V)","Remark"', *rows)
    assert table.frame.rows() == [(0, 3.5, 'a, "b"'), (1, 3.6, "two\nlines"), (2, 3.7, None)]


def test_a_single_quote_is_a_mark_of_inches():
    table = read("Time (s),Voltage (V),Remark", '0,3.5,5" cell', "1,3.6,x", "2,3.7,x")
    assert table.frame["Remark"].to_list() == ['5" cell', "x", "x"]


def test_quotes_that_are_not_in_pairs_around_cells_lose_no_row():
    rows = ('0,3.5,"a', '1,3.6,b"c', "2,3.7,d")
    table = read("Time (s),Voltage (V),Remark", *rows)
    assert table.frame.rows() == [(0, 3.5, '"a'), (1, 3.6, 'b"c'), (2, 3.7, "d")]
    assert notes(table) == [("stray_quotes", ())]


def test_cells_without_a_name_are_refused_because_names_might_be_shifted():
    with pytest.raises(PayloadError, match="its rows have 5 cells under 3 names"):
        read(NAMES, "0,3,50,0,11", "1,3,51,0,12", "2,3,52,0,13")
    with pytest.raises(PayloadError, match="4 cells under 3 names"):
        read(NAMES, "1,0,3.5,0.1", "2,1,3.5,0.1")


def test_delimiters_at_the_end_of_rows_are_no_columns():
    table = read(NAMES, "0,3.5,0.1,", "1,3.5,0.1,,")
    assert table.frame.columns == NAMES.split(",")


def test_few_cells_beyond_the_names_are_reported():
    rows = [f"{i},3.5,0.1" for i in range(40)]
    table = read(NAMES, *rows, "40,3.5,0.1,x")
    assert table.frame.height == 41
    assert notes(table) == [("extra_cells", (42,))]


@given(st.lists(st.tuples(st.integers(0, 10**6), st.floats(-5, 5)), min_size=1, max_size=30))
def test_no_complete_row_is_ever_lost(rows):
    table = read("Time (s),Voltage (V)", *(f"{time},{volt!r}" for time, volt in rows))
    assert table.frame.rows() == rows
