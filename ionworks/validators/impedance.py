"""Impedance spectra: the sign of the imaginary part, and the size of the real part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ionworks.validators.columns import FREQUENCY, IMAGINARY, REAL
from ionworks.validators.options import Options
from ionworks.validators.report import ValidationIssue
from ionworks.validators.series_scan import Scan

if TYPE_CHECKING:
    import polars

_REVERSED: Final = 0.75
_FEWEST: Final = 3
_TYPICAL: Final = 0.05  # Ohm A.h
_FACTOR: Final = 100.0


def check_impedance(scan: Scan, options: Options) -> Iterator[ValidationIssue]:
    """Find a reversed imaginary part, and a real part of another magnitude than the cell's."""
    spectra = scan.spectra
    if spectra is None or spectra.is_empty():
        return
    if FREQUENCY in spectra.columns:
        yield from _check_sign(spectra)
    if options.rated_capacity is not None:
        yield from _check_size(spectra, options.rated_capacity)


def _check_sign(spectra: polars.DataFrame) -> Iterator[ValidationIssue]:
    """At frequencies above that of the smallest real part, a positive sign is that of a cable."""
    import polars as pl

    lowest = spectra[REAL].arg_min() or 0
    band = spectra.filter(pl.col(FREQUENCY) <= spectra[FREQUENCY][lowest])
    if band.height < _FEWEST:
        band = spectra
    imaginary = band[IMAGINARY]
    total = float(imaginary.abs().sum())
    if band.height < _FEWEST or not total > 0:
        return
    share = float(imaginary.clip(lower_bound=0.0).sum()) / total
    if share >= _REVERSED:
        yield ValidationIssue(
            "eis_zim_sign_reversed",
            f"{100 * share:.0f} % of the imaginary impedance is positive; a capacitive response is"
            f" negative: change the sign of {IMAGINARY!r}",
            payload={"share": round(share, 4)},
            count=band.height,
            values=tuple(float(each) for each in imaginary[:1]),
        )


def _check_size(spectra: polars.DataFrame, rated: float) -> Iterator[ValidationIssue]:
    import polars as pl

    resistance = spectra.filter(pl.col(REAL) > 0)[REAL].min()
    if resistance is None:
        return
    size, expected = float(resistance), _TYPICAL / rated  # type: ignore[arg-type]
    if expected / _FACTOR <= size <= expected * _FACTOR:
        return
    yield ValidationIssue(
        "eis_impedance_magnitude_implausible",
        f"the smallest {REAL!r} is {size:.3g} Ohm; for {rated:g} A.h about {expected:.3g} Ohm is"
        " usual: is the impedance in mOhm, or rated_capacity in mA.h?",
        payload={"smallest": size, "expected": expected},
        values=(size,),
    )
