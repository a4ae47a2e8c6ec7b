"""The script of the drill: uploads a series and follows it; it can kill itself at an event."""

import os
import random
import signal
import sys
from itertools import count

import polars as pl

from ionworks import Ionworks

FRAMES, ROWS = 8, 5000


def frame(number):
    """One of the frames of the series, which no compression makes small."""
    noise = random.Random(number)
    rows = range(number * ROWS, (number + 1) * ROWS)
    return pl.DataFrame(
        {
            "Time [s]": [float(row) for row in rows],
            "Voltage [V]": [4.1 - row / 1e6 for row in rows],
            "Current [A]": [1.0 + noise.random() / 100 for _ in rows],
            "Temperature [degC]": [25 + noise.random() for _ in rows],
            "Step count": [0] * ROWS,
            "Cycle count": [0] * ROWS,
        }
    )


def run(client, cell_id, event):
    """Upload all frames but the last as one series, and follow the source; return its id."""

    def frames(total):
        for number in range(total):
            event()
            yield frame(number)

    progress = lambda _: event()  # noqa: E731
    detail = {"measurement": {"name": "run"}, "time_series": frames(FRAMES - 1)}
    made = client.cell_measurement.create_or_get(
        cell_id, detail, progress=progress, on_difference="ignore"
    )
    client.cell_measurement.follow(made.id, frames(FRAMES), progress=progress)
    return made.id


def main():
    url, key, cell_id, last = sys.argv[1:]
    numbers = count(1)

    def event():
        if next(numbers) == int(last):
            os.kill(os.getpid(), signal.SIGKILL)

    with Ionworks(key, api_url=url, on_attempt=lambda _: event()) as client:
        run(client, cell_id, event)
    sys.stdout.write(str(next(numbers) - 1))


if __name__ == "__main__":
    main()
