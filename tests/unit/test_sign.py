"""The sign of the current: decided by evidence, or refused with the reason."""

from __future__ import annotations

import polars as pl
import pytest
from cycler_tables import cycled

import ionworks
from ionworks.errors import MeasurementValidationError
from ionworks.ingest.sign import Evidence

RAW = cycled()
PLAIN = RAW.select(
    pl.col("time").alias("test_time"),
    pl.col("voltage"),
    pl.col("current"),
    pl.col("step").alias("step_index"),
    pl.col("cycle").alias("cycle_index"),
)
STATE = RAW["state"].alias("state")
COUNTERS = (RAW["charged"].alias("charge_capacity"), RAW["discharged"].alias("discharge_capacity"))
UNSIGNED = PLAIN.with_columns(pl.col("current").abs())
FLAT = PLAIN.with_columns(pl.lit(3.6).alias("voltage"))


def current_of(table, **options):
    return ionworks.prepare(table, **options).frame["Current [A]"].to_list()


def refused(table, **options):
    with pytest.raises(MeasurementValidationError) as caught:
        ionworks.prepare(table, **options)
    (note,) = caught.value.errors
    return note.code, str(caught.value)


EXPECTED = (0.0 - RAW["current"]).to_list()


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(
    "table",
    [
        pytest.param(FLAT.with_columns(STATE), id="states alone"),
        pytest.param(FLAT.with_columns(COUNTERS), id="counters alone"),
        pytest.param(PLAIN, id="voltage alone"),
        pytest.param(PLAIN.with_columns(STATE, *COUNTERS), id="all"),
    ],
)
def test_each_kind_of_evidence_decides_the_sign(table, sign):
    given = table.with_columns(pl.col("current") * sign)
    data = ionworks.prepare(given)
    assert data.frame["Current [A]"].to_list() == EXPECTED
    assert data.report.has_code("sign_flipped" if sign > 0 else "sign_kept")


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (UNSIGNED.with_columns(STATE), "sign_from_states"),
        (UNSIGNED.with_columns(-pl.col("current"), STATE), "sign_from_states"),
        (UNSIGNED.with_columns(COUNTERS), "sign_from_counters"),
    ],
)
def test_a_current_without_a_sign_gets_it_from_states_or_counters(table, code):
    data = ionworks.prepare(table)
    assert data.report.has_code(code)
    assert data.frame["Current [A]"].to_list() == EXPECTED


def test_a_current_without_a_sign_and_without_a_state_is_refused():
    code, message = refused(UNSIGNED)
    assert code == "sign_unknown"
    assert "Pass current='charge_positive'" in message


def test_one_charge_without_states_is_decided_by_many_rows_and_refused_by_few():
    count = 100
    table = {
        "Time [s]": [10.0 * row for row in range(count)],
        "Voltage [V]": [3.0 + row / count for row in range(count)],
        "Current [A]": [1.0] * count,
    }
    assert current_of(table) == [-1.0] * count
    few = pl.DataFrame(table)[:15]
    assert refused(few)[0] == "sign_unknown"
    assert current_of(few, current="discharge_positive") == [1.0] * 15


def test_states_that_contradict_the_voltage_are_refused():
    table = PLAIN.with_columns(-pl.col("current"), STATE)
    mistaken = table.with_columns(
        pl.col("state").replace({"charge": "discharge", "discharge": "charge"}),
    )
    code, message = refused(mistaken)
    assert code == "sign_contradictory"
    assert "states of the cycler: + = charge" in message
    assert "voltage at changes of the current: + = discharge" in message


def test_a_voltage_that_says_both_is_weak():
    noisy = PLAIN.with_columns(
        pl.Series("voltage", [3.6 + 0.01 * (k % 3) for k in range(RAW.height)])
    )
    assert refused(noisy)[0] in ("sign_weak", "sign_contradictory")


def test_the_callers_word_counts_and_what_disagrees_is_reported():
    table = PLAIN.with_columns(STATE)
    assert current_of(table, current="charge_positive") == EXPECTED
    data = ionworks.prepare(table, current="discharge_positive")
    assert data.frame["Current [A]"].to_list() == RAW["current"].to_list()
    assert "sign_disagrees" in {note.code for note in data.report.warnings}


def test_a_rest_needs_no_sign():
    rest = PLAIN[:4]
    assert current_of(rest) == [0.0] * 4
    noise = rest.with_columns(pl.Series("current", [0.0, -1e-6, 1e-6, 0.0]), state=pl.lit("Idle"))
    assert ionworks.prepare(noise).report.has_code("rest_only")


def test_words_that_are_not_known_are_no_rest():
    words = STATE.replace({"charge": "CC", "discharge": "CC"})
    data = ionworks.prepare(PLAIN.with_columns(words))
    assert data.frame["Current [A]"].to_list() == EXPECTED
    assert not data.report.has_code("rest_only")


def test_a_counter_that_lags_behind_does_not_make_a_current_unsigned():
    table = PLAIN[:10].with_columns(
        pl.Series("charge_capacity", [0.0] * 5 + [0.004, 0.01, 0.015, 0.02, 0.02]),
        pl.Series("discharge_capacity", [0.0] * 4 + [0.004] * 6),
    )
    assert current_of(table) == EXPECTED[:10]


def test_evidence_is_shown_with_its_weight():
    assert str(Evidence("states", -0.8, 40)) == "states: + = discharge (90 % of 40 rows)"
