"""K21: the temporary folder of a sandbox that was killed is removed by the next process."""

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from ionworks.sandbox import temporary

HOLD = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from contextlib import ExitStack
from ionworks.sandbox.temporary import open_temporary
print(open_temporary(ExitStack()), flush=True)
sys.stdin.read()
"""


def test_k21_folders_of_killed_processes_are_removed_and_those_in_use_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(temporary.tempfile, "tempdir", str(tmp_path))
    temporary._remove_abandoned.cache_clear()
    others = [
        subprocess.Popen(
            [sys.executable, "-c", HOLD, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    killed, running = (Path(each.stdout.readline().strip()) for each in others)
    (killed / "objects").mkdir()
    (tmp_path / "ionworks-sandbox-of-somebody").mkdir()
    others[0].kill()
    others[0].wait()
    with ExitStack() as cleanup:
        own = temporary.open_temporary(cleanup)
        assert own.is_dir()
        assert not killed.exists()
        assert running.is_dir()
        assert (tmp_path / "ionworks-sandbox-of-somebody").is_dir()
    assert not own.exists()
    for each in others:
        each.communicate("")
    temporary._remove_abandoned.cache_clear()
