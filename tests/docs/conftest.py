"""What the examples of the documentation find: a sandbox with a little data, and nothing else."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from ionworks import Ionworks
from ionworks.sandbox import Sandbox, Snapshot, SyntheticCell

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(8)  # as much of one as tells what it is
NOTES = b"scratched on the left"
EXPORT = b"time,voltage\n0,3.7\n"


@pytest.fixture(scope="session")
def server() -> Iterator[tuple[Sandbox, Snapshot]]:
    """A sandbox that all examples share, and its empty state."""
    with Sandbox(deterministic=True) as server:
        yield server, server.snapshot()


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Examples find no key, address or profile of this machine."""
    for name in [name for name in os.environ if name.startswith("IONWORKS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    # What a page sets for itself is taken back.
    for name in ("IONWORKS_API_KEY", "IONWORKS_API_URL"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.fixture
def box(
    monkeypatch: pytest.MonkeyPatch, no_settings: None, server: tuple[Sandbox, Snapshot]
) -> Sandbox:
    """An empty sandbox that `Ionworks()` finds by itself."""
    box, empty = server
    box.reset(empty)
    for name, value in box.environment().items():
        monkeypatch.setenv(name, value)
    return box


@pytest.fixture(autouse=True)
def figures(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Examples draw into no window, and leave no figure behind."""
    monkeypatch.setenv("MPLBACKEND", "Agg")
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(scope="session")
def series() -> pl.DataFrame:
    """Two cycles of five steps each."""
    return SyntheticCell(seed=7).cycling(cycles=2)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of the examples, with the file that they upload."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "notes.txt").write_bytes(NOTES)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="session")
def seeded(
    server: tuple[Sandbox, Snapshot], series: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Snapshot, dict[str, str]]:
    """The state that the examples of docstrings find, and the ids of its records by name."""
    box, empty = server
    box.reset(empty)
    with box.client() as client:
        project_id = client.project.create({"name": "Ageing study"}).id
    with box.client(project_id=project_id) as client:
        made = records(client, project_id, tmp_path_factory.mktemp("uploads"), series)
    job_id = box.add_job(status="processing", project_id=project_id)
    ids = {"project_id": project_id, "job_id": job_id, **made}
    return box.snapshot(), ids


@pytest.fixture
def names(
    seeded: tuple[Snapshot, dict[str, str]], box: Sandbox, folder: Path, series: pl.DataFrame
) -> Iterator[dict[str, object]]:
    """The names that docstrings use without making them: a client, and the ids of records."""
    state, ids = seeded
    box.reset(state)
    with box.client(project_id=ids["project_id"]) as client:
        yield {
            "client": client,
            "time_series": series.filter(pl.col("Step count") < 5),
            "next_rows": series.filter(pl.col("Step count") == 5),
            **ids,
            # The generated examples have the names of the contract's parameters.
            "cell_spec_id": ids["spec_id"],
            "cell_batch_id": ids["batch_id"],
            "cell_instance_id": ids["cell_id"],
        }


def records(
    client: Ionworks, project_id: str, uploads: Path, series: pl.DataFrame
) -> dict[str, str]:
    """One cell with its batch, a series and files, and raw data; their ids by name."""
    spec = client.cell_spec.create(
        {
            "name": "LG M50",
            "form_factor": "21700",
            "ratings": {"capacity": "5 A*h", "voltage_min": "2.5 V", "voltage_max": "4.2 V"},
            "cathode": {
                "material": {
                    "name": "NMC811",
                    "manufacturer": "Umicore",
                    "definition": {"formula": "LiNi0.8Mn0.1Co0.1O2"},
                }
            },
        }
    )
    batch = client.cell_batch.create(spec.id, {"name": "Lot 12"})
    cell = client.cell_instance.create(spec.id, {"name": "M50-007", "batch_id": batch.id})
    for name, content in (
        ("photo.png", PICTURE),
        ("notes.txt", NOTES),
        ("cycler.csv", EXPORT),
    ):
        (uploads / name).write_bytes(content)
    files = client.cell_measurement.create_file(
        cell.id, "Incoming inspection", [uploads / "photo.png", uploads / "notes.txt"]
    )
    measurement = client.cell_measurement.create(
        cell.id,
        {
            "measurement": {"name": "RPT 0", "tags": ["formation"]},
            "time_series": series.filter(pl.col("Step count") < 5),
        },
    )
    raw_data = client.raw_data.upload(project_id, uploads / "cycler.csv")
    return {
        "spec_id": spec.id,
        "component_id": spec.cathode_id,
        "material_id": spec.cathode.material_id,
        "batch_id": batch.id,
        "cell_id": cell.id,
        "file_measurement_id": files.id,
        "measurement_id": measurement.id,
        "raw_data_id": raw_data.id,
    }
