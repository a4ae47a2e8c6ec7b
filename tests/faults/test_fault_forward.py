"""Whatever a later service answers: a record, an `InvalidRecord` in its list, or an error of ours.

FAULTS_EXAMPLES is the number of answers that are drawn for each operation, 6 by default.
"""

import io
import os
import warnings
from functools import partial
from random import Random

import polars as pl
import pytest
from forward import Improviser, answer, arguments, declared, mutated, of_path, operations, use
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from rig import KEY, Reply
from rig_fixtures import NO_AUTHORITIES

from ionworks import InvalidRecordWarning, Ionworks, Quantity
from ionworks._http.retry import RetryPolicy
from ionworks._http.transport import Transport
from ionworks._workflows.wait import wait_for_all
from ionworks.errors import IonworksError, UnexpectedResponse
from ionworks.records.diff import DifferenceWarning

EXAMPLES = int(os.environ.get("FAULTS_EXAMPLES", "6"))
OPERATIONS = operations()
drawn = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
randoms = st.randoms(use_true_random=False)
SERIES = pl.DataFrame(
    {
        "Time [s]": [0.0, 10.0, 20.0],
        "Voltage [V]": [4.1, 4.0, 3.9],
        "Current [A]": [1.0, 1.0, 1.0],
        "Step count": [0, 0, 0],
        "Cycle count": [0, 0, 0],
    }
)
SPEC = {
    "name": "x",
    "ratings": {"capacity": Quantity(5, "A*h"), "voltage_min": "2.5 V"},
    "source": {"doi": "10.1/x"},
    "anode": {"material": {"name": "x"}, "properties": {"loading": "7 mg/cm**2"}},
}
CELL = {
    "name": "x",
    "date_manufactured": "2026-01-02",
    "measured_properties": {"cell": {"initial_capacity": Quantity(4.9, "A*h")}},
}
TEST = {"measurement": {"name": "x", "tags": {"a"}, "start_time": "2026-01-02T03:04:05Z"}}
TEST |= {"time_series": SERIES}
MOST_REQUESTS = 40
# What of the hand-written client does more than pass an answer on.
COMPOSED = {
    "cell detail": lambda c: c.cell_instance.detail("c1"),
    "cell detail, collected": lambda c: c.cell_instance.detail("c1", on_error="collect"),
    "measurement detail": lambda c: c.cell_measurement.detail("m1"),
    "projects": lambda c: c.project.list(),
    "specifications": lambda c: c.cell_spec.list(),
    "cells": lambda c: [*c.cell_instance.iterate("s1", max_items=30)],
    "measurements": lambda c: c.cell_measurement.list("c1"),
    "measurements of a project": lambda c: c.cell_measurement.list_by_project("p1"),
    "found measurements": lambda c: c.cell_measurement.find("x1", project_id="p1"),
    "tags": lambda c: c.cell_measurement.list_tags(project_id="p1"),
    "added tags": lambda c: c.cell_measurement.add_tags(["m1"], ["a"]),
    "raw data": lambda c: c.raw_data.list("p1"),
    "raw data of a measurement": lambda c: c.cell_measurement.list_raw_data("m1"),
    "measurements of raw data": lambda c: c.raw_data.list_measurements("r1"),
    "bytes of raw data": lambda c: c.raw_data.download("r1"),
    "jobs": lambda c: c.job.list(),
    "search": lambda c: c.search.query("x1"),
    "steps": lambda c: c.cell_measurement.steps("m1"),
    "cycles": lambda c: c.cell_measurement.cycles("m1"),
    "both tables": lambda c: c.cell_measurement.steps_and_cycles("m1"),
    "series": lambda c: c.cell_measurement.time_series("m1"),
    "files": lambda c: c.cell_measurement.download_files("m1"),
    "a project once": lambda c: c.project.create_or_get({"name": "x"}),
    "a specification once": lambda c: c.cell_spec.create_or_get(SPEC),
    "a cell once": lambda c: c.cell_instance.create_or_get("s1", CELL),
    "a batch once": lambda c: c.cell_batch.create_or_get("s1", {"name": "x"}),
    "a measurement once": lambda c: c.cell_measurement.create_or_get("c1", TEST),
    "a measurement": lambda c: c.cell_measurement.create("c1", TEST),
    "properties": lambda c: c.cell_measurement.create_properties("c1", "x", {"m": "1 g"}),
    "more rows": lambda c: c.cell_measurement.extend("m1", SERIES),
    "waiting": lambda c: c.cell_measurement.wait_for_processing(["m1", "m2"]),
    "a measurement by its names": lambda c: c.resolve_measurement("x", "x", "x"),
}


@pytest.fixture(autouse=True)
def discreet_log():
    """Keep no log of thousands of answers, unlike the other tests here."""


@pytest.fixture(scope="module")
def improviser():
    server = Improviser()
    yield server
    server.close()


@pytest.fixture(scope="module")
def patient(improviser):
    """A client of the improviser, who waits in no time."""
    naps = []
    quick = partial(wait_for_all, sleep=naps.append, clock=lambda: sum(naps))
    with pytest.MonkeyPatch.context() as patch:
        for module in ("cell_measurement.running", "_workflows.upload"):
            patch.setattr(f"ionworks.{module}.wait_for_all", quick)
        yield from _patient(improviser, naps)


def _patient(improviser, naps):
    client = Ionworks(KEY, improviser.url, max_workers=1)
    client._transport = Transport(
        client.settings,
        timeout=5.0,
        retry=RetryPolicy(max_retries=1),
        verify=NO_AUTHORITIES,
        sleep=naps.append,
        clock=lambda: sum(naps),
        rand=lambda: 1.0,
    )
    with client:
        yield client


def outcome(call):
    """Return what a call gives, or the error of ours; any other error is a failure."""
    with warnings.catch_warnings():
        for category in (InvalidRecordWarning, DifferenceWarning):
            warnings.simplefilter("ignore", category)
        try:
            return call()
        except IonworksError as error:
            return error


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_answer_of_any_operation_crashes_the_client(improviser, patient, name):
    operation = OPERATIONS[name]
    rules = declared(operation.method, operation.path)

    @drawn
    @given(randoms, st.integers(0, 4))
    def call(random, changes):
        reply = answer(rules, random, changes)
        note(f"the service answers {reply}")
        improviser.answer = lambda _: reply
        use(outcome(lambda: patient.call(operation, **arguments(operation))))

    call()


def series():
    buffer = io.BytesIO()
    SERIES.write_parquet(buffer)
    return buffer.getvalue()


class Service:
    """Answers every operation as the contract has it, now and then not quite; and keeps files."""

    def __init__(self, url, seed, changes):
        self.storage = f"{url}/storage/f"
        self.random = Random(seed)
        self.changes = changes
        self.replies = []

    def __call__(self, seen):
        self.replies.append(self._reply(seen))
        return self.replies[-1]

    def _reply(self, seen):
        changes = self.random.choice((0, 0, self.changes))
        if len(self.replies) > MOST_REQUESTS:
            return Reply(400, {"error_code": "ENOUGH", "message": "Enough."})
        if seen.path.startswith("/storage/"):
            content = self.random.choice((series(), b"", b"PAR1junkPAR1")) if changes else series()
            return Reply(200, content, {"content-type": "application/octet-stream"})
        rules = of_path(seen.method, seen.path)
        if rules is None:
            return Reply(404, {"error_code": "NOT_FOUND", "message": "There is none."})
        if seen.method == "POST" and self.random.random() < 0.3:
            taken = {"error_code": "CONFLICT", "message": "x", "detail": {"existing_id": "e1"}}
            return Reply(409, mutated(taken, self.random) if changes else taken)
        return answer(rules, self.random, changes, self.storage)


@pytest.mark.filterwarnings("ignore::ionworks.ListChangedWarning")  # totals are drawn, too
@pytest.mark.parametrize("name", COMPOSED)
def test_no_answers_crash_what_is_composed_of_them(improviser, patient, name):
    @drawn
    @given(st.integers(0, 2**32 - 1), st.integers(0, 4))
    def call(seed, changes):
        service = improviser.answer = Service(improviser.url, seed, changes)
        result = outcome(lambda: COMPOSED[name](patient))
        for reply in service.replies:
            note(f"the service answered {reply!r:.400}")
        use(result)

    call()


# What was found in this way, once more by itself.


def job(number):
    moment = "2026-01-02T03:04:05Z"
    states = {"status": "pending", "priority": 1, "is_terminal": False, "is_failed": False}
    times = {"created_at": moment, "updated_at": moment}
    return {"job_id": f"j{number}", "job_type": "ecm", **states, **times}


@pytest.mark.parametrize("count", [100, 150])
@pytest.mark.parametrize("with_total", [False, True])
def test_a_list_that_is_not_paged_is_read_once(improviser, patient, count, with_total):
    jobs = [job(number) for number in range(count)]
    body = {"items": jobs, "count": count, "total": count} if with_total else jobs
    improviser.answer = lambda _: Reply(200, body)
    found = patient.job.list()
    assert [each.job_id for each in found] == [each["job_id"] for each in jobs]
    assert found.total == count


def test_a_page_that_comes_again_in_place_of_the_next_is_an_error(improviser, patient):
    jobs = [job(number) for number in range(100)]
    improviser.answer = lambda _: Reply(200, {"items": jobs, "count": 100, "total": 150})
    with pytest.raises(UnexpectedResponse, match="offset 100 returned the same 100 items"):
        patient.job.list()


def test_a_page_with_a_bad_item_is_json_ready(improviser, patient):
    bad = {"job_id": "j2", "status": None}
    improviser.answer = lambda _: Reply(200, {"items": [job(1), bad]})
    page = patient.call(OPERATIONS["list_jobs"])
    assert page.to_dict()["items"][1] == bad


def test_half_a_character_can_be_shown(improviser, patient):
    improviser.answer = lambda _: Reply(200, {"id": "u1", "\ud800": 1})
    assert "\\ud800=1" in repr(patient.whoami())
    assert "\\ud800" in patient.whoami()._repr_html_()


def test_tables_that_are_null_are_empty(improviser, patient):
    improviser.answer = lambda _: Reply(200, {"steps": None, "cycles": {"a": [1]}})
    both = patient.cell_measurement.steps_and_cycles("m1")
    assert (both.steps.shape, both.cycles.shape) == ((0, 0), (1, 1))
    assert both == patient.cell_measurement.steps_and_cycles("m1")
    improviser.answer = lambda _: Reply(200, {"steps": None, "cycles": {"a": [2]}})
    assert both != patient.cell_measurement.steps_and_cycles("m1")
