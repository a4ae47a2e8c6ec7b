"""Many at once: threads and processes that want one name, and an outage that all notice."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context

import many
import pytest
from attrs import evolve
from many import NAMED, Parents, together
from rig import BUSY, KEY, Listener, Reply, Seen, Stall, peeked, read_request, rendered
from rig_fixtures import NO_AUTHORITIES

from ionworks import Ionworks
from ionworks.errors import NotFound, ServerError, TimedOut
from ionworks.sandbox import Sandbox

THREADS = 16
# As many as one call sends again: so none is left over, whoever meets them.
LOST = ("reset", "reset after commit", "503 after commit")


@pytest.fixture(scope="module")
def box():
    with Sandbox(api_key=KEY, faults=True) as box:
        yield box


@pytest.fixture(autouse=True)
def brief_log(discreet_log, caplog):
    """Thousands of requests: without what the HTTP library has to say of each."""
    caplog.set_level("INFO", logger="httpcore")


@pytest.fixture
def parents(box, unique):
    with box.client() as client:
        spec = client.cell_spec.create({"name": f"parent of {unique}"})
        cell = client.cell_instance.create(spec.id, {"name": "parent"})
    return Parents(spec.id, cell.id)


@pytest.fixture
def unique(request):
    return request.node.name


def crowd(count, call):
    """Call in so many threads, all at the same time; return what they got."""
    barrier = threading.Barrier(count)
    with ThreadPoolExecutor(count) as pool:
        return [*pool.map(lambda _: together(barrier, call), range(count))]


def made(box, operation, since):
    """Return the ids that an operation made, in the ledger."""
    return [each.record_id for each in box.faults.ledger[since:] if each.operation == operation]


@pytest.mark.parametrize("noun", NAMED)
@pytest.mark.parametrize(
    ("shared", "plan"), [(True, ()), (False, LOST)], ids=["one client", "a client each, faults"]
)
def test_row_50_threads_that_make_one_name_get_one_record(
    box, parents, unique, client_of, noun, shared, plan
):
    operation, make = NAMED[noun]
    ours = client_of(box.url, project_id=box.project_id)
    since = len(box.faults.ledger)
    box.faults.plan(operation, *plan)

    def one():
        client = ours if shared else client_of(box.url, project_id=box.project_id)
        return make(client, parents, unique)

    ids = crowd(THREADS, one)
    assert len(ids) == THREADS
    assert made(box, operation, since) == [*{*ids}]
    assert box.faults.left == {}
    assert make(ours, parents, unique) == ids[0]


@pytest.mark.parametrize("count", [3, pytest.param(8, marks=pytest.mark.long)])
def test_row_50_processes_that_make_one_name_get_one_record(
    box, parents, unique, monkeypatch, count
):
    monkeypatch.setenv("IONWORKS_API_KEY", KEY)
    since = len(box.faults.ledger)
    for named in NAMED.values():
        box.faults.plan(named.operation, *LOST)
    spawn = get_context("spawn")
    barrier, ids = spawn.Barrier(count), spawn.Queue()
    with box.client() as client:
        work = (client, parents, unique, barrier, ids)
        processes = [spawn.Process(target=many.process, args=work) for _ in range(count)]
        for each in processes:
            each.start()
        answers = [ids.get(timeout=many.PATIENCE) for _ in processes]
        for each in processes:
            each.join(many.PATIENCE)
    assert [each.exitcode for each in processes] == [0] * count
    assert answers == [answers[0]] * count
    for noun, named in NAMED.items():
        assert made(box, named.operation, since) == [answers[0][noun]]
    assert box.faults.left == {}


def test_one_client_in_64_threads_loses_nothing(box, parents, unique):
    seen = []
    calls = Counter()

    def listen(attempt):
        calls[threading.get_ident()] += 1  # nobody else counts under this name
        seen.append(attempt)

    def work(number):
        name = f"{unique} {number}"
        before = calls[threading.get_ident()]
        cell = client.cell_instance.create(parents.specification, {"name": name})
        client.cell_instance.update(cell.id, {"notes": name})
        got = client.cell_instance.get(cell.id)
        (found,) = client.cell_instance.list(parents.specification, name_exact=name)
        with pytest.raises(NotFound) as info:
            client.cell_instance.get(f"not-{number}")
        assert f"not-{number}" in str(info.value)
        assert client.last_request is not None
        # The hook is called in the thread of the call.
        assert calls[threading.get_ident()] - before == 5
        return (got.id, got.name, got.notes, found.id) == (cell.id, name, name, cell.id)

    client = Ionworks(
        KEY, box.url, project_id=box.project_id, verify=NO_AUTHORITIES, on_attempt=listen
    )
    since = len(box.faults.ledger)
    with client, ThreadPoolExecutor(64) as pool:
        assert all(pool.map(work, range(64)))
        assert client.last_request in seen
    assert all(attempt.number == 1 for attempt in seen)
    assert Counter(attempt.status for attempt in seen) == {201: 64, 200: 3 * 64, 404: 64}
    assert len({*made(box, "create_cell_instance", since)}) == 64


def test_a_listener_that_fails_in_threads_breaks_nothing(box):
    def listen(attempt):
        raise ValueError("the listener's own")

    client = Ionworks(KEY, box.url, verify=NO_AUTHORITIES, on_attempt=listen)
    with client:
        assert {*crowd(THREADS, lambda: client.health_check()["status"])} == {"ok"}
        assert client.last_request.status == 200


def test_a_call_that_waits_for_a_connection_ends_with_its_deadline(scripted, caught):
    server = scripted(Stall(), Stall())
    with (
        Ionworks(
            KEY, server.url, max_workers=1, timeout=30, verify=NO_AUTHORITIES, max_retries=0
        ) as client,
        ThreadPoolExecutor(2) as pool,
    ):
        stuck = [pool.submit(client.health_check) for _ in range(2)]
        server.wait_for(2)
        with caught(TimedOut) as info:
            client.with_options(deadline=0.05).health_check()
        assert info.value.outcome == "not_sent"
        assert "max_workers" in str(info.value)
        server.close()
        assert all(each.exception() is not None for each in stuck)


class Outage(Listener):
    """A service that lists the measurements of a cell, and fails for all else until mended."""

    count = 100
    mended = False

    def serve(self, connection):
        while peeked(connection):
            seen = read_request(connection)
            with self.lock:
                self.requests.append(seen)
                number = len(self.requests)
            connection.sendall(rendered(self.answer_to(seen), number))

    def answer_to(self, seen: Seen) -> Reply:
        times = dict.fromkeys(("created_at", "updated_at"), "2026-01-02T03:04:05Z")
        if self.mended or seen.path == "/cell_instances/c1":
            return Reply(200, {"id": "c1", "name": "c", "cell_specification_id": "s1", **times})
        if seen.path != "/cell_instances/c1/cell_measurements":
            return BUSY
        ids = (f"m{number}" for number in range(self.count))
        items = [{"id": each, "name": each, "cell_instance_id": "c1", **times} for each in ids]
        return Reply(200, {"items": items, "count": self.count, "total": self.count})


@pytest.mark.parametrize("on_error", ["collect", "raise"])
def test_an_outage_is_not_made_worse_by_a_fan_out(opened, caught, on_error):
    server = opened(Outage())
    client = opened(Ionworks(KEY, server.url, max_workers=64, verify=NO_AUTHORITIES))
    wire = client.transport
    wire._attempts = evolve(wire._attempts, sleep=lambda seconds: None)
    parts = 2 * server.count  # the series; and steps with cycles, which are one request
    most = 2 + parts + 100  # three more for each part, but for the budget of retries
    if on_error == "collect":
        detail = client.cell_instance.detail("c1", on_error="collect")
        assert len(detail.errors) == 3 * server.count
        assert {type(each.error) for each in detail.errors} == {ServerError}
        assert len(server.requests) == most
    else:
        with caught(ServerError):
            client.cell_instance.detail("c1")
        assert len(server.requests) <= most
        # Of what had not begun by then nothing is asked for.
    assert client.last_request.status == 503
    server.mended = True
    count = len(server.requests)
    assert client.cell_instance.get("c1").id == "c1"
    assert len(server.requests) == count + 1


def test_a_budget_that_is_spent_lets_every_call_ask_once(opened):
    server = opened(Outage())
    client = opened(Ionworks(KEY, server.url, verify=NO_AUTHORITIES))
    wire = client.transport
    wire._attempts = evolve(wire._attempts, sleep=lambda seconds: None)

    def ask(number):
        with pytest.raises(ServerError):
            client.cell_instance.get(f"x{number}")

    with ThreadPoolExecutor(64) as pool:
        [*pool.map(ask, range(300))]
    assert len(server.requests) == 300 + 100


def test_k3_more_threads_than_connections_wait_for_their_turn(box):
    with box.client(max_workers=1, max_retries=0) as client, ThreadPoolExecutor(32) as pool:
        asked = [pool.submit(client.whoami) for _ in range(400)]
        assert {each.result().id for each in asked} == {client.whoami().id}
