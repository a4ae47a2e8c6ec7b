"""Sends a request, with retries, until it succeeds or fails for good.

The clock and the random numbers are injected.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import frozen

from ionworks._http.response import Response
from ionworks._http.retry import RetryBudget, RetryPolicy, delay, may_retry
from ionworks._redact import redact_url
from ionworks.errors import (
    ApiError,
    Conflict,
    ConnectionFailed,
    IntegrityError,
    Outcome,
    TimedOut,
    UnexpectedResponse,
    WriteOutcomeUnknown,
)
from ionworks.errors.base import SAFE_METHODS

if TYPE_CHECKING:
    from ionworks._http.request import HttpRequest

Failure: TypeAlias = ApiError | ConnectionFailed | TimedOut | UnexpectedResponse | IntegrityError
_FAILURES: Final = (ApiError, ConnectionFailed, TimedOut, UnexpectedResponse, IntegrityError)


@frozen
class Attempt:
    """One request and its result, for `client.last_request` and `on_attempt`, without secrets.

    Attributes
    ----------
    operation, method, url : str
        The request.
    number : int
        1 for the first attempt, 2 for the first retry.
    seconds : float
        The duration.
    status : int or None
        The HTTP status; None if there was no complete response.
    outcome : {"done", "not_sent", "rejected", "unknown"}
        The effect on the server.
    request_id : str or None
        The server's id of the request.
    error : str or None
        The name of the error class, if the attempt failed.
    pause : float or None
        Seconds until the next attempt; None if there is none.
    verified : str or None
        How strongly a stored upload was compared with the file: the algorithm of a digest, such as
        "md5", or "size"; None if storage gave neither, and for any other request.
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
    verified: str | None = None


class Deadline:
    """The time limit of a call, if it has one."""

    def __init__(self, seconds: float | None, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.seconds = seconds
        self.started: float = clock()

    @property
    def left(self) -> float | None:
        """The remaining seconds, never negative; None without a limit."""
        if self.seconds is None:
            return None
        return max(0.0, self.started + self.seconds - self._clock())


@frozen
class Retrier:
    """Sends requests with the retry rules, clock, random numbers and callback of one client."""

    policy: RetryPolicy
    budget: RetryBudget
    sleep: Callable[[float], None]
    clock: Callable[[], float]
    rand: Callable[[], float]
    on_attempt: Callable[[Attempt], None]

    def run(
        self, request: HttpRequest, once: Callable[[Deadline], Response], deadline: Deadline
    ) -> Response:
        """Return the response of the first successful attempt.

        Raises
        ------
        ApiError, ConnectionFailed, TimedOut, UnexpectedResponse, IntegrityError
            The last failure; its `previous_attempts` describes the earlier ones.
        WriteOutcomeUnknown
            Instead of the last failure, if a non-idempotent request may have been processed. A
            `Conflict` is raised as it is, with the outcome "unknown": the existing record may be
            the one that an earlier attempt created.
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
            except OSError as error:  # local, such as a full disk; the request was sent
                self.on_attempt(self._attempt(request, previous, began, error=error))
                raise
            else:
                self.budget.release(retried=bool(previous))
                self.on_attempt(self._attempt(request, previous, began, answer=answer))
                return answer

    def _pause(
        self, request: HttpRequest, error: Failure, previous: list[Failure], deadline: Deadline
    ) -> float | None:
        """Return the seconds until the next attempt, or None to give up."""
        if not _may_retry(request, error, previous):
            return None
        after = error.retry_after if isinstance(error, ApiError) else None
        pause = delay(self.policy, len(previous), after, self.rand, deadline.left)
        return pause if pause is not None and self.budget.acquire() else None

    def _raise_final(
        self, request: HttpRequest, error: Failure, previous: list[Failure], deadline: Deadline
    ) -> Response:
        """Raise the error of the whole call, or return if an earlier attempt did the deletion."""
        done_before = any(each.outcome == "unknown" for each in previous)
        if done_before and request.method == "DELETE" and error.status_code == 404:
            return Response(204, {}, b"", request.url, request.operation, request.method)
        error.previous_attempts = tuple(_summarize(each) for each in previous)
        if done_before and isinstance(error, ApiError) and error.answered_at is not None:
            # By the server's clock, because the local one may be wrong.
            elapsed = timedelta(seconds=self.clock() - deadline.started)
            error.first_sent = error.answered_at - elapsed
        # No later response, whatever its status, says that the earlier attempt was not applied.
        if done_before and request.method not in SAFE_METHODS:
            error.outcome = "unknown"
        harmless = request.idempotency == "idempotent" or error.outcome != "unknown"
        # These keep their own error: it describes the response, or names the existing record.
        if harmless or isinstance(error, UnexpectedResponse | IntegrityError | Conflict):
            raise error
        raise WriteOutcomeUnknown.of(error) from error

    def _attempt(
        self,
        request: HttpRequest,
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
            None if answer is None else answer.verified,
        )


def _may_retry(request: HttpRequest, error: Failure, previous: list[Failure]) -> bool:
    if isinstance(error, IntegrityError):
        # One retry helps if the transfer was damaged; more do not if the stored file is.
        first = not any(isinstance(each, IntegrityError) for each in previous)
        # An upload whose file has changed was rejected here; it changes again.
        damaged = request.method == "PUT" and error.outcome == "unknown"
        return first and (request.method in SAFE_METHODS or damaged)
    if isinstance(error, UnexpectedResponse):
        return False
    return may_retry(request.idempotency, error.outcome, error.status_code)


def _summarize(error: Failure) -> str:
    status = error.status_code if isinstance(error, ApiError) else None
    return str(status or type(error).__name__)
