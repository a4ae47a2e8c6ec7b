"""Records on a sandbox: a cell, its measurements, and a long list of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import polars as pl

from benchmarks.frames import RATED_CAPACITY
from ionworks import Ionworks
from ionworks.sandbox import Sandbox


def connect(environment: Mapping[str, str]) -> Ionworks:
    """Return a client of the server of a scene."""
    return Ionworks(environment["IONWORKS_API_KEY"], environment["IONWORKS_API_URL"])


def make_cell(client: Ionworks) -> str:
    """Make a specification and a cell, and return the id of the cell."""
    ratings = {"capacity": {"value": RATED_CAPACITY, "unit": "A*h"}}
    spec = client.cell_spec.create({"name": "LG M50", "form_factor": "21700", "ratings": ratings})
    return client.cell_instance.create(spec.id, {"name": "M50-007"}).id


def upload(client: Ionworks, cell_id: str, frame: pl.DataFrame) -> str:
    """Upload a series with the metadata of a real one, and return the id of its measurement."""
    measurement = {
        "name": f"RPT {uuid4()}",
        "start_time": "2025-03-01T08:00:00+00:00",
        "end_time": "2025-03-01T09:00:00+00:00",
        "notes": "reference performance test at 25 degC",
        "protocol": {"name": "C/10", "ambient_temperature_degc": 25},
        "test_setup": {"cycler": "Maccor", "channel_number": 3, "operator": "A. Volta"},
        "tags": ["rpt", "baseline"],
    }
    data = {"measurement": measurement, "time_series": frame}
    return client.cell_measurement.create(cell_id, data).id


def upload_parquet(client: Ionworks, cell_id: str, path: Path) -> str:
    """Upload a Parquet file as it is, and return the id of its measurement."""
    measurement = {"name": f"RPT {uuid4()}"}
    opened = client.request(
        "POST",
        f"/cell_instances/{cell_id}/cell_measurements/initiate-upload",
        json={"measurement": measurement},
    )
    (url,) = [
        each["signed_url"]
        for each in opened["uploads"]
        if each["filename"] == "time_series.parquet"
    ]
    with path.open("rb") as file:
        size = {"content-length": str(path.stat().st_size)}
        httpx.put(url, content=file, headers=size, timeout=None).raise_for_status()
    confirm = f"/cell_measurements/{opened['measurement_id']}/confirm-upload"
    given = {"cell_instance_id": cell_id, "measurement": measurement}
    return str(client.request("POST", confirm, json=given)["id"])


def list_many(data: Path, cell_id: str, count: int) -> dict[str, Any]:
    """Return a page of the records of a sandbox, repeated, each with its own id, name and times."""
    with Sandbox(data=data) as box:
        url = f"{box.url}/cell_instances/{cell_id}/cell_measurements"
        answer = httpx.get(url, headers={"x-api-key": box.api_key}).raise_for_status()
    recorded = answer.json()["items"]
    items = [{**recorded[n % len(recorded)], **of_its_own(n)} for n in range(count)]
    return {"items": items, "count": count, "total": count}


def of_its_own(number: int) -> dict[str, str]:
    """Return the fields of a listed record that no other record shares."""
    times = ("start_time", "end_time", "created_at", "updated_at")
    began = datetime(2025, 3, 1, microsecond=number, tzinfo=UTC) + timedelta(hours=number)
    ends = {name: began + timedelta(hours=after) for after, name in enumerate(times)}
    stamps = {name: f"{end:%Y-%m-%dT%H:%M:%S.%fZ}" for name, end in ends.items()}
    return {"id": str(uuid4()), "name": f"RPT {number}", **stamps}
