"""The resources of the contract: what is created, listed, read, changed and deleted, and where.

A resource is a tag with ``x-resource`` and a path that ends in the id of a record. The part before
the id names the collection: `/cell_batches/{cell_batch_id}` is an item of `cell_batches`. Paths of
the tag that end in this part are the collection: `/cell_specifications/{cell_spec_id}/cell_batches`
with a POST that creates and a GET that lists. All other operations of the tag are actions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ionworks.sandbox.contract.operations import Contract, Operation
from ionworks.sandbox.contract.problems import Json

Role = Literal["create", "list", "get", "update", "replace", "delete"]
OF_ITEM: Mapping[str, Role] = {
    "GET": "get",
    "PATCH": "update",
    "PUT": "replace",
    "DELETE": "delete",
}
OF_COLLECTION: Mapping[str, Role] = {"POST": "create", "GET": "list"}
READERS: tuple[Role, ...] = ("get", "create", "update", "replace")
NAMED: tuple[Role, ...] = ("get", "create", "update", "delete")
ITEM = re.compile(r".*/[^/{}]+/\{\w+\}")


@dataclass(frozen=True, slots=True)
class Resource:
    """The records of one tag.

    ``singular`` is the name of one record, such as `cell_batch`; ``id_names`` are the names under
    which paths and other records have its id. ``record`` is the schema of a record. ``parents`` are
    the resources that it belongs to, its own parent first.
    """

    tag: str
    singular: str
    item_path: str
    id_names: frozenset[str]
    record: Json
    operations: Mapping[Role, tuple[Operation, ...]]
    parents: tuple[Resource, ...] = ()

    @property
    def parent(self) -> Resource | None:
        """The resource that a record is created under; None for a record of the organization."""
        return self.parents[0] if self.parents else None

    @property
    def unique_names(self) -> bool:
        """Whether a parent has no two records of one name."""
        return any(each.unique_name for each in self.operations.get("create", ()))

    @property
    def any_case(self) -> bool:
        """Whether names that differ only in their case are equal."""
        return any(each.any_case for each in self.operations.get("create", ()))

    def id_name(self, names: Iterable[str]) -> str | None:
        """Return the first of these names that stands for the id of such a record."""
        return next((name for name in names if name in self.id_names), None)

    def path_parameter(self, path: str) -> str | None:
        """Return the parameter of a path that is the id of such a record, if any."""
        begin = "/".join(path.split("/")[: self.item_path.count("/") + 1])
        if _shape(begin) == _shape(self.item_path):
            return begin.rpartition("{")[2].rstrip("}")
        return self.id_name(re.findall(r"\{(\w+)\}", path))


def read_resources(contract: Contract) -> dict[str, Resource]:
    """Return the resources of a contract by their tags."""
    found = {tag: each for tag in contract.resource_tags if (each := _resource(contract, tag))}
    parents = {tag: _parent_tag(contract, each, found) for tag, each in found.items()}
    made: dict[str, Resource] = {}

    def complete(tag: str, below: frozenset[str]) -> Resource:
        if tag not in made:
            each, parent = found[tag], parents[tag]
            line: tuple[Resource, ...] = ()
            if parent is not None and parent not in below:
                above = complete(parent, below | {tag})
                line = (above, *above.parents)
            made[tag] = replace(each, parents=line)
        return made[tag]

    return {tag: complete(tag, frozenset()) for tag in found}


def _resource(contract: Contract, tag: str) -> Resource | None:
    operations = [each for each in contract.operations if each.tag == tag]
    item = _item_path(operations)
    if item is None:
        return None
    collection, parameter = item.split("/")[-2:]
    roles: dict[Role, tuple[Operation, ...]] = {}
    for operation in operations:
        role = _role(operation, item, collection)
        if role is not None:
            roles[role] = (*roles.get(role, ()), operation)
    answers = (each.answer for role in READERS for each in roles.get(role, ()))
    record = next((answer for answer in answers if answer is not None), None)
    if record is None:
        return None
    singular = _singular(roles, collection)
    names = frozenset({parameter.strip("{}"), f"{singular}_id"} - {"id"})
    return Resource(tag, singular, item, names, record, roles)


def _item_path(operations: Sequence[Operation]) -> str | None:
    """Return the path of one record: the one with a collection, then the shortest."""
    ends = {each.path.rpartition("/")[2] for each in operations}
    paths = [
        each.path for each in operations if each.method in OF_ITEM and ITEM.fullmatch(each.path)
    ]
    return min(
        paths,
        key=lambda path: (path.split("/")[-2] not in ends, path.count("/")),
        default=None,
    )


def _role(operation: Operation, item: str, collection: str) -> Role | None:
    if operation.path == item:
        return OF_ITEM.get(operation.method)
    if operation.path.rpartition("/")[2] != collection:
        return None
    if operation.method == "POST" and operation.body is None:
        return None
    return OF_COLLECTION.get(operation.method)


def _singular(roles: Mapping[Role, Sequence[Operation]], collection: str) -> str:
    """Return the name of one record, from `get_...` or another operation that has it."""
    for role in NAMED:
        for operation in roles.get(role, ()):
            verb, _, rest = operation.operation_id.partition("_")
            if verb == role and rest:
                return rest
    return collection


def _parent_tag(
    contract: Contract, resource: Resource, found: Mapping[str, Resource]
) -> str | None:
    """Return the tag of the parent: the item that the path begins with, or an id in the call."""
    others = [each for tag, each in found.items() if tag != resource.tag]
    operations = resource.operations
    for operation in operations.get("create") or operations.get("list", ()):
        above = [each for each in others if each.path_parameter(operation.path)]
        if above:  # the last one in the path
            return max(above, key=lambda each: _place(each, operation.path)).tag
        for name in _demanded(contract, operation):
            for each in others:
                if name in each.id_names:
                    return each.tag
    return None


def _place(resource: Resource, path: str) -> int:
    return path.find(f"{{{resource.path_parameter(path)}}}")


def _shape(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)


def _demanded(contract: Contract, operation: Operation) -> Iterator[str]:
    """Yield the fields that a call must name; `project_id` has a default, so it may be left out."""
    if operation.body is not None:
        declared = [name for name, _ in contract.schemas.properties(operation.body)]
        required = contract.schemas.resolve(operation.body).get("required", [])
        assert isinstance(required, list)
        yield from (name for name in declared if name in required)
        yield from (name for name in declared if name == "project_id")
    for parameter in operation.parameters:
        if parameter.place == "query" and parameter.required:
            yield parameter.name
