"""The sandbox's database: SQLite in WAL mode, one writer at a time, a connection per thread."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ionworks.sandbox.database import patterns
from ionworks.sandbox.database.identity import Source, parse_instant

FORMAT = 4

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE projects (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    parent_id TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (parent_id, name)
);

CREATE TABLE cell_specifications (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    parent_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (parent_id, name)
);

CREATE TABLE materials (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    project_id TEXT REFERENCES projects (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    manufacturer TEXT NOT NULL,
    product_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (project_id, name, manufacturer, product_id)
);

CREATE TABLE components (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    cell_specification_id TEXT NOT NULL REFERENCES cell_specifications (id) ON DELETE CASCADE,
    slot TEXT NOT NULL,
    material_id TEXT NOT NULL REFERENCES materials (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (cell_specification_id, slot)
);
CREATE INDEX components_by_material ON components (material_id);

CREATE TABLE cell_batches (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    parent_id TEXT NOT NULL REFERENCES cell_specifications (id) ON DELETE CASCADE,
    name TEXT NOT NULL COLLATE fold,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (parent_id, name)
);

CREATE TABLE cell_instances (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    parent_id TEXT NOT NULL REFERENCES cell_specifications (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    batch_id TEXT REFERENCES cell_batches (id) ON DELETE SET NULL,
    UNIQUE (parent_id, name)
);
CREATE INDEX cell_instances_by_batch ON cell_instances (batch_id);

CREATE TABLE cell_measurements (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    parent_id TEXT NOT NULL REFERENCES cell_instances (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    measurement_type TEXT NOT NULL,
    start_time INTEGER,
    UNIQUE (parent_id, name)
);

CREATE TABLE watches (
    user_id TEXT NOT NULL,
    measurement_id TEXT NOT NULL REFERENCES cell_measurements (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, measurement_id)
);
CREATE INDEX watches_by_measurement ON watches (measurement_id);

CREATE TABLE jobs (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL
);

CREATE TABLE pending_uploads (
    id TEXT PRIMARY KEY,
    cell_instance_id TEXT NOT NULL REFERENCES cell_instances (id) ON DELETE CASCADE,
    measurement_type TEXT NOT NULL,
    filenames TEXT NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX pending_uploads_by_instance ON pending_uploads (cell_instance_id);

CREATE TABLE extensions (
    id TEXT PRIMARY KEY,
    measurement_id TEXT NOT NULL UNIQUE REFERENCES cell_measurements (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
);

CREATE TABLE processing (
    measurement_id TEXT PRIMARY KEY REFERENCES cell_measurements (id) ON DELETE CASCADE,
    running_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL
);

CREATE TABLE raw_data (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    parent_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX raw_data_by_project ON raw_data (parent_id);

CREATE TABLE raw_data_links (
    measurement_id TEXT NOT NULL REFERENCES cell_measurements (id) ON DELETE CASCADE,
    raw_data_id TEXT NOT NULL REFERENCES raw_data (id) ON DELETE CASCADE,
    PRIMARY KEY (measurement_id, raw_data_id)
);
CREATE INDEX raw_data_links_by_raw_data ON raw_data_links (raw_data_id);

CREATE TABLE pending_raw_data (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    filename TEXT NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX pending_raw_data_by_project ON pending_raw_data (project_id);

CREATE VIEW open_uploads AS
    SELECT id FROM pending_uploads
    UNION ALL SELECT id FROM pending_raw_data
    UNION ALL SELECT id FROM extensions
        WHERE measurement_id NOT IN (SELECT measurement_id FROM processing);

CREATE VIEW object_owners AS
    SELECT id FROM cell_measurements
    UNION ALL SELECT id FROM raw_data
    UNION ALL SELECT id FROM pending_uploads
    UNION ALL SELECT id FROM pending_raw_data
    UNION ALL SELECT id FROM extensions;

CREATE TABLE objects (
    path TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    filename TEXT NOT NULL,
    file TEXT NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    content_type TEXT NOT NULL,
    stored_at INTEGER NOT NULL
);
CREATE INDEX objects_by_owner ON objects (owner_id);
"""


# Made at each start, so that data of an earlier start get them too. A list is in the order of
# creation unless something else is asked for.
INDEXES = "".join(
    f"CREATE INDEX IF NOT EXISTS {table}_by_creation ON {table} (parent_id, created_at, sequence);"
    for table in (
        "projects",
        "cell_specifications",
        "cell_batches",
        "cell_instances",
        "cell_measurements",
        "raw_data",
    )
)


@dataclass(frozen=True, slots=True)
class Transaction:
    """An open write: its connection, its one moment, and ids for what it makes."""

    connection: sqlite3.Connection
    now: int
    source: Source

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
        self._prepare()

    def _prepare(self) -> None:
        connection = self._connection()
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
            self.source.restore(state)

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
            connection.execute("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Open a write; what it did is kept only if the block ends without an error."""
        connection = self._connection()
        with self._writer:
            before = self.source.state()
            connection.execute("BEGIN IMMEDIATE")
            try:
                transaction = Transaction(connection, self.source.tick(), self.source)
                yield transaction
                transaction.remember("source", self.source.state())
                connection.execute("COMMIT")
            except BaseException:
                self.source.restore(before)
                connection.execute("ROLLBACK")
                raise

    def define(self, script: str) -> None:
        """Make the tables of a script that are not there yet; this is no write of a call."""
        self._connection().executescript(f"BEGIN; {script} COMMIT;")

    def meta(self, key: str) -> str | None:
        """Return a remembered value."""
        query = "SELECT value FROM meta WHERE key = ?"
        row = self._connection().execute(query, (key,)).fetchone()
        return None if row is None else str(row["value"])

    def close(self) -> None:
        """Close every thread's connection; call it when no thread uses the store any more."""
        while self._connections:
            self._connections.pop().close()
        self._local = threading.local()


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
