"""What changed is found, said for whom and how bad it is; what did not change makes no noise."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import jsonschema_rs
import pytest
from contract_yaml import contract_of_yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import PLANTED, planted, ref, small
from spellings import BODIES, Json, Speller, contract, near, values

from scripts.codegen.contract import resolve, schemas
from scripts.spec.changes import Change, compare
from scripts.spec.rules import MIRRORS
from scripts.spec.schemas import SpecError

PAIRS = st.tuples(BODIES, BODIES)
EDITED = BODIES.flatmap(lambda body: st.tuples(st.just(body), st.one_of(*[near(body)] * 3, BODIES)))


def told(changes: list[Change]) -> set[tuple[str, str, str]]:
    return {(each.kind, each.direction, each.severity) for each in changes}


def only(changes: list[Change]) -> Change:
    assert len(changes) == 1, [each.sentence for each in changes]
    return changes[0]


@pytest.mark.parametrize("name", PLANTED)
def test_planted_change_is_found_and_nothing_else(name: str) -> None:
    assert told(compare(*planted(name))) == PLANTED[name].found


@pytest.mark.parametrize("name", PLANTED)
def test_the_way_back_is_the_mirror(name: str) -> None:
    before, after = planted(name)
    there = Counter((MIRRORS.get(c.kind, c.kind), c.direction) for c in compare(before, after))
    back = Counter((c.kind, c.direction) for c in compare(after, before))
    assert there == back


def test_the_contract_does_not_differ_from_itself() -> None:
    document = contract_of_yaml()
    assert compare(document, document) == []


def test_a_copy_as_fastapi_writes_it_differs_in_what_it_cannot_say() -> None:
    ours = contract_of_yaml()
    copy = contract_of_yaml()
    del copy["security"], copy["components"]["securitySchemes"]
    for path, item in copy["paths"].items():
        shared = item.pop("parameters", [])
        for method, operation in item.items():
            raw = [*shared, *operation.get("parameters", [])]
            operation["parameters"] = [resolve(copy, each) for each in raw]
            name = f"{operation['operationId']}{path}{method}".replace("/", "_")
            operation |= {"operationId": name, "tags": ["cell-data"]}
            for key in ("security", "summary", "x-evidence", "x-idempotency"):
                operation.pop(key, None)
            good = {code: r for code, r in operation["responses"].items() if code[0] == "2"}
            operation["responses"] = {**good, "422": {"description": "Validation Error"}}
    for name in list(schemas(copy)):
        schemas(copy)[name]["title"] = name
    kinds = {each.kind for each in compare(ours, copy, payloads_only=True)}
    assert kinds == {"idempotency changed"}


@settings(max_examples=15)
@given(PAIRS, st.randoms(use_true_random=False))
def test_other_words_are_no_change(pair: tuple[Json, Json], random: Random) -> None:
    said = [Speller(random).contract(*pair) for _ in range(2)]
    assert compare(*said, payloads_only=True) == []


@settings(max_examples=25)
@given(EDITED)
def test_every_change_has_its_mirror(edited: tuple[Json, Json]) -> None:
    before, after = (contract(each, each) for each in edited)
    there, back = compare(before, after), compare(after, before)
    assert Counter((MIRRORS.get(c.kind, c.kind), c.direction) for c in there) == Counter(
        (c.kind, c.direction) for c in back
    )


@settings(max_examples=40)
@given(st.data(), EDITED)
def test_without_a_breaking_change_what_was_sent_still_fits(
    data: st.DataObject, edited: tuple[Json, Json]
) -> None:
    before, after = edited
    found = compare(contract(before, {}), contract(after, {}))
    if "breaking" not in {each.severity for each in found}:
        assert jsonschema_rs.is_valid(after, data.draw(values(before)))


@settings(max_examples=40)
@given(st.data(), EDITED)
def test_with_harmless_changes_only_what_is_answered_is_as_it_was(
    data: st.DataObject, edited: tuple[Json, Json]
) -> None:
    before, after = edited
    found = compare(contract({}, before), contract({}, after))
    if {each.severity for each in found} <= {"harmless"}:
        assert jsonschema_rs.is_valid(before, data.draw(values(after)))


def test_a_change_through_one_schema_is_reported_once_with_all_operations() -> None:
    change = only(compare(*planted("field not answered")))
    assert change.where == "Cell.extra"
    assert [str(each) for each in change.operations] == [
        "GET /cells",
        "GET /cells/{cell_id}",
        "POST /cells",
    ]


def test_a_rename_names_both() -> None:
    change = only(compare(*planted("field answered renamed")))
    assert (change.where, change.after, change.names) == ("Cell.labels", "tags", ("labels",))
    assert change.sentence == (
        "`Cell.labels` is gone, and `tags` of the same type is new: possibly renamed"
    )
    assert change.whom == "those who read it"


def test_of_several_the_nearest_name_is_the_possible_one() -> None:
    before, after = small(), small()
    fields = after["components"]["schemas"]["Cell"]["properties"]
    fields["cell_name"], fields["maker"] = fields.pop("name"), {"type": "string"}
    after["components"]["schemas"]["Cell"]["required"].remove("name")
    kinds = {each.kind: each for each in compare(before, after)}
    assert kinds["field possibly renamed"].after == "cell_name"
    assert kinds["field added"].where == "Cell.maker"
    assert kinds["optional"].where == "Cell.cell_name"


def test_names_that_are_not_alike_are_no_pair_among_several() -> None:
    before, after = small(), small()
    fields = after["components"]["schemas"]["Cell"]["properties"]
    del fields["name"]
    fields |= {"maker": {"type": "string"}, "colour": {"type": "string"}}
    after["components"]["schemas"]["Cell"]["required"].remove("name")
    found = compare(before, after)
    assert [each.where for each in found] == ["Cell.name", "Cell.colour", "Cell.maker"]


def test_a_moved_path_is_known_by_both() -> None:
    change = only(compare(*planted("path moved")))
    assert (change.before, change.after) == (
        "GET /cells/{cell_id}/series",
        "GET /series/{cell}",
    )
    assert change.operations[0].keys == {("GET", "/cells/{}/series"), ("GET", "/series/{}")}


def test_what_else_changed_on_a_moved_path_is_reported_too() -> None:
    before, after = planted("family moved")
    after["paths"]["/batteries/{id}"]["get"]["deprecated"] = True
    assert told(compare(before, after)) == {
        ("operation possibly moved", "operation", "breaking"),
        ("deprecated", "operation", "look"),
    }


def test_a_deletion_and_another_one_are_not_a_move() -> None:
    before, after = small(), small()
    del after["paths"]["/cells/{cell_id}"]["delete"]
    after["paths"]["/makers/{id}"] = {"delete": {"responses": {"204": {"description": ""}}}}
    kinds = {each.kind for each in compare(before, after)}
    assert kinds == {"operation removed", "operation added"}


def test_what_goes_with_a_field_is_not_distinguished() -> None:
    before, after = small(), small()
    del after["components"]["schemas"]["NewCell"]["properties"]["capacity"]
    assert [each.where for each in compare(before, after)] == ["NewCell.capacity"]


def test_a_schema_that_holds_itself_is_read() -> None:
    def tree(unit: str) -> Json:
        document = small()
        inner = {"type": "array", "items": ref("Cell")}
        document["components"]["schemas"]["Cell"]["properties"]["parts"] = inner
        document["components"]["schemas"]["Quantity"]["properties"]["unit"]["type"] = unit
        return document

    assert compare(tree("string"), tree("string")) == []
    assert {each.where for each in compare(tree("string"), tree("integer"))} == {"Quantity.unit"}


def test_limits_are_reported_in_words() -> None:
    assert only(compare(*planted("longer"))).sentence == (
        "`NewCell.name`: maxLength 255 became no maxLength"
    )
    assert only(compare(*planted("parameter bounded"))).sentence == (
        "query parameter `limit`: maximum 100 became maximum 50"
    )
    assert only(compare(*planted("another moment"))).sentence == (
        "`Cell.made_on` was string (date) and is string (date-time)"
    )


def _broken(path: list[str], value: Any) -> Json:
    document = small()
    node = document
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"swagger": "2.0", "paths": {}}, "not an OpenAPI 3 document"),
        ({"openapi": "3.1.0"}, "paths: expected a mapping"),
        ([1, 2], "not an OpenAPI 3 document"),
        (_broken(["paths", "/cells"], "soon"), "expected a mapping of operations"),
        (
            _broken(["paths", "/cells", "get", "parameters"], [{"in": "query"}]),
            "paths./cells.get.parameters.0: a parameter needs",
        ),
        (
            _broken(["components", "schemas", "State"], ref("State")),
            "State: this schema is a ref.* to itself",
        ),
        (_broken(["components", "schemas"], {}), r"/cells.*/State' leads nowhere"),
        (
            _broken(["components", "schemas", "State"], {"$ref": "https://x.example/s.json"}),
            "leads out of the document",
        ),
    ],
)
def test_what_cannot_be_read_is_reported_with_its_place(document: Any, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        compare(small(), document)
