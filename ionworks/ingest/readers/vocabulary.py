"""Words by which a row of column names is recognised, in the languages of cyclers' software."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_LONGEST_NAME: Final = 80

# Patterns, separated by blanks, that are searched in the case-folded name. The first one decides.
_WORDS: Final = (
    ("frequency", r"freq 频率"),
    ("impedance", r"\bre\( \bim\( \bz[_'\s]?(real|imag|re|im|mod|mag|phz|phase) \|z\| ^z''?[\s(/]"),
    (
        "date",
        r"\bdate datum datenum time\s?stamp zeitstempel unix dpt real\stime 日期 日時 系统时间",
    ),
    ("cycle", r"cycle \bcyc zyklus ^ns\b 循环 サイクル 사이클 ciclo"),
    ("step", r"\bstep schritt \bline\b 工步 步次 步骤 ステップ 스텝 ^md$"),
    ("capacity", r"capac kapaz amp-?hr \bah\b ah[-\[] q-qo \bdq\b \bcap\b ^q[\s_\[(/] 容量 용량"),
    ("energy", r"energ watt-?hr \bwh\b wh[-\[] \bener\b 能量 에너지"),
    ("voltage", r"volt spannung potential \bewe \becell tension \bvf\b ^[uve][\s_]?[\[(/] ^[uve]$"),
    ("voltage", r"电压 電圧 전압"),
    (
        "current",
        r"curr \bcur\b amps strom courant corriente <i> \bim\b ^i[\s_]?[\[(/] ^i$ 电流 電流 전류",
    ),
    ("power", r"power leistung 功率"),
    ("time", r"time zeit temps tiempo dauer durée duration hours?\b \bt-set ^t$ ^t[\s_]?[\[(/]s"),
    ("time", r"时间 時間 시간"),
    ("temperature", r"temp ^t\d 温度 온도"),
    ("record", r"rec#?\b record data\s?_?point dataset point ^pt$ ^no\.?$ 序号 记录 番号 번호"),
    ("state", r"state status zustand mode 状态 command procedure prozedur event"),
)
_PATTERNS: Final = tuple((what, re.compile("|".join(words.split()))) for what, words in _WORDS)


@cache
def _quantity(name: str) -> str | None:
    found = (quantity for quantity, pattern in _PATTERNS if pattern.search(name))
    return next(found, None)


def quantity_of(name: str) -> str | None:
    """Return which quantity a column name means, such as "voltage", or None.

    Examples
    --------
    >>> quantity_of("Spannung[V]"), quantity_of("Test_Time(s)"), quantity_of("Comment")
    ('voltage', 'time', None)
    """
    if len(name) > _LONGEST_NAME:
        return None
    return _quantity(name.strip().casefold())
