"""Upload cell data, then read tables and draw plots.

The demo starts its own sandbox, so it needs no account: `make demo`, or with your own file
`make demo DATA=path/to/cycling.parquet`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib
import polars as pl
from adapters import read_cell_data

from ionworks import Ionworks, Quantity
from ionworks.errors import MeasurementValidationError
from ionworks.plotting import plot_voltage_current
from ionworks.sandbox import Sandbox, SyntheticCell

matplotlib.use("Agg")

STEP_COLUMNS = ["Step count", "Step type", "Duration [s]", "End voltage [V]", "Mean current [A]"]
CYCLE_COLUMNS = [
    "Cycle count",
    "Discharge capacity [A.h]",
    "Charge capacity [A.h]",
    "Coulombic efficiency",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a Parquet or CSV file with cycling data")
    parser.add_argument("--output", type=Path, default=Path("out"), help="folder of the plots")
    options = parser.parse_args()
    if options.data:
        try:
            series = {options.data.stem: read_cell_data(options.data)}
        except (OSError, ValueError) as error:
            raise SystemExit(f"{options.data}: {error}") from None
    else:
        cell = SyntheticCell(seed=7)
        series = {"Cycling 1C": cell.cycling(cycles=3), "Pseudo-OCV C/20": cell.pseudo_ocv()}
    # Like the service, the sandbox needs some time to process an upload.
    with Sandbox(processing_ms=200) as box, box.client() as client:
        print(f"sandbox at {box.url}\n")
        try:
            cell_id = store(client, series)
        except MeasurementValidationError as error:
            raise SystemExit(f"the data are not valid, nothing was sent: {error}") from None
        attach(client, cell_id, options.output)
        show(client, cell_id, options.output)
        follow(client, cell_id, next(iter(series.values())))


def store(client: Ionworks, series: dict[str, pl.DataFrame]) -> str:
    """Store a specification, a cell and measurements; twice, to show that no duplicates arise."""
    for attempt in ("first", "second"):
        spec = client.cell_spec.create_or_get(
            {
                "name": "LG M50",
                "form_factor": "21700",
                "manufacturer": "LG Energy Solution",
                "ratings": {
                    "capacity": Quantity(5.0, "A*h"),
                    "voltage_min": "2.5 V",
                    "voltage_max": "4.2 V",
                },
            }
        )
        cell = client.cell_instance.create_or_get(
            spec.id,
            {
                "name": "M50-007",
                "measured_properties": {"cell": {"initial_capacity": Quantity(4.94, "A*h")}},
            },
        )
        for name, frame in series.items():
            client.cell_measurement.create_or_get(
                cell.id, {"measurement": {"name": name}, "time_series": frame}
            )
        print(f"{attempt} run: specification {spec.id}, cell {cell.id}")
    client.cell_measurement.create_properties(
        cell.id,
        "Incoming inspection",
        {"mass": Quantity(68.2, "g"), "dc_resistance": Quantity(31.5, "mohm")},
    )
    return cell.id


def attach(client: Ionworks, cell_id: str, output: Path) -> None:
    """Upload a report as a file measurement, and tag the time series."""
    output.mkdir(parents=True, exist_ok=True)
    report = output / "report.txt"
    report.write_text("Case clean, one scratch on the left.\n", encoding="utf-8")
    client.cell_measurement.create_file(cell_id, "Inspection report", [report])
    tests = client.cell_measurement.list(cell_id, measurement_type="time_series")
    client.cell_measurement.add_tags([test.id for test in tests], "begin of life")
    tags = [f"{each.tag} ({each.usage_count})" for each in client.cell_measurement.list_tags()]
    print("tags:", ", ".join(tags))


def show(client: Ionworks, cell_id: str, output: Path) -> None:
    """Print the records and tables of a cell, and draw its time series."""
    view = client.cell_instance.detail(cell_id)
    spec = client.cell_spec.get(view.specification_id)
    print(f"\n{spec.name} ({spec.form_factor}), cell {view.instance.name}")
    print("  ratings:   ", ", ".join(f"{k} {v}" for k, v in spec.ratings.quantities.items()))
    for component, found in view.instance.quantities["measured_properties"].items():
        print("  measured:  ", component, ", ".join(f"{k} {v}" for k, v in found.items()))
    for part in view.measurements:
        print(f"\n{part.measurement.name} ({part.measurement.measurement_type})")
        if part.measurement.measurement_type == "file":
            print(" ", ", ".join(client.cell_measurement.list_files(part.measurement.id)))
        if part.measurement.properties:
            for name, value in part.measurement.quantities["properties"].items():
                print(f"  {name}: {value}")
        if part.time_series is None:
            continue
        print(f"  {part.time_series.height:,} samples, {part.steps.height} steps")
        with pl.Config(
            tbl_hide_dataframe_shape=True,
            tbl_hide_column_data_types=True,
            tbl_rows=8,
            tbl_width_chars=100,
        ):
            print(part.steps.select(STEP_COLUMNS))
            print(part.cycles.select(CYCLE_COLUMNS))
        path = draw(part.time_series, f"{view.instance.name}: {part.measurement.name}", output)
        print(f"  plot: {path}")


def follow(client: Ionworks, cell_id: str, frame: pl.DataFrame) -> None:
    """Upload the first half of a running test, and append the rest later."""
    middle = frame["Time [s]"][frame.height // 2]
    tests = client.cell_measurement
    running = tests.create(
        cell_id,
        {
            "measurement": {"name": "Running test"},
            "time_series": frame.filter(pl.col("Time [s]") <= middle),
        },
        wait_for_processing=False,
    )
    print("\nRunning test")
    tell(client, running.id)
    tests.wait_for_processing(running.id)
    tell(client, running.id)
    tests.extend(running.id, frame.filter(pl.col("Time [s]") > middle))
    tell(client, running.id)


def tell(client: Ionworks, measurement_id: str) -> None:
    """Print the state of a measurement in one line; not being ready is not an error."""
    view = client.cell_measurement.detail(measurement_id, include_time_series=False)
    if view.steps is None:
        print(f"  {view.state}: {view.missing['steps']}")
    else:
        print(f"  {view.state}: {view.steps.height} steps")


def draw(time_series: pl.DataFrame, title: str, output: Path) -> Path:
    output.mkdir(parents=True, exist_ok=True)
    name = "".join(c if c.isalnum() else "_" for c in title).strip("_").lower()
    path = output / f"{name}.png"
    plot_voltage_current(time_series, title=title).figure.savefig(path, dpi=110)
    return path


if __name__ == "__main__":
    main()
