"""Errors of files and of the bytes that are sent and received. Pure."""

from __future__ import annotations

import errno as codes
import os
from collections.abc import Mapping
from typing import Final, Self

from ionworks.errors.base import IonworksError, Outcome, _RequestError
from ionworks.errors.text import join_sentences

_STEPS: Final[Mapping[int | None, str]] = {
    codes.ENOENT: "Make the folder first.",
    codes.ENOTDIR: "Give a path whose folders are folders.",
    codes.EACCES: "Choose a place that you may write to.",
    codes.EPERM: "Choose a place that you may write to.",
    codes.EROFS: "Choose a place that you may write to.",
    codes.ENOSPC: "Make room, or choose another disk.",
    codes.EDQUOT: "Make room, or choose another disk.",
    codes.ENAMETOOLONG: "Give a shorter name.",
    codes.EISDIR: "Give the name of a file in it.",
}


class IntegrityError(_RequestError):
    """Bytes that arrived, or were sent, are not those that they should be.

    A file that arrived damaged was not saved. An upload whose file changed meanwhile was not
    confirmed.

    Attributes
    ----------
    method, url, operation, request_id : str or None
        What was asked; the URL without secrets.
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
        self.outcome = outcome


class FileError(IonworksError, OSError):
    """A file of this machine cannot be read or written; also an `OSError`.

    Attributes
    ----------
    errno : int or None
        The system's number for it, as in `OSError`.
    strerror : str or None
        The system's words for it.
    filename : str or None
        The file.
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
        self.errno, self.strerror, self.filename = errno, strerror, filename

    @classmethod
    def of(cls, error: OSError, what: str, filename: str | os.PathLike[str]) -> Self:
        """Make the error that stands for one of the system, with what to do."""
        reason = error.strerror or str(error) or type(error).__name__
        name = os.fspath(filename)
        return cls(
            join_sentences(f"{name!r} {what}: {reason}", _STEPS.get(error.errno, "")).rstrip(),
            errno=error.errno,
            strerror=error.strerror,
            filename=name,
        )

    def __reduce__(self) -> tuple[object, ...]:
        revive, args, state = super().__reduce__()[:3]
        assert isinstance(state, dict)  # what IonworksError makes
        # The system's part is not in the dictionary of the object.
        own = {name: getattr(self, name) for name in ("args", "errno", "strerror", "filename")}
        return revive, args, state | own


class ClientClosed(IonworksError, RuntimeError):  # noqa: N818 - reads as a sentence, as others do
    """The client was closed before or during the call; also a `RuntimeError`.

    Attributes
    ----------
    outcome : {"not_sent", "unknown"}
        ``"unknown"`` if the client was closed during the call.
    """

    def __init__(self, message: str, *, outcome: Outcome = "not_sent") -> None:
        super().__init__(message)
        self.outcome: Outcome = outcome
