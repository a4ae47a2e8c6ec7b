"""Errors of local files, of transferred bytes and of a closed client. Pure."""

from __future__ import annotations

import errno as codes
import os
from collections.abc import Mapping
from typing import Final, Self

from ionworks.errors.base import IonworksError, Outcome, _RequestError
from ionworks.errors.text import join_sentences

_CHOOSE: Final = "Choose a folder that you can write to."
_CHECK: Final = "Check that you may read it, and that no other program has it open."
_STEPS: Final[Mapping[int | None, str]] = {
    codes.ENOENT: "Create the folder first.",
    codes.ENOTDIR: "A folder in the path is a file; correct the path.",
    codes.EEXIST: "A file has this name; give another path, or remove the file.",
    codes.ELOOP: "A symbolic link in the path leads to itself; correct the link.",
    codes.EIO: "Check the disk or the network drive, and try again.",
    codes.EBUSY: "Close the program that uses it.",
    codes.EACCES: _CHOOSE,
    codes.EPERM: _CHOOSE,
    codes.EROFS: _CHOOSE,
    codes.ENOSPC: "Free some space, or choose another disk.",
    codes.EDQUOT: "Free some space, or choose another disk.",
    codes.ENAMETOOLONG: "Use a shorter name.",
    codes.EISDIR: "Give the path of a file in this folder.",
}
#: The steps that differ if a file is read.
_STEPS_TO_READ: Final[Mapping[int | None, str]] = {
    codes.ENOENT: "Check the path.",
    codes.EACCES: _CHECK,
    codes.EPERM: _CHECK,
}


class IntegrityError(_RequestError):
    """Raised when transferred bytes are incomplete or damaged.

    A damaged download is not saved. An upload is not confirmed if its file changed while it was
    sent.

    Attributes
    ----------
    method, url, operation, request_id : str or None
        The request; the URL without secrets.
    """

    def __init__(
        self,
        message: str,
        status_code: int | None = None,
        *,
        method: str | None = None,
        url: str | None = None,
        operation: str | None = None,
        request_id: str | None = None,
        outcome: Outcome = "unknown",
    ) -> None:
        super().__init__(
            message,
            status_code,
            method=method,
            url=url,
            operation=operation,
            request_id=request_id,
        )
        self.outcome: Outcome = outcome


class FileError(IonworksError, OSError):
    """Raised when a local file cannot be read or written; also an `OSError`.

    Attributes
    ----------
    errno : int or None
        The error number of the operating system, as in `OSError`.
    strerror : str or None
        The message of the operating system.
    filename : str or None
        The path of the file.
    """

    def __init__(
        self,
        message: str,
        *,
        errno: int | None = None,
        strerror: str | None = None,
        filename: str | None = None,
    ) -> None:
        super().__init__(message)
        self.errno: int | None = errno
        self.strerror: str | None = strerror
        self.filename: str | None = filename

    @classmethod
    def of(cls, error: OSError, what: str, filename: str | os.PathLike[str]) -> Self:
        """Return the error for an `OSError`, with the next step."""
        reason = error.strerror or str(error) or type(error).__name__
        name = os.fspath(filename)
        steps = {**_STEPS, **_STEPS_TO_READ} if " read" in what else _STEPS
        return cls(
            join_sentences(f"{name!r} {what}: {reason}", steps.get(error.errno, "")).rstrip(),
            errno=error.errno,
            strerror=error.strerror,
            filename=name,
        )

    def __reduce__(self) -> tuple[object, ...]:
        revive, args, state = super().__reduce__()[:3]
        assert isinstance(state, dict)  # as IonworksError.__reduce__ returns it
        # The attributes of OSError are not in `__dict__`.
        own = {name: getattr(self, name) for name in ("args", "errno", "strerror", "filename")}
        return revive, args, state | own


class ClientClosed(IonworksError, RuntimeError):  # noqa: N818 - named like the other errors
    """Raised when the client is closed before or during the call; also a `RuntimeError`.

    Attributes
    ----------
    outcome : {"not_sent", "unknown"}
        ``"unknown"`` if the client was closed during the call.
    """

    def __init__(self, message: str, *, outcome: Outcome = "not_sent") -> None:
        super().__init__(message)
        self.outcome: Outcome = outcome
