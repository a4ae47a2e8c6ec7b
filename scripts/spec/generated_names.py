"""Compares the names that two generated packages offer, and finds where the project uses them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import frozen

USERS = ("ionworks", "docs", "tests", "examples", "README.md")
_SUFFIXES = (".py", ".md")
# Recordings and what the generator writes are not uses.
_IGNORED = ("cassettes", "golden", "__pycache__", "ready_made")
# A name of one word is in every text.
_SHORT = 4


@frozen
class NameChanges:
    """The names that a package has gained, changed or lost, such as `models.Job.status`."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def compare_names(present: Path, fresh: Path) -> NameChanges:
    """Compare the operations, models and fields of two generated packages."""
    old, new = read_names(present), read_names(fresh)
    return NameChanges(
        tuple(sorted(new.keys() - old.keys())),
        tuple(sorted(name for name in old.keys() & new.keys() if old[name] != new[name])),
        tuple(sorted(old.keys() - new.keys())),
    )


def read_names(package: Path) -> Mapping[str, str]:
    """Return the public names of a generated package, each with what it is."""
    names: dict[str, str] = {}
    for folder in ("api", "models"):
        for path in sorted((package / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            module = path.relative_to(package).with_suffix("").parts
            names.update(_operations(tree, module) if folder == "api" else _models(tree))
    return names


def _operations(tree: ast.Module, module: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    builders = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    for node in tree.body:
        match node:
            case ast.Assign([ast.Name(name)], ast.Call(ast.Name("Operation"))):
                build = builders.get(f"_build_{name}")
                arguments = "" if build is None else ast.unparse(build.args)
                yield ".".join([*module, name]), f"{arguments} {ast.unparse(node.value)}"


def _models(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        match node:
            case ast.ClassDef(name=name):
                yield f"models.{name}", " ".join(map(ast.unparse, node.bases))
                for each in node.body:
                    if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
                        yield f"models.{name}.{each.target.id}", ast.unparse(each.annotation)
            case ast.AnnAssign(target=ast.Name(name), value=value) if value is not None:
                yield f"models.{name}", ast.unparse(value)
            case ast.Assign([ast.Name(name)]) if name[0].isupper():
                yield f"models.{name}", ast.unparse(node.value)


def find_uses(names: NameChanges, root: Path) -> dict[str, list[str]]:
    """Return the places, as `path:line`, that use a name which is gone or changed."""
    wanted = {name: name.rpartition(".")[2] for name in (*names.removed, *names.changed)}
    words = {word for word in wanted.values() if len(word) >= _SHORT}
    if not words:
        return {}
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(words)))})(?![\w-])")
    places: dict[str, list[str]] = {}
    for path in _files(root):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for word in set(pattern.findall(line)):
                places.setdefault(word, []).append(f"{path.relative_to(root).as_posix()}:{number}")
    return {name: places[word] for name, word in wanted.items() if word in places}


def _files(root: Path) -> Iterator[Path]:
    for user in USERS:
        top = root / user
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.suffix in _SUFFIXES and not set(_IGNORED) & set(path.parts):
                yield path
