"""Reads the hand-written package, without importing it, as functions and classes by name."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from attrs import define, field, frozen

Function = ast.FunctionDef | ast.AsyncFunctionDef


@frozen(eq=False)
class Module:
    """One file, with what its imports bind."""

    name: str
    tree: ast.Module
    imports: dict[str, str]


@frozen(eq=False)
class Class:
    """A class: its methods, the dotted names of its bases, the types and values of attributes."""

    name: str
    module: Module
    bases: tuple[str, ...]
    methods: dict[str, Function]
    kept: dict[str, ast.AST]
    values: dict[str, ast.AST] = field(factory=dict)


@define
class Sources:
    """All modules of a package; functions and constants of a module are looked at alike."""

    modules: dict[str, Module] = field(factory=dict)
    classes: dict[str, Class] = field(factory=dict)
    functions: dict[str, tuple[Module, ast.AST]] = field(factory=dict)

    @classmethod
    def read(cls, *packages: Path, without: Container[str] = ()) -> Sources:
        """Return the sources of packages, without some folders.

        A package may be within another one, such as `ionworks_openapi/resources`.
        """
        sources = cls()
        for path, parts in _files(packages):
            if len(parts) < 3 or parts[1] not in without:
                name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
                sources.modules[name] = Module(name, tree, dict(_imports(tree, parts)))
        # Only now, because the base of a class may be exported again by a module read later.
        for module in sources.modules.values():
            for node in _statements(module.tree.body):
                sources._add(module, node)
        return sources

    def _add(self, module: Module, node: ast.stmt) -> None:
        if isinstance(node, Function):
            self.functions[f"{module.name}.{node.name}"] = (module, node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for name in (each.id for each in targets if isinstance(each, ast.Name)):
                self.functions[f"{module.name}.{name}"] = (module, node)
        elif isinstance(node, ast.ClassDef):
            bases = [b.value if isinstance(b, ast.Subscript) else b for b in node.bases]
            names = tuple(filter(None, (self.dotted(module, base) for base in bases)))
            methods = {f.name: f for f in _statements(node.body) if isinstance(f, Function)}
            name = f"{module.name}.{node.name}"
            kept, values = dict(_instance_attributes(node)), dict(_class_values(node))
            self.classes[name] = Class(name, module, names, methods, kept, values)

    def dotted(self, module: Module, node: ast.AST) -> str | None:
        """Return the full name of an expression of names and dots."""
        if isinstance(node, ast.Name):
            return self._origin(module.imports.get(node.id, f"{module.name}.{node.id}"))
        if isinstance(node, ast.Attribute):
            before = self.dotted(module, node.value)
            return None if before is None else self._origin(f"{before}.{node.attr}")
        return None

    def _origin(self, name: str) -> str:
        """Return the name where it is defined, if the module that it names only imports it."""
        seen = set[str]()
        while name not in seen:
            seen.add(name)
            home, _, last = name.rpartition(".")
            if (module := self.modules.get(home)) is not None:
                name = module.imports.get(last, name)
        return name

    def line(self, name: str) -> list[Class]:
        """Return a class and those that it inherits from, the nearest first."""
        if (own := self.classes.get(name)) is None:
            return []
        found = [own]
        for base in own.bases:
            found += [each for each in self.line(base) if each not in found]
        return found

    def method(
        self, receiver: str, name: str, above: str | None = None
    ) -> tuple[Class, Function] | None:
        """Return the method that a class has or inherits, with `above` only from beyond that."""
        line = self.line(receiver)
        if above is not None:
            line = line[[each.name for each in line].index(above) + 1 :]
        return next(((each, each.methods[name]) for each in line if name in each.methods), None)

    def annotated_class(self, module: Module, node: ast.AST | None) -> str | None:
        """Return the class of the package that an annotation names, if it names one."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node = ast.parse(node.value, mode="eval").body
        if isinstance(node, ast.Subscript):
            node = node.value
        if isinstance(node, ast.BinOp):
            return self.annotated_class(module, node.left) or self.annotated_class(
                module, node.right
            )
        name = None if node is None else self.dotted(module, node)
        return name if name in self.classes else None


def _files(packages: Iterable[Path]) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield each file with the parts of its module's name."""
    for package in packages:
        nested = (package.parent / "__init__.py").is_file()
        top = package.parent.parent if nested else package.parent
        for path in sorted(package.rglob("*.py")):
            yield path, path.relative_to(top).with_suffix("").parts


def decorators(function: Function) -> set[str]:
    """Return the last names of what decorates a function."""
    return {ast.unparse(each).rpartition(".")[2] for each in function.decorator_list}


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements, those under an `if` or a `try` too."""
    for node in body:
        yield node
        for part in ("body", "orelse", "finalbody"):
            if isinstance(node, ast.If | ast.Try):
                yield from _statements(getattr(node, part, []))


def _imports(tree: ast.Module, parts: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                first = each.name.partition(".")[0]
                yield (each.asname, each.name) if each.asname else (first, first)
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(parts[: -node.level]) if node.level else ""
            origin = ".".join(filter(None, (above, node.module)))
            for each in node.names:
                yield each.asname or each.name, f"{origin}.{each.name}"


def _class_values(node: ast.ClassDef) -> Iterator[tuple[str, ast.AST]]:
    for each in node.body:
        match each:
            case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(ast.Name(name), value=value):
                if value is not None:
                    yield name, value


def _instance_attributes(node: ast.ClassDef) -> Iterator[tuple[str, ast.AST]]:
    """Yield what is kept on an instance, with its annotation or that of the argument it was."""
    for each in node.body:
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            yield each.target.id, each.annotation
    for function in (each for each in node.body if isinstance(each, Function)):
        arguments = {each.arg: each.annotation for each in every_argument(function)}
        for inner in ast.walk(function):
            if not isinstance(inner, ast.Assign | ast.AnnAssign):
                continue
            target = inner.target if isinstance(inner, ast.AnnAssign) else inner.targets[0]
            if not isinstance(target, ast.Attribute) or not isinstance(target.value, ast.Name):
                continue
            if isinstance(inner, ast.AnnAssign):
                yield target.attr, inner.annotation
            elif annotation := arguments.get(getattr(inner.value, "id", "")):
                yield target.attr, annotation


def every_argument(node: ast.AST) -> Iterator[ast.arg]:
    """Yield the arguments of a function and of those within it."""
    yield from (each for each in ast.walk(node) if isinstance(each, ast.arg))
