"""Logs each attempt, and gives it to the user's callback."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import local

from ionworks._http.attempts import Attempt

_log = logging.getLogger("ionworks")


class AttemptLog:
    """Logs attempts, keeps the last one, and calls `on_attempt`, for all views of a client."""

    def __init__(self) -> None:
        self.last: Attempt | None = None
        self._thread = local()

    def add(self, attempt: Attempt, on_attempt: Callable[[Attempt], None] | None) -> None:
        """Log an attempt, store it as `last`, and call `on_attempt`.

        A request that `on_attempt` makes is only logged, to avoid endless recursion.
        """
        _log.log(
            logging.DEBUG if attempt.pause is None else logging.INFO,
            "%s: %s %s -> %s in %.0f ms (attempt %d, request id %s)%s%s",
            attempt.operation,
            attempt.method,
            attempt.url,
            attempt.status or attempt.error,
            attempt.seconds * 1000,
            attempt.number,
            attempt.request_id,
            f"; compared by {attempt.verified}" if attempt.verified else "",
            "" if attempt.pause is None else f"; retry in {attempt.pause:.2f} s",
        )
        if getattr(self._thread, "in_callback", False):
            return
        self.last = attempt
        if on_attempt is None:
            return
        self._thread.in_callback = True
        try:
            on_attempt(attempt)
        except Exception:  # an error of the callback must not break the call
            _log.exception("on_attempt failed")
        finally:
            self._thread.in_callback = False
