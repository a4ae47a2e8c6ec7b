"""Client, sandbox and faults against a model: whatever goes wrong, both agree on what was done.

The environment variable FAULTS_EXAMPLES is the number of examples; 10 by default, 25 with --rows.
"""

import os
from functools import partial

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from machine import Machine
from model import frame
from rig import KEY
from rig_fixtures import NO_AUTHORITIES

from ionworks import Ionworks
from ionworks.errors import Conflict, UnexpectedResponse
from ionworks.sandbox import Sandbox

STEPS = 20


@pytest.fixture(scope="module")
def box():
    with Sandbox(api_key=KEY, faults=True) as box:
        yield box


@pytest.fixture
def brief_log(discreet_log, caplog):
    """Thousands of requests: without what the HTTP library has to say of each."""
    caplog.set_level("INFO", logger="httpcore")
    caplog.set_level("WARNING", logger="httpx")


@pytest.mark.usefixtures("brief_log")
def test_client_and_server_agree_on_what_was_done_whatever_goes_wrong(box, pytestconfig):
    usual = 25 if pytestconfig.getoption("rows") else 10
    with Ionworks(KEY, box.url, verify=NO_AUTHORITIES) as looking:
        run_state_machine_as_test(
            partial(Machine, box, looking),
            settings=settings(
                max_examples=int(os.environ.get("FAULTS_EXAMPLES", usual)),
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=[*HealthCheck],
            ),
        )


# What the machine has found.


def test_a_conflict_that_names_no_id_is_compared_with_our_own(box, client_of):
    client = client_of(box.url, project_id=box.project_id)
    spec = client.cell_spec.create({"name": "cut off"})
    cell = client.cell_instance.create(spec.id, {"name": "A"})
    data = {"measurement": {"name": "A"}, "time_series": frame(0, 0)}
    since = len(box.faults.ledger)
    box.faults.plan("confirm_measurement_upload", "reset after commit", "cut 20")
    made = client.cell_measurement.create(cell.id, data)
    commits = [each.operation for each in box.faults.ledger[since:]]
    assert commits.count("confirm_measurement_upload") == 1
    assert (made.name, made.steps_created) == ("A", 1)
    # ... and by nobody else's.
    box.faults.plan("initiate_measurement_upload", "cut 20")
    with pytest.raises(Conflict):
        client.cell_measurement.create(cell.id, data)
    assert box.faults.left == {}


def test_a_login_page_is_no_deletion(box, client_of, caught):
    client = client_of(box.url, project_id=box.project_id)
    spec = client.cell_spec.create({"name": "still there"})
    box.faults.plan("delete_cell_specification", "login-page")
    with caught(UnexpectedResponse) as info:
        client.cell_spec.delete(spec.id)
    assert "login page" in str(info.value)
    assert client.cell_spec.get(spec.id).name == "still there"
    client.cell_spec.delete(spec.id)
