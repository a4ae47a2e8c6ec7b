"""The site builds without a warning, shows every public method, and loads nothing from outside."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from sphinx.util.inventory import InventoryFile

import ionworks.models
from ionworks.models import Record
from scripts import signatures

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
LOADING = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
# These links load nothing.
POINTING = {"canonical", "next", "prev", "index", "search"}

# These pages are about the code, and name all of its modules.
FOR_CONTRIBUTORS = {"architecture", "contributing", "decisions"}
OTHER_MODULES = {"ionworks.client", "ionworks.testing.plugin"}


class Page(HTMLParser):
    """What a page defines, points to and loads."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.text = ""
        self.feed(file.read_text(encoding="utf-8"))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.anchors.add(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag in LOADING and LOADING[tag] in given and given.get("rel") not in POINTING:
            self.loaded.append(given[LOADING[tag]])


class Site(NamedTuple):
    """The built site: its folder, its pages by path, and the Python objects that it describes."""

    folder: Path
    pages: dict[Path, Page]
    objects: dict[str, str]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    built = folder / "html"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E"),
            *("-d", folder / "doctrees", "-b", "html", ROOT / "docs", built),
        ],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    inventory = InventoryFile.loads((built / "objects.inv").read_bytes(), uri="")
    objects = {
        name: item.uri.replace("$", name)
        for kind, entries in inventory.data.items()
        if kind.startswith("py:")
        for name, item in entries.items()
    }
    files = sorted(built.rglob("*.html"))
    return Site(built, {file: Page(file) for file in files}, objects)


# What no method takes or returns, what callers get from a record, and what has a page of its own.
NOT_SHOWN = {
    "ionworks.models.RecordError.in_field",
    *("ionworks.quantity.PintLike.magnitude", "ionworks.quantity.PintLike.units"),
    *("ionworks.errors.redact_url", "ionworks.settings.Settings.key_is_of_profile"),
    *("ionworks.sandbox.Faults.commit", "ionworks.sandbox.Faults.next"),
    *("ionworks.testing.TestCassette.client", "ionworks.__version__"),
    "ionworks.__contract_version__",
}


def test_every_public_name_has_its_place(site: Site) -> None:
    names: dict[object, set[str]] = {}  # an inherited method has several
    for name, member in signatures.list_members():
        function = signatures.unwrap(member)
        names.setdefault(function if callable(function) else name, set()).add(name)
    assert not [each for each in names.values() if not each & (site.objects.keys() | NOT_SHOWN)]
    assert not NOT_SHOWN & site.objects.keys()


def test_the_site_names_public_modules_alone(site: Site) -> None:
    names = {name for name in site.objects if name.startswith("ionworks")}
    for file, page in site.pages.items():
        if not FOR_CONTRIBUTORS & {file.stem, file.parent.name}:
            text = file.read_text(encoding="utf-8") + page.text
            names |= {*re.findall(r"(?<![\w./-])ionworks(?:\.\w+)+", text)}
    assert len(names) > 300
    assert not {name for name in names if not is_public(name)}


def is_public(name: str) -> bool:
    """Whether a name begins with a public module, and goes on with what that exports."""
    homes = [each for each in signatures.MODULES if f"{name}.".startswith(f"{each}.")]
    rest = name.removeprefix(max(homes, key=len)).split(".")[1:]
    exported = signatures.list_exported(import_module(max(homes, key=len)))
    return not rest or rest[0] in exported or name in OTHER_MODULES


def test_every_field_of_a_record_is_shown(site: Site) -> None:
    shown = {
        file: file.read_text(encoding="utf-8") for file in site.pages if "reference" in file.parts
    }
    records = [getattr(ionworks.models, name) for name in ionworks.models.__all__]
    records = [each for each in records if isinstance(each, type) and issubclass(each, Record)]
    assert len(records) > 10
    for record in records:
        place = site.objects.get(f"ionworks.models.{record.__name__}")
        if place is None:
            assert f"ionworks.models.{record.__name__}" in NOT_SHOWN
            continue
        page = shown[site.folder / urldefrag(place).url]
        section = page.split(f'id="{urldefrag(place).fragment}"')[1].split("</dl>")[0]
        fields = re.findall(r'<tr[^>]*><td><p><code[^>]*><span class="pre">(\w+)<', section)
        assert fields == [line.attribute for line in record._wire], record.__name__


def test_pages_load_nothing_from_elsewhere(site: Site) -> None:
    for file, page in site.pages.items():
        for url in page.loaded:
            assert not urlsplit(url).netloc, f"{file.name} loads {url}"
            assert (file.parent / unquote(urlsplit(url).path)).is_file(), f"{file.name}: {url}"
    for style in site.folder.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        found = re.findall(r"""(?:url\(|@import)\s*["']?(?:https?:)?//""", text)
        assert not found, style.name


def test_links_lead_somewhere(site: Site) -> None:
    inner = 0
    for file, page in site.pages.items():
        for link in page.links:
            address, fragment = urldefrag(link)
            if urlsplit(address).scheme:
                continue
            target = (file.parent / unquote(address)).resolve() if address else file
            assert target.is_file(), f"{file.name} leads to {link}"
            if fragment and target.suffix == ".html":
                assert unquote(fragment) in site.pages[target].anchors, f"{file.name}: {link}"
            inner += 1
    assert inner > 1000
