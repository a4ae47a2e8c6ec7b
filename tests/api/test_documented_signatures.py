"""The documented client: module paths, class names and signatures that analysis code relies on."""

import inspect
from importlib import import_module

import pytest

from ionworks import Ionworks
from ionworks.cell_instance import CellInstanceClient

REQUIRED = inspect.Parameter.empty
ID = {"cell_instance_id": REQUIRED}
UNDER_SPEC = {"cell_spec_id": REQUIRED, "data": REQUIRED}
FLAGS = {"include_steps": True, "include_cycles": True, "include_time_series": True}

DOCUMENTED = {
    "__init__": {"client": REQUIRED},
    "get": ID,
    "list": {"cell_spec_id": REQUIRED},
    "update": {**ID, "data": REQUIRED},
    "delete": ID,
    "detail": {**ID, **FLAGS},
    "create": UNDER_SPEC,
    "create_or_get": UNDER_SPEC,
}
CRUD = {"get", "list", "iterate", "create", "create_or_get", "update", "delete"}
NOUNS = {
    "project": ("ionworks.project", "ProjectClient", CRUD),
    "cell_spec": ("ionworks.cell_specification", "CellSpecificationClient", CRUD),
    "cell_instance": ("ionworks.cell_instance", "CellInstanceClient", CRUD | {"detail"}),
    "cell_measurement": (
        "ionworks.cell_measurement",
        "CellMeasurementClient",
        CRUD
        | {"list_by_project", "create_properties", "detail"}
        | {"steps", "cycles", "steps_and_cycles", "time_series"},
    ),
}


def positional(function: object) -> dict[str, object]:
    parameters = inspect.signature(function).parameters.values()
    return {
        p.name: p.default
        for p in parameters
        if p.kind is p.POSITIONAL_OR_KEYWORD and p.name != "self"
    }


def beyond(function: object) -> list[inspect.Parameter]:
    parameters = inspect.signature(function).parameters.values()
    return [p for p in parameters if p.kind is not p.POSITIONAL_OR_KEYWORD]


@pytest.mark.parametrize("method", DOCUMENTED)
def test_cell_instance_client_has_the_documented_parameters_in_order(method):
    function = getattr(CellInstanceClient, method)
    assert list(positional(function).items()) == list(DOCUMENTED[method].items())


@pytest.mark.parametrize("method", DOCUMENTED)
def test_what_is_ours_is_optional_and_by_keyword(method):
    for parameter in beyond(getattr(CellInstanceClient, method)):
        assert parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_KEYWORD)
        if parameter.kind is parameter.KEYWORD_ONLY:
            assert parameter.default is not REQUIRED, parameter.name


def test_ionworks_takes_the_documented_arguments_in_order():
    documented = ["api_key", "api_url", "dataframe_backend", "timeout", "max_retries"]
    assert list(positional(Ionworks.__init__)) == documented
    assert set(positional(Ionworks.__init__).values()) == {None}
    ours = beyond(Ionworks.__init__)
    assert ours
    assert all(p.kind is p.KEYWORD_ONLY and p.default is not REQUIRED for p in ours)


def test_positional_arguments_arrive_where_the_documentation_puts_them():
    client = Ionworks("key", "http://127.0.0.1:9/", "pandas", 5.0, 0)
    assert client.settings.api_url == "http://127.0.0.1:9"
    assert client.dataframe_backend == "pandas"


@pytest.mark.parametrize("noun", NOUNS)
def test_every_resource_is_complete_and_at_its_documented_place(noun):
    module, name, methods = NOUNS[noun]
    client = Ionworks("key", "http://127.0.0.1:9")
    assert type(getattr(client, noun)) is getattr(import_module(module), name)
    missing = {m for m in methods if not callable(getattr(getattr(client, noun), m, None))}
    assert not missing


@pytest.mark.parametrize("noun", NOUNS)
def test_every_public_method_is_documented(noun):
    module, name, methods = NOUNS[noun]
    cls = getattr(import_module(module), name)
    assert not [m for m in methods if not (inspect.getdoc(getattr(cls, m)) or "").strip()]


def test_measurement_is_another_name_for_cell_measurement():
    client = Ionworks("key", "http://127.0.0.1:9")
    assert client.measurement is client.cell_measurement
