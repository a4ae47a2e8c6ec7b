"""Sends files to the signed URLs of an upload."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, TypeVar

from ionworks._http.progress import NO_METER, Meter
from ionworks._http.session import Session
from ionworks._redact import SecretUrl
from ionworks.errors import (
    ApiError,
    FileError,
    IntegrityError,
    IonworksError,
    PayloadError,
    UnexpectedResponse,
)
from ionworks.frames.files import open_regular

if TYPE_CHECKING:
    from ionworks_openapi.models import UploadTarget

T = TypeVar("T")
_log = logging.getLogger("ionworks")
# Storage refuses with one of these statuses. 403 has other reasons too, so the text decides.
_REFUSED: Final = frozenset({400, 401, 403})
_EXPIRED: Final = re.compile(
    r"expired|signature not valid in the specified time frame|\"?exp\"? claim timestamp", re.I
)


def renew_expired(send: Callable[[], T]) -> T:
    """Request URLs and send files to them; once more if a URL expired before its file was sent.

    The id of the first upload is not used again: the service forgets an upload that is never
    confirmed.
    """
    try:
        return send()
    except ApiError as error:
        if not is_expired(error):
            raise
        _log.info("%s: the signed URL has expired; the upload starts again", error.operation)
        return send()


def is_expired(error: ApiError) -> bool:
    """Return whether storage refused an upload because its signed URL has expired."""
    is_put = error.method == "PUT" and error.status_code in _REFUSED
    text = f"{error.error_code} {error.message} {error.detail}"
    return is_put and _EXPIRED.search(text) is not None


def targets_by_name(targets: Iterable[UploadTarget], names: Iterable[str]) -> dict[str, str]:
    """Return the signed URL for each name; the order of the targets does not matter.

    Raises
    ------
    UnexpectedResponse
        If a name has no URL, or more than one; nothing was stored.
    """
    urls: dict[str, str] = {}
    for target in filter(None, targets or ()):  # a response may contain unexpected nulls
        if target.filename in urls:
            raise UnexpectedResponse(f"the service returned two upload URLs for {target.filename}")
        urls[target.filename or ""] = SecretUrl(target.signed_url)
    if missing := [name for name in names if name not in urls]:
        raise UnexpectedResponse(
            f"the service returned no upload URL for {', '.join(missing)}; nothing was stored"
        )
    return {name: urls[name] for name in names}


def put_file(
    session: Session, url: str, path: Path, content_type: str, meter: Meter = NO_METER
) -> None:
    """Stream a file from disk to its signed URL; error messages name the file.

    Raises
    ------
    IntegrityError
        If the file changes during the upload.
    FileError
        If the file can no longer be read.
    """
    try:
        file = open_regular(path)
    except OSError as error:
        raise FileError.of(error, "can no longer be read", path) from None
    with file:
        try:
            put_open_file(session, url, file, content_type, meter=meter)
        except (IntegrityError, FileError):
            raise  # the message has the name of the file
        except IonworksError as error:
            error.message = f"{error.message}, while uploading {path.name!r}"
            raise


def put_open_file(
    session: Session,
    url: str,
    file: IO[bytes],
    content_type: str,
    size: int | None = None,
    *,
    meter: Meter = NO_METER,
) -> None:
    """Upload an open file, from its start, to its signed URL; `size` if it was declared before."""
    url = SecretUrl(url)
    size = size_of(file) if size is None else size
    session.transport.put(
        url, file, size=size, content_type=content_type, operation="put_object", meter=meter
    )


def size_of(file: IO[bytes]) -> int:
    """Return the length of an open file in bytes.

    Raises
    ------
    PayloadError
        If it is not open for reading bytes, or cannot be read from its start.
    """
    try:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        if not isinstance(file.read(0), bytes):
            raise TypeError("it is open as text")
    except (AttributeError, OSError, TypeError, ValueError) as error:
        reason = f"is not a seekable binary file: {error}"
        raise PayloadError("file", str(file), reason) from None
    return size
