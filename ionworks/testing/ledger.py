"""Requests of a test that got no answer, noted so that no `except` of the code can hide them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from threading import RLock
from typing import Any, Final, TypeVar

from attrs import define

_MOST_LISTED: Final = 10
_HIDDEN: Final = (
    "The code under test hid the error. A test that expects it uses pytest.raises(RecordingError)"
    " or pytest.raises(OriginError); where the code handles the error, it uses"
    " ionworks.testing.allow_unanswered()."
)
_ENTERED: Final = "_ionworks_entered"


class UnansweredError(RuntimeError):
    """A request of a test that gets no answer; it was not sent."""


RefusedT = TypeVar("RefusedT", bound=UnansweredError)


@define(eq=False)
class Refusal:
    """One request without an answer, why, and what to do; `settled` once that need not be said."""

    request: str
    reason: str
    advice: str
    number: int
    settled: bool = False


class Ledger:
    """The requests without an answer of one block: a test, a scene, a recording."""

    def __init__(self) -> None:
        self._refusals: list[Refusal] = []

    def add(self, request: str, reason: str, advice: str = "") -> None:
        """Note a request."""
        settled = bool(_allowances)
        self._refusals.append(Refusal(request, reason, advice, next(_numbers), settled))

    def refuse(
        self, kind: type[RefusedT], what: str, request: str, reason: str, advice: str
    ) -> RefusedT:
        """Note a request, and return the error for the code that made it."""
        self.add(request, reason, advice)
        # Lines of a comparison belong to the reason, so that the advice has a line of its own.
        end = "\n" if "\n" in reason else "; "
        return kind(f"{what} {request}: {reason}{end}{advice}")

    @property
    def complete(self) -> bool:
        """Whether every request was answered, or need not have been."""
        return all(each.settled for each in self._refusals)

    def settle(self, since: int = -1) -> list[Refusal]:
        """Return the requests that are not settled, and settle them."""
        found = [each for each in self._refusals if not each.settled and each.number > since]
        for each in found:
            each.settled = True
        return found

    def explain(self, error: BaseException) -> None:
        """Add the requests to an error that they may have led to; settles them."""
        if found := [each for each in self.settle() if each.request not in str(error)]:
            error.add_note(summary(found))

    def problem(self) -> str:
        """Return what a test that passed fails with, empty if there is nothing; settles it."""
        found = self.settle()
        return f"{summary(found)}\n{_HIDDEN}" if found else ""


@contextmanager
def keep_open(ledger: Ledger) -> Iterator[Ledger]:
    """Keep a ledger open in the block, for `pytest.raises` and the plugin to settle."""
    with _lock:
        if not _open:
            _watch_expectations()
        _open.append(ledger)
    try:
        yield ledger
    finally:
        with _lock:
            _open.remove(ledger)
            if not _open:
                _patches.close()


@contextmanager
def allow_unanswered() -> Iterator[None]:
    """Allow requests without a response in the block, on any thread, so that the test passes.

    The code that sends such a request still gets the error. Use this if the code handles the error;
    if the error reaches the test, ``pytest.raises`` is enough.

    Examples
    --------
    >>> from ionworks.testing import allow_unanswered, cassette
    >>> with cassette("upload") as scene, allow_unanswered():
    ...     try:
    ...         names = [each.name for each in scene.client.material.list()]
    ...     except Exception:
    ...         names = []
    >>> names
    []
    """
    key = object()
    _allowances.append(key)
    try:
        yield
    finally:
        _allowances.remove(key)


def open_ledgers() -> list[Ledger]:
    """Return the ledgers that are open now."""
    return [*_open]


def summary(refusals: list[Refusal]) -> str:
    """Return a list of the requests for people, each once, and what to do."""
    lines = Counter(f"  {each.request}: {each.reason}" for each in refusals)
    listed = [_repeat(line, times) for line, times in [*lines.items()][:_MOST_LISTED]]
    if len(lines) > _MOST_LISTED:
        listed.append(f"  and {len(lines) - _MOST_LISTED} more")
    some = "1 request" if len(refusals) == 1 else f"{len(refusals)} requests"
    advice = dict.fromkeys(each.advice for each in refusals if each.advice)
    sentences = [f"{each[0].upper()}{each[1:]}." for each in advice]
    return "\n".join([f"{some} got no answer:", *listed, *sentences])


def _repeat(line: str, times: int) -> str:
    first, newline, rest = line.partition("\n")
    return line if times == 1 else f"{first} ({times} times){newline}{rest}"


# One process has one `pytest.raises`, and so one list of the ledgers that it settles.
_lock = RLock()
_open: list[Ledger] = []
_numbers = count()
_allowances: list[object] = []
_patches = ExitStack()


def _watch_expectations() -> None:
    """Let `pytest.raises` and `assertRaises` settle what they expect."""
    from unittest.mock import patch

    for kind in _expectations():
        for name, wrap in (("__enter__", _wrap_enter), ("__exit__", _wrap_exit)):
            replaced = patch.object(kind, name, wrap(getattr(kind, name)))
            _patches.enter_context(replaced)


def _expectations() -> Iterator[type]:
    if pytest := sys.modules.get("pytest"):
        yield type(pytest.raises(UnansweredError))
    if unittest := sys.modules.get("unittest"):
        yield type(unittest.TestCase().assertRaises(UnansweredError))  # noqa: PT027


def _wrap_enter(enter: Callable[..., Any]) -> Callable[..., Any]:
    def enter_and_note(self: Any) -> Any:
        vars(self)[_ENTERED] = next(_numbers)
        return enter(self)

    return enter_and_note


def _wrap_exit(leave: Callable[..., Any]) -> Callable[..., Any]:
    def exit_and_settle(self: Any, kind: Any, error: Any, trace: Any) -> Any:
        __tracebackhide__ = True
        taken = leave(self, kind, error, trace)
        if taken and isinstance(error, UnansweredError) and _is_explicit(self, error):
            for ledger in [*_open]:
                ledger.settle(since=vars(self).get(_ENTERED, -1))
        return taken

    return exit_and_settle


def _is_explicit(expectation: Any, error: UnansweredError) -> bool:
    """Whether an expectation means such an error: by its class, or by a text.

    ``pytest.raises(Exception)`` would hide a request without an answer as an ``except`` does.
    """
    given = vars(expectation)
    if any(given.get(name) for name in ("match", "match_expr", "check", "expected_regex")):
        return True
    kinds = given.get("expected_exceptions", given.get("expected_exception", given.get("expected")))
    kinds = kinds if isinstance(kinds, tuple) else (kinds,)
    narrow = [kind for kind in kinds if issubclass(kind, RuntimeError) and kind is not RuntimeError]
    return isinstance(error, tuple(narrow))
