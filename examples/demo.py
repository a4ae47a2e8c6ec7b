"""Upload cell data, then read tables and draw plots.

The demo starts its own sandbox, so it needs no account: `make demo`, or with the file of a cycler
`make demo DATA=path/to/file`.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib
import polars as pl

from ionworks import Ionworks, Quantity, read_cycler
from ionworks.errors import IonworksError
from ionworks.models import CurrentSign, CyclerData
from ionworks.plotting import plot_nyquist, plot_voltage_current
from ionworks.sandbox import Sandbox, SyntheticCell

matplotlib.use("Agg")

STEP_COLUMNS = ["Step count", "Step type", "Duration [s]", "End voltage [V]", "Mean current [A]"]
CYCLE_COLUMNS = [
    "Cycle count",
    "Discharge capacity [A.h]",
    "Charge capacity [A.h]",
    "Coulombic efficiency",
]


#: The synthetic cell. Of a file's cell only the name is known.
SYNTHETIC = {
    "name": "LG M50",
    "form_factor": "21700",
    "manufacturer": "LG Energy Solution",
    "ratings": {
        "capacity": Quantity(5.0, "A*h"),
        "voltage_min": "2.5 V",
        "voltage_max": "4.2 V",
    },
}
MEASURED = {"cell": {"initial_capacity": Quantity(4.94, "A*h")}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="the file of a cycler")
    parser.add_argument(
        "--current",
        choices=("auto", "charge_positive", "discharge_positive"),
        default="auto",
        help="the sign of the current in the file, if it cannot be decided",
    )
    parser.add_argument("--output", type=Path, default=Path("out"), help="folder of the plots")
    options = parser.parse_args()
    try:
        run(options.data, options.output, options.current)
    except IonworksError as error:
        raise SystemExit(f"{options.data or 'demo'}: {error}") from None


def run(file: Path | None, output: Path, current: CurrentSign = "auto") -> None:
    """Run the demo on the synthetic cell, or on the cell of a file."""
    series: dict[str, pl.DataFrame | CyclerData]
    synthetic = SyntheticCell(seed=7)
    if file is None:
        series = {"Cycling 1C": synthetic.cycling(cycles=3), "Pseudo-OCV": synthetic.pseudo_ocv()}
        spec, cell = SYNTHETIC, {"name": "M50-007", "measured_properties": MEASURED}
    else:
        data = read_cycler(file, current=current)
        print(data.report, end="\n\n")
        series = {"Test": data}
        spec, cell = {"name": f"Design of {file.stem}"}, {"name": file.stem}
    # Like the service, the sandbox needs some time to process an upload.
    with Sandbox(processing_ms=200) as box, box.client() as client:
        print(f"sandbox at {box.url}\n")
        cell_id = store(client, spec, cell, series)
        if file is None:
            attach(client, cell_id, output)
        show(client, cell_id, output)
        if file is None:
            follow(client, cell_id, synthetic.cycling(cycles=3))


def store(
    client: Ionworks,
    specification: dict[str, Any],
    instance: dict[str, Any],
    series: Mapping[str, pl.DataFrame | CyclerData],
) -> str:
    """Store a specification, a cell and measurements; twice, to show that no duplicates arise."""
    for attempt in ("first", "second"):
        spec = client.cell_spec.create_or_get(specification)
        cell = client.cell_instance.create_or_get(spec.id, instance)
        for name, table in series.items():
            client.cell_measurement.create_or_get(
                cell.id, {"measurement": {"name": name}, "time_series": table}
            )
        print(f"{attempt} run: specification {spec.id}, cell {cell.id}")
    return cell.id


def attach(client: Ionworks, cell_id: str, output: Path) -> None:
    """Store measured properties, upload a report as a file, and tag the time series."""
    client.cell_measurement.create_properties(
        cell_id,
        "Incoming inspection",
        {"mass": Quantity(68.2, "g"), "dc_resistance": Quantity(31.5, "mohm")},
    )
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
    form = f" ({spec.form_factor})" if spec.form_factor else ""
    print(f"\n{spec.name}{form}, cell {view.instance.name}")
    if ratings := spec.ratings.quantities:
        print("  ratings:   ", ", ".join(f"{k} {v}" for k, v in ratings.items()))
    for component, found in view.instance.quantities.get("measured_properties", {}).items():
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
        assert part.steps is not None
        assert part.cycles is not None
        print(f"  {part.time_series.height:,} samples, {part.steps.height} steps")
        with pl.Config(
            tbl_hide_dataframe_shape=True,
            tbl_hide_column_data_types=True,
            tbl_rows=8,
            tbl_width_chars=100,
        ):
            print(part.steps.select(STEP_COLUMNS))
            print(part.cycles.select(CYCLE_COLUMNS))
        title = f"{view.instance.name}: {part.measurement.name}"
        for path in draw(part.time_series, title, output):
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


def draw(time_series: pl.DataFrame, title: str, output: Path) -> list[Path]:
    """Draw what a series has: voltage and current over time, impedance, or both."""
    output.mkdir(parents=True, exist_ok=True)
    name = "".join(c if c.isalnum() else "_" for c in title).strip("_").lower()
    plots = {}
    if "Current [A]" in time_series.columns:
        plots[name] = plot_voltage_current(time_series, title=title)
    if "Z_Re [Ohm]" in time_series.columns:
        plots[f"{name}_nyquist"] = plot_nyquist(time_series, title=title)
    for each, plot in plots.items():
        plot.figure.savefig(output / f"{each}.png", dpi=110)
    return [output / f"{each}.png" for each in plots]


if __name__ == "__main__":
    main()
