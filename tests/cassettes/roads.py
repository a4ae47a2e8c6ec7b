"""The roads on which a test meets its client: the sandbox, a recording of it, a recording made."""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from pytest_socket import disable_socket, enable_socket

from ionworks import Ionworks
from ionworks.sandbox import Sandbox
from ionworks.testing import API, STORAGE, recorded

CASSETTES = Path(__file__).parent
REPLAYS = {"replay-1": 1, "replay-32": 32}
# The first id of every sandbox that does the same each time.
PROJECT = "1180c6bc-0a60-40d5-a2c8-57bc6ddae802"
# Loading the authorities is most of the cost of a client, and nobody asks for them here.
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def cassette_of(module: str, name: str) -> Path:
    """Return the place of a test's cassette in the folder of cassettes, on any file system."""
    plain = re.sub(r"[^a-z0-9_.]+", "-", name.lower()).strip("-")
    mark = "" if plain == name else "-" + sha256(name.encode()).hexdigest()[:6]
    return Path(module) / f"{plain[:90]}{mark}.yaml"


@contextmanager
def live(box: Sandbox) -> Iterator[Ionworks]:
    """A client of a running sandbox."""
    with Ionworks(box.api_key, box.url, project_id=box.project_id, verify=NO_AUTHORITIES) as client:
        yield client


@contextmanager
def recording(path: Path) -> Iterator[Ionworks]:
    """A client, one request at a time, of a new sandbox that does the same each time."""
    with (
        Sandbox(deterministic=True) as box,
        recorded(path, mode="record", hosts={box.url: API, box.storage_url: STORAGE}),
        Ionworks(
            box.api_key,
            box.url,
            project_id=PROJECT,
            max_workers=1,
            verify=NO_AUTHORITIES,
        ) as client,
    ):
        yield client


@contextmanager
def replaying(path: Path, workers: int) -> Iterator[Ionworks]:
    """A client of nothing but the recording, where no socket can be opened."""
    disable_socket()
    try:
        with (
            recorded(path),
            Ionworks(
                "iwk-replayed-key",
                API,
                project_id=PROJECT,
                max_workers=workers,
                verify=NO_AUTHORITIES,
            ) as client,
        ):
            yield client
    finally:
        enable_socket()
