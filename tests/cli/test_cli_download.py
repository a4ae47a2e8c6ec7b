"""`ionworks download`: tables and files, never over a file that exists."""

import polars as pl
import pytest
from traffic import SERIES, measurement, unique


@pytest.fixture(scope="module")
def test_id(lab):
    client, _, spec = lab
    cell = client.cell_instance.create(spec, {"name": unique("cell")})
    return client.cell_measurement.create(cell.id, measurement("RPT 0")).id


@pytest.mark.parametrize("part", ["time_series", "steps", "cycles"])
@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_tables_are_saved(ionworks, key, test_id, tmp_path, part, ending):
    target = tmp_path / f"a b{ending}"
    done = ionworks("download", test_id, target, "--table", part)
    assert (done.status, done.out) == (0, f"{target}\n"), done.err
    frame = pl.read_parquet(target) if ending == ".parquet" else pl.read_csv(target)
    assert frame.height == {"time_series": 6, "steps": 2, "cycles": 2}[part]


def test_columns_and_force(ionworks, key, test_id, tmp_path):
    target = tmp_path / "x.csv"
    columns = ("--columns", "Voltage [V], Time [s]")
    assert ionworks("download", test_id, target, *columns).status == 0
    frame = pl.read_csv(target)
    assert frame.columns == ["Voltage [V]", "Time [s]"]
    assert frame["Voltage [V]"].to_list() == SERIES["Voltage [V]"].to_list()
    before = target.read_bytes()
    refused = ionworks("download", test_id, target)
    assert (refused.status, "--force replaces it" in refused.err) == (2, True)
    assert target.read_bytes() == before
    done = ionworks("download", test_id, target, "--force", "--json")
    assert done.json == {"id": test_id, "saved": {"time_series": str(target)}}
    assert target.read_bytes() != before
    assert [*tmp_path.glob(".*")] == []


def test_files_of_a_measurement(ionworks, cell, tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    made = cell.client.cell_measurement.create_file(
        cell.id, "Photos", [tmp_path / "a.txt", tmp_path / "b.txt"]
    )
    into = tmp_path / "into"
    assert ionworks("download", "Photos", into, "--files", "--cell", cell.id).status == 0
    assert (into / "b.txt").read_text(encoding="utf-8") == "b.txt"
    (into / "b.txt").unlink()
    again = ionworks("download", made.id, into, "--files")
    assert (again.status, "exists already" in again.err, (into / "b.txt").exists()) == (
        2,
        True,
        False,
    )
    wrong = ionworks("download", made.id, tmp_path / "a.txt", "--files")
    assert (wrong.status, "give another path" in wrong.err) == (1, True), wrong.err
    wrong = ionworks("download", made.id, tmp_path / "x.csv")
    assert (wrong.status, "give a folder and --files" in wrong.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["{id}", "x.txt"], 2, "must end with .parquet or .csv"),
        (["{id}", "no/x.csv", "--columns", "nothing"], 1, "Create the folder first"),
        (["{id}", "x.csv", "--columns", "Voltage [mV]"], 2, "Did you mean 'Voltage [V]'?"),
        (["{id}", "x.csv", "--columns", "a,,b"], 2, "separated by commas"),
        (["{id}", "x.csv", "--table", "rows"], 2, "is not one of"),
        (["{id}", ".", "--files"], 2, "leave out --files"),
        (["{id}", ".", "--files", "--columns", "a"], 2, "--columns is for tables"),
        (["{id}", "."], 2, "is a folder: give the path of a .parquet or .csv file in it"),
        (["{id}", "x" * 300 + ".csv"], 1, "Use a shorter name"),
        (["{id}", ""], 2, "an argument is empty"),
        (["no such test", "x.csv"], 3, "no measurement has the id or the name"),
        (["{id}"], 2, "Missing argument 'TARGET'"),
    ],
)
def test_mistakes_say_what_is_wrong(ionworks, key, test_id, arguments, status, words):
    done = ionworks("download", *(test_id if each == "{id}" else each for each in arguments))
    assert (done.status, done.out) == (status, "")
    assert words in done.err
    assert "Traceback" not in done.err
