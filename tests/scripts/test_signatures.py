"""The public interface: every name in it can be imported, and no signature changes unnoticed."""

from __future__ import annotations

import ast
import builtins
import difflib
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest

from scripts import signatures

# The resources use the transport of a client, and a fixture makes a TestCassette of an address.
INTERNAL = {"Transport", "Address", "Selected"}


def test_the_signatures_are_those_of_the_snapshot() -> None:
    kept = signatures.FILE.read_text(encoding="utf-8").splitlines()
    change = [*difflib.unified_diff(kept, signatures.signatures().splitlines(), n=0, lineterm="")]
    assert not change, (
        "tests/data/signatures.txt differs from the public interface. If the change is intended,"
        " run `make signatures` and explain the change in docs/decisions:\n" + "\n".join(change[2:])
    )


def test_the_snapshot_lists_functions_methods_classes_and_choices() -> None:
    text = signatures.signatures()
    for line in (
        "ionworks.Ionworks.whoami(self) -> User",
        "ionworks.Ionworks.cell_batch: CellBatchClient",
        "ionworks.quantity.Quantity.parse(cls, text: str) -> Quantity",
        "ionworks.models.Backend = 'polars' | 'pandas' | 'arrow'",
        "ionworks.models.BatchFilters {name: str | None, name_exact: str | None}",
        "ionworks.models.PaginatedList = ionworks.models.RecordList",
        "ionworks.models.CellInstance",
    ):
        assert f"\n{line}\n" in text, line
    assert " at 0x" not in text


def names(annotation: str) -> Iterator[str]:
    """Yield the names in an annotation, dotted as they are, without the values of a Literal."""
    waiting: list[ast.AST] = [ast.parse(annotation, mode="eval").body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from names(node.value)
        elif isinstance(node, ast.Name | ast.Attribute):
            yield ast.unparse(node)
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("Literal"):
            continue
        else:
            waiting += ast.iter_child_nodes(node)


@cache
def imports(module: str) -> dict[str, str]:
    """What the imports of a module bind, those for type checkers too."""
    tree = ast.parse(Path(str(sys.modules[module].__file__)).read_text(encoding="utf-8"))
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.asname or each.name.partition(".")[0]: each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {e.asname or e.name: f"{node.module}.{e.name}" for e in node.names}
    return found


def origin(name: str, modules: list[str]) -> str | None:
    """The full name of what an annotation of a module names; None of a builtin."""
    first, _, rest = name.partition(".")
    for module in modules:
        if first in imports(module):
            return f"{imports(module)[first]}.{rest}".rstrip(".")
        if hasattr(sys.modules[module], first):
            return f"{module}.{name}"
    assert hasattr(builtins, first), f"{name} in {modules}"
    return None


def is_public(full: str) -> bool:
    home, _, name = full.rpartition(".")
    value = getattr(import_module(home), name)
    if isinstance(value, TypeVar | ParamSpec):
        return True
    exported = (import_module(module) for module in signatures.MODULES)
    return any(
        name in signatures.list_exported(module) and getattr(module, name) == value
        for module in exported
    )


def test_every_name_in_an_annotation_can_be_imported() -> None:
    missing: dict[str, str] = {}
    for name, member in signatures.list_members():
        function = signatures.unwrap(member)
        owners = function.__mro__ if isinstance(function, type) else [function]
        homes = [str(getattr(each, "__module__", "")) for each in owners]
        modules = [home for home in homes if home.startswith("ionworks")]
        texts = signatures.annotations_of(member).values()
        for found in {each for text in texts for each in names(text)} - INTERNAL:
            full = origin(found.removesuffix(".args").removesuffix(".kwargs"), modules)
            if full is not None and full.startswith("ionworks") and not is_public(full):
                missing[name] = full
    assert not missing


@pytest.mark.parametrize(
    "module", [*signatures.MODULES, "ionworks.client", "ionworks_openapi.models"]
)
def test_a_public_module_is_imported_alone_without_a_warning(module: str) -> None:
    code = f"import sys, {module}; sys.exit('polars' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_public_modules_are_imported_together_without_a_warning() -> None:
    code = "import ionworks.cell_instance, ionworks.cell_measurement, ionworks.validators,"
    code += "ionworks.errors, ionworks.models, ionworks.quantity, ionworks.settings,"
    code += "ionworks.sandbox, ionworks.testing"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
