"""Measured files of every maker, against values that other libraries read."""

import importlib.util
import json
import zlib

import polars as pl
import pytest
from measured import DATA

from ionworks.errors import IonworksError
from ionworks.ingest.readers import read_file

CYCLERS = DATA / "cyclers"
# Maker, columns of voltage and current, and the units of both where names do not say them.
MEASURED = {
    "neware_cells.nda": ("neware", "voltage_V", "current_mA"),
    "neware_v22.nda": ("neware", "voltage_V", "current_mA"),
    "neware_rest.ndax": ("neware", "voltage_V", "current_mA"),
    "neware_five_cycles.ndax": ("neware", "voltage_V", "current_mA"),
    "neware_m50t.ndax": ("neware", "voltage_V", "current_mA"),
    "neware_rest.csv": ("neware", "Voltage(mV)", "Current(µA)"),
    "neware_half_cell.csv": ("neware", "Voltage(V)", "Current(A)"),
    "neware_layered.csv": ("neware", "Voltage(V)", "Current(A)"),
    "arbin_tab_date.csv": ("arbin", "Voltage (V)", "Current (A)"),
    "arbin_fast_charge.csv": ("arbin", "Voltage", "Current"),
    "arbin_half_cell.xlsx": ("arbin", "Voltage(V)", "Current(A)"),
    "biologic_gcpl_part1.mpr": ("biologic", "Ewe/V", None),
    "biologic_gcpl_part2.mpr": ("biologic", "Ewe/V", None),
    "biologic_mb.mpr": ("biologic", "Ewe/V", "I/mA"),
    "biologic_peis.mpr": ("biologic", "<Ewe>/V", None),
    "biologic_peis_latin1.mpt": ("biologic", "<Ewe>/V", None),
    "biologic_cp_latin1.txt": ("biologic", "Ewe/V", "I/mA"),
    "biologic_datetime.txt": ("biologic", "Ecell/V", "I/mA"),
    "biologic_no_header.mpt": ("biologic", "Ecell/V", "I/mA"),
    "biologic_loops.csv": ("biologic", "Ecell/V", "I/mA"),
    "maccor_millivolts.txt": ("maccor", ("Volts", 1e-3), "mAmps"),
    "maccor_decimal_comma.txt": ("maccor", "Voltage [V]", "Current [A]"),
    "maccor_formation.062": ("maccor", "Volts", None),
    "maccor_signed.052": ("maccor", "Volts", "Amps"),
    "maccor_impedance_step.041": ("maccor", "Volts", "Amps"),
    "maccor_impedance_data.041": ("maccor", "V-DC", None),
    "maccor_no_state.csv": ("maccor", "Voltage", "Current"),
    "novonix_uhpc.csv": ("novonix", "Potential (V)", "Current (A)"),
    "novonix_quoted.csv": ("novonix", "Potential (V)", "Current (A)"),
    "basytec_charge.txt": ("basytec", "U[V]", "I[A]"),
    "digatron_charge.csv": ("digatron", "Voltage [V]", "Current [A]"),
    "digatron_capacity.csv": ("digatron", "Voltage [V]", "Current [A]"),
    "gamry_eis.DTA": ("gamry", "Vdc [V]", None),
    "gamry_decimal_comma.dta": ("gamry", "Vf [V vs. Ref.]", "Im [A]"),
    "landt_coin.csv": ("landt", "voltage_V", "current_A"),
    "bdf_landt_coin.bdf.csv": ("bdf", "voltage_volt", "current_ampere"),
    "bdf_neware_cycle_2pi.bdf.csv": ("bdf", "voltage_volt", "current_ampere"),
    "bdf_basytec_time_3600x.bdf.csv": ("bdf", "voltage_volt", "current_ampere"),
    "bdf_legacy_ms.bdf.parquet": ("bdf", "voltage_volt", "current_ampere"),
    "bdf_labels_hours.bdf.csv": ("bdf", "Voltage / V", "Current / A"),
    "pec_rest.csv": ("pec", "Voltage (V)", "Current (A)"),
    "batterydata_eis_inside.csv": ("batterydata", "Voltage_V", "Current_A"),
}
SPECTRA = {
    "biologic_peis.mpr",
    "biologic_peis_latin1.mpt",
    "gamry_eis.DTA",
    "maccor_impedance_data.041",
}
# What is reported, besides encodings and lost characters.
REPORTED = {
    "maccor_decimal_comma.txt": {"truncated_row", "decimal_comma"},
    "gamry_decimal_comma.dta": {"row_count_differs", "decimal_comma"},
    "gamry_eis.DTA": {"other_table"},
    "arbin_half_cell.xlsx": {"other_sheet"},
    "neware_cells.nda": {"library"},
    "neware_v22.nda": {"clock_left_out"},
}
LIBRARIES = {".nda": "fastnda", ".ndax": "fastnda", ".xlsx": "fastexcel", ".mpr": "galvani"}


def expected():
    file = CYCLERS / "expected.json"
    return json.loads(file.read_text(encoding="utf-8"))["files"] if file.is_file() else {}


def values(frame, column):
    name, factor = column if isinstance(column, tuple) else (column, None)
    by_name = next((f for unit, f in (("mV", 1e-3), ("mA", 1e-3), ("µA", 1e-6)) if unit in name), 1)
    return frame[name].cast(pl.Float64) * (factor or by_name)


@pytest.mark.parametrize("name", MEASURED)
def test_measured_files_have_the_rows_and_values_that_others_read(name):
    path = CYCLERS / name
    if not path.is_file():
        pytest.skip(f"the measured data file {name} is not beside the project")
    library = LIBRARIES.get(path.suffix)
    if library and importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    maker, voltage, current = MEASURED[name]
    table, reference = read_file(path), expected()[name]
    assert (table.maker, table.source) == (maker, name)
    assert table.kind == ("eis" if name in SPECTRA else "cycling")
    assert table.frame.height == reference["rows"]
    for column, key in ((voltage, "voltage_{}_V"), (current, "current_{}_A")):
        if column is not None and table.kind == "cycling":
            found = values(table.frame, column)
            assert found.min() == pytest.approx(reference[key.format("min")], rel=1e-4, abs=1e-7)
            assert found.max() == pytest.approx(reference[key.format("max")], rel=1e-4, abs=1e-7)
    told = {note.code for note in table.notes} - {"encoding", "lost_characters"}
    assert told == REPORTED.get(name, set())


def test_each_measured_file_is_in_the_table():
    assert not CYCLERS.is_dir() or expected().keys() == MEASURED.keys()


@pytest.mark.parametrize("name", ["neware_rest.ndax", "neware_v22.nda", "arbin_half_cell.xlsx"])
def test_the_name_of_a_file_does_not_matter(tmp_path, name):
    if not (CYCLERS / name).is_file():
        pytest.skip(f"the measured data file {name} is not beside the project")
    path = tmp_path / "export.csv"
    path.write_bytes((CYCLERS / name).read_bytes())
    table = read_file(path)
    assert table.source == "export.csv"
    assert table.frame.equals(read_file(CYCLERS / name).frame)


@pytest.mark.parametrize("damage", ["half", "flipped"])
@pytest.mark.parametrize("name", ["neware_rest.ndax", "neware_v22.nda", "arbin_half_cell.xlsx"])
def test_damaged_measured_files_raise_an_error_of_this_package_or_are_read(tmp_path, name, damage):
    if not (CYCLERS / name).is_file():
        pytest.skip(f"the measured data file {name} is not beside the project")
    content = bytearray((CYCLERS / name).read_bytes())
    if damage == "half":
        content = content[: len(content) // 2]
    else:
        content[len(content) // 3 :: 997] = bytes(len(content[len(content) // 3 :: 997]))
    path = tmp_path / name
    path.write_bytes(content)
    try:
        table = read_file(path)
    except IonworksError as error:
        table = None
        message = str(error)
    assert table.frame.height if table else name in message


def test_reading_leaves_the_decoders_of_the_process_alone():
    path = CYCLERS / "neware_rest.ndax"
    if not path.is_file():
        pytest.skip(f"the measured data file {path.name} is not beside the project")
    pytest.importorskip("fastnda")
    before = zlib.decompress, zlib.decompressobj
    read_file(path)
    assert (zlib.decompress, zlib.decompressobj) == before
