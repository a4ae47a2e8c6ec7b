"""What the templates of the models mend, on the small contract."""

from __future__ import annotations

import copy
import datetime
import inspect
import pickle
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ionworks.quantity import Quantity
from ionworks.records import UNSET, InvalidRecord, RecordError

CREATED = "2025-03-01T12:00:00Z"
LEAST = {"id": "t1", "created": CREATED, "state": "new", "levels": [1]}


def test_an_absent_field_is_the_contracts_default_or_none(models: ModuleType) -> None:
    thing = models.Thing.from_dict(LEAST)
    assert (thing.notes, thing.count, thing.loud, thing.mood) == ("none yet", 3, False, "new")
    assert thing.expires == datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)
    assert thing.owner is thing.weight is thing.capacity is thing.children is thing.list_ is None


def test_null_is_tolerated_everywhere(models: ModuleType) -> None:
    thing = models.Thing.from_dict(dict.fromkeys([*LEAST, "notes", "capacity", "children", "1C"]))
    assert thing.id is thing.created is thing.notes is thing.capacity is thing.field_1c is None


def test_unknown_enum_values_stay_what_they_are(models: ModuleType) -> None:
    thing = models.Thing.from_dict({**LEAST, "state": "melted", "levels": [1, 99]})
    assert thing.state == "melted"
    assert thing.levels == [1, 99]


def test_unknown_fields_are_kept_readable_and_written_again(models: ModuleType) -> None:
    thing = models.Thing.from_dict({**LEAST, "hue": "red", "deep": {"er": [1]}})
    assert thing.hue == thing["hue"] == "red"
    assert thing.additional_properties == {"hue": "red", "deep": {"er": [1]}}
    assert thing.to_dict()["deep"] == {"er": [1]}


@pytest.mark.parametrize(
    ("wire", "field"),
    [
        ({**LEAST, "created": "yesterday"}, "created"),
        ({**LEAST, "count": "many"}, "count"),
        ({**LEAST, "loud": "yes"}, "loud"),
        ({**LEAST, "levels": 3}, "levels"),
        ({**LEAST, "levels": [1, "high"]}, "levels.1"),
        ({**LEAST, "capacity": 5.0}, "capacity"),
        ({**LEAST, "children": [LEAST, {**LEAST, "day": 7}]}, "children.1.day"),
        ({**LEAST, "place": {"holds": {"id": "t2"}}}, "place.holds.created"),
        ({"id": "t1"}, "created"),
    ],
)
def test_what_does_not_fit_is_named_by_its_path(
    models: ModuleType, wire: dict[str, Any], field: str
) -> None:
    with pytest.raises(RecordError) as caught:
        models.Thing.from_dict(wire)
    assert caught.value.field == field


def test_values_get_the_types_of_the_contract(models: ModuleType) -> None:
    thing = models.Thing.from_dict(
        {
            **LEAST,
            "day": "2025-02-28",
            "weight": 2,
            "size": "XL",
            "capacity": {"value": 5, "unit": "A*h"},
            "source": {"doi": "10.1/x"},
            "shape": {"kind": "disc"},
            "children": [{**LEAST, "id": "t2"}],
        }
    )
    assert thing.created == datetime.datetime(2025, 3, 1, 12, tzinfo=datetime.UTC)
    assert thing.day == datetime.date(2025, 2, 28)
    assert thing.size == "XL"
    assert thing.capacity == Quantity(5, "A*h")
    assert isinstance(thing.source, models.Source)
    assert thing.source["doi"] == "10.1/x"
    assert thing.shape.sides == 4
    assert thing.children[0].id == "t2"


AWKWARD = {
    "1C": ("field_1c", {"value": 2.5, "unit": "A"}),
    "class": ("class_", "A"),
    "from_dict": ("from_dict_", "B"),
    "items": ("items", ["C"]),
    "datetime": ("datetime_", CREATED),
    "a b": ("a_b", "D"),
    "d": ("d", 4),
    "cls": ("cls", "E"),
    "list": ("list_", [5]),
    "validate_choice": ("validate_choice_", "F"),
    "field": ("field_", "G"),
    "_hidden": ("field_hidden", "H"),
    'say "hi"': ("say_hi", "I"),
}


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_names_are_read_and_written(models: ModuleType, name: str) -> None:
    attribute, value = AWKWARD[name]
    thing = models.Thing.from_dict({**LEAST, name: value})
    assert getattr(thing, attribute) == thing[name] is not None
    assert thing.to_dict()[name] == value
    assert name not in thing.additional_properties


def test_models_that_name_each_other_are_read(models: ModuleType) -> None:
    thing = models.Thing.from_dict({**LEAST, "place": {"room": "R1", "holds": LEAST}})
    assert isinstance(thing.place.holds, models.Thing)


def test_only_what_was_given_is_written(models: ModuleType) -> None:
    assert models.ThingCreate(name="x", owner=None).to_dict() == {"name": "x", "owner": None}
    assert models.ThingUpdate().to_dict() == {}
    assert models.ThingUpdate(notes=None).to_dict() == {"notes": None}


def test_given_values_are_written_in_the_wires_form(models: ModuleType) -> None:
    thing = models.ThingCreate(
        name="x",
        owner="me",
        class_="C",
        when=datetime.date(2025, 1, 2),
        capacity=Quantity(5, "A*h"),
        source={"made": datetime.datetime(2025, 1, 2, tzinfo=datetime.UTC)},
        parts=[models.PartInput(kind="lid"), {"kind": "box"}],
    )
    assert thing.to_dict() == {
        "name": "x",
        "owner": "me",
        "class": "C",
        "when": "2025-01-02",
        "capacity": {"value": 5, "unit": "A*h"},
        "source": {"made": "2025-01-02T00:00:00Z"},
        "parts": [{"kind": "lid"}, {"kind": "box"}],
    }


@pytest.mark.parametrize(
    ("field", "value", "bad"),
    [
        ("state", "melted", "'melted'"),
        ("mood", "melted", "'melted'"),
        ("states", ["new", "melted"], "'melted'"),
        ("level", 4, "4"),
    ],
)
def test_enums_are_strict_when_sent(
    models: ModuleType, field: str, value: object, bad: str
) -> None:
    with pytest.raises(ValueError, match=f"{field}: {bad} is not one of") as caught:
        models.ThingCreate(name="x", owner=None, **{field: value})
    assert ("1, 2, 3" if field == "level" else "'broken', 'new', 'used'") in str(caught.value)


@pytest.mark.parametrize(
    "given",
    [{"state": "used"}, {"mood": None}, {"states": ["new", "used"]}, {"level": 2}, {"label": 7}],
)
def test_what_the_enums_allow_is_sent(models: ModuleType, given: dict[str, object]) -> None:
    wire = models.ThingCreate(name="x", owner=None, **given).to_dict()
    assert wire == {"name": "x", "owner": None, **given}


COPIES = [copy.copy, copy.deepcopy, lambda record: pickle.loads(pickle.dumps(record))]


@pytest.mark.parametrize("duplicate", COPIES)
def test_copies_are_equal_and_unset_stays_unset(models: ModuleType, duplicate: Any) -> None:
    create = models.ThingCreate(name="x", owner=None)
    twin = duplicate(create)
    assert twin == create
    assert twin is not create
    assert twin.count is UNSET
    assert twin.to_dict() == {"name": "x", "owner": None}
    thing = models.Thing.from_dict({**LEAST, "source": {"a": 1}, "place": {}, "hue": "red"})
    assert duplicate(thing) == thing
    assert type(duplicate(thing).source) is models.Source


def test_records_that_differ_are_not_equal(models: ModuleType) -> None:
    thing = models.Thing.from_dict(LEAST)
    assert thing != models.Thing.from_dict({**LEAST, "count": 4})
    assert thing != models.Thing.from_dict({**LEAST, "hue": "red"})
    assert models.ThingUpdate(notes=None) != models.ThingUpdate()


def test_a_misspelt_field_is_reported(models: ModuleType) -> None:
    thing = models.Thing.from_dict(LEAST)
    with pytest.raises(AttributeError, match="did you mean 'capacity'"):
        _ = thing.capacitiy
    with pytest.raises(AttributeError):
        thing.capacitiy = 1
    with pytest.raises(TypeError):
        models.ThingCreate(name="x", owner=None, stat="new")


@pytest.mark.parametrize(
    ("wire", "total"), [({"items": [LEAST], "count": 1, "total": 9}, 9), ([LEAST], None)]
)
def test_a_page_is_read_from_its_envelope_or_a_bare_array(
    models: ModuleType, wire: Any, total: int | None
) -> None:
    page = models.ThingList.from_dict(wire)
    assert [thing.id for thing in page.items] == ["t1"]
    assert (page.count, page.total) == (1, total)


def test_a_bad_item_stands_in_the_page_beside_the_good_ones(models: ModuleType) -> None:
    first, second = models.ThingList.from_dict([{"id": "t0"}, LEAST]).items
    assert isinstance(first, InvalidRecord)
    assert (first.id, first.field, first.raw) == ("t0", "created", {"id": "t0"})
    assert second.id == "t1"


def test_a_secret_does_not_show(models: ModuleType) -> None:
    thing = models.Thing.from_dict({**LEAST, "link": "https://storage/x?token=abc"})
    assert thing.link.endswith("abc")
    assert "abc" not in repr(thing) + str(thing) + thing._repr_html_()


def test_docstrings_tell_the_attributes(models: ModuleType) -> None:
    told = inspect.cleandoc(models.Thing.__doc__)  # 3.13 takes the indentation off by itself
    assert "owner : str | None\n    Whose it is; null for nobody." in told
    assert models.Source.__doc__.strip() == 'Where it comes from; any "keys"'


def run(package: Path, code: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; print(*sorted(sys.modules))"],
        env={"PYTHONPATH": str(package.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_one_model_is_loaded_without_the_others(small_path: Path) -> None:
    loaded = run(small_path, "from small_api.models import Job")
    assert [name for name in loaded if name.startswith("small_api.")] == [
        "small_api.models",
        "small_api.models.job",
    ]


def test_importing_the_package_or_an_operation_loads_no_http_library(small_path: Path) -> None:
    loaded = run(small_path, "import small_api, small_api.api.things")
    assert "httpx" not in loaded
    assert "small_api.client" not in loaded


@pytest.mark.parametrize("first", ["thing", "place"])
def test_circular_models_load_whichever_comes_first(small_path: Path, first: str) -> None:
    assert "small_api.models.place" in run(small_path, f"import small_api.models.{first}")


def test_all_models_are_offered_and_nothing_else(models: ModuleType) -> None:
    assert all(getattr(models, name) is not None for name in models.__all__)
    assert models.Quantity is Quantity
    with pytest.raises(AttributeError, match="'Thong'"):
        _ = models.Thong
