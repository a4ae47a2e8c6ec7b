"""The temporary folder of a sandbox: locked while it runs, removed by itself or by the next one."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from ionworks.sandbox.database.lock import NAME, FolderLock

_PREFIX = "ionworks-sandbox-"


def open_temporary(cleanup: ExitStack) -> Path:
    """Return a new folder, which ``cleanup`` removes. Folders of killed processes are removed."""
    parent = Path(tempfile.gettempdir())
    _remove_abandoned(parent)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
    try:
        cleanup.callback(FolderLock(folder).release)
    except RuntimeError:  # a file system without locks: a folder without one is never removed
        (folder / NAME).unlink(missing_ok=True)
    return folder


@cache
def _remove_abandoned(parent: Path) -> None:
    """Remove the folders that no process has locked, once in each process."""
    for folder in parent.glob(f"{_PREFIX}*"):
        try:
            # Without the file, the folder is being made, or its file system has no locks.
            if (folder / NAME).is_file():
                FolderLock(folder).release()
                shutil.rmtree(folder, ignore_errors=True)
        except (RuntimeError, OSError):  # in use, or of another user
            continue
