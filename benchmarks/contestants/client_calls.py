"""The calls that both clients have in common; both are imported as `ionworks`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any
from uuid import uuid4

from protocol import Contestant, read_frame

Done = dict[str, object]
#: Rows that are checked first, so that everything is loaded.
FEW = 1_000


class ClientCalls(Contestant, ABC):
    """Makes each call as a user of the client writes it."""

    @abstractmethod
    def connect(self, **options: Any) -> Any:
        """Return a new client."""

    @abstractmethod
    def read_series(self, client: Any, measurement_id: str) -> Any:
        """Return the time series of a measurement, from the server and not from a cache."""

    @abstractmethod
    def client(self, max_workers: int | None = None) -> Any:
        """Return the client that all calls of this process use; its requests are counted."""

    def start(self) -> Done:
        """Import the package and construct a client."""
        with self.meter:
            import ionworks

            ionworks.Ionworks()
        return {}

    def first_table(self, measurement_id: str) -> Done:
        """Import the package, construct a client and read one time series."""
        with self.meter:
            table = self.read_series(self.connect(), measurement_id)
        return {"rows": table.height}

    def list(self, cell_id: str, limit: int) -> Done:
        """List the measurements of a cell."""
        client = self.client()
        with self.meter:
            found = client.cell_measurement.list(cell_id, limit=limit)
        return {"records": len(found), "last": found[-1].name}

    def detail(self, cell_id: str, max_workers: int | None = None) -> Done:
        """Read a cell with the tables of all its measurements."""
        client = self.client(max_workers)
        with self.meter:
            view = client.cell_instance.detail(cell_id)
        parts = view.measurements
        return {
            "measurements": len(parts),
            "rows of series": sum(each.time_series.height for each in parts),
            "rows of steps": sum(each.steps.height for each in parts),
            "rows of cycles": sum(each.cycles.height for each in parts),
            "sum of voltages": round(sum(each.time_series["Voltage [V]"].sum() for each in parts)),
        }

    def upload(self, cell_id: str, small: str, large: str) -> Done:
        """Upload a frame; a small one comes first, so that everything is loaded."""
        import polars as pl

        client = self.client()
        self._delete(client, self._create(client, cell_id, pl.read_ipc(small)))
        frame = read_frame(large)
        with self.meter:
            made = self._create(client, cell_id, frame)
        self._delete(client, made)
        return {"rows": frame.height, "columns": frame.width}

    def download(self, small_id: str, large_id: str) -> Done:
        """Download a time series; a small one comes first, so that everything is loaded."""
        client = self.client()
        self.read_series(client, small_id)
        with self.meter:
            table = self.read_series(client, large_id)
        voltages = table["Voltage [V]"]
        return {
            "rows": table.height,
            "columns": table.width,
            "sum of voltages": round(voltages.sum()),
        }

    def _create(self, client: Any, cell_id: str, frame: Any) -> Any:
        data = {"measurement": {"name": uuid4().hex}, "time_series": frame}
        return client.cell_measurement.create(cell_id, data, wait_for_processing=False)

    def _delete(self, client: Any, measurement: Any) -> None:
        client.cell_measurement.delete(measurement.id)
