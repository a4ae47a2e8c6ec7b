"""The error of a contract that cannot be read, and references within a document."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
#: Keys and indices that lead to a part of a document.
Place = tuple[str | int, ...]
SCHEMAS = "#/components/schemas/"


class ContractError(ValueError):
    """A contract that cannot be brought into normal form; says where and why.

    Parameters
    ----------
    place : tuple of str or int
        The keys that lead to it in the document.
    reason : str
        What is wrong, and what to do.
    """

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(": ".join(filter(None, (".".join(map(str, place)), reason))))
        self.place = place
        self.reason = reason


def find(document: Json, reference: object, place: Place) -> Any:
    """Return what a local reference points to.

    Raises
    ------
    ContractError
        If it points out of the document, or to nothing.
    """
    if not isinstance(reference, str) or not reference.startswith("#/"):
        raise ContractError(place, f"$ref {reference!r} leads out of the document")
    node: Any = document
    for part in reference[2:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, list) and key.isdigit() and int(key) < len(node):
            node = node[int(key)]
        elif isinstance(node, dict) and key in node:
            node = node[key]
        else:
            raise ContractError(place, f"$ref {reference!r} leads nowhere")
    return node


def follow(document: Json, node: Any, place: Place) -> Any:
    """Return `node`, or what it refers to if it is a reference; keys next to `$ref` win."""
    seen: set[str] = set()
    while isinstance(node, dict) and "$ref" in node:
        reference = node["$ref"]
        if reference in seen:
            raise ContractError(place, f"$ref {reference!r} refers to itself")
        seen.add(reference)
        siblings = {key: value for key, value in node.items() if key != "$ref"}
        target = find(document, reference, place)
        node = {**target, **siblings} if isinstance(target, dict) else target
    return node


def schema_name(reference: object) -> str | None:
    """Return the name of the schema that a reference names; None for any other reference."""
    if isinstance(reference, str) and reference.startswith(SCHEMAS):
        name = reference.removeprefix(SCHEMAS)
        return None if "/" in name else name.replace("~1", "/").replace("~0", "~")
    return None
