"""Encodings, delimiters and decimal marks: one small table, written in every way."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionworks.errors import PayloadError
from ionworks.ingest.readers import read_file
from ionworks.ingest.readers.text import decode, detect_encoding, is_binary

NAMES = ["Zeit/s", "Spannung/V", "Strom/A", "T/°C", "Wer"]
ROWS = [
    [0, 3.5, 0.125, 25.1, "Müller"],
    [10, 3.625, -0.5, 25.2, "x"],
    [20.5, 3.75, 1e-05, 25.3, "x"],
]
ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le", "utf-16-be"]
FORMS = [
    (delimiter, mark)
    for delimiter, mark in itertools.product(["\t", ";", ",", "|", "   "], ".,")
    if delimiter != mark
]


def written(delimiter, mark, end="\n"):
    cells = [NAMES, *([str(cell).replace(".", mark) for cell in row] for row in ROWS)]
    return "".join(delimiter.join(row) + end for row in cells)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(("delimiter", "mark"), FORMS)
def test_a_table_is_the_same_in_every_encoding_and_notation(tmp_path, encoding, delimiter, mark):
    path = tmp_path / "any.name"
    path.write_bytes(written(delimiter, mark).encode(encoding))
    frame = read_file(path).frame
    assert frame.columns == NAMES
    assert frame.rows() == [tuple(row) for row in ROWS]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n"])
def test_every_line_end_is_read(tmp_path, end):
    path = tmp_path / "test.csv"
    path.write_bytes(written(",", ".", end).encode())
    assert read_file(path).frame.height == len(ROWS)


def test_the_encoding_is_in_the_notes_unless_it_is_utf_8(tmp_path):
    path = tmp_path / "test.csv"
    path.write_bytes(written(";", ",").encode("cp1252"))
    (note,) = [note for note in read_file(path).notes if note.code == "encoding"]
    assert "cp1252" in note.message
    path.write_bytes(written(";", ",").encode())
    assert not [note for note in read_file(path).notes if note.code == "encoding"]


def test_chinese_names_are_read_from_the_encoding_of_chinese_windows(tmp_path):
    path = tmp_path / "test.csv"
    text = "数据序号,循环号,工步类型,总时间,电流(A),电压(V)\n1,1,搁置,00:00:01,0.5,3.7\n"
    path.write_bytes(text.encode("gbk"))
    table = read_file(path)
    assert table.maker == "neware"
    assert table.frame.row(0) == (1, 1, "搁置", "00:00:01", 0.5, 3.7)


def test_a_given_encoding_is_used_and_a_wrong_one_is_refused(tmp_path):
    path = tmp_path / "test.csv"
    path.write_bytes(written(";", ",").encode("cp437"))
    assert read_file(path, encoding="cp437").frame.columns == NAMES
    with pytest.raises(PayloadError, match=r"encoding = 'utf-8': does not fit the file"):
        read_file(path, encoding="utf-8")
    with pytest.raises(PayloadError, match="is not a known encoding"):
        read_file(path, encoding="klingon")


def test_characters_that_were_lost_before_are_reported(tmp_path):
    path = tmp_path / "test.csv"
    path.write_text("Time (s),Voltage (V),T (\ufffdC)\n0,3.5,25\n", encoding="utf-8")
    (note,) = read_file(path).notes
    assert (note.code, note.severity, note.rows) == ("lost_characters", "warning", (1,))


def test_a_file_that_was_cut_within_a_character_is_still_utf_8():
    assert detect_encoding("T/°".encode()[:-1]) == "utf-8"
    assert decode("a\nT/°".encode()[:-1]).lines == ["a", "T/"]


def test_bytes_that_windows_1252_does_not_define_are_latin_1():
    assert detect_encoding(b"\xb5 \x81") == "latin-1"


@given(st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), min_size=1))
def test_text_is_not_taken_for_a_binary_file(text):
    assert not is_binary(text.encode())
    assert decode(text.encode()).lines == [text]


@pytest.mark.parametrize("content", [bytes(range(256)) * 8, b"\x89\x01\x02\x03" * 9])
def test_bytes_with_control_characters_are_binary(content):
    assert is_binary(content)
