"""Implements the fixtures: reads markers and options, and reports mistakes in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from types import CodeType, TracebackType
from typing import TYPE_CHECKING, Any, Final, Protocol, Unpack

import pytest

from ionworks.testing.clients import Address, check_options, client_environment, make_sandbox
from ionworks.testing.ledger import Ledger
from ionworks.testing.marks import (
    cassette_path,
    fail,
    fail_test,
    inner_name,
    marked,
    requested_seed,
)
from ionworks.testing.network import this_machine_only
from ionworks.testing.origins import Guard, allow_origins, enforce, guard_block
from ionworks.testing.provenance import describe_origin
from ionworks.testing.requirements import need, need_recordings
from ionworks.testing.seeding import Seed, SeedError, apply_seed

if TYPE_CHECKING:
    from ionworks.client import Ionworks
    from ionworks.sandbox import ClientOptions, Sandbox, Snapshot
    from ionworks.testing.cassette_session import TestCassette

_NOT_OPEN: Final = "the sandbox or the cassette of this test is not open yet"
_INSTEAD: Final = (
    "make the client in the test or in a fixture of function scope; a fixture of wider scope takes"
    " a sandbox of its own from ionworks_sandbox_factory; ionworks.testing.allow_origins permits"
    " another server"
)
#: The error of a fixture of wider scope that creates a client before there is a server.
EARLY: Final = f"{_NOT_OPEN}: {_INSTEAD}"
#: By these marks of pytest-socket a test says itself what of the network it needs.
_OWN_NETWORK: Final = ("enable_socket", "allow_hosts")


class Session:
    """What the tests of a session share: sandboxes, and which cassettes it recorded."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._boxes: dict[object, tuple[Sandbox, Any]] = {}
        self._snapshots: dict[object, Snapshot] = {}
        self.recorded: set[Path] = set()
        self.first: list[Path] = []

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def box(
        self, seed: Seed | None, options: Mapping[str, Any], ledger: Ledger, *, reset: bool
    ) -> tuple[Sandbox, Any]:
        """Return the sandbox of this seed and these options, started and seeded at first.

        With `reset` it is as it was after the seed, each time.
        """
        named = tuple(sorted((name, repr(value)) for name, value in options.items()))
        key = (_identity(seed), reset, named)
        if key not in self._boxes:
            with ExitStack() as stack:
                box = stack.enter_context(make_sandbox(options))
                self._boxes[key] = seeded(box, seed, ledger)
                self._stack.push(stack.pop_all())
                if reset:
                    self._snapshots[key] = box.snapshot()
        elif reset:
            self._boxes[key][0].reset(self._snapshots[key])
        return self._boxes[key]


@dataclass(frozen=True)
class SeededSandbox:
    """A running sandbox with the records of a seed, for fixtures of any scope.

    Attributes
    ----------
    sandbox : Sandbox
        The sandbox, which runs until the block ends.
    seeded : object
        The return value of the seed.
    """

    sandbox: Sandbox
    seeded: Any

    def client(self, **options: Unpack[ClientOptions]) -> Ionworks:
        """Return a client; the options are those of `ionworks.Ionworks`."""
        return Address.of(self.sandbox).client(options)


class SandboxFactory(Protocol):
    """The type of the fixture `ionworks_sandbox_factory`."""

    def __call__(
        self, seed: Seed | None = None, **options: Any
    ) -> AbstractContextManager[SeededSandbox]:
        """Start a sandbox and fill it; the options are those of `ionworks.sandbox.Sandbox`."""


@contextmanager
def make_seeded(seed: Seed | None = None, **options: Any) -> Iterator[SeededSandbox]:
    """Start a sandbox, and fill it with a seed; `Ionworks()` in the block is a client of it.

    Tests that use it, through any fixture, can send requests to it and to no other server.
    """
    with ExitStack() as stack:
        stack.enter_context(this_machine_only())
        with fail_test(ImportError, SeedError, TypeError):
            check_options(options)
            box = stack.enter_context(make_sandbox(options))
            stack.enter_context(allow_origins(box.url, box.storage_url))
            found = seeded(box, seed, Ledger())
        stack.enter_context(client_environment(Address.of(box)))
        yield SeededSandbox(*found)


def make_early_guard(ledger: Ledger) -> Guard:
    """Return the guard of a test whose sandbox or cassette is not open yet: no requests."""
    return Guard(_NOT_OPEN, ledger, (), advice=_INSTEAD)


def make_sandbox_guard(box: Sandbox, ledger: Ledger) -> Guard:
    """Return the guard of a test on a sandbox."""
    return Guard(f"this test runs on the sandbox {box.url}", ledger, [box.url, box.storage_url])


@contextmanager
def box(
    request: pytest.FixtureRequest, session: Session, ledger: Ledger, passed: Callable[[], bool]
) -> Iterator[tuple[Sandbox, Any]]:
    """Give the sandbox of a test, and what its seed returned."""
    seed, how, options = requested_seed(request)
    with ExitStack() as stack:
        stack.enter_context(this_machine_only())
        with fail_test(SeedError):
            if how["shared"]:
                found = session.box(seed, options, ledger, reset=how["reset"])
            else:
                found = seeded(stack.enter_context(make_sandbox(options)), seed, ledger)
        stack.enter_context(client_environment(Address.of(found[0])))
        stack.enter_context(guard_block(make_sandbox_guard(found[0], ledger)))
        yield found
        if options.get("faults"):
            left = found[0].faults.left
            found[0].faults.clear()
            if left and passed():
                fail(_explain_unused(left))


def _explain_unused(left: Mapping[str, list[str]]) -> str:
    plans = "; ".join(f"{operation}: {', '.join(texts)}" for operation, texts in left.items())
    return (
        f"planned faults did not occur: {plans}. The test passed without them: the code did not"
        " call the operation, or not often enough"
    )


@contextmanager
def cassette(
    request: pytest.FixtureRequest,
    session: Session,
    mode: tuple[str, str],
    passed: Callable[[], bool],
    ledger: Ledger,
) -> Iterator[TestCassette]:
    """Give the cassette of a test, recorded or replayed as the mode says."""
    workers, name, uploads = marked(request.node)
    network = any(request.node.get_closest_marker(mark) for mark in _OWN_NETWORK)
    with fail_test(ImportError):
        need_recordings()
        if not network:
            need("pytest_socket")
    from ionworks.testing import cassette_session
    from ionworks.testing._cassettes.files import RecordingError

    path = cassette_path(request.node, name)
    test = quote(request.node.nodeid)
    match = cassette_session.Match(uploads, request.getfixturevalue("ionworks_scrub"))
    if mode[0] == "none" and not path.is_file():
        fail(_explain_missing(path, mode[1], test))
    if _is_recorded(path, mode[0], session):
        seed, _, options = requested_seed(request)
        how = cassette_session.Recording(
            request.config.getoption("ionworks_from"),
            seed,
            options,
            grow=mode[0] == "new_episodes",
            origin=describe_origin(path, seed, inner_name(request.node), request.path),
            match=match,
        )
        is_first = not path.is_file()
        with (
            fail_test(RecordingError, SeedError),
            cassette_session.recording(path, how, passed, ledger) as found,
        ):
            yield found
        if passed() and ledger.complete:
            session.recorded.add(path)
            if is_first:
                session.first.append(path)
        return
    hint = f" (pytest {test} --ionworks-record=rewrite)"
    if name is not None:
        hint += f"; tests that share the cassette {name!r} must send the same requests"
    with (
        fail_test(RecordingError, hint=hint),
        cassette_session.replaying(
            path, workers, passed, ledger, network=network, hint=hint, match=match
        ) as found,
    ):
        yield found


def _explain_missing(path: Path, why: str, test: str) -> str:
    return (
        f"there is no cassette {path}, and with --ionworks-record=none ({why}) none is recorded;"
        f" record it where there is a sandbox, and commit it: pytest {test} --ionworks-record=once"
    )


def _is_recorded(path: Path, mode: str, session: Session) -> bool:
    if mode == "all":
        return True
    if mode in ("rewrite", "new_episodes"):
        return path not in session.recorded
    return mode == "once" and not path.is_file()


def seeded(box: Sandbox, seed: Seed | None, ledger: Ledger) -> tuple[Sandbox, Any]:
    """Return a sandbox, filled by a seed, and what the seed returned."""
    address = Address.of(box)
    with (
        client_environment(address),
        enforce(make_sandbox_guard(box, ledger)),
        address.client({"max_workers": 1}) as client,
    ):
        return box, apply_seed(client, seed)


def _identity(seed: Seed | None) -> object:
    """Return what two seeds have in common that do the same."""
    if seed is None or isinstance(seed, str | Path):
        return str(seed)
    code = getattr(seed, "__code__", None)
    if not isinstance(code, CodeType):
        return _SameValue(seed)
    # A function that a fixture creates is another object each time.
    cells = getattr(seed, "__closure__", None) or ()
    return code, tuple(_SameValue(cell.cell_contents) for cell in cells)


class _SameValue:
    """Equal to itself alone; holds its object, so that no other gets the same id."""

    def __init__(self, held: object) -> None:
        self._held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SameValue) and self._held is other._held

    def __hash__(self) -> int:
        return id(self._held)
