"""Counts the rows of each kind of finding, and keeps the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import define, field

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

    def add(
        self, rows: polars.DataFrame, masks: dict[str, polars.Expr], shown: dict[str, str]
    ) -> None:
        """Add the rows of a batch in which a mask is true.

        Parameters
        ----------
        rows : polars.DataFrame
            The rows, with their index as `row`; those of an earlier batch have `new` false.
        masks : dict of str to polars.Expr
            The condition of each kind.
        shown : dict of str to str
            The column whose values a kind shows.
        """
        import polars as pl

        if not masks:
            return
        new = pl.col("new")
        hits = rows.select((mask & new).fill_null(False).alias(key) for key, mask in masks.items())
        counts = hits.select(pl.all().sum()).row(0, named=True)
        for key, count in counts.items():
            if count:
                found = self.found.setdefault(key, Found())
                found.count += count
                first = hits[key].arg_true().head(KEPT - len(found.rows))
                found.rows += rows["row"].gather(first).to_list()
                values = rows[shown[key]].gather(first).to_list() if key in shown else []
                found.values += [value for value in values if value is not None]

    def get(self, key: str) -> Found | None:
        """Return the rows of a kind; None if there is none."""
        return self.found.get(key)
