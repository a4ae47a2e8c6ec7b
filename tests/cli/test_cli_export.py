"""`ionworks export`: a folder that is brought up to date."""

import polars as pl
import pytest
from traffic import measurement, unique


@pytest.fixture
def tests(cell):
    """The ids of two measurements of a cell; one has a tag."""
    first = measurement("RPT 0")
    first["measurement"]["tags"] = ["ageing"]
    details = (first, measurement("RPT 1"))
    return [cell.client.cell_measurement.create(cell.id, each).id for each in details]


def test_a_second_export_fetches_nothing(ionworks, cell, tests, tmp_path):
    folder = tmp_path / "data"
    first = ionworks("export", folder, "--cell", cell.name, "--project", cell.project)
    assert (first.status, "fetched: 2 measurements" in first.out) == (0, True), first.err
    again = ionworks("export", folder, "--cell", cell.id, "--json")
    assert (again.json["fetched"], sorted(again.json["unchanged"])) == ([], sorted(tests))
    series = pl.read_parquet(folder / "time_series", hive_partitioning=True)
    assert set(series["measurement_id"]) == {*tests}


def test_tags_and_tables_select(ionworks, cell, tests, tmp_path):
    done = ionworks(
        *("export", tmp_path / "data", "--cell", cell.id, "--tag", "ageing", "--table", "cycles"),
        "--json",
    )
    assert done.json["fetched"] == tests[:1]
    assert not (tmp_path / "data" / "time_series").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("--cell", "a", "--spec", "b"), 2, "not both"),
        (("--cell", "no-such-cell"), 3, "no-such-cell"),
        (("--table", "curves"), 2, "curves"),
        ((), 2, "give --cell, --spec, or a project with --project"),
    ],
)
def test_mistakes_are_explained(ionworks, key, tmp_path, arguments, status, message):
    done = ionworks("export", tmp_path / "data", *arguments)
    assert (done.status, message in done.err) == (status, True), done.err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("place", "words"), [("file", "give another path, or remove the file"), ("file/x", "is a file")]
)
def test_a_file_is_not_a_folder(ionworks, cell, tmp_path, place, words):
    (tmp_path / "file").write_text(unique("text"), encoding="utf-8")
    done = ionworks("export", tmp_path / place, "--cell", cell.id)
    assert (done.status, words in done.err) == (1, True), done.err
