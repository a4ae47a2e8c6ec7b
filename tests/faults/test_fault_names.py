"""Hostile ids, odd names and data that are none: refused before a request, or sent exactly."""

import math
import re
import string
from functools import partial
from urllib.parse import parse_qsl, unquote, urlsplit

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rig import KEY, Reply, ScriptedServer, Tap

from ionworks import Ionworks
from ionworks.errors import MeasurementValidationError, NotFound, PayloadError
from ionworks.sandbox import Sandbox

GOOD = pl.DataFrame(
    {
        "Time [s]": [0.0, 1.0, 2.0],
        "Voltage [V]": [4.1, 4.0, 3.9],
        "Current [A]": [1.0, 1.0, 1.0],
        "Step count": [0, 0, 0],
    }
)
UNKNOWN = Reply(404, {"detail": "nothing here"})
HOSTILE = [
    "",
    ".",
    "..",
    "../projects/p1",
    "a/b",
    "a\\b",
    "a\nb",
    "a\r\nX-Evil: 1",
    "\0",
    "\u202eid",
]


DETAIL = {"measurement": {"name": "x"}, "time_series": GOOD}


def every_call(client, identity):
    """Yield every call that puts an id into a path: how the path begins, and the call."""
    measurement = client.cell_measurement
    reads = (measurement.steps, measurement.cycles, measurement.steps_and_cycles)
    for path, noun, *more in (
        ("/projects/", client.project),
        ("/cell_specifications/", client.cell_spec),
        ("/cell_instances/", client.cell_instance, client.cell_instance.detail),
        ("/cell_measurements/", measurement, measurement.detail, measurement.time_series, *reads),
    ):
        for method in (noun.get, noun.delete, *more):
            yield path, partial(method, identity)
        yield path, partial(noun.update, identity, {"name": "x"})
    for path, method, *arguments in (
        ("/cell_specifications/", client.cell_instance.list),
        ("/cell_specifications/", client.cell_instance.create, {"name": "x"}),
        ("/cell_specifications/", client.cell_instance.create_or_get, {"name": "x"}),
        ("/cell_instances/", measurement.list),
        ("/cell_instances/", measurement.create, DETAIL),
        ("/cell_instances/", measurement.create_or_get, DETAIL),
        ("/cell_instances/", measurement.create_properties, "x", {}),
    ):
        yield path, partial(method, identity, *arguments)


@pytest.mark.parametrize("identity", [*HOSTILE, None, 7, b"p1", [["p1"]]])
def test_row_59_an_id_that_would_reach_another_endpoint_is_refused(
    scripted, client_of, caught, identity
):
    server = scripted()
    for _, call in every_call(client_of(server), identity):
        with caught(PayloadError) as info:
            call()
        assert re.search(r"_id(\[0\])?$", info.value.field)
        if isinstance(identity, str):
            assert "give the record's id" in str(info.value)
    assert server.requests == []


@pytest.mark.parametrize("table", ["steps", "cycles"])
def test_row_59_one_of_many_ids_is_checked_like_one(scripted, client_of, caught, table):
    server = scripted()
    measurement = client_of(server).cell_measurement
    for hostile in HOSTILE:
        with caught(PayloadError) as info:
            getattr(measurement, table)([hostile])
        assert info.value.field == "measurement_id"
    assert server.requests == []


@pytest.mark.parametrize(
    "identity",
    ["a?b#c", "%2e%2e", "%2F", "a b", "é", "C:", "+&=;", "~", "x" * 300, "CON", "日本"],
)
def test_row_59_any_other_id_arrives_exactly(scripted, client_of, identity):
    server = scripted()
    server.otherwise = UNKNOWN
    for path, call in every_call(client_of(server, max_workers=1), identity):
        count = len(server.requests)
        with pytest.raises(NotFound):
            call()
        (request,) = server.requests[count:]
        assert request.target.startswith(path)
        own = request.target.removeprefix(path).partition("?")[0].partition("/")[0]
        assert unquote(own) == identity
        assert set(own) <= {*string.ascii_letters, *string.digits, *"%-._~"}


@pytest.fixture(scope="module")
def answering():
    """A server that knows nothing, and its client, for many examples."""
    server = ScriptedServer()
    server.otherwise = UNKNOWN
    with Ionworks(api_key=KEY, api_url=server.url, max_retries=0) as client:
        yield server, client
    server.close()


@given(identity=st.text(max_size=20))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_row_59_no_id_ever_reaches_another_endpoint(answering, identity):
    server, client = answering
    server.requests.clear()
    with pytest.raises((PayloadError, NotFound)) as info:
        client.cell_measurement.get(identity)
    if info.type is PayloadError:
        assert server.requests == []
    else:
        head, _, own = server.requests[0].target.rpartition("/")
        assert head == "/cell_measurements"
        assert unquote(own) == identity


@given(name=st.text(min_size=1, max_size=30))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_row_60_a_name_in_a_filter_arrives_exactly(answering, name):
    server, client = answering
    server.requests.clear()
    with pytest.raises((PayloadError, NotFound)) as info:
        client.cell_measurement.list("c1", name_exact=name)
    if info.type is PayloadError:
        assert server.requests == []
    else:
        query = urlsplit(server.requests[0].target).query
        assert dict(parse_qsl(query, keep_blank_values=True))["name"] == f"eq.{name}"


@pytest.mark.parametrize(
    "name",
    ["RPT 0/25 °C", "a?b#c&d=e", "50 % + 1", "../x", "'; DROP TABLE", "日本 🔋", "é", "e\u0301"],
)
def test_row_60_an_odd_name_is_stored_and_found_again(client_of, opened, box, name):
    tap = opened(Tap())
    client = client_of(box.url, proxy=tap.url)
    spec = client.cell_spec.create_or_get({"name": f"spec of {name}"})
    assert client.cell_spec.create_or_get({"name": f"spec of {name}"}).id == spec.id
    cell = client.cell_instance.create_or_get(spec.id, {"name": name})
    assert client.cell_instance.create_or_get(spec.id, {"name": name}).id == cell.id
    detail = {"measurement": {"name": name}, "time_series": GOOD}
    made = client.cell_measurement.create_or_get(cell.id, detail)
    count = len(tap.requests)
    assert client.cell_measurement.create_or_get(cell.id, detail).id == made.id
    assert {request.method for request in tap.requests[count:]} == {"GET"}
    assert made.name == name


@pytest.fixture(scope="module")
def box():
    with Sandbox(api_key=KEY) as box:
        yield box


def frame(**columns):
    return GOOD.with_columns(**{name: pl.Series(values) for name, values in columns.items()})


NAN = [math.nan] * 3


@pytest.mark.parametrize(
    "series",
    [
        pl.DataFrame(dict.fromkeys(GOOD.columns, NAN)),
        frame(**{"Voltage [V]": NAN}),
        frame(**{"Current [A]": [1.0, math.inf, 1.0]}),
        frame(**{"Time [s]": [None, None, None]}),
        GOOD.clear(),
        GOOD.drop("Step count"),
    ],
    ids=["all NaN", "NaN voltage", "infinite current", "no times", "no rows", "no steps"],
)
def test_row_60_data_that_are_none_are_refused_before_a_request(
    scripted, client_of, caught, series
):
    server = scripted()
    with caught(MeasurementValidationError) as info:
        client_of(server).cell_measurement.create(
            "c1", {"measurement": {"name": "RPT 0"}, "time_series": series}
        )
    assert info.value.errors
    assert server.requests == []


@pytest.mark.parametrize(
    ("metadata", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "n" * 256}, "name"),
        ({"name": None}, "name"),
        ({}, "name"),
        ({"name": "x", "nmae": "y"}, "nmae"),
        ({"name": "x", "test_setup": {"channel_number": math.nan}}, "channel_number"),
        ({"name": "x", "protocol": {"c_rates": [0.5, math.inf]}}, "c_rates[1]"),
    ],
)
def test_row_60_metadata_that_cannot_be_are_refused_before_a_request(
    scripted, client_of, caught, metadata, field
):
    server = scripted()
    client = client_of(server)
    with caught(PayloadError) as info:
        client.cell_measurement.create("c1", {"measurement": metadata, "time_series": GOOD})
    assert info.value.field.endswith(field)
    assert server.requests == []


def test_a_list_with_a_hostile_filter_is_refused_before_a_request(scripted, client_of, caught):
    server = scripted()
    client = client_of(server)
    for call in (
        lambda: client.cell_measurement.list("c1", limit=-1),
        lambda: client.cell_measurement.list("c1", order_by="'; DROP TABLE"),
        lambda: client.cell_measurement.list("c1", created_after="yesterdayish"),
        lambda: client.cell_measurement.list_by_project("../p1"),
    ):
        with caught(PayloadError):
            call()
    assert server.requests == []
