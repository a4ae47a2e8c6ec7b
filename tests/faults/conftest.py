"""What these tests share: a clean environment, no secrets in the log, and a line for each row."""

from __future__ import annotations

import logging
import re
from collections import Counter, defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from matrix import list_outcomes
from rig import KEY, SIGNATURE
from rig_fixtures import caught, client_of, faulty, faulty_box, naps, opened, scripted, witness

__all__ = [
    "caught",
    "client_of",
    "faulty",
    "faulty_box",
    "naps",
    "opened",
    "scripted",
    "witness",
]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let no setting of this machine come through."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("API_KEY", "API_TOKEN", "API_URL", "PROJECT_ID", "ORGANIZATION_ID"):
        monkeypatch.delenv(f"IONWORKS_{name}", raising=False)
    names = ("IONWORKS_PROFILE", "IONWORKS_CONFIG_FILE")
    for name in (*names, "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


@pytest.fixture(autouse=True)
def discreet_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever is logged by anyone at any level in a test, no secret is in it."""
    caplog.set_level(logging.DEBUG)
    yield
    logged = "\n".join(record.getMessage() for record in caplog.get_records("call"))
    assert KEY not in logged
    assert SIGNATURE not in logged


# The matrix, row by row.

OUTCOMES = pytest.StashKey[dict[int, Counter[str]]]()
NUMBER = re.compile(r"::test_row_(\d\d)_")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("faults").addoption(
        "--rows", action="store_true", help="the long form: every case, and a line for each row"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[OUTCOMES] = defaultdict(Counter)
    config.addinivalue_line("markers", "long: only with --rows")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("rows", False):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    number = NUMBER.search(item.nodeid)
    if number is not None and (report.when == "call" or not report.passed):
        item.config.stash[OUTCOMES][int(number[1])][report.outcome] += 1
    return report


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if config.getoption("rows", False):
        terminalreporter.section("faults")
        for line in list_outcomes(config.stash[OUTCOMES]):
            terminalreporter.write_line(line)
