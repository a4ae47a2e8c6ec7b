"""The columns of a series: which are needed, which are there, and which were meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from ionworks._suggest import suggest
from ionworks.validators.options import Options
from ionworks.validators.report import ValidationIssue

if TYPE_CHECKING:
    import polars

TIME: Final = "Time [s]"
VOLTAGE: Final = "Voltage [V]"
CURRENT: Final = "Current [A]"
STEP: Final = "Step count"
FREQUENCY: Final = "Frequency [Hz]"
REAL: Final = "Z_Re [Ohm]"
IMAGINARY: Final = "Z_Im [Ohm]"
TEMPERATURE: Final = "Temperature [degC]"
CYCLES: Final = ("Cycle count", "Cycle number", "Cycle from cycler")
COUNTERS: Final = (
    "Discharge capacity [A.h]",
    "Charge capacity [A.h]",
    "Discharge energy [W.h]",
    "Charge energy [W.h]",
)
OCP_AXES: Final = ("Capacity [A.h]", "Stoichiometry", "SOC")
REQUIRED: Final[Mapping[str | None, tuple[str, ...]]] = {
    None: (TIME, VOLTAGE, CURRENT, STEP),
    "ocp": (VOLTAGE, STEP),
    "eis": (FREQUENCY, REAL, IMAGINARY, STEP),
}
KNOWN: Final = (
    *(TIME, VOLTAGE, CURRENT, STEP, *CYCLES, *COUNTERS, TEMPERATURE),
    *(FREQUENCY, REAL, IMAGINARY, *OCP_AXES),
)
#: Other spellings in the exports of cyclers, as `_plain` writes them.
_SYNONYMS: Final[Mapping[str, frozenset[str]]] = {
    TIME: frozenset(
        ["time", "t", "testtime", "totaltime", "elapsedtime", "timeelapsed", "testtimesecond"]
    ),
    VOLTAGE: frozenset(
        [
            "voltage",
            "volt",
            "volts",
            "v",
            "u",
            "ewe",
            "ecell",
            "cellvoltage",
            "potential",
            "voltagevolt",
        ]
    ),
    CURRENT: frozenset(["current", "curr", "amps", "amp", "i", "cellcurrent", "currentampere"]),
    STEP: frozenset(
        ["step", "steps", "stepnumber", "stepindex", "stepid", "stepno", "ns", "stepfromcycler"]
    ),
    FREQUENCY: frozenset(["frequency", "freq", "f"]),
    REAL: frozenset(["zre", "zreal", "rez", "zprime", "realimpedance", "zr"]),
    IMAGINARY: frozenset(["zim", "zimag", "imz", "zimaginary", "imaginaryimpedance", "zi"]),
}
_MOST_LISTED: Final = 20


def numeric_columns(schema: Mapping[str, polars.DataType]) -> list[str]:
    """Return the known columns whose values are numbers."""
    return [name for name in KNOWN if name in schema and schema[name].is_numeric()]


def check_columns(
    schema: Mapping[str, polars.DataType], options: Options
) -> Iterator[ValidationIssue]:
    """Find required columns that are missing, or that are not numeric."""
    absent = [name for name in REQUIRED[options.data_type] if name not in schema]
    no_axis = options.data_type == "ocp" and not any(name in schema for name in OCP_AXES)
    there = f"; the columns are {_listed(schema)}" if schema else "; the table has no columns"
    if schema and len([name for name in absent if name != STEP]) > 1:
        there += "; for a table or a file of a cycler, use ionworks.prepare or ionworks.read_cycler"
    if missing := [name for name in absent if options.data_type == "eis" and name != STEP]:
        texts = [f"{name!r}{_meant(name, schema)}" for name in missing]
        yield ValidationIssue(
            "eis_columns_missing",
            f"column{'s' * (len(missing) > 1)} {', '.join(texts)} missing{there}",
            payload={"columns": missing},
        )
        there = ""
    for name in absent:
        if name in missing:
            continue
        code = "step_count_missing" if name == STEP else "column_missing"
        code = "ocp_voltage_column_missing" if options.data_type and name == VOLTAGE else code
        text = f"column {name!r} is missing{_meant(name, schema)}{there}"
        yield ValidationIssue(code, text, payload={"column": name})
        there = ""
    if no_axis:
        text = f"data of the type 'ocp' need one of the columns {', '.join(map(repr, OCP_AXES))}"
        yield ValidationIssue("ocp_x_axis_column_missing", text + there)
    for name in REQUIRED[options.data_type]:
        if name in schema and not schema[name].is_numeric():
            text = f"column {name!r} is {_kind(schema[name])}, not numeric; {_advice(name, schema)}"
            yield ValidationIssue("column_not_numeric", text, payload={"column": name})


def _meant(name: str, there: Iterable[str]) -> str:
    """Return which of the columns was probably meant, and what to do with it."""
    others = [each for each in there if each not in KNOWN]
    found = next((each for each in others if _same_quantity(name, each)), None)
    found = found or suggest(name, others, cutoff=0.75)
    if found is None:
        number = "; number the steps 0, 1, 2, ..., for example by the changes of the cycler's step"
        return number if name == STEP else ""
    unit, wanted = _unit(found), _unit(name)
    if name == STEP:
        return f"; count the changes of {found!r}: pl.col({found!r}).rle_id().alias({name!r})"
    if unit and unit.lower() != wanted.lower():
        return f"; convert {found!r} from {unit} to {wanted}, and rename it"
    return f"; rename {found!r}"


def _same_quantity(name: str, other: str) -> bool:
    plain = _plain(other)
    return plain == _plain(name) or plain in _SYNONYMS[name]


def _plain(name: str) -> str:
    """Return a name without its unit, in small letters and digits."""
    without = re.sub(r"[\[(].*[\])]|/[^/]*$|_(s|v|a|ms|mv|ma|hz|ohm|second|volt|ampere)$", "", name)
    return re.sub(r"[^a-z0-9]", "", without.lower())


def _unit(name: str) -> str:
    found = re.search(r"[\[(](.*)[\])]|/\s*([^/\s]+)\s*$", name)
    return (found[1] or found[2] or "").strip() if found else ""


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - _MOST_LISTED} more" if len(every) > _MOST_LISTED else ""
    return ", ".join(every[:_MOST_LISTED]) + more


def _kind(dtype: polars.DataType) -> str:
    return str(dtype)[:60]


def _advice(name: str, schema: Mapping[str, polars.DataType]) -> str:
    """Return how to convert a column to numbers."""
    import polars as pl

    dtype = schema[name]
    if dtype.is_temporal():
        if name == TIME and dtype == pl.Duration:
            return f"convert it to seconds: pl.col({name!r}).dt.total_seconds(fractional=True)"
        if name == TIME:
            return "subtract the first value, in seconds, and give the first as start_time"
        return "give the measured numbers"
    if dtype == pl.Null:
        return "it has no values; fill it, or check how the file was read"
    if dtype in (pl.String, pl.Categorical, pl.Enum):
        comma = "with decimal commas, replace ',' by '.' first: "
        return f"{comma}pl.col({name!r}).str.replace(',', '.').cast(pl.Float64)"
    return "convert it to numbers"
