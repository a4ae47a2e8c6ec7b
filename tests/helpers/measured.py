"""Real cells that were measured by others; they lie beside the project, or the test is skipped."""

from pathlib import Path

import polars as pl
import pytest

from ionworks import read_cycler

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"


def measured(name: str) -> pl.DataFrame:
    """Return a measured series in the service's columns."""
    if not (DATA / name).is_file():
        pytest.skip(f"the measured data file {name} is not beside the project")
    return read_cycler(DATA / name).frame
