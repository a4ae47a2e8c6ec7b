"""The wheel as a user has it: installed into an empty environment, used from somewhere else."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys

import pytest

from ionworks.sandbox import Sandbox, SyntheticCell
from ionworks.testing import cassettes

pytestmark = pytest.mark.long

EXAMPLE = "examples/downstream"
MB = 1e6
MOST_BYTES = 1200 * MB / 4
MOST_DISTRIBUTIONS = 18

WHERE = """
import pathlib, sys
import ionworks, ionworks_openapi
for package in (ionworks, ionworks_openapi):
    assert pathlib.Path(package.__file__).is_relative_to(sys.prefix), package
"""

STORE_AND_READ = """
import warnings

import polars as pl
from ionworks import Ionworks, MissingEnergyWarning, Quantity

warnings.simplefilter("ignore", MissingEnergyWarning)  # the series has no energies
frame = pl.DataFrame({
    "Time [s]": [0.0, 10.0, 20.0, 30.0],
    "Voltage [V]": [4.1, 4.0, 3.9, 3.8],
    "Current [A]": [1.0, 1.0, 1.0, 1.0],
    "Step count": [0, 0, 0, 0],
    "Cycle count": [0, 0, 0, 0],
})
with Ionworks() as client:
    spec = client.cell_spec.create_or_get(
        {"name": "LG M50", "ratings": {"capacity": Quantity(5.0, "A*h"), "voltage_max": "4.2 V"}}
    )
    cell = client.cell_instance.create_or_get(spec.id, {"name": "M50-007"})
    made = client.cell_measurement.create_or_get(
        cell.id, {"measurement": {"name": "Pulse"}, "time_series": frame}
    )
    assert [each.name for each in client.cell_instance.list(spec.id)] == ["M50-007"]
    read = client.cell_measurement.time_series(made.id)
    assert isinstance(read, pl.DataFrame)
    assert read.select(frame.columns).equals(frame), read
    steps = client.cell_measurement.steps(made.id)
    print(spec.ratings.capacity.to("mA*h"), read.height, steps.height)
"""

SIZE = """
import importlib.metadata, json, pathlib, sysconfig
names = sorted(each.name for each in importlib.metadata.distributions())
folder = pathlib.Path(sysconfig.get_path("purelib"))
print(json.dumps([names, sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())]))
"""

WITHOUT = {
    "sandbox": "from ionworks.sandbox import Sandbox",
    "plot": """
import polars as pl
from ionworks.plotting import plot_voltage_current
plot_voltage_current(pl.DataFrame({"Time [s]": [0.0], "Voltage [V]": [4.0], "Current [A]": [1.0]}))
""",
    "pandas": """
from ionworks import Ionworks
with Ionworks(dataframe_backend="pandas") as client:
    (made,) = client.cell_measurement.list_by_project(client.project.list()[0].id)
    client.cell_measurement.time_series(made.id)
""",
    "pyarrow": """
from ionworks import Ionworks
with Ionworks(dataframe_backend="arrow") as client:
    (made,) = client.cell_measurement.list_by_project(client.project.list()[0].id)
    client.cell_measurement.time_series(made.id)
""",
}

DOWNSTREAM = '''
"""Analysis code that is checked strictly, as a lab would check its own."""

from typing import assert_type

import polars

from ionworks import Ionworks, Quantity, __contract_version__, __version__
from ionworks_openapi.api.cell_instances import get_cell_instance
from ionworks_openapi.models import CellInstance, CellSpecification

assert_type(__version__, str)
assert_type(__contract_version__, str)


def voltage(client: Ionworks, cell_id: str) -> Quantity | None:
    cell = client.cell_instance.get(cell_id)
    assert_type(cell, CellInstance)
    assert_type(client.call(get_cell_instance, cell_id), CellInstance)
    spec = client.cell_spec.create_or_get({"name": "LG M50"})
    assert_type(spec, CellSpecification)
    return spec.ratings.voltage_max if spec.ratings else None
'''

WRONG = """from ionworks_openapi.models import CellInstance

def show(cell: CellInstance) -> None: cell.nmae
"""


@pytest.fixture
def box():
    """Return a sandbox in the process of the tests."""
    with Sandbox() as running:
        yield running


def test_the_core_is_small(bare, capsys):
    status, said, errors = bare.run("-c", SIZE)
    assert (status, errors) == (0, "")
    names, size = json.loads(said)
    others = [name for name in names if name != "ionworks-client"]
    with capsys.disabled():
        sys.stdout.write(f"\ncore: {size / MB:.0f} MB installed, {len(others)} distributions\n")
    assert "ionworks-client" in names
    assert len(others) <= MOST_DISTRIBUTIONS, others
    assert size <= MOST_BYTES


def test_without_extras_a_measurement_goes_to_a_server_and_back(bare, box):
    status, said, errors = bare.run("-c", WHERE + STORE_AND_READ, **box.environment())
    assert (status, errors) == (0, "")
    assert said == "5000 mA*h 4 1"


@pytest.mark.parametrize("extra", WITHOUT)
def test_what_needs_an_extra_names_it(bare, box, extra):
    with box.client() as client:
        spec = client.cell_spec.create({"name": "LG M50"})
        cell = client.cell_instance.create(spec.id, {"name": "M50-007"})
        series = SyntheticCell(seed=7).cycling(cycles=1)
        client.cell_measurement.create(
            cell.id, {"measurement": {"name": "Cycling"}, "time_series": series}
        )
    status, _, errors = bare.run("-c", WHERE + WITHOUT[extra], **box.environment())
    assert status == 1
    assert errors.splitlines()[-1].endswith(f'pip install "ionworks-client[{extra}]"')


def test_the_sandbox_process_without_its_extra_says_what_to_install(bare):
    status, said, errors = bare.run("-m", "ionworks.sandbox", "--port", "0")
    assert (status, said) == (1, "")
    assert errors.endswith('pip install "ionworks-client[sandbox]"')
    assert "\n" not in errors


def test_without_a_key_the_client_lists_both_options(bare):
    status, _, errors = bare.run("-c", "import ionworks; ionworks.Ionworks().project.list()")
    assert status == 1
    assert "IONWORKS_API_KEY" in errors.splitlines()[-1]
    assert "python -m ionworks.sandbox" in errors.splitlines()[-1]


def test_the_command_without_its_extra_says_what_to_install(bare):
    status, said, errors = bare.run("-m", "ionworks.cli", "ls")
    assert (status, said) == (4, "")
    assert errors.endswith('pip install "ionworks-client[cli]"')


def test_with_the_extra_the_sandbox_runs_beside_its_client_until_it_is_reported(with_sandbox):
    ports = ("--port", "0", "--storage-port", "0")
    with with_sandbox.start("-m", "ionworks.sandbox", *ports) as server:
        try:
            lines = [server.stdout.readline().strip() for _ in range(2)]
            address = dict(line.removeprefix("export ").split("=", 1) for line in lines)
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address["IONWORKS_API_URL"])
            answer = with_sandbox.run("-c", WHERE + STORE_AND_READ, **address)
        finally:
            os.kill(server.pid, signal.SIGTERM)
        rest, errors = server.communicate(timeout=20)
    assert answer == (0, "5000 mA*h 4 1", "")
    assert (server.returncode, rest) == (0, "")
    assert errors.startswith("\nThe sandbox runs at ")
    assert "Traceback" not in errors


def test_code_that_uses_the_installed_package_is_type_checked(bare, tmp_path):
    (tmp_path / "analysis.py").write_text(DOWNSTREAM, encoding="utf-8")
    (tmp_path / "wrong.py").write_text(WRONG, encoding="utf-8")
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = True\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--python-executable"]
    done = subprocess.run(
        [*command, bare.python, "analysis.py", "wrong.py"],
        cwd=tmp_path,
        env=bare.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert re.fullmatch(
        r'wrong\.py:3: error: "CellInstance" has no attribute "nmae".*\n', done.stdout
    ), done.stdout + done.stderr


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
    assert "[pytest11]\nionworks = ionworks.testing.plugin" in points.decode()


def test_without_the_extra_it_is_named(bare):
    status, _, errors = bare.run("-c", "from ionworks.testing import cassette")
    assert status == 1
    assert errors.splitlines()[-1].endswith('pip install "ionworks-client[testing]"')


def test_somebody_elses_tests_run_without_a_key_and_without_a_network(built, with_testing):
    theirs = with_testing.home / "downstream"
    shutil.copytree(built.root / EXAMPLE, theirs, ignore=shutil.ignore_patterns("__pycache__"))
    with_testing.install(str(theirs))
    status, said, errors = with_testing.run(
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "--disable-socket", str(theirs)),
        CI="true",
    )
    assert status == 0, said + errors
    assert re.search(r"ionworks cassettes: none \(CI is set\)\n", said)
    assert re.search(r"\b17 passed in", said)
    kept = {path.relative_to(theirs) for path in theirs.rglob("cassettes/**/*.yaml")}
    there = (built.root / EXAMPLE).rglob("cassettes/**/*.yaml")
    assert kept == {path.relative_to(built.root / EXAMPLE) for path in there}


def test_a_run_within_a_program_that_has_the_client_already_is_not_warned(with_testing):
    (with_testing.home / "test_nothing.py").write_text("def test_nothing(): pass\n")
    program = "import sys, ionworks, pytest; sys.exit(pytest.main(['-q', 'test_nothing.py']))"
    assert with_testing.run("-c", program)[0] == 0
