"""The C-rate at which each cycle was discharged, and what capacity it gave."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ionworks.analysis.numeric import numbers, size, two_digits
from ionworks.errors import PayloadError
from ionworks.quantity import QuantityError, read_quantity

if TYPE_CHECKING:
    import polars

    from ionworks.frames.convert import AnyTable
    from ionworks.quantity.value import QuantityLike

_NOMINAL = [
    *(1 / n for n in (100, 50, 40, 30, 25, 20, 15, 12, 10, 8, 6, 5, 4, 3, 2)),
    *(1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 30.0, 50.0),
]
_NEAR = 0.05


def rate_capability(
    cycles: AnyTable, rated_capacity: float | str | QuantityLike
) -> polars.DataFrame:
    """Return the capacity of each cycle's discharge with the C-rate at which it was measured.

    The C-rate is the mean discharge current divided by the rated capacity. It is rounded to a
    nominal rate within 5 %: C/100 to C/2 in usual steps, 1C to 50C. Any other rate is written with
    two digits, such as 0.7C.

    Parameters
    ----------
    cycles : AnyTable
        A cycle table, such as `client.cell_measurement.cycles` returns: `Cycle count`,
        `Mean discharge current [A]` and `Discharge capacity [A.h]`. Cycles without a discharge
        are left out.
    rated_capacity : float, str or Quantity
        A number in A.h, a text such as "5 A*h", or a quantity.

    Returns
    -------
    polars.DataFrame
        `Cycle count`, `C-rate` (as measured), `Nominal C-rate`, `Rate` (its text),
        `Discharge capacity [A.h]`, and `Retention` relative to the mean of the cycles at the
        slowest nominal rate (a ratio, not percent).

    Raises
    ------
    PayloadError
        If it is not a table, has no discharge, or a column is missing or not numeric; or if the
        rated capacity is not a capacity above 0.

    Examples
    --------
    >>> table = {
    ...     "Cycle count": [0, 1],
    ...     "Mean discharge current [A]": [0.25, 5.02],
    ...     "Discharge capacity [A.h]": [5.0, 4.5],
    ... }
    >>> rate_capability(table, "5 A*h").select("Rate", "Retention").rows()
    [('C/20', 1.0), ('1C', 0.9)]
    """
    import polars as pl

    rated = _rated(rated_capacity)
    columns = ("Cycle count", "Mean discharge current [A]", "Discharge capacity [A.h]")
    table = numbers(cycles, columns, table="cycles").drop_nulls().cast({"Cycle count": pl.Int64})
    table = table.filter((pl.col(columns[1]) > 0) & (pl.col(columns[2]) > 0))
    if table.is_empty():
        raise PayloadError("cycles", "DataFrame", "no cycle has a discharge", "give one with some")
    rate = table.get_column(columns[1]) / rated
    nominal = pl.Series([_nominal(each) for each in rate], dtype=pl.Float64)
    capacity = pl.col("Discharge capacity [A.h]")
    slowest = capacity.filter(pl.col("Nominal C-rate") == pl.col("Nominal C-rate").min()).mean()
    return table.select(
        "Cycle count",
        rate.alias("C-rate"),
        nominal.alias("Nominal C-rate"),
        pl.Series("Rate", [_rate_text(each) for each in nominal]),
        "Discharge capacity [A.h]",
    ).with_columns((capacity / slowest).alias("Retention"))


def _rated(given: float | str | QuantityLike) -> float:
    if isinstance(given, int | float):
        return size("rated_capacity", given)
    try:
        return size("rated_capacity", read_quantity(given).to("A*h").value)
    except QuantityError as error:
        raise PayloadError("rated_capacity", given, str(error)) from None


def _nominal(rate: float) -> float:
    nearest = min(_NOMINAL, key=lambda nominal: abs(math.log(rate) - math.log(nominal)))
    return nearest if abs(rate / nearest - 1) <= _NEAR else two_digits(rate)


def _rate_text(nominal: float) -> str:
    part = 1 / nominal
    return (
        f"C/{part:.0f}" if 1.5 < part < 1e6 and abs(part - round(part)) < 1e-9 else f"{nominal:g}C"
    )
