"""The cassette of one test: recorded from a sandbox or the service, or replayed without either."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from ionworks._http.waits import skip_waits
from ionworks.errors import ConfigurationError
from ionworks.testing._cassettes.files import RecordingError, read_metadata
from ionworks.testing._cassettes.growing import Growing, GrowingFromService
from ionworks.testing._cassettes.recording import Tape, open_cassette
from ionworks.testing._cassettes.scrub import API, STORAGE, Scrub, Scrubber, Uploads
from ionworks.testing.clients import Address, client_environment, make_sandbox
from ionworks.testing.ledger import Ledger
from ionworks.testing.network import no_network, this_machine_only
from ionworks.testing.origins import Guard, enforce, guard_block
from ionworks.testing.seeding import Seed, apply_seed

if TYPE_CHECKING:
    from ionworks.client import Ionworks

Source = Literal["sandbox", "service"]
_SECRETS: Final = ("IONWORKS_API_KEY", "IONWORKS_API_TOKEN")


@dataclass(frozen=True)
class TestCassette:
    """The cassette of the current test.

    Attributes
    ----------
    path : Path
        The file.
    mode : {"record", "replay"}
        Whether it is recorded or replayed.
    seeded : JSON
        The return value of the seed at the time of the recording.
    """

    __test__ = False  # no class of tests

    path: Path
    mode: Literal["record", "replay"]
    seeded: Any
    address: Address | None = field(repr=False)
    workers: int = field(repr=False, default=1)

    @property
    def recording(self) -> bool:
        """Whether it is recorded."""
        return self.mode == "record"

    def client(self, options: Mapping[str, Any]) -> Ionworks:
        """Return a client that is replayed, or recorded with one request at a time."""
        from ionworks.client import Ionworks

        workers = 1 if self.recording else options.get("max_workers", self.workers)
        chosen = {**options, "max_workers": workers}
        if self.address is not None:
            return self.address.client(chosen)
        try:
            return Ionworks(**chosen)
        except ConfigurationError as error:
            raise RecordingError(f"the service cannot be asked: {error}") from None


@dataclass(frozen=True)
class Match:
    """How requests are cleaned and compared: what counts of uploads, and what is removed."""

    uploads: Uploads = "values"
    scrub: Scrub | None = None


@dataclass(frozen=True)
class Recording:
    """How a cassette is recorded: from whom, filled by which seed, in what sandbox.

    With `grow`, the recordings that the file has are kept. `origin` is kept in the file.
    """

    source: Source = "sandbox"
    seed: Seed | None = None
    sandbox: Mapping[str, Any] = field(default_factory=dict)
    grow: bool = False
    origin: Mapping[str, Any] | None = None
    match: Match = field(default_factory=lambda: Match())


@contextmanager
def recording(
    path: Path, how: Recording, passed: Callable[[], bool], ledger: Ledger | None = None
) -> Iterator[TestCassette]:
    """Record what the block asks for; it is kept if `passed` says so at the end of the block.

    The seed runs before, and is not part of the cassette: only what it returned is. What clients of
    other servers ask is refused, and goes into the ledger.

    Raises
    ------
    RecordingError
        If what the seed returns is not plain JSON, or something secret is left in the cassette.
    """
    with _server(how) as (address, hosts):
        cassette = TestCassette(path, "record", None, address)
        with cassette.client({}) as client:
            hosts = {client.settings.api_url: API, **hosts}
            guard = Guard(
                f"this test records {client.settings.api_url}",
                Ledger() if ledger is None else ledger,
                hosts,
                any_storage=how.source == "service",
            )
            with enforce(guard):
                seeded = _to_plain(apply_seed(client, how.seed))
            project_id = client.settings.project_id
        kept = {"seeded": seeded, "project_id": project_id, "source": how.source}
        if how.origin is not None:
            kept["recorded"] = how.origin
        secrets = [os.environ.get(name, "") for name in _SECRETS]
        scrubber = Scrubber(hosts, secrets, uploads=how.match.uploads, scrub=how.match.scrub)
        # The clock of a deterministic sandbox moves by calls, so to wait for it is of no use.
        timeless = how.source == "sandbox" and how.sandbox.get("deterministic", True)
        with (
            suppress(_NotKept),
            skip_waits() if timeless else nullcontext(),
            open_cassette(_tape(how), path, "record", scrubber, kept, guard) as tape,
        ):
            with guard_block(guard):
                yield TestCassette(path, "record", seeded, address)
            tape.note_children()
            if not passed() or not guard.ledger.complete:
                raise _NotKept


@contextmanager
def replaying(
    path: Path,
    workers: int,
    passed: Callable[[], bool],
    ledger: Ledger | None = None,
    *,
    network: bool = False,
    hint: str = "",
    match: Match | None = None,
) -> Iterator[TestCassette]:
    """Answer the block from a cassette; no socket can be opened, unless `network` says so.

    Requests without a response go into the ledger. The hint says how to record the cassette again.

    Raises
    ------
    RecordingError
        If it cannot be read, or if answers are left over at the end of a block that passed, and
        every request was answered.
    """
    kept = read_metadata(path)
    if not kept:
        raise RecordingError(
            f"the cassette {path} has no metadata: its end is missing, or use_cassette recorded it;"
            " record it again"
        )
    how = Match() if match is None else match
    scrubber = Scrubber(uploads=how.uploads, scrub=how.scrub)
    address = Address.replayed(kept.get("project_id"))
    guard = Guard(
        f"this test is replayed from {path}",
        Ledger() if ledger is None else ledger,
        [API],
        any_storage=True,
    )
    with (
        nullcontext() if network else no_network(),
        client_environment(address),
        open_cassette(Tape, path, "replay", scrubber, guard=guard) as tape,
    ):
        tape.advice = f"record it again{hint}"
        with guard_block(guard):
            yield TestCassette(path, "replay", kept.get("seeded"), address, workers)
        tape.note_children()
        if passed() and guard.ledger.complete and (left_over := tape.left_over()):
            raise RecordingError(left_over)


def _tape(how: Recording) -> type[Tape]:
    if not how.grow:
        return Tape
    return Growing if how.source == "sandbox" else GrowingFromService


class _NotKept(Exception):  # noqa: N818 -- no error, a way out of the block
    """The test did not pass, so its requests are not to be kept or compared."""


@contextmanager
def _server(how: Recording) -> Iterator[tuple[Address | None, dict[str, str]]]:
    """Whom to ask, and the names of its origins; the service is found by the settings."""
    if how.source == "service":
        yield None, {}
        return
    with this_machine_only(), make_sandbox(how.sandbox) as box:
        address = Address.of(box)
        with client_environment(address):
            yield address, {box.storage_url: STORAGE}


def _to_plain(value: Any) -> Any:
    """Return a value as it will be read from the cassette."""
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise RecordingError(
            "what the seed returns is kept in the cassette, so it must be plain JSON, such as names"
            f" and ids: {error}"
        ) from None
