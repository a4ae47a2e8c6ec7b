"""A process is killed while it saves a file: the next save has the right file, and no other."""

import random
import signal
import subprocess
import sys

import pytest
from rig import KEY

SIZE = 2_000_000
POINTS = 20
# The parts are small, so that several are downloaded at once.
SCRIPT = f"""
import os, signal, sys
from ionworks import Ionworks
from ionworks._http import download

download.SPLIT_ABOVE, download.PART = {SIZE // 2}, {SIZE // 8}
url, key, raw_data_id, target, last = sys.argv[1:]

def kill(update):
    if update.done >= int(last):
        os.kill(os.getpid(), signal.SIGKILL)

with Ionworks(key, api_url=url) as client:
    client.raw_data.save(raw_data_id, target, progress=kill)
"""


@pytest.fixture(scope="module")
def stored(faulty_box, tmp_path_factory):
    """A client of a sandbox, the id of a file in it, and the content of this file."""
    box = faulty_box().box
    content = random.Random(7).randbytes(SIZE)
    source = tmp_path_factory.mktemp("source") / "cycler.bin"
    source.write_bytes(content)
    with box.client() as client:
        yield client, client.raw_data.upload(box.project_id, source).id, content


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(point, marks=[] if point in (1, 10, POINTS) else pytest.mark.long)
        for point in range(1, POINTS + 1)
    ],
)
def test_x15_after_a_kill_the_next_save_has_the_whole_file_and_no_other(stored, tmp_path, point):
    """The process is killed when this fraction of the bytes was received; at 20, when all were."""
    client, raw_data_id, content = stored
    target = tmp_path / "saved.bin"
    arguments = (
        client.settings.api_url,
        KEY,
        raw_data_id,
        str(target),
        str(SIZE * point // POINTS),
    )
    killed = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], capture_output=True, text=True, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not target.exists()
    assert len([*tmp_path.iterdir()]) == 1  # the partial file
    client.raw_data.save(raw_data_id, target)
    assert target.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == [target.name]
