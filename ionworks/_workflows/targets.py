"""Sends files to the signed URLs of an upload."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, TypeVar

from attrs import field, frozen

from ionworks._http.progress import NO_METER, Meter
from ionworks._http.session import Session
from ionworks._http.signing import EXTRA, OPERATIONS, S3Object, can_sign
from ionworks._redact import SecretUrl
from ionworks.errors import (
    ApiError,
    ConfigurationError,
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
# Storage refused the credentials; an upload to the signed URL may still succeed.
_NO_ACCESS: Final = frozenset(
    {
        "AccessDenied",
        "InvalidAccessKeyId",
        "InvalidToken",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
    }
)
_TOKEN_EXPIRED: Final = frozenset({"ExpiredToken", "TokenRefreshRequired"})
_GATEWAY_TIMEOUTS: Final = frozenset({504, 524})
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
    except (ApiError, UnexpectedResponse) as error:
        if not is_expired(error):
            raise
        _log.info("%s: the access has expired; the upload starts again", error.operation)
        return send()


def is_expired(error: ApiError | UnexpectedResponse) -> bool:
    """Return whether an upload failed because its signed URL or its credentials have expired."""
    if error.operation in OPERATIONS and error.error_code in _TOKEN_EXPIRED:
        return True
    if not isinstance(error, ApiError):
        return False
    is_put = error.method == "PUT" and error.status_code in _REFUSED
    text = f"{error.error_code} {error.message} {error.detail}"
    return is_put and _EXPIRED.search(text) is not None


@frozen
class Target:
    """Where one file is uploaded to.

    Attributes
    ----------
    url : SecretUrl
        The signed URL for an upload in one request.
    parts : S3Object or None
        The object for an upload in parts, if storage offers it.
    """

    url: SecretUrl
    parts: S3Object | None = field(default=None, repr=False)

    @classmethod
    def of(cls, offered: UploadTarget) -> Target:
        """Return the target in the response of the service."""
        parts = None if not offered.multipart else S3Object.of(offered.multipart)
        if offered.multipart and parts is None:
            _log.info("the service offers an upload in parts with unusable credentials")
        return cls(SecretUrl(offered.signed_url), parts)


def targets_by_name(targets: Iterable[UploadTarget], names: Iterable[str]) -> dict[str, Target]:
    """Return the target for each name; the order of the targets does not matter.

    Raises
    ------
    UnexpectedResponse
        If a name has no URL, or more than one; nothing was stored.
    """
    found: dict[str, Target] = {}
    for target in filter(None, targets or ()):  # a response may contain unexpected nulls
        if target.filename in found:
            raise UnexpectedResponse(f"the service returned two upload URLs for {target.filename}")
        found[target.filename or ""] = Target.of(target)
    if missing := [name for name in names if name not in found]:
        raise UnexpectedResponse(
            f"the service returned no upload URL for {', '.join(missing)}; nothing was stored"
        )
    return {name: found[name] for name in names}


def put_file(
    session: Session,
    target: Target,
    path: Path,
    content_type: str,
    meter: Meter = NO_METER,
    workers: int | None = None,
) -> None:
    """Stream a file from disk to its target; error messages name the file.

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
            put_open_file(session, target, file, content_type, meter=meter, workers=workers)
        except (IntegrityError, FileError):
            raise  # the message has the name of the file
        except IonworksError as error:
            error.message = f"{error.message}, while uploading {path.name!r}"
            raise


def put_open_file(
    session: Session,
    target: Target,
    file: IO[bytes],
    content_type: str,
    size: int | None = None,
    *,
    meter: Meter = NO_METER,
    workers: int | None = None,
) -> None:
    """Upload an open file, from its start, to its target: a large one in parts, if possible.

    Parameters
    ----------
    session, target, file, content_type, meter
        What is sent, and where.
    size : int, optional
        Its size in bytes, if that was declared before.
    workers : int, optional
        How many parts are sent at once; by default all threads of the client.

    Raises
    ------
    ConfigurationError
        If the file is too large for one request, and the extra for parts is not installed.
    """
    transport, limits = session.transport, session.transport.part_limits
    length = size_of(file) if size is None else size
    parts = target.parts

    def put_in_parts(place: S3Object) -> None:
        _check_fresh(place)
        transport.put_in_parts(
            place, file, size=length, content_type=content_type, meter=meter, workers=workers
        )

    if parts is not None and not can_sign():
        parts = None
        if length > limits.single:
            raise _needs_extra(length)
    if parts is not None and length >= limits.threshold:
        try:
            return put_in_parts(parts)
        except ApiError as error:
            if error.error_code not in _NO_ACCESS or length > limits.single:
                raise
            _log.info("%s: %s; the file is sent in one request", error.operation, error.message)
        parts = None
    try:
        transport.put(
            target.url,
            file,
            size=length,
            content_type=content_type,
            operation="put_object",
            meter=meter,
        )
    except ApiError as error:
        if parts is None or error.status_code not in _GATEWAY_TIMEOUTS:
            raise
        _log.info("put_object: %s; the file is sent in parts", error.message)
    else:
        return None
    return put_in_parts(parts)


def _needs_extra(size: int) -> ConfigurationError:
    return ConfigurationError(
        f"a file of {size} bytes is uploaded in parts, which needs more packages:"
        f' pip install "ionworks-client[{EXTRA}]"'
    )


def _check_fresh(target: S3Object) -> None:
    if not target.is_expired:
        return
    error = UnexpectedResponse(
        f"the service returned credentials for storage that expired at {target.expires_at};"
        " nothing was sent. Check the clock of this machine",
        operation="create_multipart_upload",
    )
    error.error_code = "ExpiredToken"
    raise error


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
