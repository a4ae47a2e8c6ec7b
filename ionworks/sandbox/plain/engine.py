"""Create, list, get, update and delete, as the contract describes them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from ionworks.sandbox.backend import Answer, Backend, Call, Handler, delete_record
from ionworks.sandbox.contract.operations import Contract, Operation
from ionworks.sandbox.contract.problems import Json, NotFound, NotServed, invalid
from ionworks.sandbox.contract.resources import Resource, Role
from ionworks.sandbox.database.entities import Table, change, document_of, find, insert
from ionworks.sandbox.database.queries import conditions, order_clause, select_page
from ionworks.sandbox.database.times import in_utc
from ionworks.sandbox.plain.filters import Rules, read_rules
from ionworks.sandbox.plain.hooks import Hooks
from ionworks.sandbox.plain.records import author_fields, lineage, plain_records, time_fields
from ionworks.sandbox.plain.tables import table_of

NOTHING = Hooks()


def plain_handlers(
    contract: Contract, resources: Mapping[str, Resource], hooks: Mapping[str, Hooks]
) -> dict[str, Handler]:
    """Return a handler for each operation of the contract that treats records as plain ones."""
    found: dict[str, Handler] = {}
    for tag, resource in resources.items():
        plain = Plain(resource, table_of(resource, contract.schemas), hooks.get(tag, NOTHING))
        for role, operations in resource.operations.items():
            for operation in operations:
                handler = plain.handler(contract, role, operation)
                if handler is not None:
                    found[operation.operation_id] = handler
    return found


@dataclass(frozen=True, slots=True)
class Plain:
    """The records of one resource."""

    resource: Resource
    table: Table
    hooks: Hooks

    def handler(self, contract: Contract, role: Role, operation: Operation) -> Handler | None:
        """Return the handler of one operation, or None if the contract does not say enough."""
        if role == "list":
            special = self.hooks.filters
            rules = read_rules(contract.schemas, self.resource, operation, special)
            return None if rules is None else partial(self.list_page, operation, rules)
        served = {
            "create": self.create,
            "get": self.get,
            "update": self.update,
            "replace": self.update,
            "delete": self.delete,
        }
        return partial(served[role], operation)

    def create(self, operation: Operation, backend: Backend, call: Call) -> Answer:
        """Create a record under its parent."""
        schemas = backend.contract.schemas
        given = in_utc(call.body, time_fields(schemas, self.resource), ("body",))
        name = given.pop("name", None)
        with backend.store.write() as transaction:
            connection = transaction.connection
            parent_id = self._take_parent(operation, backend, call, given)
            self._demand_path(connection, backend, operation, call, parent_id)
            extra = self.hooks.prepare(connection, parent_id, given)
            document = {**given, **author_fields(schemas, self.resource, backend.account)}
            named = None if name is None else str(name)
            made = insert(transaction, self.table, parent_id, named, document, extra=extra)
            return self._answer(connection, backend, operation, made)

    def list_page(self, operation: Operation, rules: Rules, backend: Backend, call: Call) -> Answer:
        """Return one page of records, or all of them where the contract has no pages."""
        for name in rules.unknown & call.given:
            raise NotServed(operation.operation_id, name)
        where = conditions(call.query, rules.filters)
        order = order_clause(call.query, self._sortable(rules, call), self.table.name)
        for name, rule in rules.path.items():
            rule.demand(where, name, call.path[name])
        with backend.store.read() as connection:
            self._demand_above(connection, backend, operation, call)
            rows, total = select_page(connection, "*", self.table.name, where, order, call.query)
            return _page(self, connection, backend, operation, rows, total)

    def get(self, operation: Operation, backend: Backend, call: Call) -> Answer:
        """Return one record."""
        with backend.store.read() as connection:
            row = self._find(connection, backend, operation, call)
            return self._answer(connection, backend, operation, row["id"])

    def update(self, operation: Operation, backend: Backend, call: Call) -> Answer:
        """Change the given fields of a record; a PUT replaces all of them."""
        schemas = backend.contract.schemas
        given = in_utc(call.body, time_fields(schemas, self.resource), ("body",))
        with backend.store.write() as transaction:
            connection = transaction.connection
            row = self._find(connection, backend, operation, call)
            stored = document_of(row)
            if operation.method == "PUT":
                author = author_fields(schemas, self.resource, backend.account)
                stored = {name: stored[name] for name in author if name in stored}
            new_name = given.pop("name", None)
            name = row["name"] if new_name is None else str(new_name)
            extra = self._moved(connection, backend, given)
            parent_id = str(extra.get("parent_id", row["parent_id"]))
            extra |= self.hooks.prepare(connection, parent_id, given)
            change(transaction, self.table, row, name, {**stored, **given}, extra=extra)
            return self._answer(connection, backend, operation, row["id"])

    def delete(self, operation: Operation, backend: Backend, call: Call) -> Answer:
        """Delete a record and all that belongs to it."""
        with backend.store.read() as connection:
            row = self._find(connection, backend, operation, call)
            answer = Answer()
            if operation.answer is not None:
                answer = self._answer(connection, backend, operation, row["id"])
        delete_record(backend, self.table, row["id"])
        return answer

    def records(
        self,
        connection: sqlite3.Connection,
        backend: Backend,
        rows: Sequence[sqlite3.Row],
        schema: Json | None,
    ) -> list[Json]:
        """Return rows as the records of an answer."""
        if self.hooks.records is not None:
            return self.hooks.records(connection, backend, rows)
        return plain_records(connection, backend, self.resource.tag, rows, schema)

    def _answer(
        self, connection: sqlite3.Connection, backend: Backend, operation: Operation, made: str
    ) -> Answer:
        if operation.answer is None:
            return Answer()
        row = find(connection, self.table, made)
        return Answer(self.records(connection, backend, [row], operation.answer)[0])

    def _find(
        self, connection: sqlite3.Connection, backend: Backend, operation: Operation, call: Call
    ) -> sqlite3.Row:
        """Return the row that a path names, or refuse with 404 one of another parent."""
        record_id = call.path[operation.path.rpartition("/")[2].strip("{}")]
        row = find(connection, self.table, record_id)
        if len(call.path) > 1 and self._strays(
            connection, backend, operation, call, row["parent_id"]
        ):
            raise NotFound(f"No {self.table.label} has the id {record_id!r} here.")
        return row

    def _demand_above(
        self, connection: sqlite3.Connection, backend: Backend, operation: Operation, call: Call
    ) -> None:
        """Refuse with 404 a path with the id of a record above that does not exist."""
        for resource in backend.resources.values():
            name = resource.path_parameter(operation.path)
            if name is not None:
                find(connection, table_of(resource, backend.contract.schemas), call.path[name])

    def _demand_path(
        self,
        connection: sqlite3.Connection,
        backend: Backend,
        operation: Operation,
        call: Call,
        parent_id: str,
    ) -> None:
        """Refuse with 404 a parent that does not exist, or that the path does not lead to."""
        if self._strays(connection, backend, operation, call, parent_id):
            raise NotFound(f"No {self.table.label} can be at this path.")

    def _strays(
        self,
        connection: sqlite3.Connection,
        backend: Backend,
        operation: Operation,
        call: Call,
        parent_id: str,
    ) -> bool:
        """Whether the path names other records above than the real ones."""
        line = lineage(connection, backend.contract.schemas, self.resource, parent_id)
        return any(_of_path(operation, call, each) not in {None, found} for each, found in line)

    def _take_parent(self, operation: Operation, backend: Backend, call: Call, given: Json) -> str:
        """Return the id of the parent of a new record, and take it out of the given fields."""
        parent = self.resource.parent
        if parent is None:
            return backend.account.organization_id
        field = parent.id_name(given)
        in_body = None if field is None else given.pop(field)
        found = _of_path(operation, call, parent) or in_body
        if found is None and parent.tag == "projects":
            return backend.default_project_id
        if found is None:
            name = f"{parent.singular}_id"
            raise invalid("missing", ("body", name), "Field required", None)
        return str(found)

    def _moved(self, connection: sqlite3.Connection, backend: Backend, given: Json) -> Json:
        """Return the new parent of a record, if one is given; 404 if it does not exist."""
        parent = self.resource.parent
        field = None if parent is None else parent.id_name(given)
        if parent is None or field is None:
            return {}
        found = given.pop(field)
        if found is None:
            return {}
        find(connection, table_of(parent, backend.contract.schemas), str(found))
        return {"parent_id": str(found)}

    def _sortable(self, rules: Rules, call: Call) -> Mapping[str, str]:
        """Return the columns to sort by, or refuse with 422 a field that is none."""
        wanted = call.query.get("order_by")
        if wanted is not None and wanted not in rules.order:
            message = "Input should be the name of a field"
            raise invalid("value_error", ("query", "order_by"), message, wanted)
        return rules.order


def _of_path(operation: Operation, call: Call, resource: Resource) -> str | None:
    """Return the id of a record of this resource in the path."""
    name = resource.path_parameter(operation.path)
    return None if name is None else call.path[name]


def _page(
    plain: Plain,
    connection: sqlite3.Connection,
    backend: Backend,
    operation: Operation,
    rows: Sequence[sqlite3.Row],
    total: int,
) -> Answer:
    """Return records in the form of the contract: a bare array, or a page."""
    schemas = backend.contract.schemas
    if operation.answer is None:
        return Answer()
    declared = schemas.resolve(operation.answer)
    lists = {
        name: each for name, each in schemas.properties(declared) if "array" in schemas.types(each)
    }
    name = "items" if "items" in lists else next(iter(lists), "items")
    array = lists.get(name, declared)
    items = schemas.branches(array)[0].get("items")
    found = plain.records(connection, backend, rows, items if isinstance(items, dict) else None)
    if not lists and "array" in schemas.types(declared):
        return Answer(json.dumps(found, separators=(",", ":")).encode())
    fields = dict(schemas.properties(declared))
    counts = {"count": len(found), "total": total}
    return Answer({name: found, **{key: each for key, each in counts.items() if key in fields}})
