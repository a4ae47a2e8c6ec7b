"""Lists the public interface, one signature a line, so that no change of it goes unnoticed.

`make signatures` writes the list to tests/data/signatures.txt; a test compares it with the code.
The records of the contract are listed by name only: the contract determines their fields.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, ForwardRef, Literal, get_args, get_origin, is_typeddict

from ionworks._resource import Lazy

FILE = Path(__file__).parents[1] / "tests" / "data" / "signatures.txt"
# What is in several modules is described in the first of them.
MODULES = (
    *("ionworks.quantity", "ionworks.errors", "ionworks.settings", "ionworks.validators"),
    *("ionworks.analysis", "ionworks.plotting", "ionworks.project", "ionworks.cell_specification"),
    *("ionworks.cell_batch", "ionworks.cell_instance", "ionworks.cell_measurement"),
    *("ionworks.material", "ionworks.raw_data", "ionworks.job", "ionworks.search"),
    *("ionworks.sandbox", "ionworks.testing", "ionworks.models", "ionworks"),
)


#: What is described although it is generated.
_GENERATED = ("ionworks_openapi.resources.", "ionworks_openapi.filters")


class _Text(str):
    """An annotation as the code has it; its repr, which a signature shows, has no quotes."""

    __slots__ = ()
    __repr__ = str.__str__


def list_exported(module: ModuleType) -> list[str]:
    """Return the public names of a module: those it lists, or else those it defines."""
    listed = getattr(module, "__all__", None)
    own = (name for name, value in vars(module).items() if _home(value) == module.__name__)
    return sorted(listed or (name for name in own if not name.startswith("_")))


def list_members() -> Iterator[tuple[str, Any]]:
    """Yield each public function, class, method and property, by the name that users have for it.

    What has been yielded before, under another name, is yielded again without its members.
    """
    seen: list[object] = []
    for module in map(import_module, MODULES):
        named = [(name, getattr(module, name)) for name in list_exported(module)]
        # A class is described under its own name, not under another one of the same module.
        for name, value in sorted(named, key=lambda e: getattr(e[1], "__name__", "") != e[0]):
            yield f"{module.__name__}.{name}", value
            if isinstance(value, type) and _is_ours(value) and value not in seen:
                for inner, member in inspect.getmembers_static(value):
                    if not inner.startswith("_") and _is_ours(unwrap(member)):
                        yield f"{module.__name__}.{name}.{inner}", member
            seen.append(value)


def unwrap(member: Any) -> Any:
    """Return the function of a property or of a method of a class."""
    if isinstance(member, property):
        return member.fget
    if isinstance(member, cached_property):
        return member.func
    return member.__func__ if isinstance(member, classmethod | staticmethod) else member


def annotations_of(member: Any) -> dict[str, str]:
    """Return the annotations of a public function, class, method or property, as the code has them.

    The fields of a `TypedDict` are its annotations; of any other class they are those of its call.
    """
    if is_typeddict(member):
        return {name: _text(kind) for name, kind in member.__annotations__.items()}
    found = {name: each.annotation for name, each in (_parameters(member) or {}).items()}
    if callable(unwrap(member)) and not isinstance(member, type):
        found["return"] = inspect.get_annotations(unwrap(member)).get("return", inspect._empty)
    return {name: _text(kind) for name, kind in found.items() if kind is not inspect._empty}


def signatures() -> str:
    """Return the whole list."""
    names: dict[int, str] = {}
    lines = []
    for name, member in list_members():
        first = names.setdefault(id(member), name) if isinstance(member, type) else name
        lines.append(f"{name} = {first}" if first != name else name + _description(member))
    return "\n".join(sorted(lines)) + "\n"


def _description(member: Any) -> str:
    if isinstance(member, Lazy):
        return f": {member.name}"
    if isinstance(member, property | cached_property):
        return f": {annotations_of(member).get('return', '')}"
    if is_typeddict(member):
        fields = (f"{name}: {kind}" for name, kind in annotations_of(member).items())
        return f" {{{', '.join(fields)}}}"
    if get_origin(member) is Literal:
        return " = " + " | ".join(map(repr, get_args(member)))
    parameters = _parameters(member)
    if parameters is None:
        return ""
    shown = [
        each.replace(annotation=_Text(_text(each.annotation)))
        if each.annotation is not inspect._empty
        else each
        for each in parameters.values()
    ]
    returned = annotations_of(member).get("return")
    end = f" -> {returned}" if returned and not isinstance(member, type) else ""
    return f"{inspect.Signature(shown)}{end}"


def _parameters(member: Any) -> dict[str, inspect.Parameter] | None:
    """Return the parameters; None of what cannot be called, or is not described here."""
    function = unwrap(member)
    if isinstance(function, type):
        made_by = {name for base in function.__mro__ if _is_ours(base) for name in vars(base)}
        protocol = getattr(function, "_is_protocol", False)
        if protocol or not _is_ours(function) or not made_by & {"__init__", "__new__"}:
            return None
    if not callable(function) or get_origin(function) is not None:
        return None
    return dict(inspect.signature(function).parameters)


def _text(annotation: Any) -> str:
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__
    if isinstance(annotation, str):
        return annotation
    plain = isinstance(annotation, type) and not hasattr(annotation, "__args__")
    return annotation.__name__ if plain else inspect.formatannotation(annotation)


def _home(value: object) -> str:
    return getattr(value, "__module__", None) or ""


def _is_ours(value: object) -> bool:
    home = _home(value)
    return home.partition(".")[0] == "ionworks" or home.startswith(_GENERATED)


if __name__ == "__main__":
    FILE.write_text(signatures(), encoding="utf-8")
