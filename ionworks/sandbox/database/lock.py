"""The lock on a data folder: one sandbox at a time has it, and the system frees it at its death."""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
import time
import weakref
from contextlib import suppress
from functools import partial
from pathlib import Path

NAME = "sandbox.lock"
HELD = frozenset({errno.EAGAIN, errno.EACCES, errno.EDEADLK})
UNSUPPORTED = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})
LONGEST_NOTE = 4096
GRACE_SECONDS = 2.0

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        # Behind the note: a locked byte cannot be read.
        os.lseek(descriptor, LONGEST_NOTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, LONGEST_NOTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

    def _has_ended(pid: int) -> bool:  # noqa: ARG001
        # Only a fork keeps the lock of a dead process, and this system has none.
        return False

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        # Not lockf: a process has no conflict with itself there, and loses the lock as soon as it
        # closes any other handle of the file.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _has_ended(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        except OSError:
            pass  # a process of somebody else
        return False


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
            # A process that another thread starts has copies of the handles until it has begun.
            # To close ours would leave the lock to it.
            for descriptor in self._descriptors:
                with suppress(OSError):
                    _unlock(descriptor)
        self._close()

    def _take(self, folder: Path) -> None:
        if sys.platform != "win32":
            # The folder itself as well: the lock then holds when the file is deleted.
            self._descriptors.append(os.open(folder, os.O_RDONLY))
            try:
                _lock_unless_held(self._descriptors[-1], folder)
            except OSError as error:
                if error.errno in HELD:
                    raise RuntimeError(_in_use(folder)) from None
                # A network file system may lock files and no folders.
        file = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o600)
        self._descriptors.append(file)
        try:
            _lock_unless_held(file, folder)
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


def _lock_unless_held(descriptor: int, folder: Path) -> None:
    """Lock a file, and wait for a fork that is about to close its copy of a dead process's handle.

    A fork closes its copies in its first steps. A process that is killed just before leaves the
    lock to it for that long.
    """
    end = time.monotonic() + GRACE_SECONDS
    while True:
        try:
            return _lock(descriptor)
        except OSError as error:
            dead = error.errno in HELD and _is_left_behind(folder)
            if not dead or time.monotonic() > end:
                raise
        time.sleep(0.005)


def _is_left_behind(folder: Path) -> bool:
    """Return whether the holder ran on this host and has ended."""
    note = _note(folder)
    pid = note.get("pid")
    here = note.get("host") == socket.gethostname()
    return here and isinstance(pid, int) and _has_ended(pid)


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
    known = _note(folder)
    pid, host, url = (known.get(key) for key in ("pid", "host", "url"))
    if not isinstance(pid, int):
        return "which process is not known"
    place = "this process" if pid == os.getpid() else f"process {pid}"
    if host != socket.gethostname():
        place = f"process {pid} on host {host}"
    return f"{place}, {url}" if url else place


def _note(folder: Path) -> dict[str, object]:
    """Return what the holder wrote into the lock file; empty if that cannot be read."""
    note: object = None
    with suppress(OSError, ValueError), (folder / NAME).open("rb") as file:
        note = json.loads(file.read(LONGEST_NOTE))
    return note if isinstance(note, dict) else {}
