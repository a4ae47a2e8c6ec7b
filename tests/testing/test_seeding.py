"""Cells from Parquet files: all of them, or a sentence on each that cannot be used."""

import os

import polars as pl
import pytest

from ionworks.errors import IonworksError
from ionworks.sandbox import Sandbox
from ionworks.testing import SeedError, seed_parquet


@pytest.fixture(scope="module")
def client():
    with Sandbox(deterministic=True) as box, box.client() as client:
        yield client


@pytest.fixture
def folder(tmp_path, series):
    for name in ("LG M50/M50-007/RPT 0", "LG M50/M50-007/RPT 1", "P45B/P45B-001/RPT 0"):
        path = tmp_path / "cells" / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        series.write_parquet(path)
    (tmp_path / "cells" / ".DS_Store").write_bytes(b"\x00")
    return tmp_path / "cells"


def test_a_folder_becomes_cells_once(client, folder):
    made = seed_parquet(client, folder)
    assert list(made) == [
        *("LG M50", "LG M50/M50-007", "LG M50/M50-007/RPT 0", "LG M50/M50-007/RPT 1"),
        *("P45B", "P45B/P45B-001", "P45B/P45B-001/RPT 0"),
    ]
    assert client.cell_instance.get(made["P45B/P45B-001"]).name == "P45B-001"
    assert client.cell_measurement.get(made["LG M50/M50-007/RPT 1"]).name == "RPT 1"
    assert seed_parquet(client, str(folder)) == made


def test_a_mapping_takes_paths_and_frames_of_any_library(client, folder, series):
    path = folder / "P45B" / "P45B-001" / "RPT 0.parquet"
    made = seed_parquet(
        client, {"A/a/path": path, "A/a/pandas": series.to_pandas(), "A/b/arrow": series.to_arrow()}
    )
    heights = {
        client.cell_measurement.time_series(made[f"A/{name}"]).height
        for name in ("a/path", "a/pandas", "b/arrow")
    }
    assert heights == {series.height}


def test_what_is_wrong_is_reported_all_at_once_and_nothing_is_sent(client, folder, series):
    before = len(client.cell_spec.list())
    (folder / "New" / "cell").mkdir(parents=True)
    series.write_parquet(folder / "New" / "cell" / "good.parquet")
    (folder / "New" / "cell" / "torn.parquet").write_bytes(b"PAR1")
    series.drop("Voltage [V]").write_parquet(folder / "New" / "cell" / "no voltage.parquet")
    nan = series.with_columns(pl.lit(float("nan")).alias("Voltage [V]"))
    nan.write_parquet(folder / "New" / "cell" / "nan.parquet")
    with pytest.raises(SeedError) as error:
        seed_parquet(client, folder)
    told = str(error.value)
    for part in ("'torn.parquet': cannot be read", "no voltage.parquet:", "nan.parquet:"):
        assert part in told
    assert "good" not in told
    assert len(client.cell_spec.list()) == before


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ({}, "the mapping is empty"),
        ({"LG M50/RPT 0": "x"}, "'LG M50/RPT 0' is not 'specification/cell/measurement'"),
        ({"a//c": "x"}, "'a//c' is not"),
        ({"a/b/c": "nowhere.parquet"}, r"nowhere\.parquet: .* No such file"),
        ({"a/b/c": 7}, "a/b/c: "),
        ("nowhere", "there is no folder nowhere; it holds <specification>/<cell>/"),
    ],
)
def test_each_mistake_has_its_sentence(client, source, says):
    with pytest.raises(SeedError, match=says):
        seed_parquet(client, source)


def test_files_at_the_wrong_depth_and_of_other_kinds_are_reported(client, folder, series):
    series.write_parquet(folder / "too high.parquet")
    (folder / "LG M50" / "M50-007" / "notes.csv").write_text("a,b\n")
    with pytest.raises(SeedError, match=r"notes\.csv is not .*; too high\.parquet is not"):
        seed_parquet(client, folder)


def test_x40_the_path_of_a_seed_is_never_a_pattern(client, folder, series):
    odd = folder / "A[1]" / "cell*" / "RPT ?.parquet"
    odd.parent.mkdir(parents=True)
    series.head(7).write_parquet(odd)
    made = seed_parquet(client, folder)
    assert client.cell_measurement.time_series(made["A[1]/cell*/RPT ?"]).height == 7
    with pytest.raises(SeedError, match=r"RPT \[0\]\.parquet: "):
        seed_parquet(client, {"a/b/c": folder / "LG M50" / "M50-007" / "RPT [0].parquet"})


def test_x41_what_no_file_can_hold_is_reported_and_nothing_is_sent(client, folder, series):
    before = len(client.cell_spec.list())
    os.mkfifo(folder / "LG M50" / "M50-007" / "pipe.parquet")
    (folder / "LG M50" / "M50-007" / "gone.parquet").symlink_to("nowhere")
    with pytest.raises(SeedError, match=r"(?s)gone\.parquet.*pipe\.parquet"):
        seed_parquet(client, folder)
    for odd in (series.with_columns(z=pl.lit(2**100, pl.Int128)), series.to_pandas().assign(z=1j)):
        with pytest.raises(SeedError, match=r"New/cell/odd: .*column 'z' cannot be "):
            seed_parquet(client, {"New/cell/good": series, "New/cell/odd": odd})
    assert len(client.cell_spec.list()) == before
    assert issubclass(SeedError, IonworksError)


def test_an_empty_folder_is_reported(client, tmp_path):
    with pytest.raises(SeedError, match="holds no <specification>/<cell>/<measurement>"):
        seed_parquet(client, tmp_path)
