"""The lock on a data folder: one sandbox at a time has it, and the system frees it at its death."""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
import weakref
from contextlib import suppress
from functools import partial
from pathlib import Path

NAME = "sandbox.lock"
HELD = frozenset({errno.EAGAIN, errno.EACCES, errno.EDEADLK})
UNSUPPORTED = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})
LONGEST_NOTE = 4096

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        # Behind the note: a locked byte cannot be read.
        os.lseek(descriptor, LONGEST_NOTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        # Not lockf: a process has no conflict with itself there, and loses the lock as soon as it
        # closes any other handle of the file.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderLock:
    """The lock on a data folder, held until `release` or the end of the process.

    Parameters
    ----------
    folder
        The data folder, which exists.

    Raises
    ------
    RuntimeError
        If another sandbox has the folder, or its file system has no locks.
    """

    def __init__(self, folder: Path) -> None:
        self._process = os.getpid()
        self._descriptors: list[int] = []
        try:
            self._take(folder)
        except BaseException:
            self._close()
            raise
        self.announce(None)
        if hasattr(os, "register_at_fork"):
            # A fork has a copy of the handle, which would keep the lock when this process is gone.
            os.register_at_fork(after_in_child=partial(_close_copy, weakref.ref(self)))

    def announce(self, url: str | None) -> None:
        """Write into the locked file who has the folder, for the message that the next one gets."""
        holder = {"pid": self._process, "host": socket.gethostname(), "url": url}
        self._write(json.dumps(holder).encode())

    def release(self) -> None:
        """Give the folder back; in a fork of the process that took it, do nothing."""
        if self._descriptors and os.getpid() == self._process:
            self._write(b"")
        self._close()

    def _take(self, folder: Path) -> None:
        if sys.platform != "win32":
            # The folder itself as well: the lock then holds when the file is deleted.
            self._descriptors.append(os.open(folder, os.O_RDONLY))
            try:
                _lock(self._descriptors[-1])
            except OSError as error:
                if error.errno in HELD:
                    raise RuntimeError(_in_use(folder)) from None
                # A network file system may lock files and no folders.
        file = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o600)
        self._descriptors.append(file)
        try:
            _lock(file)
        except OSError as error:
            if error.errno in HELD:
                raise RuntimeError(_in_use(folder)) from None
            if error.errno in UNSUPPORTED:
                raise RuntimeError(
                    f"The file system of the data folder {folder} has no locks ({error.strerror}), "
                    "so two sandboxes could destroy each other's data there. "
                    "Choose a folder on a local disk."
                ) from None
            raise

    def _write(self, note: bytes) -> None:
        file = self._descriptors[-1]
        os.ftruncate(file, 0)
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, note)

    def _close(self) -> None:
        while self._descriptors:
            os.close(self._descriptors.pop())


def _close_copy(reference: weakref.ref[FolderLock]) -> None:
    lock = reference()
    if lock is not None:
        lock._close()


def _in_use(folder: Path) -> str:
    """Return the message about a folder that another sandbox has."""
    return (
        f"The data folder {folder} is in use by another sandbox ({_holder(folder)}). "
        "Stop that one, or choose another folder."
    )


def _holder(folder: Path) -> str:
    """Return what the lock file says about its holder, as far as it can be read."""
    note: object = None
    with suppress(OSError, ValueError), (folder / NAME).open("rb") as file:
        note = json.loads(file.read(LONGEST_NOTE))
    known = note if isinstance(note, dict) else {}
    pid, host, url = (known.get(key) for key in ("pid", "host", "url"))
    if not isinstance(pid, int):
        return "which process is not known"
    place = "this process" if pid == os.getpid() else f"process {pid}"
    if host != socket.gethostname():
        place = f"process {pid} on host {host}"
    return f"{place}, {url}" if url else place
