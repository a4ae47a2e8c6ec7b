"""Joins the rendered endpoints of a tag into one module."""

from __future__ import annotations

import shutil
from pathlib import Path

from openapi_python_client.parser import GeneratorData
from openapi_python_client.strings import PythonIdentifier

from scripts.codegen.contract import Json
from scripts.codegen.rendering import END_OF_IMPORTS


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
