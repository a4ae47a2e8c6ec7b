"""Create, get, list, update and delete of every resource that the sandbox serves as a plain one."""

import pytest
from derived_records import UNKNOWN, Derived, record_id

from ionworks.sandbox.app import HANDLERS
from ionworks.sandbox.contract.operations import load_contract
from ionworks.sandbox.contract.resources import read_resources

RESOURCES = read_resources(load_contract())
PLAIN = [
    tag
    for tag, resource in RESOURCES.items()
    if {"create", "get"} <= resource.operations.keys()
    and resource.operations["create"][0].operation_id not in HANDLERS
]


@pytest.fixture
def derived(api, kit):
    """Return what makes records of any resource."""

    def named(name):
        return kit.fresh_name("record") if name == "name" else UNKNOWN

    makers = {"projects": api.project, "cell_specifications": api.specification}
    return Derived(load_contract(), api.post, makers, named)


@pytest.fixture(params=PLAIN)
def resource(request):
    """Return each resource in turn."""
    return RESOURCES[request.param]


def first(resource, role):
    """Return the operation of a role, or skip the test."""
    if role not in resource.operations:
        pytest.skip(f"{resource.tag} has no operation to {role}")
    return resource.operations[role][0]


@pytest.fixture
def made(api, derived, resource):
    """Return the answer to the creation of a record."""
    operation = first(resource, "create")
    body = derived.body(operation)
    return api.post(derived.path(operation), body, operation.success)


def item_of(derived, resource, record_id):
    """Return the path of a record."""
    name = resource.item_path.rpartition("{")[2].rstrip("}")
    return derived.path(first(resource, "get"), **{name: record_id})


def test_a_created_record_has_what_was_given_and_is_found_again(api, derived, resource, made):
    assert made["created_at"] == made["updated_at"]
    assert api.get(item_of(derived, resource, record_id(resource, made))) == made
    operation = first(resource, "create")
    shown = made.keys() & derived.body(operation).keys() - {"name"}
    assert {name for name in shown if made[name] is None} == set()


def test_a_list_has_the_records_of_a_parent_page_by_page(api, derived, resource, made):
    operation = first(resource, "list")
    again = api.post(
        derived.path(first(resource, "create")), derived.body(first(resource, "create"))
    )
    path = derived.path(operation)
    queries = {parameter.name for parameter in operation.parameters}
    # Other tests have made records of the organization, such as projects.
    longest = {"limit": 1000} if "limit" in queries else {}
    whole = api.get(path, **longest)
    items = whole if isinstance(whole, list) else whole["items"]
    ids = [record_id(resource, record) for record in items]
    new, old = record_id(resource, again), record_id(resource, made)
    assert ids.index(new) < ids.index(old)
    if {"limit", "offset"} <= queries:
        page = api.get(path, limit=1, offset=ids.index(old))
        assert page["items"] == [made]
        assert page["total"] == whole["total"] == len(ids)
    if "name" in queries:
        assert api.names(path, name=f"eq.{made['name']}") == [made["name"]]
    if "order" in queries:
        assert api.names(path, order="asc", **longest)[-1] == again["name"]


def test_an_update_changes_what_is_given_and_nothing_else(api, derived, resource, made):
    operation = first(resource, "update")
    path = item_of(derived, resource, record_id(resource, made))
    assert api.patch(path, {}) == {**made, "updated_at": api.get(path)["updated_at"]}
    given = {"name": derived.named("name")} if "name" in made else derived.body(operation)
    changed = api.patch(path, given)
    assert changed["updated_at"] > made["updated_at"]
    assert changed == {**made, **given, "updated_at": changed["updated_at"]}
    assert api.get(path) == changed


def test_a_deleted_record_is_gone_and_its_name_is_free(api, derived, resource, made):
    operation = first(resource, "delete")
    path = item_of(derived, resource, record_id(resource, made))
    api.delete(path, operation.success)
    api.get(path, status=404)
    api.delete(path, status=404)
    create = first(resource, "create")
    body = derived.body(create)
    again = {**body, "name": made["name"]} if "name" in body else body
    assert api.post(derived.path(create), again)["id"] != made["id"]


def test_a_taken_name_is_refused_where_names_are_unique(api, derived, resource, made):
    operation = first(resource, "create")
    body = {**derived.body(operation), "name": made.get("name")}
    if not resource.unique_names:
        pytest.skip(f"names of {resource.tag} are not unique")
    taken = {"existing_id": record_id(resource, made)}
    path = derived.path(operation)
    assert api.post(path, body, 409)["detail"] == taken
    other = {**body, "name": made["name"].upper()}
    refused = api.post(path, other, 409 if resource.any_case else operation.success)
    assert not resource.any_case or refused["detail"] == taken


def test_what_does_not_exist_is_not_found(api, derived, resource):
    path = item_of(derived, resource, "none")
    api.get(path, status=404)
    if "update" in resource.operations:
        api.patch(path, {}, 404)
    for operation in (*resource.operations["create"], *resource.operations.get("list", ())):
        if "{" in operation.path:
            lost = operation.path.replace("{", "").replace("}", "")
            body = derived.body(operation) if operation.method == "POST" else None
            api.call(operation.method, lost, 404, json=body)


def test_a_body_of_a_wrong_type_is_refused(api, derived, resource):
    operation = first(resource, "create")
    refused = api.post(derived.path(operation), [], 422)
    assert refused["detail"][0]["loc"][0] == "body"
