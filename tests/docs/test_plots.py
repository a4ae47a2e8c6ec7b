"""The plots of docs/plots.md are those that the example draws, by the numbers they show."""

import importlib.util
import json
import re
from pathlib import Path

import pytest
from matplotlib import pyplot
from PIL import Image

from ionworks import plotting

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "plots"
PAGE = (ROOT / "docs" / "plots.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.usefixtures("kept_contract")


@pytest.fixture(scope="module")
def example():
    path = ROOT / "examples" / "plots.py"
    spec = importlib.util.spec_from_file_location("plots", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def drawn(example, tmp_path_factory):
    """The folder into which the example has drawn anew."""
    folder = tmp_path_factory.mktemp("plots") / "new"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["plots.py", "--output", str(folder)])
        example.main()
    yield folder
    pyplot.close("all")


def numbers_of(folder):
    return json.loads((folder / "drawn.json").read_text(encoding="utf-8"))


def kept():
    return numbers_of(KEPT)


def test_the_kept_pictures_show_what_the_example_draws(drawn):
    assert {path.name for path in drawn.iterdir()} == {path.name for path in KEPT.iterdir()}
    shown = numbers_of(drawn)
    assert shown.keys() == kept().keys()
    for name, numbers in kept().items():
        assert shown[name]["labels"] == numbers["labels"]
        assert shown[name]["rows"] == numbers["rows"]
        assert shown[name]["columns"].keys() == numbers["columns"].keys()
        for column, values in numbers["columns"].items():
            if all(isinstance(value, float) for value in values):
                largest = max(map(abs, values))
                values = pytest.approx(values, rel=2e-3, abs=1e-3 * largest)
            assert shown[name]["columns"][column] == values, f"{name}: {column}; make plots"


def test_each_kept_picture_was_written_with_the_kept_numbers(example):
    assert {path.stem for path in KEPT.glob("*.png")} == kept().keys()
    for name, numbers in kept().items():
        path = KEPT / f"{name}.png"
        assert path.stat().st_size < 80_000
        with Image.open(path) as image:
            assert image.info["Description"] == example.fingerprint(numbers), "make plots"


def test_the_page_shows_every_picture_and_names_every_call():
    assert set(re.findall(r"\]\(plots/(\w+)\.png\)", PAGE)) == kept().keys()
    calls = {name for name in plotting.__all__ if name.startswith("plot_")}
    assert {f"plot_{name}" for name in kept()} == calls
    assert all(f"{call}(" in PAGE for call in calls)
