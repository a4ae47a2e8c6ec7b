"""The pytest plugin: a sandbox for a test, or a cassette; nothing is loaded before it is used."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ionworks import Ionworks
    from ionworks.sandbox import Sandbox
    from ionworks.testing.cassette_session import TestCassette
    from ionworks.testing.fixtures import Session
    from ionworks.testing.seeding import Seed

MODES = {
    "none": "replay; a cassette that is missing is an error",
    "once": "record a cassette that is missing, replay the others",
    "rewrite": "record every cassette anew, once in a run",
    "all": "record every test, also those that share a cassette; replay nothing",
}
_SANDBOX, _CASSETTE = "ionworks_sandbox", "ionworks_cassette"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("ionworks", "cassettes of the Ionworks API")
    group.addoption(
        "--ionworks-record",
        choices=list(MODES),
        help="; ".join(f"{mode}: {says}" for mode, says in MODES.items())
        + " [once; none where CI is set]",
    )
    group.addoption(
        "--ionworks-from",
        choices=["sandbox", "service"],
        default="sandbox",
        help="whom to record: a sandbox, or the service with your key (it gets the records of the"
        " seeds) [sandbox]",
    )
    parser.addini("ionworks_record", "the mode of --ionworks-record", default="")
    parser.addini(
        "ionworks_cassettes", "the folder of cassettes [cassettes, beside the module]", default=""
    )
    parser.addini("ionworks_workers", "threads of a client that replays [1]", default="1")


def pytest_configure(config: pytest.Config) -> None:
    """Name the markers."""
    for line in (
        f"{_SANDBOX}(seed=None, shared=False, **options): the sandbox of a test: what it begins"
        " with, whether the session shares it, and options of ionworks.sandbox.Sandbox",
        f"{_CASSETTE}(name=None, workers=None): record the test's requests, and replay them later",
    ):
        config.addinivalue_line("markers", line)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Open the cassette of a test that is marked, also if the test does not ask for it."""
    names = getattr(item, "fixturenames", None)
    if names is None or _CASSETTE in names or not item.get_closest_marker(_CASSETTE):
        return
    # After the fixtures of wider scope: what they send is no part of this test.
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    wider = [name for name in names if name in known and known[name][-1].scope != "function"]
    rest = [name for name in names if name not in wider]
    item.fixturenames = [*wider, _CASSETTE, *rest]  # type: ignore[attr-defined]


def pytest_report_collectionfinish(
    config: pytest.Config, items: list[pytest.Item]
) -> list[str] | None:
    """Say what is done with the cassettes of the tests that have some."""
    if not any(item.get_closest_marker(_CASSETTE) for item in items):
        return None
    mode, why = _mode(config)
    source = "" if mode == "none" else f", from the {config.getoption('ionworks_from')}"
    return [f"ionworks cassettes: {mode} ({why}){source}"]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Remember whether a test passed: a failed one leaves no cassette."""
    if call.when == "call" and item.get_closest_marker(_CASSETTE):
        item._ionworks_passed = call.excinfo is None  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def _ionworks_session() -> Iterator[Session]:
    from ionworks.testing.fixtures import Session

    with Session() as session:
        yield session


@pytest.fixture
def ionworks_seed() -> Seed | None:
    """Say what sandboxes begin with: a function of a client, or Parquet files. Override it."""
    return None


@pytest.fixture
def ionworks_options() -> dict[str, Any]:
    """Options of `ionworks_client`, as `ionworks.Ionworks` takes them. Override it."""
    return {}


@pytest.fixture
def _ionworks_box(
    request: pytest.FixtureRequest, _ionworks_session: Session
) -> Iterator[tuple[Sandbox, Any]]:
    from ionworks.testing import fixtures

    with fixtures.box(request, _ionworks_session) as found:
        yield found


@pytest.fixture
def ionworks_sandbox(_ionworks_box: tuple[Sandbox, Any]) -> Sandbox:
    """Give a running sandbox, seeded: fresh, or shared by the session; `Ionworks()` finds it."""
    return _ionworks_box[0]


@pytest.fixture
def ionworks_cassette(
    request: pytest.FixtureRequest, _ionworks_session: Session
) -> Iterator[TestCassette]:
    """Give the cassette of a marked test: its path, and whether it is recorded or replayed."""
    from ionworks.testing import fixtures

    if not request.node.get_closest_marker(_CASSETTE):
        pytest.fail(f"the test has no cassette: mark it with {_CASSETTE}", pytrace=False)
    if _SANDBOX in request.fixturenames:
        pytest.fail(
            "a test with a cassette has no sandbox when it is replayed: take ionworks_client, or"
            f" take the marker {_CASSETTE} off",
            pytrace=False,
        )
    with fixtures.cassette(request, _ionworks_session, *_mode(request.config)) as found:
        yield found


@pytest.fixture
def ionworks_client(
    request: pytest.FixtureRequest, ionworks_options: Mapping[str, Any]
) -> Iterator[Ionworks]:
    """Give a client of the cassette of a test that is marked for one, or of its sandbox."""
    from ionworks.testing.clients import Address

    if request.node.get_closest_marker(_CASSETTE):
        client = request.getfixturevalue(_CASSETTE).client(ionworks_options)
    else:
        client = Address.of(request.getfixturevalue(_SANDBOX)).client(ionworks_options)
    with client:
        yield client


@pytest.fixture
def ionworks_seeded(request: pytest.FixtureRequest) -> Any:
    """Give what the seed returned; in a replay, what it returned at the recording."""
    if request.node.get_closest_marker(_CASSETTE):
        return request.getfixturevalue(_CASSETTE).seeded
    return request.getfixturevalue("_ionworks_box")[1]


def _mode(config: pytest.Config) -> tuple[str, str]:
    """Return the mode of recording, and where it comes from."""
    given = config.getoption("ionworks_record")
    if given:
        return str(given), "--ionworks-record"
    set_once = str(config.getini("ionworks_record"))
    if set_once:
        if set_once not in MODES:
            known = ", ".join(MODES)
            raise pytest.UsageError(f"ionworks_record is {set_once!r}, not one of {known}")
        return set_once, "ionworks_record"
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        return "none", "CI is set"
    return "once", "the default"
