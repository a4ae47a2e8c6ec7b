"""Calls run side by side, within bounds, and nothing is left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from ionworks._http.cancellation import Cancelled, Pause, interruptible
from ionworks._http.files import atomic_write
from ionworks._http.threads import Threads
from ionworks._workflows.fan_out import fan_out

PATIENCE = 10.0


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


class Gauge:
    """Counts how many of its calls are under way at once."""

    def __init__(self, expected: int) -> None:
        self._lock = threading.Lock()
        self._full = threading.Event()
        self._expected = expected
        self.now = self.most = self.begun = 0

    def call(self, result: int) -> Callable[[], int]:
        def run() -> int:
            with self._lock:
                self.now += 1
                self.begun += 1
                self.most = max(self.most, self.now)
                if self.now == self._expected:
                    self._full.set()
            self._full.wait(PATIENCE)
            with self._lock:
                self.now -= 1
            return result

        return run


@pytest.mark.parametrize("workers", [1, 2, 3, 8, 100])
@pytest.mark.parametrize("size", [0, 1, 2, 20])
def test_results_come_in_the_order_of_the_calls(size, workers):
    calls = [lambda n=n: n * n for n in range(size)]
    assert fan_out(calls, max_workers=workers) == [n * n for n in range(size)]


def test_results_come_in_order_also_when_the_last_call_ends_first():
    done = threading.Event()

    def last() -> str:
        done.set()
        return "last"

    def first() -> str:
        assert done.wait(PATIENCE)
        return "first"

    assert fan_out([first, last], max_workers=2) == ["first", "last"]


@pytest.mark.parametrize("workers", [2, 4, 7])
def test_as_many_calls_as_allowed_run_at_once_and_never_more(workers):
    gauge = Gauge(workers)
    assert fan_out([gauge.call(n) for n in range(21)], max_workers=workers) == list(range(21))
    assert gauge.most == workers


@pytest.mark.parametrize(("size", "workers"), [(5, 1), (5, 0), (1, 8)])
def test_one_worker_is_the_calling_thread(size, workers):
    order = count()
    calls = [lambda: (threading.current_thread(), next(order)) for _ in range(size)]
    here = threading.current_thread()
    assert fan_out(calls, max_workers=workers) == [(here, n) for n in range(size)]


def test_one_worker_stops_at_the_first_error():
    begun = []

    def call(n: int) -> None:
        begun.append(n)
        if n == 2:
            raise ValueError(n)

    with pytest.raises(ValueError, match="2"):
        fan_out([lambda n=n: call(n) for n in range(5)], max_workers=1)
    assert begun == [0, 1, 2]


def test_of_errors_at_once_the_first_in_the_order_of_the_calls_is_raised(monkeypatch):
    monkeypatch.setattr("ionworks._http.threads._GRACE", PATIENCE)
    second_failed = threading.Event()

    def first() -> None:
        second_failed.wait(PATIENCE)
        raise ValueError("first")

    def second() -> None:
        second_failed.set()
        raise KeyError("second")

    with pytest.raises(ValueError, match="first"):
        fan_out([first, second], max_workers=2)


def test_an_error_ends_what_the_other_calls_wait_for():
    is_waiting = threading.Event()
    ended = []

    def wait() -> None:
        is_waiting.set()
        try:
            Pause().wait(PATIENCE)  # as before another attempt
        except BaseException as error:
            ended.append(type(error))
            raise

    def fail() -> None:
        is_waiting.wait(PATIENCE)
        raise OSError("down")

    with pytest.raises(OSError, match="down"):
        fan_out([wait, fail], max_workers=2)
    assert ended == [Cancelled]


def test_after_an_error_no_further_call_begins():
    begun = []
    failed = threading.Event()

    def fail() -> None:
        failed.set()
        raise OSError("down")

    def later(n: int) -> None:
        begun.append(n)
        assert failed.wait(PATIENCE)
        Pause().wait(0.2)  # the error is noted within

    with pytest.raises(OSError, match="down"):
        fan_out([fail, *[lambda n=n: later(n) for n in range(500)]], max_workers=3)
    assert len(begun) <= 4


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_passes_through(stop):
    def interrupted() -> None:
        raise stop

    with pytest.raises(stop):
        fan_out([interrupted, lambda: None, lambda: None], max_workers=2)
    with pytest.raises(stop):
        fan_out([lambda: None, interrupted], max_workers=1)


class Waits:
    """Something that a thread waits for until it is ended."""

    def __init__(self) -> None:
        self._over = threading.Event()

    def end(self) -> None:
        self._over.set()

    def __call__(self) -> None:
        with interruptible(self):
            assert self._over.wait(PATIENCE)


@pytest.mark.parametrize(
    "wait", [lambda: Pause().wait(PATIENCE), lambda: Waits()()], ids=["nap", "wait"]
)
@pytest.mark.parametrize("nested", [False, True])
def test_x4_an_interrupt_of_the_waiting_thread_ends_all_calls(nested, wait, monkeypatch):
    begun = []
    both = threading.Event()

    waited = Threads._wait

    def interrupted(self: Threads[object], seconds: float) -> None:
        if threading.current_thread() is threading.main_thread():
            monkeypatch.undo()
            assert both.wait(PATIENCE)
            raise KeyboardInterrupt
        waited(self, seconds)

    monkeypatch.setattr(Threads, "_wait", interrupted)

    def call(n: int) -> None:
        begun.append(n)
        if len(begun) == 2:
            both.set()
        wait()

    calls: list[Callable[[], object]] = [lambda n=n: call(n) for n in range(500)]
    if nested:
        inner = calls
        calls = [lambda: fan_out(inner, max_workers=2), lambda: None]
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        fan_out(calls, max_workers=2)
    assert len(begun) == 2
    assert time.monotonic() - start < PATIENCE / 2


def test_x4_what_cannot_be_ended_is_left_and_cleaned_up_after(monkeypatch, tmp_path):
    stuck, over = threading.Event(), threading.Event()
    monkeypatch.setattr("ionworks._http.threads._GRACE", 0.1)

    def call() -> None:
        with atomic_write(tmp_path / "a") as file:
            file.write(b"half")
            stuck.set()
            over.wait(PATIENCE)
            with interruptible(Waits()):
                pytest.fail("it goes on")

    def stop() -> None:
        assert stuck.wait(PATIENCE)
        raise KeyboardInterrupt

    before = {*threading.enumerate()}
    try:
        # In a thread of its own: from one that works, the interrupt comes to the waiting one.
        with pytest.raises(KeyboardInterrupt):
            fan_out([call, stop], max_workers=2)
        assert [*tmp_path.iterdir()] == []
    finally:
        over.set()
        for thread in {*threading.enumerate()} - before:
            thread.join(PATIENCE)
    assert [*tmp_path.iterdir()] == []


def test_one_fan_out_inside_another_does_not_lock_up():
    def inner(n: int) -> list[int]:
        return fan_out([lambda m=m: n * m for m in range(4)], max_workers=2)

    found = fan_out([lambda n=n: inner(n) for n in range(4)], max_workers=2)
    assert found == [[n * m for m in range(4)] for n in range(4)]
