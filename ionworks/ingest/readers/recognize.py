"""Recognises the maker of a cycler by what its files contain; their names do not matter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from attrs import frozen

MAKERS: Final = (
    "neware", "arbin", "maccor", "novonix", "basytec", "digatron", "landt", "pec", "gamry",
    "biologic", "bdf", "batterydata",
)  # fmt: skip
UNKNOWN: Final = "unknown"
_BLOCK_WEIGHT: Final = 10


@frozen
class Signature:
    """What the header block and the column names of one maker look like.

    `block` is searched in the lines before the names. Of the names, `least` must match one of
    `names`, without blanks, units and case.
    """

    maker: str
    block: str | None
    names: str
    least: int = 2


# Where two fit equally well, the first is taken.
_SIGNATURES: Final = (
    Signature("biologic", r"^(EC|BT)-Lab ASCII FILE", r"ox(/red)?|e(we|cell)/v|<?(ewe|ecell|i)>?/m?[va]"
              r"|\(q-qo\)/.*|d?q(charge|discharge)?/ma\.h|control/.*|nschanges|i/ma|counterinc\.|enstate"
              r"|\|energy\|/w\.h|phase\(z\)/deg|-im\(z\)/ohm|re\(z\)/ohm|halfcycle|irange", 3),
    Signature("gamry", r"^EXPLAIN", r"vf|im|vu|zreal|zimag|zsig|zphz|ierange|ach", 4),
    Signature("novonix", r"^\"?Novonix|Novonix (U?HPC)", r"runtime|potential|circuittemperature|d[vi]dti?"
              r"|stepposition|dateandtime|cyclenumber", 4),
    Signature("basytec", r"^~?.*basytec", r"t-(step|set|cyc).*|dataset|datensatz|cyc-count|ah-(step|set|cyc).*"
              r"|wh-(step|set|cyc).*|u|i|line|r-ac|r-dc|~?(time|zeit)", 5),
    Signature("digatron", r"digatron|^\"?Measurement ID\b|BTS-600|^Test section", r"progtime|whaccu|ahaccu"
              r"|cyclelevel|procedure|programmdauer|progdauer|schrittdauer|zyklus(ebene)?|prozedur|timestamp"
              r"|zeitstempel|ah(lad|ela|akku|bal|cha|dch|prev|set|step)|schritt|zustand|spannung|strom", 4),
    Signature("landt", r"^cell model:|\bLANDT?\b|蓝电", r"channel_index|date_time_iso_string|test_time_s|step_name"
              r"|test_time_second|systemtime|sys_time|测试时间|系统时间|记录序号|步骤时间|循环序号|步次", 3),
    Signature("pec", r"^\"?TestRegime|^\"?Project Group", r"loadontime|positionstarttime|cyclechargetime|shelf"
              r"|position|rack|instructionname|cyclechargecapacity|cycledischargecapacity|totaltime", 4),
    Signature("maccor", r"MACCOR|^Today'+s Date|DPT? Time", r"rec#?|cyc#|cycle[pc]|dpttime|es|md|amp-?hr|m?amp-?hr"
              r"|watt-?hr|m?amps|volts|state|acimp/ohms|dcir/ohms|test|var1|loop1|polar|testtime|wfchgcap", 4),
    Signature("neware", r"新威|NEWARE|BTSDA?\b", r"datapoint|cycleindex|stepindex|stepnumber|steptype"
              r"|(d?chg\.?|charge|discharge)(spec\.?)?cap\.?.*|spec\.?cap.*|dchg\.?(cap|energy).*|chg\.?energy.*"
              r"|totaltime|cumulativetime|(record|cycle|step)(id|number|index|name)|realtime|cap_d?chg|onesetvolt\.?|数据序号|工步号|工步类型|循环号"
              r"|工步序号|记录(序号|编号)|绝对时间|总时间|相对时间.*|充电容量|放电容量|realtime.*|relativetime.*"
              r"|dq/dv.*|contactresistance", 3),
    Signature("arbin", r"\bArbin|Global_Info", r"data_?point|test_?time|date_?time|step_?time|step_?index"
              r"|cycle_?index|(dis)?charge_?(capacity|energy)|internal_?resistance|tc_counter\d|acr|is_?fc_?data"
              r"|dv/dt|aux_.*", 4),
    Signature("bdf", None, r"(testtime|voltage|current|unixtime|datetime|cyclecount|stepcount|stepindex"
              r"|ambienttemperature|temperaturet\d|chargingcapacity|dischargingcapacity|netcapacity)/.+"
              r"|test_time_(milli)?second|(voltage)_(milli)?volt|current_(milli)?ampere|unix_time_(milli)?second"
              r"|date_time_millisecond|cycle_(count|dimensionless)|step_(count|dimensionless)"
              r"|(dis)?charging_(capacity_ah|energy_wh)|ambient_temperature_celsius|surface_temperature_.*"
              r"|net_capacity_ah|temperature_t\d+_celsius", 3),
    Signature("batterydata", None, r"cycle_index|step|time_s|amphr|watthr|current_a|voltage_v"
              r"|cell_temperature_c|datenum_d|power_w|(dis)?charge_(capacity_ah|energy_wh)|z_\w+_(ohm|degree)"
              r"|frequency_hz|(dis)?charge_throughput_ah|date_time", 5),
)  # fmt: skip
_BLOCKS: Final = tuple(
    re.compile(each.block or r"(?!)", re.MULTILINE | re.IGNORECASE) for each in _SIGNATURES
)
_NAMES: Final = tuple(re.compile(each.names) for each in _SIGNATURES)
_UNIT: Final = re.compile(r"\s*[\[({][^\])}]*[\])}]\s*$")


def recognize(block: str, names: Iterable[str]) -> str:
    """Return the maker of a file with this text before the names of its columns.

    Examples
    --------
    >>> recognize("", ["Rec#", "Cyc#", "Step", "TestTime", "Amps", "Volts"])
    'maccor'
    """
    plain = [_plain(name) for name in names]
    best, maker = 0, UNKNOWN
    for signature, in_block, in_names in zip(_SIGNATURES, _BLOCKS, _NAMES, strict=True):
        # Only names that the maker wrote with its units, such as those of BDF, keep them.
        matches = sum(
            any(in_names.fullmatch(form) for form in forms) for forms in plain
        )
        said = in_block.search(block) is not None
        if matches < signature.least and not said:
            continue
        if (rank := matches + _BLOCK_WEIGHT * said) > best:
            best, maker = rank, signature.maker
    return maker


def _plain(name: str) -> tuple[str, str]:
    whole = "".join(name.casefold().split()).lstrip("~")
    return whole, "".join(_UNIT.sub("", name).casefold().split()).lstrip("~")
