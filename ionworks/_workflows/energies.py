"""Energies that the service writes as 0 because it does not know them."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars

_SMALL: Final = 1e-4  # of the largest capacity of a column: its energy may be rounded to 0
_RATIOS: Final = ("Energy efficiency", "Energy retention", "Energy fade")


class MissingEnergyWarning(UserWarning):
    """A step or cycle table has no energies, because the series was uploaded without them."""


def null_unknown_energies(table: polars.DataFrame) -> polars.DataFrame:
    """Replace energies of 0 by null where the capacity is not 0.

    The service documents an energy of 0 for a series without energy columns. Ratios of such
    energies become null, too.
    """
    import polars as pl

    found = table.select(_unknown(*pair) for pair in _pairs(table).items())
    unknown = {where.name: where for where in found if where.any()}
    if not unknown:
        return table
    some = pl.DataFrame(list(unknown.values())).select(pl.any_horizontal(pl.all())).to_series()
    ratios = [name for name in _RATIOS if name in table.columns]
    nulls: dict[str, polars.Series] = {**dict.fromkeys(ratios, some), **unknown}
    return table.with_columns(
        pl.when(pl.lit(where)).then(None).otherwise(pl.col(name)).alias(name)
        for name, where in nulls.items()
    )


def warn_of_unknown_energies(tables: Iterable[polars.DataFrame | None]) -> None:
    """Warn once if one of the step and cycle tables lacks an energy but has a capacity."""
    if not any(_lacks_energies(table) for table in tables if table is not None):
        return
    text = (
        "The service has no energies of a series that was uploaded without energy columns. They are"
        " null here. ionworks.analysis.cycles(series) and ionworks.analysis.steps(series) compute"
        " them"
    )
    warnings.warn(text, MissingEnergyWarning, stacklevel=levels_to_the_user())


def _pairs(table: polars.DataFrame) -> dict[str, str]:
    """Return the energy columns of a table, each with its column of capacity."""
    names = [name for name in table.columns if name.endswith("[W.h]")]
    pairs = {
        name: name.replace("energy [W.h]", "capacity [A.h]").replace(
            "Energy throughput [W.h]", "Capacity throughput [A.h]"
        )
        for name in names
    }
    return {
        name: other for name, other in pairs.items() if other != name and other in table.columns
    }


def _unknown(energy: str, capacity: str) -> polars.Expr:
    import polars as pl

    passed = pl.col(capacity).abs()
    is_unknown = (pl.col(energy) == 0) & (passed > _SMALL * passed.max())
    return is_unknown.fill_null(False).alias(energy)


def _lacks_energies(table: polars.DataFrame) -> bool:
    import polars as pl

    lacks = table.select(
        (pl.col(energy).is_null() & (pl.col(capacity) != 0)).any().alias(energy)
        for energy, capacity in _pairs(table).items()
    )
    return any(lacks.row(0)) if lacks.width else False


def levels_to_the_user() -> int:
    """Return how many frames the first one outside of this package is away."""
    level, frame = 0, sys._getframe(1)
    while frame.f_globals.get("__name__", "").partition(".")[0] == "ionworks":
        if frame.f_back is None:
            break
        level, frame = level + 1, frame.f_back
    return level + 1
