"""One sandbox at a time on a data folder: a second one is refused and destroys nothing."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from ionworks.sandbox import Sandbox
from ionworks.sandbox.database.lock import NAME, FolderLock

COMMAND = [sys.executable, "-m", "ionworks.sandbox", "--port", "0", "--storage-port", "0"]


@contextmanager
def served(data, *more):
    """Run a sandbox as a process and give it with its address."""
    command = [*COMMAND, "--api-key", "k", "--data", str(data), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline().strip()
            yield process, line.removeprefix("export IONWORKS_API_URL=")
        finally:
            process.kill()


def refused(data, command=COMMAND):
    """Return what the second process says, which must be one sentence and no start."""
    second = [*command, "--data", str(data)]
    ended = subprocess.run(second, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert len(ended.stderr.splitlines()) == 1
    return ended.stderr


class Writer:
    """Uploads time series in two threads, and remembers those that were acknowledged."""

    def __init__(self, kit, box):
        self.api = kit.api(box)
        self.instance = self.api.instance()
        self.content = kit.parquet(kit.series())
        self.acknowledged = []
        self._over = threading.Event()
        self._pool = ThreadPoolExecutor(2)
        self._writing = [self._pool.submit(self._write, number) for number in range(2)]

    def _write(self, worker):
        number = 0
        while not self._over.is_set():
            name, number = f"{worker} {number}", number + 1
            begun = self.api.initiate(self.instance, name)
            self.api.put(begun, "time_series.parquet", self.content)
            self.acknowledged.append(self.api.confirm(begun, self.instance, name)["id"])

    def stop(self):
        self._over.set()
        for each in self._writing:
            each.result()

    def download(self, measurement_id):
        path = f"/cell_measurements/{measurement_id}/time_series/download"
        return httpx.get(self.api.call("GET", path, 307).headers["location"], verify=False).content

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._over.set()
        self._pool.shutdown()
        self.api.http.close()


def test_x32_what_was_acknowledged_survives_a_second_start_while_the_first_one_writes(
    tmp_path, kit
):
    with Sandbox(data=tmp_path) as box, Writer(kit, box) as writer:
        while len(writer.acknowledged) < 20:
            with pytest.raises(RuntimeError, match="in use by another sandbox"):
                Sandbox(data=tmp_path).start()
        refused(tmp_path)
        writer.stop()
        for each in writer.acknowledged:
            assert writer.download(each) == writer.content


def test_f3_x32_the_message_names_the_holder_from_the_same_process(tmp_path):
    with Sandbox(data=tmp_path) as box:
        with pytest.raises(RuntimeError) as caught:
            Sandbox(data=tmp_path).start()
        assert str(caught.value) == (
            f"The data folder {tmp_path} is in use by another sandbox (this process, {box.url})."
            " Stop that one, or choose another folder."
        )


def test_f3_x32_the_process_is_refused_in_one_sentence_that_names_the_holder(tmp_path):
    with served(tmp_path) as (process, url):
        said = refused(tmp_path)
        assert f"(process {process.pid}, {url})" in said
        ports = ["--port", str(httpx.URL(url).port), "--storage-port", "0"]
        assert refused(tmp_path, [*COMMAND[:3], *ports]) == said  # the folder before the port
        with pytest.raises(RuntimeError, match=f"process {process.pid}, {url}"):
            Sandbox(data=tmp_path).start()


@pytest.mark.parametrize("way", ["symlink", "dots", "relative", "renamed", "file deleted"])
def test_x32_the_folder_is_the_same_by_whatever_path_it_is_reached(tmp_path, monkeypatch, way):
    data = tmp_path / "lab"
    (tmp_path / "other").mkdir()
    with Sandbox(data=data):
        if way == "symlink":
            other = tmp_path / "link"
            other.symlink_to(data, target_is_directory=True)
        elif way == "dots":
            other = tmp_path / "other" / ".." / "lab"
        elif way == "relative":
            monkeypatch.chdir(data)
            other = type(data)()
        elif way == "renamed":
            other = data.rename(tmp_path / "renamed")
        else:
            (data / NAME).unlink()
            other = data
        with pytest.raises(RuntimeError, match="in use by another sandbox"):
            Sandbox(data=other).start()
        if way == "renamed":
            other.rename(data)


def test_x32_of_many_starts_at_once_one_succeeds(tmp_path):
    boxes = [Sandbox(data=tmp_path) for _ in range(8)]
    together = threading.Barrier(len(boxes))

    def start(box):
        together.wait()
        try:
            return box.start()
        except RuntimeError as error:
            return str(error)

    with ThreadPoolExecutor(len(boxes)) as pool:
        ended = list(pool.map(start, boxes))
    started = [each for each in ended if isinstance(each, Sandbox)]
    assert len(started) == 1
    assert all("in use" in each for each in ended if isinstance(each, str))
    started[0].stop()


def test_x32_one_object_that_two_threads_start_is_started_once(tmp_path):
    box = Sandbox(data=tmp_path)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda _: box.start().url, range(2))) == [box.url] * 2
    box.stop()


def test_x32_a_stopped_or_refused_sandbox_leaves_the_folder_free(tmp_path):
    for _ in range(2):
        with Sandbox(data=tmp_path), pytest.raises(RuntimeError, match="in use"):
            Sandbox(data=tmp_path).start()
    with Sandbox() as taken:
        for _ in range(2):  # a start that fails later gives the folder back
            with pytest.raises(RuntimeError, match="cannot listen"):
                Sandbox(data=tmp_path, port=httpx.URL(taken.url).port).start()
    with Sandbox(data=tmp_path):
        pass


def test_x32_after_kill_9_the_folder_is_free_at_once_and_all_is_there(tmp_path, kit):
    made = []
    for number in range(2):
        with (
            served(tmp_path) as (process, url),
            httpx.Client(base_url=url, headers={"X-API-Key": "k"}) as api,
        ):
            assert {p["id"] for p in api.get("/projects").json()["items"]} >= set(made)
            made.append(api.post("/projects", json={"name": str(number)}).json()["id"])
            process.send_signal(signal.SIGKILL)
            process.wait()
    with Sandbox(data=tmp_path) as box, box.client() as client:
        assert {project.id for project in client.project.list()} >= set(made)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_x32_a_fork_that_outlives_the_process_does_not_keep_the_folder(tmp_path):
    code = (
        "import os, signal, sys, time; from pathlib import Path\n"
        "from ionworks.sandbox import Sandbox\n"
        # A busy machine lets the fork run late: its parent is dead before it closes its handles.
        "os.register_at_fork(after_in_child=lambda: time.sleep(0.3))\n"
        "box = Sandbox(data=Path(sys.argv[1])).start()\n"
        "child = os.fork()\n"
        "if child == 0: time.sleep(60); os._exit(0)\n"
        "print(child, flush=True); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    command = [sys.executable, "-W", "ignore", "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        child = int(process.stdout.readline())
        process.wait(timeout=30)
        try:
            with Sandbox(data=tmp_path):
                os.kill(child, 0)  # it still lives
        finally:
            os.kill(child, signal.SIGKILL)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_x32_a_fork_that_ends_does_not_free_the_folder_of_its_parent(tmp_path):
    lock = FolderLock(tmp_path)
    lock.announce("http://127.0.0.1:1")
    child = os.fork()
    if child == 0:
        lock.release()
        os._exit(0)
    os.waitpid(child, 0)
    with pytest.raises(RuntimeError, match=r"this process, http://127\.0\.0\.1:1\)"):
        FolderLock(tmp_path)
    lock.release()
    FolderLock(tmp_path).release()


def test_x32_a_process_that_is_just_being_started_does_not_keep_the_folder(tmp_path):
    lock = FolderLock(tmp_path)
    copies = [os.dup(descriptor) for descriptor in lock._descriptors]  # as before its exec
    try:
        lock.release()
        FolderLock(tmp_path).release()
    finally:
        for descriptor in copies:
            os.close(descriptor)


def test_x32_a_copy_made_by_the_same_process_does_not_free_the_folder(tmp_path):
    data = tmp_path / "lab"
    with Sandbox(data=data):
        shutil.copytree(data, tmp_path / "copy")
        with pytest.raises(RuntimeError, match="in use"):
            Sandbox(data=data).start()
        with Sandbox(data=tmp_path / "copy"):
            pass


@pytest.mark.parametrize(
    "note", [b"", b"{", b"[1]", b"\xff\xfe", b'{"pid": "x"}', b'{"pid": null}', b"7", b"x" * 9999]
)
def test_x32_a_holder_that_cannot_be_read_is_not_made_up(tmp_path, note):
    lock = FolderLock(tmp_path)
    (tmp_path / NAME).write_bytes(note)
    with pytest.raises(RuntimeError, match=r"another sandbox \(which process is not known\)"):
        FolderLock(tmp_path)
    lock.release()


def test_x32_a_holder_on_another_machine_is_named_with_it(tmp_path):
    lock = FolderLock(tmp_path)
    note = b'{"pid": 12, "host": "lab3", "url": "http://127.0.0.1:8787"}'
    (tmp_path / NAME).write_bytes(note)
    with pytest.raises(RuntimeError, match=r"\(process 12 on host lab3, http://127"):
        FolderLock(tmp_path)
    lock.release()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no flock")
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_x32_a_file_system_without_locks_is_refused(tmp_path, monkeypatch, number):
    def without(_file, _how):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", without)
    with pytest.raises(RuntimeError, match=r"has no locks .* Choose a folder on a local disk\."):
        Sandbox(data=tmp_path).start()
    monkeypatch.undo()
    with Sandbox(data=tmp_path):
        pass
