"""The list of checks: each one is a function that exercises one method of the vendor's client."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from world import World

    Work = Callable[[World], None]

CHECKS: list[Check] = []


@dataclass(frozen=True, slots=True)
class Check:
    """One method, what is asserted of it, and the function that does so."""

    method: str
    asserted: str
    run: Work


def checks(method: str, asserted: str) -> Callable[[Work], Work]:
    """Enter the decorated function in the list as the check of this method."""

    def enter(run: Work) -> Work:
        CHECKS.append(Check(method, asserted, run))
        return run

    return enter
