"""What many threads and processes do at once with one name; runs in the processes too."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any, NamedTuple

from ionworks import Ionworks

PATIENCE = 60.0
SERIES = {
    "Time [s]": [0.0, 1.0, 2.0],
    "Voltage [V]": [4.1, 4.0, 3.9],
    "Current [A]": [1.0, 1.0, 1.0],
    "Step count": [0, 0, 0],
}


class Parents(NamedTuple):
    """The records that new ones go under."""

    specification: str
    instance: str


class Named(NamedTuple):
    """One way to make a record with a name, and the operation that makes it on the server."""

    operation: str
    make: Callable[[Ionworks, Parents, str], str]


def _measurement(client: Ionworks, parents: Parents, name: str) -> str:
    import polars

    data = {"measurement": {"name": name}, "time_series": polars.DataFrame(SERIES)}
    return client.cell_measurement.create_or_get(parents.instance, data).id


NAMED = {
    "project": Named(
        "create_project",
        lambda client, parents, name: client.project.create_or_get({"name": name}).id,
    ),
    "specification": Named(
        "create_cell_specification",
        lambda client, parents, name: client.cell_spec.create_or_get({"name": name}).id,
    ),
    "batch": Named(
        "create_cell_batch",
        lambda client, parents, name: (
            client.cell_batch.create_or_get(parents.specification, {"name": name}).id
        ),
    ),
    "instance": Named(
        "create_cell_instance",
        lambda client, parents, name: (
            client.cell_instance.create_or_get(parents.specification, {"name": name}).id
        ),
    ),
    "measurement": Named("confirm_measurement_upload", _measurement),
}


def together(barrier: Any, each: Callable[[], str]) -> str:
    """Do something when everybody is ready for it; a warning is an error here too."""
    barrier.wait(PATIENCE)
    with warnings.catch_warnings(action="error"):
        return each()


def process(
    client: Ionworks, parents: Parents, name: str, barrier: Barrier, ids: Queue[dict[str, str]]
) -> None:
    """Make one record of each noun, each at the same time as all other processes."""
    with client:
        client.health_check()
        ids.put(dict(_all(client, parents, name, barrier)))


def _all(
    client: Ionworks, parents: Parents, name: str, barrier: Barrier
) -> Iterator[tuple[str, str]]:
    for noun, named in NAMED.items():
        yield noun, together(barrier, lambda make=named.make: make(client, parents, name))


def use(client: Ionworks, answers: Queue[tuple[int, str, dict[str, object]]]) -> None:
    """Use a client that came from another process, and report what came with it."""
    with client:
        answers.put((os.getpid(), client.whoami().email, recipe(client)))


def recipe(client: Ionworks) -> dict[str, object]:
    """Return what a client is pickled as."""
    _, (_, options, _) = client.__reduce__()
    return options
