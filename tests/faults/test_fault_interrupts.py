"""Ctrl-C ends every call within moments, whatever it waits for, and leaves nothing behind."""

import os
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
# A call ends within a second; a busy machine may need more. One that is not interrupted waits for
# the server, or for the pause that it demands.
MOST_SECONDS = 15.0
STALL_SECONDS = 60
SIZE = 30_000_000  # more than fits between two sockets
TIMES = dict.fromkeys(("created_at", "updated_at"), "2026-01-02T03:04:05Z")


class Stalling(Listener):
    """A service that lists what there is, and then begins an answer, or not even that.

    Parameters
    ----------
    place : {"head", "body", "busy", "hole"}
        What a request for bytes gets: nothing, half of a body, 503 with a long wait, or a redirect
        to an address that answers no connection.
    """

    def __init__(self, place):
        self.place = place
        # A listener whose queue is full: the system drops what knocks.
        self._hole = socket.create_server(("127.0.0.1", 0), backlog=0)
        self._fill = [socket.socket() for _ in range(4)]
        for each in self._fill:
            each.setblocking(False)
            each.connect_ex(self._hole.getsockname())
        self.stalled = threading.Semaphore(0)
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
                self.stalled.release()

    def close(self):
        for each in (*self._fill, self._hole):
            each.close()
        super().close()

    def _stall(self, connection):
        self.stalled.release()
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
import faulthandler, sys
from ionworks import Ionworks
faulthandler.dump_traceback_later(30)  # if it hangs, each thread says where
client = Ionworks("any-key-0123456789", sys.argv[1], max_retries=3, project_id="p1")
cells, tests = client.cell_instance, client.cell_measurement
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


@pytest.fixture
def run(opened, tmp_path):
    """Return what runs a call in a process, and interrupts it when it stalls."""

    def interrupted(code, stalls, place, *more):
        server = opened(Stalling(place))
        work = tmp_path / "work"
        work.mkdir()
        for number in range(3):
            with (work / f"big {number}").open("wb") as file:
                file.truncate(SIZE)
        before = {path.name for path in work.iterdir()}
        process = subprocess.Popen(
            [sys.executable, "-c", START + code, server.url],
            cwd=work,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            for _ in range(stalls):
                assert server.stalled.acquire(timeout=20)
            time.sleep(0.1)  # bytes that were sent before arrive
            start = time.monotonic()
            process.send_signal(signal.SIGINT)
            for pause in more:
                time.sleep(pause)
                process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=35)
            took = time.monotonic() - start
        except subprocess.TimeoutExpired:
            process.kill()
            pytest.fail(f"it did not end:\n{process.communicate()[1]}")
        finally:
            process.kill()
            process.communicate()
        assert took < MOST_SECONDS
        assert process.returncode in (-signal.SIGINT, 128 + signal.SIGINT)
        # Pressed while Python ends already, it has the last word.
        ends = said if more else said.rstrip().splitlines()[-1]
        assert "KeyboardInterrupt" in ends
        assert {path.name for path in work.iterdir()} == before
        return said

    return interrupted


@pytest.mark.parametrize(("call", "place"), [*some(COMPOSED)])
def test_x4_ctrl_c_ends_a_composed_call(run, call, place):
    said = run(*COMPOSED[call], place)
    assert "Exception ignored" not in said


@pytest.mark.parametrize(
    ("call", "pause"),
    [
        pytest.param(call, pause, marks=[] if number % 3 == 0 else pytest.mark.long)
        for number, (call, pause) in enumerate(
            product(
                ["save_files", "detail of a cell", "inside of another"],
                [0.0, 0.0005, 0.003, 0.02, 0.3],
            )
        )
    ],
)
def test_x4_ctrl_c_may_be_pressed_again(run, call, pause):
    run(*COMPOSED[call], "body", pause)


@pytest.mark.parametrize("pause", [None, 0.01, 0.7], ids=["once", "twice", "twice, late"])
@pytest.mark.parametrize("call", ["save_files", "inside of another"])
def test_x4_ctrl_c_leaves_behind_what_cannot_be_ended(run, call, pause):
    """A thread that connects does so until the system gives up; its file is removed."""
    run(*COMPOSED[call], "hole", *([] if pause is None else [pause]))


def test_x4_ctrl_c_may_be_held(run):
    run(*COMPOSED["save_files"], "body", *[0.03] * 30)


@pytest.mark.parametrize("pause", [None, 0.0, 0.01], ids=["once", "twice", "twice, slowly"])
@pytest.mark.parametrize("call", UPLOADS)
def test_x4_ctrl_c_ends_an_upload(run, call, pause):
    run(*UPLOADS[call], "head", *([] if pause is None else [pause]))


@pytest.mark.parametrize(("call", "place"), [*some(SINGLE)])
def test_x4_ctrl_c_ends_a_single_call(run, call, place):
    run(SINGLE[call], 1, place)


@pytest.mark.parametrize("pause", [0.0, 0.0005, 0.01])
def test_x4_ctrl_c_may_be_pressed_again_in_a_single_call(run, pause):
    run(SINGLE["save"], 1, "body", pause)


def test_x4_a_program_that_goes_on_has_no_thread_and_no_file_of_it(run):
    """As a notebook does: the call ended, and the next one works."""
    code = """
import threading, time, os
try:
    tests.save_files('m1', '.')
except KeyboardInterrupt:
    pass
assert threading.enumerate() == [threading.main_thread()], threading.enumerate()
assert not [name for name in os.listdir('.') if not name.startswith('big')]
assert client.cell_instance.get('c1').name == 'c'
raise KeyboardInterrupt
"""
    run(code, COUNT, "body")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system with signals")
def test_x4_threads_of_the_user_go_on(run):
    """Only the calls of the fan-out end, not what another thread asks through the same client."""
    code = """
import threading
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
    run(code, COUNT + 1, "body")
