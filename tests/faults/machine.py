"""The state machine: acts while things go wrong, looks in peace, compares with its model."""

from collections import Counter
from functools import partial

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from model import EXTENDING, FINAL, MAKING, MOST_PASSING, NOUNS, PASSING, STEP_SECONDS, Known, frame
from rig import KEY
from rig_fixtures import NO_AUTHORITIES

from ionworks import Ionworks
from ionworks._http.retry import RetryBudget
from ionworks._http.transport import Transport
from ionworks.errors import Conflict, IonworksError, NotFound, RecordDiffers

MOST_REQUESTS = 80  # of one call, with all that it sends again

faults = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.one_of(
            st.lists(st.sampled_from(PASSING), min_size=1, max_size=MOST_PASSING),
            st.lists(st.sampled_from(PASSING + FINAL), min_size=1, max_size=6),
        ),
    ),
    max_size=2,
    unique_by=lambda planned: planned[0],
)
names = st.sampled_from("ABC")
places = st.integers(0, 11)


class Machine(RuleBasedStateMachine):
    """One example: a client that acts while things go wrong, one that looks in peace."""

    def __init__(self, box, looking):
        super().__init__()
        self.box, self.looking = box, looking
        self.first = {project.id for project in looking.project.list()}
        self.records: dict[str, Known] = {}
        self.gone: list[str] = []
        self.serial = 0
        self.now = 0.0
        self.attempts = []
        self.ledger = len(box.faults.ledger)
        self.client = None
        self.restart()

    @initialize()
    def a_cell(self):
        parent = None
        for noun in ("project", "specification", "instance"):
            parent = self.make(noun, parent, "A", [])

    @rule()
    def restart(self):
        if self.client is not None:
            self.client.close()
        self.client = Ionworks(KEY, self.box.url)
        wire = Transport(
            self.client.settings,
            verify=NO_AUTHORITIES,
            sleep=self.sleep,
            clock=lambda: self.now,
            rand=lambda: 1.0,
            on_attempt=self.attempts.append,
        )
        # How an outage ends all retries is tested elsewhere; here each call has its own.
        wire._attempts = evolve(wire._attempts, budget=RetryBudget(10**9))
        self.client._transport = wire

    @rule(noun=st.sampled_from([*NOUNS]), name=names, at=places, get=st.booleans(), planned=faults)
    def create(self, noun, name, at, get, planned):
        parent = self.pick([NOUNS[noun].parent], at)
        if parent is not None or noun == "project":
            self.make(noun, parent, name, planned, get=get)

    @rule(name=names, at=places, planned=faults)
    def upload(self, name, at, planned):
        self.create("series", name, at, False, planned)

    @rule(at=places, gone=st.booleans(), planned=faults)
    def get(self, at, gone, planned):
        dead = gone and self.gone
        identity = self.gone[at % len(self.gone)] if dead else self.pick(NOUNS, at)
        noun = "project" if dead else self.records[identity].noun
        call = partial(NOUNS[noun].client(self.client).get, identity)
        found, error, passes = self.during(planned, [NOUNS[noun].operation("get")], call)
        if error is None:
            assert not dead
            assert self.seen(noun, found) == self.described(identity)
        else:
            assert (type(error) is NotFound and dead) or not passes
        assert self.commits() == []

    @rule(noun=st.sampled_from([*NOUNS]), at=places, planned=faults)
    def list(self, noun, at, planned):
        parent = self.pick([NOUNS[noun].parent], at)
        if parent is None:
            return
        call = partial(NOUNS[noun].list, self.client, parent)
        found, error, passes = self.during(planned, [NOUNS[noun].operation("list")], call)
        assert error is None or not passes
        if error is None:
            assert self.as_seen(noun, found) == self.expected(noun, parent)
        assert self.commits() == []

    @rule(at=places, rename=st.none() | names, planned=faults)
    def update(self, at, rename, planned):
        identity = self.pick(NOUNS, at)
        record = self.records[identity]
        noun = NOUNS[record.noun]
        self.serial += 1
        change = {noun.text: f"text {self.serial}"}
        taken = False
        if rename is not None:
            change["name"] = rename
            taken = self.holder(record.noun, record.parent, rename) not in (None, identity)
        call = partial(noun.client(self.client).update, identity, change)
        _, error, passes = self.during(planned, [noun.operation("update")], call)
        done = {each.operation for each in self.commits()}
        assert done <= {noun.operation("update")}
        if error is None:
            assert done
        elif error.outcome != "unknown":
            assert not done
        assert error is None or not passes or (taken and type(error) is Conflict)
        assert not (taken and done)
        if done:
            record.notes, record.name = change[noun.text], rename or record.name
        self.look(record.noun, record.parent)

    @rule(at=places, planned=faults)
    def delete(self, at, planned):
        identity = self.pick(NOUNS, -at)
        record = self.records[identity]
        if identity in (*self.records,)[:3]:
            return  # the first cell stays, or there is soon nothing left
        noun = NOUNS[record.noun]
        call = partial(noun.client(self.client).delete, identity)
        _, error, passes = self.during(planned, [noun.operation("delete")], call)
        done = [each.operation for each in self.commits()]
        assert done in ([], [noun.operation("delete")])
        if error is None:
            assert done
        else:
            assert not passes
            assert not done or error.outcome == "unknown"
        if done:
            self.forget(identity)
        self.look(record.noun, record.parent)

    @rule(at=places, planned=faults)
    def extend(self, at, planned):
        identity = self.pick(["series"], at)
        if identity is None:
            return
        record = self.records[identity]
        more = frame(record.rows, record.rows // STEP_SECONDS)
        call = partial(self.client.cell_measurement.extend, identity, more)
        # What begins an extension is sent once: a second one would find the first.
        begins = any(at % len(EXTENDING) == 0 for at, _ in planned)
        _, error, passes = self.during(planned, EXTENDING, call)
        done = Counter(each.operation for each in self.commits())
        confirmed, begun = done[EXTENDING[2]], done[EXTENDING[0]]
        assert confirmed in (0, 1)
        if error is None:
            assert confirmed
        elif passes and not begins:
            assert type(error) is Conflict
            assert record.blocked
        if error is not None and error.operation == EXTENDING[2] and error.outcome != "unknown":
            assert not confirmed
        record.rows += confirmed * STEP_SECONDS
        record.blocked = (record.blocked or bool(begun)) and not confirmed
        self.look_at_rows(identity)

    @invariant()
    def nothing_is_planned_any_more(self):
        assert self.box.faults.left == {}

    def teardown(self):
        self.box.faults.clear()
        try:
            if self.client is not None:
                self.look("project", None)
                for identity, record in self.records.items():
                    for noun in ("specification", "instance", "series"):
                        if NOUNS[noun].parent == record.noun:
                            self.look(noun, identity)
                    if record.rows:
                        self.look_at_rows(identity)
        finally:
            self.client.close()
            for project in self.looking.project.list():
                if project.id not in self.first:
                    self.looking.project.delete(project.id)

    # What the rules have in common.

    def sleep(self, seconds):
        self.now += seconds

    def during(self, planned, operations, call):
        """Call while things go wrong; return the answer, the error, and whether it must pass."""
        for at, plan in planned:
            self.box.faults.plan(operations[at % len(operations)], *plan)
        counted = Counter()
        for at, plan in planned:
            counted[at % len(operations)] += len(plan)
        passes = all({*plan} <= {*PASSING} for _, plan in planned) and all(
            count <= MOST_PASSING for count in counted.values()
        )
        self.attempts.clear()
        answer = error = None
        try:
            answer = call()
        except IonworksError as caught:
            error = caught
            assert KEY not in f"{error}{error!r}"
            assert error.operation or type(error) is RecordDiffers
        self.box.faults.clear()
        assert len(self.attempts) <= MOST_REQUESTS
        assert all(attempt.number <= 1 + MOST_PASSING for attempt in self.attempts)
        return answer, error, passes

    def make(self, kind, parent, name, planned, *, get=False):
        """Make a record or try to; return its id, if there is one now."""
        noun = NOUNS[kind]
        self.serial += 1
        notes = f"text {self.serial}"
        holder = self.holder(kind, parent, name)
        operations = (*noun.creating, noun.operation("list"), noun.operation("get"))
        call = partial(noun.make, self.client, parent, {"name": name, noun.text: notes}, get)
        answer, error, passes = self.during(planned, operations, call)
        made = [each.record_id for each in self.commits() if each.operation in MAKING]
        assert len(made) <= (0 if holder else 1)
        if error is None:
            assert [answer.id] == (made or [holder])
            assert made or get
            assert kind != "properties" or made
        elif type(error) is RecordDiffers:  # the name belongs to another type of measurement
            assert get
            assert self.records[holder].noun != kind
            assert made == []
        elif passes:
            assert type(error) is Conflict
            assert holder
        elif error.operation == noun.making and error.outcome != "unknown":
            assert made == []
        for each in made:
            self.records[each] = Known(kind, parent, name, notes, noun.rows)
        self.look(kind, parent)
        return (made or [holder])[0]

    def commits(self):
        """Return what was done on the server since the last time."""
        tail = self.box.faults.ledger[self.ledger :]
        self.ledger += len(tail)
        return tail

    def pick(self, nouns, at):
        """Return the id of one of the records of these nouns, or None."""
        known = [each for each, record in self.records.items() if record.noun in nouns]
        return known[at % len(known)] if known else None

    def holder(self, noun, parent, name):
        """Return the id of the record that has a name, or None."""
        known = ((i, r) for i, r in self.records.items() if self.is_beside(r, noun, parent))
        return next((identity for identity, record in known if record.name == name), None)

    def is_beside(self, record, noun, parent):
        return (NOUNS[record.noun].word, record.parent) == (NOUNS[noun].word, parent)

    def forget(self, identity):
        for child in [i for i, record in self.records.items() if record.parent == identity]:
            self.forget(child)
        del self.records[identity]
        self.gone.append(identity)

    def look(self, noun, parent):
        """Compare the records of a parent, each once, with those that must be there."""
        if parent is None or parent in self.records:
            found = NOUNS[noun].list(self.looking, parent)
            assert self.as_seen(noun, found) == self.expected(noun, parent)

    def look_at_rows(self, identity):
        times = self.looking.cell_measurement.time_series(identity)["Time [s]"].to_list()
        assert times == [float(each) for each in range(self.records[identity].rows)]

    def as_seen(self, noun, records):
        found = [self.seen(noun, record) for record in records if record.id not in self.first]
        return sorted(found)

    def seen(self, noun, record):
        return record.id, record.name, record[NOUNS[noun].text]

    def described(self, identity):
        record = self.records[identity]
        return identity, record.name, record.notes

    def expected(self, noun, parent):
        known = self.records.items()
        return sorted(self.described(i) for i, r in known if self.is_beside(r, noun, parent))
