"""Reads the marks of a test: its seed and options, and the name and place of its cassette."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pytest

from ionworks.testing._cassettes.names import cassette_name
from ionworks.testing.clients import check_options
from ionworks.testing.seeding import Seed

if TYPE_CHECKING:
    from ionworks.testing._cassettes.scrub import Uploads

_FOLDER: Final = "cassettes"
_MARKED: Final = ("name", "workers", "uploads")


@contextmanager
def fail_test(*kinds: type[Exception], hint: str = "") -> Iterator[None]:
    """Let a test fail with the sentence of such an error, and nothing of what led to it."""
    try:
        yield
    except kinds as error:
        text = str(error)
        raise pytest.fail.Exception(text if hint in text else text + hint, pytrace=False) from None


def fail(reason: str) -> NoReturn:
    """Let a test fail with a sentence."""
    pytest.fail(reason, pytrace=False)


def requested_seed(
    request: pytest.FixtureRequest,
) -> tuple[Seed | None, dict[str, bool], dict[str, Any]]:
    """Return the seed of a test, whether its sandbox is shared and reset, and its options.

    The nearest mark wins, word by word; the fixture is asked where no mark names a seed.
    """
    options: dict[str, Any] = {}
    for mark in reversed([*request.node.iter_markers("ionworks_sandbox")]):
        if mark.args:
            fail("ionworks_sandbox takes its options by name: seed=..., shared=..., faults=...")
        options |= mark.kwargs
    named = {"seed", "shared", "reset"}
    with fail_test(ImportError, TypeError):
        check_options({name: value for name, value in options.items() if name not in named})
    seed = options.pop("seed") if "seed" in options else request.getfixturevalue("ionworks_seed")
    how = {name: bool(options.pop(name, False)) for name in ("shared", "reset")}
    if how["reset"] and not how["shared"]:
        fail("reset=True is for a shared sandbox: a sandbox of one test is new anyway")
    if isinstance(seed, str | Path):
        seed = request.path.parent / seed
    return seed, how, options


def marked(node: pytest.Item) -> tuple[int, str | None, Uploads]:
    """Return workers, name and uploads of the mark of a test."""
    mark = node.get_closest_marker("ionworks_cassette")
    given = {} if mark is None else {**dict(zip(_MARKED, mark.args, strict=False)), **mark.kwargs}
    unknown = sorted(set(given) - set(_MARKED))
    if mark is not None and (unknown or len(mark.args) > len(_MARKED)):
        fail(f"ionworks_cassette takes {', '.join(_MARKED)}, not {', '.join(unknown)}")
    workers = given.get("workers") or node.config.getini("ionworks_workers")
    if not str(workers).isdigit() or int(workers) < 1:
        fail(f"workers of a cassette are a number from 1 on, not {workers!r}")
    name = given.get("name")
    if name is not None and not isinstance(name, str):
        fail(f"the name of a cassette is text, not {name!r}")
    uploads = given.get("uploads", "values")
    if uploads not in ("values", "any"):
        fail(f"uploads of a cassette are 'values' or 'any', not {uploads!r}")
    return int(workers), name, uploads


def cassette_path(node: pytest.Item, name: str | None = None) -> Path:
    """Return the path of a test's cassette, next to its module or in the project's folder."""
    folder = cassette_folder(node)
    if name is None:
        return folder / cassette_name(inner_name(node))
    if name.endswith((".yaml", ".yml")):
        return Path(node.path.parent / name)
    return folder / cassette_name(name)


def expected_cassette(node: pytest.Item) -> Path:
    """Return the path of a test's cassette, as its mark says."""
    return cassette_path(node, marked(node)[1])


def cassette_folder(node: pytest.Item) -> Path:
    """Return the folder of the cassettes of a test's module."""
    module, config = node.path, node.config
    folder = str(config.getini("ionworks_cassettes"))
    if not folder:
        return module.parent / _FOLDER / module.stem
    try:
        inside = module.relative_to(config.rootpath)
    except ValueError:
        inside = Path(module.name)
    return config.rootpath / folder / inside.with_suffix("")


def inner_name(node: pytest.Item) -> str:
    """Return the name of a test within its module: classes, function, parameters."""
    classes = [each.name for each in node.listchain() if isinstance(each, pytest.Class)]
    return ".".join([*classes, node.name])
