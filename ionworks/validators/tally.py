"""Counts the rows of each kind of finding, and keeps the first of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from attrs import define, field

from ionworks.validators.row_rules import Condition

if TYPE_CHECKING:
    import polars

KEPT: Final = 5  # rows in a finding


@define
class Found:
    """How many rows one kind of finding has, and the first of them."""

    count: int = 0
    rows: list[int] = field(factory=list)
    values: list[float] = field(factory=list)


@define
class Tally:
    """The rows of all kinds of findings, added batch by batch."""

    found: dict[str, Found] = field(factory=dict)

    def add(self, rows: polars.DataFrame, conditions: Mapping[str, Condition]) -> None:
        """Add the rows of a batch that fulfil a condition.

        Parameters
        ----------
        rows : polars.DataFrame
            The rows, with their index as `row`; those of an earlier batch have `new` false.
        conditions : dict of str to Condition
            The condition of each kind of finding.
        """
        import polars as pl

        possible = {key: each for key, each in conditions.items() if _is_possible(each, rows)}
        anywhere = {key: each for key, each in possible.items() if not each.begins}
        self._add(rows, anywhere)
        first = {key: each for key, each in possible.items() if each.begins}
        if first:
            self._add(rows.filter(pl.col("begins") & pl.col("new")), first)

    def _add(self, rows: polars.DataFrame, conditions: Mapping[str, Condition]) -> None:
        import polars as pl

        if not conditions or rows.is_empty():
            return
        hits = rows.select(each.mask.alias(key) for key, each in conditions.items())
        old = rows.height - int(rows["new"].sum())
        hits = hits.slice(old)
        counts = hits.select(pl.all().sum()).row(0, named=True)
        for key, count in counts.items():
            if count:
                found = self.found.setdefault(key, Found())
                found.count += count
                hit = hits[key].fill_null(False).arg_true().cast(pl.Int64)
                first = hit.head(KEPT - len(found.rows))
                shown, place = conditions[key].shown, first + old - conditions[key].back
                found.rows += rows["row"].gather(place).to_list()
                values = [] if shown is None else rows[shown].gather(place).to_list()
                found.values += [value for value in values if value is not None]

    def get(self, key: str) -> Found | None:
        """Return the rows of a kind; None if there is none."""
        return self.found.get(key)


def _is_possible(condition: Condition, rows: polars.DataFrame) -> bool:
    """Return whether rows can fulfil a condition, by what is known of a whole column."""
    if condition.empty is not None:
        return rows[condition.empty].null_count() > 0
    if condition.limits is not None:
        name, low, high = condition.limits
        column = rows[name]
        least, most = column.min(), column.max()
        return least is not None and bool(least < low or most > high)  # type: ignore[operator]
    return True
