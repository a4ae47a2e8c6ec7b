"""Any common table goes in, the service's tables come out with the same types by every road."""

from __future__ import annotations

import datetime
import json
import math
import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from polars.testing.parametric import dataframes

from ionworks.errors import ConfigurationError, PayloadError
from ionworks.frames.column_types import with_known_types, with_series_types
from ionworks.frames.convert import (
    BACKENDS,
    check_backend,
    from_columns,
    from_parquet,
    from_polars,
    to_parquet,
    to_polars,
)

COLUMNS = {"Time [s]": [0.0, 1.5], "Step count": [0, 1], "Label": ["rest", None]}
FRAME = pl.DataFrame(COLUMNS)


# -------------------------------------------------------------------------------------- tables in


@pytest.mark.parametrize(
    "data",
    [
        FRAME,
        FRAME.lazy(),
        FRAME.to_arrow(),
        FRAME.to_arrow().to_batches()[0],
        pd.DataFrame(COLUMNS),
        COLUMNS,
        {name: tuple(values) for name, values in COLUMNS.items()},
        {name: pl.Series(values) for name, values in COLUMNS.items()},
        {**COLUMNS, "Time [s]": np.array([0.0, 1.5]), "Step count": range(2)},
        pd.DataFrame(COLUMNS, index=[7, 3]),
        pd.DataFrame(COLUMNS).set_index("Time [s]"),
    ],
    ids=lambda data: type(data).__name__,
)
def test_common_tables_are_taken(data):
    assert_frame_equal(to_polars(data), FRAME)


def test_a_frame_of_ours_is_not_copied():
    assert to_polars(FRAME) is FRAME


def test_whole_and_broken_numbers_share_a_column():
    assert to_polars({"a": [0, 1.5]})["a"].to_list() == [0.0, 1.5]
    assert to_polars({"a": [0] * 500 + [1.5]})["a"].dtype == pl.Float64


@pytest.mark.parametrize("values", [[2**200, 1], [None, 2**200]])
def test_no_value_of_a_list_is_lost_in_silence(values):
    with pytest.raises(
        PayloadError, match=r"column 'a' cannot be used: .* row . is 1606\d*…, which"
    ):
        to_polars({"a": values})


def test_missing_values_of_pandas_are_nulls():
    assert to_polars(pd.DataFrame({"a": [1.0, None]}))["a"].to_list() == [1.0, None]


@pytest.mark.parametrize("data", [None, 5, b"PAR1", [1, 2], [{"a": 1}], np.zeros((2, 2)), object()])
def test_what_is_no_table_is_refused(data):
    with pytest.raises(PayloadError, match="Give a polars, pandas or Arrow frame") as caught:
        to_polars(data, "steps")
    assert caught.value.field == "steps"
    assert type(data).__name__ in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        {"a": [1, 2], "b": [1]},
        {"a": [1, 2], "b": [1, 2, 3]},
        {1: [1]},
        pd.DataFrame([[1, 2]], columns=["a", "a"]),
        pd.DataFrame({"a": [1, "x"]}),
        pd.DataFrame({"a": [1], "b": [2]}).set_index("a").rename_axis("b"),
        pl.LazyFrame({"a": [1]}).select("b"),
    ],
    ids=lambda data: type(data).__name__,
)
def test_columns_that_make_no_table_are_refused(data):
    with pytest.raises(PayloadError, match=r"not a table|column 'a' cannot be used") as caught:
        to_polars(data)
    assert caught.value.field == "time_series"


def test_a_lazy_frame_of_a_missing_file_is_refused():
    with pytest.raises(PayloadError, match="No such file") as caught:
        to_polars(pl.scan_csv("no-such-file.csv"))
    assert isinstance(caught.value.__cause__, FileNotFoundError)


def test_arrow_comes_in_without_a_copy():
    table = pa.table({"Voltage [V]": np.arange(10_000.0)})

    def address(arrow):
        return arrow.column("Voltage [V]").chunk(0).buffers()[1].address

    assert address(to_polars(table).to_arrow()) == address(table)


STRUCTURED = np.array(
    [(0.0, 4.2, 1), (1.0, 4.1, 1)],
    dtype=[("Time [s]", "f8"), ("Voltage [V]", "f4"), ("Step count", "u1")],
)


def test_a_structured_array_has_a_column_for_each_field():
    frame = to_polars(STRUCTURED)
    assert frame.columns == ["Time [s]", "Voltage [V]", "Step count"]
    assert frame["Time [s]"].to_list() == [0.0, 1.0]
    assert to_polars(np.rec.array(STRUCTURED)).equals(frame)
    with pytest.raises(PayloadError, match="2 dimensions; give a one-dimensional array"):
        to_polars(STRUCTURED.reshape(2, 1))


@pytest.mark.parametrize("name", ["a.parquet", "a.PQ", "a.csv", "a.txt", "a.tsv"])
@pytest.mark.parametrize("kind", [str, lambda path: path])
def test_files_are_read(tmp_path, name, kind):
    path = tmp_path / name
    if "p" in name.lower():
        FRAME.write_parquet(path)
    else:
        FRAME.write_csv(path, separator="\t" if name.endswith("tsv") else ",")
    assert_frame_equal(to_polars(kind(path)), FRAME)


def test_a_number_that_comes_late_in_a_csv_file_is_no_surprise(tmp_path):
    rows = "\n".join(["1"] * 5000 + ["1.5"])
    (tmp_path / "a.csv").write_text(f"Current [A]\n{rows}\n")
    assert to_polars(tmp_path / "a.csv")["Current [A]"].dtype == pl.Float64


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("none.csv", None, "cannot be read"),
        ("none.parquet", None, "cannot be read"),
        ("a.parquet", b"no parquet", "cannot be read"),
        ("a.csv", b"", "cannot be read"),
        ("a.csv", b"a,b\n1,2,3\n", "cannot be read"),
        ("a.csv", b"a\n\xff\xfe\n", "cannot be read"),
        ("a.xlsx", b"PK", "supported are .parquet, .pq, .csv"),
        ("folder.csv", "folder", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, name, content, reason):
    path = tmp_path / name
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(PayloadError, match=reason) as caught:
        to_polars(path)
    assert name in str(caught.value)


# ------------------------------------------------------------------------ the types of a series

SERIES = {
    "Time [s]": [0, 1, 2],
    "Voltage [V]": [4, 3.9, 3.8],
    "Current [A]": [1, 1, 1],
    "Step count": [0, 0, 1],
    "Temperature [degC]": [25.0, math.nan, None],
    "note": ["a", "b", None],
    "flag": [True, False, None],
}
SERIES_TYPES = {
    "Time [s]": pl.Float64,
    "Voltage [V]": pl.Float64,
    "Current [A]": pl.Float64,
    "Step count": pl.Int64,
    "Temperature [degC]": pl.Float64,
    "note": pl.String,
    "flag": pl.Boolean,
}


def series_by_every_road(folder):
    frame = pl.DataFrame(SERIES, strict=False)
    frame.write_parquet(folder / "a.parquet")
    frame.write_csv(folder / "a.csv")
    pandas = pd.DataFrame(SERIES)
    yield from (frame, frame.lazy(), pandas, pandas.set_index("Time [s]"), SERIES)
    yield from (pandas.astype({"Step count": "float64"}), frame.to_arrow())
    yield from (folder / "a.parquet", folder / "a.csv", pa.Table.from_pandas(pandas))
    yield {n: np.array(v) if n in ("Time [s]", "Current [A]") else v for n, v in SERIES.items()}


def test_a_series_has_the_same_types_and_values_by_every_road(tmp_path):
    for data in series_by_every_road(tmp_path):
        typed = with_series_types(to_polars(data))
        assert dict(typed.schema) == SERIES_TYPES, type(data)
        assert typed["Temperature [degC]"].to_list() == [25.0, None, None]
        assert typed["note"].to_list() == ["a", "b", None]


def test_what_is_right_is_left_as_it_is():
    frame = pl.DataFrame(
        {
            "Time [s]": pl.Series([0.0], dtype=pl.Float32),
            "Step count": [0.5],
            "Cycle count": pl.Series([2**64 - 1], dtype=pl.UInt64),
            "own": pl.Series([1], dtype=pl.Int8),
            "list [V]": [[1]],
        }
    )
    assert_frame_equal(with_series_types(frame), frame)
    right = pl.DataFrame({"Time [s]": [0.0], "Step count": [0]})
    assert with_series_types(right) is right


# ---------------------------------------------------------------------------------------- Parquet

cells = {
    pl.Float64: st.floats(allow_nan=True),
    pl.Int64: st.integers(-(2**63), 2**63 - 1),
    pl.String: st.text(max_size=5),
    pl.Boolean: st.booleans(),
}
columns = st.sampled_from(list(cells)).flatmap(
    lambda kind: st.lists(st.none() | cells[kind], min_size=3, max_size=3).map(
        lambda values: pl.Series(values, dtype=kind)
    )
)


@settings(max_examples=40)
@given(st.dictionaries(st.text(min_size=1, max_size=5), columns, min_size=1, max_size=4))
def test_parquet_keeps_values_and_types(data):
    frame = pl.DataFrame(data)
    assert_frame_equal(from_parquet(to_parquet(frame)), frame)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(dataframes(max_cols=4, max_size=6, excluded_dtypes=[pl.Float16]))
def test_a11_a_frame_of_any_type_is_stored_faithfully_or_a_column_is_refused(frame):
    odd = [n for n, d in frame.schema.items() if "Int128" in str(d) or "Extension" in str(d)]
    if odd:
        with pytest.raises(PayloadError, match=f"column '{odd[0]}' cannot be stored"):
            to_parquet(frame)
    else:
        assert_frame_equal(from_parquet(to_parquet(frame)), frame)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(dataframes(max_cols=4, max_size=6, excluded_dtypes=[pl.Float16]))
def test_frames_of_any_type_are_typed_without_loss(frame):
    named = frame.rename({name: f"x{n} [V]" for n, name in enumerate(frame.columns)})
    typed = with_series_types(named)
    assert typed.columns == named.columns
    for before, after in zip(named, typed, strict=True):
        if before.dtype.is_integer() or before.dtype == pl.Null:
            assert after.to_list() == before.to_list()  # as floats, where they are the same
        elif before.dtype.is_float():
            assert after.fill_nan(None).equals(before.fill_nan(None), null_equal=True)
        elif before.dtype.is_decimal():
            assert after.equals(before.cast(after.dtype), null_equal=True)
            assert after.cast(before.dtype).equals(before, null_equal=True)
        else:
            assert after.dtype == before.dtype
    assert_frame_equal(with_series_types(typed), typed)


def test_what_parquet_cannot_hold_is_refused():
    for odd in ([object()], [{}]):
        with pytest.raises(PayloadError, match="cannot be stored") as caught:
            to_parquet(pl.DataFrame({"a": odd}), "steps")
        assert caught.value.field == "steps"


@pytest.mark.parametrize("content", [b"", b"PAR1", b"<html>", to_parquet(FRAME)[:-9]])
def test_what_is_no_parquet_is_reported(content):
    with pytest.raises(ValueError, match="not a readable Parquet file"):
        from_parquet(content)


# ----------------------------------------------------------------------------------- JSON columns


@pytest.mark.parametrize(
    ("given_", "rows"),
    [
        ({}, 0),
        ({"a": []}, 0),
        ({"a": [1, None], "b": ["x", None]}, 2),
        ({"a": 5}, 1),
        ({"a": 5, "b": None, "c": "text"}, 1),
        ({"a": [5], "b": 6}, 1),
        ({"a": [None, None]}, 2),
        ({"a": [[1], [2, 3]]}, 2),
        ({"a": [True, None]}, 2),
        ({"a": [2**62]}, 1),
    ],
)
def test_json_columns_become_a_table(given_, rows):
    table = from_columns(given_)
    assert table.height == rows
    for name, values in given_.items():
        assert table[name].to_list() == (values if isinstance(values, list) else [values])


def test_whole_and_broken_numbers_mix_in_json():
    assert from_columns({"a": [1, 2.5, None]})["a"].to_list() == [1.0, 2.5, None]


@pytest.mark.parametrize(
    "given_",
    [
        {"a": [1, 2], "b": [1]},
        {"a": [1, 2], "b": 5},
        {"a": [1, {"b": 2}]},
        {"a": [{"b": 2}, 1]},
        {"a": [[1], 2]},
    ],
)
def test_json_columns_that_make_no_table_are_reported_and_nothing_is_dropped(given_):
    with pytest.raises(ValueError, match="not a table"):
        from_columns(given_)


# -------------------------------------------------------------------------- the tables of a test

steps = st.integers(0, 5).flatmap(
    lambda rows: st.fixed_dictionaries(
        {
            name: st.lists(values, min_size=rows, max_size=rows)
            for name, values in {
                "Step count": st.none() | st.integers(0, 10**6),
                "Cycle count": st.none() | st.integers(0, 10**6),
                "Start index": st.integers(0, 10**12),
                "Step type": st.none() | st.sampled_from(["Rest", "CC discharge"]),
                "Label": st.none() | st.text(max_size=4),
                "Duration [s]": st.none() | st.integers(0, 10) | st.floats(0, 1e9),
                "Mean current [A]": st.none() | st.floats(-1e3, 1e3),
            }.items()
        }
    )
)
PARQUET_TYPES = {
    "Step count": pl.Int32,
    "Cycle count": pl.Float64,
    "Start index": pl.UInt64,
    "Step type": pl.Categorical,
    "Label": pl.String,
    "Duration [s]": pl.Float64,
    "Mean current [A]": pl.Float64,
}


@settings(max_examples=60)
@given(steps)
def test_known_columns_have_one_type_by_json_and_by_parquet(table):
    by_json = with_known_types(from_columns(json.loads(json.dumps(table))))
    stored = pl.DataFrame(
        {name: pl.Series(v, dtype=PARQUET_TYPES[name], strict=False) for name, v in table.items()}
    )
    by_parquet = with_known_types(from_parquet(to_parquet(stored)))
    assert_frame_equal(by_json, by_parquet)
    assert dict(by_json.schema) == {
        "Step count": pl.Int64,
        "Cycle count": pl.Int64,
        "Start index": pl.Int64,
        "Step type": pl.String,
        "Label": pl.String,
        "Duration [s]": pl.Float64,
        "Mean current [A]": pl.Float64,
    }


def test_what_is_no_number_is_left_as_it_is():
    moment = datetime.datetime(2024, 1, 1)
    odd = pl.DataFrame({"done": [True], "at": [moment], "Label": [["a"]], "Step type": [1]})
    table = with_known_types(odd)
    assert table.row(0) == (True, moment, ["a"], "1")


# ---------------------------------------------------------------------------------- tables out


def test_every_backend_gives_its_own_table_with_the_same_values():
    table = with_known_types(
        pl.DataFrame({"Step count": [0, 1], "Voltage [V]": [3.5, None], "Label": ["a", None]})
    )
    assert from_polars(table, "polars") is table
    arrow, pandas = from_polars(table, "arrow"), from_polars(table, "pandas")
    assert isinstance(arrow, pa.Table)
    assert isinstance(pandas, pd.DataFrame)
    assert [str(arrow.schema.field(n).type) for n in table.columns[:2]] == ["int64", "double"]
    assert list(pandas.dtypes.map(str))[:2] == ["int64", "float64"]
    for again in (arrow, pandas):
        assert_frame_equal(to_polars(again), table)


def test_a_backend_has_a_known_name():
    assert [check_backend(name) for name in BACKENDS] == ["polars", "pandas", "arrow"]
    for wrong in ("Polars", "", "dask"):
        with pytest.raises(ConfigurationError, match="'polars', 'pandas', 'arrow'"):
            check_backend(wrong)


@pytest.mark.parametrize(("backend", "extra"), [("pandas", "pandas"), ("arrow", "pyarrow")])
def test_a_backend_that_is_not_installed_names_its_extra(backend, extra):
    code = f"""
import sys
sys.modules["pandas"] = sys.modules["pyarrow"] = None
import polars
from ionworks.errors import ConfigurationError
from ionworks.frames.convert import from_polars
try:
    from_polars(polars.DataFrame({{"a": [1]}}), {backend!r})
except ConfigurationError as error:
    print(error)
"""
    said = run(code)
    assert f'pip install "ionworks-client[{extra}]"' in said


def run(code: str) -> Any:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
