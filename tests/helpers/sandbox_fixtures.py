"""Fixtures: sandboxes whose exchanges are checked against the contract, and a plain client."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import polars as pl
import pytest
from contract_tap import Contract, Tap

from ionworks.sandbox import Sandbox

NUMBERS = itertools.count(1)


class Api:
    """Speaks to a sandbox with its key, and demands the status of each answer."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.http = httpx.Client(
            base_url=sandbox.url, headers={"X-API-Key": sandbox.api_key}, timeout=30
        )

    def call(self, method: str, path: str, status: int, **options: Any) -> httpx.Response:
        """Send a request and demand this status."""
        response = self.http.request(method, path, **options)
        assert response.status_code == status, response.text
        return response

    def get(self, path: str, status: int = 200, **params: Any) -> Any:
        """Return the JSON answer of a GET."""
        return self.call("GET", path, status, params=params).json()

    def post(self, path: str, body: Any, status: int = 201) -> Any:
        """Return the JSON answer of a POST."""
        return self.call("POST", path, status, json=body).json()

    def patch(self, path: str, body: Any, status: int = 200) -> Any:
        """Return the JSON answer of a PATCH."""
        return self.call("PATCH", path, status, json=body).json()

    def delete(self, path: str, status: int = 204) -> httpx.Response:
        """Return the answer of a DELETE."""
        return self.call("DELETE", path, status)

    def names(self, path: str, **params: Any) -> list[str]:
        """Return the names on one page of a list."""
        return [item["name"] for item in self.get(path, **params)["items"]]

    def project(self) -> str:
        """Return the id of a new project."""
        return str(self.post("/projects", {"name": fresh_name("project")})["id"])

    def specification(self, project_id: str | None = None, **fields: Any) -> str:
        """Return the id of a new specification."""
        body = {"name": fresh_name("spec"), "project_id": project_id, **fields}
        return str(self.post("/cell_specifications", body)["id"])

    def instance(self, specification_id: str | None = None, **fields: Any) -> str:
        """Return the id of a new instance, of a new specification if none is given."""
        parent = specification_id or self.specification()
        body = {"name": fresh_name("cell"), **fields}
        return str(self.post(f"/cell_specifications/{parent}/cell_instances", body)["id"])

    def properties(self, instance_id: str, name: str, **fields: Any) -> Any:
        """Return a new measurement of properties."""
        body = {"name": name, "properties": {}, **fields}
        return self.post(f"/cell_instances/{instance_id}/cell_measurements/create", body)

    def initiate(self, instance_id: str, name: str, status: int = 200, **fields: Any) -> Any:
        """Begin an upload."""
        path = f"/cell_instances/{instance_id}/cell_measurements/initiate-upload"
        return self.post(path, {"measurement": {"name": name}, **fields}, status)

    def confirm(
        self, begun: Any, instance_id: str, name: str, status: int = 200, **more: Any
    ) -> Any:
        """Confirm an upload."""
        body = {"cell_instance_id": instance_id, "measurement": {"name": name}, **more}
        return self.post(
            f"/cell_measurements/{begun['measurement_id']}/confirm-upload", body, status
        )

    def put(self, begun: Any, filename: str, content: Any, status: int = 200) -> httpx.Response:
        """Put a file to its signed URL."""
        # Without TLS: to load the authorities takes longer than the upload itself.
        response = httpx.put(signed_url(begun, filename), content=content, verify=False)
        assert response.status_code == status, response.text
        return response

    def series(self, instance_id: str, name: str, **more: Any) -> Any:
        """Return a new time series measurement."""
        begun = self.initiate(instance_id, name)
        self.put(begun, "time_series.parquet", parquet(cycling()))
        return self.confirm(begun, instance_id, name, **more)


def signed_url(begun: Any, filename: str) -> str:
    """Return the URL that an upload gave for a file."""
    return next(u["signed_url"] for u in begun["uploads"] if u["filename"] == filename)


def fresh_name(noun: str) -> str:
    """Return a name that no other test has."""
    return f"{noun} {next(NUMBERS)}"


def cycling() -> pl.DataFrame:
    """Return two cycles of discharge, rest and charge, ten rows each step."""
    current = [step for _ in range(2) for step in (1.0, 0.0, -1.0) for _ in range(10)]
    rows = range(len(current))
    return pl.DataFrame(
        {
            "Time [s]": [float(row) for row in rows],
            "Voltage [V]": [3.7 - value / 10 for value in current],
            "Current [A]": current,
            "Step count": [row // 10 for row in rows],
            "Cycle count": [row // 30 for row in rows],
        }
    )


def parquet(frame: pl.DataFrame) -> bytes:
    """Return a frame as the bytes of a Parquet file."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


@dataclass(frozen=True)
class Kit:
    """Helpers for tests that send plain requests."""

    series: Callable[[], pl.DataFrame] = cycling
    parquet: Callable[[pl.DataFrame], bytes] = parquet
    signed_url: Callable[[Any, str], str] = signed_url
    fresh_name: Callable[[str], str] = fresh_name
    api: type[Api] = Api


@pytest.fixture(scope="session")
def kit() -> Kit:
    """Return the helpers for plain requests."""
    return Kit()


@pytest.fixture(scope="session")
def tap() -> Iterator[Tap]:
    """Check the exchanges of all sandboxes that this process starts from now on."""
    made = Tap(Contract())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ionworks.sandbox.server.Origin", made.origin)
        yield made


@pytest.fixture
def kept_contract(tap: Tap) -> Iterator[None]:
    """Fail a test in which an answer, or a request of our client, broke the contract."""
    yield from tap.kept()


@pytest.fixture(scope="session")
def sandbox(tap: Tap) -> Iterator[Sandbox]:
    """Return a sandbox that tests share; they give their records fresh names."""
    with Sandbox() as box:
        yield box


@pytest.fixture
def fresh_sandbox(tap: Tap) -> Iterator[Sandbox]:
    """Return a sandbox of this test alone."""
    with Sandbox() as box:
        yield box


@pytest.fixture(scope="session")
def api(sandbox: Sandbox) -> Iterator[Api]:
    """Return a plain client of the shared sandbox."""
    speaker = Api(sandbox)
    yield speaker
    speaker.http.close()


@pytest.fixture
def fresh_api(fresh_sandbox: Sandbox) -> Iterator[Api]:
    """Return a plain client of a sandbox of this test alone."""
    speaker = Api(fresh_sandbox)
    yield speaker
    speaker.http.close()
