"""A file that changes while it is sent is never confirmed: the cycler may still write it."""

import io
import os
import tempfile
import threading
import time

import pytest
from rig_storing import Storing

from ionworks._http.source import FileState, Source
from ionworks.errors import FileError, IntegrityError, PayloadError

SIZE = 8 * 2**20  # more than fits between two sockets


UPLOADS = {
    "create_file": lambda client, path: client.cell_measurement.create_file("c1", "n", [path]),
    "raw_data.upload": lambda client, path: client.raw_data.upload("p1", path),
    "raw_data.upload, open": lambda client, path: upload_open(client, path),
}


def upload_open(client, path):
    with path.open("rb") as file:
        return client.raw_data.upload("p1", file)


def grow(path):
    with path.open("ab") as file:
        file.write(b"one more row")


def shrink(path):
    os.truncate(path, SIZE // 2)


def shrink_by_a_byte(path):
    os.truncate(path, path.stat().st_size - 1)


def empty(path):
    os.truncate(path, 0)


def overwrite(path):
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 3)
        file.write(b"changed")


def replace(path):
    new = path.with_name("new")
    new.write_bytes(bytes(path.stat().st_size))
    os.utime(new, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    new.replace(path)


def move_away(path):
    """As the rotation of a log does."""
    path.rename(path.with_name("old"))
    path.write_bytes(b"")


def delete(path):
    path.unlink()


CHANGES = [grow, shrink, shrink_by_a_byte, empty, overwrite, replace, move_away, delete]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "run 7.csv"
    path.write_bytes(bytes(SIZE))
    os.utime(path, (1, 1))
    return path


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("upload", UPLOADS)
@pytest.mark.parametrize("moment", ["half way", "at its end"])
def test_d4_a_file_that_changes_while_it_is_sent_is_not_confirmed(
    opened, client_of, path, upload, change, moment
):
    server = opened(Storing(lambda: change(path), 0.5 if moment == "half way" else 1))
    with pytest.raises(IntegrityError, match="changed while it was sent") as info:
        UPLOADS[upload](client_of(server), path)
    assert type(info.value) is IntegrityError
    assert "'run 7.csv'" in str(info.value)
    assert "send a copy" in str(info.value)
    assert info.value.outcome == "rejected"
    assert server.confirmed == []
    assert len(server.stored) <= 1  # it was not sent again
    if change in (grow, shrink, empty) and moment == "half way":
        assert server.stored == []  # no part of it became an object


@pytest.mark.parametrize("upload", UPLOADS)
@pytest.mark.parametrize("size", [0, 1, 2**18, 2**18 + 1, SIZE])
def test_d4_a_file_that_stays_as_it_is_is_stored(opened, client_of, path, upload, size):
    path.write_bytes(os.urandom(size))
    server = opened(Storing(lambda: None))
    UPLOADS[upload](client_of(server), path)
    assert server.stored == [path.read_bytes()]
    assert len(server.confirmed) == 1


@pytest.mark.parametrize("upload", UPLOADS)
@pytest.mark.parametrize("small", [b"", b"one row"])
def test_d4_a_small_file_that_grows_is_noticed_when_all_of_it_is_sent(
    opened, client_of, path, upload, small
):
    path.write_bytes(small)
    server = opened(Storing(lambda: grow(path), 1))
    with pytest.raises(IntegrityError, match=f"had {len(small)} bytes and now has"):
        UPLOADS[upload](client_of(server), path)
    assert server.confirmed == []


@pytest.mark.parametrize("upload", UPLOADS)
def test_d4_a_file_that_a_cycler_writes_all_the_time_is_not_confirmed(
    opened, client_of, path, upload
):
    over, written = threading.Event(), threading.Semaphore(0)

    def write():
        while not over.is_set():
            grow(path)
            written.release()
            time.sleep(0.001)

    def wait_for_rows():
        for _ in range(2):
            while written.acquire(blocking=False):
                pass
            assert written.acquire(timeout=20)

    thread = threading.Thread(target=write)
    server = opened(Storing(wait_for_rows, 1))
    thread.start()
    try:
        with pytest.raises(IntegrityError):
            UPLOADS[upload](client_of(server), path)
    finally:
        over.set()
        thread.join()
    assert server.confirmed == []


def test_d4_raw_data_that_grow_before_they_are_sent_do_not_fit_their_size(
    opened, client_of, path, monkeypatch
):
    server = opened(Storing(lambda: None))
    reply_to = server._reply_to
    server._reply_to = lambda seen: (grow(path), reply_to(seen))[1]
    with pytest.raises(IntegrityError, match="and now has more"):
        client_of(server).raw_data.upload("p1", path)
    assert server.stored == []


def test_d4_one_of_many_files_that_changes_ends_the_upload(opened, client_of, path):
    others = [path.with_name(f"other {number}") for number in range(3)]
    for each in others:
        each.write_bytes(b"same")
    server = opened(Storing(lambda: grow(path), 1))
    with pytest.raises(IntegrityError, match=r"'run 7\.csv'"):
        client_of(server).cell_measurement.create_file("c1", "n", [*others, path])
    assert server.confirmed == []


def test_d4_a_file_that_is_gone_before_it_is_sent_is_an_error(opened, client_of, path):
    server = opened(Storing(lambda: None))
    reply_to = server._reply_to
    server._reply_to = lambda seen: (path.unlink(), reply_to(seen))[1]
    with pytest.raises(FileError, match=r"'.*run 7\.csv' can no longer be read") as info:
        client_of(server).cell_measurement.create_file("c1", "n", [path])
    assert info.value.filename == str(path)
    assert (server.stored, server.confirmed) == ([], [])


class Failing(io.BytesIO):
    """A file on a disk that fails."""

    error: Exception = OSError(5, "Input/output error")

    def read(self, size=-1):
        if self.tell() >= 2**18:
            raise self.error
        return super().read(size)


@pytest.mark.parametrize(
    "error", [OSError(5, "Input/output error"), ValueError("I/O operation on closed file")]
)
def test_d4_a_file_that_fails_while_it_is_read_is_an_error_of_ours(opened, client_of, error):
    file = Failing(bytes(2**20))
    file.error = error
    server = opened(Storing(lambda: None))
    with pytest.raises(FileError, match="could not be read while it was sent"):
        client_of(server).raw_data.upload("p1", file, name="a")
    assert (server.stored, server.confirmed) == ([], [])


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_d4_what_has_no_size_is_refused_and_not_waited_for(opened, client_of, tmp_path, kind):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    path = path if kind == "pipe" else "/dev/zero"
    server = opened(Storing(lambda: None))
    for call in (
        lambda: client_of(server).raw_data.upload("p1", path),
        lambda: client_of(server).cell_measurement.create_file("c1", "n", [path]),
    ):
        with pytest.raises(PayloadError, match="not a regular file"):
            call()
    assert server.requests == []


# The rules, without a network.


def test_d4_a_source_is_read_to_its_size_and_no_further():
    for size in (0, 1, 2**18 - 1, 2**18, 2**18 + 1, 2**19):
        content = os.urandom(size)
        source = Source(io.BytesIO(content), size)
        for _ in range(2):  # each time from its start
            assert b"".join(source) == content
        for other in (size + 1, *([size - 1] if size else [])):
            pieces = []
            with pytest.raises(IntegrityError):
                pieces.extend(Source(io.BytesIO(content), other))


def test_d4_a_longer_file_is_noticed_before_its_last_piece():
    pieces = iter(Source(io.BytesIO(bytes(2**19 + 1)), 2**19))
    assert len(next(pieces)) == 2**18
    with pytest.raises(IntegrityError):
        next(pieces)


def test_d4_files_without_a_name_or_a_place_are_compared_as_far_as_can_be(tmp_path):
    memory = io.BytesIO(b"x")
    assert FileState.of(memory).difference(FileState.of(memory)) is None
    with tempfile.TemporaryFile() as file:
        before = FileState.of(file)
        assert before.difference(FileState.of(file)) is None
        file.write(b"x")
        file.flush()
        assert before.difference(FileState.of(file)) == "it had 0 bytes and now has 1"
