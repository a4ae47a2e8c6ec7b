"""Every operation of the sandbox against openapi.yaml, with generated calls on real records.

CONFORMANCE_EXAMPLES is the number of calls that are drawn for each operation and kind of data.
"""

from __future__ import annotations

import ast
import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from contract_json import visible
from derived_records import UNKNOWN
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from left_out import LEFT_OUT
from placing import Give, place
from plausible import (
    BODIES,
    QUERIES,
    VALUES,
    VALUES_OF_OPERATION,
    holders,
    of_contract,
    with_units,
)
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.coverage import GenerationSession
from seeded_records import OF_NAME, OF_OPERATION, Records

from ionworks.sandbox.app import HANDLERS, HOOKS
from ionworks.sandbox.backend import Answer
from ionworks.sandbox.contract.operations import load_contract
from ionworks.sandbox.contract.resources import read_resources
from ionworks.sandbox.plain.engine import plain_handlers

ROOT = Path(__file__).parents[2]
EXAMPLES = int(os.environ.get("CONFORMANCE_EXAMPLES", "3"))
EDGES = 8 * EXAMPLES
SEED, HALF = 0, 0.5

load_all_checks()
schemathesis.openapi.format("trimmed", visible)
SCHEMA = schemathesis.openapi.from_path(ROOT / "openapi.yaml")
CONTRACT = load_contract()
DECLARED = {operation.operation_id: operation for operation in CONTRACT.operations}
# An action of a resource without a handler is answered with 501, which no operation declares.
SERVED = {*HANDLERS, *plain_handlers(CONTRACT, read_resources(CONTRACT), HOOKS)}
OPERATIONS = {
    name: found.ok()
    for found in SCHEMA.get_all_operations()
    if (name := SCHEMA.get_operation_id(found.ok())) in SERVED
}
each_operation = pytest.mark.parametrize("operation", OPERATIONS)
# To make all edge cases of an operation takes a second; `make conformance` does so for each.
EDGED = [
    pytest.param(name, marks=[] if number % 8 == 0 else pytest.mark.long)
    for number, name in enumerate(OPERATIONS)
]
# Any text may be an id: where nothing else is given, no data are of a wrong type.
TAKING_DATA = [name for name, found in OPERATIONS.items() if found.query or found.body]
drawn = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def answer(records: Records, case: Case, kind: str) -> Response:
    """Send a call and return its answer, which passed every check but those left out of a kind."""
    left_out = [name for name, why in LEFT_OUT.items() if kind not in why.kept_in]
    return case.call_and_validate(
        base_url=records.box.url,
        session=records.session,
        headers=records.headers,
        allow_redirects=kind == "success",
        excluded_checks=[CHECKS.get_one(name) for name in left_out],
    )


def drawn_calls(records: Records, operation: str, mode: GenerationMode) -> SearchStrategy[Case]:
    """Return what draws calls whose data are right or wrong; the key is always right."""
    key = {"X-API-Key": records.box.api_key, "Authorization": f"Bearer {records.box.api_key}"}
    return OPERATIONS[operation].as_strategy(generation_mode=mode, headers=key)


def real(records: Records, operation: str, name: str, otherwise: Any) -> Any:
    """Return the id of the record that a name speaks of in a call of this operation."""
    makers = {**OF_NAME, **OF_OPERATION.get(operation, {})}
    if name in makers:
        return makers[name](records)
    found = records.record_of(operation, name)
    return otherwise if found is UNKNOWN else found


def body(records: Records, operation: str) -> Any:
    """Return a good body of an operation, or None if it needs none."""
    if operation in BODIES:
        return BODIES[operation](records)
    declared = DECLARED[operation]
    return records.derived.body(declared) if declared.body_required else None


def query(records: Records, operation: str) -> dict[str, Any]:
    """Return the query without which an operation refuses to answer."""
    return QUERIES[operation](records) if operation in QUERIES else {}


def takes_many(parameter: Any) -> bool:
    """Whether a parameter may be given again and again."""
    return parameter.definition["schema"].get("type") == "array"


def mixed(records: Records, operation: str, coin: Callable[[], bool]) -> Give:
    """Return what puts real ids where a coin says so; what is of a wrong type stays wrong.

    Of a parameter that is given again and again the last one counts, so that one is sent alone.
    """
    single = {each.name for each in OPERATIONS[operation].query if not takes_many(each)}

    def give(where: str, name: str, value: Any) -> Any:
        if where == "query" and name in single and isinstance(value, list) and value:
            return value[-1]
        if not coin():
            return value
        found = real(records, operation, name, value)
        return found if type(found) is type(value) else value

    return give


def plausible(records: Records, operation: str, choose: Callable[[Sequence[Any]], Any]) -> Give:
    """Return what puts real ids everywhere, and what makes sense where types do not say enough."""
    declared = DECLARED[operation]
    suggested = of_contract(CONTRACT, declared, list(OPERATIONS[operation].query))
    options = {**suggested, **VALUES, **VALUES_OF_OPERATION.get(operation, {})}
    held = holders(CONTRACT, declared)

    def give(where: str, name: str, value: Any) -> Any:
        if (where, name) in options:
            return choose(options[where, name])
        if where == "body" and name in held:
            return with_units(value)
        return real(records, operation, name, value)

    return give


@each_operation
def test_every_operation_succeeds(records, operation):
    parameters, sent = OPERATIONS[operation].path_parameters, body(records, operation)
    case = OPERATIONS[operation].Case(
        path_parameters={
            each.name: real(records, operation, each.name, None) for each in parameters
        },
        query=query(records, operation),
        **({} if sent is None else {"body": sent}),
        media_type=None if sent is None else "application/json",
    )
    assert 200 <= answer(records, case, "success").status_code < 300


@each_operation
def test_plausible_calls_are_accepted(records, operation):
    statuses = Counter()

    @drawn
    @given(drawn_calls(records, operation, GenerationMode.POSITIVE), st.data())
    def call(case, data):
        def choose(options):
            return data.draw(st.sampled_from(options))

        place(case, plausible(records, operation, choose))
        case.query = {**query(records, operation), **case.query}
        statuses[answer(records, case, "plausible").status_code] += 1

    call()
    assert any(200 <= status < 400 for status in statuses), statuses


@pytest.mark.parametrize("operation", TAKING_DATA)
def test_wrong_data_are_refused(records, operation):
    @drawn
    @given(drawn_calls(records, operation, GenerationMode.NEGATIVE), st.data())
    def call(case, data):
        place(case, mixed(records, operation, lambda: data.draw(st.booleans())))
        answer(records, case, "wrong")

    call()


@pytest.mark.parametrize("operation", EDGED)
def test_edge_cases_are_answered_as_declared(records, operation):
    cases = SCHEMA.iter_coverage_cases(
        OPERATIONS[operation],
        generation_modes=list(GenerationMode),
        generation_config=SCHEMA.config.generation,
        session=GenerationSession(),
    )
    coins = random.Random(SEED)
    for case in spread(list(cases), EDGES):
        place(case, mixed(records, operation, lambda: coins.random() < HALF))
        answer(records, case, "edge")


def spread(cases: Sequence[Case], most: int) -> Sequence[Case]:
    """Return at most so many cases, from the first to the last at equal distances."""
    return cases[:: -(-len(cases) // most) or 1]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (Answer({"id": 7}), "Response violates schema"),
        (Answer({}, status=202), "Undocumented status code"),
        (Answer({}, headers={"content-type": "text/html"}), "Undocumented Content-Type"),
        (Answer({}, status=500), "Server error"),
    ],
)
def test_a_wrong_answer_fails(records, monkeypatch, wrong, told):
    monkeypatch.setitem(HANDLERS, "get_project", lambda *_: wrong)
    case = OPERATIONS["get_project"].Case(path_parameters={"project_id": records.project})
    with pytest.raises(FailureGroup, match=told):
        answer(records, case, "edge")


def test_an_operation_that_asks_for_no_key_fails(records, monkeypatch):
    monkeypatch.setattr("ionworks.sandbox.app.Api.authenticate", lambda *_: None)
    with pytest.raises(FailureGroup, match="API accepts requests without authentication"):
        answer(records, OPERATIONS["whoami"].Case(), "success")


@pytest.mark.parametrize("mode", GenerationMode)
def test_data_that_are_wrongly_taken_or_refused_fail(records, monkeypatch, mode):
    wrong = Answer({}, status=400 if mode.is_positive else 201)
    monkeypatch.setattr("ionworks.sandbox.app.check_call", lambda *_: None)
    monkeypatch.setitem(HANDLERS, "create_project", lambda *_: wrong)
    told = "Schema-valid request rejected" if mode.is_positive else "Schema-violating request accep"

    @drawn
    @given(drawn_calls(records, "create_project", mode))
    def call(case):
        with pytest.raises(FailureGroup, match=told):
            answer(records, case, "plausible")

    call()


def test_of_a_parameter_given_again_the_last_one_counts(records):
    path, key = f"{records.box.url}/projects", records.headers
    assert records.session.get(f"{path}?limit=many&limit=1", headers=key).status_code == 200
    assert records.session.get(f"{path}?limit=1&limit=many", headers=key).status_code == 422


def test_no_operation_asks_for_headers():
    keys = {"X-API-Key", "Authorization"}
    assert {each.name for found in OPERATIONS.values() for each in found.headers} <= keys


@pytest.mark.parametrize("check", LEFT_OUT)
def test_what_a_left_out_check_is_about_has_a_test(check):
    assert check in CHECKS.get_all_names()
    path, _, test = LEFT_OUT[check].covered_by.partition("::")
    tree = ast.parse((ROOT / path).read_text())
    assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
