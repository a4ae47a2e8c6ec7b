"""A synthetic lithium-ion cell: time series of our own making for demonstrations and tests."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import NamedTuple

import polars as pl

VOLTAGE_MIN = 2.5
VOLTAGE_MAX = 4.2
_CUTOFF_RATE = 1 / 50  # the constant-voltage charge ends at this C-rate
_FIRST_SAMPLE = 0.01  # s after the switch to a new step
_COULOMBIC_EFFICIENCY = 0.9995
_SCHEMA = {
    "Time [s]": pl.Float64,
    "Voltage [V]": pl.Float64,
    "Current [A]": pl.Float64,
    "Step count": pl.Int64,
    "Cycle count": pl.Int64,
    "Temperature [degC]": pl.Float64,
}


def open_circuit_voltage(soc: float) -> float:
    """
    Open-circuit voltage, in V, of an NMC-like cathode against a graphite-like anode.

    Parameters
    ----------
    soc
        State of charge, 0 (2.5 V) to 1 (4.2 V). The curve is smooth and rises throughout.
    """
    low, high = _curve(0.0), _curve(1.0)
    return VOLTAGE_MIN + (VOLTAGE_MAX - VOLTAGE_MIN) * (_curve(soc) - low) / (high - low)


class SyntheticCell:
    """
    A simulated cell: open-circuit voltage, a resistance, two RC elements and a heat balance.

    The same cell returns the same frame for the same call, independent of earlier calls. Frames
    have the service's columns: ``Time [s]`` from 0, ``Voltage [V]``, ``Current [A]`` (positive on
    discharge), ``Step count`` and ``Cycle count`` from 0, ``Temperature [degC]``; voltage, current
    and temperature have the noise of a good cycler. Each test starts with a full, rested cell.

    Parameters
    ----------
    rated_capacity
        In A.h. Resistances scale with its inverse.
    seed
        Identifies the cell: capacity, resistance and noise follow from it.
    temperature
        Temperature of the chamber, in degC.
    fade_per_cycle
        Fraction of the capacity that is lost in each cycle.
    cycles_before
        Number of cycles before the start of a test.

    Raises
    ------
    ValueError
        If a number is outside the range of the model.

    Examples
    --------
    >>> cell = SyntheticCell(seed=7)
    >>> cell.cycling(cycles=1)["Cycle count"].max()
    0
    """

    def __init__(
        self,
        rated_capacity: float = 5.0,
        *,
        seed: int = 0,
        temperature: float = 25.0,
        fade_per_cycle: float = 1e-3,
        cycles_before: int = 0,
    ) -> None:
        _check("rated_capacity", rated_capacity, 1e-6, 1e4)
        _check("fade_per_cycle", fade_per_cycle, 0, 0.1)
        _check("cycles_before", cycles_before, 0, 10_000)
        # Reproducible noise is wanted here, not secrecy.
        spread = Random(f"cell {seed}")  # noqa: S311
        self.rated_capacity = rated_capacity
        self.seed = seed
        self.temperature = temperature
        self.fade_per_cycle = fade_per_cycle
        self.initial_capacity: float = rated_capacity * spread.uniform(0.98, 1.0)
        self.capacity: float = self.initial_capacity * (1 - fade_per_cycle) ** cycles_before
        self.resistance: float = 0.11 / rated_capacity * spread.uniform(0.97, 1.03)

    def cycling(
        self,
        cycles: int = 3,
        rate: float = 1.0,
        *,
        charge_rate: float = 0.5,
        rest_seconds: float = 1800.0,
    ) -> pl.DataFrame:
        """
        Discharge to 2.5 V, rest, charge to 4.2 V and hold until C/50, rest; five steps a cycle.

        Parameters
        ----------
        cycles
            1 to 1000, about 800 rows each.
        rate, charge_rate
            C-rates of the discharge (0.001 to 4) and of the charge (0.05 to 2).
        rest_seconds
            Length of each rest.
        """
        _check("cycles", cycles, 1, 1000)
        _check("rate", rate, 1e-3, 4)
        _check("charge_rate", charge_rate, 0.05, 2)
        _check("rest_seconds", rest_seconds, 1, 1e7)
        run = _Run(self, f"cycling {rate} {charge_rate} {rest_seconds}")
        for cycle in range(cycles):
            run.cycle = cycle
            run.hold_current(rate, sample=12 / rate)
            run.hold_current(0.0, seconds=rest_seconds)
            run.hold_current(-charge_rate, sample=12 / charge_rate)
            run.hold_voltage()
            run.hold_current(0.0, seconds=rest_seconds)
            run.capacity *= 1 - self.fade_per_cycle
        return run.frame()

    def pseudo_ocv(self, rate: float = 1 / 20, *, rest_seconds: float = 3600.0) -> pl.DataFrame:
        """
        Discharge and charge slowly, so that the voltage is near equilibrium; about 2,000 rows.

        Parameters
        ----------
        rate
            C-rate of both directions, 0.001 to 4.
        rest_seconds
            Length of the rest after each direction.
        """
        _check("rate", rate, 1e-3, 4)
        _check("rest_seconds", rest_seconds, 1, 1e7)
        run = _Run(self, f"pseudo_ocv {rate} {rest_seconds}")
        for signed_rate in (rate, -rate):
            run.hold_current(signed_rate, sample=3.6 / rate)
            run.hold_current(0.0, seconds=rest_seconds)
        return run.frame()

    def pulse_test(self, levels: int = 9, rate: float = 1.0) -> pl.DataFrame:
        """Ten-second discharge pulses from 100 % to 10 % state of charge, in equal steps at C/2.

        Parameters
        ----------
        levels
            Number of states of charge with a pulse, 1 to 100; four steps each.
        rate
            C-rate of the pulse, 0.001 to 2.
        """
        _check("levels", levels, 1, 100)
        _check("rate", rate, 1e-3, 2)
        run = _Run(self, f"pulse_test {levels} {rate}")
        for _ in range(levels):
            run.hold_current(rate, seconds=10.0, sample=1.0)
            run.hold_current(0.0, seconds=120.0, sample=5.0)
            run.hold_current(0.5, seconds=0.9 / levels * 7200, sample=30.0)
            run.hold_current(0.0, seconds=1800.0)
        return run.frame()

    def rated(self) -> dict[str, dict[str, float | str]]:
        """Ratings of the cell's specification, as JSON."""
        return {
            "capacity": {"value": self.rated_capacity, "unit": "A*h"},
            "voltage_min": {"value": VOLTAGE_MIN, "unit": "V"},
            "voltage_max": {"value": VOLTAGE_MAX, "unit": "V"},
        }

    def measured_properties(self) -> dict[str, dict[str, dict[str, float | str]]]:
        """Properties of this cell, grouped by component, as JSON."""
        return {
            "cell": {
                "initial_capacity": {"value": float(f"{self.initial_capacity:.5g}"), "unit": "A*h"},
                "dc_resistance": {"value": float(f"{self.resistance * 1e3:.4g}"), "unit": "mohm"},
            }
        }


class _State(NamedTuple):
    soc: float
    fast: float  # V across the RC pair of the charge transfer
    slow: float  # V across the RC pair of the diffusion
    temperature: float


class _Run:
    """One test under way: the cell's state, the clock, and the rows recorded so far."""

    def __init__(self, cell: SyntheticCell, name: str) -> None:
        self.cell = cell
        self.capacity = cell.capacity
        self.cycle = 0
        self._step = -1
        self._time = -_FIRST_SAMPLE
        self._random = Random(f"{cell.seed} {name}")  # noqa: S311
        self._rows: list[tuple[float, ...]] = []
        # As full as the charge below leaves it: the diffusion lags behind the tapering current, so
        # that the overpotential at the end is more than the steady 1.9 times the ohmic one.
        end = VOLTAGE_MAX - _CUTOFF_RATE * cell.rated_capacity * 2.7 * cell.resistance
        soc = _bisect(lambda soc: open_circuit_voltage(soc) - end, 0.0, 1.0)
        self._state = _State(soc, 0.0, 0.0, cell.temperature)

    def hold_current(self, rate: float, *, seconds: float = math.inf, sample: float = 60.0) -> None:
        """One step at a C-rate (+ = discharge) until its time or a limit of voltage is reached."""
        current = rate * self.cell.rated_capacity
        limit = VOLTAGE_MIN if current > 0 else VOLTAGE_MAX

        def beyond(elapsed: float) -> float:
            voltage = self._voltage(self._advance(current, elapsed), current)
            return math.copysign(1.0, current) * (limit - voltage)

        self._step += 1
        elapsed, interval, limited = 0.0, _FIRST_SAMPLE, False
        while not limited and elapsed < seconds - 1e-6:
            if current and beyond(interval) >= 0:
                interval, limited = _bisect(beyond, 0.0, interval), True
            self._record(current, interval)
            elapsed += interval
            interval = min(max(1.3 * interval, 1.0), sample, seconds - elapsed)

    def hold_voltage(self, sample: float = 30.0) -> None:
        """Charge at the upper limit of voltage until the current has fallen to C/50."""
        self._step += 1
        at_once = self._voltage(self._state, 0.0) - VOLTAGE_MAX
        current, interval = at_once / self.cell.resistance, _FIRST_SAMPLE
        self._record(current, interval)
        while current < -_CUTOFF_RATE * self.cell.rated_capacity:
            interval = min(max(1.3 * interval, 1.0), sample)
            previous, current = current, self._solve_current(current, interval)
            self._record(current, interval, mean=(previous + current) / 2)

    def frame(self) -> pl.DataFrame:
        rows = pl.DataFrame(self._rows, schema=_SCHEMA, orient="row")
        return rows.with_columns(_energy("Discharge", 1), _energy("Charge", -1))

    def _solve_current(self, previous: float, seconds: float) -> float:
        """Find the current at which the voltage, after so many seconds, is the upper limit."""

        def excess(current: float) -> float:
            state = self._advance((previous + current) / 2, seconds)
            return VOLTAGE_MAX - self._voltage(state, current)

        return _bisect(excess, 1.2 * previous, 0.0)

    def _record(self, current: float, seconds: float, mean: float | None = None) -> None:
        self._state = self._advance(current if mean is None else mean, seconds)
        self._time += seconds
        noise = self._random.gauss
        # At rest the relay is open and a cycler reports 0.
        spread = 2e-5 * self.cell.rated_capacity + 1e-4 * abs(current) if current else 0.0
        self._rows.append(
            (
                round(self._time, 4),
                round(self._voltage(self._state, current) + noise(0.0, 2e-4), 5),
                current + noise(0.0, spread),
                self._step,
                self.cycle,
                round(self._state.temperature + noise(0.0, 0.05), 2),
            )
        )

    def _voltage(self, state: _State, current: float) -> float:
        ohmic = current * self.cell.resistance
        return open_circuit_voltage(state.soc) - ohmic - state.fast - state.slow

    def _advance(self, current: float, seconds: float) -> _State:
        """Exact for a constant current, so that the length of the interval does not matter."""
        cell, state = self.cell, self._state
        kept = 1.0 if current > 0 else _COULOMBIC_EFFICIENCY
        loss = current * current * cell.resistance + current * (state.fast + state.slow)
        warmth = cell.temperature + loss * 20.0 / cell.rated_capacity  # W times K/W
        return _State(
            state.soc - kept * current * seconds / 3600 / self.capacity,
            _relax(state.fast, 0.35 * current * cell.resistance, seconds / 15.0),
            _relax(state.slow, 0.55 * current * cell.resistance, seconds / 400.0),
            _relax(state.temperature, warmth, seconds / 900.0),
        )


def _curve(soc: float) -> float:
    stages = 0.05 * math.tanh((soc - 0.22) / 0.06) + 0.06 * math.tanh((soc - 0.56) / 0.07)
    return 0.75 * soc + stages - 0.8 * math.exp(-soc / 0.035) + 0.04 * math.exp((soc - 1) / 0.03)


def _energy(name: str, sign: int) -> pl.Expr:
    """Return the energy since the start of the step, by the trapezoid rule."""
    power = pl.max_horizontal(pl.col("Voltage [V]") * pl.col("Current [A]") * sign, 0.0)
    hours = pl.col("Time [s]").diff() / 3600
    passed = (hours * (power + power.shift()) / 2).over("Step count").fill_null(0.0)
    return passed.cum_sum().over("Step count").round(7).alias(f"{name} energy [W.h]")


def _relax(value: float, target: float, time_constants: float) -> float:
    return target + (value - target) * math.exp(-time_constants)


def _bisect(rising: Callable[[float], float], low: float, high: float) -> float:
    """Root of a rising function between two bounds."""
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return high


def _check(name: str, value: float, lowest: float, highest: float) -> None:
    if not lowest <= value <= highest:
        raise ValueError(f"{name} must be between {lowest:g} and {highest:g}, not {value}")
