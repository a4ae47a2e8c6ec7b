"""What a validation is given besides the series, checked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias, cast

from attrs import frozen

from ionworks._suggest import suggest
from ionworks.errors import PayloadError
from ionworks.quantity import Quantity
from ionworks.validators.codes import CHECKS, CODES
from ionworks.validators.report import Severity

DataType = Literal["ocp", "eis"]
Moment: TypeAlias = datetime | str
#: A capacity in A.h, or with its unit: a quantity, or text such as "5 A*h".
Capacity: TypeAlias = float | Quantity | str
#: The lowest and the highest voltage in V, or with their units.
Window: TypeAlias = Sequence[float | Quantity | str]
_DATA_TYPES: Final = ("ocp", "eis")


@frozen
class Options:
    """The arguments of `ionworks.validators.find_issues`, checked.

    `skipped` holds the codes that are not reported.
    """

    data_type: DataType | None = None
    continued: bool = False
    strict: bool = False
    skipped: frozenset[str] = frozenset()
    rated_capacity: float | None = None
    voltage_window: tuple[float, float] | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    max_rows: int | None = None

    @classmethod
    def of(
        cls,
        data_type: str | None = None,
        *,
        continued: bool = False,
        strict: bool = False,
        skip_checks: Iterable[str] | None = None,
        rated_capacity: Capacity | None = None,
        voltage_window: Window | None = None,
        start_time: Moment | None = None,
        end_time: Moment | None = None,
        max_rows: int | None = None,
    ) -> Options:
        """Check the arguments.

        Raises
        ------
        PayloadError
            If one of them is not allowed.
        """
        if data_type is not None and data_type not in _DATA_TYPES:
            raise PayloadError("data_type", data_type, "give 'ocp' or 'eis', or leave it out")
        return cls(
            data_type=cast("DataType | None", data_type),
            continued=bool(continued),
            strict=bool(strict),
            skipped=_skipped(skip_checks),
            rated_capacity=_capacity(rated_capacity),
            voltage_window=_window(voltage_window),
            start_time=_moment("start_time", start_time),
            end_time=_moment("end_time", end_time),
            max_rows=_rows(max_rows),
        )

    def severity(self, code: str) -> Severity | None:
        """Return the severity of a code; None if it is not reported."""
        if code in self.skipped:
            return None
        return CODES[code].strict if self.strict else CODES[code].default


def _skipped(names: object) -> frozenset[str]:
    if names is None:
        return frozenset()
    given = [names] if isinstance(names, str) else names
    if not isinstance(given, Iterable):
        raise PayloadError("skip_checks", names, "give names of checks, such as ('time_gaps',)")
    skipped: set[str] = set()
    for name in given:
        codes = {name} if name in CODES else CHECKS.get(name) if isinstance(name, str) else None
        if codes is None:
            nearest = suggest(str(name), [*CHECKS, *CODES])
            known = f"Give the code of a finding, or one of {', '.join(CHECKS)}"
            fix = f"Did you mean {nearest!r}?" if nearest else known
            raise PayloadError("skip_checks", name, "is neither a check nor a code", fix)
        if all(CODES[each].required for each in codes):
            raise PayloadError("skip_checks", name, "cannot be skipped: the service needs this")
        skipped |= {each for each in codes if not CODES[each].required}
    return frozenset(skipped)


def _number(value: object) -> float | None:
    """Return a finite number of any library; None if it is anything else."""
    if isinstance(value, bool | str | bytes):
        return None
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _in(unit: str, value: object) -> float | None:
    """Return a number, or a quantity or its text in another unit; None if it is neither."""
    if isinstance(value, str | Mapping):
        try:
            quantity = Quantity(value) if isinstance(value, str) else Quantity.from_dict(value)
            return _number(quantity.to(unit).value)
        except (TypeError, ValueError):
            return None
    return _number(value)


def _capacity(value: object) -> float | None:
    if value is None:
        return None
    number = _in("A*h", value)
    if number is None or number <= 0:
        raise PayloadError(
            "rated_capacity",
            value,
            "must be a number of A.h above 0, or a quantity such as '5 A*h'",
        )
    return number


def _window(value: Any) -> tuple[float, float] | None:
    if value is None:
        return None
    try:
        low, high = (_in("V", each) for each in value)
    except (TypeError, ValueError):
        low = high = None
    if low is None or high is None or low >= high:
        reason = "must be the lowest and the highest voltage in V, such as (2.5, 4.2)"
        raise PayloadError("voltage_window", value, reason)
    return low, high


def _moment(field: str, value: object) -> datetime | None:
    """Return a date with a time zone; without one it is taken as UTC."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        if isinstance(moment, datetime):
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        pass
    raise PayloadError(field, value, "must be a date and time, such as 2026-03-15T09:30:00Z")


def _rows(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise PayloadError("max_rows", value, "must be a whole number of 1 or more")
    return value
