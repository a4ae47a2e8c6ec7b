"""Where the table begins: header blocks, rows of units, and languages."""

import pytest

from ionworks.ingest.readers.header import (
    distinct,
    is_units,
    locate_table,
    looks_like_values,
    score_names,
    with_units,
)
from ionworks.ingest.readers.vocabulary import quantity_of


@pytest.mark.parametrize(
    ("names", "rows"),
    [
        ("Time [s]\tVoltage [V]\tCurrent [A]", "0\t3.5\t0.1"),
        ("Zeit/h;Spannung/V;Strom/A", "0,5;3,5;0,1"),
        ("temps/s;tension/V;courant/A", "0;3,5;0,1"),
        ("时间,电压(V),电流(mA)", "00:00:01,3.5,0.1"),
        ("시간(s),전압(V),전류(A)", "0,3.5,0.1"),
        ("経過時間,電圧,電流", "0,3.5,0.1"),
        ("Aika,Jannite,Virta", "0,3.5,0.1"),
        ("t U I", "0 3.5 0.1"),
        ("Time    Cell voltage    Current", "0.0    3.5     0.1"),
    ],
)
def test_names_are_found_after_a_header_block_of_any_length(names, rows):
    for block in ([], ["Test: 7", "", "Started: 2024-05-06 07:08:09"], ["Key: value"] * 1500):
        layout = locate_table([*block, names, rows, rows, rows])
        assert layout is not None
        assert (layout.names_line, layout.first) == (len(block), len(block) + 1)
        assert len(layout.names) == 3


def test_a_block_that_mentions_quantities_is_not_the_header():
    lines = ["Voltage limit;4.2 V;Current limit;5 A", "Voltage;Current", "nominal;nominal", "",
             "Zeit;Spannung;Strom;Schritt", "0;3,5;0,1;1", "1;3,5;0,1;1"]  # fmt: skip
    layout = locate_table(lines)
    assert layout is not None
    assert layout.names_line == 4


def test_the_header_that_a_file_declares_is_taken():
    lines = ["EC-Lab ASCII FILE", "Nb header lines : 5", "a\tb", "", "time/s\tEwe/V\t", "0\t3.5\t"]
    layout = locate_table(lines)
    assert layout is not None
    assert layout.names == ("time/s", "Ewe/V", "Unnamed: 2")


@pytest.mark.parametrize("lines", [[""], ["hello world", "more words"], ["0,3.5,0.1", "1,3.5,0.1"]])
def test_text_without_names_has_no_table(lines):
    assert locate_table(lines) is None


@pytest.mark.parametrize(
    ("units", "named"),
    [
        (["", "[V]", "[A]"], ["Time", "Voltage [V]", "Current [A]"]),
        (["s", "V", "mA"], ["Time [s]", "Voltage [V]", "Current [mA]"]),
        (["h:m:s", "(V)", "(A)"], ["Time [h:m:s]", "Voltage [V]", "Current [A]"]),
        (["#", "V vs. Ref.", "A"], ["Time", "Voltage [V vs. Ref.]", "Current [A]"]),
    ],
)
def test_a_row_of_units_is_appended_to_the_names(units, named):
    names = ["Time", "Voltage", "Current"]
    assert with_units(names, units) == named
    layout = locate_table([";".join(names), ";".join(units), "0;3,5;0,1"])
    assert layout is not None
    assert layout.names == tuple(named)


@pytest.mark.parametrize("cells", [["1", "2"], ["Rest", "CC"], ["Meier", "Huber"], ["", ""]])
def test_other_rows_are_no_units(cells):
    assert not is_units(cells)


def test_names_are_made_distinct():
    assert distinct(["T", "", "T", "T"]) == ("T", "Unnamed: 1", "T (2)", "T (3)")


def test_scores_and_values():
    assert score_names(["Time", "Voltage", "Comment"]) == 2
    assert score_names(["Time", "3.5", "0.1"]) == 0
    assert looks_like_values(["1", "3d 10:00:00", "x"])
    assert looks_like_values(["06.05.2024 07:08:09", "3,5"])
    assert not looks_like_values(["Start", "today"])


@pytest.mark.parametrize(
    ("name", "quantity"),
    [
        ("Test (Min)", None),
        ("TestTime", "time"),
        ("Ewe/V", "voltage"),
        ("<I>/mA", "current"),
        ("Amp-hr", "capacity"),
        ("-Im(Z)/Ohm", "impedance"),
        ("freq/Hz", "frequency"),
        ("Cyc-Count", "cycle"),
        ("DPt Time", "date"),
    ],
)
def test_quantities_of_names(name, quantity):
    assert quantity_of(name) == quantity
