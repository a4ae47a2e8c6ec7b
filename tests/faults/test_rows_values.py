"""Rows 58 and 60 of the matrix: who is led elsewhere, and values that are hard to carry."""

import math
import unicodedata

import pytest
from rig import Reply
from rig_faulty import fresh

from ionworks.errors import ConnectionFailed, PayloadError, UnexpectedResponse

HARD = {
    "large": 2**53 + 1,
    "larger": -(2**80),
    "negative zero": -0.0,
    "tiny": 5e-324,
    "third": 1 / 3,
    "composed": unicodedata.normalize("NFC", "é 🔋"),
    "decomposed": unicodedata.normalize("NFD", "é 🔋"),
    "nothing": None,
    "nested": [{"a": [True, "1", 1]}],
}


@pytest.fixture
def client(faulty, client_of):
    return client_of(faulty.url, organization_id="org-0123456789")


@pytest.fixture
def project(client):
    return client.project.create({"name": fresh()})


@pytest.mark.parametrize("hops", [1, 5])
def test_row_58_who_is_redirected_elsewhere_brings_no_credential(
    faulty, scripted, client, project, witness, hops
):
    stranger = scripted()
    for hop in range(hops - 1):
        stranger.will(Reply(307, None, {"location": f"/{hop}", "set-cookie": "session=x"}))
    stranger.will(Reply(200, project.to_dict()))
    witness.strangers.append(stranger)
    faulty.plan("get_project", f"307 location: {stranger.url}/x")
    witness.returns(lambda: client.project.get(project.id), lambda _: project)
    assert len(stranger.requests) == hops


def test_row_58_redirects_without_end_are_left(faulty, scripted, client, project, witness, naps):
    stranger = scripted()
    stranger.otherwise = Reply(307, None, {"location": "/again"})
    witness.strangers.append(stranger)
    faulty.plan("get_project", f"307 location: {stranger.url}/x")
    error = witness.raises(
        UnexpectedResponse,
        lambda: client.project.get(project.id),
        outcome="unknown",
        operation="get_project",
        answered=True,
        says="Check that api_url is the address of the API",
    )
    assert "more than 5 redirects" in str(error)
    assert (len(stranger.requests), naps) == (5, [])


def test_row_58_plain_http_elsewhere_is_not_spoken(faulty, client, project, witness):
    faulty.plan("get_project", "307 location: http://storage.example/x")
    error = witness.raises(
        ConnectionFailed,
        lambda: client.project.get(project.id),
        outcome="not_sent",
        operation="get_project",
        answered=False,
        says="plain http URL at storage.example; it is not used",
    )
    assert error.method == "GET"


@pytest.fixture
def cell(client):
    spec = client.cell_spec.create({"name": fresh()})
    return client.cell_instance.create(spec.id, {"name": "M50-007"})


@pytest.mark.parametrize("key", HARD)
def test_row_60_a_value_that_is_hard_to_carry_comes_back_as_it_is(client, cell, witness, key):
    made = witness.returns(
        lambda: client.cell_measurement.create_properties(cell.id, key, {"value": [HARD[key]]}),
        lambda made: client.cell_measurement.get(made.id),
        commits={"create_properties_measurement": 1},
    )
    found = client.cell_measurement.get(made.id).properties["value"]
    assert repr(found) == repr([HARD[key]])


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_row_60_what_json_cannot_hold_is_refused_before_it_is_sent(faulty, client, cell, value):
    before = faulty.commits
    with pytest.raises(PayloadError) as info:
        client.cell_measurement.create_properties(cell.id, "x", {"value": [0.0, value]})
    assert info.value.field == "properties.value[1]"
    assert faulty.commits == before


def test_row_60_names_are_compared_as_they_were_sent(client, cell, witness):
    spec = cell.cell_specification_id
    made = {}
    for form in ("NFC", "NFD"):
        name = unicodedata.normalize(form, "Zelle é")
        made[form] = witness.returns(
            lambda name=name: client.cell_instance.create_or_get(spec, {"name": name}),
            lambda made: client.cell_instance.get(made.id),
            commits={"create_cell_instance": 1},
        )
        assert made[form].name == name
    assert made["NFC"].id != made["NFD"].id
