"""Sound Parquet files of any writer pass the check of their structure, damaged ones do not."""

from __future__ import annotations

import io
import itertools
from contextlib import suppress

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ionworks.frames.convert import from_parquet
from ionworks.frames.parquet import unpacked_size
from ionworks.frames.thrift import ThriftReader

TABLE = pa.table(
    {
        "Time [s]": np.arange(5000.0),
        "Step count": pa.array(np.repeat(np.arange(50), 100), pa.int64()),
        "Label": pa.array(["rest", None, "charge", "x" * 50, ""] * 1000),
        "Phase": pa.array(["a", "b", None, "a", "b"] * 1000).dictionary_encode(),
        "Flag": pa.array([True, None, False, True, True] * 1000),
        "List": pa.array([[1, 2], [], None, [3], [4]] * 1000),
        "Struct": pa.array([{"a": 1, "b": [{"c": "x"}]}, None, {"a": 2}, {"b": []}, {}] * 1000),
        "Fixed": pa.array([b"abcd"] * 5000, pa.binary(4)),
        "Null": pa.nulls(5000),
    }
)


def written(table=TABLE, **options):
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **options)
    return buffer.getvalue()


WRITERS = {
    f"{version}-{compression}-{'dictionary' if dictionary else 'plain'}": {
        "data_page_version": version,
        "compression": compression,
        "use_dictionary": dictionary,
    }
    for version, compression, dictionary in itertools.product(
        ("1.0", "2.0"), ("none", "snappy", "gzip", "zstd", "lz4", "brotli"), (True, False)
    )
} | {
    "small pages": {"data_page_size": 100, "write_batch_size": 10},
    "small groups": {"row_group_size": 7},
    "no schema": {"store_schema": False},
    "page index": {"write_page_index": True, "write_page_checksum": True},
    "no statistics": {"write_statistics": False},
    "old": {"version": "1.0", "use_deprecated_int96_timestamps": True},
}


@pytest.mark.parametrize("options", WRITERS.values(), ids=WRITERS)
def test_a_sound_file_of_pyarrow_is_read(options):
    content = written(**options)
    # Enough for the numbers; the rest needs less in memory than a view of 16 bytes each.
    assert 16 * 5000 < unpacked_size(content) < 20 * TABLE.nbytes
    assert_frame_equal(from_parquet(content), pl.read_parquet(io.BytesIO(content)))


@pytest.mark.parametrize("compression", ["uncompressed", "snappy", "gzip", "zstd", "lz4", "brotli"])
@pytest.mark.parametrize("rows", [None, 7])
def test_a_sound_file_of_polars_is_read(compression, rows):
    buffer = io.BytesIO()
    frame = pl.DataFrame(TABLE)
    frame.write_parquet(buffer, compression=compression, row_group_size=rows)
    assert_frame_equal(from_parquet(buffer.getvalue()), frame)


@pytest.mark.parametrize(
    "table",
    [TABLE.slice(0, 0), TABLE.slice(0, 1), pa.table({}), pa.table({"a": pa.array([], pa.null())})],
)
def test_a_table_without_rows_or_columns_is_one(table):
    content = written(table)
    assert unpacked_size(content) >= 0
    assert from_parquet(content).shape == table.shape


def test_the_size_is_that_of_the_numbers():
    frame = pl.DataFrame({"a": np.zeros(100_000), "b": np.zeros(100_000, np.float32)})
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    assert 1_200_000 <= unpacked_size(buffer.getvalue()) < 1_300_000


# The counts of a file, each given in more than one place.


def varint(number: int) -> bytes:
    zigzag = number << 1 if number >= 0 else (-number << 1) - 1
    found = bytearray()
    while zigzag > 0x7F:
        found.append(zigzag & 0x7F | 0x80)
        zigzag >>= 7
    return bytes([*found, zigzag])


@given(st.integers(-(2**63), 2**63 - 1))
def test_numbers_are_read_as_thrift_writes_them(number):
    content = b"\x16" + varint(number) + b"\0"  # field 1, an i64
    reader = ThriftReader(content, 0, len(content))
    assert reader.struct() == {1: number}
    assert reader.position == len(content)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_struct_or_a_value_error(content):
    with suppress(ValueError):
        assert isinstance(ThriftReader(content, 0, len(content)).struct(), dict)
    with suppress(ValueError):
        unpacked_size(b"PAR1" + content + len(content).to_bytes(4, "little") + b"PAR1")


def test_lists_in_lists_end_before_the_stack_does():
    for deep in (b"\x19" * 10_000, b"\x1c" * 10_000):
        with pytest.raises(ValueError, match="nested too deeply"):
            ThriftReader(deep, 0, len(deep)).struct()


SMALL = written(pa.table({"a": np.arange(300.0)}), compression="none", use_dictionary=False)


@pytest.mark.parametrize("wrong", [-1, -267, -(2**31), 301, 2**31 - 1])
def test_x41_a_count_in_the_file_that_polars_would_allocate_for_is_refused(wrong):
    """A count of -267 in the header of a page makes polars allocate 2 EB, and ends the process."""
    right = varint(300)
    places = [
        n for n in range(len(SMALL)) if SMALL[n : n + 2] == right and SMALL[n - 1] & 0xF in (5, 6)
    ]
    assert len(places) >= 4  # the file, the row group, the column, the page
    for place in places:
        content = SMALL[:place] + varint(wrong) + SMALL[place + 2 :]
        footer = int.from_bytes(SMALL[-8:-4], "little")
        if place > len(SMALL) - 8 - footer:
            footer += len(varint(wrong)) - 2
        content = content[:-8] + footer.to_bytes(4, "little") + b"PAR1"
        with pytest.raises(ValueError, match="it is damaged"):
            unpacked_size(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a Parquet file"),
        (b"PAR1", "not a Parquet file"),
        (b"PAR1" * 3, "end is missing"),
        (SMALL[:-1], "end is missing"),
        (b"x" * 100, "not a Parquet file"),
        (SMALL[:-4] + b"PARE", "encrypted"),
        (SMALL[:-8] + b"\xff\xff\xff\x7fPAR1", "end is missing"),
        (SMALL[:-8] + b"\0\0\0\0PAR1", "damaged: it ends too early"),
    ],
)
def test_x41_the_ends_of_a_file_are_looked_at_first(content, reason):
    with pytest.raises(ValueError, match=reason):
        unpacked_size(content)
