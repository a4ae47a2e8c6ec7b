"""What API vendors change in a contract, kind by kind: it is reported, or it works.

Each test is one kind. The small contract of tests/scripts/codegen changes in a copy.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from scripts.codegen import generate as generation
from scripts.codegen.generate import generate, install
from scripts.codegen.impact import (
    analyze_impact,
    describe,
    fold_entries,
    note,
    update_changelog,
)
from scripts.codegen.versions import last_release, package_at
from scripts.spec.affected_methods import Code
from scripts.spec.changes import compare
from scripts.spec.diff import report
from scripts.spec.fields import endpoints
from scripts.spec.generated_names import NameChanges, compare_names, find_uses

SMALL = Path(__file__).parents[1] / "codegen" / "small.yaml"
Json = dict[str, Any]


def small() -> Json:
    document: Json = YAML(typ="safe", pure=True).load(SMALL.read_text(encoding="utf-8"))
    return document


def after(change: Callable[[Json], object]) -> Json:
    document = small()
    change(document)
    return document


def sentences(change: Callable[[Json], object]) -> list[str]:
    return [f"{each.severity}: {each.sentence}" for each in compare(small(), after(change))]


def schemas(document: Json) -> Json:
    return document["components"]["schemas"]


def rename_schema(document: Json, old: str, new: str) -> None:
    schemas(document)[new] = schemas(document).pop(old)
    text = json.dumps(document, default=str).replace(f'/schemas/{old}"', f'/schemas/{new}"')
    document.clear()
    document.update(json.loads(text))


def get(document: Json, path: str = "/things", method: str = "get") -> Json:
    return document["paths"][path][method]


REPORTED: dict[str, tuple[Callable[[Json], object], str]] = {
    "operationId renamed": (
        lambda d: get(d).update(operationId="find_things"),
        "breaking: `GET /things`: the generated `things.list_things` is `things.find_things`",
    ),
    "tag renamed": (
        lambda d: get(d).update(tags=["objects"]),
        "breaking: `GET /things`: the generated `things.list_things` is `objects.list_things`",
    ),
    "schema renamed": (
        lambda d: rename_schema(d, "Job", "Task"),
        "breaking: the generated model `Job` is gone",
    ),
    "security of one operation": (
        lambda d: get(d).update(security=[]),
        "look: `GET /things` took the credentials apiKey and takes none",
    ),
    "credential scheme": (
        lambda d: d["components"]["securitySchemes"].update(
            apiKey={"type": "http", "scheme": "bearer"}
        ),
        "look: the credential `apiKey` was apiKey header X-API-Key and is http bearer",
    ),
    "server address": (
        lambda d: d.update(servers=[{"url": "https://api.example/v2"}]),
        "look: the servers were none and are https://api.example/v2",
    ),
    "field of an error body": (
        lambda d: schemas(d)["Refusal"]["properties"].pop("detail"),
        "breaking: `Refusal.detail` is not sent any more",
    ),
    "error status": (
        lambda d: get(d)["responses"].pop("422"),
        "look: `GET /things` does not declare 422 any more",
    ),
    "ids in another order": (
        lambda d: d["paths"].update(
            {"/parts/{part}/of/{thing_id}/file": d["paths"].pop(
                "/things/{thing_id}/parts/{part}/file"
            )}
        ),
        "breaking: `GET /parts/{part}/of/{thing_id}/file`: its ids were thing_id, part and are"
        " part, thing_id",
    ),
    "redirect gone": (
        lambda d: get(d, "/things/{thing_id}/parts/{part}/file")["responses"].pop("307"),
        "look: the response header `307 redirect` of `GET /things/{thing_id}/parts/{part}/file`"
        " is gone",
    ),
    "header of another type": (
        lambda d: get(d, "/things/{thing_id}/parts/{part}/file")["responses"]["307"][
            "headers"
        ].update(Location={"schema": {"type": "integer"}}),
        "look: the response header `307 location` of"
        " `GET /things/{thing_id}/parts/{part}/file` was string and is integer",
    ),
    "one format less": (
        lambda d: get(d, "/things/{thing_id}/parts/{part}/file")["responses"].update(
            {"200": {"description": "", "content": {"application/json": {"schema": {}}}}}
        ),
        "breaking: `GET /things/{thing_id}/parts/{part}/file` does not answer"
        " `application/vnd.apache.parquet` any more",
    ),
    "one format more": (
        lambda d: get(d)["responses"]["200"]["content"].update({"text/csv": {"schema": {}}}),
        "harmless: `GET /things` answers `text/csv` too",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "sentence"), REPORTED.values(), ids=REPORTED)
def test_a_change_that_no_payload_shows_is_reported(change, sentence):
    assert sentence in sentences(change)


def test_openapi_30_is_the_same_contract():
    def downgrade(node: Any) -> None:
        for each in node.values() if isinstance(node, dict) else node:
            if isinstance(each, dict | list):
                downgrade(each)
        if isinstance(node, dict) and isinstance(kinds := node.get("type"), list):
            node["type"] = next(kind for kind in kinds if kind != "null")
            node["nullable"] = "null" in kinds

    def as_30(document: Json) -> None:
        downgrade(document)
        document["openapi"] = "3.0.3"

    assert sentences(as_30) == []


def test_another_order_and_prose_are_no_change():
    def reorder(document: Json) -> None:
        document["paths"] = dict(reversed(document["paths"].items()))
        document["info"]["description"] = "in other words"

    assert sentences(reorder) == []


# The report.


def packages(tmp_path: Path, change: Callable[[Json], object]) -> tuple[Path, Path]:
    """Generate the small contract before and after a change."""
    found = []
    for name, document in (("before", small()), ("after", after(change))):
        spec = tmp_path / f"{name}.yaml"
        YAML(typ="safe", pure=True).dump(document, spec)
        generate(spec, tmp_path / name / "ionworks_openapi")
        found.append(tmp_path / name / "ionworks_openapi")
    return found[0], found[1]


@pytest.mark.long
def test_generated_names_and_all_their_uses_are_named(tmp_path):
    def change(document: Json) -> None:
        get(document).update(operationId="find_things")
        rename_schema(document, "Job", "Task")
        schemas(document)["Place"]["properties"]["building"] = {"type": "string"}
        schemas(document)["Shape"]["properties"]["sides"] = {"type": "string"}

    before, fresh = packages(tmp_path, change)
    names = compare_names(before, fresh)
    assert {"api.things.list_things", "models.Job", "models.Job.id"} <= set(names.removed)
    assert {"api.things.find_things", "models.Task", "models.Place.building"} <= set(names.added)
    assert "models.Shape.sides" in names.changed
    for folder, text in (
        ("ionworks/jobs.py", "from x import list_things\n"),
        ("docs/jobs.md", "# Jobs\n\n`list_things` lists.\n"),
        ("tests/test_jobs.py", "\n\nlist_things()\n"),
        ("examples/jobs.py", "client.call(list_things)\n"),
        ("tests/cassettes/list_things.md", "list_things\n"),
    ):
        (tmp_path / folder).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / folder).write_text(text)
    assert find_uses(names, tmp_path)["api.things.list_things"] == [
        "ionworks/jobs.py:1",
        "docs/jobs.md:3",
        "tests/test_jobs.py:3",
        "examples/jobs.py:1",
    ]
    impact = analyze_impact(before, fresh, cassettes=tmp_path / "none", root=tmp_path)
    assert impact is not None
    said = "\n".join(describe(impact))
    assert "api.things.list_things: used at ionworks/jobs.py:1, docs/jobs.md:3" in said


def test_without_a_change_of_names_nothing_is_named(tmp_path):
    before, fresh = packages(tmp_path, lambda document: None)
    assert compare_names(before, fresh) == NameChanges()
    assert analyze_impact(before, fresh, cassettes=tmp_path, root=tmp_path) is None


def test_a_renamed_value_is_one_line_of_the_changelog(tmp_path):
    def change(document: Json) -> None:
        schemas(document)["State"]["enum"] = ["new", "used", "damaged"]

    found = report(small(), after(change), code=Code({}, {}))
    assert len(found.findings) > 1
    lines = fold_entries(each.change for each in found.findings)
    assert len(lines) < len(found.findings)
    assert sum("`State`" in line for line in lines) == len(lines)
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_bytes("# Log\n\n- caf\xe9\n".encode("latin-1"))
    assert note(found, changelog) == 0  # it is not UTF-8: left alone


@pytest.mark.long
def test_the_changelog_is_rebuilt_from_the_release(tmp_path):
    def rename(document: Json) -> None:
        get(document).update(operationId="find_things")

    def more(document: Json) -> None:
        rename(document)
        get(document).update(security=[])

    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text("# Log\n\n- By hand.\n", encoding="utf-8")
    (tmp_path / "more").mkdir()
    release, renamed = packages(tmp_path, rename)
    _, both = packages(tmp_path / "more", more)
    assert update_changelog(release, release, renamed, changelog) == 1
    line = "- Breaking for those who call it: `GET /things`: the generated `things.list_things` is"
    assert line in changelog.read_text()
    assert update_changelog(release, renamed, both, changelog) == 1
    text = changelog.read_text()
    changelog.write_text(text.replace("the credentials apiKey", "a key"), encoding="utf-8")
    assert update_changelog(release, both, both, changelog) == 0
    assert "a key" in changelog.read_text()  # a line that was edited is not written again
    assert update_changelog(release, both, release, changelog) == 0
    assert line not in changelog.read_text()  # taken back
    assert "- By hand." in changelog.read_text()


def test_the_package_of_a_commit_and_the_last_release_are_found(tmp_path):
    def git(*arguments: str) -> None:
        name = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", *name, *arguments], cwd=root, check=True, capture_output=True)

    root = tmp_path / "project"
    package = root / "generated" / "ionworks_openapi"
    package.mkdir(parents=True)
    assert (package_at("HEAD", tmp_path / "none", root), last_release(root)) == (None, None)
    for text, tag in (("1", "v0.1.0"), ("2", "other"), ("3", None)):
        (package / "types.py").write_text(text)
        git("init", "-q")
        git("add", ".")
        git("commit", "-q", "-m", text)
        if tag:
            git("tag", tag)
    assert last_release(root) == "v0.1.0"
    for ref, text in (("HEAD", "3"), ("v0.1.0", "1")):
        found = package_at(ref, tmp_path / ref, root)
        assert found is not None
        assert (found / "types.py").read_text() == text


def test_the_report_comes_before_the_installation(tmp_path, capsys, monkeypatch):
    before, _ = packages(tmp_path, lambda document: None)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(generation, "install", interrupted)
    spec = tmp_path / "after.yaml"
    document = after(lambda d: get(d).update(operationId="find_things"))
    YAML(typ="safe", pure=True).dump(document, spec)
    with pytest.raises(KeyboardInterrupt):
        generation.main(["--spec", str(spec), "--output", str(before)])
    assert "differs: api/things.py" in capsys.readouterr().out


def test_a_replacement_that_is_interrupted_is_taken_back(tmp_path, monkeypatch):
    before, fresh = packages(tmp_path, lambda d: get(d).update(operationId="find_things"))
    text = (before / "api" / "things.py").read_text()
    rename = Path.rename

    def once(self: Path, target: Path) -> Path:
        if target == before:
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", once)
    with pytest.raises(KeyboardInterrupt):
        install(fresh, before)
    monkeypatch.undo()
    generation.restore(before)
    assert (before / "api" / "things.py").read_text() == text


@pytest.mark.long
def test_the_cache_of_the_type_checker_goes_when_a_module_comes(tmp_path, monkeypatch):
    def change(document: Json) -> None:
        schemas(document)["Extra"] = {"type": "object", "properties": {"a": {"type": "string"}}}

    before, _ = packages(tmp_path, lambda document: None)
    same = shutil.copytree(before, tmp_path / "same")
    (tmp_path / "more").mkdir()
    _, more = packages(tmp_path / "more", change)
    monkeypatch.setattr(generation, "ROOT", tmp_path)
    (tmp_path / ".mypy_cache").mkdir()
    assert install(same, before) == []
    assert (tmp_path / ".mypy_cache").exists()
    elsewhere = shutil.copytree(before, tmp_path.with_name(f"{tmp_path.name}-elsewhere"))
    assert install(shutil.copytree(more, tmp_path / "again"), elsewhere)
    assert (tmp_path / ".mypy_cache").exists(), "another folder is not what it knows"
    assert "missing: models/extra.py" in install(more, before)
    assert not (tmp_path / ".mypy_cache").exists()


def test_schemas_that_name_each_other_are_not_followed_on_all_ways():
    def change(document: Json) -> None:
        names = [f"S{number}" for number in range(14)]
        for name in names:
            fields = {each.lower(): {"$ref": f"#/components/schemas/{each}"} for each in names}
            schemas(document)[name] = {"type": "object", "properties": fields}
        schemas(document)["Thing"]["properties"]["web"] = {"$ref": "#/components/schemas/S0"}

    old = after(change)
    new = deepcopy(old)
    schemas(new)["S3"]["properties"]["s5"] = {"type": "string"}
    found = [each.sentence for each in compare(old, new)]
    assert "`S3.s5` was object and is string" in found
    assert len(endpoints(old)["GET", "/things"].answer) < 5_000
