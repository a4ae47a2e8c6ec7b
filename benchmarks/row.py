"""What a row of the report declares: a call, the scene it is made on, metrics and budgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.scenes import SceneOf

CONTESTANTS = ("ours", "vendor", "baseline")


@dataclass(frozen=True)
class Metric:
    """A number of each sample: its key, the unit that it is shown in, and the factor to it."""

    key: str
    unit: str
    factor: float = 1.0


SECONDS = Metric("seconds", "s")
MILLISECONDS = Metric("seconds", "ms", 1e3)
CPU_SECONDS = Metric("cpu_seconds", "s CPU")
CPU_MILLISECONDS = Metric("cpu_seconds", "ms CPU", 1e3)
MEGABYTES_OVER = Metric("peak_bytes", "MB over", 1e-6)
MEGABYTES_TOTAL = Metric("total_bytes", "MB total", 1e-6)
MEGABYTES_RECEIVED = Metric("received_bytes", "MB received", 1e-6)
REQUESTS = Metric("requests", "requests")


@dataclass(frozen=True)
class Budget:
    """The most that a metric of ours may be: in its unit, or as a share of the vendor's."""

    most: float | None = None
    share: float | None = None


@dataclass(frozen=True)
class Row:
    """One call that every contestant makes.

    Attributes
    ----------
    name
        A short name for `--only`.
    title
        What is measured.
    call
        The method of the contestants.
    scene
        The server and the data.
    metrics
        What is reported, a line for each.
    rounds
        How many samples each contestant gives.
    budgets
        By the unit of the metric.
    arguments
        Arguments of the call, with those of the scene.
    contestants
        Those that have the call.
    fresh
        Whether each round gets new processes; memory and imports need that.
    heavy
        Whether the row takes long. `--quick` leaves it out, and it has no discarded round.
    same_work
        Whether the calls do the same. If not, budgets are shown and not judged.
    note
        What a reader must know to read the numbers.
    """

    name: str
    title: str
    call: str
    scene: SceneOf
    metrics: tuple[Metric, ...]
    rounds: int
    budgets: Mapping[str, Budget] = field(default_factory=dict)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    contestants: tuple[str, ...] = CONTESTANTS
    fresh: bool = False
    heavy: bool = False
    same_work: bool = True
    note: str = ""
