"""The testing kit as somebody else has it: installed from the wheel, their tests run with it."""

from __future__ import annotations

import re
import shutil

import pytest

from ionworks.testing import cassettes

DOWNSTREAM = "examples/downstream"


@pytest.fixture(scope="module")
def with_testing(built, with_sandbox):
    """Return a copy of the environment with a sandbox to which the kit was added."""
    environment = with_sandbox.copy("with-testing")
    environment.install(f"{built.wheel_path}[testing]")
    return environment


def test_the_wheel_brings_the_plugin_and_the_ready_made_cassettes(built):
    folder = "ionworks/testing/ready_made/"
    held = {name.removeprefix(folder) for name in built.wheel if name.startswith(folder)}
    assert held == {f"{name}.yaml" for name in cassettes()}
    points = next(c for name, c in built.wheel.items() if name.endswith("entry_points.txt"))
    assert points.decode().split() == ["[pytest11]", "ionworks", "=", "ionworks.testing.plugin"]


def test_without_the_extra_it_is_named(bare):
    status, _, errors = bare.run("-c", "from ionworks.testing import cassette")
    assert status == 1
    assert errors.splitlines()[-1].endswith('pip install "ionworks-client[testing]"')


def test_somebody_elses_tests_run_without_a_key_and_without_a_network(built, with_testing):
    theirs = with_testing.home / "downstream"
    shutil.copytree(built.root / DOWNSTREAM, theirs, ignore=shutil.ignore_patterns("__pycache__"))
    with_testing.install(str(theirs))
    status, said, errors = with_testing.run(
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "--disable-socket", str(theirs)),
        CI="true",
    )
    assert status == 0, said + errors
    assert re.search(r"ionworks cassettes: none \(CI is set\)\n", said)
    assert re.search(r"\b11 passed in", said)
    kept = {path.relative_to(theirs) for path in theirs.rglob("cassettes/**/*.yaml")}
    there = (built.root / DOWNSTREAM).rglob("cassettes/**/*.yaml")
    assert kept == {path.relative_to(built.root / DOWNSTREAM) for path in there}


def test_a_run_within_a_program_that_has_the_client_already_is_not_warned(with_testing):
    (with_testing.home / "test_nothing.py").write_text("def test_nothing(): pass\n")
    program = "import sys, ionworks, pytest; sys.exit(pytest.main(['-q', 'test_nothing.py']))"
    assert with_testing.run("-c", program)[0] == 0
