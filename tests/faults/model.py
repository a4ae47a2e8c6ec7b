"""What the state machine believes of the server: nouns, faults that pass, and the records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from ionworks import Ionworks

# After one of these a call goes on; the same call meets three of them at most.
PASSING = (
    "429",
    "500",
    "502",
    "503",
    "504",
    "reset",
    "close",
    "500 after commit",
    "503 after commit",
    "reset after commit",
    "close after commit",
    "cut 20",
)
# With one of these it is over; whether it was done, nobody knows.
FINAL = ("401", "403", "login-page", "login-page after commit", "empty after commit")
MOST_PASSING = 3
STEP_SECONDS = 3


@dataclass
class Known:
    """A record that must be on the server."""

    noun: str
    parent: str | None
    name: str
    notes: str
    #: Rows of a series; 0 for everything else.
    rows: int = 0
    #: An extension was begun and never confirmed; until it expires there is no other.
    blocked: bool = False


@dataclass(frozen=True)
class Noun:
    """One kind of record: how it is made and looked at, and the operations that can go wrong."""

    parent: str | None
    text: str
    client: Callable[[Ionworks], Any]
    #: Operations of a creation; the last one makes the record.
    creating: tuple[str, ...]
    word: str
    make: Callable[[Ionworks, str | None, Mapping[str, Any], bool], Any]
    rows: int = 0

    @property
    def making(self) -> str:
        return self.creating[-1]

    def operation(self, verb: str) -> str:
        return f"{verb}_{self.word}{'s' if verb == 'list' else ''}"

    def list(self, client: Ionworks, parent: str | None, **filters: Any) -> Sequence[Any]:
        """Return the records of a parent; project and specification are listed by a filter."""
        noun = self.client(client)
        if self.word == "project":
            return noun.list(**filters)
        if self.word == "cell_specification":
            return noun.list(project_id=parent, **filters)
        return noun.list(parent, **filters)


def frame(first: int, step: int) -> pl.DataFrame:
    """Return the rows of one step, a second apart."""
    times = [float(first + each) for each in range(STEP_SECONDS)]
    return pl.DataFrame(
        {
            "Time [s]": times,
            "Voltage [V]": [4.0 - each / 1e4 for each in times],
            "Current [A]": [1.0] * STEP_SECONDS,
            "Step count": [step] * STEP_SECONDS,
        }
    )


def _under(
    noun: Callable[[Ionworks], Any],
) -> Callable[[Ionworks, str | None, Mapping[str, Any], bool], Any]:
    def make(client: Ionworks, parent: str | None, data: Mapping[str, Any], get: bool) -> Any:
        if get:
            return noun(client).create_or_get(parent, data, on_difference="ignore")
        return noun(client).create(parent, data)

    return make


def _project(client: Ionworks, parent: str | None, data: Mapping[str, Any], get: bool) -> Any:
    if get:
        return client.project.create_or_get(data, on_difference="ignore")
    return client.project.create(data)


def _specification(client: Ionworks, parent: str | None, data: Mapping[str, Any], get: bool) -> Any:
    asked = {**data, "project_id": parent}
    if get:
        return client.cell_spec.create_or_get(asked, on_difference="ignore")
    return client.cell_spec.create(asked)


def _properties(client: Ionworks, parent: str | None, data: Mapping[str, Any], get: bool) -> Any:
    thickness = {"thickness": {"value": 0.5, "unit": "mm"}}
    measurement = client.cell_measurement
    return measurement.create_properties(parent, data["name"], thickness, notes=data["notes"])


def _series(client: Ionworks, parent: str | None, data: Mapping[str, Any], get: bool) -> Any:
    detail = {"measurement": data, "time_series": frame(0, 0)}
    return _under(lambda each: each.cell_measurement)(client, parent, detail, get)


NOUNS = {
    "project": Noun(
        None, "description", lambda c: c.project, ("create_project",), "project", _project
    ),
    "specification": Noun(
        "project",
        "notes",
        lambda c: c.cell_spec,
        ("create_cell_specification",),
        "cell_specification",
        _specification,
    ),
    "instance": Noun(
        "specification",
        "notes",
        lambda c: c.cell_instance,
        ("create_cell_instance",),
        "cell_instance",
        _under(lambda c: c.cell_instance),
    ),
    "properties": Noun(
        "instance",
        "notes",
        lambda c: c.cell_measurement,
        ("create_properties_measurement",),
        "cell_measurement",
        _properties,
    ),
    "series": Noun(
        "instance",
        "notes",
        lambda c: c.cell_measurement,
        ("initiate_measurement_upload", "put_object", "confirm_measurement_upload"),
        "cell_measurement",
        _series,
        rows=STEP_SECONDS,
    ),
}
MAKING = {noun.making for noun in NOUNS.values()}
EXTENDING = ("initiate_measurement_extend", "put_object", "confirm_measurement_extend")
