"""The initial records of the sandboxes in these tests."""

import pytest

from ionworks import Ionworks
from ionworks.sandbox import SyntheticCell
from ionworks.testing import Seed


def ageing_cell(client: Ionworks) -> dict[str, object]:
    """Create a cell with ten cycles in two measurements; return the values that tests expect."""
    spec = client.cell_spec.create_or_get({"name": "LG M50"})
    cell = client.cell_instance.create_or_get(spec.id, {"name": "M50-007"})
    synthetic = SyntheticCell(seed=7)
    for number, cycles in enumerate((6, 4)):
        measurement = {
            "name": f"Ageing {number}",
            "tags": ["cycling"],
            "start_time": f"2024-0{number + 3}-01T08:00:00Z",
        }
        series = synthetic.cycling(cycles=cycles)
        client.cell_measurement.create_or_get(
            cell.id, {"measurement": measurement, "time_series": series}
        )
    return {"specification": spec.name, "cell": cell.name, "cycles": 10}


@pytest.fixture
def ionworks_seed() -> Seed:
    return ageing_cell
