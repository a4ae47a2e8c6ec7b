"""The storage origin: ranges, tags, and signed URLs that admit one thing for a while."""

import re

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionworks.sandbox import Sandbox
from ionworks.sandbox.http.storage import RangeNotSatisfiable, byte_range


@pytest.fixture(scope="module")
def stored(api, kit):
    """Return the signed URL of a stored series and its bytes."""
    made = api.series(api.instance(), "stored")
    path = f"/cell_measurements/{made['id']}/time_series/download"
    url = api.call("GET", path, 307).headers["location"]
    return url, kit.parquet(kit.series())


def test_an_object_is_read_whole_without_a_key_and_with_a_stray_one(stored):
    url, content = stored
    for headers in ({}, {"X-API-Key": "stray", "Authorization": "Bearer stray"}):
        answer = httpx.get(url, headers=headers)
        assert (answer.status_code, answer.content) == (200, content)
        assert answer.headers["accept-ranges"] == "bytes"
        assert answer.headers["content-length"] == str(len(content))


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-3", 0, 4),
        ("bytes=10-", 10, None),
        ("bytes=-8", -8, None),
        ("bytes=-99999999", 0, None),
        ("bytes=5-99999999", 5, None),
        ("bytes=7-7", 7, 8),
    ],
)
def test_a_range_is_answered_with_just_these_bytes(stored, asked, start, stop):
    url, content = stored
    answer = httpx.get(url, headers={"Range": asked})
    wanted = content[start:stop]
    assert (answer.status_code, answer.content) == (206, wanted)
    first, last, size = map(
        int, re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", answer.headers["content-range"]).groups()
    )
    assert (last - first + 1, size) == (len(wanted), len(content))
    assert content[first : last + 1] == wanted


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0", "bytes=99999999-99999999"])
def test_a_range_behind_the_end_is_a_416_with_the_size(stored, asked):
    url, content = stored
    answer = httpx.get(url, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(content)}"
    assert answer.json()["error_code"] == "RANGE_NOT_SATISFIABLE"


@pytest.mark.parametrize("digits", [24, 4000, 6000])
def test_x30_a_number_of_many_digits_is_a_number(stored, digits):
    url, content = stored
    many, padded = "9" * digits, "0" * digits + "2"
    for asked, status, expected in (
        (f"bytes={many}-", 416, None),
        (f"bytes={many}-{many}", 416, None),
        (f"bytes=0-{many}", 206, content),
        (f"bytes=-{many}", 206, content),
        (f"bytes={padded}-{padded}", 206, content[2:3]),
    ):
        answer = httpx.get(url, headers={"Range": asked})
        assert answer.status_code == status
        assert expected in {None, answer.content}


@pytest.mark.parametrize("asked", ["bytes=4-2", "bytes=-", "rows=0-1", "bytes=0-1,4-5", "x"])
def test_what_is_no_single_byte_range_is_answered_whole(stored, asked):
    url, content = stored
    answer = httpx.get(url, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, content)


@given(data=st.data(), size=st.integers(0, 50))
def test_every_range_is_the_slice_it_names(data, size):
    content = bytes(range(size))
    first, last = data.draw(st.integers(0, 60)), data.draw(st.integers(0, 60))
    for header, wanted in (
        (f"bytes={first}-{last}", content[first : last + 1]),
        (f"bytes={first}-", content[first:]),
        (f"bytes=-{last}", content[max(0, size - last) :]),
    ):
        try:
            span = byte_range(header, size)
        except RangeNotSatisfiable:
            assert wanted == b""
        else:
            assert span is None or content[span.start : span.stop] == wanted != b""
            assert span is not None or last < first


def test_conditions_on_the_tag_are_kept(stored):
    url, content = stored
    head = httpx.head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(content))
    tag = head.headers["etag"]
    unchanged = httpx.get(url, headers={"If-None-Match": f'"other", {tag}'})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    part = {"Range": "bytes=0-3"}
    assert httpx.get(url, headers={**part, "If-Range": tag}).status_code == 206
    date = head.headers["last-modified"]
    assert httpx.get(url, headers={**part, "If-Range": date}).status_code == 206
    assert httpx.get(url, headers={**part, "If-Range": '"other"'}).content == content


def test_equal_content_has_an_equal_tag_and_other_content_another(api, kit):
    begun = api.initiate(api.instance(), "tags")
    tags = [
        api.put(begun, "time_series.parquet", content).headers["etag"]
        for content in (b"one", b"one", b"two")
    ]
    assert tags[0] == tags[1] != tags[2]


def test_a_url_admits_its_own_method_and_object_only(stored, api):
    url, content = stored
    assert httpx.put(url, content=b"overwritten").status_code == 403
    assert httpx.get(url.replace("time_series", "steps")).status_code == 403
    assert httpx.get(url.partition("?")[0]).status_code == 403
    assert httpx.delete(url).status_code == 405
    expires, signature = httpx.URL(url).params["token"].split(".")
    later = url.replace(f"{expires}.", f"{int(expires) + 60}.")
    assert httpx.get(later).status_code == 403
    assert httpx.get(url.replace(signature, signature[::-1])).status_code == 403
    assert httpx.get(url.replace(f"{expires}.", "²."), timeout=5).status_code == 403
    assert httpx.get(url).content == content
    begun = api.initiate(api.instance(), "write only")
    assert httpx.get(begun["uploads"][0]["signed_url"]).status_code == 403


def test_a_signed_url_expires(kit):
    with Sandbox(deterministic=True, url_seconds=5) as box:
        api = kit.api(box)
        made = api.series(api.instance(), "series")
        path = f"/cell_measurements/{made['id']}/time_series/download"
        url = api.call("GET", path, 307).headers["location"]
        assert httpx.get(url).status_code == 200
        for _ in range(6):  # each write moves this sandbox's clock by a second
            api.project()
        answer = httpx.get(url)
        api.http.close()
    assert answer.status_code == 403
    assert "expired" in answer.json()["message"]
    assert "token" not in answer.text


def test_a_large_object_goes_in_pieces_and_comes_back_whole(api):
    instance = api.instance()
    begun = api.initiate(instance, "large", measurement_type="file", filenames=["large.bin"])
    content = bytes(range(256)) * 12_345
    pieces = (content[at : at + 100_000] for at in range(0, len(content), 100_000))
    api.put(begun, "large.bin", pieces)
    made = api.confirm(begun, instance, "large", measurement_type="file")
    assert made["file_metadata"]["files"][0]["size_bytes"] == len(content)
