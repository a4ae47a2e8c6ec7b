"""What the generated code could not express: a contract that asks for it is refused with a word.

The generator leaves most of these out in silence, and the client would send something else.
"""

from __future__ import annotations

from collections.abc import Iterator

from scripts.codegen.contract import METHODS, Json, operations, resolve, schemas
from scripts.codegen.generator_model import IGNORED_HEADERS

_JSON = "application/json"
_MULTIPART = "multipart/form-data"
# What client.py.jinja, and the transport of the hand-written layer, know how to send.
_CREDENTIALS = {("apiKey", "header", "X-API-Key", None), ("http", None, None, "bearer")}


def find_unsupported(document: Json) -> list[str]:
    """Return a sentence for each part of the contract that cannot be generated."""
    lines = []
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item and "operationId" not in item[method]:
                lines.append(f"{method.upper()} {path}: give it an operationId")
    for method, path, operation in operations(document):
        if "x-skip" in operation:
            continue
        for reason in _operation(document, operation):
            lines.append(f"{method} {path}: {reason}")
    return [*lines, *_credentials(document)]


def check_quantity(document: Json) -> Iterator[str]:
    """Yield a sentence if the contract has no Quantity as `ionworks.quantity` implements it."""
    found = schemas(document).get("Quantity", {}).get("properties", {})
    if set(found) != {"value", "unit"}:
        has = f"it has {', '.join(found)}" if found else "there is none"
        yield (
            f"the schema Quantity must have exactly the properties value and unit; {has}."
            " ionworks.quantity.Quantity is written by hand for it: change both"
        )


def _credentials(document: Json) -> Iterator[str]:
    for label, raw in document.get("components", {}).get("securitySchemes", {}).items():
        if tuple(raw.get(key) for key in ("type", "in", "name", "scheme")) not in _CREDENTIALS:
            yield f"security {label}: only X-API-Key and a bearer token are sent; teach it this"


def _operation(document: Json, operation: Json) -> Iterator[str]:
    if (idempotency := operation.get("x-idempotency", "idempotent")) not in (
        "idempotent",
        "unique-name",
    ):
        yield f"x-idempotency is {idempotency!r}; give idempotent or unique-name, or leave it out"
    for parameter in operation["parameters"]:
        yield from _parameter(document, parameter)
    if "requestBody" in operation:
        kinds = list(operation["requestBody"]["content"])
        if kinds not in ([_JSON], [_MULTIPART]):
            known = f"{_JSON} or {_MULTIPART}"
            yield f"the body is {' or '.join(kinds)}; the client sends {known}, and one of them"
    yield from _answers(operation["responses"])


def _parameter(document: Json, parameter: Json) -> Iterator[str]:
    name, place = parameter["name"], parameter["in"]
    if place == "header" and name.lower() in IGNORED_HEADERS:
        return
    if place not in ("path", "query", "header"):
        yield f"{name!r} is a {place} parameter, which the client does not send; remove it"
        return
    if "schema" not in parameter:
        yield f"{name!r} has `content` in place of `schema`; only a schema is understood"
        return
    schema = resolve(document, parameter["schema"])
    kinds = schema.get("type", ())
    if place == "path" and kinds not in ("string", "integer"):
        yield f"{name!r} is in the path and must be of type string or integer"
    if "object" in kinds:
        yield f"{name!r} is an object; a query holds plain values and arrays of them"
    style = "form" if place == "query" else "simple"
    joined = place == "query" and not parameter.get("explode", True)
    if parameter.get("style", style) != style or joined:
        yield f"{name!r} has a style of its own; the client repeats the key for each item"


def _answers(responses: Json) -> Iterator[str]:
    kinds: set[str] = set()
    good = [status for status in responses if str(status).startswith("2")]
    if not good:
        yield "no 2xx answer is declared; say what a success looks like"
    for status in good:
        content = responses[status].get("content", {})
        for kind in content:
            kinds.add("JSON" if kind == _JSON or kind.endswith("+json") else kind)
        if not content and str(status) != "204":
            kinds.add(f"{status} without a body")
    yield from (
        f"a success is {kind}; use JSON or bytes" for kind in sorted(kinds) if kind[:5] == "text/"
    )
    if len(kinds) > 1:
        yield f"successes of several kinds ({', '.join(sorted(kinds))}); one operation gives one"
