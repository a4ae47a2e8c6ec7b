"""What the checks of the vendor's client share: records to work on, and how a result is judged."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from ionworks import Ionworks, IonworksError

ROWS_PER_STEP = 20
SECONDS_PER_ROW = 10.0
PATIENCE_SECONDS = 30.0


def same(what: str, found: object, expected: object) -> None:
    """Fail unless both are equal, and say what was compared."""
    if found != expected:
        raise AssertionError(f"{what}: {found!r:.300} is not {expected!r:.300}")


def holds(what: str, truth: object) -> None:
    """Fail unless this is true, and say what was to hold."""
    if not truth:
        raise AssertionError(f"not so: {what}")


def close(what: str, found: Sequence[float], expected: Sequence[float]) -> None:
    """Fail unless the numbers are the same up to rounding."""
    same(f"{what}, how many", len(found), len(expected))
    for one, other in zip(found, expected, strict=True):
        if not math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9):
            raise AssertionError(f"{what}: {one!r} is not {other!r}")


def refused(what: str, status: int, call: Callable[[], object]) -> IonworksError:
    """Fail unless the call is refused with this status; return the error."""
    try:
        result = call()
    except IonworksError as error:
        same(f"status of {what}", error.status_code, status)
        return error
    raise AssertionError(f"{what} was not refused: {result!r:.200}")


def names(records: Iterable[Any]) -> list[str]:
    """Return the names of records in their order."""
    return [record.name for record in records]


def cycling(cycles: int = 2, start: float = 0.0, first_step: int = 0) -> pl.DataFrame:
    """Return a series: rest, discharge at 1 A and charge at 1 A for each cycle.

    The voltage falls under a positive current, which is a discharge.
    """
    columns: dict[str, list[float]] = {
        name: [] for name in ("Time [s]", "Voltage [V]", "Current [A]", "Step count", "Cycle count")
    }
    for number in range(3 * cycles):
        current = (0.0, 1.0, -1.0)[number % 3]
        for row in range(ROWS_PER_STEP):
            share = row / (ROWS_PER_STEP - 1)
            level = {0.0: 4.1, 1.0: 4.1 - share, -1.0: 3.1 + share}[current]
            columns["Time [s]"].append(start + (number * ROWS_PER_STEP + row) * SECONDS_PER_ROW)
            columns["Voltage [V]"].append(level - 0.02 * current)
            columns["Current [A]"].append(current)
            columns["Step count"].append(first_step + number)
            columns["Cycle count"].append(first_step // 3 + number // 3)
    frame = pl.DataFrame(columns)
    return frame.with_columns(pl.col("Step count", "Cycle count").cast(pl.Int64))


class World:
    """A project of its own on a sandbox, seen through the vendor's client."""

    def __init__(self, client: Ionworks, url: str, key: str, scratch: Path) -> None:
        self.client = client
        self.url = url
        self.key = key
        self.scratch = scratch
        self.notes: list[str] = []
        self._numbers = itertools.count(1)

    def note(self, defect: str, text: str) -> None:
        """Tell beside the result of a check what the vendor's client was seen to do wrong."""
        self.notes.append(f"{defect}: {text}")

    def fresh(self, kind: str) -> str:
        """Return a name that nothing else has."""
        return f"{kind} {next(self._numbers)}"

    def another_client(self, **options: Any) -> Ionworks:
        """Return a second client of the same sandbox."""
        return Ionworks(api_key=self.key, api_url=self.url, **options)

    @cached_property
    def project(self) -> Any:
        """The project that the client works in."""
        return self.client.project.get(self.client.project_id)

    @cached_property
    def spec(self) -> Any:
        """A specification, made once."""
        return self.new_spec()

    def new_spec(self, **fields: Any) -> Any:
        """Return a new specification."""
        ratings = {
            "capacity": {"value": 1.0, "unit": "A.h"},
            "voltage_min": {"value": 2.5, "unit": "V"},
            "voltage_max": {"value": 4.2, "unit": "V"},
        }
        given = {"name": self.fresh("spec"), "form_factor": "pouch", "ratings": ratings}
        return self.client.cell_spec.create({**given, **fields})

    def new_cell(self, spec_id: str | None = None, **fields: Any) -> Any:
        """Return a new instance, of the shared specification if none is given."""
        given = {"name": self.fresh("cell")}
        return self.client.cell_instance.create(spec_id or self.spec.id, {**given, **fields})

    def new_properties(self, cell_id: str, name: str | None = None, **fields: Any) -> Any:
        """Return a new measurement of one property: the cheapest there is."""
        thickness = {"thickness": {"value": 0.52, "unit": "mm"}}
        given = name or self.fresh("properties")
        return self.client.cell_measurement.create_properties(cell_id, given, thickness, **fields)

    def new_series(
        self, cell_id: str | None = None, frame: pl.DataFrame | None = None, **fields: Any
    ) -> Any:
        """Return a new time series whose tables are there to be read."""
        measurement = {"name": self.fresh("series"), **fields}
        made = self.client.cell_measurement.create(
            cell_id or self.new_cell().id,
            {"measurement": measurement, "time_series": cycling() if frame is None else frame},
            wait_for_processing=False,
        )
        return self.settled(made.id)

    def settled(self, measurement_id: str) -> Any:
        """Return the measurement as soon as it is no longer being processed."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            found = self.client.cell_measurement.get(measurement_id)
            if found.processing_status not in {"pending", "running"}:
                return found
            holds(f"processed within {PATIENCE_SECONDS} s", time.monotonic() < deadline)
            time.sleep(0.05)

    @cached_property
    def series(self) -> Any:
        """A time series of two cycles, made once."""
        return self.new_series()

    def file(self, name: str, content: bytes) -> str:
        """Return the path of a new file with this name and content."""
        folder = self.scratch / f"files {next(self._numbers)}"
        folder.mkdir(parents=True)
        path = folder / name
        path.write_bytes(content)
        return str(path)
