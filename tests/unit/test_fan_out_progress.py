"""A bar is drawn where there is a terminal, and nowhere else; callbacks count each call once."""

import os
import pty
import subprocess
import sys
import termios
from functools import partial

import pytest

from ionworks._workflows.fan_out import fan_out

DRAW = """
from functools import partial
from ionworks._workflows.fan_out import fan_out
print(fan_out([partial(int, n) for n in range(3)], max_workers=2, progress={}, label="steps"))
"""


def drawn(progress, stderr):
    done = subprocess.run(
        [sys.executable, "-c", DRAW.format(progress)], stdout=subprocess.PIPE, stderr=stderr
    )
    assert (done.returncode, done.stdout.strip()) == (0, b"[0, 1, 2]")
    return done.stderr


@pytest.mark.parametrize(("progress", "there"), [(True, True), (False, False)])
def test_a_terminal_shows_a_bar_if_one_is_asked_for(progress, there):
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    drawn(progress, theirs)
    os.write(theirs, b"<end>")
    shown = b""
    while not shown.endswith(b"<end>"):
        shown += os.read(ours, 1000)
    os.close(ours)
    os.close(theirs)
    assert (b"steps:" in shown and b"3/3" in shown) is there


def test_a_pipe_shows_none():
    assert drawn(True, subprocess.PIPE) == b""


@pytest.mark.parametrize("workers", [1, 32])
def test_a_callback_is_told_of_each_call_in_turn(workers):
    told = []
    results = fan_out(
        [partial(int, n) for n in range(50)],
        max_workers=workers,
        progress=lambda done, of: told.append((done, of)),
        label="steps",
    )
    assert results == list(range(50))
    assert told == [(n, 50) for n in range(1, 51)]


def test_of_nothing_nothing_is_told():
    assert fan_out([], max_workers=1, progress=print, label="steps") == []
