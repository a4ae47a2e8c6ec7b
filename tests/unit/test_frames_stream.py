"""Tables that are read in parts: the same file, types and digest as the table in memory."""

from decimal import Decimal
from itertools import pairwise

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ionworks._workflows.spool import Series
from ionworks.errors import PayloadError
from ionworks.frames.digest import ContentDigest, Fingerprint, content_digest
from ionworks.frames.writer import GROUP_ROWS, write_parts

FRAME = pl.DataFrame(
    {
        "Time [s]": [0, 1, 2, 3],
        "Voltage [V]": [3.6, float("nan"), None, 3.7],
        "Current [A]": [1, 2, 3, 4],
        "Step count": [0.0, 0.0, 1.0, 1.5],
        "Note": ["a", None, "c", "d"],
        "Parts": [[1.0], [], None, [2.0, 3.0]],
    }
)
KINDS = {
    "lazy": lambda frame: frame.lazy(),
    "iterator": lambda frame: iter([frame.head(1), frame.slice(1)]),
    "list": lambda frame: [frame.head(3), frame.tail(1)],
    "arrow": lambda frame: pa.RecordBatchReader.from_stream(frame),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_is_stored_as_the_same_table_in_memory(kind):
    with Series(FRAME) as whole, Series(KINDS[kind](FRAME)) as parts:
        assert parts.collect().equals(whole.collect())
        assert parts.write().fingerprint == whole.write().fingerprint
        path = parts.write().spool.written_path
        assert Fingerprint.from_metadata(pl.read_parquet_metadata(path)) == (
            parts.write().fingerprint
        )
    assert not path.exists()


def test_a_parquet_file_is_stored_as_the_same_table_in_memory(tmp_path):
    FRAME.write_parquet(tmp_path / "run.parquet")
    with Series(FRAME) as whole, Series(tmp_path / "run.parquet") as parts:
        assert parts.write().fingerprint == whole.write().fingerprint


def test_a_file_has_row_groups_of_limited_size_with_statistics(tmp_path):
    frame = pl.DataFrame({"a": range(2 * GROUP_ROWS + 5)})
    write_parts(frame.schema, iter([frame]), tmp_path / "a.parquet")
    found = pq.read_metadata(tmp_path / "a.parquet")
    sizes = [found.row_group(n).num_rows for n in range(found.num_row_groups)]
    assert sum(sizes) == frame.height
    assert max(sizes) <= GROUP_ROWS
    assert found.row_group(0).column(0).statistics.has_min_max


@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(0, 40), max_size=6), values=st.lists(st.none() | st.floats()))
def test_the_digest_does_not_depend_on_the_parts(cuts, values):
    frame = pl.DataFrame({"x": pl.Series(values, dtype=pl.Float64)}).with_columns(
        y=pl.concat_list("x", "x"), z=pl.struct("x")
    )
    places = [0, *sorted(cuts), frame.height]
    digest = ContentDigest(frame.schema)
    for start, stop in pairwise(places):
        digest.update(frame.slice(start, max(0, min(stop, frame.height) - start)))
    assert digest.hexdigest() == content_digest(frame)


#: The values of a column in two tables, one after the other.
CONSECUTIVE = {
    "whole numbers, then floats": ("x [V]", [1, 2], [0.5]),
    "whole numbers that no float holds": ("t [ns]", [2**60 + 1], [2**60 + 3]),
    "nothing": ("x [V]", [None], [None]),
    "nothing, then floats": ("x [V]", [None], [0.5]),
    "decimals": ("x [V]", [Decimal("1.5")], [Decimal("1.25")]),
    "the name of all columns": ("*", [1], [2]),
    "no rows, then some": ("x [V]", pl.Series([], dtype=pl.Int64), [0.5]),
}


@pytest.mark.parametrize("case", CONSECUTIVE)
def test_tables_that_follow_one_another_are_stored_as_one(case):
    name, *values = CONSECUTIVE[case]
    frames = [pl.DataFrame({name: each}) for each in values]
    with Series(pl.concat(frames, how="diagonal_relaxed")) as whole, Series(iter(frames)) as parts:
        assert_frame_equal(parts.collect(), whole.collect())
        assert parts.write().fingerprint == whole.write().fingerprint


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ([], "it has no tables"),
        ([1], r"time_series\[0\] = 'int': not a table"),
        ([FRAME, None], r"time_series\[1\] = 'NoneType': not a table"),
        ([FRAME, FRAME.drop("Note")], "frame 1 and the first one differ in the columns Note"),
        (
            [FRAME.select("Step count"), pl.DataFrame({"Step count": ["one"]})],
            "'Step count' has the type String in frame 1, and not all .* Give all frames the same",
        ),
    ],
)
def test_tables_that_do_not_follow_one_another_are_refused(tables, reason):
    with pytest.raises(PayloadError, match=reason), Series(iter(tables)):
        pass
