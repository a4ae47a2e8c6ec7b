"""A table of the service that has an energy of 0 beside a capacity does not know the energy."""

from __future__ import annotations

import warnings

import polars as pl
import pytest

from ionworks import MissingEnergyWarning
from ionworks._workflows.energies import null_unknown_energies, warn_of_unknown_energies
from ionworks.analysis import cycles
from ionworks.sandbox import Sandbox, SyntheticCell

ENERGIES = ("Discharge energy [W.h]", "Charge energy [W.h]")
SERIES = SyntheticCell(seed=7).cycling(cycles=2).drop(ENERGIES)


def with_energies(frame):
    """Energy columns as `prepare` gives them: they begin with 0 in each step."""
    seconds = pl.when(pl.col("Step count").diff() == 0).then(pl.col("Time [s]").diff())
    power = (pl.col("Voltage [V]") * pl.col("Current [A]") * seconds).fill_null(0) / 3600
    return frame.with_columns(
        power.clip(lower_bound=0).cum_sum().over("Step count").alias(ENERGIES[0]),
        (-power).clip(lower_bound=0).cum_sum().over("Step count").alias(ENERGIES[1]),
    )


@pytest.fixture(scope="module")
def measurements():
    with Sandbox() as box, box.client() as client:
        spec = client.cell_spec.create({"name": "LG M50", "ratings": {"capacity": "5 A*h"}})
        cell = client.cell_instance.create(spec.id, {"name": "M50-007"})
        made = {
            name: client.cell_measurement.create(
                cell.id, {"measurement": {"name": name}, "time_series": frame}
            ).id
            for name, frame in (("without", SERIES), ("with", with_energies(SERIES)))
        }
        yield client, cell.id, made


READS = {
    "cycles": lambda client, one: client.cell_measurement.cycles(one),
    "cycles of many": lambda client, one: client.cell_measurement.cycles([one]),
    "steps": lambda client, one: client.cell_measurement.steps(one),
    "steps of many": lambda client, one: client.cell_measurement.steps([one]),
    "both": lambda client, one: client.cell_measurement.steps_and_cycles(one).cycles,
    "detail": lambda client, one: client.cell_measurement.detail(one).cycles,
    "pandas": lambda client, one: pl.from_pandas(client.cell_measurement.cycles(one, as_="pandas")),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_a8_an_energy_that_is_not_known_is_null_with_one_warning(measurements, read):
    client, _, made = measurements
    with pytest.warns(MissingEnergyWarning, match=r"ionworks\.analysis\.cycles") as told:
        table = read(client, made["without"])
    assert len(told) == 1
    assert told[0].filename == __file__
    for name in ENERGIES:
        passed = table[name.replace("energy [W.h]", "capacity [A.h]")] > 0
        assert table.filter(passed)[name].null_count() == passed.sum() > 0
        assert table.filter(~passed)[name].null_count() == 0
    if "Energy throughput [W.h]" in table.columns:
        for name in ("Energy throughput [W.h]", "Energy efficiency", "Energy fade"):
            assert table[name].null_count() == table.height
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        known = read(client, made["with"])
    assert known[ENERGIES[0]].null_count() == 0
    if "Energy throughput [W.h]" in table.columns:
        computed = cycles(SERIES)[ENERGIES[0]].to_list()
        assert known[ENERGIES[0]].to_list() == pytest.approx(computed, rel=1e-2)


def test_a8_a_cell_is_reported_once(measurements):
    client, cell, _ = measurements
    with pytest.warns(MissingEnergyWarning) as told:
        client.cell_instance.detail(cell)
    assert len(told) == 1
    with pytest.warns(MissingEnergyWarning) as told:
        client.cell_instance.cycles([cell])
    assert len(told) == 1


def test_an_energy_that_is_rounded_to_0_stays():
    table = pl.DataFrame(
        {
            "Discharge capacity [A.h]": [5.0, 1e-6, 0.0],
            "Discharge energy [W.h]": [18.0, 0.0, 0.0],
            "Other energy [W.h]": [0.0, 0.0, 0.0],
        }
    )
    assert null_unknown_energies(table).equals(table)
    warn_of_unknown_energies([table, None])
    one = table.with_columns(pl.Series("Discharge energy [W.h]", [0.0, 0.0, 0.0]))
    assert null_unknown_energies(one)["Discharge energy [W.h]"].to_list() == [None, 0.0, 0.0]
