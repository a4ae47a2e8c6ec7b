"""What the examples of the documentation find: a sandbox with a little data, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ionworks.sandbox import Sandbox, SyntheticCell


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox that `Ionworks()` finds by itself; no setting of this machine comes through."""
    for name in ("API_TOKEN", "PROJECT_ID", "ORGANIZATION_ID", "PROFILE", "CONFIG_FILE"):
        monkeypatch.delenv(f"IONWORKS_{name}", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with Sandbox(deterministic=True) as box:
        for name, value in box.environment().items():
            monkeypatch.setenv(name, value)
        yield box


@pytest.fixture
def names(box: Sandbox) -> Iterator[dict[str, object]]:
    """The names that docstrings use without making them: a client, and one record of each noun."""
    series = SyntheticCell(seed=7).cycling(cycles=1)
    with box.client() as client:
        project = client.project.create({"name": "Ageing study"})
        spec = client.cell_spec.create(
            {
                "name": "LG M50",
                "project_id": project.id,
                "form_factor": "21700",
                "ratings": {"capacity": "5 A*h", "voltage_min": "2.5 V", "voltage_max": "4.2 V"},
            }
        )
        cell = client.cell_instance.create(spec.id, {"name": "M50-007"})
        measurement = client.cell_measurement.create(
            cell.id, {"measurement": {"name": "RPT 0"}, "time_series": series}
        )
    with box.client(project_id=project.id) as client:
        yield {
            "client": client,
            "project_id": project.id,
            "spec_id": spec.id,
            "cell_id": cell.id,
            "measurement_id": measurement.id,
            "time_series": series,
        }
