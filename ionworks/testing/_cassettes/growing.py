"""A cassette that keeps what it has and gains what is new: the mode ``new_episodes``."""

from __future__ import annotations

from typing import Any

from vcr.request import Request

from ionworks.testing._cassettes.recording import Tape


class Growing(Tape):
    """Records only requests that are not in the file yet.

    Requests to a sandbox are all sent: it is new, so it must see the recorded writes, too. Requests
    to the service are sent only if they are new.
    """

    sends_all = True

    def append(self, request: Request, response: dict[str, Any]) -> None:
        """Record an answer, unless the file has one for this request."""
        if self._loading:
            super().append(request, response)
            return
        with self._lock:
            asked = self.filter_request(request)
            known = [number for number, _ in self._responses(asked) if not self.play_counts[number]]
            if known and self.sends_all:
                self.play_counts[known[0]] += 1
                return
            super().append(request, response)
            # A new answer is not for the next equal request, which has its own.
            self.play_counts[len(self) - 1] += 1

    def can_play_response_for(self, request: Request) -> bool:
        """Whether the file answers a request."""
        with self._lock:
            if not self.sends_all and self.filter_request(request) in self:
                return True
            self._keep_out_the_service(request)
            return False

    def _load(self) -> None:
        if self._path.is_file():
            self._read_file()


class GrowingFromService(Growing):
    """The same for the service."""

    sends_all = False
