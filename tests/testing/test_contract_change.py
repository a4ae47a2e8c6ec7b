"""A field changes in the contract: the cassettes that no longer fit are named, ours and theirs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ionworks.testing._cassettes.check import read_contract

ROOT = Path(__file__).parents[2]
READY_MADE = ROOT / "ionworks" / "testing" / "ready_made"
THEIRS = ROOT / "examples" / "downstream" / "tests" / "cassettes"


@pytest.fixture
def check(tmp_path):
    def run(document):
        contract = tmp_path / "openapi.json"
        contract.write_text(json.dumps(document), encoding="utf-8")
        command = [sys.executable, "-m", "ionworks.testing", "check"]
        done = subprocess.run(
            [*command, READY_MADE, THEIRS, "--contract", contract], capture_output=True, text=True
        )
        assert done.stderr == ""
        return done.returncode, done.stdout

    return run


@pytest.fixture
def contract():
    return read_contract(ROOT / "openapi.yaml")


def test_as_it_is_all_fit(check, contract):
    assert check(contract) == (0, "all cassettes fit the contract\n")


def test_a_field_that_changes_is_named_with_operation_and_file(check, contract):
    fields = contract["components"]["schemas"]["CellInstance"]
    fields["properties"]["name"] = {"type": "integer"}
    status, said = check(contract)
    assert status == 1
    for file, operation, place in (
        (READY_MADE / "cell_instance_detail.yaml", "get_cell_instance", "answer.name"),
        (READY_MADE / "create_or_get.yaml", "create_cell_instance", "answer.name"),
        (
            THEIRS / "test_on_cassettes" / "test_retention_falls.yaml",
            "list_cell_instances",
            ".name",
        ),
    ):
        lines = [line for line in said.splitlines() if line.startswith(f"{file}:")]
        assert any(f": {operation}: " in line and place in line for line in lines), (file, said)
    assert not any(f"{READY_MADE / 'error_401.yaml'}:" in line for line in said.splitlines())


def test_a_field_that_requests_must_have_is_named(check, contract):
    fields = contract["components"]["schemas"]["CellSpecificationCreate"]
    fields["required"] = [*fields.get("required", []), "chemistry"]
    status, said = check(contract)
    assert status == 1
    assert "create_cell_specification: request" in said
    assert "chemistry" in said
    assert str(READY_MADE / "create_or_get.yaml") in said
