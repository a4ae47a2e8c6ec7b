"""The matrix of faults and the tests of its rows belong together."""

from matrix import ROWS, list_outcomes, rows_tested

NEVER_GIVEN = {6, 25, 28, 37, 52, 53}


def test_every_number_has_one_row():
    assert [row.number for row in ROWS] == [n for n in range(1, 68) if n not in NEVER_GIVEN]


def test_a_row_has_tests_or_a_reason():
    found = rows_tested()
    assert {row.number for row in ROWS if not row.out} == found.keys()


def test_no_test_of_a_row_has_the_name_of_another():
    names = [place for places in rows_tested().values() for place in places]
    assert len(names) == len(set(names))


def test_each_row_is_printed_in_one_line_with_how_it_ended():
    tested = [row.number for row in ROWS if not row.out]
    one, two, three = tested[:3]
    lines = {
        int(line[:2]): line
        for line in list_outcomes({one: {"passed": 7}, two: {"passed": 3, "failed": 1}, three: {}})
    }
    assert [*lines] == [row.number for row in ROWS]
    assert lines[one].endswith("passed 7")
    assert lines[two].endswith("FAILED 1 of 4")
    assert lines[three].endswith("NOT RUN")
    assert all(row.out in lines[row.number] for row in ROWS)
    assert max(map(len, lines.values())) <= 130
