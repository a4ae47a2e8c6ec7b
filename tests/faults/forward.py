"""Answers as a later service might give them: drawn from the contract, then changed at random."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import pkgutil
import socket
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.resources import files
from random import Random
from typing import Any

import ionworks_openapi.api
import polars as pl
from ionworks_openapi.types import Operation
from rig import Listener, Reply, Seen, peeked, read_request, rendered

from ionworks import Quantity
from ionworks.errors import IonworksError
from ionworks.records import InvalidRecord, Record

CONTRACT = json.loads(files("ionworks_openapi").joinpath("openapi.json").read_text("utf-8"))
METHODS = ("get", "put", "post", "delete", "patch")
QUANTITY = {"value": 5.0, "unit": "A*h"}
TEXTS = ("", "x", "M50-007", "5", "-1e9", "日本", "a\u2028b", "\ud800", "<b>", "None", "é" * 99)
DATES = ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.123456+05:30", "2026-01-02T03:04:05")
NUMBERS = (0, 1, -1, 3.5, 10**30, 1e300, 7)
# Values that may replace any value.
STRANGE = (
    *(None, True, False, 0, -0.0, 1, 1.5, 10**400, float("nan"), float("inf"), "", "x", "7", "7.5"),
    *("\ud800", "hologram", [], [None], {}, [[[]]], {"id": None}, {"value": 1, "unit": 2}),
    *({"value": "x", "unit": ""}, {"value": 10**400, "unit": "V"}, {"value": True, "unit": "V"}),
    *({"value": float("nan"), "unit": "\x00"}, {"value": "7", "unit": "no unit"}, QUANTITY),
    *("2026-13-45", "2026-01-02", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"),
    *(1767322245, "24:00", {"items": [], "total": -1}, ["x", 1, None, {}], "http://[", "../.."),
)
NAMES = (
    *("brand_new", "", "a b", "class", "id", "items", "keys", "get", "to_dict", "_wire", "total"),
    *("__class__", "__dict__", "__getstate__", "additional_properties", "self", "cls", "data"),
    *("\ud800", "日本", "api_key", "quantities", "from_dict", "value", "unit", "0", "detail"),
)
KINDS = (
    *("application/json; charset=utf-8", "application/json;charset=utf-16", "Application/JSON"),
    *("application/json; charset=klingon", "application/problem+json", "text/html", "text/plain"),
    *("", ";;;", "application/octet-stream", "multipart/mixed; boundary=x", "application/xml"),
)
BODIES = (
    *(b"", b"null", b"[]", b"{}", b'"x"', b"7", b"NaN", b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}"),
    *(b"<html><body>Log in</body></html>", b'{"id": "p1", "name', b"[" * 100_000, b"PAR1junkPAR1"),
    *(b'{"detail": "no"}', b'{"detail": [{"loc": 1}]}', b'{"error_code": [], "message": {}}'),
)
LOCATIONS = ("", "/again", "http://[", "ftp://127.0.0.1/f", "relative", "//", "\x7f")
WAITS = ("nan", "-1", "1e9", "soon", "3", "Thu, 01 Jan 1970 00:00:00 GMT")
SUCCESSES = range(200, 300)


def operations() -> dict[str, Operation[..., Any]]:
    """Return every operation that was generated, by its name."""
    walked = pkgutil.walk_packages(ionworks_openapi.api.__path__, "ionworks_openapi.api.")
    modules = [import_module(found.name) for found in walked if not found.ispkg]
    values = [each for module in modules for each in vars(module).values()]
    return {each.name: each for each in values if isinstance(each, Operation)}


def declared(method: str, path: str) -> dict[str, Any]:
    """Return what the contract says of an operation."""
    item = CONTRACT["paths"][path]
    found: dict[str, Any] = item[method.lower()]
    return found


def of_path(method: str, path: str) -> dict[str, Any] | None:
    """Return the operation that a path of a request belongs to."""
    parts = path.split("/")
    for template in sorted(CONTRACT["paths"], key=lambda p: [q[:1] == "{" for q in p.split("/")]):
        wanted = template.split("/")
        if len(wanted) == len(parts) and method.lower() in CONTRACT["paths"][template]:
            pairs = zip(wanted, parts, strict=True)
            if all(want[:1] == "{" or want == part for want, part in pairs):
                return declared(method, template)
    return None


def arguments(operation: Operation[..., Any]) -> dict[str, Any]:
    """Return what a call of an operation must give, and nothing more."""
    needed = {
        name
        for name, each in inspect.signature(operation.build).parameters.items()
        if each.default is inspect.Parameter.empty
    }
    given: dict[str, Any] = dict.fromkeys(needed, "x1")
    if "body" in needed:
        body = declared(operation.method, operation.path)["requestBody"]
        schema = resolved(body["content"]["application/json"]["schema"])
        given["body"] = {
            name: sendable(schema["properties"][name]) for name in schema.get("required", ())
        }
    return given


def sendable(schema: Mapping[str, Any]) -> Any:
    """Return a small value that may be sent."""
    schema = resolved(schema)
    if "enum" in schema:
        return schema["enum"][0]
    if "properties" in schema:
        return {name: sendable(schema["properties"][name]) for name in schema.get("required", ())}
    kinds = schema.get("type", "string")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if kind == "array":
        return [sendable(schema["items"])]
    return {"object": {}, "integer": 1, "number": 1, "boolean": True}.get(kind, "x")


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references, and join what an object inherits."""
    while "$ref" in schema:
        target: Any = CONTRACT
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        schema = target
    if "allOf" not in schema:
        return schema
    parts = [resolved(part) for part in schema["allOf"]]
    properties = {k: v for part in parts for k, v in part.get("properties", {}).items()}
    required = [name for part in parts for name in part.get("required", ())]
    return {"type": "object", "properties": properties, "required": required}


def valid(schema: Mapping[str, Any], random: Random) -> Any:
    """Draw a value that fits a schema of the contract."""
    schema = resolved(schema)
    if "anyOf" in schema:
        return valid(random.choice(schema["anyOf"]), random)
    if "enum" in schema:
        return random.choice(schema["enum"])
    kinds = schema.get("type", ["object", "string", "null"])
    kind = kinds if isinstance(kinds, str) else random.choice(kinds)
    if kind == "object":
        return _object(schema, random)
    if kind == "array":
        return [valid(schema.get("items", {}), random) for _ in range(random.randrange(3))]
    if kind == "string":
        form = schema.get("format")
        if form == "date-time":
            return random.choice(DATES)
        return "2026-01-02" if form == "date" else random.choice(TEXTS)
    if kind == "integer":
        return random.randrange(5)
    return {"number": random.choice(NUMBERS), "boolean": random.random() < 0.5}.get(kind)


def _object(schema: Mapping[str, Any], random: Random) -> dict[str, Any]:
    properties = schema.get("properties", {})
    found = {
        name: valid(rule, random)
        for name, rule in properties.items()
        if name in schema.get("required", ()) or random.random() < 0.7
    }
    more = schema.get("additionalProperties", not properties)
    if isinstance(more, Mapping) and "type" in more:
        found |= {"a": valid(more, random), "b": valid(more, random)}
    elif more and not properties:
        found |= {"mass": QUANTITY, "cell": {"initial_capacity": QUANTITY}, "note": "x"}
    return found


def mutated(value: Any, random: Random) -> Any:
    """Change one place of a value: something more, something less, or something else."""
    root = [copy.deepcopy(value)]
    places = list(_places(root))
    holder, key = random.choice(places)
    now = holder[key]
    change = random.randrange(6)
    if change == 0 and isinstance(now, dict):
        now[random.choice(NAMES)] = random.choice(STRANGE)
    elif change == 1 and isinstance(holder, dict):
        del holder[key]
    elif change == 2:
        holder[key] = random.choice(([now], {"value": now}, [now, now]))
    elif change == 3 and not isinstance(now, dict | list):
        holder[key] = 7 if isinstance(now, str) else str(now)
    elif change == 4:
        holder[key] = None
    else:
        holder[key] = random.choice(STRANGE)
    return root[0] if root else None


def _places(holder: Any) -> Iterator[tuple[Any, Any]]:
    entries = holder.items() if isinstance(holder, dict) else enumerate(holder)
    for key, value in entries:
        yield holder, key
        if isinstance(value, dict | list):
            yield from _places(value)


def answer(rules: Mapping[str, Any], random: Random, changes: int, storage: str = "") -> Reply:
    """Draw an answer of an operation, so many places of which are not as the contract has them.

    Where it names a place in storage, that is `storage`.
    """
    codes = [code for code in rules["responses"] if code[0] in "23"]
    status = int(random.choice(codes))
    body: Any = b""
    kind = ""
    content = resolved(rules["responses"][str(status)]).get("content", {})
    for kind, media in content.items():
        body = _stored(valid(media["schema"], random), storage) if "json" in kind else b"PAR1"
    headers = {"location": storage or "/again"} if status >= 300 else {}
    for _ in range(changes):
        way = random.randrange(12)
        if way == 0:
            status = random.choice((200, 201, 202, 204, 206, 226, 299, random.randrange(300, 600)))
            headers |= {"retry-after": random.choice(WAITS), "location": random.choice(LOCATIONS)}
        elif way == 1:
            kind = random.choice(KINDS)
        elif way == 2:
            body = random.choice(BODIES)
        elif way == 3:
            headers |= {"content-encoding": random.choice(("gzip", "identity", "br", "x"))}
        elif not isinstance(body, bytes):
            body = mutated(body, random)
    if status in (204, 205, 304):
        body = b""  # or it would be taken for the beginning of the next answer
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, sent, {**headers, "content-type": kind})


def _stored(value: Any, storage: str) -> Any:
    if isinstance(value, list):
        return [_stored(item, storage) for item in value]
    if not isinstance(value, dict):
        return value
    places = dict.fromkeys(value.keys() & {"signed_url", "url"}, storage)
    names = {"filename": "time_series.parquet"} if "signed_url" in value else {}
    return {name: _stored(item, storage) for name, item in value.items()} | places | names


class Improviser(Listener):
    """A server that asks `answer` what to say to each request."""

    def __init__(self) -> None:
        self.answer: Callable[[Seen], Reply] = lambda _: Reply(404, {"detail": "nothing"})
        super().__init__()

    def serve(self, connection: socket.socket) -> None:
        while peeked(connection):
            seen = read_request(connection)
            self.requests.append(seen)
            connection.sendall(rendered(self.answer(seen), len(self.requests)))


def use(value: Any) -> None:
    """Do with a result what one does with results; none of it may fail."""
    assert repr(value).encode()
    if isinstance(value, pl.DataFrame):
        return
    if isinstance(value, IonworksError):
        _use_error(value)
        return
    assert repr(pickle.loads(pickle.dumps(value))) == repr(value)
    assert repr(copy.deepcopy(value)) == repr(value)
    assert isinstance(value == copy.deepcopy(value), bool)
    if isinstance(value, InvalidRecord):
        assert value.problem
    elif isinstance(value, Record):
        _use_record(value)
    elif isinstance(value, Quantity):
        assert str(value)
        assert isinstance(hash(value), int)
        assert {*value} >= {"value", "unit"}
    elif isinstance(value, dict):
        assert isinstance(getattr(value, "quantities", {}), dict)
        for item in value.values():
            use(item)
    elif isinstance(value, list | tuple):
        for item in value:
            use(item)


def _use_record(record: Record) -> None:
    json.dumps(record.to_dict())
    assert record._repr_html_()
    assert isinstance(record.quantities, dict)
    assert [*record] == record.keys()
    assert len(dict(record)) == len({*record})
    for key in record:
        assert key in record
        assert record.get(key) is record[key]
        use(record[key])
    for line in record._wire:
        getattr(record, line.attribute)
    assert type(record).from_dict(record.to_dict()).keys() == record.keys()


def _use_error(error: IonworksError) -> None:
    assert str(error).strip().encode()
    assert isinstance(error.message, str)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
