"""A file that is not the whole file that was asked for is never given to the caller, nor saved."""

import base64
import gzip
import hashlib
import io
import zlib

import polars as pl
import pytest
from ionworks_openapi.api.cell_measurements import (
    download_measurement_file,
    download_measurement_steps,
    download_measurement_time_series,
)
from rig import SIGNATURE, Listener, Reply, end, peeked, read_request, rendered

from ionworks._http.checksum import Crc32c
from ionworks.errors import (
    IntegrityError,
    ResponseTooLarge,
    UnexpectedResponse,
)
from ionworks.sandbox import Sandbox

CONTENT = bytes(range(256)) * 40
FLIPPED = CONTENT[:5000] + bytes([CONTENT[5000] ^ 1]) + CONTENT[5001:]
PAGE = b"<!doctype html><title>Sign in</title>"
TIMES = dict.fromkeys(("created_at", "updated_at"), "2026-01-02T03:04:05Z")


def parquet():
    buffer = io.BytesIO()
    pl.DataFrame({"Time [s]": [0.0, 1.0, 2.0], "Voltage [V]": [4.1, 4.0, 3.9]}).write_parquet(
        buffer
    )
    return buffer.getvalue()


PARQUET = parquet()
BOMB = gzip.compress(bytes(64 * 2**20), 1)


def b64(digest):
    return base64.b64encode(digest).decode()


def crc32c(content):
    checksum = Crc32c()
    checksum.update(content)
    return checksum.digest()


def digests(content):
    """Return every way in which a store says what the bytes are."""
    md5, sha256 = hashlib.md5(content), hashlib.sha256(content)
    crc = b64(zlib.crc32(content).to_bytes(4, "big"))
    return {
        "Content-MD5": {"content-md5": b64(md5.digest())},
        "ETag": {"etag": f'"{md5.hexdigest()}"'},
        "ETag in capitals": {"etag": f'"{md5.hexdigest().upper()}"'},
        "ETag without quotes": {"etag": md5.hexdigest()},
        "Azure": {"x-ms-blob-content-md5": b64(md5.digest()), "etag": '"0x8DD0BADC0FFEE"'},
        "Google": {"x-goog-hash": f"crc32c={b64(crc32c(content))}, md5={b64(md5.digest())}"},
        "Google, composed": {"x-goog-hash": f"crc32c={b64(crc32c(content))}"},
        "Content-Digest": {"content-digest": f"sha-256=:{b64(sha256.digest())}:"},
        "Repr-Digest": {
            "repr-digest": f"sha-512=:{b64(hashlib.sha512(content).digest())}:, unixsum=:AAAA:"
        },
        "Digest": {"digest": f"SHA-256={b64(sha256.digest())},MD5={b64(md5.digest())}"},
        "Digest, SHA": {"digest": f"SHA={b64(hashlib.sha1(content).digest())}"},
        "Amazon, SHA-256": {"x-amz-checksum-sha256": b64(sha256.digest())},
        "Amazon, CRC-32": {
            "x-amz-checksum-crc32": crc,
            "etag": '"0123456789abcdef0123456789abcdef"',
        },
        "Amazon, CRC-32C": {"x-amz-checksum-crc32c": b64(crc32c(content))},
    }


class Store(Listener):
    """A storage that gives the same answer to every request, or several in turn."""

    def __init__(self, *answers):
        self.answers = [*answers]
        super().__init__()

    def serve(self, connection):
        while peeked(connection):
            seen = read_request(connection)
            with self.lock:
                self.requests.append(seen)
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(answer, bytes):
                connection.sendall(answer)
                end(connection, reset=False)
                return
            connection.sendall(rendered(answer, len(self.requests)))


class Api(Listener):
    """A service with one file, which is in the storage."""

    def __init__(self, store, name, record):
        self.store, self.name, self.record = store, name, record
        super().__init__()

    def serve(self, connection):
        while peeked(connection):
            seen = read_request(connection)
            with self.lock:
                self.requests.append(seen)
            connection.sendall(rendered(self.answer_to(seen.path), len(self.requests)))

    def answer_to(self, path):
        url = f"{self.store.url}/a"
        if path.endswith("/download-url"):
            return Reply(200, {"url": url})
        if path.startswith("/raw_data/"):
            return Reply(200, self.record)
        if path.endswith("/files"):
            return Reply(200, {"filenames": [self.name]})
        return Reply(307, None, {"location": url})


def described(size=None, name="a.bin", kind=None):
    """Return the record of raw data."""
    facts = {"name": name, "filename": name, "size_bytes": size, "content_type": kind}
    return {"id": "r1", "project_id": "p1", **facts, **TIMES}


@pytest.fixture
def world(opened, client_of):
    """Return a maker of a client of a service whose storage gives these answers."""

    def make(*answers, name="a.bin", record=None, max_retries=0):
        store = opened(Store(*answers))
        api = opened(Api(store, name, record or described(name=name)))
        client = client_of(api, max_retries=max_retries)
        client.store, client.api = store, api
        return client

    return make


# The calls that bring a file: each returns its bytes, from wherever they then are.
MEASUREMENT_FILES = {
    "get_file": lambda c, d, name: c.cell_measurement.get_file("m1", name),
    "download_files": lambda c, d, name: c.cell_measurement.download_files("m1")[name],
    "save_files": lambda c, d, name: c.cell_measurement.save_files("m1", d)[name].read_bytes(),
    "save": lambda c, d, name: c.save(download_measurement_file, d / name, "m1", name).read_bytes(),
}
RAW_DATA = {
    "raw_data.download": lambda c, d, name: c.raw_data.download("r1"),
    "raw_data.save": lambda c, d, name: c.raw_data.save("r1", d / name).read_bytes(),
}
CALLS = MEASUREMENT_FILES | RAW_DATA
TABLES = {
    "time_series": lambda c, d: c.cell_measurement.time_series("m1"),
    "steps": lambda c, d: c.cell_measurement.steps("m1"),
    "save time_series": lambda c, d: c.save(download_measurement_time_series, d / "a", "m1"),
    "save steps": lambda c, d: c.save(download_measurement_steps, d / "a", "m1"),
}


def here(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def refused(client, call, folder, cls, says=None, name="a.bin"):
    """A call ends with this error; what was there before stays, and nothing else is there."""
    (folder / name).write_bytes(b"good")
    with pytest.raises(cls, match=says) as info:
        CALLS[call](client, folder, name)
    assert type(info.value) is cls
    assert here(folder) == {name: b"good"}
    assert SIGNATURE not in str(info.value)
    return info.value


def sized(content, headers=None, status=200):
    return Reply(status, content, {"content-type": "application/octet-stream", **(headers or {})})


def unsized(content, *lines):
    """Return an answer that ends with its connection."""
    return "\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode() + content


def chunked(content, headers=None):
    lines = [f"{name}: {value}" for name, value in (headers or {}).items()]
    head = "\r\n".join(["HTTP/1.1 200 OK", *lines, "transfer-encoding: chunked", "", ""]).encode()
    pieces = [content[i : i + 999] for i in range(0, len(content), 999)]
    return head + b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in [*pieces, b""])


# Digests of the headers.

EACH = [("save_files", digest) for digest in digests(b"")] + [(call, "ETag") for call in CALLS]
by_call_and_digest = pytest.mark.parametrize(("call", "digest"), dict.fromkeys(EACH))


@by_call_and_digest
@pytest.mark.parametrize("damage", ["flipped", "cut", "longer", "empty", "other"])
def test_x2_a_file_that_does_not_fit_its_digest_is_refused(world, tmp_path, call, digest, damage):
    came = {
        "flipped": FLIPPED,
        "cut": CONTENT[:5120],
        "longer": CONTENT + b"\0",
        "empty": b"",
        "other": CONTENT[::-1],
    }[damage]
    client = world(sized(came, digests(CONTENT)[digest]))
    error = refused(client, call, tmp_path, IntegrityError, "does not match the")
    assert error.request_id == "req-1"
    assert "nothing was saved" in str(error)


@by_call_and_digest
@pytest.mark.parametrize("content", [CONTENT, b"", b"x"], ids=["long", "empty", "short"])
def test_x2_a_file_that_fits_its_digest_is_what_came(world, tmp_path, call, digest, content):
    for framed in (sized, chunked):
        client = world(framed(content, digests(content)[digest]))
        assert CALLS[call](client, tmp_path, "a.bin") == content
        assert len(client.store.requests) == 1
        assert not [r for r in client.api.requests if r.path == "/raw_data/r1"]


@pytest.mark.parametrize(
    "headers",
    [
        {"etag": f'W/"{hashlib.md5(FLIPPED).hexdigest()}"'},
        {"etag": f'"{hashlib.md5(FLIPPED).hexdigest()}-3"'},
        {"etag": '"5f3e-61c2a5"'},
        {"etag": f'"{hashlib.sha256(FLIPPED).hexdigest()}"'},
        {"etag": f'"{"0" * 32}"', "x-amz-server-side-encryption": "aws:kms"},
        {"etag": f'"{"0" * 32}"', "x-amz-server-side-encryption-customer-algorithm": "AES256"},
        {"etag": f'"{"0" * 32}"', "x-amz-checksum-sha256": b64(hashlib.sha256(CONTENT).digest())},
        {"x-amz-checksum-sha256": b64(hashlib.sha256(FLIPPED).digest()) + "-2"},
        {"x-amz-checksum-type": "FULL_OBJECT", "x-amz-checksum-crc64nvme": "AAAAAAAAAAA="},
        {"content-md5": "none", "content-digest": "sha-256=?1", "digest": "===,,=", "etag": '""'},
        {"content-md5": b64(b"short"), "x-goog-hash": "md5"},
        {
            "etag": f'"{"0" * 32}"',
            "x-goog-hash": f"md5={b64(hashlib.md5(FLIPPED).digest())}",
            "x-goog-stored-content-encoding": "gzip",
        },
    ],
    ids=lambda headers: ", ".join(headers),
)
def test_x2_what_is_no_digest_of_the_bytes_is_none(world, tmp_path, headers):
    for call in CALLS:
        assert CALLS[call](world(sized(CONTENT, headers)), tmp_path, "a.bin") == CONTENT


@pytest.mark.parametrize(
    "headers",
    [
        {"content-md5": hashlib.md5(FLIPPED).hexdigest()},
        {"content-digest": f"md5=:AA:, sha-256=:{b64(hashlib.sha256(FLIPPED).digest())}:;q=1"},
        {"repr-digest": f"sha-512=:{b64(hashlib.sha512(FLIPPED).digest())}: , sha-256=1"},
        {"digest": "sha=" + base64.urlsafe_b64encode(hashlib.sha1(FLIPPED).digest()).decode()},
        {"x-amz-checksum-sha1": b64(hashlib.sha1(FLIPPED).digest())},
    ],
    ids=lambda headers: ", ".join(headers),
)
def test_x2_a_digest_is_read_however_it_is_written(world, tmp_path, headers):
    refused(world(sized(CONTENT, headers)), "save_files", tmp_path, IntegrityError, "not match the")


def test_x2_every_digest_must_fit(world, tmp_path):
    right, wrong = digests(CONTENT), digests(FLIPPED)
    headers = right["Content-MD5"] | wrong["Content-Digest"]
    refused(world(sized(CONTENT, headers)), "get_file", tmp_path, IntegrityError, "sha-256")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("first", ["flipped", "cut"])
def test_x2_a_file_that_came_damaged_once_is_got_again(world, tmp_path, call, first):
    headers = digests(CONTENT)["ETag"]
    damaged = sized(FLIPPED if first == "flipped" else CONTENT[:99], headers)
    client = world(damaged, sized(CONTENT, headers), max_retries=3)
    assert CALLS[call](client, tmp_path, "a.bin") == CONTENT
    assert len(client.store.requests) == 2


def test_x2_a_file_that_is_stored_damaged_is_got_twice_and_no_more(world, tmp_path, naps):
    client = world(sized(FLIPPED, digests(CONTENT)["ETag"]), max_retries=3)
    error = refused(client, "save_files", tmp_path, IntegrityError)
    assert len(client.store.requests) == 2
    assert error.previous_attempts == ("IntegrityError",)
    assert naps == [0.5]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("of", ["what is packed", "what is in it"])
def test_x2_of_a_file_that_is_packed_on_the_way_either_digest_is_good(world, tmp_path, call, of):
    packed = gzip.compress(CONTENT)
    headers = digests(packed if of == "what is packed" else CONTENT)["Content-MD5"]
    headers |= {"content-encoding": "gzip"}
    assert CALLS[call](world(sized(packed, headers)), tmp_path, "a.bin") == CONTENT
    (tmp_path / "a.bin").unlink(missing_ok=True)
    headers |= digests(FLIPPED)["Content-MD5"]
    refused(world(sized(packed, headers)), call, tmp_path, IntegrityError)


# Sizes.


@pytest.mark.parametrize("call", MEASUREMENT_FILES)
@pytest.mark.parametrize("content", [CONTENT[:5120], b""], ids=["half", "nothing"])
def test_x2_an_answer_that_does_not_say_where_it_ends_may_be_cut(world, tmp_path, call, content):
    client = world(unsized(content, "content-type: application/octet-stream"))
    refused(client, call, tmp_path, IntegrityError, "does not state its length")


@pytest.mark.parametrize("call", MEASUREMENT_FILES)
def test_x2_nothing_is_a_file_only_if_the_answer_says_so(world, tmp_path, call):
    refused(world(chunked(b"")), call, tmp_path, IntegrityError, "does not state that it is empty")
    assert CALLS[call](world(sized(b"")), tmp_path, "a.bin") == b""


@pytest.mark.parametrize("call", CALLS)
def test_x2_a_length_that_is_too_short_leaves_the_rest_behind(world, tmp_path, call):
    short = unsized(CONTENT, "content-length: 5120")
    says = "received 5120 bytes, which is not the complete file"
    refused(world(short), call, tmp_path, IntegrityError, says)
    second = unsized(CONTENT, f"content-length: {len(CONTENT)}") + rendered(sized(b"EVIL"), 0)
    assert CALLS[call](world(second), tmp_path, "a.bin") == CONTENT


@pytest.mark.parametrize("call", CALLS)
def test_x2_a_part_that_says_so_is_a_part_whatever_its_status(world, tmp_path, call):
    for total, cls in ((2 * len(CONTENT), IntegrityError), (len(CONTENT), None), ("*", None)):
        span = {"content-range": f"bytes 0-{len(CONTENT) - 1}/{total}"}
        if cls:
            refused(world(sized(CONTENT, span)), call, tmp_path, cls, "is not the complete file")
        else:
            assert CALLS[call](world(sized(CONTENT, span)), tmp_path, "a.bin") == CONTENT


@pytest.mark.parametrize("call", RAW_DATA)
@pytest.mark.parametrize("framed", [sized, chunked, unsized])
def test_x2_the_record_has_the_size_of_raw_data(world, tmp_path, call, framed):
    whole = described(len(CONTENT))
    for came in (CONTENT[:5120], b"", CONTENT + b"x"):
        refused(world(framed(came), record=whole), call, tmp_path, IntegrityError, "10240")
    assert CALLS[call](world(framed(CONTENT), record=whole), tmp_path, "a.bin") == CONTENT
    assert CALLS[call](world(framed(b""), record=described(0)), tmp_path, "a.bin") == b""


@pytest.mark.parametrize("call", RAW_DATA)
def test_x2_a_record_without_a_size_is_ignored(world, tmp_path, call):
    assert CALLS[call](world(sized(CONTENT)), tmp_path, "a.bin") == CONTENT
    refused(world(unsized(CONTENT)), call, tmp_path, IntegrityError, "does not state its length")


@pytest.mark.parametrize("call", RAW_DATA)
@pytest.mark.parametrize("answer", [Reply(404, {"detail": "gone"}), Reply(200, PAGE)])
def test_x2_a_record_that_cannot_be_read_is_ignored(world, tmp_path, call, answer):
    def without_record(client):
        known = client.api.answer_to
        client.api.answer_to = lambda p: answer if p == "/raw_data/r1" else known(p)
        return client

    assert CALLS[call](without_record(world(sized(CONTENT))), tmp_path, "a.bin") == CONTENT
    cut = without_record(world(unsized(CONTENT)))
    refused(cut, call, tmp_path, IntegrityError, "does not state its length")
    page = without_record(world(Reply(200, PAGE, {"content-type": "text/html"})))
    refused(page, call, tmp_path, UnexpectedResponse, "is an HTML page")


# Status and kind.


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("digest", [True, False])
def test_x2_only_200_is_a_whole_file(world, tmp_path, call, digest):
    headers = digests(CONTENT)["ETag"] if digest else {}
    headers |= {"content-range": f"bytes 0-{len(CONTENT) - 1}/{2 * len(CONTENT)}"}
    for status in (201, 202, 203, 206, 226, 299):
        client = world(sized(CONTENT, headers, status))
        refused(client, call, tmp_path, UnexpectedResponse, f"status {status}, not 200")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("status", [204, 205])
def test_x2_no_content_is_no_file(world, tmp_path, call, status):
    client = world(Reply(status))
    refused(client, call, tmp_path, UnexpectedResponse, f"status {status}")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("text/html", "a.bin"),
        ("Text/HTML; charset=utf-8", "a"),
        ("text/html;x", "html"),
        ("application/xhtml+xml", "a.html.csv"),
        (" text/html ", ".html"),
    ],
)
def test_x2_a_login_page_is_no_file(world, tmp_path, call, kind, name):
    for headers in ({}, digests(PAGE)["ETag"]):
        client = world(Reply(200, PAGE, {"content-type": kind} | headers), name=name)
        error = refused(client, call, tmp_path, UnexpectedResponse, "is an HTML page", name=name)
        assert "Sign in" in error.snippet


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("kind", ["text/html", "application/octet-stream"])
def test_x2_a_page_of_the_user_is_a_file(world, tmp_path, call, kind):
    for name in ("report.html", "REPORT.HTM", "a.xhtml", "a b.html"):
        client = world(Reply(200, PAGE, {"content-type": kind}), name=name)
        assert CALLS[call](client, tmp_path, name) == PAGE


@pytest.mark.parametrize("call", RAW_DATA)
def test_x2_raw_data_that_are_a_page_by_their_record_are_one(world, tmp_path, call):
    record = described(len(PAGE), name="export.xls", kind="text/html")
    client = world(Reply(200, PAGE, {"content-type": "text/html"}), record=record)
    assert CALLS[call](client, tmp_path, "export.xls") == PAGE


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("length", [True, False], ids=["with a length", "in chunks"])
def test_x43_a_bomb_is_not_unpacked(world, tmp_path, call, length):
    headers = {"content-encoding": "gzip"}
    answer = sized(BOMB, headers) if length else chunked(BOMB, headers)
    (tmp_path / "b").mkdir()
    refused(world(answer), call, tmp_path / "b", ResponseTooLarge, "more than 100 times its size")


def test_x43_a_dense_file_is_saved_if_that_is_allowed(world, tmp_path):
    zeros = bytes(8 * 2**20)
    answer = sized(gzip.compress(zeros), {"content-encoding": "gzip"})
    client = world(answer).with_options(max_compression=2_000)
    operation = download_measurement_file
    assert client.save(operation, tmp_path / "a", "m1", "a").read_bytes() == zeros


@pytest.mark.parametrize("call", ["time_series", "steps"])
def test_x43_a_small_file_of_a_large_table_is_not_read_but_can_be_saved(world, tmp_path, call):
    buffer = io.BytesIO()
    zeros = pl.Series([0.0]).new_from_index(0, 1_000_000)
    pl.DataFrame({f"c{n}": zeros for n in range(48)}).write_parquet(buffer)
    bomb = buffer.getvalue()
    assert len(bomb) < 500_000
    client = world(sized(bomb))
    with pytest.raises(
        UnexpectedResponse, match=r"0\.\d MB, but 384 MB in memory .*client\.save\("
    ):
        TABLES[call](client, tmp_path)
    assert TABLES[f"save {call}"](client, tmp_path).read_bytes() == bomb


@pytest.mark.parametrize("call", CALLS)
def test_x2_an_encoding_that_was_not_requested_is_an_error(world, tmp_path, call):
    client = world(sized(CONTENT, {"content-encoding": "br"}))
    refused(client, call, tmp_path, UnexpectedResponse, "'br', which was not requested")
    assert client.store.requests[0].headers["accept-encoding"] == "identity"


# Parquet.


@pytest.mark.parametrize("call", TABLES)
@pytest.mark.parametrize(
    ("content", "cls"),
    [
        (PARQUET[:-1], IntegrityError),
        (PARQUET[: len(PARQUET) // 2], IntegrityError),
        (PARQUET + b"\0", IntegrityError),
        (b"PAR1", UnexpectedResponse),
        (b"PAR1PAR1", UnexpectedResponse),
        (PARQUET[1:], UnexpectedResponse),
        (b"", UnexpectedResponse),
        (b'{"error": "expired"}', UnexpectedResponse),
        (PAGE, UnexpectedResponse),
    ],
    ids=["byte", "half", "longer", "begin", "short", "late", "nothing", "json", "page"],
)
@pytest.mark.parametrize("framed", [sized, chunked, unsized])
def test_x2_a_table_is_parquet_at_both_ends(world, tmp_path, call, content, cls, framed):
    with pytest.raises(cls) as info:
        TABLES[call](world(framed(content)), tmp_path)
    assert type(info.value) is cls
    assert here(tmp_path) == {}


@pytest.mark.parametrize("call", TABLES)
@pytest.mark.parametrize("digest", ["ETag", "Content-Digest"])
def test_x2_x3_a_table_with_a_flipped_bit_is_refused(world, tmp_path, call, digest):
    flipped = PARQUET[:50] + bytes([PARQUET[50] ^ 4]) + PARQUET[51:]
    with pytest.raises(IntegrityError, match="does not match"):
        TABLES[call](world(sized(flipped, digests(PARQUET)[digest])), tmp_path)
    assert here(tmp_path) == {}


@pytest.mark.parametrize("call", TABLES)
@pytest.mark.parametrize("framed", [sized, chunked, unsized])
def test_x2_a_whole_table_is_read_however_it_ends(world, tmp_path, call, framed):
    assert TABLES[call](world(framed(PARQUET)), tmp_path) is not None


# What the sandbox stores.


@pytest.fixture
def box():
    with Sandbox(faults=True) as box:
        yield box


@pytest.fixture
def saves(box, opened, tmp_path):
    """Return the ways to save what was stored, under a name that is free."""
    client = opened(box.client())
    (tmp_path / "a.bin").write_bytes(CONTENT)
    raw = client.raw_data.upload(box.project_id, tmp_path / "a.bin")
    spec = client.cell_spec.create({"name": "spec"})
    cell = client.cell_instance.create(spec.id, {"name": "cell"})
    made = client.cell_measurement.create_file(cell.id, "files", tmp_path / "a.bin")
    operation, target = download_measurement_file, tmp_path / "saved"
    return (
        lambda: client.raw_data.save(raw.id, target),
        lambda: client.save(operation, target, made.id, "a.bin"),
    )


def test_x2_the_sandbox_sends_the_digest_of_what_it_stores(box, saves, tmp_path):
    for save in saves:
        box.faults.plan("get_object", "flip")
        assert save().read_bytes() == CONTENT  # got again
        (tmp_path / "saved").unlink()
        box.faults.plan("get_object", "flip", "flip")
        with pytest.raises(IntegrityError, match="md5 digest of the header etag"):
            save()
        assert [*here(tmp_path)] == ["a.bin"]
