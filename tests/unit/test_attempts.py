"""The loop of attempts, played by a script: what is sent again, when it ends, and with what."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionworks._http.attempts import Deadline, Retrier
from ionworks._http.request import HttpRequest
from ionworks._http.response import Response, error_from_response
from ionworks._http.retry import RetryBudget, RetryPolicy
from ionworks.errors import (
    ApiError,
    AuthenticationFailed,
    BadRequest,
    Conflict,
    ConnectionFailed,
    IonworksError,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServerError,
    TimedOut,
    UnexpectedResponse,
    WriteOutcomeUnknown,
)

NOW = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)
URL = "https://api.test/projects?token=never-shown-123"
UNKNOWN = ConnectionFailed, {"outcome": "unknown"}
NOT_SENT = ConnectionFailed, {"outcome": "not_sent"}
LATE = TimedOut, {"outcome": "unknown"}
IDEMPOTENCIES = ("idempotent", "unique-name", "none")


class Play:
    """Attempts on a clock of its own; each step of the script is a status, or an error."""

    def __init__(
        self, *script, method="POST", idempotency="unique-name", seconds=0.0, budget=None, **policy
    ):
        self.script, self.seconds = list(script), seconds
        self.now, self.naps, self.told, self.sent = 0.0, [], [], 0
        self.policy = RetryPolicy(**policy)
        self.about = HttpRequest("api", "create_project", method, URL, idempotency=idempotency)
        self.attempts = Retrier(
            self.policy,
            budget or RetryBudget(),
            self.nap,
            self.clock,
            lambda: 1.0,
            self.told.append,
        )

    def clock(self):
        return self.now

    def nap(self, seconds):
        self.naps.append(seconds)
        self.now += seconds

    def once(self, _):
        self.sent += 1
        self.now += self.seconds
        step = self.script.pop(0)
        if isinstance(step, tuple) and not isinstance(step[0], int):
            raise step[0]("broke", method=self.about.method, url=URL, **step[1])
        status, headers = step if isinstance(step, tuple) else (step, {})
        date = (NOW + timedelta(seconds=self.now)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        headers = {"date": date, "x-request-id": f"req-{self.sent}", **headers}
        if status >= 400:
            raise error_from_response(
                status, headers, b"", method=self.about.method, url=URL, operation="create_project"
            )
        return Response(status, headers, b"{}", URL, "create_project", self.about.method)

    def run(self):
        return self.attempts.run(self.about, self.once, Deadline(self.policy.deadline, self.clock))

    def fails(self, cls):
        with pytest.raises(cls) as info:
            self.run()
        assert type(info.value) is cls
        assert self.script == []
        return info.value


def after(seconds):
    return {"retry-after": seconds}


@pytest.mark.parametrize("idempotency", IDEMPOTENCIES)
@pytest.mark.parametrize("failure", [NOT_SENT, 408, 429])
def test_what_was_not_taken_up_is_sent_again_whatever_it_is(idempotency, failure):
    play = Play(failure, failure, 201, idempotency=idempotency)
    assert play.run().status == 201
    assert play.naps == [0.5, 1.0]


@pytest.mark.parametrize("idempotency", ["idempotent", "unique-name"])
@pytest.mark.parametrize("failure", [UNKNOWN, LATE, 500, 502, 503, 504, 520, 524, 529])
def test_what_may_be_done_is_sent_again_where_it_does_no_harm(idempotency, failure):
    play = Play(failure, 201, idempotency=idempotency)
    assert play.run().status == 201
    assert play.sent == 2


@pytest.mark.parametrize("failure", [UNKNOWN, LATE, 500, 503, 599, (503, after("1"))])
def test_what_may_be_done_once_is_sent_once(failure):
    play = Play(failure, idempotency="none")
    error = play.fails(WriteOutcomeUnknown)
    assert (error.outcome, error.previous_attempts, play.naps) == ("unknown", (), [])
    assert isinstance(error.__cause__, IonworksError)


@pytest.mark.parametrize(
    ("status", "cls"),
    [(400, BadRequest), (401, AuthenticationFailed), (403, PermissionDenied), (409, Conflict)],
)
@pytest.mark.parametrize("idempotency", IDEMPOTENCIES)
def test_a_refusal_ends_it(status, cls, idempotency):
    error = Play(status, idempotency=idempotency).fails(cls)
    assert (error.outcome, error.previous_attempts, error.first_sent) == ("rejected", (), None)


def test_an_answer_that_is_none_ends_it():
    play = Play((UnexpectedResponse, {}))
    assert play.fails(UnexpectedResponse).outcome == "unknown"
    assert play.naps == []


def test_a_status_that_is_no_known_failure_of_servers_is_not_tried_again():
    assert Play(599, idempotency="idempotent").fails(ServerError).previous_attempts == ()


def test_an_error_that_is_not_ours_passes_through():
    play = Play((RuntimeError, {}))
    play.once = lambda _: 1 / 0
    with pytest.raises(ZeroDivisionError):
        play.run()
    assert play.told == []


def test_the_last_error_tells_what_came_before():
    error = Play(UNKNOWN, 503, NOT_SENT, 400).fails(WriteOutcomeUnknown)
    assert error.previous_attempts == ("ConnectionFailed", "503", "ConnectionFailed")
    assert "previous attempts: ConnectionFailed, 503, ConnectionFailed" in str(error)
    assert (error.outcome, error.request_id) == ("unknown", "req-4")
    assert type(error.__cause__) is BadRequest


REFUSALS = [400, 401, 402, 403, 404, 405, 406, 408, 410, 411, 413, 414, 415, 418, 421, 422, 425]


@pytest.mark.parametrize("last", [*REFUSALS, 426, 428, 429, 431, 451, 499, 501, 505, 599, NOT_SENT])
def test_x7_a_refusal_tells_nothing_of_what_was_sent_before(last):
    error = Play(UNKNOWN, last, max_retries=1).fails(WriteOutcomeUnknown)
    assert error.outcome == "unknown"
    assert error.previous_attempts == ("ConnectionFailed",)
    safe = Play(503, last, idempotency="idempotent", method="PATCH", max_retries=1)
    with pytest.raises((ApiError, ConnectionFailed)) as info:
        safe.run()
    assert info.value.outcome == "unknown"


@pytest.mark.parametrize("last", [401, 403, 408, 429])
def test_what_was_only_refused_was_not_done(last):
    with pytest.raises(ApiError) as info:
        Play(NOT_SENT, 429, last, max_retries=2).run()
    assert info.value.outcome == "rejected"


# The server's clock says when it was sent first.


def test_a_conflict_after_a_lost_answer_knows_when_the_first_request_left():
    error = Play(UNKNOWN, UNKNOWN, 409, seconds=2.0).fails(Conflict)
    # A Date has whole seconds: never later than it was, and less than a second before.
    assert NOW - timedelta(seconds=1) < error.first_sent <= NOW
    # Whose record it is, only a look at it tells.
    assert error.outcome == "unknown"


def test_a_conflict_after_something_that_was_surely_not_done_is_with_another():
    assert Play(NOT_SENT, 429, 409).fails(Conflict).first_sent is None


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 99 Jan 2026 00:00:00 GMT"])
def test_without_a_date_nobody_knows_when_it_was_sent(date):
    assert Play(UNKNOWN, (409, {"date": date})).fails(Conflict).first_sent is None


# A deletion is done when nothing is left.


@pytest.mark.parametrize("before", [UNKNOWN, LATE, 503])
def test_a_deletion_that_finds_nothing_after_a_lost_answer_is_done(before):
    play = Play(before, 404, method="DELETE", idempotency="idempotent")
    assert play.run().status == 204


@pytest.mark.parametrize("before", [NOT_SENT, 429])
def test_a_deletion_that_was_surely_not_done_finds_nothing(before):
    Play(before, 404, method="DELETE", idempotency="idempotent").fails(NotFound)


def test_only_a_deletion_is_done_by_finding_nothing():
    Play(503, 404, method="GET", idempotency="idempotent").fails(NotFound)


# When it ends.


def test_the_waits_grow_up_to_their_cap_and_end():
    play = Play(*[503] * 8, idempotency="idempotent", max_retries=7, cap=4.0, deadline=None)
    play.fails(ServerError)
    assert play.naps == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0, 4.0]


def test_no_wait_reaches_the_deadline():
    play = Play((429, after("50")), (429, after("50")), idempotency="idempotent", deadline=60)
    assert play.fails(RateLimited).retry_after == 50
    assert play.naps == [50]


def test_slow_attempts_use_the_deadline_up():
    play = Play(503, 503, idempotency="idempotent", seconds=20.0, deadline=41)
    play.fails(ServerError)
    assert play.now <= 41


@pytest.mark.parametrize("asked", ["120.5", "86400", "9" * 30])
def test_a_wait_that_is_too_long_is_reported_at_once(asked):
    play = Play((503, after(asked)), idempotency="idempotent", deadline=None)
    assert play.fails(ServerError).retry_after == float(asked)
    assert play.naps == []


@pytest.mark.parametrize("asked", ["nan", "-5", "inf", "soon", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_wait_that_makes_no_sense_backs_off(asked):
    play = Play((429, after(asked)), 200)
    play.run()
    assert play.naps == [0.5]


@pytest.mark.parametrize("wrong", [timedelta(hours=-2), timedelta(0), timedelta(hours=2)])
def test_a_wait_until_a_date_is_counted_on_the_servers_clock(wrong):
    stamp = "%a, %d %b %Y %H:%M:%S GMT"
    there = datetime.now(UTC) + wrong
    headers = {
        "date": there.strftime(stamp),
        "retry-after": (there + timedelta(seconds=7)).strftime(stamp),
    }
    play = Play((429, headers), 200)
    play.run()
    assert play.naps == [7.0]


def test_a_budget_that_is_spent_ends_the_retries_of_all():
    budget = RetryBudget(capacity=10, cost=5)
    Play(503, 503, 503, idempotency="idempotent", budget=budget).fails(ServerError)
    play = Play(503, idempotency="idempotent", budget=budget)
    play.fails(ServerError)
    assert play.naps == []
    Play(200, idempotency="idempotent", budget=budget).run()  # pays one back, a retry costs five
    Play(503, idempotency="idempotent", budget=budget).fails(ServerError)


# Who listens.


def test_each_attempt_is_reported_and_none_with_a_secret():
    play = Play(NOT_SENT, (429, after("3")), 201, seconds=0.25)
    play.run()
    told = [(a.number, a.status, a.outcome, a.error, a.pause, a.request_id) for a in play.told]
    assert told == [
        (1, None, "not_sent", "ConnectionFailed", 0.5, None),
        (2, 429, "rejected", "RateLimited", 3.0, "req-2"),
        (3, 201, "done", None, None, "req-3"),
    ]
    assert [a.seconds for a in play.told] == [0.25] * 3
    assert "never-shown" not in f"{play.told}{play.about}"


# Whatever happens.


@given(
    script=st.lists(
        st.sampled_from(
            [UNKNOWN, NOT_SENT, LATE, 200, 400, 401, 404, 409, 429, 500, 503, (429, after("30"))]
        ),
        min_size=4,
        max_size=4,
    ),
    idempotency=st.sampled_from(IDEMPOTENCIES),
    method=st.sampled_from(["POST", "DELETE", "PATCH"]),
    seconds=st.sampled_from([0.0, 1.0, 25.0]),
    deadline=st.sampled_from([None, 5.0, 60.0]),
)
@settings(max_examples=80, deadline=None)
def test_it_ends_in_time_and_never_doubles_what_must_not_be(
    script, idempotency, method, seconds, deadline
):
    play = Play(*script, idempotency=idempotency, method=method, seconds=seconds, deadline=deadline)
    error = None
    try:
        play.run()
    except IonworksError as caught:
        error = caught
    came = script[: play.sent]
    maybe_done = [step for step in came if step in (UNKNOWN, LATE, 500, 503)]
    assert 1 <= play.sent == len(play.told) <= 4
    assert idempotency != "none" or len(maybe_done) <= 1
    assert idempotency != "none" or not maybe_done or came[-1] is maybe_done[0]
    if deadline is not None and seconds == 0:
        assert play.now <= deadline
    if error is None:
        assert came[-1] == 200 or (method == "DELETE" and came[-1] == 404 and maybe_done)
    elif error.outcome != "unknown":
        # Whoever is told that nothing was done can rely on it.
        assert not maybe_done or came[-1] in (400, 404, 409)
    else:
        assert maybe_done
