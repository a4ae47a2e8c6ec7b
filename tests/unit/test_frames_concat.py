"""Tables with different types are combined without changing a value, or not at all."""

from datetime import datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest

from ionworks.frames.column_types import cast_exactly
from ionworks.frames.concat import concat_tables

BIG = 2**60 + 1
MOMENT = datetime(2024, 1, 1, 12, 0, 0, 123456)
#: The values of a column in two tables, their types, and the common one.
COMBINED = {
    "whole numbers and floats": ([1], [0.5], pl.Int64, pl.Float64, pl.Float64),
    "large ones and others": ([BIG], [1], pl.Int64, pl.Int32, pl.Int64),
    "decimals and floats": ([Decimal("1.1")], [0.5], pl.Decimal(9, 1), pl.Float64, pl.Float64),
    "times of two units": (
        *([MOMENT], [None], pl.Datetime("us"), pl.Datetime("ms")),
        pl.Datetime("us"),
    ),
    "durations of two units": (
        *([timedelta(microseconds=1)], [timedelta(1)], pl.Duration("us"), pl.Duration("ms")),
        pl.Duration("us"),
    ),
    "categories": (["a"], ["b"], pl.Enum(["a"]), pl.Enum(["b"]), pl.String),
    "categories and text": (["a"], ["b"], pl.Categorical, pl.String, pl.String),
    "nothing and text": ([None], ["b"], pl.Null, pl.String, pl.String),
    "the name of all columns": ([1], [0.5], pl.Int32, pl.Float64, pl.Float64),
}
REFUSED = {
    "large numbers and floats": ([BIG], [0.5], pl.Int64, pl.Float64),
    "long decimals and floats": ([Decimal(BIG)], [0.5], pl.Decimal(38, 0), pl.Float64),
    "times with and without a zone": (
        *([MOMENT], [MOMENT], pl.Datetime("us", "UTC"), pl.Datetime("ms")),
    ),
    "times that are too late for ns": (
        *([datetime(3000, 1, 1)], [MOMENT], pl.Datetime("us"), pl.Datetime("ns")),
    ),
    "lists and numbers": ([[1]], [1], pl.List(pl.Int64), pl.Int64),
}


def combined(one, other, type_of_one, type_of_other, name="x"):
    frames = [
        pl.DataFrame({"id": [number], name: pl.Series(values, dtype=dtype)})
        for number, (values, dtype) in enumerate([(one, type_of_one), (other, type_of_other)])
    ]

    def fits_float(number, name):
        return cast_exactly(frames[number][name], pl.Float64()) is not None

    whole = concat_tables(frames, fits_float)
    assert concat_tables([each.lazy() for each in frames], fits_float).collect().equals(whole)
    return whole[name]


@pytest.mark.parametrize("case", COMBINED)
@pytest.mark.parametrize("is_reversed", [False, True])
def test_the_common_type_holds_all_values(case, is_reversed):
    one, other, type_of_one, type_of_other, common = COMBINED[case]
    if is_reversed:
        one, other, type_of_one, type_of_other = other, one, type_of_other, type_of_one
    column = combined(one, other, type_of_one, type_of_other)
    assert column.dtype == common
    found = [float(each) if isinstance(each, Decimal) else each for each in (*one, *other)]
    assert column.to_list() == found


@pytest.mark.parametrize("case", REFUSED)
def test_types_that_would_change_a_value_are_refused(case):
    one, other, type_of_one, type_of_other = REFUSED[case]
    for given in (
        (one, other, type_of_one, type_of_other),
        (other, one, type_of_other, type_of_one),
    ):
        with pytest.raises(ValueError, match=r"'x'|supertype"):
            combined(*given)
