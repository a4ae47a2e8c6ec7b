"""The names that people import for annotations: all there, one class each, cheap to import."""

from __future__ import annotations

import importlib
import subprocess
import sys

import ionworks_openapi.models as generated
import pytest

from ionworks import models
from ionworks.records import Record


def test_every_name_is_there_and_keeps_being_the_same():
    for name in models.__all__:
        value = getattr(models, name)
        assert isinstance(value, type)
        assert getattr(models, name) is value


def test_nothing_else_is_offered():
    assert dir(models) == models.__all__
    assert models.__all__ == sorted(set(models.__all__))
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = models.Nothing


def test_a_star_import_brings_them_all():
    names: dict[str, object] = {}
    exec("from ionworks.models import *", names)  # the documented names, as a notebook takes them
    assert set(models.__all__) <= names.keys()


@pytest.mark.parametrize(
    ("documented", "own"),
    [
        ("CellMeasurementBundleResponse", "CellMeasurementConfirmed"),
        ("CellMeasurementDetail", "MeasurementDetail"),
        ("PaginatedList", "RecordList"),
    ],
)
def test_a_documented_name_is_the_class_that_has_another_name_here(documented, own):
    assert getattr(models, documented) is getattr(models, own)


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("Quantity", "ionworks"),
        ("RecordList", "ionworks.records"),
        ("Record", "ionworks.records"),
        ("InvalidRecord", "ionworks.records"),
        ("MeasurementDetail", "ionworks._workflows.detail"),
        ("CellInstanceDetail", "ionworks._workflows.detail"),
        ("PartError", "ionworks._workflows.detail"),
        ("StepsAndCycles", "ionworks._workflows.tables"),
    ],
)
def test_a_class_of_ours_is_the_one_of_its_own_room(name, module):
    assert getattr(models, name) is getattr(importlib.import_module(module), name)


def test_all_others_are_the_records_of_the_contract():
    ours = {*models._HERE} | {"CellMeasurementBundleResponse"}
    for name in set(models.__all__) - ours:
        assert getattr(models, name) is getattr(generated, name)
        assert issubclass(getattr(models, name), Record)


def test_the_answers_of_every_noun_are_here():
    answers = {
        "CellBatch",
        "CellInstance",
        "CellMeasurement",
        "CellMeasurementConfirmed",
        "CellSpecification",
        "Job",
        "MeasurementTag",
        "Project",
        "RawData",
        "SearchHit",
        "SearchResults",
        "User",
    }
    assert answers <= set(models.__all__)


def test_the_module_costs_nothing_until_a_name_is_taken():
    code = (
        "import sys, ionworks.models as m; "
        "early = {'polars', 'httpx', 'pint', 'ionworks_openapi.models.job'} & sys.modules.keys(); "
        "m.Job; print(sorted(early), 'httpx' in sys.modules, 'polars' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert said.split() == ["[]", "False", "False"]
