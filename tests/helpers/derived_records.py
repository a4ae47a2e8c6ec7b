"""Records of any resource, made through the contract: a plausible body, below its own parents."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from typing import Any

from ionworks.sandbox.contract.operations import Contract, Operation
from ionworks.sandbox.contract.problems import Json
from ionworks.sandbox.contract.resources import Resource, read_resources
from ionworks.sandbox.contract.schemas import Schemas

# Sends a body to a path with POST, and returns the answer.
Post = Callable[[str, Json], Any]
# Returns the value of a field by its name, or UNKNOWN.
Named = Callable[[str], object]
UNKNOWN = object()
ID = re.compile(r"_ids?$")

MASS = {"value": 68.5, "unit": "g"}
TEXTS = {
    "date-time": "2025-03-01T08:00:00Z",
    "date": "2025-03-01",
    "email": "user@sandbox.example",
    "uri": "https://example.org/",
    "uuid": "0f8fad5b-d9cb-469f-a165-70867728950e",
}


class Samples:
    """Plausible values of schemas.

    Parameters
    ----------
    schemas
        The schemas of the contract.
    named
        Returns the value of fields whose name says more than their type, such as ids and names.
    """

    def __init__(self, schemas: Schemas, named: Named) -> None:
        self._schemas = schemas
        self._named = named

    def body(self, schema: Json) -> Json:
        """Return an object with a value for each property but ids of records that are not known."""
        required = self._schemas.resolve(schema).get("required", [])
        assert isinstance(required, list)
        return {
            name: self.value(name, declared)
            for name, declared in self._schemas.properties(schema)
            if name in required or not ID.search(name) or self._named(name) is not UNKNOWN
        }

    def value(self, name: str, declared: Json) -> Any:
        """Return a value of one field."""
        given = self._named(name)
        if given is not UNKNOWN:
            return given
        rule = declared.get("x-quantity")
        if isinstance(rule, dict):
            return _quantity(rule)
        if str(declared.get("$ref", "")).endswith("/Quantity"):
            return MASS
        branch = self._schemas.branches(declared)[0]
        for key in ("enum", "const"):
            if key in branch:
                options: Any = branch[key]
                return options[0] if key == "enum" else options
        kind = next(iter(self._schemas.types(branch)), "string")
        makers: Mapping[str, Callable[[str, Json], Any]] = {
            "string": lambda _, each: _text(each),
            "integer": lambda _, each: int(_number(each)),
            "number": lambda _, each: float(_number(each)),
            "boolean": lambda *_: True,
            "array": self._array,
            "object": lambda _, each: {"mass": MASS} if _holds(each) else self.body(each),
        }
        return makers[kind](name, branch)

    def _array(self, name: str, branch: Json) -> list[Any]:
        items = branch.get("items")
        item = self.value(name, items) if isinstance(items, dict) else "one"
        return item if isinstance(item, list) else [item]


class Derived:
    """Records that the contract alone describes, each made when it is first asked for.

    Parameters
    ----------
    contract
        The contract of the sandbox.
    post
        Sends a body, and demands success.
    makers
        Hand-written makers by tag, for records that need more than their create operation.
    named
        Values of other fields by name.
    known
        Ids of records that exist, by tag.
    """

    def __init__(
        self,
        contract: Contract,
        post: Post,
        makers: Mapping[str, Callable[[], str]],
        named: Named = lambda _: UNKNOWN,
        known: Mapping[str, str] | None = None,
    ) -> None:
        self.resources = read_resources(contract)
        self._tags = {name: tag for tag, each in self.resources.items() for name in each.id_names}
        self._post = post
        self._makers = makers
        self._others = named
        self._samples = Samples(contract.schemas, self.named)
        self._numbers = itertools.count(1)
        self._made = dict(known or {})
        self._open: set[str] = set()

    def of(self, tag: str) -> str:
        """Return the id of one record of a resource."""
        if tag not in self._made:
            self._made[tag] = self.new(tag)
        return self._made[tag]

    def new(self, tag: str) -> str:
        """Return the id of another record of a resource."""
        if tag in self._makers:
            return self._makers[tag]()
        resource = self.resources[tag]
        operation = resource.operations["create"][0]
        self._open.add(tag)  # a field may name a record of the same kind, as a parent of its own
        try:
            body = self.body(operation)
            return record_id(resource, self._post(self.path(operation), body))
        finally:
            self._open.discard(tag)

    def path(self, operation: Operation, **given: str) -> str:
        """Return the path of an operation with ids of records."""

        def fill(found: re.Match[str]) -> str:
            return given[found[1]] if found[1] in given else str(self.named(found[1]))

        return re.sub(r"\{(\w+)\}", fill, operation.path)

    def body(self, operation: Operation) -> Json:
        """Return a plausible body of an operation."""
        return {} if operation.body is None else self._samples.body(operation.body)

    def named(self, name: str) -> object:
        """Return a fresh name, the id of a record, or another value of a field."""
        found = self._others(name)
        if found is not UNKNOWN:
            return found
        if name == "name":
            return f"derived {next(self._numbers)}"
        tag = self.tag_of(name.removesuffix("s") if name.endswith("_ids") else name)
        if tag is None or tag in self._open or not self.can_make(tag):
            return UNKNOWN
        return [self.of(tag)] if name.endswith("_ids") else self.of(tag)

    def tag_of(self, name: str) -> str | None:
        """Return the resource whose id has a name: `cell_batch_id`, or `batch_id` for short."""
        if name in self._tags:
            return self._tags[name]
        short = [tag for known, tag in self._tags.items() if known.endswith(f"_{name}")]
        return short[0] if len(set(short)) == 1 else None

    def can_make(self, tag: str) -> bool:
        """Whether records of a resource can be made."""
        return tag in self._makers or "create" in self.resources[tag].operations


def record_id(resource: Resource, record: Mapping[str, Any]) -> str:
    """Return the id of a record."""
    return str(record["id"] if "id" in record else record[str(resource.id_name(record))])


def _quantity(rule: Json) -> Any:
    value, _, unit = str(rule.get("example", "")).partition(" ")
    try:
        return {"value": float(value), "unit": unit or "dimensionless"}
    except ValueError:
        return {"value": 1, "unit": rule["dimension"]}


def _text(branch: Json) -> str:
    found = TEXTS.get(str(branch.get("format")), "text")
    shortest, longest = branch.get("minLength", 0), branch.get("maxLength")
    assert isinstance(shortest, int)
    return found.ljust(shortest, "x")[: longest if isinstance(longest, int) else None]


def _number(branch: Json) -> float:
    for key, beyond in (
        ("minimum", 0),
        ("exclusiveMinimum", 1),
        ("maximum", 0),
        ("exclusiveMaximum", -1),
    ):
        limit = branch.get(key)
        if isinstance(limit, int | float):
            return limit + beyond
    return 1


def _holds(branch: Json) -> bool:
    return "x-holds-quantities" in branch
