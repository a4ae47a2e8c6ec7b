"""What all tests share: profiles of hypothesis, sandboxes, and the backends of `client`."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from sandbox_fixtures import api, fresh_api, fresh_sandbox, kept_contract, kit, sandbox, tap
from shared_cassettes import Place

if TYPE_CHECKING:
    from ionworks import Ionworks

__all__ = ["api", "fresh_api", "fresh_sandbox", "kept_contract", "kit", "sandbox", "tap"]

# On a developer's machine each run draws other examples and may find something; CI always draws the
# same ones, so that only a change can break it. No example has a deadline: machines are shared, and
# the first example that needs pint waits until it is loaded.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

# A test with one of these fixtures needs a network for more than its client.
SERVERS = {"sandbox", "fresh_sandbox", "api", "fresh_api", "scripted", "client_of"}
EXPECTED = pytest.StashKey[set[Place]]()
# Modules of many seconds. They begin first, so that no process is left alone with one at the end.
LONG = (
    *("test_drills", "test_conformance", "test_changing_lists", "test_install"),
    *("test_fault_interrupts", "test_cassette_session", "test_spec_diff"),
    *("test_testing_ledger", "test_frames_foreign", "test_origins", "test_plugin", "test_site"),
    *("test_contract_cases", "test_check", "test_docstrings", "test_sandbox_lifecycle"),
    *("test_fault_many", "test_detail", "test_sandbox_lock", "test_sandbox_extend", "test_live"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("recordings")
    group.addoption("--record", action="store_true", help="run replayed tests, and record them")
    group.addoption(
        "--cassettes", type=Path, help="the folder of recordings [tests/data/cassettes]"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[EXPECTED] = set()
    # A job in the background of a shell inherits that Ctrl-C is ignored, as do its children.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line(
        "markers", "replayed: also run on recordings, if no other fixture needs a server"
    )
    config.addinivalue_line(
        "markers", "long: only by make conformance, dist, docs, drills and faults"
    )
    config.addinivalue_line(
        "markers", "s3_server: needs the S3 server of rclone; run by make s3 only"
    )
    config.addinivalue_line(
        "markers", "live(reason): run only on a sandbox, in a module marked as replayed; says why"
    )


def is_replayed(metafunc: pytest.Metafunc) -> bool:
    """Whether a test also runs on a recording."""
    item = metafunc.definition
    return (
        "client" in metafunc.fixturenames
        and item.get_closest_marker("replayed") is not None
        and item.get_closest_marker("live") is None
        and SERVERS.isdisjoint(metafunc.fixturenames)
    )


@pytest.hookimpl(trylast=True)  # so that the backend is the last part of the name
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if is_replayed(metafunc):
        from backends import BACKENDS

        chosen = ("record",) if metafunc.config.getoption("record") else BACKENDS
        metafunc.parametrize("client_backend", chosen, indirect=True)


@pytest.hookimpl(tryfirst=True)  # before any are deselected
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    backends = {item: backend_of(item) for item in items}
    config.stash[EXPECTED] |= {
        place_of(item, backend)
        for item, backend in backends.items()
        if backend not in (None, "sandbox")
    }
    if config.getoption("record"):
        config.hook.pytest_deselected(items=[item for item in items if backends[item] != "record"])
        items[:] = [item for item in items if backends[item] == "record"]
    ranks = {name: rank for rank, name in enumerate(LONG)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(LONG)))  # they are shuffled already


def backend_of(item: pytest.Item) -> str | None:
    callspec = getattr(item, "callspec", None)
    return None if callspec is None else callspec.params.get("client_backend")


def place_of(item: pytest.Item, backend: str) -> Place:
    """Return where the recording of a test is, below the folder of recordings."""
    from ionworks.testing._cassettes.names import cassette_name

    name, _, parameters = item.name.removesuffix("]").partition("[")
    own = parameters.removesuffix(backend).removesuffix("-")
    return Place(Path(item.path.stem, cassette_name(name)), own or None)


@pytest.fixture(scope="session")
def cassettes(pytestconfig: pytest.Config) -> Path:
    """The folder of recordings."""
    folder = pytestconfig.rootpath / "tests" / "data" / "cassettes"
    return pytestconfig.getoption("cassettes") or folder


@pytest.fixture
def client_backend(request: pytest.FixtureRequest) -> str:
    """What answers the client of a test."""
    return getattr(request, "param", "sandbox")


@pytest.fixture
def client(
    request: pytest.FixtureRequest,
    client_backend: str,
    cassettes: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Ionworks]:
    """A client of a sandbox that tests share, of a recording, or of one being made."""
    import backends

    if client_backend == "sandbox":
        with backends.live(request.getfixturevalue("sandbox")) as client:
            yield client
        return
    # The names of records are part of the requests.
    monkeypatch.setattr("traffic.marks", itertools.count(1))
    place = place_of(request.node, client_backend)
    place = place._replace(file=cassettes / place.file)
    folder = tmp_path_factory.mktemp("cassette") if place.parameters is not None else cassettes
    with backends.recorded_client(client_backend, place, folder) as client:
        yield client


@pytest.fixture
def expected_recordings(pytestconfig: pytest.Config) -> set[Place]:
    """The recordings of the tests that were collected."""
    return pytestconfig.stash[EXPECTED]
