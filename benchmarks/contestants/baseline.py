"""The contestant without a client: bare httpx, json and polars, with the fewest requests."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from protocol import Contestant, read_frame, serve

if TYPE_CHECKING:
    import httpx
    import polars as pl

THREADS = 32
Done = dict[str, object]


class Baseline(Contestant):
    """Makes the calls without checks, records, retries or errors of its own."""

    distributions = ("httpx", "polars")

    @cached_property
    def api(self) -> httpx.Client:
        """The connections to the service."""
        return self._http(
            base_url=os.environ["IONWORKS_API_URL"],
            headers={"x-api-key": os.environ["IONWORKS_API_KEY"]},
        )

    @cached_property
    def storage(self) -> httpx.Client:
        """The connections to the storage, which get no key."""
        return self._http()

    def start(self) -> Done:
        """Import the HTTP library and construct a client of it."""
        with self.meter:
            import httpx

            httpx.Client()
        return {}

    def first_table(self, measurement_id: str) -> Done:
        """Import both libraries and read one time series."""
        with self.meter:
            table = self._series(measurement_id)
        return {"rows": table.height}

    def list(self, cell_id: str, limit: int) -> Done:
        """List the measurements of a cell, as dictionaries."""
        path = f"/cell_instances/{cell_id}/cell_measurements"
        with self.meter:
            found = self._json(path, limit=limit)["items"]
        return {"records": len(found), "last": found[-1]["name"]}

    def detail(self, cell_id: str, max_workers: int | None = None) -> Done:
        """Read a cell with the tables of all its measurements."""
        with self.meter, ThreadPoolExecutor(max_workers or THREADS) as pool:
            self._json(f"/cell_instances/{cell_id}")
            listed = self._json(f"/cell_instances/{cell_id}/cell_measurements", limit=100)
            ids = [each["id"] for each in listed["items"]]
            series = pool.map(self._series, ids)
            tables = [*pool.map(self._steps_and_cycles, ids)]
            frames = [*series]
        return {
            "measurements": len(frames),
            "rows of series": sum(each.height for each in frames),
            "rows of steps": sum(steps.height for steps, _ in tables),
            "rows of cycles": sum(cycles.height for _, cycles in tables),
            "sum of voltages": round(sum(each["Voltage [V]"].sum() for each in frames)),
        }

    def upload(self, cell_id: str, small: str, large: str) -> Done:
        """Upload a frame from a file that it was written to."""
        import polars as pl

        self._delete(self._create(cell_id, pl.read_ipc(small)))
        frame = read_frame(large)
        with self.meter:
            made = self._create(cell_id, frame)
        self._delete(made)
        return {"rows": frame.height, "columns": frame.width}

    def download(self, small_id: str, large_id: str) -> Done:
        """Download a time series to a file, and read the file."""
        self._streamed_series(small_id)
        with self.meter:
            table = self._streamed_series(large_id)
        voltages = table["Voltage [V]"]
        return {
            "rows": table.height,
            "columns": table.width,
            "sum of voltages": round(voltages.sum()),
        }

    def _http(self, **options: Any) -> httpx.Client:
        import httpx

        return httpx.Client(
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=64),
            timeout=None,
            event_hooks={"request": [self.meter.count]},
            **options,
        )

    def _json(self, path: str, **parameters: int) -> Any:
        return self.api.get(path, params=parameters).raise_for_status().json()

    def _post(self, path: str, body: Mapping[str, object]) -> Any:
        return self.api.post(path, json=body).raise_for_status().json()

    def _place_of(self, measurement_id: str) -> str:
        found = self.api.get(f"/cell_measurements/{measurement_id}/time_series/download")
        return found.headers["location"]

    def _series(self, measurement_id: str) -> pl.DataFrame:
        import polars as pl

        found = self.storage.get(self._place_of(measurement_id)).raise_for_status()
        return pl.read_parquet(found.content)

    def _streamed_series(self, measurement_id: str) -> pl.DataFrame:
        import polars as pl

        with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
            with self.storage.stream("GET", self._place_of(measurement_id)) as found:
                for piece in found.raise_for_status().iter_bytes(2**20):
                    file.write(piece)
            file.flush()
            return pl.read_parquet(file.name)

    def _steps_and_cycles(self, measurement_id: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        import polars as pl

        found = self._json(f"/cell_measurements/{measurement_id}/steps_and_cycles")
        return pl.DataFrame(found["steps"]), pl.DataFrame(found["cycles"])

    def _create(self, cell_id: str, frame: pl.DataFrame) -> str:
        measurement = {"name": uuid4().hex}
        initiate = f"/cell_instances/{cell_id}/cell_measurements/initiate-upload"
        opened = self._post(initiate, {"measurement": measurement})
        url = next(
            each["signed_url"]
            for each in opened["uploads"]
            if each["filename"] == "time_series.parquet"
        )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "time_series.parquet"
            frame.write_parquet(path)
            with path.open("rb") as file:
                headers = {"content-length": str(path.stat().st_size)}
                self.storage.put(url, content=file, headers=headers).raise_for_status()
        confirmation = {"cell_instance_id": cell_id, "measurement": measurement}
        confirm = f"/cell_measurements/{opened['measurement_id']}/confirm-upload"
        return str(self._post(confirm, confirmation)["id"])

    def _delete(self, measurement_id: str) -> None:
        self.api.delete(f"/cell_measurements/{measurement_id}").raise_for_status()


if __name__ == "__main__":
    serve(Baseline())
