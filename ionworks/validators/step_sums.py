"""Sums over each step, added batch by batch: charge, energy, and how the voltage responds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from attrs import define, field

from ionworks.validators.columns import COUNTERS, CURRENT, TEMPERATURE, TIME, VOLTAGE
from ionworks.validators.rows import KNOWN_STEP, KNOWN_TIME

if TYPE_CHECKING:
    import polars

#: The integral that each counter should have.
INTEGRALS: Final = dict(
    zip(COUNTERS, ("discharged", "charged", "energy out", "energy in"), strict=True)
)
#: Steps that are kept, in a few hundred bytes each; the rules on steps read no more.
MOST_STEPS: Final = 1_500_000
_HALF_HOURS: Final = 1 / 7200  # of a second: the trapezoid rule takes half of two values
_PAIRS: Final = ("VV", "II", "QQ", "VI", "VQ", "IQ")


class _Sum(NamedTuple):
    """One column of the table of steps, and how two parts of a step are joined."""

    name: str
    of_rows: polars.Expr
    joined: Literal["first", "last", "sum", "min", "max"]


@define
class StepSums:
    """The steps of a series, as one row of sums for each."""

    columns: list[str]
    _open: polars.DataFrame | None = field(default=None, init=False, repr=False)
    _kept: int = field(default=0, init=False)
    _closed: list[polars.DataFrame] = field(factory=list, init=False, repr=False)

    def add(self, rows: polars.DataFrame) -> None:
        """Add the rows of a batch, as `Rows.add` returns them."""
        import polars as pl

        old = rows.height - int(rows["new"].sum())
        rows = rows.slice(max(0, old - 1))  # an interval begins in the last row before
        begun = (pl.col("begins") & pl.col("new")).cum_sum().cast(pl.UInt32)
        hours = pl.col(KNOWN_TIME).diff().clip(lower_bound=0.0) * _HALF_HOURS
        rows = rows.with_columns(
            begun.alias("part"),
            *([_inside(hours).alias("hours")] if self._integrates else []),
        )
        rows = self._with_integrals(rows) if self._integrates else rows
        if VOLTAGE in self.columns:
            moved = pl.col(VOLTAGE).diff().abs()
            rows = rows.with_columns(pl.when(~pl.col("begins")).then(moved).alias("moved"))
        rows, bases = self._since_start(rows) if self._integrates else (rows, None)
        rows = rows.slice(1) if old else rows
        gaps = any(rows[n].null_count() for n in (VOLTAGE, CURRENT) if n in self.columns)
        sums = list(self._sums(gaps))
        by = pl.col("part").set_sorted()
        parts = rows.group_by(by, maintain_order=True).agg(x.of_rows.alias(x.name) for x in sums)
        self._append(parts if bases is None else self._subtracted(parts, bases), sums)

    def _append(self, parts: polars.DataFrame, sums: list[_Sum]) -> None:
        """Add the steps of a batch; the first of them may go on from the batch before."""
        import polars as pl

        goes_on = parts["part"][0] == 0
        parts = parts.drop("part")
        if self._open is not None and goes_on:
            first = pl.concat([self._open, parts.head(1)])
            joined = first.select(
                getattr(pl.col(x.name), x.joined)() for x in sums if x.name in first.columns
            )
            parts = pl.concat([joined, parts.slice(1)])
        elif self._open is not None:
            parts = pl.concat([self._open, parts])
        closed = parts.head(parts.height - 1)
        self._closed.append(closed.head(max(0, MOST_STEPS - self._kept)))
        self._kept += closed.height
        self._open = parts.tail(1)

    def table(self) -> polars.DataFrame | None:
        """Return the steps in their order; None if there is no row."""
        import polars as pl

        if self._open is None:
            return None
        index = pl.int_range(pl.len(), dtype=pl.Int64).alias("index")
        return pl.concat([*self._closed, self._open]).with_columns(index)

    @property
    def _integrates(self) -> bool:
        return TIME in self.columns and CURRENT in self.columns

    @property
    def _counters(self) -> list[str]:
        """The counters of the series that have an integral to compare with."""
        needed = {TIME, CURRENT, VOLTAGE} if VOLTAGE in self.columns else {TIME, CURRENT}
        there = [name for name in COUNTERS if name in self.columns and needed <= set(self.columns)]
        return [each for each in there if VOLTAGE in needed or "capacity" in each]

    @property
    def _integrals(self) -> list[str]:
        return ["charge", "discharged", "charged", *_energies(self._counters)]

    def _with_integrals(self, rows: polars.DataFrame) -> polars.DataFrame:
        """Add the integrals over the batch, by the trapezoid rule within each step.

        `off` of a counter is how much more it grew than its integral.
        """
        import polars as pl

        current = pl.col(CURRENT)
        rates = {"discharged": current, "charged": -current}
        if energies := _energies(self._counters):
            power = current * pl.col(VOLTAGE)
            signed = {"energy out": power, "energy in": -power}
            rates |= {name: signed[name] for name in energies}
        rows = rows.with_columns(
            rate.clip(lower_bound=0.0).alias(name) for name, rate in rates.items()
        )
        passed = {
            name: (pl.col(name) + pl.col(name).shift(fill_value=0.0)) * pl.col("hours")
            for name in rates
        }
        gaps = any(rows[name].null_count() for name in (*rates, "hours"))
        rows = rows.with_columns(
            (each.fill_null(0.0) if gaps else each).cum_sum().alias(name)
            for name, each in passed.items()
        )
        return rows.with_columns(
            (pl.col("discharged") - pl.col("charged")).alias("charge"),
            *((pl.col(n) - pl.col(INTEGRALS[n])).alias(f"off {n}") for n in self._counters),
        )

    def _since_start(self, rows: polars.DataFrame) -> tuple[polars.DataFrame, polars.DataFrame]:
        """Count the charge from the start of the step.

        Returns
        -------
        tuple of polars.DataFrame
            The rows, and what the integrals and counters were at the start of each part.
        """
        import polars as pl

        begins = (pl.col("part").diff() != 0).fill_null(True)
        bases = rows.filter(begins).select("part", *self._integrals, *self._counters)
        if self._open is not None:  # the first row is of the step that is still open
            opened = {name: -self._open[name][0] for name in self._integrals}
            starts = {name: self._open[f"start {name}"][0] for name in self._counters}
            first = pl.DataFrame({"part": 0, **opened, **starts}, schema=bases.schema)
            bases = pl.concat([first, bases.slice(1)])
        charge = bases["charge"].gather(rows["part"] - rows["part"][0])
        return rows.with_columns((pl.col("charge") - charge).alias("charge")), bases

    def _subtracted(self, parts: polars.DataFrame, bases: polars.DataFrame) -> polars.DataFrame:
        """Count the integrals and counters of each part from the start of the step."""
        import polars as pl

        base = bases.select("part", pl.all().exclude("part").name.prefix("base "))
        joined = parts.join(base, on="part", how="left", maintain_order="left")
        changed = [pl.col(name) - pl.col(f"base {name}") for name in self._integrals[1:]]
        for name in self._counters:
            start = pl.col(f"base {name}")
            off = start - pl.col(f"base {INTEGRALS[name]}")
            largest = pl.max_horizontal(pl.col(f"off {name}") - off, off - pl.col(f"least {name}"))
            changed += [
                (pl.col(f"grown {name}") - start).alias(f"grown {name}"),
                pl.when(start.is_not_null()).then(largest).alias(f"off {name}"),
            ]
        kept = [name for name in parts.columns if not name.startswith("least ")]
        return joined.with_columns(changed).select(kept)

    def _sums(self, gaps: bool) -> Iterator[_Sum]:
        import polars as pl

        yield _Sum("row", pl.col("row").first(), "first")
        yield _Sum("rows", pl.len().cast(pl.Int64), "sum")
        if KNOWN_STEP in self._filled:
            yield _Sum("step", pl.col(KNOWN_STEP).first(), "first")
        if KNOWN_TIME in self._filled:
            yield _Sum("from", pl.col(KNOWN_TIME).first(), "first")
            yield _Sum("to", pl.col(KNOWN_TIME).last(), "last")
        for name in (VOLTAGE, CURRENT, TEMPERATURE):
            if name in self.columns:
                yield _Sum(f"count {name}", pl.col(name).count().cast(pl.Int64), "sum")
                yield _Sum(f"sum {name}", pl.col(name).sum(), "sum")
                if name == TEMPERATURE:
                    continue
                yield _Sum(f"min {name}", pl.col(name).min(), "min")
                yield _Sum(f"max {name}", pl.col(name).max(), "max")
        if VOLTAGE in self.columns:
            yield _Sum("moved", pl.col("moved").max(), "max")
        if self._integrates:
            yield from self._of_current(gaps)

    def _of_current(self, gaps: bool) -> Iterator[_Sum]:
        import polars as pl

        size = pl.col(CURRENT).abs()
        yield _Sum("sum size", size.sum(), "sum")
        yield _Sum("squares", (size * size).sum(), "sum")
        yield _Sum("charge", pl.col("charge").last(), "last")
        for name in self._integrals[1:]:
            yield _Sum(name, pl.col(name).last(), "last")
        for name in self._counters:
            yield _Sum(f"start {name}", pl.col(name).first(), "first")
            yield _Sum(f"grown {name}", pl.col(name).max(), "max")
            yield _Sum(f"off {name}", pl.col(f"off {name}").max(), "max")
            yield _Sum(f"least {name}", pl.col(f"off {name}").min(), "min")
        if VOLTAGE in self.columns:
            yield from _products(gaps)

    @property
    def _filled(self) -> set[str]:
        return {
            key
            for key, name in ((KNOWN_TIME, TIME), (KNOWN_STEP, "Step count"))
            if name in self.columns
        }


def _inside(hours: polars.Expr) -> polars.Expr:
    """Return the intervals that end inside a step, and 0 for the first row of a step."""
    import polars as pl

    first = pl.col("begins") | (pl.int_range(pl.len()) == 0)
    return pl.when(first).then(0.0).otherwise(hours)


def _energies(counters: list[str]) -> list[str]:
    return [INTEGRALS[name] for name in counters if "energy" in name]


def _products(gaps: bool) -> Iterator[_Sum]:
    """Yield the sums of V, I and Q and of their products, of rows that have all three."""
    import polars as pl

    known = {"V": pl.col(VOLTAGE), "I": pl.col(CURRENT), "Q": pl.col("charge")}
    both = known["V"].is_not_null() & known["I"].is_not_null()
    number = both.sum() if gaps else pl.len()
    yield _Sum("N", number.cast(pl.Int64), "sum")
    products = {"V": known["V"], "I": known["I"], "Q": known["Q"]}
    products |= {one + other: known[one] * known[other] for one, other in _PAIRS}
    for name, value in products.items():
        yield _Sum(name, (pl.when(both).then(value) if gaps else value).sum(), "sum")
