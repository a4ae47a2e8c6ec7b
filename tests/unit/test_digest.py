"""The fingerprint of a series depends on its content, and on nothing else."""

from __future__ import annotations

import io
import sys

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionworks.frames.convert import to_parquet
from ionworks.frames.digest import Fingerprint, content_digest
from ionworks.frames.footer import footer_size, read_footer

FRAME = pl.DataFrame(
    {
        "Time [s]": [0.0, 1.0, 2.5],
        "Voltage [V]": [4.1, None, float("nan")],
        "Step count": [0, 0, 1],
        "Label": ["a", None, "ä"],
        "Valid": [True, None, False],
        "Clock": pl.Series([0, 1, 2]).cast(pl.Datetime("us", "UTC")),
    }
)
PINNED = "4e7d5b0dd249bcb943e0c8eddff8cd8774ec1e50d05b05efc7dfde795629e0bd"
SAME = {
    "columns in another order": FRAME.select(FRAME.columns[::-1]),
    "narrow integers": FRAME.with_columns(pl.col("Step count").cast(pl.Int16)),
    "unsigned integers": FRAME.with_columns(pl.col("Step count").cast(pl.UInt64)),
    "categories": FRAME.with_columns(pl.col("Label").cast(pl.Categorical)),
    "two chunks": pl.concat([FRAME.head(1), FRAME.tail(2)], rechunk=False),
    "negative zero": FRAME.with_columns(pl.Series("Time [s]", [-0.0, 1.0, 2.5])),
}
OTHER = {
    "a sign": FRAME.with_columns(-pl.col("Time [s]")),
    "a null for a NaN": FRAME.with_columns(pl.col("Voltage [V]").fill_nan(None)),
    "a zero for a null": FRAME.with_columns(pl.col("Voltage [V]").fill_null(0.0)),
    "an empty text for a null": FRAME.with_columns(pl.col("Label").fill_null("")),
    "a false for a null": FRAME.with_columns(pl.col("Valid").fill_null(False)),
    "a name": FRAME.rename({"Label": "Note"}),
    "a type": FRAME.with_columns(pl.col("Step count").cast(pl.Float64)),
    "a unit of time": FRAME.with_columns(pl.col("Clock").cast(pl.Datetime("ms", "UTC"))),
    "rows in another order": FRAME.reverse(),
    "a row less": FRAME.head(2),
    "texts that join to the same": FRAME.with_columns(pl.Series("Label", ["aä", None, ""])),
}


def nested(dtype, values):
    return pl.DataFrame({"z": pl.Series(values, dtype=dtype)})


NS = pl.List(pl.Datetime("ns"))
NESTED = {
    "nanoseconds in a list": (nested(NS, [[1], [2]]), nested(NS, [[1], [3]])),
    "where a list ends": (
        nested(pl.List(pl.Int64), [[1, 2], [3]]),
        nested(pl.List(pl.Int64), [[1], [2, 3]]),
    ),
    "an empty list for a null": (
        nested(pl.List(pl.Int64), [[1], None]),
        nested(pl.List(pl.Int64), [[1], []]),
    ),
    "a null in a list for an empty list": (
        nested(pl.List(pl.Int64), [[None], [1]]),
        nested(pl.List(pl.Int64), [[], [1]]),
    ),
    "a list within a list": (
        nested(pl.List(pl.List(pl.Int64)), [[[1], []]]),
        nested(pl.List(pl.List(pl.Int64)), [[[], [1]]]),
    ),
    "a value of an array": (
        nested(pl.Array(pl.Int64, 2), [[1, 2], [3, 4]]),
        nested(pl.Array(pl.Int64, 2), [[1, 2], [4, 3]]),
    ),
    "a field of a struct": (
        nested(pl.Struct({"a": pl.Int64}), [{"a": 1}]),
        nested(pl.Struct({"a": pl.Int64}), [{"a": 2}]),
    ),
    "a struct of null for a null": (
        nested(pl.Struct({"a": pl.Int64}), [None]),
        nested(pl.Struct({"a": pl.Int64}), [{"a": None}]),
    ),
    "a decimal": (nested(pl.Decimal(38, 2), ["1.25"]), nested(pl.Decimal(38, 2), ["1.26"])),
    "bytes": (nested(pl.Binary, [b"a"]), nested(pl.Binary, [b"b"])),
}


@pytest.mark.parametrize(("one", "other"), NESTED.values(), ids=NESTED)
def test_a_nested_value_counts_as_exactly_as_a_plain_one(one, other):
    assert content_digest(one) != content_digest(other)
    buffer = io.BytesIO(to_parquet(one))
    assert content_digest(pl.read_parquet(buffer)) == content_digest(one)


@pytest.mark.parametrize("other", SAME.values(), ids=SAME)
def test_the_same_content_has_the_same_digest(other):
    assert content_digest(other) == content_digest(FRAME)


@pytest.mark.parametrize("other", OTHER.values(), ids=OTHER)
def test_other_content_has_another_digest(other):
    assert content_digest(other) != content_digest(FRAME)


def test_the_digest_of_a_known_frame_never_changes():
    """Stored files hold digests: a change of the form needs a new version of the entry."""
    frame = pl.DataFrame({"Time [s]": [0.0, 1.0], "Step count": [0, 1], "Label": ["a", None]})
    assert content_digest(frame) == PINNED


def test_numpy_makes_no_difference(monkeypatch):
    expected = content_digest(FRAME)
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert content_digest(FRAME) == expected


numbers = st.floats(allow_nan=False, width=64) | st.none()


@given(st.lists(numbers, min_size=1, max_size=20), st.data())
@settings(max_examples=60)
def test_any_change_of_a_value_is_seen(values, data):
    row = data.draw(st.integers(0, len(values) - 1))
    value = data.draw(numbers.filter(lambda new: new != values[row]))
    changed = [value if index == row else old for index, old in enumerate(values)]
    frames = [pl.DataFrame({"x": pl.Series(each, dtype=pl.Float64)}) for each in (values, changed)]
    assert content_digest(frames[0]) != content_digest(frames[1])


@given(st.lists(numbers, max_size=20))
@settings(max_examples=60)
def test_a_fingerprint_is_read_back_from_the_end_of_a_file(values):
    frame = pl.DataFrame({"Time [s]": pl.Series(values, dtype=pl.Float64)})
    fingerprint = Fingerprint.of(frame)
    content = to_parquet(frame, metadata=fingerprint.to_metadata())
    rows, metadata = read_footer(content[-footer_size(content) :])
    assert rows == len(values)
    assert Fingerprint.from_metadata(metadata) == fingerprint
    assert content_digest(pl.read_parquet(io.BytesIO(content))) == fingerprint.digest


@pytest.mark.parametrize("entry", ["", "{}", "[]", "null", '{"version": 2}', '{"version": 1}'])
def test_an_entry_that_is_not_ours_is_no_fingerprint(entry):
    assert Fingerprint.from_metadata({"ionworks.fingerprint": entry}) is None


@pytest.mark.parametrize("end", [b"", b"PAR1", b"<html>login</html>", b"\xff" * 8 + b"PAR1"])
def test_what_is_no_parquet_file_has_no_footer(end):
    with pytest.raises(ValueError, match="Parquet"):
        read_footer(end[-footer_size(end) :])
