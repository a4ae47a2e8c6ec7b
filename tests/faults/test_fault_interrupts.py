"""Ctrl-C ends every call within moments, whatever it waits for, and leaves nothing behind."""

import json
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from itertools import product

import pytest
from rig import Listener, Reply, peeked, read_request, received, rendered

COUNT = 6  # requests that stall at once
START_SECONDS = 50.0  # for the imports of a process on a busy machine
# A call ends within a second; a busy machine may need more. One that is not interrupted waits for
# the server, or for the pause that it demands.
MOST_SECONDS = 20.0
STALL_SECONDS = 60
SIZE = 30_000_000  # more than fits between two sockets
TIMES = dict.fromkeys(("created_at", "updated_at"), "2026-01-02T03:04:05Z")


class Stalling(Listener):
    """A service that answers requests for records, and stalls for those for files.

    Parameters
    ----------
    place : {"head", "body", "busy", "hole"}
        The response to a request for a file: nothing, half of a body, 503 with a long wait, or a
        redirect to an address that accepts no connection.
    """

    def __init__(self, place):
        self.place = place
        # The queue of this listener is full, so the system drops new connections.
        self._hole = socket.create_server(("127.0.0.1", 0), backlog=0)
        self._fill = [socket.socket() for _ in range(4)]
        for each in self._fill:
            each.setblocking(False)
            each.connect_ex(self._hole.getsockname())
        self._stalled = threading.Semaphore(0)
        super().__init__()

    def serve(self, connection):
        while peeked(connection):
            if connection.recv(3, 2) == b"PUT":  # without reading it
                received(connection)
                self._stall(connection)
                return
            seen = read_request(connection)
            reply = self._reply_to(seen)
            if reply is None:
                if self.place == "body":
                    head = b"HTTP/1.1 200 OK\r\ncontent-length: 200000\r\n"
                    connection.sendall(
                        head + b"content-type: application/json\r\n\r\n" + b"x" * 9999
                    )
                self._stall(connection)
                return
            connection.sendall(rendered(reply, 0))
            if reply.status in (307, 503):
                self._stalled.release()

    def wait_for_stalls(self, count):
        for _ in range(count):
            assert self._stalled.acquire(timeout=START_SECONDS)

    def close(self):
        for each in (*self._fill, self._hole):
            each.close()
        super().close()

    def _stall(self, connection):
        self._stalled.release()
        self.over.wait(STALL_SECONDS)

    def _reply_to(self, seen):
        last = seen.path.rpartition("/")[2]
        cell = {"id": "c1", "name": "c", "cell_specification_id": "s1", **TIMES}
        ids = [f"m{number}" for number in range(COUNT)]
        if last == "initiate-upload":
            names = seen.json.get("filenames") or ["time_series.parquet"]
            facts = {"token": "t", "path": "p"}
            uploads = [{"filename": n, "signed_url": f"{self.url}/{n}", **facts} for n in names]
            raw = {"raw_data_id": "r1"} if seen.path.startswith("/raw") else {}
            return Reply(200, {"measurement_id": "m1", "uploads": uploads, **raw})
        if last == "files":
            return Reply(200, {"filenames": [f"{name}.bin" for name in ids]})
        if last == "download-url":
            return Reply(200, {"url": f"{self.url}/a"})
        if last == "c1":
            return Reply(200, cell)
        if last == "m0":
            return Reply(200, {**cell, "id": "m0", "cell_instance_id": "c1"})
        if last == "cell_measurements":
            items = [{"id": n, "name": n, "cell_instance_id": "c1", **TIMES} for n in ids]
            return Reply(200, {"items": items, "count": COUNT, "total": COUNT})
        if self.place == "hole":
            port = self._hole.getsockname()[1]
            return Reply(307, None, {"location": f"http://127.0.0.1:{port}/a"})
        if self.place == "busy":
            return Reply(503, {"detail": "busy"}, {"retry-after": "30"})
        return None


START = """
import faulthandler, json, os, sys, threading, traceback
from ionworks import Ionworks

def connect(url):
    global client, cells, tests
    faulthandler.dump_traceback_later(30)  # if it hangs, the position of each thread is printed
    client = Ionworks("any-key-0123456789", url, max_retries=3, project_id="p1")
    cells, tests = client.cell_instance, client.cell_measurement
"""
# Runs one call after another, as a notebook does.
LOOP = """
for line in sys.stdin:
    url, code = json.loads(line)
    connect(url)
    end = ""
    try:
        exec(code, globals())
    except KeyboardInterrupt:
        end = "interrupted"
    except BaseException:
        end = traceback.format_exc()
    threads = [each.name for each in threading.enumerate() if each is not threading.main_thread()]
    print(json.dumps([end, threads]), flush=True)
"""


# Each with how many of its requests stall at once.
COMPOSED = {
    "save_files": ("tests.save_files('m1', '.')", COUNT),
    "download_files": ("tests.download_files('m1')", COUNT),
    "detail of a cell": ("cells.detail('c1')", 2 * COUNT),
    "detail, collecting": ("cells.detail('c1', on_error='collect')", 2 * COUNT),
    "detail of a measurement": ("tests.detail('m0')", 2),
    "steps of many": ("tests.steps(tests.list('c1'))", COUNT),
    "cycles of many": ("tests.cycles([f'm{n}' for n in range(1, 7)])", COUNT),
    "steps of cells": ("cells.steps(['c1'])", COUNT),
    "waiting for many": ("tests.wait_for_processing([f'm{n}' for n in range(1, 7)])", COUNT),
    "with progress": ("tests.steps(tests.list('c1'), progress=lambda update: None)", COUNT),
    "inside of another": (
        "from ionworks._workflows.fan_out import fan_out\n"
        "fan_out([lambda: tests.save_files('m1', '.'), lambda: tests.download_files('m1')],"
        " max_workers=2)",
        2 * COUNT,
    ),
}
UPLOADS = {
    "create_file": ("tests.create_file('c1', 'n', ['big 0', 'big 1', 'big 2'])", 3),
    "raw_data.upload": ("client.raw_data.upload('p1', 'big 0')", 1),
}
SINGLE = {
    "get": "client.project.get('p1')",
    "time_series": "tests.time_series('m1')",
    "get_file": "tests.get_file('m1', 'a')",
    "raw_data.save": "client.raw_data.save('r1', 'a')",
    "raw_data.download": "client.raw_data.download('r1')",
    "save_files of one": "tests.save_files('m1', '.', filenames=['a'])",
    "save": (
        "from ionworks_openapi.api.cell_measurements import download_measurement_time_series as d\n"
        "client.save(d, 'a', 'm1')"
    ),
}


def some(calls):
    """Yield each call with each place to stall; one place for each call in the short form."""
    places = ("body", "head", "busy")
    for number, call in enumerate(calls):
        for place in places:
            short = place == places[number % len(places)]
            yield pytest.param(call, place, marks=() if short else pytest.mark.long)


def one_of(step, cases):
    """Mark all cases as long, except each n-th."""
    return [
        pytest.param(*case, marks=[] if number % step == 0 else pytest.mark.long)
        for number, case in enumerate(cases)
    ]


def started(code, folder, *arguments):
    """Start a program in a folder with files to upload."""
    folder.mkdir()
    for number in range(3):
        with (folder / f"big {number}").open("wb") as file:
            file.truncate(SIZE)
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    command = [sys.executable, "-c", START + code, *arguments]
    return subprocess.Popen(command, cwd=folder, text=True, **pipes)


class Notebook:
    """A process that makes one call after another, and goes on after Ctrl-C."""

    def __init__(self, folder):
        self._folder = folder
        self._process = started(LOOP, folder)
        self._before = {path.name for path in folder.iterdir()}

    def interrupt(self, server, code, stalls):
        """Make a call, and send Ctrl-C when so many of its requests have stalled."""
        try:
            self._process.stdin.write(json.dumps([server.url, code]) + "\n")
            self._process.stdin.flush()
            server.wait_for_stalls(stalls)
            self._process.send_signal(signal.SIGINT)
            assert select.select([self._process.stdout], [], [], MOST_SECONDS)[0], "no end"
        except BaseException:  # the other tests fail at once
            self._process.kill()
            raise
        end, threads = json.loads(self._process.stdout.readline())
        assert end == "interrupted", end
        assert threads == []
        assert {path.name for path in self._folder.iterdir()} == self._before

    def close(self):
        """End the process, which has printed no error."""
        try:
            _, errors = self._process.communicate(timeout=MOST_SECONDS)
            assert errors == ""
        finally:
            self._process.kill()
            self._process.wait()


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """A process that the tests share; most of the time of a new one are its imports."""
    notebook = Notebook(tmp_path_factory.mktemp("notebook") / "work")
    yield notebook
    notebook.close()


@pytest.fixture
def interrupt(notebook, opened):
    """Return what interrupts a call when it stalls."""
    return lambda code, stalls, place: notebook.interrupt(opened(Stalling(place)), code, stalls)


@pytest.fixture
def end_process(opened, tmp_path):
    """Return what interrupts a call in its own process, which then ends."""

    def interrupted(code, stalls, place, *more):
        server = opened(Stalling(place))
        folder = tmp_path / "work"
        process = started(f"connect(sys.argv[1])\n{code}", folder, server.url)
        before = {path.name for path in folder.iterdir()}
        try:
            server.wait_for_stalls(stalls)
            process.send_signal(signal.SIGINT)
            for pause in more:
                time.sleep(pause)
                process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=MOST_SECONDS)
        finally:
            process.kill()
            process.communicate()
        assert process.returncode in (-signal.SIGINT, 128 + signal.SIGINT), errors
        # If it is pressed while Python ends already, other lines follow.
        assert "KeyboardInterrupt" in (errors if more else errors.rstrip().splitlines()[-1])
        assert {path.name for path in folder.iterdir()} == before
        return errors

    return interrupted


@pytest.mark.parametrize(("call", "place"), [*some(COMPOSED)])
def test_x4_ctrl_c_ends_a_composed_call(interrupt, call, place):
    interrupt(*COMPOSED[call], place)


@pytest.mark.parametrize(("call", "place"), [*some(SINGLE)])
def test_x4_ctrl_c_ends_a_single_call(interrupt, call, place):
    interrupt(SINGLE[call], 1, place)


@pytest.mark.parametrize("call", UPLOADS)
def test_x4_ctrl_c_ends_an_upload(interrupt, call):
    interrupt(*UPLOADS[call], "head")


@pytest.mark.parametrize("call", one_of(3, ((call,) for call in COMPOSED)))
def test_x4_ctrl_c_ends_the_process(end_process, call):
    assert "Exception ignored" not in end_process(*COMPOSED[call], "body")


@pytest.mark.parametrize(
    ("call", "pause"),
    one_of(
        4,
        product(
            ["save_files", "detail of a cell", "inside of another"],
            [0.0, 0.0005, 0.003, 0.02, 0.3],
        ),
    ),
)
def test_x4_ctrl_c_may_be_pressed_again(end_process, call, pause):
    end_process(*COMPOSED[call], "body", pause)


@pytest.mark.parametrize(
    ("call", "pauses"),
    one_of(2, product(["save_files", "inside of another"], [(), (0.01,), (0.7,)])),
)
def test_x4_ctrl_c_leaves_behind_what_cannot_be_ended(end_process, call, pauses):
    """A thread that connects does so until the system gives up; its file is removed."""
    end_process(*COMPOSED[call], "hole", *pauses)


def test_x4_ctrl_c_may_be_held(end_process):
    end_process(*COMPOSED["save_files"], "body", *[0.03] * 30)


@pytest.mark.parametrize(("call", "pause"), one_of(3, product(UPLOADS, [0.0, 0.01])))
def test_x4_ctrl_c_may_be_pressed_again_in_an_upload(end_process, call, pause):
    end_process(*UPLOADS[call], "head", pause)


@pytest.mark.parametrize("pause", one_of(3, ((pause,) for pause in (0.0, 0.0005, 0.01))))
def test_x4_ctrl_c_may_be_pressed_again_in_a_single_call(end_process, pause):
    end_process(SINGLE["save"], 1, "body", pause)


def test_x4_a_program_that_goes_on_can_use_the_client(interrupt):
    code = """
try:
    tests.save_files('m1', '.')
except KeyboardInterrupt:
    assert client.cell_instance.get('c1').name == 'c'
    raise
"""
    interrupt(code, COUNT, "body")


def test_x4_threads_of_the_user_go_on(end_process):
    """Only the calls of the fan-out end, not a call of another thread with the same client."""
    code = """
other = []
def ask():
    try:
        other.append(client.project.get('p1'))
    except BaseException as error:
        other.append(error)
thread = threading.Thread(target=ask, daemon=True)
thread.start()
try:
    tests.save_files('m1', '.')
except KeyboardInterrupt:
    pass
assert thread.is_alive() and not other, other
raise KeyboardInterrupt
"""
    end_process(code, COUNT + 1, "body")
