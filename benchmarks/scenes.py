"""Scenes: a server in a process of its own, the data on it, and the arguments of the calls."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.frames import (
    COLUMNS,
    LARGE,
    LONG,
    RATED_CAPACITY,
    SMALL,
    VOLTAGE_WINDOW,
    Size,
    make_series,
    summarize_steps,
)
from benchmarks.records import connect, list_many, make_cell, upload, upload_parquet
from benchmarks.servers import sandbox, served
from ionworks.sandbox import Sandbox

MEASUREMENTS = 50
LISTED = 1_000
FILE_BYTES = 10**9
BLOCK_BYTES = 10**6
NEVER_MS = 10**9  # an upload is not processed, so that the work of the server is not measured
CHECKED = Size(1_000_000, 10_000)


@dataclass(frozen=True)
class Scene:
    """The environment that leads a contestant to the server, and arguments of its calls."""

    environment: Mapping[str, str]
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Stored:
    """The data of a sandbox that was filled: its directory and its records."""

    data: Path
    cell_id: str
    measurement_ids: tuple[str, ...]


class Scenes:
    """Makes scenes in one scratch directory; data that several rows need are made once."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch

    @contextmanager
    def nothing(self) -> Iterator[Scene]:
        """No server: nothing is sent."""
        yield Scene({"IONWORKS_API_URL": "http://127.0.0.1:9", "IONWORKS_API_KEY": "none"})

    @staticmethod
    def cell(latency_ms: int = 0) -> SceneOf:
        """Return the scene of a cell with many measurements, on a server of this latency."""

        @contextmanager
        def scene(scenes: Scenes) -> Iterator[Scene]:
            with sandbox(scenes.filled.data, latency_ms=latency_ms) as environment:
                yield Scene(environment, {"cell_id": scenes.filled.cell_id})

        return scene

    @contextmanager
    def measurement(self) -> Iterator[Scene]:
        """Serve one small time series."""
        with sandbox(self.filled.data) as environment:
            yield Scene(environment, {"measurement_id": self.filled.measurement_ids[0]})

    @contextmanager
    def listing(self) -> Iterator[Scene]:
        """Serve a recorded list of many measurements."""
        body = self.scratch / "list.json"
        body.write_text(json.dumps(list_many(self.filled.data, self.filled.cell_id, LISTED)))
        with served("benchmarks.replay", str(body)) as environment:
            yield Scene(environment, {"cell_id": self.filled.cell_id, "limit": LISTED})

    @contextmanager
    def checks(self) -> Iterator[Scene]:
        """No server: a series with many steps, its step table, and what strict checks take."""
        began = datetime(2025, 3, 1, tzinfo=UTC)
        yield Scene(
            {"IONWORKS_API_URL": "http://127.0.0.1:9", "IONWORKS_API_KEY": "none"},
            {
                "frame": str(self._checked[0]),
                "steps": str(self._checked[1]),
                "rated_capacity": RATED_CAPACITY,
                "voltage_window": VOLTAGE_WINDOW,
                "start_time": began.isoformat(),
                "end_time": (began + timedelta(seconds=CHECKED.rows)).isoformat(),
            },
        )

    @contextmanager
    def storing(self) -> Iterator[Scene]:
        """Serve a sandbox that stores uploads and does not process them."""
        data = self.scratch / "storing"
        with sandbox(data, processing_ms=NEVER_MS) as environment, connect(environment) as client:
            paths = {name: str(path) for name, path in self._frames.items()}
            yield Scene(environment, {"cell_id": make_cell(client), **paths})

    @contextmanager
    def stored(self) -> Iterator[Scene]:
        """Serve a sandbox with a small and a large time series."""
        data = self.scratch / "stored"
        with sandbox(data) as environment, connect(environment) as client:
            cell_id = make_cell(client)
            ids = {
                f"{name}_id": upload(client, cell_id, pl.read_ipc(path))
                for name, path in self._frames.items()
            }
            yield Scene(environment, ids)

    @contextmanager
    def stored_file(self) -> Iterator[Scene]:
        """Serve a sandbox with a small time series and a large file."""
        data, path = self.scratch / "stored_file", self.scratch / "large.bin"
        with path.open("wb") as file:
            for _ in range(FILE_BYTES // BLOCK_BYTES):
                file.write(os.urandom(BLOCK_BYTES))
        with sandbox(data) as environment, connect(environment) as client:
            cell_id = make_cell(client)
            small_id = upload(client, cell_id, pl.read_ipc(self._frames["small"]))
            made = client.cell_measurement.create_file(cell_id, "Large", [path])
            path.unlink()
            yield Scene(environment, {"small_id": small_id, "file_id": made.id})

    @contextmanager
    def long(self) -> Iterator[Scene]:
        """Serve a sandbox with a small and a long time series, in row groups of 100,000 rows."""
        data, path = self.scratch / "long", self.scratch / "long.parquet"
        frame = make_series(LONG).select(COLUMNS)
        frame.write_parquet(path, row_group_size=100_000, statistics=True)
        with sandbox(data) as environment, connect(environment) as client:
            cell_id = make_cell(client)
            small_id = upload(client, cell_id, pl.read_ipc(self._frames["small"]))
            series_id = upload_parquet(client, cell_id, path)
            yield Scene(environment, {"small_id": small_id, "series_id": series_id})

    @cached_property
    def filled(self) -> Stored:
        """A cell with many small measurements."""
        data = self.scratch / "filled"
        frame = make_series(SMALL).select(COLUMNS)
        with Sandbox(data=data) as box, box.client() as client:
            cell_id = make_cell(client)
            ids = tuple(upload(client, cell_id, frame) for _ in range(MEASUREMENTS))
            return Stored(data, cell_id, ids)

    @cached_property
    def _frames(self) -> dict[str, Path]:
        sizes = {"small": SMALL, "large": LARGE}
        return {n: self._written(n, make_series(s).select(COLUMNS)) for n, s in sizes.items()}

    @cached_property
    def _checked(self) -> tuple[Path, Path]:
        series = make_series(CHECKED)
        return self._written("checked", series), self._written("steps", summarize_steps(series))

    def _written(self, name: str, frame: pl.DataFrame) -> Path:
        path = self.scratch / f"{name}.arrow"
        frame.write_ipc(path, compression="lz4")  # to be read into memory, not mapped
        return path


SceneOf = Callable[[Scenes], AbstractContextManager[Scene]]
