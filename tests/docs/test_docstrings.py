"""The examples in docstrings run and show what they say; every call of the client has one."""

import doctest
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module

import polars as pl
import pytest
from ionworks_openapi import resources

import ionworks
from ionworks import Ionworks
from ionworks._resource import Lazy

CALLS_A_SERVER = ("client.", "Ionworks(")


def examples() -> Iterator[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    generated = pkgutil.walk_packages(resources.__path__, f"{resources.__name__}.")
    for module in (*pkgutil.walk_packages(ionworks.__path__, "ionworks."), *generated):
        if not module.name.endswith("__main__"):
            found = finder.find(import_module(module.name), module.name)
            yield from (each for each in found if each.examples)


def resource_clients() -> list[type]:
    """The class of each resource of `Ionworks`."""
    found = inspect.getmembers_static(Ionworks, lambda each: isinstance(each, Lazy))
    return [getattr(import_module(each.module), each.name) for _, each in found]


def public_methods(owner: type) -> list[Callable[..., object]]:
    return [
        member
        for name, member in inspect.getmembers(owner, inspect.isfunction)
        if not name.startswith("_")
    ]


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: example.name)
def test_docstring_example(example: doctest.DocTest, request: pytest.FixtureRequest) -> None:
    text = "".join(line.source for line in example.examples)
    if any(call in text for call in CALLS_A_SERVER):
        example.globs.update(request.getfixturevalue("names"))
    elif "time_series" in text:
        series = request.getfixturevalue("series")
        example.globs["time_series"] = series.filter(pl.col("Step count") < 5)
    report: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    outcome = runner.run(example, out=report.append)
    assert outcome.attempted == len(example.examples)
    assert outcome.failed == 0, "".join(report)


@pytest.mark.parametrize(
    "method",
    [method for owner in (Ionworks, *resource_clients()) for method in public_methods(owner)],
    ids=lambda method: method.__qualname__,
)
def test_public_method_has_a_runnable_example(method: Callable[..., object]) -> None:
    parsed = doctest.DocTestParser().get_examples(inspect.getdoc(method) or "")
    assert any(method.__name__ in example.source for example in parsed)
