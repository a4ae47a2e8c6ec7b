"""Sends one request until it has an answer, or may not be sent again. Clock and dice are given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final, TypeAlias

from attrs import field, frozen

from ionworks._http.response import Response
from ionworks._http.retry import Idempotency, RetryBudget, RetryPolicy, delay, may_retry
from ionworks._redact import redact_url
from ionworks.errors import (
    ApiError,
    ConnectionFailed,
    IntegrityError,
    Outcome,
    TimedOut,
    UnexpectedResponse,
    WriteOutcomeUnknown,
)
from ionworks.errors.base import SAFE_METHODS

Failure: TypeAlias = ApiError | ConnectionFailed | TimedOut | UnexpectedResponse | IntegrityError
# They tell of who asks and when: the same request may well have been done the time before.
_NO_VERDICT: Final = frozenset({401, 402, 403, 407, 408, 425, 429})
_FAILURES: Final = (ApiError, ConnectionFailed, TimedOut, UnexpectedResponse, IntegrityError)


@frozen
class RequestInfo:
    """What a call is about, for its log lines, its errors and its retries.

    Attributes
    ----------
    operation, method, url : str
        What is asked; the URL with its secrets.
    idempotency : {"idempotent", "unique-name", "none"}
        What comes of a second time.
    """

    operation: str
    method: str
    url: str = field(repr=redact_url)
    idempotency: Idempotency


@frozen
class Attempt:
    """One request and what came of it, as `client.last_request` and hooks see it. No secrets.

    Attributes
    ----------
    operation, method, url : str
        What was asked.
    number : int
        1 for the first time, 2 for the first retry.
    seconds : float
        How long it took.
    status : int or None
        The HTTP status; None if there was no full answer.
    outcome : {"done", "not_sent", "rejected", "unknown"}
        What is known of it.
    request_id : str or None
        The server's name for it.
    error : str or None
        The class of the error that it ended with.
    pause : float or None
        Seconds until it is sent again; None if it is not.
    """

    operation: str
    method: str
    url: str
    number: int
    seconds: float
    status: int | None
    outcome: Outcome | str
    request_id: str | None = None
    error: str | None = None
    pause: float | None = None


class Deadline:
    """The end of a call, or none."""

    def __init__(self, seconds: float | None, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.seconds = seconds
        self.started = clock()

    @property
    def left(self) -> float | None:
        """Seconds that are left, never negative; None without a limit."""
        if self.seconds is None:
            return None
        return max(0.0, self.started + self.seconds - self._clock())


@frozen
class Retrier:
    """The rules of sending again, with the clock, the dice and the ear of one client."""

    policy: RetryPolicy
    budget: RetryBudget
    sleep: Callable[[float], None]
    clock: Callable[[], float]
    rand: Callable[[], float]
    on_attempt: Callable[[Attempt], None]

    def run(
        self, request: RequestInfo, once: Callable[[Deadline], Response], deadline: Deadline
    ) -> Response:
        """Return the answer of the first attempt that gets one.

        Raises
        ------
        ApiError, ConnectionFailed, TimedOut, UnexpectedResponse, IntegrityError
            The last failure, which knows of those before it.
        WriteOutcomeUnknown
            In place of it, where a record may have been made.
        """
        previous: list[Failure] = []
        while True:
            began = self.clock()
            try:
                answer = once(deadline)
            except _FAILURES as error:
                pause = self._pause(request, error, previous, deadline)
                self.on_attempt(self._attempt(request, previous, began, error=error, pause=pause))
                if pause is None:
                    return self._raise_final(request, error, previous, deadline)
                previous.append(error)
                self.sleep(pause)
            except OSError as error:  # of this machine, such as a full disk: the request was made
                self.on_attempt(self._attempt(request, previous, began, error=error))
                raise
            else:
                self.budget.release(retried=bool(previous))
                self.on_attempt(self._attempt(request, previous, began, answer=answer))
                return answer

    def _pause(
        self, request: RequestInfo, error: Failure, previous: list[Failure], deadline: Deadline
    ) -> float | None:
        """Return the seconds until the next attempt, or None to give up."""
        if not _may_retry(request, error, previous):
            return None
        after = error.retry_after if isinstance(error, ApiError) else None
        pause = delay(self.policy, len(previous), after, self.rand, deadline.left)
        return pause if pause is not None and self.budget.acquire() else None

    def _raise_final(
        self, request: RequestInfo, error: Failure, previous: list[Failure], deadline: Deadline
    ) -> Response:
        """Raise the error that the whole call stands for; a deletion may be done after all."""
        done_before = any(each.outcome == "unknown" for each in previous)
        if done_before and request.method == "DELETE" and error.status_code == 404:
            return Response(204, {}, b"", request.url, request.operation, request.method)
        error.previous_attempts = tuple(_summarize(each) for each in previous)
        if done_before and isinstance(error, ApiError) and error.answered_at is not None:
            # Counted on the server's own clock; ours may be wrong.
            elapsed = timedelta(seconds=self.clock() - deadline.started)
            error.first_sent = error.answered_at - elapsed
        if done_before and (error.outcome == "not_sent" or error.status_code in _NO_VERDICT):
            error.outcome = "unknown"
        harmless = request.idempotency == "idempotent" or error.outcome != "unknown"
        # A page that is no answer of the service keeps its own error: it tells what came.
        if harmless or isinstance(error, UnexpectedResponse | IntegrityError):
            raise error
        raise WriteOutcomeUnknown.of(error) from error

    def _attempt(
        self,
        request: RequestInfo,
        previous: list[Failure],
        began: float,
        *,
        answer: Response | None = None,
        error: Failure | OSError | None = None,
        pause: float | None = None,
    ) -> Attempt:
        status = answer.status if answer is not None else getattr(error, "status_code", None)
        return Attempt(
            request.operation,
            request.method,
            redact_url(request.url),
            len(previous) + 1,
            self.clock() - began,
            status,
            "done" if error is None else getattr(error, "outcome", "unknown"),
            getattr(answer or error, "request_id", None),
            None if error is None else type(error).__name__,
            pause,
        )


def _may_retry(request: RequestInfo, error: Failure, previous: list[Failure]) -> bool:
    if isinstance(error, IntegrityError):
        # What came damaged may come whole the next time; what is stored so never will.
        first = not any(isinstance(each, IntegrityError) for each in previous)
        return first and request.method in SAFE_METHODS
    if isinstance(error, UnexpectedResponse):
        return False
    return may_retry(request.idempotency, error.outcome, error.status_code)


def _summarize(error: Failure) -> str:
    status = error.status_code if isinstance(error, ApiError) else None
    return str(status or type(error).__name__)
