"""Tables as cyclers and libraries write them, made of one small test of a cell."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ionworks.validators import find_issues
from ionworks.validators.report import ValidationIssue

DT = 10.0  # s between rows
CELL = 3.6  # V
RESISTANCE = 0.05  # Ohm
#: (state, rows, cycle, number of the step in the program)
PROGRAM = (
    ("rest", 4, 1, 1),
    ("charge", 6, 1, 2),
    ("rest", 4, 1, 3),
    ("discharge", 5, 1, 4),
    ("rest", 4, 2, 1),
    ("charge", 6, 2, 2),
    ("rest", 3, 2, 3),
    ("discharge", 7, 2, 4),
)
_SIGN = {"rest": 0.0, "charge": 1.0, "discharge": -1.0}


def cycled(
    program: Sequence[tuple[str, int, int, int]] = PROGRAM, size: float = 2.0
) -> pl.DataFrame:
    """Return a test in plain columns, with + = charge, and counters that restart with each step."""
    rows: list[tuple[object, ...]] = []
    time, charge = 0.0, 0.5
    for run, (state, count, cycle, step) in enumerate(program, start=1):
        current = _SIGN[state] * size
        for row in range(count):
            passed = abs(current) * row * DT / 3600
            charge += current * DT / 3600 if row else 0.0
            voltage = CELL + charge + RESISTANCE * current
            up, down = (passed, 0.0) if current > 0 else (0.0, passed)
            rows.append((time, row * DT, voltage, current, state, cycle, step, run, up, down))
            time += DT
    names = ("time", "step_time", "voltage", "current", "state", "cycle", "step", "run")
    return pl.DataFrame(rows, schema=[*names, "charged", "discharged"], orient="row")


def dates(times: pl.Series, pattern: str, start: str = "2024-11-20 08:00:00") -> pl.Series:
    """Return the times of the rows as the clock of the cycler shows them."""
    first = pl.Series([start]).str.to_datetime()[0]
    wall = pl.Series([first] * len(times)) + (times * 1e6).cast(pl.Int64).cast(pl.Duration("us"))
    return wall.dt.to_string(pattern)


def clock(times: pl.Series) -> pl.Series:
    """Return times as clock texts, which go on beyond 24 h."""
    return pl.Series([f"{int(t // 3600):02}:{int(t // 60 % 60):02}:{t % 60:06.3f}" for t in times])


def _words(states: pl.Series, rest: str, charge: str, discharge: str) -> pl.Series:
    return states.replace_strict({"rest": rest, "charge": charge, "discharge": discharge})


def spelled(raw: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the same test in the columns of each maker and library."""
    t, s, v, i = (raw[name] for name in ("time", "step_time", "voltage", "current"))
    cycle, step, run, state = (raw[name] for name in ("cycle", "step", "run", "state"))
    up, down = raw["charged"], raw["discharged"]
    tables: dict[str, dict[str, object]] = {
        "neware csv": {
            "DataPoint": range(1, len(t) + 1),
            "Cycle Index": cycle,
            "Step Index": step,
            "Step Type": _words(state, "Rest", "CC Chg", "CC DChg"),
            "Time": clock(s),
            "Total Time": clock(t),
            "Current(µA)": i * 1e6,
            "Voltage(mV)": v * 1e3,
            "Chg. Cap.(mAs)": up * 3.6e6,
            "DChg. Cap.(mAs)": down * 3.6e6,
            "Date": dates(t, "%Y-%m-%d %H:%M:%S%.3f"),
        },
        "neware step time only": {
            "Step Index": step,
            "Cycle Index": cycle,
            "Step Type": _words(state, "静置", "恒流充电", "恒流放电"),
            "Time": s + pl.Series([DT if number > 1 else 0.0 for number in run]),
            "Current(A)": i,
            "Voltage(V)": v,
        },
        "fastnda": {
            "voltage_V": v,
            "current_mA": i * 1e3,
            "capacity_mAh": (up + down) * 1e3,
            "total_time_s": t,
            "step_time_s": s,
            "unix_time_s": t + 1.7e9,
            "cycle_count": cycle,
            "step_count": run,
            "step_index": step,
            "step_type": _words(state, "Rest", "CC_Chg", "CC_DChg"),
        },
        "arbin": {
            "Date Time": dates(t, "%m/%d/%Y %H:%M:%S%.3f"),
            "Test Time (s)": t + 30,
            "Step Time (s)": s,
            "Cycle Index": cycle,
            "Step Index": step,
            "Current (A)": i,
            "Voltage (V)": v,
            "Charge Capacity (Ah)": up,
            "Discharge Capacity (Ah)": down,
            "Aux_Temperature_1 (C)": pl.Series([25.0] * len(t)),
        },
        "arbin xlsx": {
            "Test_Time(s)": t,
            "Step_Index": step,
            "Cycle_Index": cycle,
            "Current(A)": i,
            "Voltage(V)": v,
            "Charge_Capacity(Ah)": up,
            "Discharge_Capacity(Ah)": down,
        },
        "maccor unsigned": {
            "Rec#": range(1, len(t) + 1),
            "Cyc#": cycle,
            "Step": step,
            "Test (Min)": t / 60,
            "Step (Min)": s / 60,
            "Amp-hr": up + down,
            "Amps": i.abs(),
            "Volts": v,
            "State": _words(state, "R", "C", "D"),
            "DPt Time": dates(t, "%m/%d/%Y %I:%M:%S %p"),
        },
        "maccor clock": {
            "Cyc#": cycle,
            "Step": step,
            "TestTime": pl.Series([f"  0d {text}" for text in clock(t)]),
            "mAmps": i * 1e3,
            "Volts": v,
            "State": _words(state, "R", "C", "D"),
        },
        "novonix": {
            "Date and Time": dates(t, "%Y-%m-%d %I:%M:%S %p"),
            "Cycle Number": cycle,
            "Step Type": _words(state, "0", "7", "9").cast(pl.Int64),
            "Run Time (h)": t / 3600,
            "Step Time (h)": s / 3600,
            "Current (A)": i,
            "Potential (V)": v,
            "Temperature (°C)": pl.Series([25.0] * len(t)),
            "Step Number": step,
        },
        "basytec": {
            "~Time[s]": t,
            "t-Step[s]": s,
            "Line": step,
            "Command": _words(state, "Pause", "Charge", "Discharge"),
            "U[V]": v,
            "I[A]": i,
            "Ah-Cyc-Charge": up,
            "Ah-Cyc-Discharge": down,
            "T1[\ufffdC]": pl.Series([25.0] * len(t)),
            "Cyc-Count": cycle,
        },
        "digatron": {
            "Time Stamp": dates(t, "%m/%d/%Y %I:%M:%S %p"),
            "Step": step,
            "Status": _words(state, "PAU", "CHA", "DCH"),
            "Prog Time": clock(t + 90_000),
            "Step Time": clock(s),
            "Cycle": cycle,
            "Voltage [V]": v,
            "Current [A]": i,
            "AhCha [Ah]": up,
            "AhDch [Ah]": down,
        },
        "landt": {
            "cycle_index": cycle,
            "step_index": step,
            "test_time_s": t,
            "current_A": i,
            "voltage_V": v,
            "discharge_capacity_Ah": down,
            "charge_capacity_Ah": up,
            "temperature_1_C": pl.Series([25.0] * len(t)),
            "step_name": _words(state, "rest", "C_CC", "D_CC"),
        },
        "pec": {
            "Step": step,
            "Instruction Name": _words(state, "Idle", "Charge", "Discharge"),
            "Cycle": cycle,
            "Total Time (Hours in hh:mm:ss.xxx)": clock(t),
            "Step Time (Seconds)": s,
            "Voltage (V)": v,
            "Current (A)": i,
            "Charge Capacity (mAh)": up * 1e3,
            "Discharge Capacity (mAh)": down * 1e3,
        },
        "gamry": {
            "Pt [#]": range(len(t)),
            "T [s]": t,
            "Vf [V vs. Ref.]": v,
            "Im [A]": i,
            "Cycle [#]": cycle,
            "Step": step,
        },
        "biologic": {
            "Ns": step,
            "time/s": t,
            "Ecell/V": v,
            "I/mA": i * 1e3,
            "Q charge/mA.h": up * 1e3,
            "Q discharge/mA.h": down * 1e3,
            "cycle number": cycle,
        },
        "biologic dates": {
            "Ns": step,
            "time/s": dates(t, "%m/%d/%Y %H:%M:%S%.3f"),
            "Ewe/V": v,
            "<I>/mA": i * 1e3,
            "cycle number": cycle,
        },
        "bdf names": {
            "test_time_second": t,
            "voltage_volt": v,
            "current_ampere": i,
            "cycle_count": cycle,
            "step_count": run,
            "step_id": step,
            "charging_capacity_ah": up,
            "discharging_capacity_ah": down,
            "temperature_t1_celsius": pl.Series([25.0] * len(t)),
            "unix_time_second": t + 1.7e9,
        },
        "bdf labels": {
            "Test Time / h": t / 3600,
            "Current / A": i,
            "Voltage / V": v,
            "Step Type / 1": state,
            "Cycle Count / 1": cycle,
            "Step Index / 1": step,
        },
        "bdf older": {
            "test_time_millisecond": (t * 1000).cast(pl.Int64),
            "current_ampere": i,
            "voltage_volt": v,
            "cycle_dimensionless": cycle,
            "step_index": step,
            "date_time_millisecond": (t * 1000).cast(pl.Int64) + 1_719_933_538_046,
        },
        "batterydata": {
            "Cycle_Index": cycle,
            "Step": step,
            "Time_s": t,
            "Current_A": i,
            "Voltage_V": v,
            "Cell_Temperature_C": pl.Series([25.0] * len(t)),
            "Datenum_d": 737_792.25 + t / 86400,
            "Charge_Capacity_Ah": up,
            "Discharge_Capacity_Ah": down,
        },
        "pyprobe": {
            "Time [s]": t,
            "Step": step,
            "Cycle": cycle,
            "Event": run - 1,
            "Current [A]": i,
            "Voltage [V]": v,
            "Capacity [Ah]": up - down,
            "Temperature [C]": pl.Series([25.0] * len(t)),
        },
        "cellpy and beep": {
            "test_time": t,
            "step_time": s,
            "voltage": v,
            "current": i,
            "step_index": step,
            "cycle_index": cycle,
            "charge_capacity": up,
            "discharge_capacity": down,
        },
        "ionworks": {
            "Time [s]": t,
            "Voltage [V]": v,
            "Current [A]": -i,
            "Step count": run - 1,
            "Cycle count": cycle - 1,
            "Step from cycler": step,
            "Cycle from cycler": cycle,
            "Charge capacity [A.h]": up,
            "Discharge capacity [A.h]": down,
        },
    }
    return {name: pl.DataFrame(table) for name, table in tables.items()}


def errors_in(frame: pl.DataFrame, data_type: str | None = None) -> list[ValidationIssue]:
    """Return what the service would refuse; gaps and short steps of real tests are no errors."""
    issues = find_issues(frame, data_type)
    return [each for each in issues if each.severity == "error"]
