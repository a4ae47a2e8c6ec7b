"""Tests with a sandbox, which supports any request and change."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from capacity_fade import NoSuchCellError, TryLaterError, capacity_fade, write_table

from ionworks import Ionworks
from ionworks.sandbox import Sandbox

ROOT = Path(__file__).parents[1]


@pytest.mark.ionworks_sandbox(shared=True)
def test_all_cycles_in_the_order_of_time(
    ionworks_client: Ionworks, ionworks_seeded: dict[str, Any]
) -> None:
    table = capacity_fade(ionworks_client, "LG M50", "M50-007")
    assert table["Cycle"].to_list() == list(range(1, ionworks_seeded["cycles"] + 1))
    assert table["Measurement"].unique(maintain_order=True).to_list() == ["Ageing 0", "Ageing 1"]
    assert table["Retention"][0] == 1


@pytest.mark.ionworks_sandbox(shared=True)
def test_a_cell_of_another_name_is_not_taken(ionworks_client: Ionworks) -> None:
    with pytest.raises(NoSuchCellError, match="M50-0 of LG M50"):
        capacity_fade(ionworks_client, "LG M50", "M50-0")


@pytest.mark.ionworks_sandbox(shared=True)
def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(ROOT / "notebook.py"))  # its Ionworks() connects to the sandbox
    assert len((tmp_path / "M50-007.csv").read_text().splitlines()) == 11


@pytest.mark.ionworks_sandbox(shared=True, reset=True)
@pytest.mark.parametrize("name", ["M50-007", "renamed"])
def test_a_renamed_cell_is_found_by_its_new_name(ionworks_client: Ionworks, name: str) -> None:
    spec = ionworks_client.cell_spec.list(name="LG M50")[0]
    cell = ionworks_client.cell_instance.list(spec.id)[0]
    assert cell.name == "M50-007"  # each test starts from the same records
    ionworks_client.cell_instance.update(cell.id, {"name": name})
    assert capacity_fade(ionworks_client, "LG M50", name).height == 10


@pytest.mark.ionworks_sandbox(seed=None, faults=True)
def test_nothing_is_written_if_the_service_fails(
    ionworks_client: Ionworks, ionworks_sandbox: Sandbox, tmp_path: Path
) -> None:
    ionworks_sandbox.faults.plan("list_cell_specifications", "503")
    with pytest.raises(TryLaterError):
        write_table(
            ionworks_client.with_options(max_retries=0), "LG M50", "M50-007", tmp_path / "table.csv"
        )
    assert not (tmp_path / "table.csv").exists()


@pytest.mark.ionworks_sandbox(seed=None)
def test_no_table_is_written_for_an_empty_account(
    ionworks_client: Ionworks, tmp_path: Path
) -> None:
    with pytest.raises(NoSuchCellError):
        write_table(ionworks_client, "LG M50", "M50-007", tmp_path / "table.csv")
    assert not (tmp_path / "table.csv").exists()
