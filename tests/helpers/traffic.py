"""What these tests share: unique names, a small series, and a log of the requests made."""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

import polars as pl

# Two steps in two cycles: enough for both tables, small enough for hundreds of uploads.
SERIES = pl.DataFrame(
    {
        "Time [s]": [0.0, 10.0, 20.0, 30.0, 40.0, 50.0],
        "Voltage [V]": [4.1, 4.0, 3.9, 3.7, 3.8, 3.9],
        "Current [A]": [1.0, 1.0, 1.0, -0.5, -0.5, -0.5],
        "Step count": [0, 0, 0, 1, 1, 1],
        "Cycle count": [0, 0, 0, 1, 1, 1],
    }
)


class Sent(NamedTuple):
    operation: str
    method: str
    path: str
    status: int


@contextmanager
def traffic() -> Iterator[list[Sent]]:
    """Collect every request that is answered meanwhile, in all threads, storage included."""
    sent: list[Sent] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name != "ionworks":  # the sandbox has a logger below this one
                return
            operation, method, url, status, *_ = record.args
            if isinstance(status, int):
                sent.append(Sent(operation, method, urlsplit(url).path, status))

    logger = logging.getLogger("ionworks")
    handler, level = Collector(), logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield sent
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


# Drawn anew for every name; where answers are recorded, counted for each test.
marks: Iterator[object] = iter(lambda: uuid.uuid4().hex[:12], None)


def unique(prefix: str) -> str:
    return f"{prefix} {next(marks)}"


def coarse(frame: pl.DataFrame) -> pl.DataFrame:
    """Keep of each step every tenth row: as many steps, and little to record."""
    return frame.filter(pl.int_range(pl.len()).over("Step count") % 10 == 0)


def measurement(name: str, **metadata: object) -> dict[str, object]:
    return {"measurement": {"name": name, **metadata}, "time_series": SERIES}
