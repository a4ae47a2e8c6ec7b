"""Regenerates generated/ from openapi.yaml; with --check it compares instead of writing."""

from __future__ import annotations

import argparse
import ast
import contextlib
import filecmp
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from openapi_spec_validator import validate

from scripts.contract import Json, load, operations, request_schemas
from scripts.rendering import Renderer

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "ionworks_openapi"
TEMPLATES = ROOT / "scripts" / "templates"
MANIFEST = "MANIFEST.json"
_RUFF = [sys.executable, "-m", "ruff"]
_ISOLATED = ["--isolated", "--no-cache", "--quiet"]


class GenerationError(Exception):
    """Generation stopped; the text says why and what to do."""


def generate(spec: Path, target: Path, *, templates: Path = TEMPLATES) -> None:
    """Write the whole package for the contract `spec` into the new folder `target`.

    Raises
    ------
    GenerationError
        If the contract is not valid OpenAPI, or if the generator would leave a part of it out.
    """
    document = load(spec)
    try:
        validate(document)
    except Exception as error:
        raise GenerationError(f"{spec.name} is not valid OpenAPI 3.1: {error}") from None
    _render(document, target, templates)
    _write_json(target / "openapi.json", document)
    _write_json(target / "schemas.json", request_schemas(document))
    (target / "py.typed").touch()
    (target / "errors.py").unlink(missing_ok=True)  # upstream writes it; nothing raises it here
    _tidy(target)
    _check_coverage(document, target)
    _write_json(target / MANIFEST, _manifest(spec, target, templates))


def _render(document: Json, target: Path, templates: Path) -> None:
    settings = ConfigFile(
        literal_enums=True,
        post_hooks=[],
        project_name_override="ionworks-openapi",
        package_name_override=PACKAGE,
        content_type_overrides={"application/vnd.apache.parquet": "application/octet-stream"},
    )
    config = Config.from_sources(
        settings,
        meta_type=MetaType.NONE,
        document_source=target,  # not read: the document is handed over parsed
        file_encoding="utf-8",
        overwrite=False,
        output_path=target,
    )
    data = GeneratorData.from_dict(document, config=config)
    if isinstance(data, GeneratorError):
        raise GenerationError(f"{data.header}: {data.detail}")
    models = list(data.models)
    data.models = models
    project = Project(openapi=data, config=config, custom_template_path=templates)
    project.env.globals.update(Renderer(data, models).helpers())
    with contextlib.redirect_stdout(io.StringIO()):
        complaints = [f"- {e.header}: {e.detail}" for e in project.build()]
    if complaints:
        raise GenerationError(
            "the generator would leave these out; change openapi.yaml:\n" + "\n".join(complaints)
        )


def _tidy(target: Path) -> None:
    check = ["check", *_ISOLATED, "--select", "F401,F811,I", "--fix-only", "--target-version=py311"]
    layout = ["format", *_ISOLATED, "--line-length", "100"]
    for arguments in (check, layout):
        done = subprocess.run([*_RUFF, *arguments, str(target)], capture_output=True, text=True)
        if done.returncode:
            raise GenerationError(f"ruff {arguments[0]} failed:\n{done.stdout}{done.stderr}")


def generated_operations(package: Path) -> Iterator[tuple[str, str, str]]:
    """Yield `(name, METHOD, path)` of each OPERATION that stands in the package's sources."""
    for module in sorted((package / "api").rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Operation":
                name, method, path = (ast.literal_eval(argument) for argument in node.args[:3])
                yield name, method, path


def _check_coverage(document: Json, package: Path) -> None:
    wanted = {(o["operationId"], method, path) for method, path, o in operations(document)}
    missing = wanted - set(generated_operations(package))
    if missing:
        lines = "\n".join(f"- {name} ({method} {path})" for name, method, path in sorted(missing))
        raise GenerationError(
            f"the generator dropped operations without a word (equal names in one tag?):\n{lines}"
        )


def _manifest(spec: Path, package: Path, templates: Path) -> Json:
    sources = [spec, *sorted(templates.glob("*.jinja"))]
    sources += [ROOT / "scripts" / name for name in ("contract.py", "generate.py", "rendering.py")]
    return {
        "tools": {name: version(name) for name in ("openapi-python-client", "ruff")},
        "sources": {path.name: digest(path) for path in sources},
        "files": {
            path.relative_to(package).as_posix(): digest(path)
            for path in sorted(package.rglob("*"))
            if path.is_file() and path.name != MANIFEST and "__pycache__" not in path.parts
        },
    }


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, as hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def differences(fresh: Path, present: Path) -> list[str]:
    """Return a line for each file that is missing, stale or different in `present`."""
    names = {
        path.relative_to(top)
        for top in (fresh, present)
        for path in top.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    lines = []
    for name in sorted(names):
        new, old = fresh / name, present / name
        if not old.exists():
            lines.append(f"missing: {name}")
        elif not new.exists():
            lines.append(f"not generated any more: {name}")
        elif not filecmp.cmp(new, old, shallow=False):
            lines.append(f"differs: {name}")
    return lines


def _write_json(path: Path, data: Json) -> None:
    path.write_text(
        json.dumps(data, indent=1, ensure_ascii=False, default=str) + "\n", encoding="utf-8"
    )


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--spec", type=Path, default=ROOT / "openapi.yaml")
    parser.add_argument("--output", type=Path, default=ROOT / "generated" / PACKAGE)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / PACKAGE
        try:
            generate(options.spec, fresh)
        except GenerationError as error:
            print(f"generation failed: {error}", file=sys.stderr)
            return 1
        changed = differences(fresh, options.output)
        if options.check:
            for line in changed:
                print(line)
            if changed:
                print("generated/ is not what openapi.yaml gives: run `make generate`, commit both")
            return 1 if changed else 0
        shutil.rmtree(options.output, ignore_errors=True)
        shutil.copytree(fresh, options.output)
    count = len(list(generated_operations(options.output)))
    print(f"{count} operations in {options.output.name}, {len(changed)} files changed")
    for line in changed:
        print(f"  {line}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
