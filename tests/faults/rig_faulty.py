"""A sandbox that misbehaves as one test sees it, and what must hold whatever goes wrong."""

from __future__ import annotations

import threading
import tracemalloc
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from rig import ANSWER_SECONDS, KEY, Seen
from starlette.types import Receive, Scope, Send

from ionworks.records import Record
from ionworks.sandbox import Sandbox
from ionworks.sandbox.faults import Faults
from ionworks.sandbox.http.fault_injection import inject_faults, storage_name
from ionworks.sandbox.http.runtime import Served

T = TypeVar("T")
SECRET_HEADERS = {"x-api-key", "authorization", "x-organization-id", "cookie"}
BACKOFF = 8.0
# What every error says of a change that may have been made.
LOOK = "Check before you try again"
DEADLINE = 60.0
Catching = Callable[[type[Exception]], AbstractContextManager[pytest.ExceptionInfo[Any]]]


def fresh(noun: str = "name") -> str:
    """Return a name that no other test has."""
    return f"{noun} {uuid.uuid4().hex}"


@contextmanager
def watched_box(data: Path) -> Iterator[tuple[Sandbox, list[Seen]]]:
    """Yield a sandbox with faults, and what its storage got: that is another origin."""
    seen: list[Seen] = []

    def recorded(served: Served, name: Callable[[Scope], str], faults: Faults) -> Served:
        made = inject_faults(served, name, faults)
        if name is not storage_name:
            return made

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
            target = f"{scope['path']}?{scope['query_string'].decode('latin-1')}"
            seen.append(Seen(scope["method"], target, headers))
            await made.app(scope, receive, send)

        return made._replace(app=app)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ionworks.sandbox.server.inject_faults", recorded)
        box = Sandbox(data=data, api_key=KEY, faults=True).start()
    with box:
        yield box, seen


class Faulty:
    """A sandbox with faults, from the begin of one test on.

    Attributes
    ----------
    url : str
        The address of the API.
    plan : callable
        Plans faults; see `ionworks.sandbox.faults.Faults.plan`.
    """

    def __init__(self, box: Sandbox, data: Path, seen: list[Seen]) -> None:
        self.box, self.url, self.plan = box, box.url, box.faults.plan
        self._incoming = data / "objects" / "incoming"
        self._seen, self._seen_before = seen, len(seen)
        self._before = len(box.faults.ledger)

    @property
    def commits(self) -> Counter[str]:
        """How often each operation was done since the test began."""
        return Counter(each.operation for each in self.box.faults.ledger[self._before :])

    @property
    def foreign(self) -> list[Seen]:
        """The requests that the storage got since the test began."""
        return self._seen[self._seen_before :]

    def settle(self) -> None:
        """Wait until no partial upload is left; a server may notice late that a client ended."""
        patience = threading.Event()
        for _ in range(int(ANSWER_SECONDS / 0.01)):
            if not self._incoming.exists() or not any(self._incoming.iterdir()):
                return
            patience.wait(0.01)
        raise AssertionError(f"partial uploads are left: {[*self._incoming.iterdir()]}")


class Witness:
    """Makes one logical call, and sees to the six things that hold whatever goes wrong.

    1. So many changes were really made, in the server's own ledger: no fewer, and none twice.
    2. What is returned is what is stored.
    3. No half of a file is left, here or there.
    4. An error has its class, the known outcome, the operation, the server's
       name for the request, and what to do next; it holds no secret.
    5. It ends by its deadline, give or take one pause; memory does not grow without bound.
    6. No other origin gets a credential.
    """

    def __init__(self, faulty: Faulty, naps: list[float], caught: Catching, folder: Path) -> None:
        self._faulty, self._naps, self._caught, self._folder = faulty, naps, caught, folder
        #: Other servers that are not to see a credential.
        self.strangers: list[Any] = []

    def returns(
        self,
        call: Callable[[], T],
        stored: Callable[[T], object],
        *,
        commits: Mapping[str, int] | None = None,
        deadline: float = DEADLINE,
        growth: int | None = None,
    ) -> T:
        """Return what a call returns, if all holds; `stored` reads the same in another way."""
        with self._watched(commits or {}, deadline, growth):
            result = call()
        assert _plain(result, stored(result))
        return result

    def raises(
        self,
        cls: type[Exception],
        call: Callable[[], object],
        *,
        outcome: str,
        operation: str | None,
        answered: bool,
        says: str,
        commits: Mapping[str, int] | None = None,
        deadline: float = DEADLINE,
        growth: int | None = None,
    ) -> Any:
        """Return the error that a call raises, if all holds; `says` is its advice."""
        with self._watched(commits or {}, deadline, growth), self._caught(cls) as info:
            call()
        error = info.value
        assert error.outcome == outcome
        assert error.operation == operation
        request_id = getattr(error, "request_id", None)
        assert (request_id is not None) is answered
        assert request_id is None or request_id in str(error)
        assert says in str(error)
        return error

    @contextmanager
    def _watched(
        self, commits: Mapping[str, int], deadline: float, growth: int | None
    ) -> Iterator[None]:
        before, files, slept = self._faulty.commits, self._files(), sum(self._naps)
        if growth is not None:
            tracemalloc.start()
        try:
            yield
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        self._faulty.settle()
        assert self._faulty.commits - before == Counter(commits)
        assert self._files() == files
        assert sum(self._naps) - slept <= deadline + BACKOFF
        assert growth is None or peak <= growth
        for request in [*self._faulty.foreign, *(r for s in self.strangers for r in s.requests)]:
            assert not SECRET_HEADERS & request.headers.keys()
            assert KEY not in f"{request.target}{request.headers}{request.body!r}"

    def _files(self) -> set[Path]:
        return {path for path in self._folder.rglob("*") if path.is_file()}


def _plain(one: Any, other: Any) -> bool:
    """Whether two results are the same; of two records, in the fields that both have."""
    if isinstance(one, Record) and isinstance(other, Record):
        first, second = one.to_dict(), other.to_dict()
        common = first.keys() & second.keys()
        return "id" in common and all(first[key] == second[key] for key in common)
    return bool(one.equals(other)) if hasattr(one, "equals") else bool(one == other)
