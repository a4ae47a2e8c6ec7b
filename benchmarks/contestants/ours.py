"""The contestant for this client."""

from __future__ import annotations

import tempfile
from functools import cache
from typing import Any

from client_calls import FEW, ClientCalls, Done
from protocol import serve


class Ours(ClientCalls):
    """Makes the calls with `ionworks-client`."""

    distributions = ("ionworks-client", "httpx", "polars")

    def connect(self, **options: Any) -> Any:
        """Return a new client."""
        import ionworks

        return ionworks.Ionworks(**options)

    @cache  # noqa: B019 -- a contestant lives as long as its process
    def client(self, max_workers: int | None = None) -> Any:
        """Return the client that all calls of this process use."""
        options = {} if max_workers is None else {"max_workers": max_workers}
        return self.connect(on_attempt=self.meter.count, **options)

    def read_series(self, client: Any, measurement_id: str) -> Any:
        """Return the time series of a measurement."""
        return client.cell_measurement.time_series(measurement_id)

    def save(self, small_id: str, file_id: str) -> Done:
        """Save a large file; a table comes first, so that everything is loaded."""
        client = self.client()
        self.read_series(client, small_id)
        with tempfile.TemporaryDirectory() as folder:
            with self.meter:
                saved = client.cell_measurement.save_files(file_id, folder)
            return {"bytes": sum(each.stat().st_size for each in saved.values())}

    def part(self, small_id: str, series_id: str, rows: list[int]) -> Done:
        """Read a few rows of a long series; a small one comes first."""
        client = self.client()
        self.read_series(client, small_id)

        def count(update: Any) -> None:
            self.meter.received_bytes = update.done

        with self.meter:
            table = client.cell_measurement.time_series(series_id, rows=rows, progress=count)
        return {"rows": table.height, "first": table["Time [s]"][0]}

    def checks(self, frame: str, strict: bool, steps: str, **given: Any) -> Done:  # noqa: ARG002
        """Check a frame before an upload, with or without the strict checks."""
        import polars as pl

        from ionworks.validators import check_measurement_data

        table = pl.read_ipc(frame)
        options = {"strict": True, **given} if strict else {}
        check_measurement_data(table.head(FEW), **options)
        with self.meter:
            check_measurement_data(table, **options)
        return {"rows": table.height}


if __name__ == "__main__":
    serve(Ours())
