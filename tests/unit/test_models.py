"""The names that people import for annotations: all there, one class each, cheap to import."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys

import ionworks_openapi.models as generated
import pytest
from ionworks_openapi import filters

import ionworks
from ionworks import models


def test_every_name_is_there_and_keeps_being_the_same():
    for name in models.__all__:
        assert getattr(models, name) is getattr(models, name)


def test_nothing_else_is_offered():
    assert dir(models) == sorted(models.__all__)
    assert len(models.__all__) == len(set(models.__all__))
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


def test_a_name_of_ours_is_the_one_of_its_own_module():
    assert {"Attempt", "Backend", "OnDifference", "Record", "StepsAndCycles"} <= {*models._MODULES}
    for name, module in models._MODULES.items():
        assert getattr(models, name) is getattr(importlib.import_module(module), name)
    assert models.Quantity is ionworks.Quantity


def test_all_others_are_the_models_of_the_contract():
    others = {*models.__all__} - {*models._MODULES} - {*models._DOCUMENTED}
    assert others == {*generated.__all__, *filters.__all__} - {*models._MODULES}
    for name in others:
        home = filters if name in filters.__all__ else generated
        assert getattr(models, name) is getattr(home, name)


def test_every_model_that_a_field_of_these_holds_is_here():
    waiting = [each for each in map(vars(models).get, models.__all__) if isinstance(each, type)]
    for record in waiting:
        if record.__module__.startswith("ionworks_openapi.models."):
            kinds = " ".join(str(kind) for kind in record.__annotations__.values())
            named = {*re.findall(r"\w+", kinds)} & {*generated.__all__}
            assert {name for name in named if name[0].isupper()} <= {*models.__all__}, record


def test_the_answers_of_every_resource_are_here():
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
        "from ionworks.models import *; "
        "print(sorted(early), 'httpx' in sys.modules, 'polars' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert said.split() == ["[]", "False", "False"]
