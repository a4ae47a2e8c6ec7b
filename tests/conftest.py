"""What holds for all tests: how hypothesis draws, and on which roads a test meets its client."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from ionworks import Ionworks

# At a desk every run draws anew and may find something; a build must fail for its change only.
# No example has a deadline: machines are shared, and the first to need pint waits for it.
settings.register_profile("desk", deadline=None)
settings.register_profile("build", deadline=None, derandomize=True)
settings.load_profile("build" if os.environ.get("CI") else "desk")

ROADS = ("sandbox", "replay-1", "replay-32")
# A test that speaks to one of these besides its client cannot do so without a network.
SERVERS = {"sandbox", "fresh_sandbox", "api", "fresh_api", "scripted", "client_of"}
EXPECTED = pytest.StashKey[set[Path]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("recordings")
    group.addoption("--record", action="store_true", help="run replayed tests, and record them")
    group.addoption("--cassettes", type=Path, help="the folder of recordings [tests/cassettes]")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[EXPECTED] = set()
    config.addinivalue_line(
        "markers", "replayed: also run on recordings, where its only server is that of `client`"
    )
    config.addinivalue_line(
        "markers", "live(reason): not on recordings, though its neighbours are; says why"
    )


def replayed(metafunc: pytest.Metafunc) -> bool:
    """Whether a test can do with a recording."""
    item = metafunc.definition
    return (
        "client" in metafunc.fixturenames
        and item.get_closest_marker("replayed") is not None
        and item.get_closest_marker("live") is None
        and SERVERS.isdisjoint(metafunc.fixturenames)
    )


@pytest.hookimpl(trylast=True)  # so that the road is the last part of the name
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if replayed(metafunc):
        roads = ("record",) if metafunc.config.getoption("record") else ROADS
        metafunc.parametrize("road", roads, indirect=True)


@pytest.hookimpl(tryfirst=True)  # before any are deselected
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    roads = {item: road_of(item) for item in items}
    config.stash[EXPECTED] |= {
        cassette(item, road) for item, road in roads.items() if road not in (None, "sandbox")
    }
    if config.getoption("record"):
        config.hook.pytest_deselected(items=[item for item in items if roads[item] != "record"])
        items[:] = [item for item in items if roads[item] == "record"]


def road_of(item: pytest.Item) -> str | None:
    callspec = getattr(item, "callspec", None)
    return None if callspec is None else callspec.params.get("road")


def cassette(item: pytest.Item, road: str) -> Path:
    """Return the place of a test's recording; it is the same on every road."""
    from ionworks.testing._cassettes.names import cassette_name

    parts = item.name.removesuffix(f"{road}]").rstrip("-[")
    return Path(item.path.stem) / cassette_name(parts)


@pytest.fixture(scope="session")
def cassettes(pytestconfig: pytest.Config) -> Path:
    """The folder of recordings."""
    return pytestconfig.getoption("cassettes") or pytestconfig.rootpath / "tests" / "cassettes"


@pytest.fixture
def road(request: pytest.FixtureRequest) -> str:
    """Where the client of a test gets its answers from."""
    return getattr(request, "param", "sandbox")


@pytest.fixture
def client(
    request: pytest.FixtureRequest,
    road: str,
    cassettes: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Ionworks]:
    """A client of a sandbox that tests share, of a recording, or of one being made."""
    from cassettes import roads

    if road == "sandbox":
        with roads.live(request.getfixturevalue("sandbox")) as client:
            yield client
        return
    # What a test calls its records is part of its requests.
    monkeypatch.setattr("traffic.marks", itertools.count(1))
    path = cassettes / cassette(request.node, road)
    with (
        roads.recording(path)
        if road == "record"
        else roads.replaying(path, roads.REPLAYS[road]) as client
    ):
        yield client


@pytest.fixture
def expected_cassettes(pytestconfig: pytest.Config) -> set[Path]:
    """The recordings of the tests that were collected."""
    return pytestconfig.stash[EXPECTED]
