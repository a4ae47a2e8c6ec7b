"""When a request is sent again, and after how long."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionworks._http.retry import (
    RETRY_STATUSES,
    RetryBudget,
    RetryPolicy,
    delay,
    may_retry,
    parse_retry_after,
)

NOW = datetime(2025, 1, 2, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("1", 1.0),
        (" 1.5 ", 1.5),
        ("0", 0.0),
        ("86400", 86400.0),
        ("Thu, 02 Jan 2025 12:00:30 GMT", 30.0),
        ("Thu, 02 Jan 2025 14:01:00 +0200", 60.0),
        ("Thu, 02 Jan 2025 12:00:30 -0000", 30.0),
        ("Thursday, 02-Jan-25 12:00:30 GMT", 30.0),
    ],
)
def test_retry_after_is_read(value, seconds):
    assert parse_retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "-5",
        "nan",
        "inf",
        "1e3",
        "1_0",
        "٣",
        "soon",
        "Thu, 02 Jan 2025 11:59:00 GMT",
        "Thu, 99 Jan 2025 11:59:00 GMT",
        "9" * 400,
        "1;2",
    ],
)
def test_what_is_no_wait_is_none(value):
    assert parse_retry_after(value, NOW) is None


@settings(max_examples=80)
@given(st.text(max_size=40) | st.floats().map(str) | st.datetimes().map(lambda d: d.ctime()))
def test_retry_after_never_raises_and_is_never_negative(value):
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or (seconds >= 0 and math.isfinite(seconds))


def test_the_wait_doubles_up_to_the_cap():
    policy = RetryPolicy(max_retries=10)
    waits = [delay(policy, n, None, lambda: 1.0, None) for n in range(7)]
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


def test_the_jitter_is_full():
    assert delay(RetryPolicy(), 2, None, lambda: 0.0, None) == 0.0
    assert delay(RetryPolicy(), 2, None, lambda: 0.25, None) == 0.5


def test_retries_end():
    assert delay(RetryPolicy(max_retries=2), 1, None, lambda: 0.5, None) is not None
    assert delay(RetryPolicy(max_retries=2), 2, None, lambda: 0.5, None) is None
    assert delay(RetryPolicy(max_retries=0), 0, 0.0, lambda: 0.5, None) is None


def test_a_server_is_waited_for_exactly_or_not_at_all():
    policy = RetryPolicy(max_retry_after=120)
    assert delay(policy, 0, 120.0, lambda: 0.1, None) == 120.0
    assert delay(policy, 0, 120.5, lambda: 0.1, None) is None


def test_nothing_is_waited_for_beyond_the_deadline():
    assert delay(RetryPolicy(), 0, 10.0, lambda: 1.0, 10.5) == 10.0
    assert delay(RetryPolicy(), 0, 10.0, lambda: 1.0, 10.0) is None
    assert delay(RetryPolicy(), 0, None, lambda: 1.0, 0.1) is None


@settings(max_examples=150)
@given(
    st.integers(0, 5_000),
    st.none() | st.floats(0, 1e9),
    st.floats(0, 1e6),
    st.floats(0, 1),
)
def test_a_wait_keeps_every_bound(attempt, retry_after, left, roll):
    policy = RetryPolicy(max_retries=4_000)
    wait = delay(policy, attempt, retry_after, lambda: roll, left)
    if wait is not None:
        assert attempt < policy.max_retries
        assert 0 <= wait <= (policy.cap if retry_after is None else policy.max_retry_after)
        assert wait < left


@pytest.mark.parametrize("idempotency", ["idempotent", "unique-name"])
def test_what_does_no_harm_is_sent_again_after_what_can_pass(idempotency):
    assert may_retry(idempotency, "not_sent", None)
    assert may_retry(idempotency, "unknown", None)
    for status in RETRY_STATUSES:
        assert may_retry(idempotency, "rejected" if status < 500 else "unknown", status)
    for status in (400, 401, 403, 404, 409, 422):
        assert not may_retry(idempotency, "rejected", status)
    for status in (501, 505, 599):
        assert not may_retry(idempotency, "unknown", status)


def test_what_could_be_done_twice_is_sent_again_only_if_it_was_surely_not_done():
    assert may_retry("none", "not_sent", None)
    assert may_retry("none", "rejected", 429)
    assert may_retry("none", "rejected", 408)
    assert not may_retry("none", "unknown", None)
    assert not may_retry("none", "unknown", 503)
    assert not may_retry("none", "rejected", 409)


def test_a_budget_ends_and_is_paid_back_by_successes():
    budget = RetryBudget(capacity=10, cost=5)
    assert [budget.acquire() for _ in range(3)] == [True, True, False]
    for _ in range(4):
        budget.release(retried=False)
    assert not budget.acquire()
    budget.release(retried=False)
    assert budget.acquire()
    budget.release(retried=True)
    assert budget.acquire()


def test_a_budget_never_grows_beyond_what_it_began_with():
    budget = RetryBudget(capacity=10, cost=5)
    for _ in range(100):
        budget.release(retried=True)
    assert [budget.acquire() for _ in range(3)] == [True, True, False]


def test_the_statuses_are_those_that_pass_by_themselves():
    expected = {408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529}
    assert expected == RETRY_STATUSES


@pytest.mark.parametrize("field", ["max_retries", "base", "cap", "max_retry_after", "deadline"])
def test_a_policy_refuses_nonsense_and_names_it(field):
    with pytest.raises(ValueError, match=f"{field} = -1"):
        RetryPolicy(**{field: -1})
    with pytest.raises(TypeError, match=f"{field} = 'x'"):
        RetryPolicy(**{field: "x"})
    with pytest.raises((ValueError, TypeError), match=f"{field} = nan"):
        RetryPolicy(**{field: math.nan})


def test_the_date_of_the_answer_can_be_the_clock():
    skewed = NOW + timedelta(hours=2)
    assert parse_retry_after("Thu, 02 Jan 2025 14:00:05 GMT", skewed) == 5.0
