"""Compares the quantities of two records, within a tolerance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, overload

from attrs import frozen

from ionworks._html import html_table
from ionworks.errors import PayloadError
from ionworks.frames.convert import Backend, check_backend, from_polars
from ionworks.quantity import Quantity, QuantityError, pint_spelling, read_quantity
from ionworks.quantity.units import is_offset
from ionworks.records.flatten import quantities_by_path
from ionworks.records.record import FreeForm, Record

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from ionworks.frames.convert import DataFrame
    from ionworks.quantity.value import QuantityLike

ComparisonOutcome = Literal[
    "same", "differs", "only in the first", "only in the second", "other dimension"
]
_SAME: Final = "same"


@frozen
class QuantityPair:
    """One quantity of two records.

    Attributes
    ----------
    path : str
        Dotted path in both records, such as ``cell.initial_capacity``.
    first, second : Quantity or None
        The quantity in each record; None if the record has none at this path.
    outcome : str
        "same", "differs", "only in the first", "only in the second" or "other dimension".
    deviation : float or None
        ``second / first - 1``; None where this ratio is not defined, such as for temperatures
        in degC.
    """

    path: str
    first: Quantity | None
    second: Quantity | None
    outcome: ComparisonOutcome
    deviation: float | None = None

    def __str__(self) -> str:
        more = "" if self.deviation is None else f" ({self.deviation:+.2%})"
        return f"{self.path}: {self.first} and {self.second}: {self.outcome}{more}"


class QuantityComparison(list[QuantityPair]):
    """The compared quantities of two records, as a list of `QuantityPair`."""

    @property
    def differing(self) -> list[QuantityPair]:
        """The pairs whose outcome is not "same"."""
        return [pair for pair in self if pair.outcome != _SAME]

    @property
    def same(self) -> bool:
        """Whether the outcome of every pair is "same"."""
        return not self.differing

    @overload
    def to_frame(self, *, as_: Literal["polars"] = ...) -> polars.DataFrame: ...
    @overload
    def to_frame(self, *, as_: Literal["pandas"]) -> pandas.DataFrame: ...
    @overload
    def to_frame(self, *, as_: Literal["arrow"]) -> pyarrow.Table: ...
    @overload
    def to_frame(self, *, as_: Backend) -> DataFrame: ...
    def to_frame(self, *, as_: Backend = "polars") -> DataFrame:
        """Return a table with a row for each pair, and separate columns for values and units.

        Examples
        --------
        >>> one = {"cell": {"mass": {"value": 68.0, "unit": "g"}}}
        >>> compare_quantities(one, {"cell": {}}).to_frame().row(0)
        ('cell.mass', 68.0, 'g', None, None, 'only in the first', None)
        """
        import polars as pl

        rows = [
            (
                pair.path,
                *((None, None) if each is None else (float(each.value), each.unit)),
                *((None, None) if other is None else (float(other.value), other.unit)),
                pair.outcome,
                pair.deviation,
            )
            for pair in self
            for each, other in [(pair.first, pair.second)]
        ]
        schema = {
            "path": pl.String,
            "first value": pl.Float64,
            "first unit": pl.String,
            "second value": pl.Float64,
            "second unit": pl.String,
            "outcome": pl.String,
            "deviation": pl.Float64,
        }
        return from_polars(pl.DataFrame(rows, schema=schema, orient="row"), check_backend(as_))

    def __str__(self) -> str:
        return "\n".join(map(str, self)) or "no quantities"

    def _repr_html_(self) -> str:
        rows = [
            (
                pair.path,
                pair.first,
                pair.second,
                pair.outcome,
                "" if pair.deviation is None else f"{pair.deviation:+.2%}",
            )
            for pair in self
        ]
        head = ("quantity", "first", "second", "outcome", "deviation")
        title = f"{len(self.differing)} of {len(self)} quantities differ"
        return html_table(head, rows, title)


def compare_quantities(
    first: Record | FreeForm | Mapping[str, Any],
    second: Record | FreeForm | Mapping[str, Any],
    *,
    rel_tol: float = 1e-9,
    within: Mapping[str, QuantityLike | str] | None = None,
) -> QuantityComparison:
    """Compare the quantities of two records, after conversion to the same unit.

    Parameters
    ----------
    first, second
        Records, parts of records, or nested dictionaries in the form of the API's JSON.
    rel_tol : float
        Tolerance relative to the larger of the two values.
    within : dict of str to quantity, optional
        Absolute tolerances, by dotted path or by the last name in it:
        ``{"initial_capacity": "50 mA*h"}``. They replace `rel_tol` for these quantities.

    Returns
    -------
    QuantityComparison
        A pair for each path that has a quantity in at least one of the records.

    Raises
    ------
    PayloadError
        If a tolerance is negative, is not a quantity, matches no path, or has another dimension
        than the quantity it applies to.

    Examples
    --------
    >>> one = {"cell": {"capacity": {"value": 4.94, "unit": "A*h"}}}
    >>> other = {"cell": {"capacity": {"value": 4920, "unit": "mAh"}}}
    >>> compare_quantities(one, other).differing[0].outcome
    'differs'
    >>> compare_quantities(one, other, within={"capacity": "50 mA*h"}).same
    True
    """
    if not rel_tol >= 0:
        raise PayloadError("rel_tol", rel_tol, "must be 0 or more")
    allowed = {name: _tolerance(name, given) for name, given in (within or {}).items()}
    here, there = quantities_by_path(first), quantities_by_path(second)
    unused = set(allowed) - set(_names([*here, *there]))
    if unused:
        name = min(unused)
        reason = "neither record has a quantity of this name"
        raise PayloadError(f"within.{name}", allowed[name], reason)
    return QuantityComparison(
        _pair(path, here.get(path), there.get(path), rel_tol, allowed)
        for path in dict.fromkeys([*here, *there])
    )


def _names(paths: list[str]) -> Iterator[str]:
    for path in paths:
        yield path
        yield path.rpartition(".")[2]


def _tolerance(name: str, given: QuantityLike | str) -> Quantity:
    try:
        tolerance = read_quantity(given)
    except QuantityError as error:
        raise PayloadError(f"within.{name}", given, str(error)) from None
    if not tolerance.value >= 0:
        raise PayloadError(f"within.{name}", given, "must be 0 or more")
    if is_offset(tolerance.unit):  # a tolerance is always a difference
        return Quantity(tolerance.value, f"delta_{pint_spelling(tolerance.unit)}")
    return tolerance


def _pair(
    path: str,
    first: Quantity | None,
    second: Quantity | None,
    rel_tol: float,
    allowed: Mapping[str, Quantity],
) -> QuantityPair:
    if second is None:
        return QuantityPair(path, first, second, "only in the first")
    if first is None:
        return QuantityPair(path, first, second, "only in the second")
    try:
        ratio = _ratio(first, second)
        name = path if path in allowed else path.rpartition(".")[2]
        limit = allowed.get(name)
        if limit is None:
            close = first == second or first.isclose(second, rel_tol=rel_tol)
        else:
            close = _is_close(path, first, second, limit)
    except QuantityError:
        same = first == second  # unknown unit or other dimension: compare the spelling
        return QuantityPair(path, first, second, "same" if same else "other dimension")
    return QuantityPair(path, first, second, "same" if close else "differs", ratio)


def _is_close(path: str, first: Quantity, second: Quantity, limit: Quantity) -> bool:
    try:
        return abs(first - second.to(first.unit)) <= limit
    except QuantityError as error:
        reason = f"does not fit the quantity, which is in {first.unit}: {error}"
    raise PayloadError(f"within.{path}", limit, reason)


def _ratio(first: Quantity, second: Quantity) -> float | None:
    """Return ``second / first - 1``, or None where it is not defined."""
    value = second.to(first.unit).value
    if first.value == 0 or not math.isfinite(first.value) or is_offset(first.unit):
        return None
    return float(value / first.value - 1)
