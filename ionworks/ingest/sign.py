"""Decides the sign of the current by evidence: states, counters, and the voltage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import frozen

from ionworks.ingest.numeric import number
from ionworks.ingest.report import Log
from ionworks.ingest.timeline import refusal

if TYPE_CHECKING:
    import polars

CHOICES: Final = ("auto", "charge_positive", "discharge_positive")
_SEPARATE: Final = ("charge_capacity", "discharge_capacity")
_ACTIVE: Final = 0.02  # of the largest current: less is rest
_AGREES: Final = 0.9
_WEAK: Final = 0.5
_ROWS: Final = 30  # of a current in one direction, to judge by the voltage alone
_ONE: Final = 0.995  # of the rows with a current, in one direction
_JUMPS: Final = 3  # changes of the current that are enough by themselves
_JUMP: Final = 0.2  # of the largest current
_ASK: Final = "Pass current='charge_positive' or current='discharge_positive' if you know the sign"


@frozen
class Evidence:
    """What one kind of evidence says: `score` is 1 for charge positive, -1 for discharge."""

    kind: str
    score: float
    rows: int

    @property
    def is_clear(self) -> bool:
        """Whether nearly all of it says the same."""
        return abs(self.score) >= _AGREES

    def __str__(self) -> str:
        sign = "charge" if self.score > 0 else "discharge"
        return f"{self.kind}: + = {sign} ({50 + 50 * abs(self.score):.0f} % of {self.rows} rows)"


def with_sign(frame: polars.DataFrame, current: str, log: Log) -> polars.DataFrame:
    """Return the frame with + = discharge.

    Raises
    ------
    MeasurementValidationError
        If the evidence is weak or contradictory, or the current has no sign and nothing says it.
    """
    active = _active_rows(frame)
    if current != "auto":
        return _as_said(frame, active, current, log)
    if active.is_empty():
        log.add("no_current", "no current flows in any row: its sign makes no difference")
        return _flipped(frame)
    if "state" in active.columns and _rests_only(active):
        log.add("rest_only", "the cycler rests in all rows: the sign of the current has no weight")
        return _flipped(frame)
    signed = bool((active["current"] > 0).any() and (active["current"] < 0).any())
    evidence = [*_states(active), *_counters(active)]
    if max(number((active["current"] > 0).mean()), number((active["current"] < 0).mean())) > _ONE:
        unsigned = _unsigned(frame, active, log)
        if unsigned is not None:
            return unsigned
    evidence += _voltage(frame, active, signed or bool((active["current"] < 0).any()))
    if "moved" in frame.columns and not any(each.is_clear for each in evidence):
        signed = True
        evidence.append(Evidence("definition of dq", 1.0, active.height))
    positive = _decide(evidence, signed, active, log)
    return _flipped(frame) if positive else frame


def _flipped(frame: polars.DataFrame) -> polars.DataFrame:
    import polars as pl

    current = pl.col("current")
    return frame.with_columns(pl.when(current == 0).then(0.0).otherwise(-current).alias("current"))


def _active_rows(frame: polars.DataFrame) -> polars.DataFrame:
    """Return the rows in which a current flows, with what the voltage and the counters did."""
    import polars as pl

    measured = frame if "frequency" not in frame.columns else frame.filter(~pl.col("spectrum"))
    known = _with_growth(measured.drop_nulls("current"))
    largest = number(known["current"].abs().max())
    return known.filter(pl.col("current").abs() > _ACTIVE * largest)


def _as_said(
    frame: polars.DataFrame, active: polars.DataFrame, current: str, log: Log
) -> polars.DataFrame:

    log.add("sign_given", f"the sign of the current is as given: {current}")
    found = [*_states(active), *_counters(active)]
    wanted = 1.0 if current == "charge_positive" else -1.0
    for each in found:
        if each.score * wanted < _WEAK:
            log.add("sign_disagrees", f"the given sign disagrees with the {each}", "warning")
    return _flipped(frame) if wanted > 0 else frame


def _states(active: polars.DataFrame) -> list[Evidence]:
    """Compare the words of the cycler with the sign of the current, in each row."""
    import polars as pl

    if "state" not in active.columns:
        return []
    said = active.filter(pl.col("state").is_in(["charge", "discharge"]))
    if said.is_empty():
        return []
    way = pl.when(pl.col("state") == "charge").then(1.0).otherwise(-1.0)
    score = said.select((way * pl.col("current").sign()).mean()).item()
    return [Evidence("states of the cycler", score, said.height)]


def _counters(active: polars.DataFrame) -> list[Evidence]:
    """Which of the two counters grows under which sign."""
    growth = _growth(active)
    if growth is None:
        return []
    total = number((growth["charged"] + growth["discharged"]).sum())
    net = growth["current"].sign() * (growth["charged"] - growth["discharged"])
    score = number(net.sum()) / total if total else 0.0
    return [Evidence("counters of capacity", score, growth.height)] if total else []


def _with_growth(rows: polars.DataFrame) -> polars.DataFrame:
    """Add how the separate counters grow since the row before, unless the current turns there.

    `inside` is where the same current flowed in the row before: elsewhere a counter may still show
    what came before.
    """
    import polars as pl

    if any(name not in rows.columns for name in _SEPARATE):
        return rows
    sign = pl.col("current").sign()
    same = sign * sign.shift(1)
    steady = (pl.col("current") - pl.col("current").shift(1)).abs() < 0.5 * pl.col("current").abs()
    return rows.with_columns(
        *(
            pl.when(same >= 0).then(pl.col(name).abs().diff().clip(lower_bound=0)).alias(growth)
            for name, growth in zip(_SEPARATE, ("charged", "discharged"), strict=True)
        ),
        ((same > 0) & steady).fill_null(False).alias("inside"),
    )


def _growth(active: polars.DataFrame, inside: bool = False) -> polars.DataFrame | None:
    """Return how the separate counters grow, inside of a current or else where one begins."""
    if "charged" not in active.columns:
        return None
    grown = active.select("current", "charged", "discharged", "inside").drop_nulls()
    within = grown.filter("inside")
    moved = number((within["charged"] + within["discharged"]).sum())
    return within if inside or moved else grown


def _unsigned(
    frame: polars.DataFrame, active: polars.DataFrame, log: Log
) -> polars.DataFrame | None:
    """Give a current of one sign that flows both ways its sign: from states, or from counters."""
    import polars as pl

    size = pl.col("current").abs()
    if "state" in frame.columns:
        states = set(active["state"].drop_nulls().to_list())
        if {"charge", "discharge"} <= states:
            log.add("sign_from_states", "the current has no sign; it is taken from the states")
            signed = pl.when(pl.col("state") == "charge").then(-size).otherwise(size)
            unknown = active.filter(
                pl.col("state").is_in(["charge", "discharge"]).not_().fill_null(True)
            )
            if unknown.height > 0.01 * active.height:
                raise refusal(
                    log,
                    "sign_unknown",
                    f"the current has no sign, and {unknown.height} rows with a current have no"
                    " state that says charge or discharge. Add the sign to the current",
                )
            return frame.with_columns(signed.alias("current"))
    grown = _growth(active, inside=True)
    if grown is None:
        return None
    charged, discharged = (number(grown[name].sum()) for name in ("charged", "discharged"))
    if min(charged, discharged) <= 0.02 * max(charged, discharged):
        return None
    log.add("sign_from_counters", "the current has no sign; it is taken from the counters")
    way = _way_of_counters()
    return frame.with_columns(pl.when(way > 0).then(-size).otherwise(size).alias("current"))


def _way_of_counters() -> polars.Expr:
    import polars as pl

    way = (
        pl.col("charge_capacity").diff().clip(lower_bound=0)
        - pl.col("discharge_capacity").abs().diff().clip(lower_bound=0)
    ).sign()
    known = pl.when(way != 0).then(way)
    return pl.coalesce(known, known.shift(-1), known.forward_fill(), known.backward_fill())


def _rests_only(active: polars.DataFrame) -> bool:
    """Return whether all rows with a current are of a rest: then the current is noise."""
    return bool(active["state"].is_in(["rest", "impedance"]).fill_null(False).all())


def _voltage(frame: polars.DataFrame, active: polars.DataFrame, signed: bool) -> list[Evidence]:
    """Compare with the voltage: a charging current raises it, at its steps and while it flows."""
    import polars as pl

    if "voltage" not in frame.columns:
        return []
    largest = number(active["current"].abs().max())
    rows = frame if "frequency" not in frame.columns else frame.filter(~pl.col("spectrum"))
    change = rows.select(
        pl.col("current").diff().alias("step"), pl.col("voltage").diff().alias("rise")
    ).drop_nulls()
    jumps = change.filter((pl.col("step").abs() > _JUMP * largest) & (pl.col("rise") != 0))
    found = []
    if signed and jumps.height >= 2:
        work = jumps["step"] * jumps["rise"]
        weight = 1.0 if jumps.height >= _JUMPS else _WEAK
        kind = "voltage at changes of the current"
        found.append(Evidence(kind, weight * _share(work), jumps.height))
    near = active.select(
        pl.col("current").sign().alias("sign"),
        pl.col("voltage").diff().alias("rise"),
        ((pl.col("row").diff() == 1) & (pl.col("current").sign().diff() == 0)).alias("near"),
    ).filter("near")
    work = (near["sign"] * near["rise"]).drop_nulls()
    if len(work) >= _ROWS and work.abs().sum() > 0:
        found.append(Evidence("voltage while the current flows", _share(work), len(work)))
    return found


def _share(work: polars.Series) -> float:
    total = number(work.abs().sum())
    return number(work.sum()) / total if total else 0.0


def _decide(evidence: list[Evidence], signed: bool, active: polars.DataFrame, log: Log) -> bool:
    """Return whether + is charge.

    Raises
    ------
    MeasurementValidationError
        If that cannot be decided.
    """
    said = "; ".join(map(str, evidence)) or "the file has neither states nor separate counters"
    firm = [each for each in evidence if each.is_clear]
    negative = bool((active["current"] < 0).any())
    words = [each for each in firm if not each.kind.startswith("voltage")]
    if not words and not signed and not negative:
        flowing = [each for each in firm if each.kind == "voltage while the current flows"]
        if not flowing or flowing[0].score < 0:
            raise refusal(
                log,
                "sign_unknown",
                f"the current is never negative, and nothing says whether it charges or discharges"
                f" ({said}). {_ASK}; if the current has no sign, add it or a column of states",
            )
    if {each.score > 0 for each in firm} == {True, False}:
        raise refusal(
            log, "sign_contradictory", f"the sign of the current is contradictory: {said}. {_ASK}"
        )
    strong = firm or [each for each in evidence if abs(each.score) >= _WEAK]
    if not firm and (len({each.score > 0 for each in strong}) != 1 or len(strong) < 2):
        raise refusal(log, "sign_weak", f"the evidence for the sign is weak: {said}. {_ASK}")
    positive = strong[0].score > 0
    done = "the sign is changed" if positive else "it is kept"
    log.add("sign_flipped" if positive else "sign_kept", f"{said}; {done}, so that + = discharge")
    return positive
