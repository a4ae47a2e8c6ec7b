"""How cyclers and libraries spell the columns, their units and the states. Data only.

Spellings are compared without case, spaces and punctuation, and without their unit. A `#` is a
number. The first spelling of a concept wins where a file has several. Names that two concepts share
are distinguished by the unit: `Step (Sec)` is a time, `Step` a number.
"""

from __future__ import annotations

from typing import Final

from attrs import frozen


@frozen
class Concept:
    """What a column means: its unit in a prepared frame, and how others call it."""

    name: str
    kind: str  # "number", "count", "duration", "date" or "text"
    unit: str | None
    spellings: tuple[str, ...]
    target: str = ""  # the column of the prepared frame


_TIME: Final = (
    Concept(
        "test_time",
        "duration",
        "s",
        (
            *("test time", "total time", "run time", "cumulative time", "elapsed time"),
            *("prog time", "program time", "test", "test t", "time total", "total test time"),
            *("总时间", "累计时间", "programmdauer", "testzeit", "cum time"),
            *("time since start", "time since test start", "record time", "testtime", "t"),
        ),
        "Time [s]",
    ),
    Concept(
        "any_time", "duration", "s", ("time", "时间", "zeit"), "Time [s]"
    ),  # of the test or of the step
    Concept(
        "step_time",
        "duration",
        "s",
        (
            *("step time", "relative time", "step", "t step", "time in step", "rel time", "step t"),
            *("相对时间", "工步时间", "schrittdauer", "endure time", "schrittzeit"),
        ),
    ),
    Concept(
        "date",
        "date",
        None,
        (
            *("date time", "date and time", "dpt time", "real time", "abs time", "absolute time"),
            *("unix time", "timestamp", "time stamp", "date time iso string", "date time iso"),
            *("datenum", "system time", "systime", "date time utc", "utc time", "record date"),
            *("date", "wall time", "wall clock", "realtime", "clock time", "zeitstempel", "datum"),
            *("绝对时间", "系统时间", "日期", "time"),
        ),
    ),
)
_MEASURED: Final = (
    Concept(
        "voltage",
        "number",
        "V",
        (
            *("voltage", "cell voltage", "terminal voltage", "battery voltage", "volts", "volt"),
            *("potential", "ecell", "ewe ece", "ewe", "working electrode potential", "vf", "u"),
            *(
                "v",
                "e",
                "u cell",
                "ucell",
                "vcell",
                "v cell",
                "spannung",
                "voltage meas",
                "vdc",
                "电压",
            ),
        ),
        "Voltage [V]",
    ),
    Concept(
        "current",
        "number",
        "A",
        (
            *(
                "current",
                "cell current",
                "battery current",
                "amps",
                "amp",
                "i",
                "im",
                "strom",
                "电流",
            ),
            *("i cell", "icell", "current meas", "current average", "average current", "idc"),
        ),
        "Current [A]",
    ),
    Concept("moved", "number", "A.h", ("dq",)),  # since the row before, signed
)
_COUNTED: Final = (
    Concept("own_step", "count", None, (), "Step count"),
    Concept("own_cycle", "count", None, (), "Cycle count"),
    Concept(
        "step",
        "count",
        None,
        (
            *("step from cycler", "step index", "step id", "step ID", "ns", "line", "step"),
            *("step no", "step nr", "stepno", "step number", "schedule step", "schritt"),
            *("工步号", "full step", "工步序号"),
        ),
        "Step from cycler",
    ),
    Concept(
        "step_run",
        "count",
        None,
        ("step count", "event", "step number", "step run", "step sequence", "stepcount"),
    ),
    Concept(
        "cycle",
        "count",
        None,
        (
            *("cycle from cycler", "cycle count", "cycle index", "cycle number", "cycle", "cyc"),
            *("cycle id", "cycle no", "cycle nr", "cyc count", "cycle c", "cycle p", "cyc num"),
            *("cycle dimensionless", "cycle num", "zyklus", "total cycle", "循环号", "循环序号"),
        ),
        "Cycle from cycler",
    ),
    Concept("half_cycle", "count", None, ("half cycle",)),
    Concept(
        "state",
        "text",
        None,
        (
            *("step type", "state", "status", "step state", "step name", "instruction name"),
            *("command", "md", "mode", "step mode", "work mode", "operation", "type", "step"),
            *("instruction", "work type", "record type", "workstep type", "工步类型", "工步状态"),
            *("zustand", "状态", "step condition", "mode name"),
        ),
    ),
)
_COUNTERS: Final = (
    Concept(
        "charge_capacity",
        "number",
        "A.h",
        (
            *("charge capacity", "charging capacity", "chg capacity", "chg cap", "charge cap"),
            *("cap chg", "cap charge", "q charge", "ah cyc charge", "ah charge", "ah chg", "ahcha"),
            *(
                "ah cha",
                "capacity charge",
                "step charging capacity",
                "cumulative charging capacity",
            ),
            *("step charge capacity", "cumulative charge capacity", "charge q", "q chg"),
            *("cycle charging capacity", "schedule charging capacity", "充电容量"),
        ),
        "Charge capacity [A.h]",
    ),
    Concept(
        "discharge_capacity",
        "number",
        "A.h",
        (
            *("discharge capacity", "discharging capacity", "dchg capacity", "dchg cap"),
            *("discharge cap", "cap dchg", "cap discharge", "q discharge", "ah cyc discharge"),
            *("dis capacity", "ah discharge", "ah dchg", "ahdch", "ah dch", "ah dis", "dis cap"),
            *("capacity discharge", "step discharging capacity", "discharge q", "q dchg", "q dis"),
            *("cumulative discharging capacity", "step discharge capacity"),
            *("cumulative discharge capacity", "cycle discharging capacity"),
            *("schedule discharging capacity", "dch capacity", "dischg cap", "dischg capacity"),
            *("放电容量",),
        ),
        "Discharge capacity [A.h]",
    ),
    Concept(
        "capacity",
        "number",
        "A.h",
        (
            "capacity",
            "step capacity",
            "cap",
            "ah",
            "amp hr",
            "ah step",
            "ah accu",
            "q",
            "net capacity",
        ),
    ),
    Concept(
        "charge_energy",
        "number",
        "W.h",
        (
            *("charge energy", "charging energy", "chg energy", "energy charge", "wh cyc charge"),
            *("wh charge", "wh chg", "whcha", "wh cha", "step charging energy", "engy chg"),
            *("cumulative charging energy", "step charge energy", "chg ener", "energy chg"),
        ),
        "Charge energy [W.h]",
    ),
    Concept(
        "discharge_energy",
        "number",
        "W.h",
        (
            *("discharge energy", "discharging energy", "dchg energy", "energy discharge"),
            *("wh cyc discharge", "wh discharge", "wh dchg", "whdch", "wh dch", "engy dchg"),
            *("step discharging energy", "cumulative discharging energy", "dis energy"),
            *("step discharge energy", "dischg energy", "dch energy", "energy dchg"),
        ),
        "Discharge energy [W.h]",
    ),
    Concept(
        "energy",
        "number",
        "W.h",
        ("energy", "step energy", "wh", "watt hr", "wh accu", "ener", "abs energy", "wh step"),
    ),
)
_BESIDE: Final = (
    Concept(
        "temperature",
        "number",
        "degC",
        (
            *("temperature", "cell temperature", "surface temperature", "temperature #", "temp"),
            *("aux temperature #", "aux temperature", "temperature t#", "temp #", "t#", "t"),
            *("surface temperature #", "surface temperature t#", "cell temperature #", "ev temp"),
            *("temperature cell", "logtemp #", "log temp #", "logtemppositive", "thermocouple #"),
            *(
                "aux temp #",
                "aux# temperature",
                "tc#",
                "battery temperature",
                "can temp #",
                "temperatur",
                "temp cell",
            ),
        ),
        "Temperature [degC]",
    ),
    Concept(
        "ambient_temperature",
        "number",
        "degC",
        (
            "ambient temperature",
            "chamber temperature",
            "environment temperature",
            "oven temperature",
        ),
        "Ambient temperature [degC]",
    ),
    Concept(
        "resistance",
        "number",
        "Ohm",
        ("internal resistance", "dcir", "dc ir"),
        "Internal resistance [Ohm]",
    ),
)
_IMPEDANCE: Final = (
    Concept("frequency", "number", "Hz", ("frequency", "freq", "f"), "Frequency [Hz]"),
    Concept(
        "z_re",
        "number",
        "Ohm",
        ("z re", "re z", "zre", "z real", "real impedance", "zreal", "z prime", "real z"),
        "Z_Re [Ohm]",
    ),
    Concept(
        "z_im",
        "number",
        "Ohm",
        ("z im", "im z", "z imag", "imaginary impedance", "z second", "imag z", "zimg"),
        "Z_Im [Ohm]",
    ),
    Concept(
        "minus_z_im",
        "number",
        "Ohm",
        ("minus im z", "minus z im", "minus z imag", "minus zimag", "minus z second", "neg im z"),
    ),
    Concept(
        "z_mod",
        "number",
        "Ohm",
        ("abs z", "z mod", "z mag", "absolute impedance", "z abs", "impedance", "z", "zmodulus"),
        "Z_Mod [Ohm]",
    ),
    Concept(
        "z_phase",
        "number",
        "deg",
        ("phase z", "z phase", "zphz", "phase", "phase angle", "impedance phase", "theta"),
        "Z_Phase [deg]",
    ),
)
CONCEPTS: Final = (*_TIME, *_COUNTED, *_MEASURED, *_COUNTERS, *_BESIDE, *_IMPEDANCE)
#: Columns of the service, which are taken by their exact name.
OWN: Final = {"Step count": "own_step", "Cycle count": "own_cycle"}

#: Names that are a unit, and so say quantity and unit in one word.
UNIT_NAMES: Final = {
    "volts": ("voltage", "V"),
    "mvolts": ("voltage", "mV"),
    "amps": ("current", "A"),
    "mamps": ("current", "mA"),
    "uamps": ("current", "uA"),
    "amphr": ("capacity", "A*h"),
    "mamphr": ("capacity", "mA*h"),
    "uamphr": ("capacity", "uA*h"),
    "watthr": ("energy", "W*h"),
    "mwatthr": ("energy", "mW*h"),
}

#: Words for units, by the unit of a prepared frame; others are read as quantities are.
UNIT_WORDS: Final[dict[str, dict[str, str]]] = {
    "s": {
        **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
        **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), "ms"),
        **dict.fromkeys(("us", "microsecond", "microseconds"), "us"),
        **dict.fromkeys(("min", "mins", "minute", "minutes"), "min"),
        **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
        **dict.fromkeys(("d", "day", "days"), "day"),
    },
    "V": {
        "v": "V",
        "volt": "V",
        "volts": "V",
        "mv": "mV",
        "millivolt": "mV",
        "uv": "uV",
        "kv": "kV",
    }
    | {"v vs. ref": "V", "v vs ref": "V"},
    "A": {"a": "A", "ampere": "A", "amp": "A", "amps": "A", "ma": "mA", "milliampere": "mA"}
    | {"mamps": "mA", "ua": "uA", "microampere": "uA", "na": "nA"},
    "A.h": {"ah": "A*h", "mah": "mA*h", "uah": "uA*h", "as": "A*s", "mas": "mA*s", "uas": "uA*s"}
    | {
        "amp-hr": "A*h",
        "ahr": "A*h",
        "mahr": "mA*h",
        "a.h": "A*h",
        "ma.h": "mA*h",
        "a*h": "A*h",
        "ma*h": "mA*h",
        "c": "A*s",
    }
    | {"milliampere hour": "mA*h", "ampere hour": "A*h", "ampere_hour": "A*h"},
    "W.h": {"wh": "W*h", "mwh": "mW*h", "uwh": "uW*h", "kwh": "kW*h", "ws": "W*s", "mws": "mW*s"}
    | {
        "whr": "W*h",
        "mwhr": "mW*h",
        "w.h": "W*h",
        "mw.h": "mW*h",
        "w*h": "W*h",
        "j": "J",
        "watt-hr": "W*h",
        "watt hour": "W*h",
    },
    "W": {"w": "W", "mw": "mW", "kw": "kW", "uw": "uW", "watt": "W", "watts": "W"},
    "degC": {
        **dict.fromkeys(
            ("c", "degc", "celsius", "°c", "ºc", "℃", "\ufffdc", "?c", "deg c"), "degC"
        ),
        **dict.fromkeys(
            ("", "?", "\ufffd", "deg", "degree celsius", "oc", "â°c", "âc", "degrees c"), "degC"
        ),
        **{"k": "K", "kelvin": "K", "f": "degF", "degf": "degF", "°f": "degF"},
    },
    "Ohm": {"ohm": "ohm", "ohms": "ohm", "Ω": "ohm", "ω": "ohm", "mohm": "mohm", "mohms": "mohm"}
    | {"mω": "mohm", "kohm": "kohm", "milliohm": "mohm", "mo": "mohm"},
    "Hz": {"hz": "Hz", "khz": "kHz", "mhz": "mHz", "hertz": "Hz"},
    "deg": {
        "deg": "deg",
        "degree": "deg",
        "degrees": "deg",
        "°": "deg",
        "\ufffd": "deg",
        "rad": "rad",
    },
}
COUNT_UNITS: Final = ("", "1", "#", "dimensionless", "-", "none")

#: Words for what a cycler does, compared without case, spaces and punctuation. Letters of one are
#: those of Maccor.
STATES: Final[dict[str, tuple[str, ...]]] = {
    "discharge": (
        *("d", "dis", "dch", "dchg", "dchrg", "disch", "discharge", "discharging", "entladen"),
        *("ccd", "cpd", "cvd", "crd", "dcc", "dcv", "dcp", "dlstg", "dccc"),
    ),
    "charge": (
        *("c", "cha", "chg", "chrg", "char", "charge", "charging", "laden", "ccc", "cvc", "cpc"),
        *("cccv", "ccvc", "clstg"),
    ),
    "rest": (
        *("r", "rest", "resting", "pause", "pau", "paused", "idle", "ocv", "opencircuit", "ruhe"),
        *("opencircuitvoltage", "opencircuitstorage", "wait", "standby", "off", "stop", "sto"),
        *("relax", "relaxation", "o", "p", "s", "suspend", "suspended", "end", "finish", "ready"),
    ),
    "impedance": ("fra", "eis", "peis", "geis", "impedance", "aci", "acimpedance", "acim"),
}
#: The same inside longer words, tried in this order: `CCCV_DChg`, `恒流放电`.
STATE_PARTS: Final = (
    ("rest", ("^rest", "^pause", "^idle", "^ocv", "^opencircuit", "静置", "搁置")),
    ("discharge", ("dischg", "discharg", "dchg", "dchrg", "disch", "放电", "entlad")),
    ("charge", ("charg", "chg", "chrg", "充电", "laden")),
    ("rest", ("rest", "pause", "idle", "ocv", "静置", "搁置", "opencircuit", "relax")),
    ("impedance", ("eis", "impedance", "fra")),
)

#: Formats of dates and times, tried in this order. `True`: the month is first; `False`: the day.
DATE_FORMATS: Final[tuple[tuple[str, bool | None], ...]] = (
    ("%Y-%m-%d %H:%M:%S%.f", None),
    ("%Y-%m-%dT%H:%M:%S%.f", None),
    ("%Y/%m/%d %H:%M:%S%.f", None),
    ("%Y-%m-%d %I:%M:%S%.f %p", None),
    ("%Y/%m/%d %I:%M:%S%.f %p", None),
    ("%Y-%m-%d %H:%M", None),
    ("%Y/%m/%d %H:%M", None),
    ("%d-%b-%y %I:%M:%S%.f %p", None),
    ("%d-%b-%Y %I:%M:%S%.f %p", None),
    ("%d-%b-%y %H:%M:%S%.f", None),
    ("%d-%b-%Y %H:%M:%S%.f", None),
    ("%b %d %Y %H:%M:%S%.f", None),
    ("%d.%m.%Y %H:%M:%S%.f", None),
    ("%d.%m.%y %H:%M:%S%.f", None),
    ("%d.%m.%Y %H:%M", None),
    ("%m/%d/%Y %I:%M:%S%.f %p", True),
    ("%m/%d/%y %I:%M:%S%.f %p", True),
    ("%m/%d/%Y %I:%M %p", True),
    ("%m/%d/%Y %H:%M:%S%.f", True),
    ("%d/%m/%Y %H:%M:%S%.f", False),
    ("%m/%d/%y %H:%M:%S%.f", True),
    ("%d/%m/%y %H:%M:%S%.f", False),
    ("%m/%d/%Y %H:%M", True),
    ("%d/%m/%Y %H:%M", False),
    ("%d/%m/%Y %I:%M:%S%.f %p", False),
    ("%m-%d-%Y %H:%M:%S%.f", True),
    ("%d-%m-%Y %H:%M:%S%.f", False),
)
