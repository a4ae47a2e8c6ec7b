"""Resources are attributes of the client: made on first use, once, and for each view anew."""

import copy
import inspect

import pytest

from ionworks import Ionworks
from ionworks._resource import Lazy

RESOURCES = dict(inspect.getmembers_static(Ionworks, lambda each: isinstance(each, Lazy)))


@pytest.fixture
def client():
    with Ionworks(api_key="never-sent-0123456789") as client:
        yield client


@pytest.mark.parametrize("name", RESOURCES)
def test_a_resource_is_created_once_for_each_client(client, name):
    used = getattr(client, name)
    assert getattr(client, name) is used
    assert type(used).__name__ == RESOURCES[name].name
    for view in (client.with_options(timeout=5), copy.copy(client)):
        assert getattr(view, name) is not used
        assert getattr(view, name)._client is view
    assert getattr(client, name)._client is client


def test_a_resource_has_a_docstring_on_the_class():
    assert Ionworks.cell_batch.__doc__
