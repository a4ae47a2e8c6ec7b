"""A bar is drawn where somebody watches, and closed in any case; callbacks get each step."""

import os
import pty
import subprocess
import sys
import termios
from functools import partial

import pytest

from ionworks._http.progress import measure
from ionworks._workflows.fan_out import fan_out
from ionworks.errors import PayloadError

DRAW = """
import ionworks._http.progress as module
from functools import partial
from ionworks._workflows.fan_out import fan_out
module._DELAY = {delay}
print(fan_out([partial(int, n) for n in range(3)], max_workers=2, progress={progress!r}, label="x"))
"""


def drawn(progress, stderr, delay=0.0):
    done = subprocess.run(
        [sys.executable, "-c", DRAW.format(progress=progress, delay=delay)],
        stdout=subprocess.PIPE,
        stderr=stderr,
    )
    assert (done.returncode, done.stdout.strip()) == (0, b"[0, 1, 2]")
    return done.stderr


def drawn_in_a_terminal(progress, delay=0.0):
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    drawn(progress, theirs, delay)
    os.write(theirs, b"<end>")
    shown = b""
    while not shown.endswith(b"<end>"):
        shown += os.read(ours, 1000)
    os.close(ours)
    os.close(theirs)
    return shown


@pytest.mark.parametrize(
    ("progress", "delay", "there"),
    [("auto", 0.0, True), ("auto", 60.0, False), (True, 60.0, True), (False, 0.0, False)],
)
def test_a_terminal_shows_a_bar_of_a_call_that_takes_longer(progress, delay, there):
    shown = drawn_in_a_terminal(progress, delay)
    assert (b"x:" in shown and b"3/3" in shown) is there


def test_a_pipe_shows_none_unless_one_is_asked_for():
    assert drawn("auto", subprocess.PIPE) == b""
    assert b"3/3" in drawn(True, subprocess.PIPE)


@pytest.mark.parametrize("workers", [1, 32])
def test_a_callback_gets_each_call_in_turn(workers):
    updates = []
    results = fan_out(
        [partial(int, n) for n in range(50)],
        max_workers=workers,
        progress=updates.append,
        label="steps",
    )
    assert results == list(range(50))
    assert [(each.operation, each.done, each.total, each.unit) for each in updates] == [
        ("steps", n, 50, "table") for n in range(1, 51)
    ]


def test_of_nothing_nothing_is_reported():
    assert fan_out([], max_workers=1, progress=print, label="steps") == []


def test_a_bar_rolls_back_and_is_closed_after_an_error(capsys):
    def transfer():
        with measure(True, "a file", "B") as meter:
            meter.expect(2_000_000)
            for amount in (1_500_000, -1_500_000, 500_000):
                meter.advance(amount)
            raise KeyError

    with pytest.raises(KeyError):
        transfer()
    out, err = capsys.readouterr()
    assert out == ""
    assert "500k/2.00M" in err
    assert err.endswith("\n")


@pytest.mark.parametrize("wrong", ["yes", 1.5, None, []])
def test_other_values_are_refused(wrong):
    with pytest.raises(PayloadError, match="'auto'"), measure(wrong, "a file", "B"):
        pass
