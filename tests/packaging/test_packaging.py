"""What is published: the same files on every road, all that is needed and nothing more."""

from __future__ import annotations

import email.parser
import hashlib
import json
import re
import subprocess
import tomllib
from pathlib import Path

import ionworks_openapi
import pytest

import ionworks

pytestmark = pytest.mark.long

PACKAGES = {"ionworks": "ionworks", "ionworks_openapi": "generated/ionworks_openapi"}
# What `make test` and `make generate` need beside the code, and what a reader looks for.
NEEDED = (
    *("README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "pyproject.toml", "Makefile"),
    *(".ci/run", ".gitattributes", "openapi.yaml", "scripts/codegen/generate.py"),
    *("scripts/codegen/templates/model.py.jinja", "scripts/codegen/templates/upstream.json"),
    *("generated/ionworks_openapi/MANIFEST.json", "tests/conftest.py", "tests/faults/rig.py"),
    *("tests/scripts/codegen/small.yaml", "tests/packaging/conftest.py", "examples/demo.py"),
    *("docs/architecture.md", "docs/decisions/index.md", "noxfile.py", "requirements-dev.txt"),
    *("CITATION.cff", "RELEASING.md", "SECURITY.md", ".github/workflows/ci.yml"),
)


def listed(root: Path, *options: str) -> set[str]:
    """Return what git knows here; without it there is nothing to compare with."""
    if not (root / ".git").exists():
        pytest.skip("not a clone: no list of files to compare with")
    command = ["git", "-c", "core.quotepath=off", "ls-files", *options]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return {name for name in done.stdout.splitlines() if (root / name).is_file()}


def package_files(held):
    """Return what a wheel has beside its metadata."""
    return {name: content for name, content in held.items() if ".dist-info/" not in name}


def in_tree(built, names):
    """Return the files of both packages in the source tree, by the path that they are imported."""
    found = {}
    for package, folder in PACKAGES.items():
        for name in names:
            if name.startswith(f"{folder}/"):
                found[package + name.removeprefix(folder)] = (built.root / name).read_bytes()
    return found


def metadata(held):
    """Return the metadata of a wheel."""
    text = next(c for name, c in held.items() if name.endswith(".dist-info/METADATA"))
    return email.parser.BytesParser().parsebytes(text)


def test_the_wheel_holds_the_files_of_both_packages_and_no_others(built):
    assert package_files(built.wheel) == in_tree(
        built, listed(built.root, "--cached", "--others", "--exclude-standard")
    )


def test_the_sdist_builds_the_same_wheel(built):
    assert built.wheel_of_sdist == built.wheel


def test_the_sdist_holds_every_file_of_the_repository(built):
    tracked = listed(built.root)
    assert tracked - built.sdist.keys() == set()
    may = tracked | listed(built.root, "--others", "--exclude-standard") | {"PKG-INFO"}
    assert built.sdist.keys() - may == set()
    assert [n for n in tracked if built.sdist[n] != (built.root / n).read_bytes()] == []


def test_the_sdist_is_enough_to_test_and_to_generate(built):
    assert [name for name in NEEDED if name not in built.sdist] == []
    makefile = built.sdist["Makefile"].decode()
    called = {name.replace(".", "/") for name in re.findall(r"-m (scripts[.\w]+)", makefile)}
    packages = {f"{name}/__main__.py" for name in called} & built.sdist.keys()
    files = packages | {f"{name}.py" for name in called if f"{name}/__main__.py" not in packages}
    files |= set(re.findall(r"\s((?:\w+/)+\w+\.py)\b", makefile))
    assert "scripts/codegen/generate.py" in files
    assert files - built.sdist.keys() == set()


def test_an_editable_install_reads_the_source_tree(built):
    (paths,) = [content for name, content in built.editable.items() if name.endswith(".pth")]
    assert paths.decode().splitlines() == [str(built.root), str(built.root / "generated")]
    assert package_files(built.editable).keys() == {
        name for name in built.editable if name.endswith(".pth")
    }


def test_nothing_but_code_the_contract_and_the_cassettes_is_in_the_wheel(built):
    kinds = {Path(name).suffix for name in package_files(built.wheel)} - {".py"}
    assert kinds == {".typed", ".json", ".yaml", ".md"}
    recordings = {str(Path(name).parent) for name in package_files(built.wheel) if ".yaml" in name}
    assert recordings == {"ionworks/testing/ready_made"}
    tops = {name.partition("/")[0] for name in package_files(built.wheel)}
    assert tops == set(PACKAGES)
    for name in package_files(built.wheel):
        assert not re.search(r"(^|/)(tests?|__pycache__|\.[^/]+)(/|$)", name), name
    for name in ("openapi.json", "MANIFEST.json", "py.typed"):
        assert f"ionworks_openapi/{name}" in built.wheel
    assert "ionworks/py.typed" in built.wheel


def test_the_manifest_holds_for_the_generated_files_in_the_wheel(built):
    start = "ionworks_openapi/"
    manifest = json.loads(built.wheel[f"{start}MANIFEST.json"])
    found = {
        name.removeprefix(start): hashlib.sha256(content).hexdigest()
        for name, content in built.wheel.items()
        if name.startswith(start) and name != f"{start}MANIFEST.json"
    }
    assert found == manifest["files"]
    for name, digest in manifest["sources"].items():
        assert hashlib.sha256(built.sdist[name]).hexdigest() == digest, name


def test_the_license_travels_with_both(built):
    text = (built.root / "LICENSE").read_bytes()
    licenses = [c for name, c in built.wheel.items() if name.endswith("licenses/LICENSE")]
    assert licenses == [text]
    assert built.sdist["LICENSE"] == text
    told = metadata(built.wheel)
    assert (told["License-Expression"], told["License-File"]) == ("MIT", "LICENSE")


def test_the_version_has_one_source(built):
    version = ionworks.__version__
    project = tomllib.loads(built.sdist["pyproject.toml"].decode())["project"]
    assert "version" not in project
    assert "version" in project["dynamic"]
    assert metadata(built.wheel)["Version"] == version
    assert built.wheel_path.name == f"ionworks_client-{version}-py3-none-any.whl"


def test_the_links_of_the_readme_lead_to_the_files_of_the_release(built):
    project = tomllib.loads(built.sdist["pyproject.toml"].decode())["project"]
    text = metadata(built.wheel).get_payload()
    links = re.findall(r"(!?)\[[^\]]*\]\(([^)\s]+)\)", text)
    repository, tag = project["urls"]["Repository"], f"v{ionworks.__version__}"
    ours = 0
    for image, link in links:
        assert link.startswith("https://"), link
        if link.startswith(repository):
            start = f"{repository}/{'raw' if image else 'blob'}/{tag}/"
            assert link.startswith(start), link
            assert link.removeprefix(start).partition("#")[0] in built.sdist, link
            ours += 1
    readme = (built.root / "README.md").read_text(encoding="utf-8")
    assert ours == len(re.findall(r"\]\((?!https?://|#)", readme)) > 10


def test_the_contract_version_is_that_of_the_contract(built):
    document = json.loads(built.wheel["ionworks_openapi/openapi.json"])
    assert ionworks.__contract_version__ == document["info"]["version"]
    assert document["info"]["version"] == ionworks_openapi.CONTRACT_VERSION


def test_the_metadata_name_every_python_that_is_supported(built):
    told = metadata(built.wheel)
    oldest = told["Requires-Python"].removeprefix(">=")
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(told.get_all("Classifier")))
    assert named[0] == oldest
    minors = [int(name.partition(".")[2]) for name in named]
    assert minors == list(range(minors[0], minors[-1] + 1))
    assert (told["Name"], told["Description-Content-Type"]) == ("ionworks-client", "text/markdown")
