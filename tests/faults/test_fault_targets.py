"""Where files are saved: names, devices, folders, modes, and what killed saves left."""

import errno
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ionworks_openapi.api.cell_measurements import download_measurement_file
from rig import KEY, Listener, Reply, read_request

from ionworks._http.files import atomic_write
from ionworks.errors import FileError, IonworksError, PayloadError

CONTENT = b"the right bytes"
OPERATION = download_measurement_file
# As it is for everybody but the superuser, who may write everywhere.
as_user = pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def client(scripted, client_of):
    """A client of a service that answers any request with a file."""
    api = scripted()
    api.otherwise = Reply(200, CONTENT)
    client = client_of(api)
    client.api = api
    return client


def refused(client, target, cls):
    """Each way to save refuses this target, before anything is asked for."""
    found = []
    for save in (
        lambda: client.raw_data.save("r1", target),
        lambda: client.save(OPERATION, target, "m1", "a"),
    ):
        with pytest.raises(cls) as info:
            save()
        assert type(info.value) is cls
        found.append(info.value)
    assert client.api.requests == []
    return found[0]


# Names.


@pytest.mark.parametrize(
    "target",
    ["", ".", "..", "/", "//", "a/", "a/.", "a/..", "./", "../", "a\0b", "\0", "a/\0", "\ud800"],
)
def test_x13_what_names_no_file_is_refused(client, tmp_path, monkeypatch, target):
    monkeypatch.chdir(tmp_path)
    assert refused(client, target, PayloadError).field == "target"
    assert names(tmp_path) == []


@pytest.mark.parametrize("target", [None, 7, b"a", 1.5, ["a"]], ids=repr)
def test_x13_what_is_no_path_is_refused(client, target):
    assert "give a str or a Path" in str(refused(client, target, PayloadError))


@given(name=st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_x13_any_name_is_a_file_of_this_folder_or_an_error_of_ours(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("any")
    with suppress(IonworksError), atomic_write(f"{folder}/{name}") as file:
        file.write(CONTENT)
    for path in folder.iterdir():
        assert path.read_bytes() == CONTENT
        assert not path.name.endswith(".part") or path.name == name


# What is there already.


def test_x14_a_device_is_not_replaced(client):
    for target in ("/dev/null", "/dev/full", "/dev/zero", Path("/dev/tty")):
        if os.path.exists(target):  # noqa: PTH110
            error = refused(client, target, FileError)
            assert error.filename == str(target)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)  # noqa: PTH116


def test_x14_a_pipe_and_a_socket_are_not_replaced(client, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "socket"))
    (tmp_path / "link").symlink_to("pipe")
    for name in ("pipe", "socket", "link"):
        error = refused(client, tmp_path / name, FileError)
        assert "only regular files can be replaced" in str(error)
    listener.close()
    assert names(tmp_path) == ["link", "pipe", "socket"]


def test_x14_a_folder_is_not_replaced(client, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    for name in ("folder", "link"):
        error = refused(client, tmp_path / name, FileError)
        assert error.errno == errno.EISDIR
    assert names(tmp_path) == ["folder", "link"]


def test_x14_behind_a_link_the_file_is_replaced_and_the_link_stays(client, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a").write_bytes(b"old")
    for name in ("a", "new"):
        link = tmp_path / f"link to {name}"
        link.symlink_to(tmp_path / "real" / name)
        assert client.save(OPERATION, link, "m1", "a") == link
        assert link.is_symlink()
        assert (tmp_path / "real" / name).read_bytes() == CONTENT
    assert names(tmp_path / "real") == ["a", "new"]


def test_x14_links_in_a_circle_are_an_error(client, tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert refused(client, tmp_path / "a", FileError).errno == errno.ELOOP


@pytest.mark.parametrize("before", [0o600, 0o640, 0o644, 0o666, 0o755, 0o400, 0o444, 0o000])
def test_x16_a_file_that_is_replaced_keeps_its_mode(client, tmp_path, before):
    target = tmp_path / "a"
    target.write_bytes(b"old")
    target.chmod(before)
    client.save(OPERATION, target, "m1", "a")
    assert mode(target) == before
    target.chmod(0o600)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_x16_a_new_file_has_the_mode_of_any_new_file(client, tmp_path, mask):
    before = os.umask(mask)
    try:
        client.save(OPERATION, tmp_path / "a", "m1", "a")
    finally:
        os.umask(before)
    assert mode(tmp_path / "a") == 0o666 & ~mask


def test_x16_nobody_else_can_read_a_private_file_while_it_comes(tmp_path):
    target = tmp_path / "a"
    target.write_bytes(b"old")
    for before in (0o600, 0o400, 0o644):
        target.chmod(before)
        with atomic_write(target) as file:
            file.write(CONTENT)
            assert mode(tmp_path / ".a.ionworks.part") == 0o600
        assert mode(target) == before


# Failures of the system are errors of ours, and of the system as well.


def test_a_target_that_is_invalid_is_an_error_of_both_kinds(client, tmp_path):
    (tmp_path / "file").touch()
    cases = {
        tmp_path / "none" / "a": (errno.ENOENT, "Create the folder first"),
        tmp_path / "file" / "a": (errno.ENOTDIR, "folder in the path is a file"),
        tmp_path / ("n" * 256): (errno.ENAMETOOLONG, "shorter name"),
        Path("/proc/none/a"): (errno.ENOENT, "folder"),
    }
    for target, (code, advice) in cases.items():
        error = refused(client, target, FileError)
        assert isinstance(error, OSError)
        assert (error.errno, error.strerror) == (code, os.strerror(code))
        assert error.filename == str(target)
        assert advice in str(error)
    assert names(tmp_path) == ["file"]


@as_user
def test_a_folder_that_may_not_be_written_to_is_an_error(client, tmp_path):
    (tmp_path / "theirs").mkdir(mode=0o500)
    error = refused(client, tmp_path / "theirs" / "a", FileError)
    assert error.errno == errno.EACCES
    (tmp_path / "hidden").mkdir(mode=0o000)
    for call in (client.cell_measurement.save_files,):
        with pytest.raises(FileError):
            call("m1", tmp_path / "hidden" / "x", filenames=["a"])


def limited_save(target, size):
    """Save in a process that may write files of so many bytes only."""
    code = f"""
import resource, signal
from ionworks._http.files import atomic_write
from ionworks.errors import FileError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
try:
    with atomic_write({str(target)!r}) as file:
        for _ in range(100):
            file.write(b"x" * 1000)
except FileError as error:
    print(error.errno, error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_a_disk_that_is_full_leaves_the_old_file_and_nothing_else(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    printed = limited_save(tmp_path / "a", 5000)
    assert printed.startswith(f"{errno.EFBIG} ")
    assert "cannot be saved" in printed
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"


class Full:
    """A file on a disk without room."""

    def __init__(self, file):
        self._file = file

    def __getattr__(self, name):
        return getattr(self._file, name)

    def write(self, data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_disk_that_fills_up_during_a_call_is_an_error_and_not_retried(
    client, tmp_path, monkeypatch
):
    monkeypatch.setattr("os.fdopen", lambda descriptor, mode: Full(open(descriptor, mode)))  # noqa: PTH123, SIM115
    with pytest.raises(FileError, match="Free some space") as info:
        client.save(OPERATION, tmp_path / "a", "m1", "a")
    assert info.value.errno == errno.ENOSPC
    assert KEY not in str(info.value)
    assert info.value.__suppress_context__
    assert len(client.api.requests) == 1
    assert names(tmp_path) == []


# What killed saves leave.

KILLED = """
import sys
from ionworks._http.files import atomic_write
with atomic_write(sys.argv[1]) as file:
    file.write(b"half" * 9999)
    file.flush()
    print("writing", flush=True)
    sys.stdin.read()
"""


def writer(target):
    """Start a process that has written half of a file."""
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(target)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"writing\n"
    return process


def killed(*processes):
    for process in processes:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["a", "n" * 255, "日" * 85, ".hidden", "a.part"])
def test_x15_what_a_killed_save_left_goes_with_the_next_one(tmp_path, name, count):
    processes = [writer(tmp_path / name) for _ in range(count)]
    assert len(names(tmp_path)) == count
    killed(*processes)
    assert len(names(tmp_path)) == count
    with atomic_write(tmp_path / name) as file:
        file.write(CONTENT)
    assert names(tmp_path) == [name]
    assert (tmp_path / name).read_bytes() == CONTENT


def test_x15_what_another_process_still_writes_stays(tmp_path):
    target = tmp_path / "a"
    dead, alive = writer(target), writer(target)
    killed(dead)
    for _ in range(3):
        with atomic_write(target) as file:
            file.write(CONTENT)
        assert target.read_bytes() == CONTENT
        assert len(names(tmp_path)) == 2
    alive.communicate()  # the end of its input lets it end
    assert target.read_bytes() == b"half" * 9999
    assert names(tmp_path) == ["a"]


def test_x15_what_is_none_of_ours_stays(tmp_path):
    (tmp_path / "victim").write_bytes(b"mine")
    (tmp_path / ".a.ionworks.part").symlink_to("victim")
    (tmp_path / ".a.1.ionworks.part").mkdir()
    os.mkfifo(tmp_path / ".a.2.ionworks.part")
    with atomic_write(tmp_path / "a") as file:
        file.write(CONTENT)
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert (tmp_path / "victim").read_bytes() == b"mine"
    assert names(tmp_path) == [
        ".a.1.ionworks.part",
        ".a.2.ionworks.part",
        ".a.ionworks.part",
        "a",
        "victim",
    ]


def test_x15_many_threads_and_leftovers_end_with_one_whole_file(tmp_path):
    target = tmp_path / "a"
    together = threading.Barrier(8)

    def save(letter):
        for _ in range(20):
            together.wait(10)
            with suppress(ZeroDivisionError), atomic_write(target) as file:
                file.write(letter * 5000)
                if letter == b"3":
                    raise ZeroDivisionError

    threads = [threading.Thread(target=save, args=(b"%d" % n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    content = target.read_bytes()
    assert len(content) == 5000
    assert len({*content}) == 1
    assert names(tmp_path) == ["a"]


class Half(Listener):
    """A service that answers half a file, and then nothing until the client has gone."""

    def serve(self, connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 200000\r\n\r\n" + bytes(100_000))
        connection.recv(1)


SAVE = """
import sys
from ionworks import Ionworks
from ionworks_openapi.api.cell_measurements import download_measurement_file
client = Ionworks("any-key", sys.argv[1])
client.save(download_measurement_file, sys.argv[2], "m1", "a")
"""


def test_x15_a_download_that_was_killed_leaves_nothing_after_the_next(client, opened, tmp_path):
    target = tmp_path / "a"
    process = subprocess.Popen([sys.executable, "-c", SAVE, opened(Half()).url, str(target)])
    for _ in range(2000):
        if any(path.stat().st_size for path in tmp_path.iterdir()):
            break
        time.sleep(0.01)
    process.kill()
    process.wait(10)
    assert names(tmp_path) == [".a.ionworks.part"]
    client.save(OPERATION, target, "m1", "a")
    assert names(tmp_path) == ["a"]
