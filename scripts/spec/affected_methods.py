"""Finds from the code which public methods a change of the contract touches: an upper bound.

An operation affects a method if a path through the code leads from the method to a place that
names the operation. Whether the path is taken at run time, and whether the method uses the
field that changed, is not asked: a method may be named that the change does not reach.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import define, frozen

from scripts.codegen.contract import Json, operations
from scripts.spec.call_graph import CallGraph
from scripts.spec.changes import Change
from scripts.spec.fields import Key, key_of
from scripts.spec.sources import Sources

PACKAGE = "ionworks"
CLIENT = f"{PACKAGE}.client.Ionworks"
GENERATED = Path("generated") / "ionworks_openapi"
# The client knows neither of them.
_APART = ("sandbox", "testing")
# Where many schemas declare a name (`id`, `notes`), or the code is full of it (`status`), the
# places that have it mean nothing.
_SHARED_BY = 4
_USUAL = 20
_PLACES = 5


@frozen(order=True)
class Place:
    """A line of the code that names a field or a value."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@define
class Code:
    """The hand-written code of a project, with the paths from its public methods to operations."""

    _texts: dict[str, str]
    _methods: dict[Key, set[str]]

    @classmethod
    def read(cls, root: Path, *, before: Json | None = None) -> Code:
        """Read `ionworks/` and `generated/ionworks_openapi/` below `root`; imports nothing.

        From the contract `before` come the operations that the generated code has no more.
        """
        folders = root / PACKAGE, root / GENERATED / "resources"
        sources = Sources.read(*folders, without=_APART)
        graph, methods = CallGraph(sources, CLIENT), dict[Key, set[str]]()
        generated = {**_modules(before or {"paths": {}}), **operations_of(root / GENERATED)}
        for name, unit in graph.public().items():
            for module in graph.reach(unit) & generated.keys():
                methods.setdefault(generated[module], set()).add(name)
        texts = {
            path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted((root / PACKAGE).rglob("*.py"))
        }
        return cls(texts, methods)

    def methods(self, keys: Iterable[Key]) -> list[str]:
        """Return the public methods that can call one of these operations, by their users' names.

        `keys` are as `scripts.spec.fields.key_of` gives them.
        """
        return sorted(set[str]().union(*(self._methods.get(key, set()) for key in keys)))

    def affected_methods(self, change: Change) -> list[str]:
        """Return the public methods that a change touches, at most."""
        return self.methods(key for where in change.operations for key in where.keys)

    def places(self, change: Change, declared: Mapping[str, int]) -> list[Place]:
        """Return some places that name what changed, the client's modules before the sandbox's.

        `declared` counts the schemas that declare a name; those that many declare are left out.
        """
        found: set[Place] = set()
        for name in change.names:
            if declared.get(name, 1) <= _SHARED_BY:
                files = [each for each in self._texts.items() if name in each[1]]
                places = {place for path, text in files for place in _mentions(path, text, name)}
                found |= places if len(places) <= _USUAL else set()
        return sorted(found, key=lambda place: ("/sandbox/" in place.path, place))[:_PLACES]


def operations_of(package: Path) -> dict[str, Key]:
    """Return what each generated operation calls, by its full name."""
    found = {}
    for path in sorted((package / "api").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "Operation(" in text else ():
            match node:
                case ast.Assign([ast.Name(name)], ast.Call(ast.Name("Operation"), [_, *arguments])):
                    method, route = (ast.literal_eval(each) for each in arguments[:2])
                    parts = path.relative_to(package.parent).with_suffix("").parts
                    found[".".join([*parts, name])] = key_of(method, route)
    return found


def _modules(contract: Json) -> dict[str, Key]:
    """Return what `operations_of` would, had the package been generated from this contract."""
    return {
        f"{GENERATED.name}.api.{tag}.{operation['operationId']}": key_of(method, path)
        for method, path, operation in operations(contract)
        for tag in operation.get("tags", ())[:1]
        if "operationId" in operation
    }


def _mentions(path: str, text: str, wanted: str) -> Iterator[Place]:
    """Yield where a file has a name as an attribute, a keyword or a whole string."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Attribute(attr=name) | ast.keyword(arg=name) | ast.arg(arg=name):
                pass
            case ast.Constant(value=str(name)):
                pass
            case _:
                continue
        if name == wanted:
            yield Place(path, node.lineno)
