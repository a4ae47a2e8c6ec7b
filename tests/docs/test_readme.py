"""What the README and the other pages show is so: code, outputs, commands, settings and links."""

import inspect
import re
import tomllib
from pathlib import Path

import pytest

from ionworks import Ionworks
from ionworks._resource import Lazy
from ionworks.settings import DEFAULT_API_URL, resolve_settings
from scripts.pages import blocks, files_of, install_of, run

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
RESOURCES = ROOT / "docs" / "reference" / "index.md"
TESTING = ROOT / "docs" / "testing.md"
SETTINGS = ROOT / "docs" / "settings.md"
PAGES = [
    page
    for page in (README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
    if page.exists()
]
WITH_EXAMPLES = [page for page in PAGES if blocks(page, "python")]
# The engines are in no environment of these tests: `make engines` executes their page.
ENGINES = ROOT / "docs" / "engines.md"
EXECUTED = [page for page in WITH_EXAMPLES if page != ENGINES]
EXTRAS = set(
    tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
)
COMMON = {"get", "list", "iterate", "create", "create_or_get", "update", "delete"}
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def close_clients(names: dict[str, object]) -> None:
    """Close what a page leaves open, so that no later test finds its sockets."""
    for value in names.values():
        if isinstance(value, Ionworks):
            value.close()


@pytest.mark.parametrize("page", EXECUTED, ids=name_of)
def test_python_blocks_run_in_order_and_show_what_they_return(
    page: Path, no_settings: None, folder: Path, request: pytest.FixtureRequest
) -> None:
    names: dict[str, object] = {}
    request.addfinalizer(lambda: close_clients(names))
    run(page, names)


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=name_of)
def test_a_page_with_examples_says_what_to_install(page: Path) -> None:
    needed = install_of(page)
    assert needed is not None, "make pages needs a line such as pip install ionworks-client"
    assert {*needed.extras} - {""} <= EXTRAS


@pytest.mark.long
def test_the_tests_on_the_page_of_tests_are_recorded_and_replayed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    files = files_of(TESTING)
    named = {name: files[name] for name in files if name.startswith(("conftest", "test_"))}
    assert len(named) == 7
    for name, text in named.items():
        (pytester.path / name).write_text(text, encoding="utf-8")
    quietly = (
        "-q",
        "--strict-markers",
        "-Werror",
        "-pno:schemathesis",
        "-pno:cacheprovider",
    )
    pytester.runpytest_subprocess(*quietly).assert_outcomes(passed=11)
    assert len([*pytester.path.rglob("cassettes/*/*.yaml")]) == 2
    monkeypatch.setenv("CI", "true")
    pytester.runpytest_subprocess(*quietly, "-k", "cassette").assert_outcomes(passed=4)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_targets_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    shell = "\n".join(block.text for block in [*blocks(page, "bash"), *blocks(page, "console")])
    named = re.findall(r"^\s*(?:\$ )?make ([a-z0-9-]+)", shell, re.MULTILINE)
    named += re.findall(r"`make ([a-z0-9-]+)[^`]*`", text)
    assert set(named) <= targets


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=name_of)
def test_links_and_pictures_exist(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_two_commands_stand_near_the_top() -> None:
    first = blocks(README, "bash")[0]
    assert first.line < 20
    assert [line.split("#")[0].strip() for line in first.text.splitlines()] == [
        "make demo",
        "make test",
    ]


def test_the_table_of_resources_lists_all_of_them_and_their_methods() -> None:
    table = next(p for p in RESOURCES.read_text(encoding="utf-8").split("\n\n") if p[0] == "|")
    _, _, *rows = (line.strip("|").split("|") for line in table.splitlines())
    named = {
        re.findall(r"`(\w+)`", resource)[0]: {*re.findall(r"`(\w+)`", methods)}
        for resource, _, methods in rows
    }
    members = inspect.getmembers_static(Ionworks, lambda each: isinstance(each, Lazy))
    assert {*named} == {name for name, _ in members}
    with Ionworks(api_key="never-sent") as client:
        for name, methods in named.items():
            methods_of = inspect.getmembers(type(getattr(client, name)), callable)
            public = {each for each, _ in methods_of if not each.startswith("_")}
            assert public - COMMON == methods - COMMON, name


def test_the_extras_of_the_readme_exist() -> None:
    named = re.findall(r'(?:ionworks-client|")\.?\[([a-z,]+)\]', README.read_text(encoding="utf-8"))
    assert named
    assert {extra for each in named for extra in each.split(",")} <= EXTRAS


def test_profile_example_is_read(tmp_path: Path) -> None:
    (example,) = blocks(SETTINGS, "toml")
    file = tmp_path / "config.toml"
    file.write_text(example.text, encoding="utf-8")
    file.chmod(0o600)
    chosen = resolve_settings(environ={}, config_file=file)
    assert (chosen.api_key, chosen.project_id) == ("your-key", "your-project")
    assert chosen.api_url == DEFAULT_API_URL
    other = resolve_settings(environ={}, config_file=file, profile="sandbox")
    assert other.api_url == "http://127.0.0.1:8787"


def test_environment_variables_are_those_that_are_read() -> None:
    class Watched(dict[str, str]):
        asked: set[str] = set()

        def __contains__(self, key: object) -> bool:
            self.asked.add(str(key))
            return super().__contains__(key)

    environ = Watched(IONWORKS_API_KEY="any")
    resolve_settings(environ=environ)
    told = set(re.findall(r"`(IONWORKS_[A-Z_]+)`", SETTINGS.read_text(encoding="utf-8")))
    assert told == {name for name in environ.asked if name.startswith("IONWORKS_")}


def test_demo_picture_is_small() -> None:
    assert (ROOT / "docs" / "demo.png").stat().st_size < 80_000
