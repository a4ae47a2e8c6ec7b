"""Stored objects: files on disk, found by their path, reached through signed URLs that expire."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TypeVar
from urllib.parse import quote

from ionworks.sandbox.contract.problems import Forbidden, NotFound
from ionworks.sandbox.database.identity import SECOND, Source
from ionworks.sandbox.database.store import Store, Transaction

T = TypeVar("T")

#: Where the S3 service is within the storage origin, and its only bucket.
S3_PATH, BUCKET, REGION = "s3", "uploads", "local"
OCTETS = "application/octet-stream"
MOST_LOOKS = 10
PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What is known of a stored object without opening it."""

    path: str
    filename: str
    file: Path
    size: int
    etag: str
    content_type: str
    stored_at: int


@dataclass(frozen=True, slots=True)
class Grant:
    """Temporary credentials for uploads of one object in parts; ``expires`` is in seconds."""

    access_key: str
    secret_key: str
    token: str
    expires: int
    is_expired: bool


class IncomingFile:
    """A file that is being written next to the objects; a rename makes it one of them."""

    def __init__(self, directory: Path) -> None:
        self.path: Path = directory / secrets.token_hex(16)
        self.size: int = 0
        self._digest = hashlib.md5(usedforsecurity=False)
        self._etag: str | None = None
        self._handle = self.path.open("wb")

    def write(self, chunk: bytes) -> int:
        """Append a piece, and return its length."""
        self._handle.write(chunk)
        self._digest.update(chunk)
        self.size += len(chunk)
        return len(chunk)

    def complete(self) -> None:
        """Put everything on the disk and close the file."""
        self._handle.flush()
        os.fsync(self._handle.fileno())
        self._handle.close()

    @property
    def etag(self) -> str:
        """The entity tag: the MD5 of the content as object stores give it, unless it was set."""
        return self._etag or f'"{self._digest.hexdigest()}"'

    @etag.setter
    def etag(self, value: str) -> None:
        self._etag = value

    def __enter__(self) -> IncomingFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._handle.close()  # fails on a full disk, whose space the file must not keep
        finally:
            self.path.unlink(missing_ok=True)


class Objects:
    """The object store of one sandbox.

    Parameters
    ----------
    directory
        Where the files are.
    store
        The database, which knows path, size and tag of each object.
    url
        Address of the storage origin.
    secret
        Key of the signatures.
    lifetime
        Seconds that a signed URL is good for.
    in_parts
        Whether uploads in parts are offered.
    """

    def __init__(
        self,
        directory: Path,
        store: Store,
        url: str,
        secret: str,
        lifetime: int,
        *,
        in_parts: bool = False,
    ) -> None:
        self.url = url
        self.lifetime = lifetime
        self.in_parts = in_parts
        self.incoming: Path = directory / "incoming"
        self.directory: Path = directory
        self._store = store
        self._source: Source = store.source
        self._secret = secret.encode()
        shutil.rmtree(self.incoming, ignore_errors=True)
        directory.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        directory.chmod(PRIVATE)
        self.incoming.mkdir(mode=PRIVATE)
        self._sweep()

    def _sweep(self) -> None:
        """Remove files that no object names: a crash may have left them."""
        with self._store.read() as connection:
            rows = connection.execute("SELECT file FROM objects").fetchall()
        known = {row["file"] for row in rows}
        unlink_all([file for file in self.files() if file.name not in known])

    def files(self) -> list[Path]:
        """Return the files of all objects; each is written once and never changed."""
        return [each for each in self.directory.iterdir() if each.is_file()]

    def find(self, connection: sqlite3.Connection, path: str) -> StoredObject | None:
        """Return the object at a path, or None."""
        row = connection.execute("SELECT * FROM objects WHERE path = ?", (path,)).fetchone()
        return None if row is None else self._object(row)

    def of_owner(self, connection: sqlite3.Connection, owner_id: str) -> dict[str, StoredObject]:
        """Return the objects of a measurement or of a pending upload, by filename."""
        rows = connection.execute("SELECT * FROM objects WHERE owner_id = ?", (owner_id,))
        return {row["filename"]: self._object(row) for row in rows}

    def _object(self, row: sqlite3.Row) -> StoredObject:
        return StoredObject(
            path=row["path"],
            filename=row["filename"],
            file=self.directory / row["file"],
            size=row["size"],
            etag=row["etag"],
            content_type=row["content_type"],
            stored_at=row["stored_at"],
        )

    def place(
        self,
        transaction: Transaction,
        owner_id: str,
        filename: str,
        incoming: IncomingFile,
        content_type: str = OCTETS,
    ) -> list[Path]:
        """Make a completed file the object of this owner and name.

        Returns the file of the object that it replaces, if any, to be unlinked afterwards:
        every version has a file of its own, so who reads the old one reads all of it.
        """
        path, file = object_path(owner_id, filename), incoming.path.name
        replaced = self.find(transaction.connection, path)
        query = "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        values = (path, owner_id, filename, file, incoming.size, incoming.etag, content_type)
        transaction.connection.execute(query, (*values, transaction.now))
        incoming.path.replace(self.directory / file)
        transaction.files.append(self.directory / file)
        return [] if replaced is None else [replaced.file]

    def forget_orphans(self, transaction: Transaction) -> list[Path]:
        """Drop the objects whose owner is gone; return their files, to be unlinked afterwards."""
        orphaned = "FROM objects WHERE owner_id NOT IN (SELECT id FROM object_owners)"
        connection = transaction.connection
        rows = connection.execute(" ".join(("SELECT file", orphaned))).fetchall()
        connection.execute(" ".join(("DELETE", orphaned)))
        return [self.directory / row["file"] for row in rows]

    def sign(self, method: str, path: str) -> tuple[str, str]:
        """Return a URL that admits one method on one object for a while, and its token."""
        expires = self._source.now() // SECOND + self.lifetime
        token = f"{expires}.{self._signature(method, path, expires)}"
        return f"{self.url}/{quote(path)}?token={token}", token

    def check(self, method: str, path: str, token: str) -> None:
        """Refuse with 403 a token that is not ours, is for something else, or has expired."""
        expires, _, signature = token.partition(".")
        if not (expires.isascii() and expires.isdigit() and len(expires) < 20):
            raise Forbidden("The signature of this URL is missing or malformed.")
        expected = self._signature(method, path, int(expires))
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            raise Forbidden("The signature of this URL does not match.")
        if self._source.now() // SECOND > int(expires):
            raise Forbidden("This signed URL has expired.")

    def grant(self, path: str) -> Grant:
        """Return credentials for uploads of one object in parts."""
        return self._grant(path, self._source.now() // SECOND + self.lifetime)

    def grant_of(self, path: str, token: str) -> Grant | None:
        """Return the credentials with this token; None if it is not ours, or of another object."""
        expires = token.partition(".")[0]
        if not (expires.isascii() and expires.isdigit() and len(expires) < 20):
            return None
        grant = self._grant(path, int(expires))
        return grant if hmac.compare_digest(grant.token.encode(), token.encode()) else None

    def _grant(self, path: str, expires: int) -> Grant:
        key, secret, token = (
            self._signature(each, path, expires) for each in ("S3 key", "S3 secret", "S3 token")
        )
        is_expired = self._source.now() // SECOND >= expires
        return Grant(key[:20].upper(), secret[:40], f"{expires}.{token}", expires, is_expired)

    def _signature(self, method: str, path: str, expires: int) -> str:
        message = f"{method}\n{path}\n{expires}".encode()
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()


def object_path(owner_id: str, filename: str) -> str:
    """Return the path of an object within the storage origin."""
    return f"measurements/{owner_id}/{filename}"


def reading(look: Callable[[], T]) -> T:
    """Look objects up and read their files; look again where they were replaced in between."""
    for _ in range(MOST_LOOKS):
        with suppress(FileNotFoundError):
            return look()
    raise NotFound("The stored data were deleted while they were being read.")


def unlink_all(files: Sequence[Path]) -> None:
    """Remove files that may be gone already."""
    for file in files:
        file.unlink(missing_ok=True)
