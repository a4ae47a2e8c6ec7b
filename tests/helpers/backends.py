"""The roads on which a test meets its client: the sandbox, a recording of it, a recording made."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ionworks import Ionworks
from ionworks.sandbox import Sandbox
from ionworks.testing import API, STORAGE, recorded
from ionworks.testing.clients import Address
from ionworks.testing.network import no_network

CASSETTES = Path(__file__).parent
REPLAYS = {"replay-1": 1, "replay-32": 32}
# The first id of every sandbox that does the same each time.
PROJECT = "1180c6bc-0a60-40d5-a2c8-57bc6ddae802"


@contextmanager
def live(box: Sandbox) -> Iterator[Ionworks]:
    """A client of a running sandbox."""
    with Address.of(box).client({}) as client:
        yield client


@contextmanager
def recording(path: Path) -> Iterator[Ionworks]:
    """A client, one request at a time, of a new sandbox that does the same each time."""
    with (
        Sandbox(deterministic=True) as box,
        recorded(path, mode="record", hosts={box.url: API, box.storage_url: STORAGE}),
        Address.of(box).client({"max_workers": 1}) as client,
    ):
        yield client


@contextmanager
def replaying(path: Path, workers: int) -> Iterator[Ionworks]:
    """A client of nothing but the recording, where no socket can be opened."""
    replayed = Address.replayed(PROJECT)
    with no_network(), recorded(path), replayed.client({"max_workers": workers}) as client:
        yield client
