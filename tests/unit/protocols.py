"""Series of a simple cell by a written protocol, with what passed integrated apart, in numpy."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

CAPACITY = 1.0  # A.h
RESISTANCE = 0.1  # ohm
LOW, HIGH = 3.0, 4.2


@dataclass
class Recorder:
    """A cell under test; + = discharge. Each step appends its rows."""

    sampling: float = 10.0
    twice: bool = True  # whether a step begins with a row at the time at which the last one ended
    soc: float = 0.0
    time: float = 0.0
    cycle: int = 0
    rows: list[tuple[float, float, float, int, int, str]] = field(default_factory=list, repr=False)
    step: int = -1

    def voltage(self, current: float) -> float:
        return LOW + (HIGH - LOW) * self.soc - current * RESISTANCE

    def _row(self, current: float, kind: str) -> None:
        where = (self.step, self.cycle, kind)
        self.rows.append((self.time, self.voltage(current), current, *where))

    def _pass(self, current: float, seconds: float) -> None:
        self.soc -= current * seconds / 3600 / CAPACITY
        self.time += seconds

    def begin(self, current: float, kind: str) -> None:
        self.step += 1
        if self.twice or not self.rows:
            self._row(current, kind)

    def constant(self, current: float, *, seconds: float = np.inf, sampling: float = 0.0) -> None:
        kind = "discharge" if current > 0 else "charge" if current < 0 else "rest"
        self.begin(current, kind)
        interval, begun = sampling or self.sampling, self.time
        while self.time - begun < seconds - 1e-6:
            self._pass(current, interval)
            self._row(current, kind)
            beyond = self.voltage(current)
            if (current < 0 and beyond >= HIGH) or (current > 0 and beyond <= LOW):
                break

    def hold(self, cutoff: float) -> None:
        """Charge at the voltage that there is until the current is low."""
        last = self.rows[-1]
        limit, current = last[1], last[2]
        self.begin(current, "hold")
        while abs(current) > cutoff:
            self._pass(current, self.sampling)
            current = -(limit - self.voltage(0.0)) / RESISTANCE
            self._row(current, "hold")

    def frame(self, *, noise: float = 0.0, offset: float = 0.0, digit: float = 0.0, seed: int = 0):
        """The rows as a channel records them, and `kind`, which only the test may know."""
        random = np.random.default_rng(seed)
        names = ["Time [s]", "Voltage [V]", "Current [A]", "Step count", "Cycle count", "kind"]
        frame = pl.DataFrame(self.rows, names, orient="row")
        current = frame["Current [A]"].to_numpy() + random.normal(0.0, noise, frame.height)
        current = current + offset
        if digit:
            current = np.round(current / digit) * digit
        voltage = frame["Voltage [V]"].to_numpy() + random.normal(0.0, 2e-4, frame.height)
        return frame.with_columns(
            pl.Series("Current [A]", current), pl.Series("Voltage [V]", voltage)
        )


def passed(frame: pl.DataFrame, value: np.ndarray, kinds: tuple[str, ...]) -> float:
    """The integral of a value over the rows of some kinds, by numpy, in A.h or W.h."""
    own = np.isin(frame["kind"].to_numpy(), kinds)
    return float(np.trapezoid(np.where(own, value, 0.0), frame["Time [s]"].to_numpy()) / 3600)


def halves(frame: pl.DataFrame) -> list[str]:
    """The directions of the half cycles, by what the protocol says."""
    sides = [
        (cycle, "charge" if kind == "hold" else kind)
        for cycle, kind in frame.select("Cycle count", "kind").iter_rows()
        if kind != "rest"
    ]
    return [side[1] for k, side in enumerate(sides) if k == 0 or side != sides[k - 1]]
