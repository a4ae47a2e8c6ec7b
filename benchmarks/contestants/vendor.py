"""The contestant for the vendor's client; it runs in an environment of its own."""

from __future__ import annotations

from functools import cache, wraps
from typing import Any

from client_calls import FEW, ClientCalls, Done
from protocol import serve

#: `detail` reads one page and gives no limit; without one the server returns 25 measurements.
LIMIT = 100


class Vendor(ClientCalls):
    """Makes the calls with `ionworks-api`, without its cache on disk."""

    distributions = ("ionworks-api", "requests", "polars")

    def connect(self, **options: Any) -> Any:
        """Return a new client."""
        import ionworks

        ionworks.set_cache_enabled(False)
        return ionworks.Ionworks(**options)

    @cache  # noqa: B019 -- a contestant lives as long as its process
    def client(self, max_workers: int | None = None) -> Any:  # noqa: ARG002
        """Return the client that all calls of this process use; its threads are fixed."""
        import requests

        send = requests.Session.send

        @wraps(send)
        def counted(session: Any, request: Any, **options: Any) -> Any:
            self.meter.count()
            if request.url.endswith("/cell_measurements"):
                request.prepare_url(request.url, {"limit": LIMIT})
            return send(session, request, **options)

        requests.Session.send = counted
        return self.connect()

    def read_series(self, client: Any, measurement_id: str) -> Any:
        """Return the time series of a measurement."""
        return client.cell_measurement.time_series(measurement_id, use_cache=False)

    def checks(self, frame: str, strict: bool, steps: str, **given: Any) -> Done:
        """Check a frame before an upload, with or without the strict checks."""
        import polars as pl

        from ionworks.validators import validate_measurement_data

        table = pl.read_ipc(frame)
        options = {"strict": True, "steps_df": pl.read_ipc(steps), **given} if strict else {}
        validate_measurement_data(table.head(FEW), **options)
        with self.meter:
            validate_measurement_data(table, **options)
        return {"rows": table.height}


if __name__ == "__main__":
    serve(Vendor())
