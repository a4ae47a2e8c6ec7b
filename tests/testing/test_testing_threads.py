"""What a block waits for at its end: the work that it gave to threads, and nothing else."""

import queue
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ionworks.testing.threads import Threads

WORK = 0.05


@pytest.fixture
def pool():
    with ThreadPoolExecutor(2) as pool:
        pool.submit(int).result()
        yield pool


@pytest.fixture
def worker():
    """A thread that works off a queue; its work is a call."""
    calls = queue.Queue()

    def run():
        while call := calls.get():
            call()

    thread = threading.Thread(target=run)
    thread.start()
    yield calls
    calls.put(None)
    thread.join()


@pytest.fixture
def signalled():
    """A thread that works once it is told."""
    told, done = threading.Event(), []
    thread = threading.Thread(target=lambda: (told.wait(), done and done[0]()))
    thread.start()
    yield told, done
    told.set()
    thread.join()


@pytest.fixture
def patient(monkeypatch):
    """Let a block wait for half a minute: on a busy machine, work may take more than a second."""
    monkeypatch.setattr("ionworks.testing.threads._MOST_SECONDS", 30.0)


def seconds(threads):
    begin = time.monotonic()
    threads.wait()
    return time.monotonic() - begin


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("turn", range(20))
def test_k2_work_that_was_given_is_waited_for(pool, worker, signalled, turn):
    asked, go_on, done = threading.Event(), threading.Event(), []
    opener = threading.Thread(target=lambda: (asked.wait(), time.sleep(WORK), go_on.set()))
    opener.start()
    threads = Threads()

    def work():
        while not go_on.is_set():
            time.sleep(0.001)
        done.append(1)

    pool.submit(work)
    worker.put(work)
    signalled[1].append(work)
    signalled[0].set()
    threading.Thread(target=work).start()
    threading.Thread(target=lambda: ThreadPoolExecutor(2).submit(work).result()).start()
    with ThreadPoolExecutor(3) as own:
        for _ in range(3):
            own.submit(work)
        own.shutdown(wait=False)
        assert done == []
        asked.set()
        threads.wait()
        assert len(done) == 8
    opener.join()
    assert not threads.list_running()


@pytest.mark.usefixtures("patient")
def test_k2_threads_that_have_nothing_to_do_are_not_waited_for(pool, worker, signalled):
    timer = threading.Timer(60, print)
    threads = Threads()
    assert seconds(threads) < 15
    timer.start()
    new = ThreadPoolExecutor(1)
    new.submit(int).result()
    assert seconds(threads) < 15
    assert threads.list_running() == {timer}
    timer.cancel()
    new.shutdown()


def test_k2_a_thread_without_an_end_is_waited_for_a_second_and_known(request):
    stop = threading.Event()

    def run():
        while not stop.is_set():
            time.sleep(0.001)

    busy = threading.Thread(target=run)
    threads = Threads()
    busy.start()
    assert seconds(threads) > 0.9
    assert threads.list_running() == {busy}
    request.getfixturevalue("patient")
    assert seconds(Threads()) < 15  # it was there before
    stop.set()
    busy.join()


STRESS = """
import faulthandler, gc, threading, time
from ionworks.testing.threads import Threads

class Waste:
    def __init__(self):
        self.local = threading.local()
        self.local.made = self.itself = self

def run(end):
    while time.monotonic() < end:
        threads = [threading.Thread(target=Waste) for _ in range(3)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

faulthandler.dump_traceback_later(30, exit=True)
gc.set_threshold(5)
end = time.monotonic() + 1
for _ in range(2):
    threading.Thread(target=run, args=[end]).start()
while time.monotonic() < end:
    Waste()
    Threads().list_running()
assert gc.isenabled()
"""


def test_k2_to_look_at_threads_does_not_lock_the_interpreter_up():
    done = subprocess.run([sys.executable, "-c", STRESS], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
