"""A file in memory is a file, whatever is written where, until a part of it is released."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionworks._http import memory_file
from ionworks._http.memory_file import MemoryFile


@pytest.fixture(autouse=True, scope="module")
def small_blocks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory_file, "_BLOCK", 8)
        yield


def content_of(file):
    return b"".join(file.views(0, file.size))


@given(st.lists(st.tuples(st.integers(0, 40), st.binary(max_size=30)), max_size=8))
def test_what_is_written_is_read(writes):
    file, other = MemoryFile(), io.BytesIO()
    for position, data in writes:
        for each in (file, other):
            each.seek(position)
            each.write(data)
    assert content_of(file) == other.getvalue()
    for each in (file, other):
        each.seek(3)
    assert [file.read(10), file.read(100)] == [other.read(10), other.read(100)]


def test_a_truncated_file_begins_again():
    file = MemoryFile()
    file.write(b"x" * 100)
    file.seek(0)
    file.truncate(0)
    file.write(b"short")
    assert (content_of(file), file.size) == (b"short", 5)


def test_what_is_behind_a_released_part_stays():
    file = MemoryFile()
    file.write(bytes(range(100)))
    file.release(50)
    assert b"".join(file.views(50, 100)) == bytes(range(50, 100))
