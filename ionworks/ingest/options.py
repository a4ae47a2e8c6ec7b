"""What the caller says of the data, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, Literal

from attrs import frozen

from ionworks.errors import PayloadError
from ionworks.ingest.repairs import check_repairs
from ionworks.ingest.sign import CHOICES

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

CurrentSign = Literal["auto", "charge_positive", "discharge_positive"]
DateOrder = Literal["auto", "month first", "day first"]
_TYPES: Final = (None, "ocp", "eis")


@frozen
class Options:
    """What the caller says of the data, checked."""

    current: str = "auto"
    zone: ZoneInfo | None = None
    repairs: tuple[str, ...] = ()
    data_type: str | None = None
    units: Mapping[str, str] = {}
    month_first: bool | None = None
    keep: tuple[str, ...] = ()


def check_options(
    current: str,
    timezone: str | None,
    repair: str | Iterable[str],
    data_type: str | None,
    units: Mapping[str, str] | None,
    dates: str,
    keep: Iterable[str],
) -> Options:
    """Return the options of the caller.

    Raises
    ------
    PayloadError
        If one is not valid.
    """
    if current not in CHOICES:
        raise PayloadError("current", current, f"is not one of {', '.join(map(repr, CHOICES))}")
    if data_type not in _TYPES:
        raise PayloadError("data_type", data_type, "give 'ocp' or 'eis', or leave it out")
    first = {"auto": None, "month first": True, "day first": False}
    if dates not in first:
        raise PayloadError("dates", dates, f"is not one of {', '.join(map(repr, first))}")
    named = {} if units is None else units
    if not isinstance(named, Mapping):
        raise PayloadError("units", units, "is not a dictionary", "Give {'<column>': '<unit>'}")
    return Options(
        *(current, _zone(timezone), check_repairs(_texts("repair", repair)), data_type),
        units=dict(named),
        month_first=first[dates],
        keep=_texts("keep", keep),
    )


def _texts(field: str, given: str | Iterable[str]) -> tuple[str, ...]:
    """Return one text, or several, as a tuple."""
    if isinstance(given, str):
        return (given,)
    if isinstance(given, Mapping | bytes) or not isinstance(given, Iterable):
        raise PayloadError(field, given, "is not a text or a list of texts", "Give their names")
    return tuple(given)


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (OSError, TypeError, ValueError, KeyError):
        reason = "is not a known time zone"
        fix = "Give a name such as 'Europe/Berlin'"
        raise PayloadError("timezone", name, reason, fix) from None
