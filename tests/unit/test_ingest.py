"""`ionworks.prepare`: every spelling gives the same series, and the report says what was done."""

from __future__ import annotations

import datetime
import math

import polars as pl
import polars.testing
import pytest
from cycler_tables import cycled, dates, errors_in, spelled
from hypothesis import given, settings
from hypothesis import strategies as st
from measured import DATA

import ionworks
from ionworks.analysis import steps
from ionworks.errors import MeasurementValidationError, PayloadError
from ionworks.frames.convert import to_polars
from ionworks.ingest.columns import read_header
from ionworks.ingest.states import read_state
from ionworks.sandbox import SyntheticCell

RAW = cycled()
TABLES = spelled(RAW)
MEASURED = ("Time [s]", "Voltage [V]", "Current [A]")
COUNTED = ("Step count", "Cycle count")
INTEGRALS = (
    *("Charge capacity [A.h]", "Discharge capacity [A.h]"),
    *("Charge energy [W.h]", "Discharge energy [W.h]"),
)


def same(one: pl.DataFrame, other: pl.DataFrame) -> None:
    pl.testing.assert_frame_equal(one, other, rel_tol=1e-9, abs_tol=1e-7)


# --- spellings ----------------------------------------------------------------------------------


@pytest.mark.parametrize("maker", TABLES)
def test_the_columns_of_each_maker_and_library_give_the_same_series(maker):
    data = ionworks.prepare(TABLES[maker])
    frame = data.frame
    assert not errors_in(frame)
    assert not data.report.warnings
    # Dates in whole seconds, minutes and hours with few digits, and days round the times.
    for name, wanted in zip(MEASURED, ("time", "voltage", "current"), strict=True):
        column = -RAW[wanted] if wanted == "current" else RAW[wanted]
        assert (frame[name] - column).abs().max() < 1e-6, name
    assert frame["Step count"].to_list() == (RAW["run"] - 1).to_list()
    assert frame["Cycle count"].to_list() == (RAW["cycle"] - 1).to_list()
    assert frame["Step from cycler"].to_list() == RAW["step"].to_list()
    last = frame.group_by("Step count", maintain_order=True).last()
    counted = RAW.group_by("run", maintain_order=True).last()
    assert (last["Charge capacity [A.h]"] - counted["charged"]).abs().max() < 1e-9
    assert (last["Discharge capacity [A.h]"] - counted["discharged"]).abs().max() < 1e-9


@pytest.mark.parametrize(
    ("header", "meaning"),
    {
        "Chg. Cap.(mAh)": ("charge_capacity", "mA*h"),
        "Charge_Capacity(Ah)": ("charge_capacity", "A*h"),
        "DChg. Energy(mWs)": ("discharge_energy", "mW*s"),
        "-Im(Z)/Ohm": ("minus_z_im", "ohm"),
        "Z'' [mOhm]": ("z_im", "mohm"),
        "|Z|/Ohm": ("z_mod", "ohm"),
        "T/°C": ("temperature", "degC"),
        "T1(?)": ("temperature", None),
        "Temperature/\u00ef\u00bf\u00bdC": ("temperature", "degC"),
        "Step (Sec)": ("step_time", "s"),
        "Step": ("step", None),
        "Step count": ("own_step", None),
        "mAmp-hr": ("capacity", "mA*h"),
        "Volts": ("voltage", "V"),
        "Current(μA)": ("current", "uA"),
        "Spec. Cap.(mAh/g)": None,
        "control/V/mA": None,
        "dQ/dV(mAh/V)": None,
        "Power(W)": None,
    }.items(),
)
def test_a_header_is_read_by_its_name_and_the_dimension_of_its_unit(header, meaning):
    found = [(each.concept.name, each.unit) for each in read_header(header)]
    assert (meaning in found) if meaning else not found


@pytest.mark.parametrize(
    ("text", "state"),
    [
        *[("CCCV_DChg", "discharge"), ("CC-CV Charge", "charge"), ("恒流恒压充电", "charge")],
        *[("OCV", "rest"), ("PEIS", "impedance"), ("R", "rest"), ("Discharging", "discharge")],
        *[("Step 4", None), ("Charge/Discharge", None), ("7", None)],
    ],
)
def test_states_are_read_from_the_words_of_all_makers(text, state):
    assert read_state(text) == state


def test_an_own_unit_of_a_column_counts_instead_of_that_in_its_name():
    table = {"t": [0.0, 1.0], "Voltage": [4100.0, 4000.0], "Current": [0.0, 0.0]}
    data = ionworks.prepare(table, units={"t": "h", "Voltage": "mV"})
    assert data.frame["Time [s]"].to_list() == [0.0, 3600.0]
    assert data.frame["Voltage [V]"].to_list() == [4.1, 4.0]
    with pytest.raises(PayloadError, match="'kg' is no unit of the column 'Voltage'"):
        ionworks.prepare(table, units={"t": "h", "Voltage": "kg"})


def test_further_columns_are_kept_only_by_name():
    table = TABLES["bdf names"].with_columns(pressure_kpa=pl.lit(101.0))
    assert "pressure_kpa" not in ionworks.prepare(table).frame.columns
    kept = ionworks.prepare(table, keep="pressure_kpa")
    assert kept.frame["pressure_kpa"].to_list() == [101.0] * RAW.height
    with pytest.raises(PayloadError, match="is not a column"):
        ionworks.prepare(table, keep=["pressure"])
    with pytest.raises(PayloadError, match="is a column that is prepared"):
        ionworks.prepare(TABLES["pyprobe"], keep="Time [s]")


@pytest.mark.parametrize("name", ["Time [s]", "Voltage [V]", "Current [A]"])
def test_a_table_without_a_needed_column_is_refused_with_its_columns(name):
    table = TABLES["pyprobe"].drop(name)
    kind = name.partition(" ")[0].lower()
    with pytest.raises(PayloadError, match=f"no column is recognised as the {kind}; there are"):
        ionworks.prepare(table)


@pytest.mark.parametrize("library", ["pandas", "arrow", "dictionary", "lazy"])
def test_a_frame_of_any_library_is_prepared(library):
    table = TABLES["cellpy and beep"]
    given = {
        "pandas": table.to_pandas,
        "arrow": table.to_arrow,
        "dictionary": lambda: table.to_dict(as_series=False),
        "lazy": table.lazy,
    }[library]()
    same(ionworks.prepare(given).frame, ionworks.prepare(table).frame)


def test_a_file_that_is_no_plain_table_is_left_to_read_cycler(tmp_path):
    (tmp_path / "export.062").write_text("Rec#\tCyc#\n1\t0\n")
    with pytest.raises(PayloadError, match="read_cycler"):
        ionworks.prepare(tmp_path / "export.062")
    with pytest.raises(PayloadError, match="not a table"):
        ionworks.prepare([1, 2])


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("current", "positive"),
        ("timezone", "Berlin"),
        ("repair", "everything"),
        ("data_type", "cv"),
        ("dates", "year first"),
    ],
)
def test_an_unknown_option_is_refused(option, value):
    with pytest.raises(PayloadError, match=option):
        ionworks.prepare(TABLES["arbin"], **{option: value})


# --- properties ---------------------------------------------------------------------------------


@st.composite
def programs(draw):
    """Two to five rests, charges and discharges, of which one at least is not a rest."""
    states = draw(
        st.lists(st.sampled_from(["rest", "charge", "discharge"]), min_size=2, max_size=5).filter(
            lambda found: set(found) != {"rest"}
        )
    )
    numbers = {"rest": 1, "charge": 2, "discharge": 3}
    cycle, program = 1, []
    for place, state in enumerate(states):
        cycle += place > 0 and draw(st.booleans())
        # Two neighbours differ in their number, as in a program.
        program.append((state, draw(st.integers(3, 8)), cycle, numbers[state] + 3 * (place % 2)))
    return cycled(program, size=draw(st.sampled_from([1e-4, 0.5, 3.0])))


MAKERS = st.sampled_from(["neware csv", "landt", "pec", "digatron"])  # with states or counters


@given(programs(), MAKERS)
@settings(max_examples=15)
def test_the_sign_of_the_input_does_not_change_the_output(raw, maker):
    table = spelled(raw)[maker]
    current = next(name for name in table.columns if name.lower().startswith("current"))
    other = table.with_columns(-pl.col(current))
    same(ionworks.prepare(other).frame, ionworks.prepare(table).frame)


@given(
    programs(),
    st.sampled_from([("V", 1.0), ("mV", 1e3)]),
    st.sampled_from([("A", 1.0), ("mA", 1e3), ("uA", 1e6)]),
    st.sampled_from([("s", 1.0), ("min", 1 / 60), ("h", 1 / 3600), ("ms", 1e3)]),
    st.sampled_from([("Ah", 1.0), ("mAh", 1e3), ("A.s", 3600.0)]),
)
@settings(max_examples=15)
def test_the_units_of_the_input_do_not_change_the_output(raw, volt, ampere, second, charge):
    def table(v, a, s, q):
        return {
            f"Test Time ({s[0]})": raw["time"] * s[1],
            f"Voltage [{v[0]}]": raw["voltage"] * v[1],
            f"Current / {a[0]}": raw["current"] * a[1],
            f"Charge_Capacity({q[0]})": raw["charged"] * q[1],
            f"Discharge_Capacity({q[0]})": raw["discharged"] * q[1],
            "Step_Index": raw["step"],
            "Cycle_Index": raw["cycle"],
        }

    one = ionworks.prepare(table(volt, ampere, second, charge))
    other = ionworks.prepare(table(("V", 1.0), ("A", 1.0), ("s", 1.0), ("Ah", 1.0)))
    same(one.frame, other.frame)
    assert not one.report.warnings


@given(programs(), st.sampled_from(sorted(TABLES)))
@settings(max_examples=25)
def test_preparing_what_is_prepared_changes_nothing(raw, maker):
    sign = "discharge_positive" if maker == "ionworks" else "charge_positive"
    try:
        once = ionworks.prepare(spelled(raw)[maker], current=sign)
    except MeasurementValidationError:
        return  # a unit that the few rows of this test do not show
    again = ionworks.prepare(once)
    same(again.frame, once.frame)
    assert {note.code for note in again.report.warnings} <= {
        note.code for note in once.report.warnings
    }


@given(programs())
@settings(max_examples=10)
def test_the_integrals_are_those_of_the_step_table(raw):
    frame = ionworks.prepare(spelled(raw)["landt"]).frame
    table = steps(frame)
    for name in INTEGRALS[:2]:
        last = frame.group_by("Step count", maintain_order=True).last()[name]
        first = frame.group_by("Step count", maintain_order=True).first()[name]
        assert first.abs().max() == 0.0
        # The step table adds half of the interval between two steps.
        assert (table[name] - last).min() >= -1e-12
        assert (table[name] - last).max() <= frame["Current [A]"].abs().max() * 10 / 3600 + 1e-12


# --- defects ------------------------------------------------------------------------------------


def codes(data):
    return {note.code for note in data.report.notes}


def test_cycles_of_two_pi_are_reported_and_repaired_only_by_name():
    table = TABLES["bdf names"].with_columns(pl.col("cycle_count") * math.tau)
    data = ionworks.prepare(table)
    assert data.report.has_code("cycle_two_pi")
    assert data.frame["Cycle count"].to_list() == (RAW["cycle"] - 1).to_list()
    assert "Cycle from cycler" not in data.frame.columns
    assert "'cycle_count': begins the cycles" in str(data.report)
    fixed = ionworks.prepare(table, repair="divide cycles by 2 pi")
    assert fixed.frame["Cycle from cycler"].to_list() == RAW["cycle"].to_list()
    assert not fixed.report.warnings


@pytest.mark.parametrize(("factor", "way"), [(3600.0, "large"), (1 / 3600, "small")])
def test_times_that_the_counters_contradict_are_refused(factor, way):
    table = TABLES["landt"].with_columns(pl.col("test_time_s") * factor)
    with pytest.raises(MeasurementValidationError, match=f"3600 times too {way}") as caught:
        ionworks.prepare(table)
    assert caught.value.has_code("time_scale")
    repair = f"{'divide' if factor > 1 else 'multiply'} time by 3600"
    same(ionworks.prepare(table, repair=repair).frame, ionworks.prepare(TABLES["landt"]).frame)


def test_times_that_the_dates_contradict_are_refused():
    table = TABLES["novonix"].with_columns(pl.col("Run Time (h)") * 3600)
    with pytest.raises(MeasurementValidationError, match=r"'Run Time .h.' is 3600 times too large"):
        ionworks.prepare(table)


def test_a_time_without_a_unit_gets_it_from_the_dates():
    table = TABLES["arbin"].select(
        pl.col("Date Time"),
        (pl.col("Test Time (s)") / 60).alias("TestTime"),
        "Current (A)",
        "Voltage (V)",
        "Charge Capacity (Ah)",
        "Discharge Capacity (Ah)",
    )
    data = ionworks.prepare(table)
    assert data.report.has_code("time_unit_from_dates")
    assert data.frame["Time [s]"][-1] == pytest.approx(RAW["time"][-1])


def test_a_slow_test_without_other_evidence_is_suspected():
    count = 100
    table = {
        "test_time_second": [36_000.0 * row for row in range(count)],
        "voltage_volt": [3.0 + row / count for row in range(count)],
        "current_ampere": [0.0] * count,
    }
    data = ionworks.prepare(table)
    assert data.report.has_code("time_scale_suspect")
    assert not ionworks.prepare(table, repair="divide time by 3600").report.warnings


def test_millivolts_under_volts_are_converted_where_the_counters_show_them():
    table = TABLES["maccor clock"].with_columns(
        pl.col("Volts") * 1000,
        (RAW["charged"] + RAW["discharged"]).alias("Amp-hr"),
        ((RAW["charged"] + RAW["discharged"]) * RAW["voltage"]).alias("Watt-hr"),
    )
    data = ionworks.prepare(table)
    assert data.report.has_code("voltage_in_millivolts")
    assert data.frame["Voltage [V]"].max() < 5
    without = table.drop("Watt-hr")
    with pytest.raises(MeasurementValidationError, match="it may be in mV"):
        ionworks.prepare(without)
    assert ionworks.prepare(without, units={"Volts": "mV"}).frame["Voltage [V]"].max() < 5


def test_counters_that_disagree_are_reported_with_their_step():
    table = TABLES["landt"].with_columns(pl.col("charge_capacity_Ah") * 2)
    (note,) = ionworks.prepare(table).report.warnings
    assert note.code == "counters_disagree"
    assert "first in step 1" in note.message


@pytest.mark.parametrize(
    ("repair", "defect", "code"),
    [
        ("drop backward times", [0, 1, 2, 5, 3, 6], "time_backward"),
        ("sort by time", [0, 1, 2, 5, 3, 6], "time_backward"),
        ("drop repeated times", [0, 1, 1, 2, 3, 4], "time_repeated"),
        ("drop duplicated rows", [0, 1, 1, 2, 3, 4], "rows_duplicated"),
    ],
)
def test_rows_are_repaired_only_by_name(repair, defect, code):
    table = TABLES["landt"][defect]
    if code == "time_backward":
        with pytest.raises(MeasurementValidationError, match=r"in row 4. Pass repair=") as caught:
            ionworks.prepare(table)
        assert caught.value.has_code(code)
    else:
        assert ionworks.prepare(table).report.has_code(code)
        assert len(ionworks.prepare(table)) == len(defect)
    fixed = ionworks.prepare(table, repair=[repair])
    assert code not in codes(fixed)
    assert not errors_in(fixed.frame)
    expected = {"sort by time": [0, 1, 2, 3, 5, 6], "drop backward times": [0, 1, 2, 5, 6]}
    rows = expected.get(repair, [0, 1, 2, 3, 4])
    same(fixed.frame, ionworks.prepare(TABLES["landt"][rows]).frame)
    if repair.startswith("drop"):
        dropped = next(note for note in fixed.report.notes if note.code == "rows_dropped")
        assert dropped.rows == ((4,) if "backward" in repair else (2,))


def test_rows_without_values_are_reported_and_dropped_by_name():
    table = TABLES["landt"].with_columns(
        pl.when(pl.int_range(pl.len()) == 7)
        .then(None)
        .otherwise(pl.col("voltage_V"))
        .alias("voltage_V")
    )
    data = ionworks.prepare(table)
    (note,) = data.report.warnings
    assert (note.code, note.severity, note.rows) == ("value_missing", "error", (7,))
    fixed = ionworks.prepare(table, repair="drop rows without values")
    assert len(fixed) == RAW.height - 1
    assert not errors_in(fixed.frame)


def test_a_last_row_that_is_cut_off_is_dropped_and_reported():
    table = TABLES["pyprobe"].with_columns(
        pl.when(pl.int_range(pl.len()) < RAW.height - 1).then(pl.col("Voltage [V]"))
    )
    data = ionworks.prepare(table)
    assert len(data) == RAW.height - 1
    assert next(note.rows for note in data.report.notes if note.code == "rows_dropped") == (
        RAW.height - 1,
    )


def test_a_step_that_only_its_own_time_shows_is_counted():
    table = {
        "test_time": [0.0, 10.0, 20.0, 30.0, 40.0],
        "step_time": [0.0, 10.0, 0.0, 10.0, 20.0],
        "step_index": [1] * 5,
        "current": [0.0] * 5,
        "voltage": [3.6] * 5,
    }
    data = ionworks.prepare(table)
    assert data.frame["Step count"].to_list() == [0, 0, 1, 1, 1]
    assert data.report.has_code("step_visited_again")


def test_half_cycles_make_cycles_and_charges_make_a_current():
    moved = RAW.select(pl.col("current") * 10 / 3.6).to_series()  # mA.h in 10 s
    table = {
        "Ns": RAW["step"],
        "time/s": RAW["time"],
        "Ewe/V": RAW["voltage"],
        "dq/mA.h": moved,
        "half cycle": [{"rest": 0, "charge": 0, "discharge": 1}[s] for s in RAW["state"]],
    }
    data = ionworks.prepare(table)
    assert data.report.has_code("current_from_charge")
    flowing = data.frame.filter(pl.col("Current [A]").abs() > 1.9)
    assert flowing.height == RAW.filter(pl.col("current") != 0).height
    assert data.frame["Cycle count"].n_unique() == 1


# --- impedance and open-circuit potentials ------------------------------------------------------

FREQUENCIES = [1000.0, 100.0, 10.0, 1.0]
SPECTRUM = {
    "freq/Hz": FREQUENCIES,
    "Re(Z)/Ohm": [0.02, 0.03, 0.04, 0.05],
    "-Im(Z)/Ohm": [0.001, 0.005, 0.004, 0.006],
    "time/s": [1.0, 2.0, 5.0, 20.0],
    "<Ewe>/V": [3.6] * 4,
    "<I>/mA": [0.1] * 4,
}


def test_spectra_alone_are_impedance_with_a_step_each():
    twice = pl.concat(
        [pl.DataFrame(SPECTRUM), pl.DataFrame(SPECTRUM).with_columns(pl.col("time/s") + 50)]
    )
    data = ionworks.prepare(twice)
    assert data.data_type == "eis"
    assert data.frame["Step count"].to_list() == [0] * 4 + [1] * 4
    assert data.frame["Z_Im [Ohm]"][1] == -0.005
    assert not errors_in(data.frame, "eis")
    assert "Current [A]" not in data.frame.columns
    same(ionworks.prepare(data).frame, data.frame)


def test_real_and_imaginary_part_come_from_modulus_and_phase():
    table = {"Frequency (Hz)": [10.0, 1.0], "|Z| (mOhm)": [20.0, 20.0], "Phase (deg)": [0.0, -90.0]}
    frame = ionworks.prepare(table).frame
    assert frame["Z_Re [Ohm]"].to_list() == pytest.approx([0.02, 0.0])
    assert frame["Z_Im [Ohm]"].to_list() == pytest.approx([0.0, -0.02])


def test_a_spectrum_inside_cycling_is_a_step_that_passes_no_charge():
    raw = cycled([("charge", 5, 1, 1), ("rest", 4, 1, 2), ("discharge", 5, 1, 2)])
    inside = raw["state"] == "rest"
    table = TABLES["batterydata"].clear()
    table = spelled(raw)["batterydata"].with_columns(
        Frequency_Hz=pl.Series([FREQUENCIES[k - 5] if inside[k] else None for k in range(14)]),
        Z_Real_Ohm=pl.when(inside).then(0.02),
        Z_Imag_Ohm=pl.when(inside).then(-0.01),
        Current_A=pl.when(inside).then(5.0).otherwise(pl.col("Current_A")),
        Voltage_V=pl.when(inside).then(-3.8).otherwise(pl.col("Voltage_V")),
    )
    data = ionworks.prepare(table)
    assert data.data_type is None
    assert data.frame["Step count"].to_list() == [0] * 5 + [1] * 4 + [2] * 5
    assert data.impedance["Frequency [Hz]"].to_list() == FREQUENCIES
    assert data.cycling.height == 10
    assert "Frequency [Hz]" not in data.cycling.columns
    assert data.impedance.select(INTEGRALS).sum().row(0) == (0.0,) * 4
    assert (
        data.cycling["Current [A]"].to_list() == (-raw.filter(~inside)["current"] + 0.0).to_list()
    )
    assert data.report.has_code("impedance_voltage")


def test_open_circuit_potentials_need_no_current():
    table = {"Stoichiometry": [0.1, 0.5, 0.9], "Potential (V)": [3.4, 3.3, 3.2]}
    data = ionworks.prepare(table, data_type="ocp", keep="Stoichiometry")
    assert data.data_type == "ocp"
    assert data.frame.columns == ["Voltage [V]", "Step count", "Cycle count", "Stoichiometry"]
    assert not errors_in(data.frame, "ocp")


# --- report and result --------------------------------------------------------------------------


def test_units_that_are_assumed_are_reported():
    notes = {
        note.code: note.message for note in ionworks.prepare(TABLES["cellpy and beep"]).report.notes
    }
    assert "'test_time' in s" in notes["unit_assumed"]
    assert "'charge_capacity' in A.h" in notes["unit_assumed"]
    assert not ionworks.prepare(TABLES["arbin"]).report.has_code("unit_assumed")


def test_the_report_says_what_was_done_as_text_html_and_frame():
    table = TABLES["maccor unsigned"].with_columns(pl.Series("VAR1", [0.0] * RAW.height))
    report = ionworks.prepare(table).report
    text = str(report)
    assert "'Test (Min)' -> 'Time [s]' (from min)" in text
    assert "'VAR1': not used" in text
    assert "the current has no sign; it is taken from the states" in text
    assert "the 4 step numbers of the cycler repeat" in text
    assert "VAR1</td>" in report._repr_html_()
    frame = report.to_frame()
    assert frame.filter(topic="column").height == len(table.columns)
    assert "sign_from_states" in frame["subject"].to_list()


def test_the_result_is_a_table_for_all_that_take_one():
    data = ionworks.prepare(TABLES["landt"])
    same(to_polars(data), data.frame)
    same(pl.DataFrame(data), data.frame)
    assert steps(data).height == 8
    assert len(data) == RAW.height
    assert "Voltage [V]" in data._repr_html_()
    assert data == ionworks.prepare(TABLES["landt"])


def test_the_start_time_needs_a_time_zone():
    table = TABLES["neware csv"]
    unknown = ionworks.prepare(table)
    assert unknown.start_time is None
    assert unknown.metadata["start_time_local"] == datetime.datetime(2024, 11, 20, 8)
    assert unknown.report.has_code("zone_unknown")
    known = ionworks.prepare(table, timezone="Europe/Berlin")
    utc = datetime.datetime(2024, 11, 20, 7, tzinfo=datetime.UTC)
    assert known.start_time == utc
    assert ionworks.prepare(TABLES["bdf names"]).start_time == datetime.datetime.fromtimestamp(
        1.7e9, datetime.UTC
    )


def test_day_and_month_are_exchanged_only_by_the_callers_word():
    table = TABLES["arbin"].with_columns(
        dates(RAW["time"], "%m/%d/%Y %H:%M:%S", "2024-03-04 08:00:00").alias("Date Time")
    )
    data = ionworks.prepare(table, timezone="UTC")
    assert data.start_time is None
    assert data.report.has_code("date_ambiguous")
    for option, month in (("month first", 3), ("day first", 4)):
        start = ionworks.prepare(table, timezone="UTC", dates=option).start_time
        assert (start and start.month) == month


# --- measured files -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "found", "charged", "discharged"),
    [
        ("m50t_7_cycles.parquet", (77745, 32, 7), 33.11238, 34.34522),
        ("neware_54_cycles.parquet", (108563, 216, 54), None, None),
        ("lgm50_rpt0.parquet", (81661, 10, 2), None, None),
        ("arbin_18_cycles.parquet", (10261, 103, 18), None, None),
        ("cyclers/bdf_labels_hours.bdf.csv", (1000, 12, 3), 0.3938376, 0.4235247),
        ("cyclers/bdf_landt_coin.bdf.csv", (5000, 2, 1), 0.0, 0.001007781),
        ("cyclers/bdf_neware_cycle_2pi.bdf.csv", (2000, 2, 1), 0.914757, 0.0),
        ("cyclers/bdf_legacy_ms.bdf.parquet", (5000, 7, 3), 0.003751016, 0.00173506),
        ("cyclers/batterydata_eis_inside.csv", (2021, 91, 9), 0.09199908, 0.08750485),
        ("cyclers/neware_half_cell.csv", (2700, 8, 1), 0.001172532, 0.005086225),
        ("cyclers/arbin_fast_charge.csv", (2142, 12, 2), 1.261585, 2.146249),
    ],
)
def test_measured_tables_are_prepared(name, found, charged, discharged):
    if not (DATA / name).is_file():
        pytest.skip(f"the measured data file {name} is not beside the project")
    frame = ionworks.prepare(DATA / name).frame
    assert (frame.height, frame["Step count"].n_unique(), frame["Cycle count"].n_unique()) == found
    assert not errors_in(frame)
    if charged is not None:
        last = frame.group_by("Step count").agg(pl.col(*INTEGRALS[:2]).last()).sum()
        assert last[INTEGRALS[0]][0] == pytest.approx(charged, rel=1e-4, abs=1e-9)
        assert last[INTEGRALS[1]][0] == pytest.approx(discharged, rel=1e-4, abs=1e-9)


def test_a_measured_table_with_backward_times_is_refused():
    file = DATA / "pouch_rate_time_bug.bdf.csv"
    if not file.is_file():
        pytest.skip("the measured data file is not beside the project")
    with pytest.raises(MeasurementValidationError, match="backwards in 19 rows, first in row 722"):
        ionworks.prepare(file)
    fixed = ionworks.prepare(file, repair="drop backward times")
    assert not errors_in(fixed.frame)
    assert fixed.report.has_code("rows_dropped")


# --- types of columns ---------------------------------------------------------------------------


@pytest.mark.parametrize("maker", ["neware csv", "landt", "bdf names", "biologic dates"])
@pytest.mark.parametrize("comma", [False, True])
def test_a_table_of_texts_is_read_like_one_of_numbers(maker, comma):
    table = TABLES[maker].cast(pl.String)
    if comma:
        number = pl.all().str.replace(r"^(-?\d+)\.(\d+(?:e-?\d+)?)$", "$1,$2")
        table = table.with_columns(number)
    same(ionworks.prepare(table).frame, ionworks.prepare(TABLES[maker]).frame)


def test_texts_that_are_no_numbers_are_not_used():
    table = TABLES["pec"].with_columns(
        pl.Series("Temperature (C)", ["hot"] * RAW.height),
        pl.when(pl.int_range(pl.len()) == 3)
        .then(pl.lit("N/A"))
        .otherwise(pl.col("Charge Capacity (mAh)").cast(pl.String))
        .alias("Charge Capacity (mAh)"),
    )
    data = ionworks.prepare(table)
    assert "Temperature [degC]" not in data.frame.columns
    same(data.frame, ionworks.prepare(TABLES["pec"]).frame)


def test_typed_times_are_read():
    wall = pl.Series([datetime.datetime(2024, 11, 20, 8, 0, k) for k in range(3)])
    rest = {"Voltage [V]": [3.6] * 3, "Current [A]": [0.0] * 3}
    durations = wall - wall[0]
    clocks = pl.Series([datetime.time(0, 0, k) for k in range(3)])
    for time in (durations, clocks):
        data = ionworks.prepare({"Test Time": time, "Date": wall, **rest})
        assert data.frame["Time [s]"].to_list() == [0.0, 1.0, 2.0]
        assert data.metadata["start_time_local"] == wall[0]
    aware = wall.dt.replace_time_zone("Europe/Berlin")
    data = ionworks.prepare({"Date": aware, **rest})
    assert data.start_time == datetime.datetime(2024, 11, 20, 7, tzinfo=datetime.UTC)
    assert data.frame["Time [s]"].to_list() == [0.0, 1.0, 2.0]


def test_several_temperatures_are_numbered():
    table = TABLES["landt"].with_columns(temperature_2_C=pl.lit(26.0), temperature_3_C=pl.lit(77.0))
    frame = ionworks.prepare(table, units={"temperature_3_C": "degF"}).frame
    assert frame["Temperature 2 [degC]"][0] == 26.0
    assert frame["Temperature 3 [degC]"][0] == pytest.approx(25.0)
    same(ionworks.prepare(frame).frame, frame)


def test_the_charge_since_the_row_before_has_a_sign_by_its_definition():
    table = {"time/s": [0.0, 10.0, 20.0], "Ewe/V": [3.6] * 3, "dq/mA.h": [0.0, 1.0, 1.0]}
    data = ionworks.prepare(table)
    assert data.frame["Current [A]"].to_list() == pytest.approx([-0.36] * 3)


def test_times_of_spectra_that_do_not_rise_are_left_out():
    table = pl.DataFrame(SPECTRUM).with_columns(pl.Series("time/s", [5.0, 2.0, 9.0, 1.0]))
    data = ionworks.prepare(table)
    assert "Time [s]" not in data.frame.columns
    assert "'time/s': left out" in str(data.report)


def test_an_imaginary_part_with_the_wrong_sign_is_reported():
    table = pl.DataFrame(SPECTRUM).rename({"-Im(Z)/Ohm": "Im(Z)/Ohm"})
    data = ionworks.prepare(table.with_columns(pl.Series("Phase(Z)/deg", [-3.0, -9.0, -6.0, -7.0])))
    assert data.report.has_code("impedance_sign")


def test_a_fast_test_without_other_evidence_is_suspected():
    count = 1000
    table = {
        "Time [s]": [row / 100 for row in range(count)],
        "Voltage [V]": [3.0 + row / count for row in range(count)],
        "Current [A]": [0.0] * count,
    }
    assert ionworks.prepare(table).report.has_code("time_scale_suspect")


def test_cycling_without_impedance_has_no_spectrum():
    data = ionworks.prepare(TABLES["pec"])
    assert data.impedance.is_empty()
    same(data.cycling, data.frame)


def test_a_gap_within_a_current_is_a_warning_and_a_gap_within_a_rest_is_not():
    series = SyntheticCell(seed=7).cycling(cycles=1)
    row = pl.int_range(series.height)

    def report(first):
        pause = pl.when(row >= first).then(6 * 3600.0).otherwise(0.0)
        return ionworks.prepare(series.with_columns(pl.col("Time [s]") + pause)).report

    discharge = series.filter(pl.col("Step count") == 0).height
    inside, resting = report(discharge // 2), report(discharge + 5)
    assert [note.rows for note in inside.warnings if note.code == "gap_in_current"] == [
        (discharge // 2,)
    ]
    assert inside.has_code("counters_disagree")
    assert resting.has_code("time_gap")
    assert not resting.warnings


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"units": {"Curent (A)": "mA"}}, r"units = 'Curent \(A\)'.*Did you mean 'Current \(A\)'"),
        ({"units": "mA"}, "units = 'mA'.*Give {"),
        ({"keep": ["Volts"]}, "keep = 'Volts': is not a column"),
        ({"keep": 5}, "keep = 5"),
        ({"repair": 5}, "repair = 5"),
        ({"repair": "sort"}, "Choose one of"),
        ({"timezone": "Mars"}, "Give a name such as"),
    ],
)
def test_an_argument_that_is_wrong_is_refused_with_what_to_do(arguments, message):
    table = {"Test Time (s)": [0, 1], "Voltage (V)": [3, 3], "Current (A)": [0, 0]}
    with pytest.raises(PayloadError, match=message):
        ionworks.prepare(table, **arguments)
