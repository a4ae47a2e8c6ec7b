"""Draw every plot of `ionworks.plotting`, from synthetic data.

`make plots` writes the plots to docs/plots, with a file of the numbers that they show.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from pathlib import Path

import matplotlib
import polars as pl

from ionworks import Ionworks, Quantity
from ionworks.plotting import (
    Plot,
    plot_capacity,
    plot_differential_voltage,
    plot_incremental_capacity,
    plot_nyquist,
    plot_rate_capability,
    plot_voltage_capacity,
    plot_voltage_current,
)
from ionworks.sandbox import Sandbox, SyntheticCell

matplotlib.use("Agg")

KEPT = Path(__file__).parents[1] / "docs" / "plots"
NUMBERS = "drawn.json"
RATES = (1 / 20, 1 / 5, 1 / 2, 1.0, 2.0, 4.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=KEPT, help="folder for the plots")
    output = parser.parse_args().output
    with Sandbox() as box, box.client() as client:
        for path in write(draw(client), output):
            print(f"{path}  {path.stat().st_size / 1000:.0f} kB")


def draw(client: Ionworks) -> dict[str, Plot]:
    """Return one plot of each kind, by name."""
    fresh, faded = SyntheticCell(seed=7), SyntheticCell(seed=7, fade_per_cycle=0.004)
    spec = client.cell_spec.create_or_get({"name": "LG M50", "ratings": fresh.rated()})
    cell = client.cell_instance.create_or_get(spec.id, {"name": "M50-007"})

    def stored(name: str, frame: pl.DataFrame) -> str:
        data = {"measurement": {"name": name}, "time_series": frame}
        return client.cell_measurement.create_or_get(cell.id, data).id

    rates, ageing = stored("Rates", rate_test(fresh)), stored("Ageing", faded.cycling(cycles=60))
    slow = client.cell_measurement.time_series(stored("Pseudo-OCV", fresh.pseudo_ocv()))
    aged = client.cell_measurement.time_series(ageing)
    return {
        "voltage_current": plot_voltage_current(
            aged.filter(pl.col("Cycle count") < 3), shade_steps=True
        ),
        "voltage_capacity": plot_voltage_capacity(aged, cycles=range(5, 60, 9)),
        "capacity": plot_capacity(client.cell_measurement.cycles(ageing)),
        "incremental_capacity": plot_incremental_capacity(slow),
        "differential_voltage": plot_differential_voltage(slow),
        "rate_capability": plot_rate_capability(
            client.cell_measurement.cycles(rates), Quantity(5.0, "A*h")
        ),
        "nyquist": plot_nyquist(spectrum()),
    }


def rate_test(cell: SyntheticCell) -> pl.DataFrame:
    """Return a series with three cycles at each rate, and at the first rate again."""
    parts: list[pl.DataFrame] = []
    for rate in (*RATES, RATES[0]):
        part = cell.cycling(cycles=3, rate=rate)
        if parts:
            last = parts[-1].row(-1, named=True)
            part = part.with_columns(
                pl.col("Time [s]") + last["Time [s]"] + 1.0,
                *(pl.col(name) + last[name] + 1 for name in ("Step count", "Cycle count")),
            )
        parts.append(part)
    return pl.concat(parts)


def spectrum() -> pl.DataFrame:
    """Return the impedance of an equivalent circuit, 10 kHz to 10 mHz, ten points per decade.

    In series: an inductance, a resistance, two resistances each in parallel with a constant phase
    element (film and charge transfer), and a Warburg element (diffusion).
    """
    rows = []
    for step in range(61):
        frequency = 10 ** (4 - step / 10)
        jw = 2j * math.pi * frequency
        film = 0.004 / (1 + 0.004 * 3.0 * jw**0.85)
        transfer = 0.011 / (1 + 0.011 * 25.0 * jw**0.9)
        z = 8e-8 * jw + 0.018 + film + transfer + 0.0035 / jw**0.5
        rows.append((frequency, z.real, z.imag))
    return pl.DataFrame(rows, ["Frequency [Hz]", "Z_Re [Ohm]", "Z_Im [Ohm]"], orient="row")


def digest(plot: Plot) -> dict[str, object]:
    """Return a summary of a plot's data: each column at nine rows, from first to last."""
    data, labels = plot.data, [plot.ax.get_xlabel(), plot.ax.get_ylabel()]
    rows = [round(k * (data.height - 1) / 8) for k in range(9)]
    return {
        "labels": labels + ([plot.right.get_ylabel()] if plot.right else []),
        "rows": data.height,
        "columns": {each.name: [plain(value) for value in each.gather(rows)] for each in data},
    }


def plain(value: object) -> object:
    return float(f"{value:.4g}") if isinstance(value, float) else value


def write(plots: dict[str, Plot], output: Path) -> list[Path]:
    """Save the plots and their numbers; each plot has the digest of its numbers."""
    output.mkdir(parents=True, exist_ok=True)
    shown = {name: digest(plot) for name, plot in plots.items()}
    paths = []
    for name, plot in plots.items():
        path = output / f"{name}.png"
        metadata = {"Software": None, "Description": fingerprint(shown[name])}
        plot.figure.savefig(path, dpi=95, metadata=metadata, pil_kwargs={"optimize": True})
        paths.append(path)
    text = ",\n".join(f"{json.dumps(name)}: {json.dumps(shown[name])}" for name in shown)
    (output / NUMBERS).write_text(f"{{\n{text}\n}}\n", encoding="utf-8")
    return paths


def fingerprint(numbers: object) -> str:
    return hashlib.sha256(json.dumps(numbers).encode()).hexdigest()


if __name__ == "__main__":
    main()
