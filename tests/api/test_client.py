"""The client as a whole: keys, closing, backends, threads, and operations without a noun."""

from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from ionworks_openapi.api.cell_measurements import get_cell_measurement_detail
from ionworks_openapi.models import CellMeasurementWithData
from traffic import measurement, traffic, unique

from ionworks import Ionworks
from ionworks.cell_instance import CellInstanceClient
from ionworks.errors import (
    AuthenticationFailed,
    ConfigurationError,
    ConnectionFailed,
    IonworksError,
    NotFound,
    PayloadError,
)

pytestmark = pytest.mark.replayed


@pytest.fixture
def measured(client):
    spec = client.cell_spec.create({"name": unique("spec")})
    cell = client.cell_instance.create(spec.id, {"name": "M50-001"})
    return client.cell_measurement.create(cell.id, measurement("RPT 0"))


def test_health_check_needs_no_right_key(sandbox):
    with Ionworks(api_key="wrong", api_url=sandbox.url) as client:
        assert client.health_check()["status"] == "ok"


def test_whoami_tells_user_and_organization(client):
    user = client.whoami()
    assert user.id
    assert "@" in user.email
    spec = client.cell_spec.create({"name": unique("spec")})
    assert spec.created_by == user.id
    assert spec.created_by_email == user.email


def test_a_wrong_key_is_reported_without_being_shown(sandbox):
    with (
        Ionworks(api_key="very-secret-and-wrong", api_url=sandbox.url) as client,
        pytest.raises(AuthenticationFailed) as caught,
    ):
        client.whoami()
    assert caught.value.status_code == 401
    assert "very-secret" not in f"{caught.value}{caught.value!r}{caught.value.data}"


def test_a_token_is_accepted_instead_of_a_key(sandbox):
    with Ionworks(api_token=sandbox.api_key, api_url=sandbox.url) as client:
        assert client.whoami().email


def test_settings_come_from_the_environment(sandbox, monkeypatch):
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    with Ionworks() as client:
        assert client.whoami().email


def test_repr_shows_the_address_and_never_the_key(sandbox, client):
    for shown in (client, client.cell_instance, client.settings, client.transport):
        assert sandbox.api_key not in repr(shown)
    assert sandbox.url in repr(client)


def test_an_operation_without_a_resource_is_called_and_typed(client, measured):
    detail = client.call(get_cell_measurement_detail, measured.id)
    assert isinstance(detail, CellMeasurementWithData)
    assert detail.id == measured.id
    assert detail.instance.name == "M50-001"
    assert detail.time_series["Voltage [V]"][0] == 4.1
    without = client.call(get_cell_measurement_detail, measured.id, include_time_series=False)
    assert without.time_series is None


@pytest.mark.live("sends nothing")
def test_call_checks_parameters_before_sending(client, measured):
    operation = get_cell_measurement_detail
    with traffic() as sent:
        with pytest.raises(PayloadError, match="x_min"):
            client.call(operation, measured.id, x_min="early")
        with pytest.raises(TypeError, match="x_mim"):
            client.call(operation, measured.id, x_mim=1.0)
    assert not sent


@pytest.mark.parametrize("bad", ["", ".", "..", "a/b", "../projects", "a\nb", 7, None])
@pytest.mark.live("sends nothing")
def test_an_id_that_would_reach_another_endpoint_is_refused(client, bad):
    with traffic() as sent, pytest.raises(PayloadError, match="cell_instance_id"):
        client.cell_instance.delete(bad)
    assert not sent


@pytest.mark.parametrize("odd", ["a?b=c", "a#b", "a%2Fb", "a;b", "ü"])
def test_an_odd_id_stays_inside_its_own_path(client, odd):
    with traffic() as sent, pytest.raises(NotFound):
        client.cell_instance.get(odd)
    (request,) = sent
    assert request.path.startswith("/cell_instances/")
    assert request.path.count("/") == 2


def test_a_closed_client_says_so(sandbox):
    client = sandbox.client()
    client.health_check()
    client.close()
    client.close()
    with pytest.raises(RuntimeError, match="closed"):
        client.health_check()


def test_leaving_the_context_closes_the_client(sandbox):
    with sandbox.client() as client:
        client.health_check()
    with pytest.raises(RuntimeError, match="closed"):
        client.whoami()


def test_closing_an_unused_client_closes_it_all_the_same(sandbox):
    client = sandbox.client()
    client.close()
    with pytest.raises(RuntimeError, match="closed"):
        client.health_check()


def test_a_server_that_is_not_there_is_an_error_of_ours(sandbox):
    with (
        Ionworks("key", "http://127.0.0.1:9", max_retries=0) as client,
        pytest.raises(ConnectionFailed, match=r"127\.0\.0\.1:9") as caught,
    ):
        client.health_check()
    assert isinstance(caught.value, IonworksError)


def test_two_clients_keep_their_own_backends(sandbox, measured):
    kinds = {"polars": pl.DataFrame, "pandas": pd.DataFrame, "arrow": pa.Table}
    clients = {name: sandbox.client(dataframe_backend=name) for name in kinds}
    for _ in range(2):
        for name, kind in kinds.items():
            assert type(clients[name].cell_measurement.time_series(measured.id)) is kind
            assert type(clients[name].cell_measurement.detail(measured.id).steps) is kind
    for each in clients.values():
        each.close()


def test_a_backend_for_one_call_does_not_stay(client, measured):
    assert type(client.cell_measurement.steps(measured.id, as_="pandas")) is pd.DataFrame
    assert type(client.cell_measurement.steps(measured.id)) is pl.DataFrame


def test_an_unknown_backend_is_refused_with_the_known_ones(sandbox, client, measured):
    with pytest.raises(ConfigurationError, match=r"'dask'.*'polars', 'pandas', 'arrow'"):
        sandbox.client(dataframe_backend="dask")
    with traffic() as sent, pytest.raises(ConfigurationError, match="'dask'"):
        client.cell_measurement.detail(measured.id, as_="dask")
    assert not sent


def test_no_workers_are_refused(sandbox):
    with pytest.raises(ConfigurationError, match="max_workers"):
        sandbox.client(max_workers=0)


def test_the_default_project_takes_new_specifications_and_lists_measurements(sandbox, client):
    project = client.project.create({"name": unique("project")})
    with sandbox.client(project_id=project.id) as scoped:
        spec = scoped.cell_spec.create_or_get({"name": "LG M50"})
        again = scoped.cell_spec.create_or_get({"name": "LG M50"})
        cell = scoped.cell_instance.create(spec.id, {"name": "1"})
        scoped.cell_measurement.create_properties(cell.id, "Mass", {"mass": "68 g"})
        assert spec.project_id == project.id
        assert again.id == spec.id
        assert [m.name for m in scoped.cell_measurement.list_by_project()] == ["Mass"]


def test_a_project_is_asked_for_where_none_is_known(sandbox, monkeypatch):
    monkeypatch.delenv("IONWORKS_PROJECT_ID", raising=False)
    with Ionworks(api_key=sandbox.api_key, api_url=sandbox.url) as client, traffic() as sent:
        with pytest.raises(ConfigurationError, match="project_id"):
            client.cell_measurement.list_by_project()
        assert not sent


@pytest.mark.live("threads race")
def test_one_client_serves_32_threads(client):
    spec = client.cell_spec.create({"name": unique("spec")})

    def work(number):
        cell = client.cell_instance.create(spec.id, {"name": f"cell {number}"})
        client.cell_measurement.create(cell.id, measurement("RPT", notes=f"of {number}"))
        (view,) = client.cell_instance.detail(cell.id).measurements
        return cell.name, view.measurement.notes, view.time_series.height

    with ThreadPoolExecutor(32) as pool:
        found = list(pool.map(work, range(40)))
    assert found == [(f"cell {n}", f"of {n}", 6) for n in range(40)]
    assert client.cell_instance.list(spec.id).total == 40


def test_the_first_use_may_be_by_many_threads_at_once(sandbox, measured):
    with sandbox.client() as client, ThreadPoolExecutor(32) as pool:
        records = list(pool.map(client.cell_measurement.get, [measured.id] * 64))
    assert {r.id for r in records} == {measured.id}


def test_a_resource_client_can_be_built_as_documented(client, measured):
    cells = CellInstanceClient(client)
    assert cells.get(measured.cell_instance_id).name == "M50-001"


def test_nothing_is_printed(client, measured, capsys):
    client.cell_instance.detail(measured.cell_instance_id)
    client.cell_measurement.create_or_get(measured.cell_instance_id, measurement("RPT 0"))
    assert capsys.readouterr() == ("", "")
