"""The backends of the client of a test: a sandbox, a recording of it, or a recording being made."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared_cassettes import Place, extract, insert

from ionworks import Ionworks
from ionworks.sandbox import Sandbox
from ionworks.testing import API, STORAGE, use_cassette
from ionworks.testing.clients import Address
from ionworks.testing.network import no_network

CASSETTES = Path(__file__).parents[1] / "data" / "cassettes"
REPLAYS = {"replay-1": 1, "replay-32": 32}
BACKENDS = ("sandbox", *REPLAYS)
# The first id of every deterministic sandbox.
PROJECT = "1180c6bc-0a60-40d5-a2c8-57bc6ddae802"


@contextmanager
def live(box: Sandbox) -> Iterator[Ionworks]:
    """A client of a running sandbox."""
    with Address.of(box).client({}) as client:
        yield client


@contextmanager
def recording(path: Path) -> Iterator[Ionworks]:
    """A client, one request at a time, of a new deterministic sandbox."""
    with (
        Sandbox(deterministic=True) as box,
        use_cassette(path, mode="record", hosts={box.url: API, box.storage_url: STORAGE}),
        Address.of(box).client({"max_workers": 1}) as client,
    ):
        yield client


@contextmanager
def replaying(path: Path, workers: int) -> Iterator[Ionworks]:
    """A client that only the recording answers; no socket can be opened."""
    replayed = Address.replayed(PROJECT)
    with no_network(), use_cassette(path), replayed.client({"max_workers": workers}) as client:
        yield client


@contextmanager
def recorded_client(backend: str, place: Place, folder: Path) -> Iterator[Ionworks]:
    """A client on the recording at this place; the folder is for the part of these parameters."""
    path = place.file
    if place.parameters is not None:
        path = folder / path.name
        if backend != "record":
            extract(place.file, place.parameters, path)
    with recording(path) if backend == "record" else replaying(path, REPLAYS[backend]) as client:
        yield client
    if place.parameters is not None and backend == "record":
        insert(place.file, place.parameters, path)
