"""The notebook is stored without outputs, and its cells run in order; here with few cells."""

import json
import os
from pathlib import Path

import matplotlib.pyplot as plt

NOTEBOOK = Path(__file__).parents[2] / "examples" / "fleet.ipynb"


def code_cells():
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_the_notebook_is_stored_without_outputs():
    assert all(cell["outputs"] == [] for cell in code_cells())
    assert all(cell["execution_count"] is None for cell in code_cells())
    assert all(len(line) <= 101 for cell in code_cells() for line in cell["source"])


def test_the_cells_run_in_order(no_settings: None, folder: Path, capsys) -> None:
    names: dict[str, object] = {"__name__": "__notebook__"}
    try:
        for number, cell in enumerate(code_cells()):
            text = "".join(cell["source"])
            if number == 0:
                assert "CELLS = 100\nCYCLES = 4\n" in text
                text = text.replace("CELLS = 100\nCYCLES = 4\n", "CELLS = 3\nCYCLES = 1\n")
            exec(compile(text, f"cell {number}", "exec"), names)
    finally:
        if "sandbox" in names:
            names["client"].close()
            names["sandbox"].stop()
    assert names["fleet"]["cell_instance_name"].to_list() == ["M50-000", "M50-001", "M50-002"]
    assert names["report"].is_complete
    assert len(plt.gcf().axes[0].lines) == 3
    assert "Voltage [V]" in capsys.readouterr().out
    assert "IONWORKS_API_KEY" in os.environ  # set by the first cell; the fixture takes it back
