"""Bodies are decoded whatever their pieces are, and given up when too large, broken or slow."""

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ionworks._http.body import (
    BodyLimits,
    DecodingError,
    Stalled,
    StallGuard,
    TooLarge,
    decode,
    decode_within,
    read,
)

PIECE = 2**18
WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15, "bare": -15}
PLAIN = b'{"name": "RPT 0", "values": [1, 2, 3]}' * 3


def packed(content, encoding):
    """Return a body as a server would encode it; bare deflate has no header."""
    packer = zlib.compressobj(9, zlib.DEFLATED, WINDOWS[encoding])
    return packer.compress(content) + packer.flush()


def in_pieces(body, size):
    return [body[start : start + size] for start in range(0, len(body), size)]


def named(encoding):
    return "deflate" if encoding == "bare" else encoding


@given(
    content=st.one_of(
        st.binary(max_size=2000),
        st.builds(lambda byte, times: byte * times, st.binary(max_size=3), st.integers(0, 300_000)),
    ),
    encoding=st.sampled_from(sorted(WINDOWS)),
    size=st.integers(1, 5000),
)
@example(content=b"\0" * (PIECE + 21), encoding="bare", size=5000)
@example(content=PLAIN, encoding="bare", size=1)
@settings(max_examples=80, deadline=None)
def test_whatever_is_packed_is_unpacked_from_any_pieces(content, encoding, size):
    pieces = in_pieces(packed(content, encoding), size)
    assert read(pieces, named(encoding), len(content)) == content
    assert b"".join(decode_within(pieces, named(encoding), None)) == content


@pytest.mark.parametrize("encoding", sorted(WINDOWS))
@pytest.mark.parametrize("more", range(0, 300, 7))
def test_an_end_that_fills_a_piece_to_the_brim_is_not_lost(encoding, more):
    content = b"\0" * (PIECE + more)
    assert read([packed(content, encoding)], named(encoding), len(content)) == content


@pytest.mark.parametrize("size", [1, 2, 7, 10_000])
def test_a_body_of_several_members_is_one(size):
    body = gzip.compress(PLAIN, mtime=0) + gzip.compress(b"") + gzip.compress(b"the end")
    assert read(in_pieces(body, size), "gzip", 10_000) == PLAIN + b"the end"


@pytest.mark.parametrize("encoding", ["", "identity", " Identity "])
def test_what_is_not_encoded_stays_as_it_is(encoding):
    assert read([b"\x1f\x8b", b"", b"any"], encoding, 100) == b"\x1f\x8bany"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_an_empty_body_is_empty_whatever_its_encoding(encoding):
    assert read([], encoding, 100) == b""
    assert read([b"", b""], encoding, 100) == b""


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "nonsense"])
def test_an_encoding_nobody_asked_for_is_refused(encoding):
    with pytest.raises(DecodingError, match="not requested"):
        read([b"x"], encoding, 100)


@pytest.mark.parametrize("encoding", sorted(WINDOWS))
def test_a_body_that_ends_too_early_is_never_taken_for_whole(encoding):
    body = packed(PLAIN * 50, encoding)
    for length in range(1, len(body)):
        for size in (1, len(body)):
            with pytest.raises(DecodingError, match="not valid"):
                read(in_pieces(body[:length], size), named(encoding), 100_000)


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (PLAIN, "gzip"),
        (PLAIN, "deflate"),
        (gzip.compress(PLAIN, mtime=0) + b"more", "gzip"),
        (gzip.compress(PLAIN, mtime=0)[:-8] + b"\0" * 8, "gzip"),
        (packed(PLAIN, "deflate") + b"more", "deflate"),
        (b"\xff", "gzip"),
    ],
)
def test_what_is_not_encoded_as_it_says_is_refused(body, encoding):
    for size in (1, 10_000):
        with pytest.raises(DecodingError, match=f"not valid {encoding}"):
            read(in_pieces(body, size), encoding, 100_000)


@given(body=st.binary(max_size=200), encoding=st.sampled_from(["gzip", "deflate", "identity"]))
@settings(max_examples=60)
def test_any_bytes_are_read_or_refused(body, encoding):
    try:
        found = read(in_pieces(body, 7), encoding, 1000)
    except (DecodingError, TooLarge):
        return
    assert encoding != "identity" or found == body


@pytest.mark.parametrize("encoding", sorted(WINDOWS))
def test_a_bomb_is_given_up_before_it_fills_the_memory(encoding):
    packer = zlib.compressobj(9, zlib.DEFLATED, WINDOWS[encoding])
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(64)) + packer.flush()
    assert len(bomb) < 2**17
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge, match="larger than 1 MiB"):
            read([bomb], named(encoding), 2**20)
        assert read([bomb], named(encoding), 2**20, truncate=True) == bytes(2**20)
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()


def test_what_unpacks_as_no_answer_does_is_given_up_long_before_the_bound():
    bomb = gzip.compress(bytes(2**26))
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge, match="more than 100 times its size"):
            read(in_pieces(bomb, 2**14), "gzip", 2**26)
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()


def test_a_small_table_that_is_all_alike_may_be_packed_as_densely_as_it_likes():
    alike = b"[" + b"null," * 400_000 + b"null]"
    assert len(gzip.compress(alike)) * 100 < len(alike)
    assert read([gzip.compress(alike)], "gzip", 2**26) == alike


def test_the_pieces_of_what_is_decoded_are_never_large():
    bomb = gzip.compress(bytes(2**22))
    assert max(len(piece) for piece in decode([bomb], "gzip")) <= PIECE


@pytest.mark.parametrize(("size", "fits"), [(99, True), (100, True), (101, False)])
def test_the_bound_is_the_last_size_that_fits(size, fits):
    pieces = in_pieces(b"x" * size, 7)
    assert read(pieces, "", 100, truncate=True) == b"x" * min(size, 100)
    if fits:
        assert read(pieces, "", 100) == b"x" * size
    else:
        with pytest.raises(TooLarge):
            read(pieces, "", 100)


def test_x43_a_denser_body_is_decoded_if_that_is_allowed():
    body = gzip.compress(bytes(6_000_000), mtime=0)
    with pytest.raises(TooLarge, match="max_compression"):
        b"".join(decode_within([body], "gzip", None))
    allowed = decode_within([body], "gzip", None, BodyLimits(max_compression=2_000))
    assert sum(map(len, allowed)) == 6_000_000


# The pace, on a clock that stands still until it is moved.


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


BOUNDS = BodyLimits(window=10.0, min_bytes_per_window=100)


def pace_of(clock, left=None):
    return StallGuard(BOUNDS, clock, lambda: left)


@pytest.mark.parametrize("each", [1, 9])
def test_too_little_in_a_window_is_a_stall(each):
    clock = Clock()
    pace = pace_of(clock)
    for _ in range(9):
        clock.now += 1
        pace.count(each)
    clock.now += 1
    with pytest.raises(Stalled, match=rf"{10 * each} bytes in 10 seconds"):
        pace.count(each)


def test_enough_in_each_window_may_go_on_for_ever():
    clock = Clock()
    pace = pace_of(clock)
    for _ in range(1000):
        clock.now += 1
        pace.count(10)


def test_a_good_start_does_not_excuse_a_stall():
    clock = Clock()
    pace = pace_of(clock)
    pace.count(10**9)
    clock.now += 10
    pace.count(0)
    clock.now += 10
    with pytest.raises(Stalled):
        pace.count(99)


def test_what_comes_after_the_deadline_comes_too_late():
    clock = Clock()
    pace_of(clock, left=0.1).count(1)
    with pytest.raises(Stalled, match="deadline of the call passed"):
        pace_of(clock, left=0.0).count(10**9)


def test_a_decoder_of_another_library_raises_an_error_of_ours(monkeypatch):
    isal_zlib = pytest.importorskip("isal.isal_zlib")
    monkeypatch.setattr(zlib, "decompressobj", isal_zlib.decompressobj)
    body = gzip.compress(PLAIN, mtime=0)
    assert read(in_pieces(body, 100), "gzip", 10_000) == PLAIN
    with pytest.raises(DecodingError, match="not valid gzip"):
        read(in_pieces(body[:12] + b"nonsense" * 9, 100), "gzip", 10_000)
