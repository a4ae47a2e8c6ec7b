"""The resource classes: what the contract says of them is what users can call."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scripts.codegen.examples import changed_record, new_record
from scripts.codegen.generate import GenerationError, generate


@pytest.fixture(scope="module")
def racks(small: ModuleType) -> Any:
    from importlib import import_module

    return import_module(f"{small.__name__}.resources.racks").RackClient


def parameters(method: Any) -> str:
    signature = inspect.signature(method)
    return str(signature.replace(return_annotation=inspect.Signature.empty)).replace("'", "")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("get", "(self, rack_id: RackId, *, deep: bool | None = None)"),
        (
            "list",
            "(self, hall_id: str, *, floor: int, limit: int | None = None,"
            " offset: int | None = None, strict: bool = False, **filters: Unpack[RackFilters])",
        ),
        (
            "iterate",
            "(self, hall_id: str, *, floor: int, max_items: int | None = None,"
            " strict: bool = False, **filters: Unpack[RackFilters])",
        ),
        ("create", "(self, hall_id: str, data: Mapping[str, Any])"),
        ("update", "(self, rack_id: RackId, data: Mapping[str, Any])"),
        ("delete", "(self, rack_id: RackId)"),
        ("turn", "(self, rack_id: RackId)"),
        ("list_levels", "(self, rack_id: RackId)"),
    ],
)
def test_a_method_has_the_parameters_of_its_operation(racks: Any, name: str, expected: str) -> None:
    assert parameters(getattr(racks, name)) == expected


def test_a_method_that_the_contract_leaves_out_is_not_there(racks: Any) -> None:
    assert not hasattr(racks, "replace_rack_levels")


def test_names_that_are_unique_are_found_again(racks: Any) -> None:
    unique = racks._unique
    found = unique.create.name, unique.get.name, unique.list.name, unique.any_case
    assert found == ("create_rack", "get_rack", "list_racks", True)


def test_the_filters_of_a_list_are_those_of_its_operation(racks: Any) -> None:
    filters = racks._unique.list.filters
    assert {name: (each.parameter, each.kind) for name, each in filters.items()} == {
        "name": ("name", "contains"),
        "name_exact": ("name", "equals"),
        "made_after": ("made_at_gt", "datetime"),
        "state": ("state", "choice"),
        "labels": ("labels", "texts"),
        "owner_id": ("owner_id", "text"),
        "full": ("full", "plain"),
    }
    assert filters["state"].choices == ("new", "used", "broken")
    assert [name for name, each in filters.items() if each.constant] == ["made_after"]


def test_each_method_has_an_example_of_itself(racks: Any) -> None:
    for name, method in inspect.getmembers(racks, inspect.isfunction):
        if not name.startswith("_"):
            assert ">>> " in (method.__doc__ or ""), name
            assert f"client.rack.{name}(" in (method.__doc__ or ""), name


def test_two_operations_of_one_method_are_refused(tmp_path: Path) -> None:
    text = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")
    contract = tmp_path / "contract.yaml"
    contract.write_text(text.replace("x-method: turn", "x-method: get"), encoding="utf-8")
    with pytest.raises(GenerationError, match="tag racks have the method 'get'; set x-method"):
        generate(contract, tmp_path / "package")


SCHEMA = {
    "required": ["name", "kind", "size", "parts", "day", "cell_id", "inner", "load"],
    "properties": {
        "name": {"type": "string"},
        "kind": {"$ref": "#/components/schemas/Kind"},
        "size": {"type": ["integer", "null"], "minimum": 2},
        "parts": {"type": "array", "minItems": 1, "items": {"type": "boolean"}},
        "day": {"anyOf": [{"type": "null"}, {"type": "string", "format": "date"}]},
        "cell_id": {"type": "string"},
        "inner": {"type": "object", "required": ["a b"], "properties": {"a b": {"const": 7}}},
        "load": {"type": "object", "x-quantity": {"dimension": "kg", "example": "68 g"}},
        "notes": {"type": "string"},
    },
}
DOCUMENT = {"components": {"schemas": {"Kind": {"enum": ["new", "old"]}}}}


def test_an_example_has_the_required_fields_and_fits_the_schema() -> None:
    assert new_record(DOCUMENT, SCHEMA, "rack") == (
        '{"name": "New rack", "kind": "new", "size": 2, "parts": [True], "day": "2026-01-31",'
        ' "cell_id": cell_id, "inner": {"a b": 7}, "load": "68 g"}'
    )


def test_an_example_of_a_change_has_one_field() -> None:
    assert changed_record(DOCUMENT, SCHEMA, "rack") == '{"notes": "changed"}'
    assert changed_record({}, {"properties": {"size": {"type": "number"}}}, "rack") == '{"size": 1}'
    assert changed_record({}, {}, "rack") == "{}"
