"""Makes the lines of the report from samples: medians, spread, ratios, and budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from benchmarks.process import Sample
from benchmarks.row import Budget, Metric, Row


@dataclass(frozen=True)
class Spread:
    """Values in the order of the rounds, their median, the least of them and the greatest."""

    values: tuple[float, ...]
    median: float
    least: float
    most: float


@dataclass(frozen=True)
class Line:
    """One metric of a row, for each contestant that has it.

    Attributes
    ----------
    name, title, unit
        What is measured.
    spreads
        By contestant.
    to_vendor, to_baseline
        The ratio of the median of ours to theirs; None without one.
    budget
        What ours is to keep, in words.
    met
        Whether ours keeps it; None without a budget.
    """

    name: str
    title: str
    unit: str
    spreads: Mapping[str, Spread]
    to_vendor: float | None
    to_baseline: float | None
    budget: str = ""
    met: bool | None = None


def summarize(row: Row, samples: Mapping[str, Sequence[Sample]]) -> list[Line]:
    """Return a line for each metric of a row; other work is measured, and not judged."""
    lines = [_line(row, metric, samples) for metric in row.metrics]
    if row.same_work and not differences(samples):
        return lines
    return [
        each if each.met is None else replace(each, budget=f"{each.budget} not judged", met=None)
        for each in lines
    ]


def differences(samples: Mapping[str, Sequence[Sample]]) -> list[str]:
    """Return how what the contestants did differs: their numbers do not compare then."""
    reference = next((dict(each.done) for found in samples.values() for each in found), {})
    other = {
        name: next((dict(each.done) for each in found if each.done != reference), None)
        for name, found in samples.items()
    }
    return [
        f"{name} did {done}, not {reference}" for name, done in other.items() if done is not None
    ]


def spread(values: Sequence[float]) -> Spread:
    """Return the spread of some values."""
    return Spread(tuple(values), median(values), min(values), max(values))


def ratio(ours: Spread | None, theirs: Spread | None) -> float | None:
    """Return the ratio of two medians; None if one is missing or nothing."""
    if ours is None or theirs is None or not theirs.median:
        return None
    return ours.median / theirs.median


def _line(row: Row, metric: Metric, samples: Mapping[str, Sequence[Sample]]) -> Line:
    spreads = {
        name: spread([each.values[metric.key] * metric.factor for each in found])
        for name, found in samples.items()
        if found
    }
    ours = spreads.get("ours")
    to_vendor = ratio(ours, spreads.get("vendor"))
    budget = row.budgets.get(metric.unit)
    words, met = judge(budget, ours, to_vendor, metric.unit)
    to_baseline = ratio(ours, spreads.get("baseline"))
    return Line(row.name, row.title, metric.unit, spreads, to_vendor, to_baseline, words, met)


def judge(
    budget: Budget | None, ours: Spread | None, to_vendor: float | None, unit: str
) -> tuple[str, bool | None]:
    """Return a budget in words, and whether it is met."""
    if budget is None or ours is None:
        return "", None
    if budget.most is not None:
        return f"{budget.most:.0f} {unit}", ours.median <= budget.most
    if budget.share is None or to_vendor is None:
        return "", None
    return as_share(budget.share), to_vendor <= budget.share


def as_share(value: float) -> str:
    """Return a ratio with three digits, as `1/16.7`, `2/3` or `1.42x`."""
    if abs(value - 2 / 3) < 1e-9:
        return "2/3"
    if value > 0.9995:
        return f"{three_digits(value)}x"
    return f"1/{three_digits(1 / value)}" if value else "0"


def three_digits(value: float) -> str:
    """Return a number of 1 or more with three digits, or all digits of its integer."""
    places = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:.{places}f}".rstrip("0").removesuffix(".") if places else f"{value:.0f}"
