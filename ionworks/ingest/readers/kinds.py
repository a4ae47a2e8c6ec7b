"""Distinguishes impedance spectra from cycling data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ionworks.ingest.readers.vocabulary import quantity_of

if TYPE_CHECKING:
    import polars


def kind_of(frame: polars.DataFrame) -> str:
    """Return "eis" if most rows are of impedance at a frequency, otherwise "cycling"."""
    numeric = [name for name, dtype in frame.schema.items() if dtype.is_numeric()]
    quantities = {name: quantity_of(name) for name in numeric}
    frequencies = [name for name, quantity in quantities.items() if quantity == "frequency"]
    if not frequencies or "impedance" not in quantities.values():
        return "cycling"
    share = (frame[frequencies[0]].fill_null(0) > 0).mean()
    return "eis" if isinstance(share, float) and share > 0.5 else "cycling"
