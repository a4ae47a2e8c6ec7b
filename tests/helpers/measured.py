"""Real cells that were measured by others; they lie beside the project, or the test is skipped."""

import runpy
from pathlib import Path

import polars as pl
import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"


def measured(name: str) -> pl.DataFrame:
    """Return a measured series in the service's columns, read by the example's adapters."""
    if not (DATA / name).is_file():
        pytest.skip(f"the measured data file {name} is not beside the project")
    return runpy.run_path(str(ROOT / "examples" / "adapters.py"))["read_cell_data"](DATA / name)
