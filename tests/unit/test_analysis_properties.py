"""Whatever the protocol: half cycles, charge and energy are those that numpy finds apart."""

from __future__ import annotations

import warnings

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from protocols import Recorder, halves, passed

from ionworks.analysis import (
    CounterWarning,
    capacity_curves,
    cycles,
    differential_voltage,
    incremental_capacity,
    steps,
)

CHARGE, DISCHARGE = ("charge", "hold"), ("discharge",)
rates = st.sampled_from([0.1, 0.2, 0.5, 1.0, 2.0])


@st.composite
def protocols(draw):
    """One to three cycles of staged charges, tapers, rests and pulses."""
    recorder = Recorder(
        sampling=draw(st.sampled_from([5.0, 10.0, 30.0])), twice=draw(st.booleans())
    )
    for cycle in range(draw(st.integers(1, 3))):
        recorder.cycle = cycle
        recorder.constant(0.0, seconds=draw(st.sampled_from([300.0, 1800.0])))
        for stage in sorted(
            draw(st.lists(rates, min_size=1, max_size=3, unique=True)), reverse=True
        ):
            recorder.constant(-stage)
            if draw(st.integers(0, 3)) == 0:
                recorder.constant(0.0, seconds=600.0)
        if draw(st.booleans()) and recorder.rows[-1][5] == "charge":
            recorder.hold(0.02)
        recorder.constant(0.0, seconds=draw(st.sampled_from([300.0, 1800.0])))
        if draw(st.booleans()):
            recorder.constant(0.5, seconds=1800.0)
            recorder.constant(0.0, seconds=300.0)
            for current in (1.0, -1.0):
                recorder.constant(current, seconds=120.0)
                recorder.constant(0.0, seconds=300.0)
        recorder.constant(draw(rates))
    recorder.constant(0.0, seconds=300.0)
    return recorder


@st.composite
def series(draw):
    recorder = draw(protocols())
    frame = recorder.frame(
        noise=draw(st.sampled_from([0.0, 1e-4, 1e-3])),
        offset=draw(st.sampled_from([0.0, 5e-4, -5e-4])),
        digit=draw(st.sampled_from([0.0, 1e-3])),
        seed=draw(st.integers(0, 99)),
    )
    return Drawn(recorder, frame)


class Drawn:
    """A recorder and its frame, with a short name."""

    def __init__(self, recorder: Recorder, frame: pl.DataFrame) -> None:
        self.parts = recorder, frame

    def __repr__(self) -> str:
        recorder, frame = self.parts
        kinds = frame.unique("Step count", keep="first", maintain_order=True)
        told = [
            f"{kind} {current:.3g}"
            for kind, current in kinds.select("kind", "Current [A]").iter_rows()
        ]
        return f"sampled {recorder.sampling}, twice {recorder.twice}: {', '.join(told)}"


def spare(recorder, frame):
    """What may pass in half an interval at both ends of each step."""
    if recorder.twice:
        return 1e-9
    return recorder.sampling / 3600 * frame["Step count"].n_unique() * 2.0


given_columns = st.sampled_from(
    [(), ("Step count",), ("Cycle count",), ("Step count", "Cycle count")]
)


@settings(max_examples=15, deadline=None)
@given(series(), given_columns)
def test_half_cycles_and_their_charge_are_those_of_the_protocol(drawn, kept):
    recorder, frame = drawn.parts
    given_ = frame.drop("kind", *({"Step count", "Cycle count"} - set(kept)))
    expected = halves(frame if "Cycle count" in kept else frame.with_columns(cycle()))
    ends = capacity_curves(given_).group_by("Half cycle", maintain_order=True).last()
    assert ends["Direction"].to_list() == expected
    current = frame["Current [A]"].to_numpy()
    for direction, kinds, sign in (("charge", CHARGE, -1), ("discharge", DISCHARGE, 1)):
        found = ends.filter(pl.col("Direction") == direction)["Capacity [A.h]"].sum()
        truth = passed(frame, sign * current, kinds)
        assert found == pytest.approx(truth, rel=2e-3, abs=spare(recorder, frame) + 1e-4)


def cycle():
    return pl.lit(0).alias("Cycle count")


@settings(max_examples=15, deadline=None)
@given(series(), given_columns)
def test_curves_hold_all_charge_but_that_of_real_holds(drawn, kept):
    recorder, frame = drawn.parts
    given_ = frame.drop("kind", *({"Step count", "Cycle count"} - set(kept)))
    curve = incremental_capacity(given_, smoothing=0)
    whole = capacity_curves(given_).group_by("Half cycle").agg(pl.col("Capacity [A.h]").last())
    area = curve.group_by("Half cycle").agg(
        (pl.col("dQ/dV [A.h/V]").abs().sum() * 0.005).alias("area"),
        pl.col("Left out [A.h]").first(),
    )
    both = area.join(whole, on="Half cycle")
    difference = both["area"] + both["Left out [A.h]"] - both["Capacity [A.h]"]
    assert difference.abs().max() < 5e-3 * max(1e-3, both["Capacity [A.h]"].max())
    held = passed(frame, -frame["Current [A]"].to_numpy(), ("hold",))
    left = curve.unique("Half cycle")["Left out [A.h]"].sum()
    # The row on which the current begins to fall belongs to the constant current.
    arrivals = frame.filter(pl.col("kind") == "hold")["Cycle count"].n_unique()
    border = 0.0 if recorder.twice else 2.0 * recorder.sampling / 3600
    assert left <= held + arrivals * border + 1e-3
    assert left >= held - arrivals * 2.0 * 3 * recorder.sampling / 3600 - 1e-3
    slope = differential_voltage(given_).unique("Half cycle").sort("Half cycle")
    same = curve.unique("Half cycle").sort("Half cycle")
    assert slope["Reason"].to_list() == same["Reason"].to_list()


@settings(max_examples=15, deadline=None)
@given(series(), given_columns)
def test_tables_have_the_capacity_and_energy_that_numpy_finds(drawn, kept):
    recorder, frame = drawn.parts
    given_ = frame.drop("kind", *({"Step count", "Cycle count"} - set(kept)))
    current, power = (
        frame["Current [A]"].to_numpy(),
        (frame["Current [A]"] * frame["Voltage [V]"]).to_numpy(),
    )
    for table in (steps(given_), cycles(given_)):
        for name, value, kinds, sign in (
            ("Charge capacity [A.h]", current, CHARGE, -1),
            ("Discharge capacity [A.h]", current, DISCHARGE, 1),
            ("Charge energy [W.h]", power, CHARGE, -1),
            ("Discharge energy [W.h]", power, DISCHARGE, 1),
        ):
            truth = passed(frame, sign * value, kinds)
            room = 4.2 * (1e-4 + (0 if recorder.twice else 0.2 * spare(recorder, frame)))
            assert table[name].sum() == pytest.approx(truth, rel=1e-3, abs=room)
    table = cycles(given_)
    if "Cycle count" in kept:
        for number, part in frame.group_by("Cycle count"):
            own = part["Current [A]"].to_numpy()
            row = table.filter(pl.col("Cycle count") == number[0])
            truth = passed(part, own, DISCHARGE) / passed(part, -own, CHARGE)
            room = 1e-3 + (0 if recorder.twice else 0.1 * spare(recorder, part))
            assert row["Coulombic efficiency"][0] == pytest.approx(truth, abs=room)
            other = cycles(given_, efficiency="charge/discharge")
            back = other.filter(pl.col("Cycle count") == number[0])["Coulombic efficiency"][0]
            assert back == pytest.approx(1 / row["Coulombic efficiency"][0])


def counters(frame, resets):
    """Counters of capacity as a cycler keeps them, set to 0 where `resets` says."""
    time, current = frame["Time [s]"].to_numpy(), frame["Current [A]"].to_numpy()
    kind = frame["kind"].to_numpy()
    columns = []
    for name, kinds, sign in (
        ("Charge capacity [A.h]", CHARGE, -1),
        ("Discharge capacity [A.h]", DISCHARGE, 1),
    ):
        own = np.where(np.isin(kind, kinds), sign * current, 0.0)
        total = np.concatenate([[0.0], np.cumsum((own[1:] + own[:-1]) / 2 * np.diff(time))]) / 3600
        last = np.maximum.accumulate(np.where(resets, np.arange(len(total)), 0))
        columns.append(pl.Series(name, total - total[last]))
    return frame.with_columns(columns)


@settings(max_examples=15, deadline=None)
@given(series(), st.sampled_from(["never", "step", "cycle", "rest"]))
def test_counters_are_never_the_capacity_and_only_a_fall_inside_a_step_is_reported(drawn, when):
    _, frame = drawn.parts
    number = frame["Step count"].to_numpy()
    resets = np.zeros(frame.height, bool)
    if when == "step":
        resets[1:] = np.diff(number) != 0
    elif when == "cycle":
        resets[1:] = np.diff(frame["Cycle count"].to_numpy()) != 0
    elif when == "rest":
        resets[frame.height - 4] = True  # inside the last rest
    given_ = counters(frame, resets).drop("kind")
    bare = steps(frame.drop("kind"))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        table = steps(given_)
    assert [each.category for each in said] == ([CounterWarning] if when == "rest" else [])
    for name in ("Charge capacity [A.h]", "Discharge capacity [A.h]"):
        assert table[name].equals(bare[name])
    found = table.drop_nulls("Counter finding")
    assert found["Step count"].to_list() == ([int(number[-1])] if when == "rest" else [])
