"""Follows the code from a public method to every operation that it may call.

Types are followed as far as annotations give them: of arguments, of properties, of what a function
returns, and of what is kept on `self`. A class that is named brings all its methods.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from attrs import define, field, frozen

from scripts.spec.sources import Class, Module, Sources, decorators, every_argument

_OPERATIONS = "ionworks_openapi.api."
_PROPERTIES = {"property", "cached_property"}


@frozen
class Unit:
    """What is looked at in one go: a function, or a method as some class has or inherits it."""

    name: str
    receiver: str | None = None
    above: str | None = None


@frozen
class _Scope:
    """A unit's code, its module, and the classes of the names in it."""

    module: Module
    node: ast.AST
    owner: Class | None
    receiver: str | None
    types: dict[str, str]


@define
class CallGraph:
    """The graph of a package: an edge leads from a unit to each unit that it names.

    `client` is the class that every module holds: to name it, or its base, calls nothing.
    """

    sources: Sources
    client: str
    _steps: dict[Unit, tuple[frozenset[Unit], frozenset[str]]] = field(factory=dict)

    def public(self) -> dict[str, Unit]:
        """Return what users call, by their names for it, as `client.cell_instance.create`."""
        found = {}
        members = [
            (own, *member)
            for own in self.sources.line(self.client)
            for member in own.methods.items()
        ]
        for own, name, function in members:
            if name.startswith("_"):
                continue
            kinds = decorators(function)
            if not kinds & _PROPERTIES:
                found[f"client.{name}"] = Unit(name, self.client)
            elif "cached_property" in kinds:
                resource = self.sources.annotated_class(own.module, function.returns)
                found |= self._methods_of(name, resource)
        for own in reversed(self.sources.line(self.client)):  # the nearest declaration counts
            for name, annotation in own.kept.items():
                if isinstance(annotation, ast.Subscript) and _is_lazy(annotation):
                    kind = self.sources.annotated_class(own.module, annotation.slice)
                    found |= self._methods_of(name, kind)
        return found

    def _methods_of(self, name: str, resource: str | None) -> dict[str, Unit]:
        """Return the public methods of a resource, which is an attribute of the client."""
        return {
            f"client.{name}.{inner}": Unit(inner, resource)
            for each in self.sources.line(resource or "")
            for inner in each.methods
            if not inner.startswith("_")
        }

    def reach(self, unit: Unit) -> set[str]:
        """Return the operations that some path from a unit names."""
        seen: set[Unit] = set()
        waiting, found = [unit], set[str]()
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                units, operations = self._step(each)
                waiting += units
                found |= operations
        return found

    def _step(self, unit: Unit) -> tuple[frozenset[Unit], frozenset[str]]:
        if unit not in self._steps:
            named = list(self._referenced(scope)) if (scope := self._scope(unit)) else []
            units = frozenset(each for each in named if isinstance(each, Unit))
            self._steps[unit] = units, frozenset(e for e in named if isinstance(e, str))
        return self._steps[unit]

    def _scope(self, unit: Unit) -> _Scope | None:
        owner: Class | None = None
        types: dict[str, str] = {}
        if unit.receiver is None:
            module, node = self.sources.functions[unit.name]
        elif (found := self.sources.method(unit.receiver, unit.name, unit.above)) is not None:
            (owner, node), module = found, found[0].module
            first = next(every_argument(node), None)
            if first is not None and "staticmethod" not in decorators(found[1]):
                types[first.arg] = unit.receiver
        else:
            return None
        scope = _Scope(module, node, owner, unit.receiver, types)
        for argument in every_argument(node):
            if kind := self.sources.annotated_class(module, argument.annotation):
                types[argument.arg] = kind
        for each in ast.walk(node):
            match each:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    if kind := self._type(scope, value):
                        types[name] = kind
        return scope

    def _referenced(self, scope: _Scope) -> Iterator[Unit | str]:
        nodes = list(_code(scope.node))
        # An object whose attribute is read, or that gets a typed name, is not passed on.
        inner = {id(each.value) for each in nodes if isinstance(each, ast.Attribute | ast.Assign)}
        client = {each.name for each in self.sources.line(self.client)}
        quiet = {*client, self._constructed_class(scope)}
        for node in nodes:
            if not isinstance(node, ast.Name | ast.Attribute):
                continue
            if name := self.sources.dotted(scope.module, node):
                if name.startswith(_OPERATIONS) and name.count(".") == 3:
                    yield name
                elif name in self.sources.functions:
                    yield Unit(name)
                elif name in self.sources.classes and name not in quiet:
                    yield from self._all(name)
            if isinstance(node, ast.Attribute):
                yield from self._attribute(scope, node, whole=id(node) not in inner)

    def _attribute(
        self, scope: _Scope, node: ast.Attribute, *, whole: bool
    ) -> Iterator[Unit | str]:
        if _is_super(node.value) and scope.receiver and scope.owner:
            yield Unit(node.attr, scope.receiver, scope.owner.name)
        receiver = self._type(scope, node.value)
        if receiver is None:
            return
        if not self.sources.method(receiver, node.attr):
            yield from self._class_value(receiver, node.attr)
            return
        yield Unit(node.attr, receiver)
        # A resource that is passed on may have any of its methods called elsewhere.
        kind = self._type(scope, node)
        if whole and kind and kind != self._constructed_class(scope):
            yield from self._all(kind)

    def _class_value(self, receiver: str, name: str) -> Iterator[str]:
        """Yield the operations in the value of a class attribute."""
        for own in self.sources.line(receiver):
            for node in ast.walk(own.values[name]) if name in own.values else ():
                dotted = self.sources.dotted(own.module, node)
                if dotted and dotted.startswith(_OPERATIONS):
                    yield dotted
            if name in own.values:
                return

    def _all(self, name: str) -> Iterator[Unit]:
        for each in self.sources.line(name):
            yield from (Unit(method, name) for method in each.methods)

    def _constructed_class(self, scope: _Scope) -> str | None:
        """Return the class that a property is there to give: it is made, not yet used."""
        node = scope.node
        if not isinstance(node, ast.FunctionDef) or not decorators(node) & _PROPERTIES:
            return None
        return self.sources.annotated_class(scope.module, node.returns)

    def _type(self, scope: _Scope, node: ast.AST) -> str | None:
        """Return the class of an expression, as far as annotations give it."""
        if isinstance(node, ast.Name):
            return scope.types.get(node.id)
        if isinstance(node, ast.Call):
            return self._returned_class(scope, node.func)
        if isinstance(node, ast.Attribute) and (receiver := self._type(scope, node.value)):
            if found := self.sources.method(receiver, node.attr):
                owner, function = found
                if decorators(function) & _PROPERTIES:
                    return self.sources.annotated_class(owner.module, function.returns)
                return None
            for each in self.sources.line(receiver):
                if kept := each.kept.get(node.attr):
                    if isinstance(kept, ast.Subscript) and _is_lazy(kept):
                        kept = kept.slice
                    return self.sources.annotated_class(each.module, kept)
        return None

    def _returned_class(self, scope: _Scope, function: ast.expr) -> str | None:
        name = self.sources.dotted(scope.module, function)
        if name in self.sources.classes:
            return name
        if name in self.sources.functions:
            module, node = self.sources.functions[name]
            return self.sources.annotated_class(module, getattr(node, "returns", None))
        if not isinstance(function, ast.Attribute):
            return None
        kind = self._type(scope, function.value)
        found = self.sources.method(kind, function.attr) if kind else None
        if found is None:
            return None
        returns = found[1].returns
        own = isinstance(returns, ast.Name) and returns.id == "Self"
        return kind if own else self.sources.annotated_class(found[0].module, returns)


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all within it but annotations: they name classes, and call nothing."""
    yield node
    for name, value in ast.iter_fields(node):
        if name not in ("annotation", "returns"):
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, ast.AST):
                    yield from _code(each)


def _is_lazy(annotation: ast.Subscript) -> bool:
    """Return whether an annotation is that of a resource as an attribute of the client."""
    return isinstance(annotation.value, ast.Name) and annotation.value.id == "Lazy"


def _is_super(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "super"
