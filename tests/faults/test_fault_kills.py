"""A process that is killed while it saves a file: the next run has the right file, and no other."""

import random
import signal
import subprocess
import sys

import pytest

from ionworks.sandbox import Sandbox

SCRIPT = """
import os, signal, sys
from itertools import count
from ionworks import Ionworks

url, key, raw_data_id, target, last = sys.argv[1:]
numbers = count(1)

def event(_):
    if next(numbers) == int(last):
        os.kill(os.getpid(), signal.SIGKILL)

with Ionworks(key, api_url=url, on_attempt=event) as client:
    client.raw_data.save(raw_data_id, target, progress=event)
print(next(numbers) - 1)
"""
# More than one range, so that several are fetched at once.
SIZE = 36 << 20
POINTS = 20


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A sandbox, the id of a file in it, its content, and the number of events of a whole save."""
    content = random.Random(7).randbytes(SIZE)
    source = tmp_path_factory.mktemp("source") / "cycler.bin"
    source.write_bytes(content)
    with Sandbox() as box, box.client() as client:
        raw_data_id = client.raw_data.upload(box.project_id, source).id
        target = source.with_name("whole.bin")
        events = int(save(box, raw_data_id, target, 0).stdout)
        yield box, raw_data_id, content, events


def save(box, raw_data_id, target, last):
    """Run the script, which kills itself at an event; 0 for none."""
    arguments = (box.url, box.api_key, raw_data_id, str(target), str(last))
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(point, marks=[] if point in (1, 10, POINTS) else pytest.mark.long)
        for point in range(1, POINTS + 1)
    ],
)
def test_x15_after_a_kill_the_next_save_has_the_whole_file_and_no_other(stored, tmp_path, point):
    box, raw_data_id, content, events = stored
    target = tmp_path / "saved.bin"
    killed = save(box, raw_data_id, target, max(1, events * point // POINTS))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not target.exists() or target.read_bytes() == content
    again = save(box, raw_data_id, target, 0)
    assert again.returncode == 0, again.stderr
    assert target.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == [target.name]
