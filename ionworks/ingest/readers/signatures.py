"""What the files of each maker look like: words of the header block, and names of columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Self

from attrs import frozen


@frozen
class Signature:
    """How the files of one maker are recognised.

    Attributes
    ----------
    maker : str
        The maker.
    block : re.Pattern
        What the text before the names of the columns has.
    names : re.Pattern
        Names of columns in lower case and without blanks, with or without their unit. Patterns
        with a capital are of names as they are written.
    least : int
        How many names must match if the block does not.
    """

    maker: str
    block: re.Pattern[str]
    names: re.Pattern[str]
    least: int

    @classmethod
    def of(cls, maker: str, least: int, names: Sequence[str], block: str = "") -> Self:
        """Compile a signature; `names` are patterns, separated by blanks."""
        found = re.compile(block or "(?!)", re.MULTILINE | re.IGNORECASE)
        return cls(maker, found, re.compile("|".join(" ".join(names).split())), least)


# Where two fit equally well, the first is taken.
SIGNATURES: Final = (
    Signature.of(
        "biologic",
        3,
        (
            r"ox(/red)? e(we|cell)/v <?(ewe|ecell|i)>?/m?[va] \(q-qo\)/.* control/.* irange",
            r"d?q(charge|discharge)?/ma\.h nschanges counterinc\. enstate \|energy\|/w\.h",
            r"phase\(z\)/deg -im\(z\)/ohm re\(z\)/ohm halfcycle",
        ),
        block=r"^(EC|BT)-Lab ASCII FILE",
    ),
    Signature.of(
        "gamry",
        4,
        (r"vf im vu zreal zimag zsig zphz ierange ach",),
        block=r"^EXPLAIN$",
    ),
    Signature.of(
        "novonix",
        4,
        (r"runtime potential circuittemperature d[vi]dti? stepposition dateandtime cyclenumber",),
        block=r"^\W?Novonix|Novonix U?HPC",
    ),
    Signature.of(
        "basytec",
        5,
        (
            r"t-(step|set|cyc).* dataset datensatz cyc-count ah-(step|set|cyc).*",
            r"wh-(step|set|cyc).* u i line r-ac r-dc time zeit",
        ),
        block=r"^~?.*basytec",
    ),
    Signature.of(
        "digatron",
        4,
        (
            r"progtime whaccu ahaccu cyclelevel procedure programmdauer progdauer schrittdauer",
            r"zyklus(ebene)? prozedur timestamp zeitstempel schritt zustand spannung strom",
            r"ah(lad|ela|akku|accu|bal|cha|dch|prev|set|step)(#ah)?",
            r"(program|step)duration(#s)? \w+#\w+",
        ),
        block=r"digatron|^\W?Measurement ID\b|^Test section|BTS-600",
    ),
    Signature.of(
        "landt",
        3,
        (
            r"channel_index date_time_iso_string test_time_s step_name systemtime sys_?time",
            r"(cycle|step)-index (test|step)time/(sec|h).* capacity/m?ah specificcapacity/.*",
            r"测试时间 系统时间 记录序号 步骤时间 循环序号 步次",
        ),
        block=r"^cell model:|\bLANDT?\b|蓝电",
    ),
    Signature.of(
        "pec",
        4,
        (
            r"loadontime positionstarttime cyclechargetime cycledischargetime rack shelf position",
            r"instructionname cycle(dis)?chargecapacity totaltime reasoncode",
        ),
        block=r"^\W?TestRegime|^\W?Project Group",
    ),
    Signature.of(
        "maccor",
        4,
        (
            r"rec#? cyc# cycle[pc] dpttime es md m?amp-?hr m?watt-?hr m?amps volts state test",
            r"testtime acimp/ohms dcir/ohms var1 loop1 polar wf(chg|dis)cap",
        ),
        block=r"MACCOR|^\W?Today'+s Date|DPT? Time",
    ),
    Signature.of(
        "neware",
        3,
        (
            r"datapoint cycleindex stepindex stepnumber steptype totaltime cumulativetime",
            r"(record|cycle|step)(id|number|index|name) realtime.* relativetime.* absolutetime cur",
            r"cap(acity|acitance)?[-_]d?chg engy[-_](d?chg|total)",
            r"(d?chg\.?|charge|discharge)(spec\.?)?cap\.?.* spec\.?cap.* d?chg\.?energy.*",
            r"onesetvolt\.? dq/dv.* contactresistance 数据序号 工步号 工步类型 循环号 工步序号",
            r"记录(序号|编号) 绝对时间 总时间 相对时间.* 充电容量 放电容量",
        ),
        block=r"新威|NEWARE|BTSDA?\b",
    ),
    Signature.of(
        "arbin",
        4,
        (
            # Tables of other software have these names without capitals.
            r"Data_?Point Test_?Time Date_?Time Step_?Time Step_?Index Cycle_?Index Aux_.* ACR",
            r"(Dis)?[Cc]harge_?(Capacity|Energy) Internal_?Resistance TC_Counter\d Is_?FC_?Data",
            r"dV/dt",
        ),
        block=r"\bArbin|Global_Info",
    ),
    Signature.of(
        "bdf",
        3,
        (
            r"(test|unix|date)time/.+ voltage/.+ current/.+ (cycle|step)(count|index)/.+",
            r"(ambient|surface)?temperature(t\d+)?/.+ (dis)?charging(capacity|energy)/.+",
            r"(test|unix|date)_time_(milli)?second voltage_(milli)?volt current_(milli)?ampere",
            r"(cycle|step)_(count|dimensionless) (dis)?charging_(capacity_ah|energy_wh)",
            r"(ambient|surface)?_?temperature_(t\d+_)?celsius net_(capacity_ah|energy_wh)",
        ),
    ),
    Signature.of(
        "batterydata",
        5,
        (
            r"cycle_index step time_s amphr watthr current_a voltage_v date_time",
            r"cell_temperature_c datenum_d",
            r"power_w (dis)?charge_(capacity_ah|energy_wh) z_\w+_(ohm|degree) frequency_hz",
            r"(absolute_)?(charge|energy)_throughput_(ah|wh)",
        ),
    ),
)
