"""What the service reports about its own API: capabilities, and schemas of its records."""

import jsonschema_rs
import pytest
from rig import Reply
from traffic import traffic, unique

from ionworks.errors import NotFound, PayloadError

pytestmark = pytest.mark.replayed


def test_the_service_tells_what_it_can_do(client):
    told = client.capabilities()
    assert {"domain_context", "schemas", "openapi_spec", "authentication"} <= set(told.keys())
    assert told.domain_context["key_concepts"]
    assert told["schemas"]


@pytest.mark.live("about what the sandbox decides")
def test_every_kind_of_data_that_it_tells_of_is_described(client):
    told = client.capabilities()
    names = list(told["schemas"])
    assert len(names) > 2
    for name in names:
        described = client.schema(name)
        assert described["title"] == name
        jsonschema_rs.meta.validate(dict(described))


@pytest.mark.live("about what the sandbox decides")
def test_a_record_fits_its_description(client):
    spec = client.cell_spec.create({"name": unique("spec")})
    cell = client.cell_instance.create(spec.id, {"name": "M50-007"})
    for name, made in (("cell_instance", cell), ("project", client.project.list(limit=1)[0])):
        described = jsonschema_rs.validator_for(dict(client.schema(name)))
        assert described.is_valid(made.to_dict())
        assert not described.is_valid({"name": 7})


@pytest.mark.live("about what the sandbox decides")
def test_a_kind_of_data_that_it_does_not_know_is_not_found(client):
    with pytest.raises(NotFound, match="there are: data"):
        client.schema("no_such_thing")
    with traffic() as sent, pytest.raises(PayloadError, match="schema_name"):
        client.schema("../capabilities")
    assert sent == []


@pytest.mark.parametrize("name", ["project", "study", "parameterized_model", "made up tomorrow"])
def test_any_name_is_asked_for(scripted, client_of, name):
    api = scripted(Reply(200, {"type": "object", "title": name}))
    assert client_of(api).schema(name)["title"] == name
    assert api.requests[0].path.startswith("/discovery/schemas/")
