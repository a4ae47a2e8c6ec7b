"""Excel workbooks: which sheets are read, how they are joined, and what their cells become."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from workbooks import Day, Hours, write_workbook

from ionworks.errors import ConfigurationError, PayloadError
from ionworks.ingest.readers import read_file

ARBIN = ["Data_Point", "Test_Time(s)", "Date_Time", "Step_Index", "Cycle_Index", "Current(A)",
         "Voltage(V)"]  # fmt: skip


def arbin(first, count=3):
    return [
        [i, i * 10.0, Day(45000.5), 1, 1, 0.1, 3.5 + i / 100] for i in range(first, first + count)
    ]


def test_sheets_that_go_on_are_joined_and_others_are_named(tmp_path):
    path = write_workbook(
        tmp_path / "test.xlsx",
        {
            "Global_Info": [[None, "REPORT"], ["Channel", "Start DateTime"], [7, Day(45000.25)]],
            "Channel_7_1": [ARBIN, *arbin(1)],
            "Channel_7_2": [ARBIN, *arbin(4, 2)],
            "Statistics_7": [["Cycle_Index", "Test_Time(s)", "Voltage(V)"], [1, 50, 3.5]],
        },
    )  # fmt: skip
    table = read_file(path)
    assert table.maker == "arbin"
    assert table.frame["Data_Point"].to_list() == [1, 2, 3, 4, 5]
    assert table.frame["Date_Time"][0] == "2023-03-15 12:00:00"
    assert table.metadata == {"channel": "7", "start_time": "2023-03-15 06:00:00"}
    codes = {note.code: note.message for note in table.notes}
    assert "Channel_7_1, Channel_7_2" in codes["joined_sheets"]
    assert "Statistics_7" in codes["other_sheet"]


def test_another_channel_in_the_same_workbook_is_not_joined(tmp_path):
    sheets = {"Channel_1": [ARBIN, *arbin(1)], "Channel_2": [ARBIN, *arbin(1)]}
    table = read_file(write_workbook(tmp_path / "two.xlsx", sheets))
    assert table.frame["Data_Point"].to_list() == [1, 2, 3]
    (note,) = [note for note in table.notes if note.code == "other_test"]
    assert note.severity == "warning"
    assert "Channel_2" in note.message


def test_records_of_neware_are_preferred_to_cycles_and_durations_are_clock_text(tmp_path):
    names = [
        "DataPoint",
        "Cycle Index",
        "Step Type",
        "Time",
        "Total Time",
        "Current(A)",
        "Voltage(V)",
    ]
    rows = [[i, 1, "Rest", "00:00:10", Hours(40 * i), 0.0, 3.5] for i in (1, 2, 3)]
    sheets = {"cycle": [["Cycle Index", "Chg. Cap.(Ah)"], [1, 2.0]], "record": [names, *rows]}
    table = read_file(write_workbook(tmp_path / "neware.xlsx", sheets))
    assert table.maker == "neware"
    assert table.frame["Total Time"].to_list() == ["40:00:00.000", "80:00:00.000", "120:00:00.000"]


def test_layers_of_cycles_steps_and_records_in_a_sheet(tmp_path):
    rows = [
        ["Cycle ID", "Cap_Chg(mAh)"],
        [None, "Step ID", "Step Name"],
        [None, None, "Record ID", "Time(h:min:s.ms)", "Voltage(V)", "Current(mA)"],
        [1, 2.5],
        [None, 1, "Rest"],
        [None, None, 1, "0:00:00.000", 3.5, 0],
        [None, 2, "CC_Chg"],
        [None, None, 2, "0:00:00.000", 3.6, 10],
    ]
    table = read_file(write_workbook(tmp_path / "old.xlsx", {"Report": rows}))
    assert table.maker == "neware"
    assert table.frame.select("Record ID", "Voltage(V)", "Cycle ID", "Step Name").rows() == [
        (1, 3.5, 1, "Rest"),
        (2, 3.6, 1, "CC_Chg"),
    ]


def test_header_block_units_and_repeated_names_in_a_sheet(tmp_path):
    rows = [["Time", "Voltage", "Current"], ["s", "V", "A"], [0, 3.5, 0.1], [None, None, None],
            ["Time", "Voltage", "Current"], [1, "3,6", 0.1], [2, 3.7, 0.1]]  # fmt: skip
    sheet = [["Test", "X"], ["Started", "2024-05-06 07:08:09"], *rows]
    table = read_file(write_workbook(tmp_path / "own.xlsx", {"data": sheet}))
    assert table.frame.columns == ["Time [s]", "Voltage [V]", "Current [A]"]
    assert table.frame["Time [s]"].to_list() == [0, 1, 2]
    assert table.metadata["start_time"] == "2024-05-06 07:08:09"
    (note,) = [note for note in table.notes if note.code == "repeated_header"]
    assert note.rows == (7,)


def test_a_workbook_without_records_says_what_was_looked_for(tmp_path):
    path = write_workbook(tmp_path / "notes.xlsx", {"notes": [["some", "words"], ["and", "more"]]})
    with pytest.raises(PayloadError, match=r"'notes'.* names time, voltage and current"):
        read_file(path)


def test_a_missing_library_is_named_with_its_extra(tmp_path, monkeypatch):
    path = write_workbook(tmp_path / "a.xlsx", {"a": [ARBIN, *arbin(1)]})
    monkeypatch.setitem(__import__("sys").modules, "fastexcel", None)
    with pytest.raises(ConfigurationError, match=r"pip install \"ionworks-client\[cyclers\]\""):
        read_file(path)


def test_a_workbook_with_a_password_is_refused(tmp_path):
    path = tmp_path / "secret.xlsx"
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    path.write_bytes(start + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500))
    with pytest.raises(PayloadError, match="protected by a password"):
        read_file(path)


@given(st.lists(st.floats(-1e12, 1e12), min_size=2, max_size=20))
@example([1e-12, 0.006658838337485599])
def test_numbers_are_read_to_the_last_bit(values):
    with TemporaryDirectory() as folder:
        rows = [["Test_Time(s)", "Voltage(V)"], *([i, value] for i, value in enumerate(values))]
        path = write_workbook(Path(folder, "cell.xlsx"), {"Channel_1": rows})
        assert read_file(path).frame["Voltage(V)"].to_list() == values
