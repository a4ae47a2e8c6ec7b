"""A cassette for code that asks in its own order: reads repeat, and what changed stays changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from vcr.request import Request

from ionworks.testing._cassettes.recording import Tape

_READS: Final = frozenset({"GET", "HEAD"})


class Repeating(Tape):
    """Answers a request as often as it is made, and needs none.

    The recordings are a course of events. Each answer that is given moves the present to its place
    in them, never back. A write is answered by its next recording, at last by the last one. A read
    is answered by what was recorded after the last write that was made: by the next one from the
    present on, or else the last. So a measurement that is polled becomes ready and stays so, a list
    shows a record once it was created, and what nothing changes is the same at any time.
    """

    advice = "a ready-made cassette answers what was asked for it; for more there is the sandbox"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._present = -1
        self._otherwise: Mapping[str, int] = {}

    def answer_others(self, otherwise: Mapping[str, int]) -> None:
        """Answer what was never recorded, too: by method, with the recording of this number."""
        self._otherwise = otherwise

    def can_play_response_for(self, request: Request) -> bool:
        """Whether there is an answer; its lack is an error."""
        with self._lock:
            if self._choose(self.filter_request(request)) is None:
                raise self.no_answer(request)
            return True

    def play_response(self, request: Request) -> dict[str, Any]:
        """Return the answer that a request gets at present."""
        with self._lock:
            asked = self.filter_request(request)
            number = self._choose(asked)
            if number is None:
                raise self.no_answer(request)
            self.play_counts[number] += 1
            # What lies behind a write that was not made is not a step forward.
            if asked.method not in _READS or self._writes(number) <= self._writes_made():
                self._present = max(self._present, number)
            response: dict[str, Any] = self.responses[number]
            return response

    def left_over(self) -> str:
        """Return nothing: it needs no request."""
        return ""

    def _is_left(self, number: int) -> bool:  # noqa: ARG002 -- an answer is given repeatedly
        return True

    def _choose(self, asked: Request) -> int | None:
        known: list[int] = [number for number, _ in self._responses(asked)]
        if not known:
            return self._otherwise.get(asked.method)
        fresh = [number for number in known if not self.play_counts[number]]
        if asked.method not in _READS:
            return (fresh or known[-1:])[0]
        reached = [number for number in known if self._writes(number) <= self._writes_made()]
        # Before the write that it needs was made, a read is answered as just after that write.
        newest = self._writes((reached or known[:1])[-1])
        now = [number for number in known if self._writes(number) == newest]
        ahead = [number for number in now if number >= self._present and number in fresh]
        if ahead:
            return ahead[0]
        past = [number for number in now if number <= self._present]
        return (past or now)[-1]

    def _writes_made(self) -> int:
        return self._writes(self._present + 1)

    def _writes(self, number: int) -> int:
        """Return how many writes were recorded before this one."""
        return sum(each.method not in _READS for each in self.requests[:number])
