"""The pytest plugin: a sandbox for a test, or a cassette; nothing is loaded before it is used."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ionworks import Ionworks
    from ionworks.sandbox import Sandbox
    from ionworks.testing._cassettes.scrub import Scrub
    from ionworks.testing.cassette_session import TestCassette
    from ionworks.testing.fixtures import SandboxFactory, Session
    from ionworks.testing.ledger import Ledger
    from ionworks.testing.seeding import Seed

MODES = {
    "none": "replay; a cassette that is missing is an error",
    "once": "record a cassette that is missing, replay the others",
    "new_episodes": "keep the recorded requests of each cassette, record new ones",
    "rewrite": "record every cassette again, once in a run",
    "all": "record every test, also those that share a cassette; replay nothing",
}
_SANDBOX, _CASSETTE = "ionworks_sandbox", "ionworks_cassette"
_GUARD = "_ionworks_guard"
_FACTORY = "ionworks_sandbox_factory"
_OURS = {_SANDBOX, _CASSETTE, _FACTORY, "ionworks_client", "ionworks_seeded"}
#: Markers and fixtures of other plugins that our order depends on.
_OTHER_CASSETTES, _SHUT = ("vcr", "default_cassette"), "socket_disabled"
_BLOCKED = ("SocketBlockedError", "SocketConnectBlockedError")
_SHUT_ADVICE = (
    "an option or a marker of another plugin blocks the network, and a sandbox needs 127.0.0.1:"
    " with pytest-socket use --allow-hosts=127.0.0.1, with pytest-recording"
    " --allowed-hosts=127.0.0.1; a cassette that is replayed needs no network, and blocks it by"
    " itself"
)
_LEDGER = "ionworks.testing.ledger"


class _Run:
    """What is known of one run of a test; it may be run again."""

    passed: bool | None = None
    ledger: Ledger | None = None


_first_key = pytest.StashKey[list[Path]]()
_unused_key = pytest.StashKey[list[Path]]()
_LISTS = {
    _first_key: "cassettes recorded for the first time: commit them",
    _unused_key: "cassettes that no test has: remove them",
}
_run_key = pytest.StashKey[_Run]()


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
    group.addoption(
        "--ionworks-unused",
        action="store_true",
        help="list cassettes that no test has, and fail if there are some (--collect-only will do)",
    )
    parser.addini("ionworks_record", "the mode of --ionworks-record", default="")
    parser.addini(
        "ionworks_cassettes", "the folder of cassettes [cassettes, next to the module]", default=""
    )
    parser.addini("ionworks_workers", "threads of a client that replays [1]", default="1")


def pytest_configure(config: pytest.Config) -> None:
    """Name the markers."""
    for line in (
        f"{_SANDBOX}(seed=None, shared=False, reset=False, **options): the sandbox of a test: what"
        " it begins with, whether the session shares it and resets it before the test, and options"
        " of ionworks.sandbox.Sandbox",
        f"{_CASSETTE}(name=None, workers=None, uploads='values'): record the test's requests, and"
        " replay them later",
    ):
        config.addinivalue_line("markers", line)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Guard a test of the kit, and open what its marker says, also if it does not ask for it."""
    item.stash[_run_key] = _Run()
    opened = [mark for mark in (_CASSETTE, _SANDBOX) if item.get_closest_marker(mark)][:1]
    names = [name for name in getattr(item, "fixturenames", ()) if name not in (_GUARD, *opened)]
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    ours = [name for name in _OURS.intersection(names) if _is_ours(known.get(name))]
    if not hasattr(item, "fixturenames") or not (opened or ours):
        return
    if opened == [_CASSETTE] and any(map(item.get_closest_marker, _OTHER_CASSETTES)):
        pytest.fail(
            f"the test has two cassettes, of {_CASSETTE} and of the marker vcr: remove one of them",
            pytrace=False,
        )
    shut = [name for name in names if name == _SHUT]  # a sandbox then opens 127.0.0.1 again
    wider = [name for name in names if name in known and known[name][-1].scope != "function"]
    rest = [name for name in names if name not in (*wider, *shut)]
    # The guard first: what fixtures of wider scope ask is not part of the test, and is refused.
    item.fixturenames = [_GUARD, *wider, *shut, *opened, *rest]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note which cassettes have a test, before tests are deselected."""
    if config.getoption("ionworks_unused"):
        from ionworks.testing.unused import find_unused

        marked = [item for item in items if item.get_closest_marker(_CASSETTE)]
        config.stash[_unused_key] = find_unused(items, marked)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail if there are cassettes that no test has; a worker of xdist passes its lists on."""
    stash = session.config.stash
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output[__name__] = [[f"{path}" for path in stash.get(key, [])] for key in _LISTS]
    passed = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    if passed and stash.get(_unused_key, []):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over the lists of a worker of xdist."""
    lists = getattr(node, "workeroutput", {}).get(__name__, [])
    for key, paths in zip(_LISTS, lists, strict=False):
        known = node.config.stash.setdefault(key, [])
        known.extend(path for path in map(Path, paths) if path not in known)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say which cassettes were recorded for the first time, and which have no test."""
    for key, title in _LISTS.items():
        if paths := config.stash.get(key, []):
            terminalreporter.section(f"ionworks: {title}")
            for path in sorted(paths):
                terminalreporter.line(str(path))


def pytest_report_collectionfinish(
    config: pytest.Config, items: list[pytest.Item]
) -> list[str] | None:
    """Say what is done with the cassettes of the tests that have some."""
    if not any(item.get_closest_marker(_CASSETTE) for item in items):
        return None
    mode, why = _mode(config)
    source = "" if mode == "none" else f", from the {config.getoption('ionworks_from')}"
    return [f"ionworks cassettes: {mode} ({why}){source}"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether a test passed; explain a failed one by the project's own frames.

    Requests without an answer, which the failure may follow from, are added to it.
    """
    report = yield
    if report.failed:
        _shorten(item, call, report)
    if report.when == "call":  # also of each subtest
        run = _run(item)
        run.passed = report.passed and run.passed is not False
    refusals = sys.modules.get(_LEDGER)
    if refusals is not None and report.when != "teardown" and not report.passed:
        said = "" if call.excinfo is None else str(call.excinfo.value)
        found = [each for ledger in refusals.open_ledgers() for each in ledger.settle()]
        if hidden := [each for each in found if each.request not in said]:
            report.sections.append(("requests without an answer", refusals.summary(hidden)))
    if report.failed and _GUARD in getattr(item, "fixturenames", ()):
        _add_hint(call, report)
    return report


def _shorten(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Leave the frames of this package and of the HTTP library out of the report of its errors."""
    if call.excinfo is None or item.config.getoption("fulltrace"):
        return
    from ionworks.testing.tracebacks import shorten_traceback

    error = call.excinfo.value
    if shorten_traceback(error):
        report.longrepr = item.repr_failure(pytest.ExceptionInfo.from_exception(error))


def _add_hint(call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Explain an error whose own text cannot name its cause: an early client, a shut network."""
    kind = "" if call.excinfo is None else call.excinfo.typename
    said = "" if call.excinfo is None else str(call.excinfo.value)
    if report.when == "setup" and kind == "ConfigurationError":
        from ionworks.testing.fixtures import EARLY

        report.sections.append(("ionworks", EARLY))
    if kind in _BLOCKED or "Network is disabled" in said:
        report.sections.append(("ionworks", _SHUT_ADVICE))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Let a test that passed fail if a request of it got no answer, and the code hid the error."""
    yield
    refusals = sys.modules.get(_LEDGER)
    if refusals is None:
        return
    run = _run(item)
    ledgers = {*refusals.open_ledgers(), run.ledger} - {None}
    complaints = [ledger.problem() for ledger in ledgers]
    if run.passed and any(complaints):
        pytest.fail("\n".join(filter(None, complaints)), pytrace=False)


def _run(item: pytest.Item) -> _Run:
    return item.stash.setdefault(_run_key, _Run())


def _is_ours(fixtures: Sequence[Any] | None) -> bool:
    """Whether a fixture is the one of this plugin, and none that the project has in its place."""
    return fixtures is not None and len(fixtures) > 0 and fixtures[-1].func.__module__ == __name__


def _ledger(item: pytest.Item) -> Ledger:
    from ionworks.testing.ledger import Ledger

    run = _run(item)
    run.ledger = run.ledger or Ledger()
    return run.ledger


@pytest.fixture(scope="session")
def _ionworks_session(pytestconfig: pytest.Config) -> Iterator[Session]:
    from ionworks.testing.fixtures import Session

    with Session() as session:
        pytestconfig.stash[_first_key] = session.first
        yield session


@pytest.fixture(scope="session")
def ionworks_sandbox_factory() -> SandboxFactory:
    """Give a function that starts a seeded sandbox, for fixtures of any scope."""
    from ionworks.testing.fixtures import make_seeded

    return make_seeded


@pytest.fixture
def _ionworks_guard(request: pytest.FixtureRequest) -> Iterator[None]:
    from ionworks.testing import fixtures
    from ionworks.testing.origins import enforce

    guard = fixtures.make_early_guard(_ledger(request.node))
    own = request.session._fixturemanager.getfixturedefs(_SANDBOX, request.node)
    if not (_is_ours(own) or request.node.get_closest_marker(_CASSETTE)):
        guard = fixtures.make_sandbox_guard(
            request.getfixturevalue(_SANDBOX), _ledger(request.node)
        )
    with enforce(guard):
        yield


@pytest.fixture
def ionworks_seed() -> Seed | None:
    """Say what sandboxes begin with: a function of a client, or Parquet files. Override it."""
    return None


@pytest.fixture
def ionworks_scrub() -> Scrub | None:
    """Say what cassettes must not keep: a function of a text that returns it clean. Override it."""
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

    run, ledger = _run(request.node), _ledger(request.node)
    with fixtures.box(request, _ionworks_session, ledger, lambda: bool(run.passed)) as found:
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
    run, mode = _run(request.node), _mode(request.config)
    ledger = _ledger(request.node)
    with fixtures.cassette(
        request, _ionworks_session, mode, lambda: bool(run.passed), ledger
    ) as found:
        yield found


@pytest.fixture
def ionworks_client(
    request: pytest.FixtureRequest, ionworks_options: Mapping[str, Any]
) -> Iterator[Ionworks]:
    """Give a client of the cassette of a test that is marked for one, or of its sandbox."""
    from ionworks.testing import fixtures
    from ionworks.testing.clients import Address
    from ionworks.testing.origins import guard_block

    if request.node.get_closest_marker(_CASSETTE):
        client, guard = request.getfixturevalue(_CASSETTE).client(ionworks_options), None
    else:
        box = request.getfixturevalue(_SANDBOX)  # which may be a fixture of the project
        client = Address.of(box).client(ionworks_options)
        guard = fixtures.make_sandbox_guard(box, _ledger(request.node))
    with client, guard_block(guard):
        yield client


@pytest.fixture
def ionworks_seeded(request: pytest.FixtureRequest) -> Any:
    """Give what the seed returned; in a replay, what it returned at the recording."""
    if request.node.get_closest_marker(_CASSETTE):
        return request.getfixturevalue(_CASSETTE).seeded
    return request.getfixturevalue("_ionworks_box")[1]


def _mode(config: pytest.Config) -> tuple[str, str]:
    """Return the mode of recording, and where it comes from."""
    from ionworks.testing.modes import choose_mode

    setting = str(config.getini("ionworks_record"))
    if setting and setting not in MODES:
        known = ", ".join(MODES)
        raise pytest.UsageError(f"ionworks_record is {setting!r}, not one of {known}")
    return choose_mode(config.getoption("ionworks_record"), setting, config.rootpath)
