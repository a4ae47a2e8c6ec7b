"""Rows 1 to 8 of the matrix: connections that fail before, during and after a call."""

import socket
from collections import Counter

import polars as pl
import pytest
from attrs import evolve
from rig import unused_port
from rig_faulty import LOOK, fresh
from rig_tcp import Toxic, ToxicTCP

from ionworks.errors import Conflict, ConnectionFailed, WriteOutcomeUnknown

LOST = ["reset after commit", "close after commit", "503 after commit", "stall after commit"]
SERIES = pl.DataFrame(
    {
        "Time [s]": [float(second) for second in range(60)],
        "Voltage [V]": [4.1 - second / 200 for second in range(60)],
        "Current [A]": [1.0] * 30 + [0.0] * 30,
        "Step count": [0] * 30 + [1] * 30,
        "Cycle count": [0] * 60,
    }
)


@pytest.fixture
def direct(faulty, client_of):
    """A client whose calls are made while nothing is planned."""
    return client_of(faulty.url)


@pytest.fixture
def spec(direct):
    return direct.cell_spec.create({"name": fresh("spec")})


@pytest.fixture
def cell(direct, spec):
    return direct.cell_instance.create(spec.id, {"name": "M50-007"})


@pytest.fixture
def waking(faulty, opened, client_of, naps):
    """A client of a server that comes up while the client waits for the second time."""
    port = unused_port()

    class Naps(list):
        def append(self, seconds):
            super().append(seconds)
            naps.append(seconds)
            if len(self) == 2:
                opened(ToxicTCP(faulty.url, port=port))

    client = client_of(f"http://127.0.0.1:{port}")
    client.transport._attempts = evolve(client.transport._attempts, sleep=Naps().append)
    return client


class Noun:
    """One way to make a record by name: its operation, its calls, and how to read it directly."""

    def __init__(self, operation, create, create_or_get, get):
        self.operation, self.create, self.get = operation, create, get
        self.create_or_get = create_or_get


NOUNS = {
    "project": Noun(
        "create_project",
        lambda client, _, name: client.project.create({"name": name}),
        lambda client, _, name: client.project.create_or_get({"name": name}),
        lambda client, made: client.project.get(made.id),
    ),
    "specification": Noun(
        "create_cell_specification",
        lambda client, _, name: client.cell_spec.create({"name": name}),
        lambda client, _, name: client.cell_spec.create_or_get({"name": name}),
        lambda client, made: client.cell_spec.get(made.id),
    ),
    "batch": Noun(
        "create_cell_batch",
        lambda client, cell, name: client.cell_batch.create(
            cell.cell_specification_id, {"name": name}
        ),
        lambda client, cell, name: client.cell_batch.create_or_get(
            cell.cell_specification_id, {"name": name}
        ),
        lambda client, made: client.cell_batch.get(made.id),
    ),
    "instance": Noun(
        "create_cell_instance",
        lambda client, cell, name: client.cell_instance.create(
            cell.cell_specification_id, {"name": name}
        ),
        lambda client, cell, name: client.cell_instance.create_or_get(
            cell.cell_specification_id, {"name": name}
        ),
        lambda client, made: client.cell_instance.get(made.id),
    ),
    "properties": Noun(
        "create_properties_measurement",
        lambda client, cell, name: client.cell_measurement.create_properties(cell.id, name, {}),
        lambda client, cell, name: client.cell_measurement.create_properties(cell.id, name, {}),
        lambda client, made: client.cell_measurement.get(made.id),
    ),
}
each_noun = pytest.mark.parametrize("noun", NOUNS.values(), ids=NOUNS)


def test_row_01_a_read_waits_for_a_server_that_comes_up(waking, direct, spec, witness, naps):
    witness.returns(lambda: waking.cell_spec.get(spec.id), lambda _: direct.cell_spec.get(spec.id))
    assert naps == [0.5, 1.0]


def test_row_01_a_read_of_a_server_that_stays_away_ends(client_of, witness, naps):
    client = client_of(f"http://127.0.0.1:{unused_port()}")
    witness.raises(
        ConnectionFailed,
        lambda: client.project.get("p1"),
        outcome="not_sent",
        operation="get_project",
        answered=False,
        says="Nothing was sent: check the address and the network.",
    )
    assert naps == [0.5, 1.0, 2.0]


def test_row_02_a_creation_waits_for_a_server_that_comes_up(waking, direct, witness, naps):
    witness.returns(
        lambda: waking.project.create({"name": fresh()}),
        lambda made: direct.project.get(made.id),
        commits={"create_project": 1},
    )
    assert naps == [0.5, 1.0]


@pytest.mark.parametrize(
    "after",
    [
        0,
        1,
        150,
        300,
        *[pytest.param(each, marks=pytest.mark.long) for each in range(10, 300, 40)],
    ],
)
@pytest.mark.parametrize("kind", ["reset", "cut"])
def test_row_03_a_connection_that_breaks_in_the_request(
    faulty, opened, client_of, direct, cell, witness, kind, after
):
    toxic = opened(ToxicTCP(faulty.url, Toxic(kind, after), Toxic(kind, after)))
    client = client_of(toxic.url)
    body = {"name": fresh(), "notes": "n" * 300}  # so that all of these places are within it
    witness.returns(
        lambda: client.cell_instance.create(cell.cell_specification_id, body),
        lambda made: direct.cell_instance.get(made.id),
        commits={"create_cell_instance": 1},
    )
    assert len(toxic.passed) == 3
    assert [each["request"] for each in toxic.passed[:2]] == [after, after]


@each_noun
@pytest.mark.parametrize("fault", ["reset", "close"])
def test_row_03_a_connection_that_ends_before_the_creation(
    faulty, direct, cell, witness, noun, fault
):
    faulty.plan(noun.operation, fault, fault)
    witness.returns(
        lambda: noun.create(direct, cell, fresh()),
        lambda made: noun.get(direct, made),
        commits={noun.operation: 1},
    )


def test_row_03_a_connection_that_always_breaks_is_unknown(faulty, direct, witness, naps):
    faulty.plan("create_project", *["reset"] * 4)
    error = witness.raises(
        WriteOutcomeUnknown,
        lambda: direct.project.create({"name": fresh()}),
        outcome="unknown",
        operation="create_project",
        answered=False,
        says=LOOK,
    )
    assert error.previous_attempts == ("ConnectionFailed",) * 3
    assert naps == [0.5, 1.0, 2.0]


@each_noun
@pytest.mark.parametrize("fault", LOST)
def test_row_04_create_or_get_finds_what_it_made(
    faulty, client_of, direct, cell, witness, noun, fault
):
    client = client_of(faulty.url, timeout=0.3)
    faulty.plan(noun.operation, fault)
    name = fresh()
    made = witness.returns(
        lambda: noun.create_or_get(client, cell, name),
        lambda made: noun.get(direct, made),
        commits={noun.operation: 1},
    )
    assert made.name == name


@each_noun
@pytest.mark.parametrize("fault", LOST)
def test_row_05_a_creation_finds_what_it_made(
    faulty, client_of, direct, cell, witness, noun, fault
):
    client = client_of(faulty.url, timeout=0.3)
    faulty.plan(noun.operation, fault)
    witness.returns(
        lambda: noun.create(client, cell, fresh()),
        lambda made: noun.get(direct, made),
        commits={noun.operation: 1},
    )


@pytest.mark.parametrize("side", [0, 1, 20, 200])
def test_row_05_a_creation_whose_answer_breaks_off(
    faulty, opened, client_of, direct, witness, side
):
    toxic = opened(ToxicTCP(faulty.url, Toxic("reset", side, "answer")))
    client = client_of(toxic.url)
    witness.returns(
        lambda: client.project.create({"name": fresh()}),
        lambda made: direct.project.get(made.id),
        commits={"create_project": 1},
    )


@pytest.mark.parametrize("faults", [["401"], ["503", "503"], ["reset", "close"]])
def test_row_05_a_record_that_cannot_be_looked_at_may_be_our_own(
    faulty, client_of, witness, faults
):
    faulty.plan("create_project", "reset after commit")
    faulty.plan("get_project", *faults)
    client = client_of(faulty.url, max_retries=1)
    witness.raises(
        WriteOutcomeUnknown,
        lambda: client.project.create({"name": fresh()}),
        outcome="unknown",
        operation="create_project",
        answered=True,
        says="Check before you try again",
        commits={"create_project": 1},
    )


@pytest.mark.parametrize("fault", ["reset", "503"])
def test_row_05_a_record_that_another_made_meanwhile_is_not_taken_for_our_own(
    faulty, direct, client_of, witness, fault
):
    name = fresh()
    other = []

    def make(attempt):
        if attempt.pause is not None:
            other.append(direct.project.create({"name": name, "description": "another's"}))

    client = client_of(faulty.url)
    client.transport._on_attempt = make
    faulty.plan("create_project", fault)
    error = witness.raises(
        Conflict,
        lambda: client.project.create({"name": name, "description": "ours"}),
        outcome="rejected",
        operation="create_project",
        answered=True,
        says="use create_or_get",
        commits={"create_project": 1},
    )
    assert error.existing_id == other[0].id


@pytest.mark.parametrize("fault", ["reset", "close", "503"])
def test_row_05_a_record_that_was_there_before_is_not_taken_for_our_own(
    faulty, direct, witness, fault
):
    there = direct.project.create({"name": fresh()})
    faulty.plan("create_project", fault)
    with faulty.box._require_running().backend.store.write() as transaction:
        query = "UPDATE projects SET created_at = 0 WHERE id = ?"
        transaction.connection.execute(query, (there.id,))
    witness.raises(
        Conflict,
        lambda: direct.project.create({"name": there.name}),
        outcome="rejected",
        operation="create_project",
        answered=True,
        says=f"The record exists as {there.id!r}",
    )


def test_row_07_the_parts_of_a_view_survive_resets(faulty, direct, client_of, cell, witness):
    names = [f"RPT {number}" for number in range(3)]
    for name in names:
        direct.cell_measurement.create(
            cell.id, {"measurement": {"name": name}, "time_series": SERIES}
        )
    whole = direct.cell_instance.detail(cell.id)
    before = len(faulty.foreign)
    client = client_of(faulty.url, max_workers=8)
    faulty.plan("get_object", "reset", "reset")
    faulty.plan("get_cell_instance", "reset", "close")
    view = witness.returns(
        lambda: client.cell_instance.detail(cell.id),
        lambda view: view,
    )
    for one, other in zip(view.measurements, whole.measurements, strict=True):
        assert one.measurement == other.measurement
        for part in ("steps", "cycles", "time_series"):
            assert getattr(one, part).equals(getattr(other, part))
    fetched = Counter(request.path for request in faulty.foreign[before:])
    assert fetched
    assert max(fetched.values()) <= 3
    assert sum(fetched.values()) == len(fetched) + 2


def test_row_08_a_name_that_does_not_resolve_is_asked_for_a_few_times_only(
    client_of, witness, naps, monkeypatch
):
    asked = []

    def unresolved(host, *_args, **_options):
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unresolved)
    client = client_of("https://api.no-such-host.example")
    error = witness.raises(
        ConnectionFailed,
        lambda: client.project.list(),
        outcome="not_sent",
        operation="list_projects",
        answered=False,
        says="check the address and the network",
    )
    for part in ("api.no-such-host.example", "Name or service not known", "argument api_url"):
        assert part in str(error)
    assert len(asked) == len(naps) + 1 == 4
