"""Uploads in parts that are not complete yet: kept until they are joined or aborted."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ionworks.sandbox.database.objects import IncomingFile, unlink_all


@dataclass(frozen=True, slots=True)
class Part:
    """A part on the disk, with its tag and the CRC-32 that came with it, if one did."""

    file: Path
    etag: str
    size: int
    checksum: str | None


@dataclass(slots=True)
class PartialUpload:
    """The parts of one object so far, by number; ``begun`` is a time in microseconds."""

    path: str
    content_type: str
    begun: int
    parts: dict[int, Part] = field(default_factory=dict)


class PartialUploads:
    """The uploads in parts of one sandbox; a restart forgets them. Used by several threads.

    Parameters
    ----------
    directory
        Where the parts are; emptied at the start of a sandbox.
    lifetime
        Microseconds after which an upload is forgotten.
    """

    def __init__(self, directory: Path, lifetime: int) -> None:
        self._directory = directory
        self._lifetime = lifetime
        self._uploads: dict[str, PartialUpload] = {}
        self._lock = threading.Lock()

    def begin(self, path: str, content_type: str, now: int) -> str:
        """Begin an upload and return its id; uploads that are too old are forgotten."""
        upload_id = secrets.token_urlsafe(24)
        with self._lock:
            old = [n for n, u in self._uploads.items() if u.begun < now - self._lifetime]
            dropped = [self._uploads.pop(each) for each in old]
            self._uploads[upload_id] = PartialUpload(path, content_type, now)
        for upload in dropped:
            _remove(upload.parts)
        return upload_id

    def find(self, upload_id: str, path: str) -> PartialUpload | None:
        """Return the upload of an object with this id."""
        with self._lock:
            found = self._uploads.get(upload_id)
        return found if found is not None and found.path == path else None

    def keep(
        self, upload_id: str, number: int, incoming: IncomingFile, checksum: str | None
    ) -> bool:
        """Keep a part in place of an earlier one; return whether the upload still exists."""
        incoming.complete()
        kept = Part(
            self._directory / f"part-{secrets.token_hex(16)}",
            incoming.etag,
            incoming.size,
            checksum,
        )
        with self._lock:
            upload = self._uploads.get(upload_id)
            if upload is None:
                return False
            incoming.path.replace(kept.file)
            replaced = upload.parts.get(number)
            upload.parts[number] = kept
        unlink_all([] if replaced is None else [replaced.file])
        return True

    def forget(self, upload_id: str) -> None:
        """Drop an upload and its parts."""
        with self._lock:
            upload = self._uploads.pop(upload_id, None)
        if upload is not None:
            _remove(upload.parts)


def join(parts: Sequence[Part], incoming: IncomingFile) -> None:
    """Write the parts one after the other; the tag is made of theirs, as object stores do."""
    for part in parts:
        with part.file.open("rb") as handle:
            shutil.copyfileobj(handle, incoming, 1 << 20)
    tags = b"".join(bytes.fromhex(part.etag.strip('"')) for part in parts)
    digest = hashlib.md5(tags, usedforsecurity=False).hexdigest()
    incoming.etag = f'"{digest}-{len(parts)}"'


def _remove(parts: Mapping[int, Part]) -> None:
    unlink_all([part.file for part in parts.values()])
