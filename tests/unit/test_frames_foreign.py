"""A column of any type is stored or refused by name; no error of another library gets out."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import warnings
from contextlib import suppress
from itertools import cycle

import matplotlib as mpl
import matplotlib.figure
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from polars.testing.parametric import dataframes

from ionworks import Quantity, quantities
from ionworks._workflows.spool import Series
from ionworks.analysis import (
    capacity_curves,
    differential_voltage,
    incremental_capacity,
    rate_capability,
)
from ionworks.errors import ConfigurationError, IonworksError, PayloadError
from ionworks.frames.column_types import with_series_types
from ionworks.frames.convert import BACKENDS, from_parquet, from_polars, to_parquet, to_polars
from ionworks.frames.translate import translate_errors
from ionworks.plotting import (
    plot_capacity,
    plot_differential_voltage,
    plot_incremental_capacity,
    plot_nyquist,
    plot_rate_capability,
    plot_voltage_capacity,
    plot_voltage_current,
)
from ionworks.validators import check_measurement_data, find_issues

D = decimal.Decimal
UTC = dt.UTC
DAY, NOON = dt.date(2024, 1, 1), dt.datetime(2024, 1, 1, 12)


def stored(data: object) -> pl.DataFrame:
    """Return a table as an upload stores it, read back."""
    return from_parquet(to_parquet(with_series_types(to_polars(data))))


# --------------------------------------------------------------- every type: stored, or refused

STORED = {
    "polars": {
        "categorical": pl.Series(["a", None], dtype=pl.Categorical),
        "enum": pl.Series(["a", None], dtype=pl.Enum(["a"])),
        "duration": pl.Series([dt.timedelta(1), None]),
        "duration ns": pl.Series([1, None], dtype=pl.Duration("ns")),
        "time": pl.Series([dt.time(1), None]),
        "binary": pl.Series([b"a", None]),
        "null": pl.Series([None, None]),
        "decimal": pl.Series([D("0.1"), None]),
        "decimal of 38 digits": pl.Series([D("1" * 38), None]),
        "list": pl.Series([[1], None]),
        "list of lists": pl.Series([[[1], []], None]),
        "list of null": pl.Series([[None], None]),
        "array": pl.Series([[1, 2], None], dtype=pl.Array(pl.Int64, 2)),
        "struct": pl.Series([{"a": 1}, None]),
        "list of categorical": pl.Series([["a"], None], dtype=pl.List(pl.Categorical)),
        "datetime ns": pl.Series([1, None], dtype=pl.Datetime("ns")),
        "datetime in Berlin": pl.Series([1, None], dtype=pl.Datetime("us", "Europe/Berlin")),
        "unsigned": pl.Series([2**64 - 1, None], dtype=pl.UInt64),
    },
    "arrow": {
        "dictionary of text": pa.array(["a", None]).dictionary_encode(),
        "dictionary of numbers": pa.array([1, None]).dictionary_encode(),
        "dictionary of times": pa.array([NOON, None]).dictionary_encode(),
        "decimal128": pa.array([D("0.1"), None], pa.decimal128(38, 2)),
        "half float": pa.array(np.array([1.5, 2], np.float16)),
        "fixed binary": pa.array([b"ab", None], pa.binary(2)),
        "date32": pa.array([DAY, None], pa.date32()),
        "seconds": pa.array([NOON, None], pa.timestamp("s")),
        "views": pa.array(["ab", None], pa.string_view()),
        "nulls": pa.nulls(2),
    },
    "pandas": {
        "categories of numbers": pd.Categorical([1, None]),
        "Int64 with a gap": pd.array([1, None], dtype="Int64"),
        "timedelta": pd.to_timedelta([1, None], unit="s"),
        "time zone": pd.to_datetime(["2024-01-01", None]).tz_localize("Europe/Berlin"),
        "dates": np.array([DAY, None], object),
        "decimals": np.array([D("0.1"), None], object),
        "bytes": np.array([b"a", None], object),
        "booleans with a gap": np.array([True, None], object),
        "text as objects": np.array(["a", None], object),
        "whole and broken numbers": np.array([1, 2.5], object),
        "NA among objects": np.array([1, pd.NA], object),
        "nothing": np.array([None, None], object),
    },
    "plain": {
        "decimals": [D("0.1"), None],
        "NaN among whole numbers": [1, float("nan")],
        "times of two zones": [
            dt.datetime(2024, 1, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=2))),
            dt.datetime(2024, 1, 1, 3, tzinfo=UTC),
        ],
        "structs with other fields": [{"a": 1}, {"b": 2}],
        "a masked array": np.ma.array([1.5, 2.5], mask=[False, True]),
        "an array of Python numbers": np.array([1, 2.5], object),
        "two dimensions": np.arange(4.0).reshape(2, 2),
        "big endian": np.array([1.5, 2.5], ">f8"),
        "a deque": collections.deque([1, 2]),
        "a series of pandas": pd.Series([1.5, None]),
        "an array of Arrow": pa.array([1, None]),
    },
}


@pytest.mark.parametrize("kind", ["polars", "dictionary", "pandas", "csv", "parts"])
def test_numbers_without_a_value_have_the_same_type_in_every_source(kind, tmp_path):
    columns = {"Time [s]": [0.5, 1.5], "Temperature [degC]": [None, None], "Note": ["a", None]}
    frame = pl.DataFrame(columns)
    frame.write_csv(tmp_path / "run.csv")
    source = {
        "polars": frame,
        "dictionary": columns,
        "pandas": pd.DataFrame(columns),
        "csv": tmp_path / "run.csv",
        "parts": iter([pd.DataFrame(columns).head(1), frame.tail(1)]),
    }[kind]
    with Series(source) as series:
        assert series.collect().schema["Temperature [degC]"] == pl.Float64
        assert series.collect().rows() == frame.rows()


def tables(kind: str, values: object) -> list[object]:
    if kind == "polars":
        return [pl.DataFrame({"z": values}), pl.LazyFrame({"z": values})]
    if kind == "arrow":
        table = pa.table({"z": values})
        return [table, table.to_batches()[0], {"z": values}]
    return [pd.DataFrame({"z": values})] if kind == "pandas" else [{"z": values}]


def expected(values: object) -> list[object]:
    for method in ("to_pylist", "to_list"):
        values = getattr(values, method)() if hasattr(values, method) else values
    plain = list(values)
    missing = (None, pd.NA, pd.NaT)
    return [None if any(v is m for m in missing) or v is np.ma.masked else v for v in plain]


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, columns in STORED.items() for name in columns]
)
def test_a11_a_column_of_this_type_is_stored_as_it_is(kind, name):
    values = STORED[kind][name]
    for table in tables(kind, values):
        found = stored(table)["z"]
        for kept, given_ in zip(found.to_list(), expected(values), strict=True):
            if kept is None:
                assert given_ is None or given_ != given_
            elif isinstance(kept, dict):
                assert {k: v for k, v in kept.items() if v is not None} == given_
            else:
                assert kept == (given_.tolist() if hasattr(given_, "tolist") else given_)
        for backend in BACKENDS:
            from_polars(pl.DataFrame({"z": found}), backend)


COMPLEX = r"complex numbers; give two columns, such as 'Z_Re \[Ohm\]'"
REFUSED = {
    "pandas": {
        "complex": (np.array([1 + 2j]), COMPLEX),
        "complex64": (np.array([1 + 2j], np.complex64), COMPLEX),
        "complex objects": (np.array([1 + 2j], object), "complex"),
        "long double": (np.array([1.5], np.longdouble), "float128|longdouble"),
        "periods": (pd.period_range("2024", periods=1, freq="D"), r"period\[D\]"),
        "intervals": (pd.interval_range(0, 1), "interval"),
        "sparse": (pd.arrays.SparseArray([0.0]), "Sparse"),
        "decimal256": (
            pd.array([D("1")], dtype=pd.ArrowDtype(pa.decimal256(60, 0))),
            "38 digits",
        ),
        "decimals of 50 digits": (np.array([D("1" * 50)], object), "cannot be used"),
        "objects": (np.array([object()], object), "object"),
        "sets": (np.array([{1}], object), r"row 0 is \{1\}"),
        "large numbers": (np.array([2**70], object), "too large"),
        "numbers and text": (np.array([1, "a"], object), "cannot be used"),
        "dates beside datetimes": (np.array([DAY, NOON], object), r"row 1 is datetime\.datetime"),
        "datetimes beside dates": (np.array([NOON, DAY], object), "cannot be used"),
        "naive beside aware": (
            np.array([NOON.replace(tzinfo=UTC), NOON], object),
            r"row 1 is datetime\.datetime",
        ),
        "categories of both": (pd.Categorical([1, "a"]), "cannot be used"),
    },
    "arrow": {
        "decimal256": (pa.array([D("1")], pa.decimal256(60, 0)), "38 digits"),
        "list of decimal256": (pa.array([[D("1")]], pa.list_(pa.decimal256(60, 0))), "38 digits"),
        "negative scale": (pa.array([D("100")], pa.decimal128(5, -2)), "scale"),
        "run-end encoded": (pa.RunEndEncodedArray.from_arrays([1], ["a"]), "cannot be used"),
        "interval": (pa.array([(1, 2, 3)], pa.month_day_nano_interval()), "interval"),
        "union": (
            pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])]),
            "Union",
        ),
        "list view": (pa.array([[1]], pa.list_view(pa.int64())), "cannot be used"),
        "unknown time zone": (pa.array([NOON], pa.timestamp("us", "Mars/Olympus")), "Mars/Olympus"),
        "empty struct": (pa.array([{}], pa.struct([])), "structs without a field"),
    },
    "polars": {
        "objects": (pl.Series([object()]), "Python objects, such as a object"),
        "complex objects": (pl.Series([1j], dtype=pl.Object), COMPLEX),
        "128 bits": (pl.Series([2**100], dtype=pl.Int128), "more than 64 bits"),
        "128 bits in lists": (pl.Series([[2**100]], dtype=pl.List(pl.Int128)), "64 bits"),
        "empty struct": (pl.Series([{}]), "structs without a field"),
        "struct of empty struct": (pl.Series([{"a": {}}]), "structs without a field"),
    },
    "plain": {
        "complex": ([1 + 2j], COMPLEX),
        "complex array": (np.array([1 + 2j]), COMPLEX),
        "complex series": (pd.Series([1 + 2j]), COMPLEX),
        "text at the end": ([1] * 1000 + ["n/a"], "row 0 is 1, which would become '1'"),
        "numbers at the end": (["n/a"] * 1000 + [1], "row 1000 is 1, which would become '1'"),
        "text after a number of numpy": ([np.int64(1), "a"], "row 1 is 'a'"),
        "booleans among numbers": ([True, 2], "row 0 is True"),
        "dates beside datetimes": ([DAY, NOON], r"row 0 is datetime\.date"),
        "naive beside aware": ([NOON, NOON.replace(tzinfo=UTC)], "cannot be used"),
        "a time beside numbers": ([dt.timedelta(1), 1], "row 0 is datetime.timedelta"),
        "decimals beside floats": ([D("0.1"), 0.1], "row 0 is Decimal"),
        "large numbers beside floats": ([2**53 + 1, 0.5], "row 0 is 9007199254740993"),
        "floats of two widths": ([np.float32(0.1), 0.1], "row 1 is 0.1"),
        "lists of both": ([[1], ["a"]], r"row 0 is \[1\]"),
        "structs of both": ([{"a": 1}, {"a": "x"}], "row 0 is"),
        "numbers and bytes": ([b"a", "b"], "row 1 is 'b'"),
        "nanoseconds": ([pd.Timestamp("2024-01-01T00:00:00.000000001")], "row 0 is Timestamp"),
        "too large": ([2**200], "row 0 is 1606"),
        "decimals of 50 digits": ([D("1" * 50)], "Decimal"),
        "no number as a decimal": ([D("NaN")], "cannot be used"),
        "sets": ([{1}], "cannot be stored"),
        "seconds of numpy": (np.array(["2024-01-01"], "M8[s]"), "resolution"),
        "structured": (np.zeros(1, [("x", "i4")]), "cannot be stored"),
        "lone surrogates": (["\ud800"], "cannot be used"),
        "no dimension": (np.array(5.0), "cannot be used"),
    },
}


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, columns in REFUSED.items() for name in columns]
)
def test_a11_x44_a_column_of_this_type_is_refused_by_its_name(kind, name):
    values, reason = REFUSED[kind][name]
    for table in tables(kind, values):
        with pytest.raises(PayloadError, match=reason) as caught:
            stored(table)
        assert "column 'z' cannot be " in str(caught.value)
        assert caught.value.field == "time_series"
        assert "Convert the column to numbers, text or times, or leave it out" in caught.value.fix


@pytest.mark.parametrize("kind", ["pandas", "arrow", "plain"])
def test_a11_the_column_at_fault_is_found_among_many(kind):
    good = {f"c{n} [V]": [1.0] for n in range(30)}
    if kind == "pandas":
        table = pd.DataFrame(good).assign(bad=[object()], other=[1.0])
    elif kind == "arrow":
        table = pa.table(good).append_column(
            "bad", pa.array([(1, 2, 3)], pa.month_day_nano_interval())
        )
    else:
        table = {**good, "bad": np.array([1 + 2j]), "other": [1.0]}
    with pytest.raises(PayloadError, match="column 'bad' cannot be used"):
        to_polars(table)


@pytest.mark.parametrize(
    "table",
    [
        {0: [1]},
        {("a", "b"): [1]},
        {None: [1]},
        pd.DataFrame({0: [1]}),
        pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "b"), ("a", "c")])),
        pd.DataFrame([[1, 2]], columns=[None, "a"]),
        pd.DataFrame([[1, 2]], columns=[1, "1"]),
        pd.DataFrame({"a": [1]}, index=pd.Index([1], name=0)),
    ],
)
def test_a_name_that_is_not_text_is_refused(table):
    with pytest.raises(PayloadError, match=r"the column name .* is not text"):
        to_polars(table)


def test_a11_only_the_columns_that_are_needed_are_looked_at():
    frame = pl.DataFrame(
        {
            "Time [s]": [0.0, 1],
            "Voltage [V]": [4.0, 3],
            "Current [A]": [1.0, 1],
            "z": [object()] * 2,
        }
    )
    assert capacity_curves(frame).height == 2
    assert list(quantities(frame)) == ["Time", "Voltage", "Current"]


# ------------------------------------------------------------------------- numbers that are kept


@pytest.mark.parametrize("number", [2**53 + 1, 2**63 - 1, -(2**53) - 1, 2**64 - 1])
def test_x44_a_whole_number_that_no_float_holds_is_kept(number):
    for data in ({"Time [ns]": [number, 0]}, pl.DataFrame({"Time [ns]": [number, 0]})):
        assert stored(data)["Time [ns]"].to_list() == [number, 0]
    assert stored({"Time [ns]": [2**53, 0]})["Time [ns]"].dtype == pl.Float64


def test_x44_whole_numbers_of_pandas_and_csv_are_kept(tmp_path):
    number = 2**53 + 1
    (tmp_path / "a.csv").write_text(f"Time [ns]\n{number}\n")
    for data in (tmp_path / "a.csv", pd.DataFrame({"Time [ns]": [number]})):
        assert stored(data)["Time [ns]"].to_list() == [number]


def test_x44_a_decimal_that_no_float_holds_is_kept():
    exact, long = D("0.1"), D("0.1234567890123456789012345")
    assert stored({"Charge [C]": [exact]})["Charge [C]"].to_list() == [0.1]
    assert stored({"Charge [C]": [long]})["Charge [C]"].to_list() == [long]


@given(st.lists(st.integers(-(2**70), 2**70) | st.floats() | st.none() | st.booleans(), max_size=6))
def test_x44_a_list_of_numbers_is_kept_or_refused(values):
    with suppress(PayloadError):
        found = to_polars({"a": values})["a"].to_list()
        for kept, given_ in zip(found, values, strict=True):
            assert kept == given_ or (kept != kept and given_ != given_)
            assert isinstance(kept, bool) == isinstance(given_, bool)


mixed = st.one_of(
    st.none(),
    st.integers(),
    st.floats(),
    st.text(max_size=3),
    st.binary(max_size=3),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.decimals(),
    st.complex_numbers(),
    st.fractions(),
    st.lists(st.integers() | st.text(max_size=2), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
    st.builds(object),
)


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(st.lists(mixed, min_size=1, max_size=4), st.sampled_from(["dict", "object", "pandas"]))
def test_x44_a_column_of_any_python_values_is_kept_or_refused(values, kind):
    if kind == "dict":
        table = {"a": values}
    else:
        column = np.empty(len(values), object)
        column[:] = values
        table = {"a": column} if kind == "object" else pd.DataFrame({"a": column})
    try:
        found = stored(table)
    except PayloadError:
        return
    for kept, given_ in zip(found["a"].to_list(), values, strict=True):
        if isinstance(kept, dict):
            kept = {name: value for name, value in kept.items() if value is not None}
        assert kept == given_ or (kept is None and (given_ is None or given_ != given_))


# ---------------------------------------------------------------- no other error leaves a function

SERIES = {
    "Time [s]": [0.0, 1.0],
    "Voltage [V]": [4.0, 3.9],
    "Current [A]": [1.0, 1.0],
    "Step count": [0, 0],
    "Cycle count": [0, 0],
    "Frequency [Hz]": [1.0, 2.0],
    "Z_Re [Ohm]": [1.0, 2.0],
    "Z_Im [Ohm]": [-1.0, -2.0],
    "Discharge capacity [A.h]": [1.0, 2.0],
    "Charge capacity [A.h]": [1.0, 2.0],
    "Mean discharge current [A]": [1.0, 2.0],
    "Coulombic efficiency": [1.0, 0.99],
}


def look_at_quantities(table):
    for column in quantities(table).values():
        assert column == column[:]
        for value in (column.min(), column.max(), column.mean(), *column, *column.to(column.unit)):
            assert value is None or isinstance(value, Quantity)
        assert repr(column)
        assert column._repr_html_()


def drawn(plot):
    def draw(table):
        from matplotlib import pyplot as plt

        try:
            plot(table).figure.canvas.draw()
        finally:
            plt.close("all")

    return draw


FUNCTIONS = {
    "to_polars": to_polars,
    "find_issues": find_issues,
    "find_issues eis": lambda table: find_issues(table, "eis"),
    "check_measurement_data": check_measurement_data,
    "quantities": look_at_quantities,
    "capacity_curves": capacity_curves,
    "incremental_capacity": incremental_capacity,
    "differential_voltage": differential_voltage,
    "rate_capability": lambda table: rate_capability(table, "5 A*h"),
    "plot_voltage_current": drawn(plot_voltage_current),
    "plot_voltage_capacity": drawn(plot_voltage_capacity),
    "plot_capacity": drawn(plot_capacity),
    "plot_incremental_capacity": drawn(plot_incremental_capacity),
    "plot_differential_voltage": drawn(plot_differential_voltage),
    "plot_rate_capability": drawn(lambda table: plot_rate_capability(table, "5 A*h")),
    "plot_nyquist": drawn(plot_nyquist),
    "upload": stored,
}
every = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
mpl.use("Agg")


class Stream:
    """A table of another library that fails as it is read."""

    def __init__(self, error):
        self.error = error

    def __arrow_c_stream__(self, requested_schema=None):
        raise self.error


class PanicException(BaseException):
    """As polars and other libraries in Rust raise it: not an Exception."""


def fails(_):
    raise ZeroDivisionError("in a function of the user")


STRANGE = {
    "nothing": None,
    "a number": 5,
    "a list": [1, 2],
    "a matrix": np.zeros((2, 2)),
    "an empty mapping": {},
    "a frame of nothing": pl.DataFrame(),
    "an empty frame of pandas": pd.DataFrame(),
    "columns of other lengths": {"Time [s]": [1, 2], "Voltage [V]": [1, 2, 3]},
    "a missing file": "none.parquet",
    "a folder": ".",
    "an unknown ending": "table.xlsx",
    "a lazy frame of a missing file": pl.scan_parquet("/none.parquet"),
    "a lazy frame without the column": pl.LazyFrame({"a": [1]}).select("b"),
    "a lazy frame that fails": pl.LazyFrame({"a": [1]}).map_batches(fails),
    "a stream that fails": Stream(RuntimeError("no")),
    "a stream without memory": Stream(MemoryError()),
    "a stream that panics": Stream(PanicException("not yet implemented")),
    "a structured array of two dimensions": np.zeros((2, 2), [("Time [s]", "f8")]),
    "a structured array of complex numbers": np.zeros(2, [("Time [s]", "c16")]),
}


@every
@pytest.mark.parametrize("table", STRANGE.values(), ids=STRANGE)
def test_what_is_no_table_is_an_error_of_ours(function, table, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with suppress(IonworksError):
        function(table)  # an empty table may be one
    if table is None or isinstance(table, str | pl.LazyFrame | Stream):
        with pytest.raises(PayloadError):
            function(table)


@every
@pytest.mark.parametrize("signal", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_a_signal_to_end_passes(function, signal):
    with pytest.raises(signal):
        function(Stream(signal()))


def odd_columns():
    for kind in ("polars", "arrow"):
        for name, values in STORED[kind].items():
            yield f"{kind} {name}", kind, values
        for name, (values, _) in REFUSED[kind].items():
            yield f"{kind} {name}", kind, values


# What a function reads; the other figures are drawn of curves.
CURVE = ("Time [s]", "Voltage [V]", "Current [A]", "Cycle count")
STEPS = (*CURVE, "Step count")
CYCLE = ("Cycle count", "Discharge capacity [A.h]")
READ = {
    "capacity_curves": STEPS,
    "incremental_capacity": STEPS,
    "differential_voltage": STEPS,
    "rate_capability": (*CYCLE, "Mean discharge current [A]"),
    "plot_voltage_current": CURVE[:3],
    "plot_capacity": (*CYCLE, "Coulombic efficiency"),
    "plot_rate_capability": (*CYCLE, "Mean discharge current [A]"),
    "plot_nyquist": ("Frequency [Hz]", "Z_Re [Ohm]", "Z_Im [Ohm]"),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_needed_column_of_any_type_is_an_error_of_ours_or_works(name, monkeypatch):
    # The layout takes most of the time of a figure, and depends on no type.
    monkeypatch.setattr(mpl.figure.Figure, "get_layout_engine", lambda figure: None)
    needed = READ.get(name, CURVE if name.startswith("plot") else tuple(SERIES))
    # Each type is in one of the columns, and each column has many types.
    for (label, kind, values), column in zip(odd_columns(), cycle(needed), strict=False):
        table = {name: rows[: len(values)] for name, rows in SERIES.items()}
        table = (pl.DataFrame if kind == "polars" else pa.table)({**table, column: values})
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Attempting to set identical")
                # Each column is looked at by itself, and the others are always the same.
                FUNCTIONS[name](table.select([column]) if name == "quantities" else table)
        except IonworksError:
            pass
        except BaseException as error:
            raise AssertionError(f"{name} of {label} as {column}") from error


@pytest.mark.parametrize("name", ["capacity_curves", "incremental_capacity", "rate_capability"])
def test_a_column_that_a_function_does_not_need_is_not_looked_at(name):
    others = {column: [object()] * 2 for column in SERIES if column not in READ[name]}
    FUNCTIONS[name](pl.DataFrame({**SERIES, **others}))


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(dataframes(max_cols=3, min_size=1, max_size=4), st.sampled_from(list(SERIES)), st.data())
def test_a_frame_of_any_types_is_an_error_of_ours_or_works(frame, column, data):
    for name in frame.columns:
        named = frame.rename({name: column})
        rest = {n: (r * 2)[: frame.height] for n, r in SERIES.items() if n not in named.columns}
        function = data.draw(st.sampled_from(list(FUNCTIONS.values())))
        with suppress(IonworksError), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Attempting to set identical")
            function(named.with_columns(**rest))


EXTREME = [0.0, 1e308, -1e308, 1e101, 1e99, 1e-308, 5e-324, 1e18, 2.0**53, 2.0**63, 0.5, -1.0]
numbers = st.none() | st.floats() | st.floats(-5, 5) | st.sampled_from(EXTREME)


@every
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 5), st.data())
def test_numbers_of_any_size_are_an_error_of_ours_or_work(function, height, data):
    columns = {}
    for name in SERIES:
        usual = [float(n // 2) for n in range(height)]
        drawn_ = st.lists(numbers, min_size=height, max_size=height)
        columns[name] = data.draw(st.just(usual) | st.just(sorted(usual)) | drawn_)
    frame = pl.DataFrame(columns, schema=dict.fromkeys(SERIES, pl.Float64))
    with suppress(IonworksError), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Attempting to set identical|constrained_layout")
        function(frame)


@pytest.mark.parametrize("count", [0.5, 2.0**53 + 2, 1e30, -0.5])
@pytest.mark.parametrize("name", ["Step count", "Cycle count"])
def test_a_count_that_is_no_whole_number_is_refused(name, count):
    with pytest.raises(PayloadError, match=f"column '{name}' has .* in row 1: not a count"):
        capacity_curves({**SERIES, name: [0.0, count]})


@pytest.mark.parametrize("number", [1e101, -1e308])
def test_a_number_that_nothing_can_measure_is_refused(number):
    with pytest.raises(PayloadError, match=r"'Voltage \[V\]' has .* in row 1: too large"):
        capacity_curves({**SERIES, "Voltage [V]": [4.0, number]})


# ------------------------------------------------------------------------------------ out again


@pytest.mark.parametrize("backend", ["pandas", "arrow"])
def test_a_column_that_a_library_cannot_hold_names_the_way_out(backend):
    frame = pl.DataFrame({"z": pl.Series([2**100], dtype=pl.Int128)})
    assert_frame_equal(from_polars(frame, "polars"), frame)
    with pytest.raises(PayloadError, match="as_='polars'"):
        from_polars(frame, backend)


def test_pandas_without_pyarrow_names_the_extra():
    error = ImportError("pyarrow is missing")
    with pytest.raises(ConfigurationError, match=r'pip install "ionworks-client\[pandas\]"'):
        to_polars(Stream(error))


# ---------------------------------------------------------------------------- the translation


@pytest.mark.parametrize("error", [ValueError("a\n b"), OSError(2, "a b"), PanicException("a b")])
def test_a_foreign_error_becomes_ours_and_is_its_cause(error):
    def translate(reason):
        return PayloadError("x", 1, f"because {reason}")

    with pytest.raises(PayloadError, match="because a b") as caught, translate_errors(translate):
        raise error
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("error", [PayloadError("x", 1, "no"), KeyboardInterrupt(), SystemExit()])
def test_our_errors_and_signals_pass(error):
    with pytest.raises(type(error)) as caught, translate_errors(lambda reason: ValueError(reason)):
        raise error
    assert caught.value is error


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError


@pytest.mark.parametrize("error", [ValueError(), Unprintable(), MemoryError()])
def test_an_error_without_a_text_is_called_by_its_class(error):
    with pytest.raises(ValueError, match=type(error).__name__), translate_errors(ValueError):
        raise error


@pytest.mark.parametrize(
    "text",
    ["bad\n\nYou can try this", "bad Hint: set this", "bad Consider setting that=True", "bad"],
)
def test_the_advice_of_polars_is_left_out(text):
    with pytest.raises(ValueError, match=r"^bad$"), translate_errors(ValueError):
        raise RuntimeError(text)
