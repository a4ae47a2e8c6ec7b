"""Writes the modules of a tag: all its operations in one, and the class with their methods."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from openapi_python_client.parser import GeneratorData
from openapi_python_client.strings import PythonIdentifier

from scripts.codegen.contract import Json
from scripts.codegen.rendering import END_OF_IMPORTS
from scripts.codegen.resources import ResourceClass, Resources

if TYPE_CHECKING:
    from jinja2 import Environment


def join_modules(data: GeneratorData, document: Json, package: Path) -> None:
    """Replace the folder of each tag in `package/api` by a module with all its operations."""
    prose = {tag["name"]: tag.get("description", "") for tag in document.get("tags", ())}
    names = {PythonIdentifier(name, "tag"): name for name in prose}
    for tag, collection in data.endpoint_collections_by_tag.items():
        folder = package / "api" / str(tag)
        imports: dict[str, None] = {}
        bodies = []
        for endpoint in collection.endpoints:
            path = folder / f"{PythonIdentifier(endpoint.name, 'field_')}.py"
            head, _, body = path.read_text(encoding="utf-8").partition(END_OF_IMPORTS)
            imports |= dict.fromkeys(line for line in head.splitlines() if line.strip())
            bodies.append(body.strip("\n"))
        name = names.get(tag, str(tag))
        about = " ".join(prose.get(name, "").split()).rstrip(".")
        title = f"The operations of the tag `{name}`" + (
            f": {about[:1].lower()}{about[1:]}" if about else ""
        )
        text = "\n".join([f'"""{title}."""', "", *imports, "", "", "\n\n\n".join(bodies), ""])
        shutil.rmtree(folder)
        folder.with_suffix(".py").write_text(text, encoding="utf-8")


def write_resources(resources: Resources, env: Environment, package: Path) -> None:
    """Write the resource classes, and the types of the keywords of their lists."""
    classes = list(resources.classes())
    folder = package / "resources"
    folder.mkdir()
    known = _model_names(package)
    template = env.get_template("own/resource.py.jinja")
    for each in classes:
        text = template.render(resource=each, imported=_operations_of(each), models=known)
        (folder / f"{each.tag}.py").write_text(text, encoding="utf-8")
    init = env.get_template("own/resources_init.py.jinja").render(resources=classes)
    (folder / "__init__.py").write_text(init, encoding="utf-8")
    filters = {kind.name: kind for each in classes for kind in each.filters}
    text = env.get_template("own/filters.py.jinja").render(filters=filters.values(), models=known)
    (package / "filters.py").write_text(text, encoding="utf-8")


def write_id_types(types: Mapping[str, Sequence[str]], data: GeneratorData, package: Path) -> None:
    """Write the types of ids, which take the records too."""
    if not types:
        return
    modules = {str(each.class_info.name): each.class_info.module_name for each in data.models}
    records = {name for names in types.values() for name in names}
    imports = sorted(f"    from .{modules[name]} import {name}" for name in records)
    lines = ['"""The ids of records: each is text, or a record of this kind."""', ""]
    lines += ["from typing import TYPE_CHECKING, TypeAlias", "", "if TYPE_CHECKING:"]
    lines += [*imports, ""]
    lines += [f'{name}: TypeAlias = "{" | ".join(["str", *of])}"' for name, of in types.items()]
    (package / "models" / "ids.py").write_text("\n".join([*lines, ""]), encoding="utf-8")


def _operations_of(resource: ResourceClass) -> list[str]:
    names = [str(endpoint.name) for endpoint in resource.endpoints]
    if resource.names is not None:
        names += [resource.names.create, resource.names.get, resource.names.list]
    return sorted(set(names))


def _model_names(package: Path) -> list[str]:
    """Return the names that the package of models exports."""
    source = (package / "models" / "__init__.py").read_text(encoding="utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    return []
