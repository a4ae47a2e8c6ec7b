"""`ionworks.read_cycler`: files of a test in the columns of the service."""

from __future__ import annotations

import polars as pl
import polars.testing
import pytest
from cycler_tables import cycled, spelled

import ionworks
from ionworks.errors import IonworksError, PayloadError

pytest.importorskip("ionworks.ingest.readers")

TABLE = spelled(cycled())["arbin"]


@pytest.fixture
def files(tmp_path):
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for path, rows in zip(paths, (TABLE[:20], TABLE[20:]), strict=True):
        rows.write_csv(path)
    return paths


def test_a_file_is_read_and_prepared(files):
    TABLE.write_csv(files[0])
    data = ionworks.read_cycler(str(files[0]), timezone="UTC")
    pl.testing.assert_frame_equal(data.frame, ionworks.prepare(TABLE).frame, abs_tol=1e-9)
    assert data.report.source == ("a.csv",)
    assert data.report.maker == data.metadata["maker"] == "arbin"
    assert data.start_time is not None


def test_files_of_one_test_are_joined_in_any_order(files):
    data = ionworks.read_cycler(files[::-1])
    pl.testing.assert_frame_equal(data.frame, ionworks.prepare(TABLE).frame, abs_tol=1e-9)
    assert data.report.source == ("b.csv", "a.csv")


def test_options_are_checked_before_a_file_is_opened(tmp_path):
    with pytest.raises(PayloadError, match="current"):
        ionworks.read_cycler(tmp_path / "missing.csv", current="up")
    with pytest.raises(PayloadError, match="names no file"):
        ionworks.read_cycler([])
    with pytest.raises(IonworksError, match=r"missing\.csv"):
        ionworks.read_cycler(tmp_path / "missing.csv")
