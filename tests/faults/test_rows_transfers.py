"""Rows 29 to 34: broken downloads are resumed, and versions of a file are never mixed."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import resource
import signal
from functools import partial

import polars as pl
import pytest
from ionworks_openapi.api.cell_measurements import (
    download_measurement_file,
    download_measurement_time_series,
)
from polars.testing import assert_frame_equal
from rig_parquet import claim_rows, pickled_file, series_file
from rig_ranges import RangeStore, answer, content_range, cut, ignore_range, replace

from ionworks._http import download, ranges
from ionworks.errors import (
    ConnectionFailed,
    FileError,
    IntegrityError,
    PermissionDenied,
    UnexpectedResponse,
)

CONTENT = random.Random(1).randbytes(300_000)
OTHER = random.Random(2).randbytes(300_000)
SHORTER = OTHER[:200_000]


@pytest.fixture
def store(opened):
    return lambda *args, **options: opened(RangeStore(*args, **options))


@pytest.fixture
def saved(client_of, tmp_path):
    """Return what saves the object of a store, or gets it into memory, and looks at both."""

    def save(server, **options):
        client = client_of(server, **options)
        target = tmp_path / "saved"
        client.save(download_measurement_file, target, "m1", "file.bin")
        assert [each.name for each in tmp_path.iterdir()] == ["saved"]
        return target.read_bytes()

    return save


@pytest.fixture
def small_parts(monkeypatch):
    """Let a file be large, and its parts small."""
    monkeypatch.setattr(download, "SPLIT_ABOVE", 100_000)
    monkeypatch.setattr(download, "PART", 50_000)
    monkeypatch.setattr(ranges, "PART", 50_000)


def digest(content):
    return {
        "content-digest": f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"
    }


def with_digest(content):
    return lambda _, served: served.headers.update(digest(content))


def both(*harms):
    def harm(store, served):
        for each in harms:
            each(store, served)

    return harm


# Row by row.


def test_row_29_a_flipped_bit_is_found_and_the_file_is_got_again(store, saved):
    flipped = CONTENT[:5000] + bytes([CONTENT[5000] ^ 1]) + CONTENT[5001:]

    def flip(_, served):
        served.content = flipped

    server = store(CONTENT, both(flip, with_digest(CONTENT)), with_digest(CONTENT))
    assert saved(server) == CONTENT
    assert server.wants == [None, None]
    server = store(flipped, with_digest(CONTENT), with_digest(CONTENT))
    with pytest.raises(IntegrityError, match="does not match the sha-256 digest"):
        saved(server)


def test_row_30_without_a_digest_the_size_is_compared(store, saved, client_of):
    server = store(CONTENT)
    server.validators = ()
    assert saved(server) == CONTENT
    rows = series_file(100)
    server = store(rows[:-4] + b"XXXX")
    with pytest.raises(IntegrityError, match="end marker is missing"):
        client_of(server).cell_measurement.time_series("m1")


@pytest.mark.parametrize("validator", ["etag", "last-modified"])
def test_row_31_what_breaks_goes_on_from_there(store, saved, validator):
    server = store(CONTENT, cut(180_000), cut(50_000))
    server.validators = (validator,)
    assert saved(server) == CONTENT
    assert server.wants == [None, "bytes=180000-", "bytes=230000-"]
    conditions = {each.headers.get("if-range") for each in server.requests[1:]}
    assert len(conditions - {None}) == 1
    assert server.sent == len(CONTENT)


def test_row_31_a_resumed_file_is_verified_as_a_whole(store, saved):
    server = store(CONTENT, both(with_digest(CONTENT), cut(180_000)))
    assert saved(server) == CONTENT
    wrong = both(with_digest(OTHER), cut(180_000))
    server = store(CONTENT, wrong, None, wrong, None)
    with pytest.raises(IntegrityError, match="digest"):
        saved(server)


def test_row_31_in_memory_as_well(store, client_of):
    server = store(CONTENT, cut(180_000))
    client = client_of(server)
    assert client.call(download_measurement_file, "m1", "file.bin") == CONTENT
    assert server.sent == len(CONTENT)


def test_without_a_validator_a_broken_download_starts_again(store, saved):
    server = store(CONTENT, cut(180_000))
    server.validators = ()
    assert saved(server) == CONTENT
    assert server.wants == [None, None]


def test_row_32_if_ranges_are_ignored_the_file_starts_again(store, client_of, tmp_path):
    server = store(CONTENT, cut(180_000), ignore_range)
    client, updates = client_of(server), []
    target = tmp_path / "saved"
    client.with_options(progress=updates.append).save(
        download_measurement_file, target, "m1", "file.bin"
    )
    assert target.read_bytes() == CONTENT
    assert server.wants == [None, "bytes=180000-"]
    done = [each.done for each in updates]
    assert 0 in done[1:]  # it rolls back
    assert max(done) == done[-1] == updates[-1].total == len(CONTENT)


@pytest.mark.parametrize("content", [OTHER, SHORTER], ids=["same size", "shorter"])
def test_row_33_what_is_replaced_meanwhile_starts_again(store, saved, content):
    server = store(CONTENT, cut(180_000), replace(content))
    assert saved(server) == content


def test_row_33_if_if_range_is_not_known_the_versions_are_compared(store, saved):
    # The store answers 206 with the range of the new object, as some do.
    server = store(CONTENT, cut(180_000), serve_as_206)
    assert saved(server) == OTHER
    assert server.wants == [None, "bytes=180000-", None]


def serve_as_206(store, served):
    store.content = served.content = OTHER
    served.status, served.first, served.stop = 206, 180_000, len(OTHER)
    served.headers.update(store.headers())
    served.headers["content-range"] = f"bytes 180000-{len(OTHER) - 1}/{len(OTHER)}"


WRONG_RANGES = {
    "another start": "bytes 179999-299999/300000",
    "another end": "bytes 180000-299998/300000",
    "another size": "bytes 180000-299999/300001",
    "no range": "bytes */300000",
    "another unit": "rows 180000-299999/300000",
    "nothing": "",
    "huge": "bytes 180000-" + "9" * 400 + "/*",
}


@pytest.mark.parametrize("case", WRONG_RANGES)
def test_row_32_a_range_that_was_not_asked_for_is_not_used(store, saved, case):
    server = store(CONTENT, cut(180_000), content_range(WRONG_RANGES[case]))
    assert saved(server) == CONTENT
    assert server.wants == [None, "bytes=180000-", None]


def test_row_34_416_for_what_is_complete_is_taken_if_its_digest_is_right(store, saved):
    def endless(_, served):
        served.headers.update({"content-length": str(len(CONTENT) + 10)})
        served.cut = len(CONTENT)

    server = store(CONTENT, both(with_digest(CONTENT), endless))
    assert saved(server) == CONTENT
    assert server.wants == [None, "bytes=300000-"]
    # Nothing proves that it is complete: it starts again.
    server = store(CONTENT, endless)
    assert saved(server) == CONTENT
    assert server.wants == [None, "bytes=300000-", None]


def test_row_34_416_for_what_has_become_shorter_starts_again(store, saved):
    server = store(CONTENT, cut(250_000), answer(416, content_range="bytes */200000"))
    assert saved(server) == CONTENT
    assert server.wants == [None, "bytes=250000-", None]


def test_a_signed_url_that_expires_meanwhile_is_renewed(store, saved):
    server = store(CONTENT, cut(180_000), answer(403))
    assert saved(server) == CONTENT
    assert server.wants == [None, "bytes=180000-", "bytes=180000-"]
    server = store(CONTENT, answer(403))
    with pytest.raises(PermissionDenied):
        saved(server)


def test_a_file_that_breaks_again_and_again_is_given_up(store, saved, tmp_path):
    server = store(CONTENT, *[cut(10)] * 4)
    with pytest.raises(ConnectionFailed):
        saved(server)
    assert not [*tmp_path.iterdir()]


# Large files.


@pytest.mark.usefixtures("small_parts")
def test_a_large_file_comes_in_several_ranges(store, saved):
    server = store(CONTENT)
    assert saved(server) == CONTENT
    starts = range(0, 300_000, 50_000)
    assert set(server.wants) == {None, *(f"bytes={n}-{n + 49_999}" for n in starts)}


@pytest.mark.usefixtures("small_parts")
def test_with_one_worker_a_large_file_comes_in_one_piece(store, saved):
    server = store(CONTENT)
    assert saved(server, max_workers=1) == CONTENT
    assert server.wants == [None]


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(
    "harms",
    {
        "a range breaks": [None, cut(10_000), cut(0), cut(49_999)],
        "replaced before": [None, replace(OTHER)],
        "replaced meanwhile": [None, None, None, replace(OTHER)],
        "replaced at the end": [None, *[None] * 5, replace(OTHER)],
        "ranges are ignored": [None, None, ignore_range],
        "416": [None, answer(416)],
        "busy": [None, answer(503), answer(503)],
        "expired": [None, answer(403)],
        "another range": [None, content_range("bytes 0-49999/300000")] * 3,
    }.items(),
    ids=lambda case: case[0],
)
def test_row_33_ranges_of_a_large_file_are_never_a_mix(store, saved, harms):
    server = store(CONTENT, *harms[1])
    assert saved(server) == server.content


@pytest.mark.usefixtures("small_parts")
def test_a_large_file_is_verified_as_a_whole(store, saved):
    def flip(_, served):
        served.content = b"!" + served.content[1:] if served.first == 0 else served.content

    server = store(CONTENT, with_digest(CONTENT), *[flip] * 6, with_digest(CONTENT))
    assert saved(server) == CONTENT
    assert server.wants[-1] is None  # started again, in one piece


@pytest.mark.usefixtures("small_parts")
def test_without_a_validator_or_ranges_a_large_file_comes_in_one_piece(store, saved):
    server = store(CONTENT)
    server.validators = ()
    assert saved(server) == CONTENT
    server = store(CONTENT, lambda _, served: served.headers.pop("accept-ranges"))
    assert saved(server) == CONTENT
    assert server.wants == [None]


# In part.


SERIES = series_file(50_000, row_group_size=1_000)
NEW_SERIES = series_file(40_000, row_group_size=1_000)
PART = {"rows": (20_000, 20_003), "columns": ["Time [s]"]}


def part_of(content):
    return pl.read_parquet(io.BytesIO(content))[20_000:20_003].select("Time [s]")


def test_a_part_moves_a_part(store, client_of):
    server = store(SERIES)
    part = client_of(server).cell_measurement.time_series("m1", **PART)
    assert_frame_equal(part, part_of(SERIES))
    assert server.sent < len(SERIES) / 10


@pytest.mark.parametrize(
    "harms",
    {
        "ranges are ignored": [ignore_range],
        "ranges are ignored later": [None, ignore_range],
        "the end breaks": [cut(1000)],
        "a range breaks": [None, cut(1000)],
        "expired": [None, answer(403)],
        "busy": [answer(503), None, answer(503)],
        "416": [answer(416)],
        "another end": [content_range("bytes 0-65535/999999")],
        "replaced": [None, replace(NEW_SERIES)],
        "replaced, without if-range": [None, None, replace(NEW_SERIES)],
    }.items(),
    ids=lambda case: case[0],
)
def test_row_33_a_part_is_of_one_version(store, client_of, harms):
    server = store(SERIES, *harms[1])
    part = client_of(server).cell_measurement.time_series("m1", **PART)
    assert_frame_equal(part, part_of(server.content))


def test_row_33_what_is_replaced_again_and_again_is_an_integrity_error(store, client_of):
    server = store(SERIES, None, replace(NEW_SERIES), None, replace(SERIES))
    with pytest.raises(IntegrityError, match="changed twice"):
        client_of(server).cell_measurement.time_series("m1", **PART)


def test_row_33_without_a_version_another_size_is_a_change(store, client_of):
    server = store(SERIES, None, replace(NEW_SERIES))
    server.validators = ()
    part = client_of(server).cell_measurement.time_series("m1", **PART)
    assert_frame_equal(part, part_of(NEW_SERIES))


def test_a_lazy_frame_reads_what_a_query_needs(store, client_of):
    server = store(SERIES)
    lazy = client_of(server).cell_measurement.time_series("m1", lazy=True)
    opened = server.sent
    whole = pl.read_parquet(io.BytesIO(SERIES))
    near = pl.col("Time [s]").is_between(10_000, 10_010)
    queries = [
        lambda f: f.filter(near & (pl.col("Step count") >= 200)).select("Voltage [V]"),
        lambda f: f.filter(pl.col("Step count") == 77),
        lambda f: f.filter((pl.col("Step count") < 1) | (pl.col("Step count") >= 499)),
        lambda f: f.head(10).filter(pl.col("Time [s]") > 2),
        lambda f: f.filter(pl.col("Step count") == 77).head(10),
        lambda f: f.filter(pl.col("Step count") < 0),
    ]
    for query in queries:
        before = server.sent
        assert_frame_equal(query(lazy).collect(), query(whole.lazy()).collect())
        assert server.sent - before < len(SERIES) / 10
    others = [
        lambda f: f.filter(pl.col("Voltage [V]").round(1) == 0.5).select(pl.len()),
        lambda f: f.group_by("Step count").agg(pl.col("Voltage [V]").max()).sort("Step count"),
        lambda f: f.slice(30_000, 5),
        lambda f: f.tail(3),
        lambda f: f.select(pl.lit(1).alias("x"), pl.col("Time [s]")).head(2),
    ]
    for query in others:
        assert_frame_equal(query(lazy).collect(), query(whole.lazy()).collect())
    assert opened < len(SERIES) / 10


def test_a_lazy_frame_of_a_replaced_file_reads_the_new_one_or_says_so(store, client_of):
    server = store(SERIES)
    lazy = client_of(server).cell_measurement.time_series("m1", lazy=True)
    server.content = NEW_SERIES
    assert lazy.select(pl.len()).collect().item() == 40_000
    file = io.BytesIO()
    pl.DataFrame({"Time [s]": ["a"] * 99}).write_parquet(file)
    server.content = file.getvalue()
    with pytest.raises(IntegrityError, match="open it again"):
        lazy.select("Time [s]").collect()


def test_one_worker_sends_one_request_after_another(store, client_of):
    server = store(SERIES)
    client = client_of(server, max_workers=1)
    steps = [0, 100, 200, 300]
    client.cell_measurement.time_series("m1", steps=steps, columns=["Voltage [V]"])
    first = [*server.wants]
    client.cell_measurement.time_series("m1", steps=steps, columns=["Voltage [V]"])
    assert server.wants == first * 2


# Whole.


def test_a_whole_series_of_a_large_file_is_that_of_a_small_one(store, client_of, monkeypatch):
    whole = client_of(store(SERIES)).cell_measurement.time_series("m1")
    monkeypatch.setattr("ionworks._workflows.time_series._LARGE", 1000)
    monkeypatch.setattr("ionworks.frames.partial._WHOLE_BATCH", 100_000)
    for content in (SERIES, series_file(50_000, row_group_size=10**6)):
        table = client_of(store(content)).cell_measurement.time_series("m1")
        assert_frame_equal(table, whole)


def test_read_tail_is_the_end(store, client_of):
    client = client_of(store(SERIES))
    read = partial(client.read_tail, download_measurement_time_series)
    assert read(4, "m1") == b"PAR1"
    assert read(10**9, "m1") == SERIES


# Other files.


@pytest.mark.parametrize("part", [{}, PART, {"lazy": True}], ids=["whole", "part", "lazy"])
def test_row_38_a_footer_that_claims_too_much_is_refused(store, client_of, part):
    claims = claim_rows(SERIES, 50_000, 10**10)
    with pytest.raises(UnexpectedResponse, match="not a readable Parquet file: it is damaged"):
        client_of(store(claims)).cell_measurement.time_series("m1", **part)


@pytest.mark.parametrize("part", [{}, {"columns": ["x"]}], ids=["whole", "part"])
def test_row_39_a_pickle_in_a_file_is_not_run(store, client_of, tmp_path, part):
    target = tmp_path / "ran"
    content = pickled_file(target)
    table = client_of(store(content)).cell_measurement.time_series("m1", **part)
    assert table["x"].to_list() == [1, 2]
    assert not target.exists()


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("workers", [1, 8])
def test_row_55_without_space_nothing_half_is_left(store, client_of, tmp_path, workers):
    target = tmp_path / "saved"
    target.write_bytes(b"before")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    client = client_of(store(CONTENT), max_workers=workers)
    resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, before[1]))
    try:
        with pytest.raises(FileError, match="cannot be saved"):
            client.save(download_measurement_file, target, "m1", "file.bin")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"saved": b"before"}
