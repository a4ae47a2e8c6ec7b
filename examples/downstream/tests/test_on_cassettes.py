"""Tests with cassettes of their own requests, which fail if the requests change."""

from pathlib import Path
from typing import Any

import pytest
from capacity_fade import capacity_fade, end_of_life, write_table

from ionworks import Ionworks


@pytest.mark.ionworks_cassette
def test_retention_falls(ionworks_client: Ionworks, ionworks_seeded: dict[str, Any]) -> None:
    table = capacity_fade(
        ionworks_client, ionworks_seeded["specification"], ionworks_seeded["cell"]
    )
    assert table.height == ionworks_seeded["cycles"]
    assert table["Retention"].is_between(0.9, 1).all()
    assert table["Retention"][-1] < 1
    assert end_of_life(table) is None


@pytest.mark.ionworks_cassette(workers=32)
def test_the_table_is_written(ionworks_client: Ionworks, tmp_path: Path) -> None:
    table = write_table(ionworks_client, "LG M50", "M50-007", tmp_path / "table.csv")
    written = (tmp_path / "table.csv").read_text().splitlines()
    assert written[0] == "Measurement,Cycle,Discharge capacity [A.h],Retention"
    assert len(written) == table.height + 1
