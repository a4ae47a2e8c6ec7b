"""The sandbox's database: SQLite in WAL mode, one writer at a time, a connection per thread."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from ionworks.sandbox.database import patterns
from ionworks.sandbox.database.identity import Source, parse_instant
from ionworks.sandbox.database.schema import FORMAT, INDEXES, SCHEMA

PRIVATE_FILE, OTHERS = 0o600, 0o077
FAST_CHECK = 200 * 2**20  # bytes of a database whose pages are all checked at the start


@dataclass(frozen=True, slots=True)
class Transaction:
    """An open write: its connection, its one moment, and ids for what it makes.

    ``files`` are those that it made, which are removed if it is not kept.
    """

    connection: sqlite3.Connection
    now: int
    source: Source
    files: list[Path] = field(default_factory=list)

    def new_id(self) -> str:
        """Return an id that was never handed out."""
        return self.source.new_id()

    def remember(self, key: str, value: str) -> None:
        """Keep a value under a key."""
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


class Store:
    """The database file. Reads run in parallel, writes one after the other.

    Parameters
    ----------
    path
        The file; made if absent.
    source
        Clock and ids. Its state is kept in the file, in the transaction that used it, so that a
        refused write uses up no id and no second.
    """

    def __init__(self, path: Path, source: Source) -> None:
        self.path = path
        self.source = source
        self._writer = threading.Lock()
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        _restrict(path)
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            self.close()
            # An operational error is of the disk or of its permissions; the file may be intact.
            is_intact = isinstance(error, sqlite3.OperationalError)
            fix = "Check its disk" if is_intact else "Restore it from a copy"
            raise RuntimeError(
                f"The database {path} cannot be used ({error}). "
                f"{fix}, or choose another data directory."
            ) from error

    def _prepare(self) -> None:
        connection = self._connection()
        if self.path.stat().st_size <= FAST_CHECK:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise sqlite3.DatabaseError(f"it is damaged: {found}")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, FORMAT):
            self.close()
            raise RuntimeError(
                f"{self.path} was written by another version of the sandbox (format {version}, "
                f"this one reads {FORMAT}): choose another data directory."
            )
        if version == 0:
            connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;")
        self.define(INDEXES)
        state = self.meta("source")
        if state is not None:
            try:
                self.source.restore(state)
            except ValueError:
                self.close()
                raise RuntimeError(
                    f"{self.path} was written by a sandbox of another kind (one of them is "
                    "deterministic): start it as before, or choose another data directory."
                ) from None

    def _connection(self) -> sqlite3.Connection:
        existing: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if existing is not None:
            return existing
        connection = sqlite3.connect(
            self.path, timeout=30, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        for function in (patterns.matches, patterns.matches_any_case):
            connection.create_function(function.__name__, 2, function, deterministic=True)
        connection.create_function("fold", 1, fold, deterministic=True)
        connection.create_function("instant", 1, instant, deterministic=True)
        connection.create_collation("fold", compare_folded)
        self._local.connection = connection
        self._connections.append(connection)
        return connection

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Open one consistent view of the database."""
        connection = self._connection()
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            _roll_back(connection)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Open a write; what it did is kept only if the block ends without an error."""
        connection = self._connection()
        with self._writer:
            self.path.stat()  # SQLite writes to a deleted file, too, and all of it would be lost
            before = self.source.state()
            connection.execute("BEGIN IMMEDIATE")
            files: list[Path] = []
            try:
                transaction = Transaction(connection, self.source.tick(), self.source, files)
                yield transaction
                transaction.remember("source", self.source.state())
                connection.execute("COMMIT")
            except BaseException:
                self.source.restore(before)
                _roll_back(connection)
                for file in files:
                    file.unlink(missing_ok=True)
                raise

    def define(self, script: str) -> None:
        """Make the tables of a script that are not there yet; this is no write of a call."""
        self._connection().executescript(f"BEGIN; {script} COMMIT;")

    def meta(self, key: str) -> str | None:
        """Return a remembered value."""
        query = "SELECT value FROM meta WHERE key = ?"
        row = self._connection().execute(query, (key,)).fetchone()
        return None if row is None else str(row["value"])

    def copy(self) -> sqlite3.Connection:
        """Return a copy of the database in memory."""
        copied = sqlite3.connect(":memory:", check_same_thread=False)
        with self._writer:
            self._connection().backup(copied)
        return copied

    def replace(self, copied: sqlite3.Connection) -> None:
        """Return to a copy of the database, with its clock and ids; no call may be running."""
        with self._writer:
            copied.backup(self._connection())
            state = self.meta("source")
            if state is not None:
                self.source.restore(state)

    def close(self) -> None:
        """Close every thread's connection; call it when no thread uses the store any more."""
        while self._connections:
            self._connections.pop().close()
        self._local = threading.local()


def _restrict(path: Path) -> None:
    """Make the database private: it contains the secret of the signed URLs."""
    # Its other files get the same mode from SQLite.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE))
    if path.is_file() and path.stat().st_mode & OTHERS:
        path.chmod(PRIVATE_FILE)


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:  # SQLite has ended it already if, say, the disk is full
        connection.execute("ROLLBACK")


def fold(text: str | None) -> str | None:
    """Return a text for comparison without regard to case; SQLite's own knows ASCII only."""
    return None if text is None else text.casefold()


def instant(text: object) -> int | None:
    """Return a date or a time as microseconds since 1970; None for what is neither."""
    try:
        return parse_instant(str(text))
    except ValueError:
        return None


def compare_folded(one: str, other: str) -> int:
    """Return -1, 0 or 1 as one text comes before, with or after the other, whatever their case."""
    first, second = one.casefold(), other.casefold()
    return (first > second) - (first < second)
