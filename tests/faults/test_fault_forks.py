"""Rows 64 to 66: forks amid a first call and after polars ran, and `close` amid calls."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import suppress
from functools import partial

import pytest
from rig import Reply, ScriptedServer, Stall

from ionworks.errors import ClientClosed

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="known on Linux only")


def run(code, *arguments):
    """Run a program in a fresh process, which must end in time."""
    program = [sys.executable, "-c", textwrap.dedent(code), *arguments]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, "done"), done.stderr[-3000:]


def always(opened, step):
    server = opened(ScriptedServer())
    server.otherwise = step
    return server


FIRST_CALL = """
    import os, signal, sys, threading, time
    from ionworks import Ionworks

    client = Ionworks("key-of-a-test", sys.argv[1], max_retries=0)
    other = threading.Thread(target=client.project.list)
    other.start()
    time.sleep(float(sys.argv[2]))
    child = os.fork()
    if child == 0:
        signal.alarm(45)  # a child that hangs is ended by the signal
        client.project.list()
        os._exit(0)
    other.join()
    assert os.waitpid(child, 0)[1] == 0, "the child hangs"
    print("done")
"""


@needs_fork
# The first call imports for some 0.3 s: each moment is in another module.
@pytest.mark.parametrize("after", [0.0, 0.05, 0.15, 0.25])
def test_row_64_x11_a_fork_during_the_first_call_does_not_hang(opened, after):
    page = Reply(200, {"items": [], "count": 0, "total": 0})
    server = always(opened, page)
    run(FIRST_CALL, server.url, str(after))


AFTER_POLARS = """
    import os, signal, sys
    import polars as pl
    from ionworks.errors import ConfigurationError
    from ionworks.frames.convert import from_parquet, to_parquet, to_polars
    from ionworks.validators import find_issues

    frame = pl.DataFrame({"Time [s]": [0.0, 1.0]})
    content = to_parquet(frame)
    calls = [
        lambda: from_parquet(content),
        lambda: to_parquet(frame),
        lambda: to_polars(frame.lazy()),
        lambda: find_issues(frame.lazy()),
    ]
    for call in calls:
        child = os.fork()
        if child == 0:
            signal.alarm(45)
            try:
                call()
            except ConfigurationError as error:
                os._exit(0 if "forked after polars" in str(error) else 2)
            os._exit(3)
        assert os.waitpid(child, 0)[1] == 0, "the child hangs, or raises something else"
    assert from_parquet(content).equals(frame)  # the parent goes on
    print("done")
"""

BEFORE_POLARS = """
    import os, signal
    import polars as pl
    from ionworks.frames.convert import from_parquet, to_parquet

    child = os.fork()
    if child == 0:
        signal.alarm(45)
        from_parquet(to_parquet(pl.DataFrame({"Time [s]": [0.0, 1.0]})))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    print("done")
"""


@needs_linux
def test_row_65_x11_a_table_in_a_fork_after_polars_ran_is_refused():
    run(AFTER_POLARS)


@needs_fork
def test_row_65_x11_a_fork_before_polars_ran_reads_tables():
    run(BEFORE_POLARS)


def close_amid(client, in_calls, count=16):
    """Close a client when `in_calls` returns; all calls of so many threads must end at once."""
    errors = []

    def ask():
        try:
            client.project.list()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(count)]
    for each in threads:
        each.start()
    in_calls()
    client.close()
    for each in threads:
        each.join(timeout=10)  # without `close`, each call takes 20 s at least
    assert [type(each) for each in errors] == [ClientClosed] * count


@pytest.mark.parametrize("workers", [1, 32])
def test_row_66_x12_calls_that_wait_for_an_answer_end_at_once(opened, client_of, workers):
    server = always(opened, Stall())
    close_amid(
        client_of(server, max_workers=workers, timeout=20),
        partial(server.wait_for, min(workers, 16)),
    )


def test_row_66_x12_calls_that_connect_end_at_once(client_of):
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(3)]  # these fill the queue of the port
        for each in waiting:
            each.setblocking(False)
            with suppress(BlockingIOError):
                each.connect(full.getsockname())
        client = client_of(f"http://127.0.0.1:{full.getsockname()[1]}", timeout=20)
        close_amid(client, lambda: time.sleep(0.3))
        for each in waiting:
            each.close()


def test_row_66_x12_calls_that_look_up_a_name_end_at_once(client_of, monkeypatch):
    begun, over = threading.Semaphore(0), threading.Event()

    def slow(*_args, **_options):
        begun.release()
        over.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    try:
        client = client_of("https://api.no-such-host.example", timeout=20)
        close_amid(client, partial(begun.acquire, timeout=20))
    finally:
        over.set()


def test_row_66_x12_calls_that_pause_end_at_once(opened, client_of):
    server = always(opened, Reply(503, {}, {"retry-after": "30"}))
    client = client_of(server)
    client.transport._attempts = client.transport._attempts.__class__(
        client.transport._attempts.policy,
        client.transport._attempts.budget,
        client.transport._connections.pause,
        time.monotonic,
        lambda: 1.0,
        client.transport._report,
    )
    close_amid(client, partial(server.wait_for, 16))
