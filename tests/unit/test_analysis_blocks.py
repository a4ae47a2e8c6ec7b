"""Direction, rest and hold are decided by blocks of rows, never by one row."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from protocols import Recorder, passed

from ionworks.analysis import capacity_curves, differential_voltage, incremental_capacity, steps

VOLTAGE, CURRENT = "Voltage [V]", "Current [A]"


def slow(sampling=60.0, current=0.05):
    """C/20 up and down, with rests."""
    recorder = Recorder(sampling=sampling)
    recorder.constant(0.0, seconds=3600.0)
    recorder.constant(-current)
    recorder.constant(0.0, seconds=7200.0)
    recorder.constant(current)
    recorder.constant(0.0, seconds=3600.0)
    return recorder


def as_logged(frame, steps_):
    return frame.drop("kind") if steps_ else frame.drop("kind", "Step count")


def ends(frame):
    return capacity_curves(frame).group_by("Half cycle", maintain_order=True).last()


@pytest.mark.parametrize("steps_", [True, False], ids=["with steps", "without steps"])
@pytest.mark.parametrize("digit", [0.0, 1e-3])
@pytest.mark.parametrize("offset", [0.0, 5e-4, -5e-4, 1e-3])
@pytest.mark.parametrize("noise", [0.0, 1e-3])
def test_c1_a_channel_that_is_not_quiet_at_rest_makes_no_half_cycles(noise, offset, digit, steps_):
    frame = slow().frame(noise=noise, offset=offset, digit=digit, seed=3)
    found = ends(as_logged(frame, steps_))
    assert found["Direction"].to_list() == ["charge", "discharge"]
    current = frame[CURRENT].to_numpy()
    truth = [passed(frame, -current, ("charge",)), passed(frame, current, ("discharge",))]
    assert found["Capacity [A.h]"].to_list() == pytest.approx(truth, rel=2e-3)
    assert incremental_capacity(as_logged(frame, steps_))["Half cycle"].n_unique() == 2


@pytest.mark.parametrize("steps_", [True, False], ids=["with steps", "without steps"])
@pytest.mark.parametrize("value", [0.05, 0.5, 0.0, 1.0])
@pytest.mark.parametrize("together", [1, 2])
def test_c1_single_rows_of_the_other_sign_turn_nothing(together, value, steps_):
    frame = slow().frame()
    rows = np.arange(frame.height)
    charging = (frame["kind"] == "charge").to_numpy()
    off = charging & (rows % 50 < together) & np.roll(charging, 5) & np.roll(charging, -5)
    current = np.where(off, value, frame[CURRENT].to_numpy())
    frame = frame.with_columns(pl.Series(CURRENT, current))
    found = ends(as_logged(frame, steps_))
    assert found["Direction"].to_list() == ["charge", "discharge"]
    # What was passed is net: the rows that are off count as they were recorded.
    truth = passed(frame, -current, ("charge",))
    assert found["Capacity [A.h]"][0] == pytest.approx(truth, rel=1e-6)


@pytest.mark.parametrize("noise", [1e-3, 2.5e-3, 5e-3])
def test_c1_a_step_goes_where_its_mean_goes_though_its_noise_is_as_large(noise):
    frame = slow(current=0.005).frame(noise=noise, seed=2)
    found = ends(frame.drop("kind"))
    assert found["Direction"].to_list() == ["charge", "discharge"]
    current = frame[CURRENT].to_numpy()
    truth = [passed(frame, -current, ("charge",)), passed(frame, current, ("discharge",))]
    assert found["Capacity [A.h]"].to_list() == pytest.approx(truth, rel=2e-3)


def test_c1_several_rows_of_the_other_sign_are_a_direction():
    recorder = Recorder(sampling=10.0)
    recorder.constant(-1.0, seconds=1800.0)
    recorder.constant(1.0, seconds=60.0)
    recorder.constant(-1.0, seconds=900.0)
    frame = recorder.frame().drop("Step count", "kind")
    assert ends(frame)["Direction"].to_list() == ["charge", "discharge", "charge"]


def test_a_step_of_one_row_makes_no_half_cycle():
    recorder = Recorder(sampling=10.0)
    recorder.constant(-1.0, seconds=1800.0)
    recorder.begin(1.0, "discharge")
    recorder.constant(-0.5, seconds=900.0)
    assert ends(recorder.frame().drop("kind"))["Direction"].to_list() == ["charge"]


def test_step_numbers_that_count_rows_are_no_steps():
    frame = slow().frame().with_columns(pl.int_range(pl.len()).alias("Step count"))
    assert ends(frame)["Direction"].to_list() == ["charge", "discharge"]


def test_the_rest_of_a_taper_stays_charge_though_its_current_is_weak():
    recorder = Recorder(sampling=5.0)
    recorder.constant(5.0, seconds=10.0)
    recorder.constant(0.0, seconds=600.0)
    recorder.constant(-1.0)
    recorder.hold(0.01)
    recorder.constant(0.0, seconds=600.0)
    frame = recorder.frame()
    truth = passed(frame, -frame[CURRENT].to_numpy(), ("charge", "hold"))
    for kept in (True, False):
        found = ends(as_logged(frame, kept))
        assert found["Direction"].to_list()[-1] == "charge"
        assert found["Capacity [A.h]"][-1] == pytest.approx(truth, rel=1e-4)


def staged(*currents, rest=0.0, cutoff=0.0, sampling=10.0, twice=True):
    recorder = Recorder(sampling=sampling, twice=twice)
    recorder.constant(0.0, seconds=600.0)
    for current in currents:
        recorder.constant(-current)
        if rest and current != currents[-1]:
            recorder.constant(0.0, seconds=rest)
    if cutoff:
        recorder.hold(cutoff)
    recorder.constant(0.0, seconds=600.0)
    return recorder.frame()


C2 = {
    "2C, 1C, C/2": {"currents": (2.0, 1.0, 0.5)},
    "2C, 1C, C/2, C/5, C/10": {"currents": (2.0, 1.0, 0.5, 0.2, 0.1)},
    "stages within 10 mV": {"currents": (0.2, 0.15, 0.1)},
    "1C, rest, C/2": {"currents": (1.0, 0.5), "rest": 1800.0},
    "seldom": {"currents": (2.0, 1.0, 0.5), "sampling": 60.0},
    "borders once": {"currents": (2.0, 1.0, 0.5), "twice": False},
}


@pytest.mark.parametrize("steps_", [True, False], ids=["with steps", "without steps"])
@pytest.mark.parametrize("case", C2.values(), ids=C2)
def test_c2_the_stages_of_a_charge_are_no_hold(case, steps_):
    frame = staged(*case["currents"], **{k: v for k, v in case.items() if k != "currents"})
    frame = as_logged(frame, steps_)
    curve = incremental_capacity(frame, smoothing=0)
    assert curve["Left out [A.h]"][0] == pytest.approx(0, abs=1e-9)
    assert curve["Reason"].null_count() == curve.height
    area = curve["dQ/dV [A.h/V]"].sum() * 0.005
    assert area == pytest.approx(ends(frame)["Capacity [A.h]"][0], rel=1e-9)


@pytest.mark.parametrize("steps_", [True, False], ids=["with steps", "without steps"])
@pytest.mark.parametrize("cutoff", [0.05, 0.01])
@pytest.mark.parametrize(
    "case",
    [
        {"currents": (1.0,)},
        {"currents": (2.0, 1.0, 0.5)},
        {"currents": (1.0, 0.5), "rest": 1800.0},
        {"currents": (1.0,), "sampling": 60.0},
    ],
    ids=["CC-CV", "staged, then CV", "CC, rest, C/2, CV", "seldom"],
)
def test_c2_only_the_hold_is_left_out_and_its_charge_is_reported(case, cutoff, steps_):
    frame = staged(
        *case["currents"], cutoff=cutoff, **{k: v for k, v in case.items() if k != "currents"}
    )
    held = passed(frame, -frame[CURRENT].to_numpy(), ("hold",))
    arrival = case["currents"][-1] * 2 * case.get("sampling", 10.0) / 3600
    bare = as_logged(frame, steps_)
    whole = ends(bare)["Capacity [A.h]"][0]
    for curve, of, step in (
        (incremental_capacity(bare, smoothing=0), "dQ/dV [A.h/V]", 0.005),
        (differential_voltage(bare), "dV/dQ [V/(A.h)]", None),
    ):
        left = curve["Left out [A.h]"][0]
        assert held - arrival <= left <= held + 1e-9
        assert curve["Reason"][0] == f"constant-voltage hold {left:.4g} A.h"
        if step:
            assert curve[of].sum() * step + left == pytest.approx(whole, rel=1e-9)
    kinds = steps(bare)["Step type"].to_list()
    assert kinds[-2] == ("Constant voltage charge" if steps_ else "CCCV charge")


def test_a_half_cycle_that_is_one_hold_is_reported_in_a_row_of_its_own():
    recorder = Recorder()
    recorder.constant(-1.0)
    recorder.constant(0.0, seconds=60.0)
    frame = pl.concat(
        [
            recorder.frame().drop("kind"),
            pl.DataFrame(
                {
                    "Time [s]": [9000.0 + 60 * k for k in range(30)],
                    VOLTAGE: [4.2] * 30,
                    CURRENT: [-(0.9**k) for k in range(30)],
                    "Step count": [2] * 30,
                    "Cycle count": [1] * 30,
                }
            ),
        ]
    )
    curve = incremental_capacity(frame)
    (row,) = curve.filter(pl.col("Cycle count") == 1).iter_rows(named=True)
    assert row[VOLTAGE] is row["dQ/dV [A.h/V]"] is None
    assert row["Left out [A.h]"] == pytest.approx(0.155, abs=0.01)
    assert row["Reason"].startswith("constant-voltage hold 0.15")


@pytest.mark.parametrize("rest", [0, 100, 1000, 5000])
@pytest.mark.parametrize("current", [2.0, 0.01])
def test_a_rest_of_exactly_0_in_most_rows_hides_no_half_cycle(rest, current):
    parts = [(0.0, rest), (-current, 301), (0.0, rest), (current, 241), (0.0, rest)]
    values = [value for value, rows in parts for _ in range(rows)]
    frame = pl.DataFrame({"Current [A]": values}).with_columns(
        pl.int_range(pl.len()).cast(pl.Float64).mul(5.0).alias("Time [s]"),
        (3.7 - pl.col("Current [A]").cum_sum() / 1e4).alias("Voltage [V]"),
    )
    found = ends(frame)
    assert found["Direction"].to_list() == ["charge", "discharge"]
    assert found["Capacity [A.h]"].to_list() == pytest.approx(
        [current * 300 * 5 / 3600, current * 240 * 5 / 3600], rel=0.01
    )
