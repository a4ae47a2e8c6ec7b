"""The records of a sandbox under test: each made when it is first asked for, over plain HTTP."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from functools import cached_property
from typing import Any

import polars as pl
import requests
from derived_records import UNKNOWN, Derived

from ionworks.sandbox import Sandbox
from ionworks.sandbox.contract.operations import Operation, load_contract

SERIES, ROWS, FILE = "time_series.parquet", "time_series_extend.parquet", "run.csv"
CONTENT = b"time,voltage\n0,3.7\n"
OCTETS, PARQUET = "application/octet-stream", "application/vnd.apache.parquet"
SECONDS = 30


class Records:
    """What a call to a sandbox may speak of: a project, a cell, its measurements, and so on."""

    def __init__(self, box: Sandbox) -> None:
        self.box = box
        self.session = requests.Session()
        self.session.trust_env = False
        self.headers = {"X-API-Key": box.api_key}
        self._numbers = itertools.count(1)
        makers = {
            "cell_specifications": self.new_specification,
            "cell_measurements": self.new_properties,
            "raw_data": self.new_raw_data,
            "jobs": self.new_job,
        }
        known = {"projects": box.project_id}
        self.derived = Derived(load_contract(), self.post, makers, self._named, known)

    def _named(self, name: str) -> object:
        return self.name("record") if name == "name" else UNKNOWN

    def record_of(self, operation: str, name: str) -> object:
        """Return the id that a parameter or a field stands for; a deletion uses up its record."""
        tag = self.derived.tag_of(name)
        if tag is not None and operation in self._deletions(tag):
            return self.derived.new(tag)
        return self.derived.named(name) if tag or name.endswith("_ids") else UNKNOWN

    def _deletions(self, tag: str) -> set[str]:
        found: tuple[Operation, ...] = self.derived.resources[tag].operations.get("delete", ())
        return {operation.operation_id for operation in found}

    def post(self, path: str, body: object) -> Any:
        """Return the answer to a POST that is expected to succeed."""
        sent = self.session.post(
            f"{self.box.url}{path}", json=body, headers=self.headers, timeout=SECONDS
        )
        assert sent.ok, sent.text
        return sent.json()

    def name(self, noun: str) -> str:
        """Return a name that nothing has yet."""
        return f"{noun} {next(self._numbers)}"

    @cached_property
    def project(self) -> str:
        """A project with everything in it."""
        return self.box.project_id

    @cached_property
    def specification(self) -> str:
        """A specification with a rated capacity and a cathode."""
        return self.derived.of("cell_specifications")

    @cached_property
    def cathode(self) -> Any:
        """The cathode of the specification, with its material."""
        path = f"{self.box.url}/cell_specifications/{self.specification}"
        return self.session.get(path, headers=self.headers, timeout=SECONDS).json()["cathode"]

    @cached_property
    def cell(self) -> str:
        """A cell, with a series, properties and a file measured on it."""
        return self.derived.of("cell_instances")

    @cached_property
    def series(self) -> str:
        """A time series that is ready, of a test without an end."""
        return self.new_series()

    @cached_property
    def properties(self) -> str:
        """A measurement of properties, with tags."""
        return self.new_properties()

    @cached_property
    def file(self) -> str:
        """A measurement that consists of one file."""
        name = {"name": self.name("file")}
        begun = self._begun({"measurement": name, "measurement_type": "file", "filenames": [FILE]})
        self._put(begun, FILE, CONTENT)
        body = {"cell_instance_id": self.cell, "measurement": name, "measurement_type": "file"}
        self.post(f"/cell_measurements/{begun['measurement_id']}/confirm-upload", body)
        return begun["measurement_id"]

    @cached_property
    def raw_data(self) -> str:
        """Raw data that are attached to the series."""
        return self.new_attached()

    def new_specification(self) -> str:
        """Make a specification."""
        body = {
            "name": self.name("spec"),
            "project_id": self.project,
            "ratings": {"capacity": {"value": 5, "unit": "A*h"}},
            "cathode": {"material": {"name": "NMC811"}},
        }
        return self.post("/cell_specifications", body)["id"]

    def new_properties(self) -> str:
        """Make a measurement of properties."""
        path = f"/cell_instances/{self.cell}/cell_measurements/create"
        mass = {"mass": {"value": 68.5, "unit": "g"}}
        body = {"name": self.name("mass"), "properties": mass, "tags": ["ageing"]}
        return self.post(path, body)["id"]

    def new_uploaded(self) -> str:
        """Upload a time series that is not confirmed."""
        begun = self._begun({"measurement": {"name": self.name("series")}})
        self._put(begun, SERIES, series())
        return begun["measurement_id"]

    def new_series(self) -> str:
        """Make a time series that is ready."""
        made = self.new_uploaded()
        body = {"cell_instance_id": self.cell, "measurement": {"name": self.name("series")}}
        self.post(f"/cell_measurements/{made}/confirm-upload", body)
        return made

    def new_extended(self) -> str:
        """Make a time series with more rows uploaded, that are not confirmed."""
        made = self.new_series()
        self._put(
            self.post(f"/cell_measurements/{made}/initiate-extend", {}),
            ROWS,
            series(begin=60, step=1),
        )
        return made

    def new_uploaded_raw_data(self) -> str:
        """Upload raw data that are not confirmed."""
        begun = self.post("/raw_data/initiate-upload", self.raw_fields())
        self._put(begun, FILE, CONTENT)
        return begun["raw_data_id"]

    def new_raw_data(self) -> str:
        """Make raw data."""
        made = self.new_uploaded_raw_data()
        body = {**self.raw_fields(), "size_bytes": len(CONTENT)}
        self.post(f"/raw_data/{made}/confirm-upload", body)
        return made

    def new_attached(self) -> str:
        """Make raw data that are attached to the series."""
        made = self.new_raw_data()
        self.post(f"/cell_measurements/{self.series}/raw_data", {"raw_data_ids": [made]})
        return made

    def new_job(self) -> str:
        """Make a job that waits."""
        return self.box.add_job(project_id=self.project)

    def raw_fields(self) -> dict[str, object]:
        """Return what is said of raw data, before and after the upload."""
        return {"project_id": self.project, "name": self.name("raw"), "filename": FILE}

    def _begun(self, body: object) -> Any:
        return self.post(f"/cell_instances/{self.cell}/cell_measurements/initiate-upload", body)

    def _put(self, begun: Any, filename: str, content: bytes) -> None:
        (url,) = [u["signed_url"] for u in begun["uploads"] if u["filename"] == filename]
        # Storage serves a file under the type that it was uploaded with.
        kind = {"Content-Type": OCTETS if filename == FILE else PARQUET}
        assert self.session.put(url, data=content, headers=kind, timeout=SECONDS).ok


def series(begin: float = 0, step: int = 0) -> bytes:
    """Return a discharge and a charge as Parquet, three rows of ten seconds each."""
    frame = pl.DataFrame(
        {
            "Time [s]": [begin + 10.0 * row for row in range(6)],
            "Voltage [V]": [4.1, 4.0, 3.9, 3.7, 3.8, 3.9],
            "Current [A]": [1.0, 1.0, 1.0, -0.5, -0.5, -0.5],
            "Step count": [step] * 3 + [step + 1] * 3,
            "Cycle count": [0] * 6,
        }
    )
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


Maker = Callable[[Records], object]

# The record that a parameter or a field of this name speaks of, wherever it stands, if that is not
# any record of the resource whose id has the name.
OF_NAME: dict[str, Maker] = {
    "spec_id": lambda r: r.specification,
    "measurement_id": lambda r: r.series,
    "measurement_ids": lambda r: [r.series, r.properties],
    "raw_data_id": lambda r: r.raw_data,
    "raw_data_ids": lambda r: [r.raw_data],
    "filename": lambda _: FILE,
    "schema_name": lambda _: "data",
    "component_id": lambda r: r.cathode["id"],
    "material_id": lambda r: r.cathode["material_id"],
    "material_ids": lambda r: [r.cathode["material_id"]],
    "cathode_material_id": lambda r: r.cathode["material_id"],
}
# Where another record is meant, or each call uses its record up and needs a fresh one.
OF_OPERATION: dict[str, dict[str, Maker]] = {
    "detach_raw_data": {"raw_data_id": Records.new_attached},
    "cancel_job": {"job_id": Records.new_job},
    "confirm_measurement_upload": {"measurement_id": Records.new_uploaded},
    "initiate_measurement_extend": {"measurement_id": Records.new_series},
    "confirm_measurement_extend": {"measurement_id": Records.new_extended},
    "confirm_raw_data_upload": {"raw_data_id": Records.new_uploaded_raw_data},
    "update_cell_measurement": {"measurement_id": lambda r: r.properties},
    "list_measurement_files": {"measurement_id": lambda r: r.file},
    "download_measurement_file": {"measurement_id": lambda r: r.file},
}
