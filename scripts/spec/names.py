"""Names for what comes from another description of the API: operations, and schemas."""

from __future__ import annotations

import re

from scripts.codegen.contract import Json, resolve

_VARIANT = re.compile(r"-(Input|Output)$")
_VERBS = {"get": "get", "post": "create", "put": "replace", "patch": "update", "delete": "delete"}


def operation_names(method: str, path: str, *, many: bool) -> list[str]:
    """Return names for an operation, the plainest first; the last one is its own."""
    parts = [part for part in path.split("/") if part]
    words = [re.sub(r"\W+", "_", part).strip("_").lower() for part in parts if part[0] != "{"]
    last, owner = (words or ["root"])[-1], words[-2] if len(words) > 1 else ""
    verb = "list" if method == "get" and many else _VERBS.get(method, method)
    one = last if verb == "list" else _singular(last)
    found = [f"{verb}_{one}"]
    if method == "post" and (not last.endswith("s") or parts[-1][0] == "{"):
        found = [f"{last}_{_singular(owner)}" if owner else f"post_{last}"]
    if owner:
        found.append(f"{found[0]}_of_{_singular(owner)}")
    return [*found, "_".join([method, *(re.sub(r"\W+", "_", part).strip("_") for part in parts)])]


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def is_list(document: Json, operation: Json) -> bool:
    """Whether an operation answers several records."""
    for status, raw in operation.get("responses", {}).items():
        content = resolve(document, raw).get("content", {}) if str(status)[0] == "2" else {}
        for schema in branches(document, content.get("application/json", {}).get("schema", {})):
            if schema.get("type") == "array" or "items" in schema.get("properties", {}):
                return True
    return False


def class_name(theirs: str) -> str:
    """Return the name of a schema without what FastAPI adds: a module, a direction, brackets."""
    name = _VARIANT.sub("", theirs)
    words = re.split(r"[^A-Za-z0-9]+", name.rpartition("__")[2] or name)
    return "".join(word[:1].upper() + word[1:] for word in words)


def branches(document: Json, schema: Json) -> list[Json]:
    """Return the alternatives of a schema, references followed, null left out."""
    resolved = resolve(document, schema)
    single: list[Json] = [] if "properties" in resolved else resolved.get("allOf", [])
    if len(single) == 1:
        return branches(document, single[0])
    alternatives = resolved.get("anyOf") or resolved.get("oneOf")
    if not alternatives:
        return [] if resolved.get("type") == "null" else [resolved]
    return [each for branch in alternatives for each in branches(document, branch)]


def schema_name(document: Json, schema: Json) -> str | None:
    """Return the name of the schema, without null, if it has one."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for key in ("anyOf", "oneOf", "allOf"):
        named = [schema_name(document, each) for each in schema.get(key, ())]
        if len(found := [name for name in named if name]) == 1:
            return found[0]
    return None
