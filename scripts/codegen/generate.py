"""Regenerates generated/ from openapi.yaml; with --check it compares instead of writing."""

from __future__ import annotations

import argparse
import ast
import contextlib
import filecmp
import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from openapi_python_client import Project
from openapi_python_client.config import ClassOverride, Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from openapi_spec_validator import validate

from ionworks.testing._openapi.errors import ContractError
from ionworks.testing._openapi.normal_form import normalize
from scripts.codegen import impact, manifest
from scripts.codegen.contract import Json, line_of, load, operations, skipped, without_skipped
from scripts.codegen.modules import join_modules, write_id_types, write_resources
from scripts.codegen.rendering import Renderer
from scripts.codegen.resources import MethodError, Resources
from scripts.codegen.unsupported import check_quantity, find_unsupported
from scripts.codegen.verify import compare_goldens, verify
from scripts.codegen.versions import last_release, package_at
from scripts.spec.schemas import SpecError

ROOT = manifest.ROOT
PACKAGE = "ionworks_openapi"
OUTPUT = ROOT / "generated" / PACKAGE
TEMPLATES = ROOT / "scripts" / "codegen" / "templates"
#: Names of the templates; a schema of this name gets another class.
RESERVED = (
    *(
        "Any",
        "Filter",
        "FreeForm",
        "Literal",
        "Mapping",
        "OpenRecord",
        "Operation",
        "Page",
        "Record",
    ),
    *("Request", "Sequence", "Unset", "WireField"),
)
_LONGEST = 800
_MARK = "# Generated from openapi.yaml. Do not edit: run make generate.\n"
_SHAPING = (
    *("contract.py", "examples.py", "filters.py", "generate.py", "generator_model.py"),
    *("id_types.py", "modules.py", "rendering.py", "resources.py"),
)
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
    try:
        raw = load(spec)
    except OSError as error:
        raise GenerationError(f"{spec} cannot be read: {error.strerror}") from None
    except Exception as error:
        raise GenerationError(f"{spec.name} is not YAML: {error}") from None
    try:
        validate(raw)
    except Exception as error:
        reason = str(error)[:_LONGEST]  # some print the whole document
        raise GenerationError(f"{spec.name} is not valid OpenAPI: {reason}") from None
    try:
        document = normalize(raw)
    except ContractError as error:
        line = line_of(spec, error.place)
        where = spec.name if line is None else f"{spec.name}:{line}"
        raise GenerationError(f"{where}: {error}") from None
    if refused := find_unsupported(document):
        raise GenerationError(
            f"{spec.name} has parts that are not generated; change them, or leave out an operation"
            f" by `x-skip: reason`:\n{_list(refused)}"
        )
    _render(without_skipped(document), target, templates)
    _write_json(target / "openapi.json", document)
    (target / "py.typed").touch()
    (target / "errors.py").unlink(missing_ok=True)  # upstream writes it; nothing raises it here
    _mark(target)
    _tidy(target)
    _check_coverage(without_skipped(document), target)
    sources = [spec, *sorted(templates.rglob("*.jinja"))]
    sources += [ROOT / "scripts" / "codegen" / name for name in _SHAPING]
    tools = {name: version(name) for name in ("openapi-python-client", "ruff")}
    _write_json(target / manifest.NAME, manifest.manifest(target, sources, tools))


def _render(document: Json, target: Path, templates: Path) -> None:
    settings = ConfigFile(
        literal_enums=True,
        post_hooks=[],
        project_name_override="ionworks-openapi",
        package_name_override=PACKAGE,
        class_overrides={
            name: ClassOverride.model_validate(
                {"class_name": f"{name}Schema", "module_name": f"{name.lower()}_schema"}
            )
            for name in RESERVED
        },
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
    renderer = Renderer(data, models, document)
    project.env.globals.update(renderer.helpers())
    with contextlib.redirect_stdout(io.StringIO()):
        complaints = [f"{e.header}: {e.detail}" for e in project.build()]
    if complaints:
        raise GenerationError(
            f"the generator would leave these out; change openapi.yaml:\n{_list(complaints)}"
        )
    readme = project.env.get_template("README.md.jinja").render(
        package=PACKAGE, operations=len([*operations(document)]), models=len(models)
    )
    (target / "README.md").write_text(readme, encoding="utf-8")
    join_modules(data, document, target)
    write_id_types(renderer.ids.types(), data, target)
    try:
        write_resources(Resources(data, renderer, document), project.env, target)
    except MethodError as error:
        raise GenerationError(str(error)) from None


def _mark(target: Path) -> None:
    """Mark every module as generated in its first line."""
    for module in target.rglob("*.py"):
        module.write_text(_MARK + module.read_text(encoding="utf-8"), encoding="utf-8")


def _tidy(target: Path) -> None:
    check = ["check", *_ISOLATED, "--select", "F401,F811,I", "--fix-only", "--target-version=py311"]
    style = ["format", *_ISOLATED[:2], "--line-length", "100"]
    for arguments in (check, style):
        done = subprocess.run([*_RUFF, *arguments, str(target)], capture_output=True, text=True)
        if done.returncode:
            raise GenerationError(f"ruff {arguments[0]} failed:\n{done.stdout}{done.stderr}")


def generated_operations(package: Path) -> Iterator[tuple[str, str, str]]:
    """Yield `(name, METHOD, path)` of each operation in the package's sources."""
    for module in sorted((package / "api").rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Operation":
                name, method, path = (ast.literal_eval(argument) for argument in node.args[:3])
                yield name, method, path


def _check_coverage(document: Json, package: Path) -> None:
    wanted = {(o["operationId"], method, path) for method, path, o in operations(document)}
    missing = wanted - set(generated_operations(package))
    if missing:
        lines = [f"{name} ({method} {path})" for name, method, path in sorted(missing)]
        raise GenerationError(
            "the generator dropped operations without a word (equal names in one tag?):\n"
            + _list(lines)
        )


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


def install(fresh: Path, present: Path) -> list[str]:
    """Replace `present` by `fresh` in one step; returns what differed.

    Files that did not change keep their times. If this is interrupted, `restore` finds the
    present package again.
    """
    changed = differences(fresh, present)
    if not changed:
        return changed
    for path in manifest.files(fresh):
        old = present / path.relative_to(fresh)
        if old.is_file() and filecmp.cmp(path, old, shallow=False):
            shutil.copystat(old, path)
    staged = present.with_name(f".{present.name}.new")
    replaced = present.with_name(f".{present.name}.old")
    for folder in (staged, replaced):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(fresh, staged, ignore=shutil.ignore_patterns("__pycache__"))
    if present.exists():
        present.rename(replaced)
    staged.rename(present)
    shutil.rmtree(replaced, ignore_errors=True)
    files_changed = any(not line.startswith("differs") for line in changed)
    if files_changed and present.resolve().is_relative_to(ROOT.resolve()):
        # The type checker remembers which modules of the project there were.
        shutil.rmtree(ROOT / ".mypy_cache", ignore_errors=True)
    return changed


def restore(present: Path) -> None:
    """Put back a package whose replacement was interrupted between its two steps."""
    replaced = present.with_name(f".{present.name}.old")
    if replaced.exists() and not present.exists():
        replaced.rename(present)


def _write_json(path: Path, data: Json) -> None:
    path.write_text(
        json.dumps(data, indent=1, ensure_ascii=False, default=str) + "\n", encoding="utf-8"
    )


def _list(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--spec", type=Path, default=ROOT / "openapi.yaml")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args(arguments)
    restore(options.output)
    if options.check and (stale := manifest.find_stale(options.output)):
        print("\n".join(stale))
        return 1
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / PACKAGE
        try:
            generate(options.spec, fresh)
        except GenerationError as error:
            print(f"generation failed: {error}", file=sys.stderr)
            return 1
        if options.check:
            return _report(differences(fresh, options.output))
        is_project = options.output.resolve() == OUTPUT
        if is_project and (problems := list(_problems(fresh))):
            print(f"generation failed; nothing was replaced:\n{_list(problems)}", file=sys.stderr)
            return 1
        changed = differences(fresh, options.output)
        _print_changes(fresh, changed)
        if is_project:
            _report_impact(fresh, Path(folder))
        sys.stdout.flush()
        install(fresh, options.output)
    return 0


def _problems(fresh: Path) -> Iterator[str]:
    """Yield what keeps a fresh package from replacing that of the project."""
    yield from check_quantity(json.loads((fresh / "openapi.json").read_text(encoding="utf-8")))
    yield from verify(fresh)
    yield from compare_goldens(generate)


def _print_changes(fresh: Path, changed: list[str]) -> None:
    count = len(list(generated_operations(fresh)))
    print(f"{count} operations in {fresh.name}, {len(changed)} files change")
    for line in changed:
        print(f"  {line}")
    document = json.loads((fresh / "openapi.json").read_text(encoding="utf-8"))
    for operation, reason in skipped(document).items():
        print(f"  skipped: {operation}: {reason}; client.request reaches it")


def _report_impact(fresh: Path, folder: Path) -> None:
    """Print what a fresh package changes since the last commit, and note it in the changelog."""
    committed = package_at("HEAD", folder / "committed") or OUTPUT
    release = last_release()
    base = package_at(release, folder / "release") if release else None
    noted = impact.update_changelog(base or committed, OUTPUT, fresh)
    if (ahead := _preview_impact(committed, fresh)) is not None:
        print("\n".join(["", *impact.describe(ahead, noted=noted)]))


def _preview_impact(present: Path, fresh: Path) -> impact.Impact | None:
    try:
        return impact.analyze_impact(present, fresh)
    except SpecError as error:
        print(f"the changes of the contract could not be determined: {error}", file=sys.stderr)
        return None


def _report(changed: list[str]) -> int:
    if changed:
        print("\n".join(changed))
        print("generated/ is not what openapi.yaml gives: run `make generate`, commit both")
    return 1 if changed else 0


if __name__ == "__main__":
    raise SystemExit(main())
