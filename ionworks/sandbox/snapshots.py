"""Copies of the state of a sandbox, to which it can return."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ionworks.sandbox.backend import Backend


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The records and files of a sandbox at one moment; valid until the sandbox stops."""

    owner: object = field(repr=False)
    database: sqlite3.Connection = field(repr=False)
    files: Path = field(repr=False)


def take_snapshot(owner: object, backend: Backend, folder: Path) -> Snapshot:
    """Copy the database into memory, and link the files, which never change, into a folder."""
    folder.mkdir(parents=True)
    with backend.processing:
        database = backend.store.copy()
        for file in backend.objects.files():
            with suppress(FileNotFoundError):  # an older version of an object, deleted meanwhile
                _link(file, folder / file.name)
    return Snapshot(owner, database, folder)


def restore_snapshot(backend: Backend, snapshot: Snapshot) -> None:
    """Return to the records and files of a snapshot. No call may be running."""
    with backend.processing:
        kept = {each.name: each for each in snapshot.files.iterdir()}
        present = {each.name: each for each in backend.objects.files()}
        for name in kept.keys() - present.keys():
            _link(kept[name], backend.objects.directory / name)
        backend.store.replace(snapshot.database)
        for name in present.keys() - kept.keys():
            present[name].unlink(missing_ok=True)


def _link(file: Path, target: Path) -> None:
    try:
        os.link(file, target)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without links
        shutil.copyfile(file, target)
