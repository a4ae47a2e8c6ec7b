"""The contract as the sandbox reads it: operations with their checked parameters and bodies."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from jsonschema_rs import Draft202012Validator

from ionworks.sandbox.contract.problems import Invalid, Json
from ionworks.sandbox.contract.quantities import quantity_errors
from ionworks.sandbox.contract.schemas import ROOT, Schemas
from ionworks.sandbox.contract.validation import Place, coerce, entry, errors_of

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A path or query parameter and the check of its value."""

    name: str
    place: str
    required: bool
    schema: Json
    validator: Draft202012Validator


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path.

    ``success`` is the status of a plain success; ``body`` the schema of the JSON body, if any;
    ``answer`` the schema of the JSON of a success, if any. ``tag`` is empty if there is none.
    ``unique_name`` and ``any_case`` are what the contract says of the names of created records.
    """

    operation_id: str
    method: str
    path: str
    secured: bool
    success: int
    parameters: tuple[Parameter, ...]
    body: Json | None
    body_required: bool
    body_validator: Draft202012Validator | None
    tag: str = ""
    answer: Json | None = None
    unique_name: bool = False
    any_case: bool = False


class Contract:
    """A contract in normal form whose requests can be checked.

    Parameters
    ----------
    text
        The document as JSON.
    """

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.document: Json = json.loads(text)
        named = _object(_object(self.document, "components"), "schemas")
        self.schemas: Schemas = Schemas(named)
        self.operations: tuple[Operation, ...] = tuple(self._operations())
        self.resource_tags: tuple[str, ...] = tuple(self._resource_tags())
        self._blanks = {name: self.blank(_object(named, name)) for name in named}

    def _resource_tags(self) -> Iterator[str]:
        tags = self.document.get("tags", [])
        assert isinstance(tags, list)
        yield from (str(tag["name"]) for tag in tags if "x-resource" in tag)

    def _operations(self) -> Iterator[Operation]:
        for path, item in _object(self.document, "paths").items():
            assert isinstance(item, dict)
            for method in METHODS:
                if method in item:
                    yield self._operation(path, method, item[method])

    def _operation(self, path: str, method: str, raw: Json) -> Operation:
        parameters = raw.get("parameters", [])
        assert isinstance(parameters, list)
        request = _object(raw, "requestBody")
        body = _json_schema(request)
        responses = _object(raw, "responses")
        success = min(int(status) for status in responses if status[0] == "2")
        return Operation(
            operation_id=str(raw["operationId"]),
            method=method.upper(),
            path=path,
            success=success,
            secured=bool(raw["security"]),
            parameters=tuple(self._parameter(p) for p in parameters),
            body=body,
            body_required=bool(request.get("required")),
            body_validator=None if body is None else self.schemas.validator(body),
            tag=next(iter(_texts(raw, "tags")), ""),
            answer=_json_schema(_object(responses, str(success))),
            unique_name=raw.get("x-idempotency") == "unique-name",
            any_case=raw.get("x-names") == "any-case",
        )

    def _parameter(self, raw: Json) -> Parameter:
        schema = raw["schema"]
        assert isinstance(schema, dict)
        return Parameter(
            name=str(raw["name"]),
            place=str(raw["in"]),
            required=bool(raw.get("required")),
            schema=schema,
            validator=self.schemas.validator(schema),
        )

    def check_parameters(
        self,
        operation: Operation,
        path: Mapping[str, str],
        query: Sequence[tuple[str, str]],
    ) -> tuple[dict[str, str], Json, list[Json]]:
        """Return path values, query values with defaults, and what is wrong with them."""
        values: Json = {}
        errors: list[Json] = []
        for parameter in operation.parameters:
            if parameter.place == "path":
                given = [path[parameter.name]]
            elif parameter.place == "query":
                given = [value for name, value in query if name == parameter.name]
            else:
                continue
            self._take(parameter, given, values, errors)
        return {name: str(values.pop(name)) for name in path if name in values}, values, errors

    def _take(
        self, parameter: Parameter, given: Sequence[str], values: Json, errors: list[Json]
    ) -> None:
        place = (parameter.place, parameter.name)
        if not given:
            resolved = {**self.schemas.resolve(parameter.schema), **parameter.schema}
            if "default" in resolved:
                values[parameter.name] = resolved["default"]
            elif parameter.required:
                errors.append(entry("missing", place, "Field required", None))
            return
        value, error = coerce(self.schemas, parameter.schema, given)
        if error is not None:
            kind, message = error
            errors.append(entry(kind, place, message, given[-1]))
            return
        found = errors_of(parameter.validator, value, place)
        for problem in found:
            problem["input"] = given[-1]
        errors.extend(found)
        values[parameter.name] = value

    def check_body(self, operation: Operation, body: object) -> tuple[Json, list[Json]]:
        """Return the body without keys that the contract does not know, and what is wrong."""
        if operation.body is None or operation.body_validator is None:
            return {}, []
        known = self.schemas.prune(operation.body, body)
        errors = errors_of(operation.body_validator, known, ("body",))
        if not errors:
            errors = list(quantity_errors(self.schemas, operation.body, known, ("body",)))
        return (known if isinstance(known, dict) else {}), errors

    def check_quantities(self, schema_name: str, value: Json, place: Place) -> None:
        """Refuse a part of a record with 422 if its quantities do not go together."""
        schema: Json = {"$ref": f"{ROOT}{schema_name}"}
        if errors := list(quantity_errors(self.schemas, schema, value, place)):
            raise Invalid(errors)

    def empty_record(self, schema_name: str) -> Json:
        """Return the fields of a record of which nothing is known yet.

        They are its defaults, null where that is allowed, and empty free-form objects and lists;
        what can be none of these is left out.
        """
        return dict(self._blanks[schema_name])

    def blank(self, schema: Json) -> Json:
        """Return the same as `empty_record` of a schema that may have no name."""
        found: Json = {}
        for name, declared in self.schemas.properties(schema):
            resolved = self.schemas.resolve(declared)
            if "default" in declared or "default" in resolved:
                found[name] = declared.get("default", resolved.get("default"))
            elif self.schemas.allows_null(declared):
                found[name] = None
            elif resolved.get("type") == "array":
                found[name] = []
            elif resolved.get("type") == "object" and "properties" not in resolved:
                found[name] = {}
        return found


def _object(parent: Mapping[str, object], key: str) -> Json:
    value = parent.get(key, {})
    assert isinstance(value, dict)
    return value


def _texts(parent: Mapping[str, object], key: str) -> list[str]:
    value = parent.get(key, [])
    assert isinstance(value, list)
    return [str(each) for each in value]


def _json_schema(part: Mapping[str, object]) -> Json | None:
    """Return the schema of the JSON of a request or a response."""
    media = _object(part, "content").get("application/json")
    return media["schema"] if isinstance(media, dict) else None


@cache
def load_contract() -> Contract:
    """Return the contract that the installed client was generated from.

    Raises
    ------
    FileNotFoundError
        If the generated package has no copy of the contract.
    """
    source = resources.files("ionworks_openapi") / "openapi.json"
    if not source.is_file():
        raise FileNotFoundError(
            "The package ionworks_openapi has no openapi.json: run `make generate`."
        )
    return Contract(source.read_bytes())
