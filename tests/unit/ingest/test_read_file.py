"""What is common to all files: paths, kinds, metadata, libraries."""

import pickle
import sys

import polars as pl
import pytest

from ionworks.errors import ConfigurationError, FileError, PayloadError
from ionworks.ingest.raw import Note, RawTable
from ionworks.ingest.readers import read_file


def test_impedance_is_distinguished_from_cycling_with_a_spectrum_inside(tmp_path):
    names = "time/s,freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm\n"
    spectrum, cycling = tmp_path / "eis.txt", tmp_path / "cycling.txt"
    spectrum.write_text(names + "0,1000,1,2\n1,100,1,2\n2,10,1,2\n", encoding="utf-8")
    cycling.write_text(names + "0,0,0,0\n1,,,\n2,0,0,0\n3,10,1,2\n", encoding="utf-8")
    assert read_file(spectrum).kind == "eis"
    assert read_file(cycling).kind == "cycling"


def test_header_blocks_give_metadata_without_people_hosts_and_folders(tmp_path):
    path = tmp_path / "test.txt"
    path.write_text(
        "Started:\t2024-05-06 07:08:09\nChannel: 7\nOperator: Erika\nHost : 192.0.2.1\n"
        "Program\tC:\\Users\\Erika\\aging.pro\nMass (g): 1.5\nTime (s)\tVoltage (V)\n0\t3.5\n",
        encoding="utf-8",
    )
    found = read_file(path).metadata
    assert found == {
        "start_time": "2024-05-06 07:08:09",
        "channel": "7",
        "program": "aging.pro",
        "mass": "1.5",
    }


def test_a_parquet_file_keeps_its_types(tmp_path):
    path = tmp_path / "test.bin"
    frame = pl.DataFrame({"test_time_second": [0.0], "voltage_volt": [3.5], "current_ampere": [1]})
    frame.write_parquet(path)
    table = read_file(path)
    assert (table.maker, table.frame.equals(frame)) == ("bdf", True)
    frame.clear().write_parquet(path)
    with pytest.raises(PayloadError, match="it has no rows"):
        read_file(path)


@pytest.mark.parametrize(
    ("start", "library", "extra"),
    [
        (b"NEWARE\x16\0", "fastnda", "cyclers"),
        (b"BIO-LOGIC MODULAR FILE\x1a", "galvani", "biologic"),
    ],
)
def test_a_missing_library_is_named_with_its_extra(tmp_path, monkeypatch, start, library, extra):
    for module in (library, "galvani.BioLogic"):
        monkeypatch.setitem(sys.modules, module, None)
    path = tmp_path / "cell.nda"
    path.write_bytes(start + bytes(600))
    with pytest.raises(ConfigurationError, match=rf"{library}.*ionworks-client\[{extra}\]"):
        read_file(path)


@pytest.mark.parametrize("start", [b"NEWARE\x16\0", b"BIO-LOGIC MODULAR FILE\x1a"])
def test_a_damaged_binary_file_raises_an_error_of_this_package(tmp_path, start):
    path = tmp_path / "cell.nda"
    path.write_bytes(start + bytes(600))
    with pytest.raises((PayloadError, ConfigurationError)):
        read_file(path)


def test_a_path_that_is_no_file(tmp_path):
    with pytest.raises(FileError, match="does not exist"):
        read_file(tmp_path / "missing.csv")
    with pytest.raises(FileError):
        read_file(tmp_path)
    with pytest.raises(PayloadError, match="path = 5"):
        read_file(5)
    with pytest.raises(PayloadError, match="is not a known maker"):
        read_file(tmp_path, maker="duracell")


def test_tables_can_be_stored_and_do_not_share_their_notes():
    frame = pl.DataFrame({"Volts": [3.5]})
    first, second = (RawTable(frame, "maccor", "cell.txt") for _ in range(2))
    first.notes.append(Note("encoding", "It was cp1252."))
    assert second.notes == []
    assert pickle.loads(pickle.dumps(first)).notes == first.notes


def test_a_line_of_a_header_block_may_have_several_entries(tmp_path):
    path = tmp_path / "test.txt"
    path.write_text(
        "Today's Date:\t14 December 2020\tDate of Test:\t11 December 2020, 12:22:12 PM\n"
        "Filename:\tx\tTester Channel:\t1\nProcedure:\taging.000\tDescription:\t\n"
        "Rec#\tCyc#\tTestTime\tAmps\tVolts\tAux #1\t Units\tAux #2\t Units\t\n"
        "1\t0\t  0d 00:00:5\t0.0\t3.5\t25.0\t C  \t26.0\t C  \t\n",
        encoding="utf-8",
    )
    table = read_file(path)
    assert table.metadata == {
        "start_time": "11 December 2020, 12:22:12 PM",
        "channel": "1",
        "program": "aging.000",
    }
    assert table.frame.columns[-4:] == ["Aux #1", "Units", "Aux #2", "Units (2)"]
    assert [note.code for note in table.notes] == ["repeated_names"]
