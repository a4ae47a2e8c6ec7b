"""Bounds never rule out a row group that has a matching row, whatever the predicate is."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionworks.frames.layout import Bounds
from ionworks.frames.predicate import parse_predicate

VALUES = st.sampled_from([-(2**62), -3, -1, 0, 1, 2, 7, 2**53 + 1]) | st.integers(-5, 5)
FLOATS = st.sampled_from([0.1, 0.7, -0.0, 1e300, float("inf")]) | st.floats(-9, 9)
KINDS = {"int": pl.Int64, "small": pl.Int8, "float": pl.Float64, "single": pl.Float32}
COMPARE = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "mirrored": lambda a, b: pl.lit(b) > a,
    "between": lambda a, b: a.is_between(b, b + 1),
    "not between": lambda a, b: ~a.is_between(b - 1, b),
    "among": lambda a, b: a.is_in([b, b + 1]),
    "computed": lambda a, b: a + 1 > b,
    "negated": lambda a, b: -a > b,
}
columns = st.sampled_from([*KINDS])
leaves = st.builds(
    lambda name, how, value: COMPARE[how](pl.col(name), value),
    columns,
    st.sampled_from([*COMPARE]),
    st.integers(-5, 5) | FLOATS,
)
predicates = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda a, b: a & b, inner, inner),
        st.builds(lambda a, b: a | b, inner, inner),
        st.builds(lambda a: ~a, inner),
        st.builds(lambda a: a.is_null(), inner),
    ),
    max_leaves=5,
)


def bounds_of(frame):
    def bounds(name):
        column = frame[name].drop_nulls()
        return Bounds(column.min(), column.max()) if len(column) else None

    return bounds


@given(
    st.fixed_dictionaries(
        {
            "int": st.lists(st.none() | VALUES, min_size=3, max_size=3),
            "small": st.lists(st.none() | st.integers(-128, 127), min_size=3, max_size=3),
            "float": st.lists(st.none() | FLOATS, min_size=3, max_size=3),
            "single": st.lists(st.none() | FLOATS, min_size=3, max_size=3),
        }
    ),
    predicates,
)
def test_no_matching_row_is_lost(data, predicate):
    frame = pl.DataFrame(data, schema_overrides=KINDS, strict=False)
    seen = []

    def look(part):
        seen.append(parse_predicate(part)(bounds_of(frame)))
        return frame.filter(part)

    # As the optimizer of polars hands it over, with types coerced.
    def source(with_columns, pushed, n_rows, batch_size):
        yield frame if pushed is None else look(pushed)

    plugins = pytest.importorskip("polars.io.plugins", reason="lazy reads need a newer polars")
    lazy = plugins.register_io_source(source, schema=frame.schema).filter(predicate)
    try:
        found = lazy.collect()
    except pl.exceptions.InvalidOperationError:  # "among" numbers of another type
        return
    if found.height and seen:
        assert seen[0]
    assert parse_predicate(predicate)(bounds_of(frame)) or not frame.filter(predicate).height


@pytest.mark.parametrize(
    ("predicate", "possible"),
    [
        (pl.col("int") > 9, False),
        (pl.col("int") >= 9, True),
        (pl.lit(1) > pl.col("int"), False),
        (pl.col("int").is_between(10, 20), False),
        ((pl.col("int") == 5) & (pl.col("float") > 3), False),
        ((pl.col("int") == 5) | (pl.col("float") > 3), True),
        ((pl.col("int") == 0) | (pl.col("float") > 3), False),
        (pl.col("text") == "x", True),
        (pl.col("int").is_null(), True),
    ],
)
def test_what_bounds_rule_out(predicate, possible):
    bounds = {"int": Bounds(1, 9), "float": Bounds(0.5, 2.5)}.get
    assert parse_predicate(predicate)(bounds) is possible
