"""Times in cycler files: numbers, clock texts beyond 24 h, dates in many formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import frozen

from ionworks.ingest.spellings import DATE_FORMATS
from ionworks.ingest.units import convert_column

if TYPE_CHECKING:
    import polars

_CLOCK: Final = (
    r"^\s*(?:(\d+)\s*(?:d(?:ays?)?\s*,?|[-.\s])\s*)?(\d+):(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)\s*$"
)
_MOST: Final = 0.99  # of the texts that a format must read
_EPOCHS: Final = (  # smallest, largest, unit or first day
    (1e8, 1e10, "s"),
    (1e11, 1e13, "ms"),
    (1e14, 1e16, "us"),
    (1e17, 1e19, "ns"),
)
_EXCEL: Final = (20_000.0, 80_000.0, 25_569.0)  # days; the last is 1970-01-01
_MATLAB: Final = (700_000.0, 800_000.0, 719_529.0)


@frozen
class Dates:
    """Dates and times as naive microseconds, and what is known of their zone and format."""

    values: polars.Series
    is_utc: bool = False
    month_first: bool | None = None
    is_ambiguous: bool = False  # day and month may be exchanged


def read_durations(values: polars.Series, unit: str | None) -> polars.Series | None:
    """Return durations in seconds, or None if the texts are neither numbers nor clock texts.

    A text may have days: `1d 02:03:04`, `1-02:03:04`; its hours may be 24 and more.
    """
    import polars as pl

    if values.dtype.is_numeric():
        return convert_column(values, unit or "s", "s")
    if isinstance(values.dtype, pl.Duration):
        return values.cast(pl.Duration("us")).dt.total_microseconds() / 1e6
    if isinstance(values.dtype, pl.Time):
        return values.cast(pl.Int64) / 1e9
    if values.dtype not in (pl.String, pl.Categorical):
        return None
    texts = values.cast(pl.String)
    numbers = (
        texts.str.strip_chars().str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    )
    if _reads(numbers, texts):
        return convert_column(numbers, unit or "s", "s")
    parts = pl.DataFrame(texts.alias("text")).select(
        pl.col("text").str.extract_groups(_CLOCK).alias("clock")
    )
    days, hours, minutes, seconds = (
        pl.col("clock").struct.field(str(k)).str.replace(",", ".", literal=True).cast(pl.Float64)
        for k in (1, 2, 3, 4)
    )
    # Whole seconds are added first: a fraction is rounded once.
    total = (days.fill_null(0) * 86400 + hours * 3600 + minutes * 60) + seconds
    clock = parts.select(total.alias(values.name)).to_series()
    return clock if _reads(clock, texts) else None


def read_dates(values: polars.Series, unit: str | None, month_first: bool | None) -> Dates | None:
    """Return dates, or None if the values are none.

    `month_first` decides between 03/04 and 04/03 where the texts do not.
    """
    import polars as pl

    if isinstance(values.dtype, pl.Datetime):
        known = values.dtype.time_zone is not None
        utc = values.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if known else values
        return Dates(utc.cast(pl.Datetime("us")), is_utc=known)
    if isinstance(values.dtype, pl.Date):
        return None
    if values.dtype.is_numeric():
        return _from_numbers(values.cast(pl.Float64), unit)
    if values.dtype not in (pl.String, pl.Categorical):
        return None
    texts = values.cast(pl.String)
    numbers = texts.str.strip_chars().cast(pl.Float64, strict=False)
    if _reads(numbers, texts):
        return _from_numbers(numbers, unit)
    return _from_texts(texts, month_first)


def _reads(read: polars.Series, texts: polars.Series) -> bool:
    """Return whether nearly all texts that are not empty are read; the last may be cut off."""
    there = texts.len() - texts.null_count()
    count = read.len() - read.null_count()
    return count > 0 and count >= min(_MOST * there, there - 1)


def _from_numbers(numbers: polars.Series, unit: str | None) -> Dates | None:
    import polars as pl

    typical = numbers.drop_nans().abs().median()
    if not isinstance(typical, float):
        return None
    for low, high, scale in _EPOCHS:
        if low <= typical <= high and unit in (None, scale):
            micro = {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}[scale]
            counted = (numbers * micro).round(0).cast(pl.Int64, strict=False)
            return Dates(counted.cast(pl.Datetime("us")), is_utc=True)
    for low, high, first in (_EXCEL, _MATLAB):
        if low <= typical <= high and unit in (None, "day", "d"):
            # Days have 12 digits at best: a whole millisecond is all that they say.
            counted = ((numbers - first) * 86_400e3).round(0).cast(pl.Int64, strict=False)
            return Dates((counted * 1000).cast(pl.Datetime("us")))
    return None


def _from_texts(texts: polars.Series, month_first: bool | None) -> Dates | None:
    clean = (
        texts.str.strip_chars()
        .str.replace_all(r"\s+", " ")
        .str.replace_all(r"(\d),(\d)", "$1.$2")
        .str.replace(r"(:\d\d:\d\d):(\d{1,6})$", "$1.$2")
    )
    zone = clean.str.contains(r"\d(?:Z|[+-]\d\d:?\d\d)$").fill_null(False).all()
    if zone:
        aware = clean.str.to_datetime(time_unit="us", time_zone="UTC", strict=False)
        return (
            Dates(aware.dt.replace_time_zone(None), is_utc=True) if _reads(aware, texts) else None
        )
    found: list[Dates] = []
    for pattern, first in DATE_FORMATS:
        if not any(each.month_first == first for each in found) and _may_read(clean, pattern):
            read = _read(clean, pattern)
            if _reads(read, texts):
                if first is None:
                    return Dates(read)
                found.append(Dates(read, month_first=first))
    return _choose(found, month_first)


def _may_read(texts: polars.Series, pattern: str) -> bool:
    """Try a format on a few texts first: reading all by each format would be slow."""
    return _reads(_read(few := texts.drop_nulls().head(3), pattern), few)


def _read(texts: polars.Series, pattern: str) -> polars.Series:
    return texts.str.to_datetime(pattern, time_unit="us", strict=False, exact=True)


def _choose(found: list[Dates], month_first: bool | None) -> Dates | None:
    """Choose between month first and day first: by the caller's word, or by the order of rows."""
    if not found:
        return None
    if month_first is not None:
        return next((each for each in found if each.month_first == month_first), found[0])
    if len(found) == 1:
        return found[0]
    spans = [_span(each.values) for each in found]
    if min(spans) * 5 < max(spans):  # exchanged, a few days become months, and run backwards
        return found[spans.index(min(spans))]
    first = found[0]
    return Dates(first.values, month_first=first.month_first, is_ambiguous=True)


def _span(values: polars.Series) -> float:
    """Return the way that a clock goes, forwards and backwards, in seconds."""
    return float(values.diff().abs().sum().total_seconds()) if values.len() > 1 else 0.0  # type: ignore[union-attr]
