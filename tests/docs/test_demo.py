"""The demonstration: what it stores, prints and draws, on small data."""

import importlib.util
import sys
from pathlib import Path

import polars as pl
import pytest
from matplotlib import pyplot
from traffic import SERIES, traffic

from ionworks.plotting import plot_voltage_current
from ionworks.sandbox import Sandbox, SyntheticCell

EXAMPLES = Path(__file__).parents[2] / "examples"
PNG = b"\x89PNG\r\n\x1a\n"

pytestmark = pytest.mark.usefixtures("kept_contract")


@pytest.fixture
def demo(monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLES)
    spec = importlib.util.spec_from_file_location("demo", EXAMPLES / "demo.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    pyplot.close("all")


@pytest.fixture
def client(fresh_sandbox):
    with fresh_sandbox.client() as client:
        yield client


def store(demo, client, series):
    cell = {"name": "M50-007", "measured_properties": demo.MEASURED}
    return demo.store(client, demo.SYNTHETIC, cell, series)


def test_storing_twice_doubles_nothing_and_uploads_each_series_once(demo, client, capsys):
    frame = SyntheticCell(seed=7).pulse_test(levels=1)
    with traffic() as sent:
        cell_id = store(demo, client, {"Pulse": frame, "Short": SERIES})
    assert [s.method for s in sent].count("PUT") == 2
    first, second = capsys.readouterr().out.splitlines()
    assert cell_id in first
    assert first.removeprefix("first") == second.removeprefix("second")
    assert len(client.cell_spec.list()) == 1
    cell = client.cell_instance.get(cell_id)
    assert client.cell_instance.list(cell.cell_specification_id) == [cell]
    names = {m.name for m in client.cell_measurement.list(cell_id)}
    assert names == {"Pulse", "Short"}
    (pulse,) = client.cell_measurement.list(cell_id, name="Pulse")
    assert client.cell_measurement.time_series(pulse.id).equals(frame)


def test_show_prints_quantities_and_tables_and_draws_a_picture_of_each_series(
    demo, client, capsys, tmp_path
):
    cell_id = store(demo, client, {"Short test": SERIES})
    demo.attach(client, cell_id, tmp_path)
    capsys.readouterr()
    demo.show(client, cell_id, tmp_path / "plots")
    shown = capsys.readouterr().out
    for expected in (
        "LG M50 (21700), cell M50-007",
        "voltage_max 4.2 V",
        "initial_capacity 4.94 A*h",
        "mass: 68.2 g",
        "6 samples, 2 steps",
        "Constant current discharge",
        "Coulombic efficiency",
    ):
        assert expected in shown
    (plot,) = (tmp_path / "plots").iterdir()
    assert plot.name == "m50_007__short_test.png"
    assert str(plot) in shown
    assert plot.read_bytes().startswith(PNG)


def test_attach_puts_a_report_and_tags_beside_the_data(demo, client, capsys, tmp_path):
    cell_id = store(demo, client, {"Short test": SERIES})
    demo.attach(client, cell_id, tmp_path)
    assert "tags: begin of life (1)" in capsys.readouterr().out
    (record,) = client.cell_measurement.list(cell_id, measurement_type="file")
    files = client.cell_measurement.download_files(record.id)
    assert files == {"report.txt": (tmp_path / "report.txt").read_bytes()}
    (tagged,) = client.cell_measurement.list(cell_id, tags_all="begin of life")
    assert tagged.name == "Short test"
    demo.show(client, cell_id, tmp_path)
    assert "Inspection report (file)\n  report.txt\n" in capsys.readouterr().out


def test_follow_adds_the_second_half_of_a_running_test(demo, capsys):
    frame = SyntheticCell(seed=1).cycling(cycles=2)
    # This clock moves a second with each call: pending at the first, ready at the fourth.
    with Sandbox(deterministic=True, processing_ms=3100) as box, box.client() as client:
        cell_id = store(demo, client, {})
        capsys.readouterr()
        demo.follow(client, cell_id, frame)
        (running,) = client.cell_measurement.list(cell_id, name_exact="Running test")
        assert client.cell_measurement.time_series(running.id).equals(frame)
    title, *states = capsys.readouterr().out.splitlines()[1:]
    assert title == "Running test"
    assert states == ["  not_ready: processing is pending", "  ready: 5 steps", "  ready: 10 steps"]


def test_the_whole_demonstration_takes_a_file_of_ones_own(demo, capsys, tmp_path, monkeypatch):
    file = tmp_path / "coin cell.parquet"
    SyntheticCell(rated_capacity=1e-4, seed=1).cycling(cycles=1).write_parquet(file)
    arguments = ["demo.py", "--data", str(file), "--output", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", arguments)
    demo.main()
    shown = capsys.readouterr().out
    assert "Report of coin cell.parquet" in shown
    assert "Design of coin cell, cell coin cell\n" in shown
    assert "ratings" not in shown
    assert (tmp_path / "coin_cell__test.png").read_bytes().startswith(PNG)


def test_a_file_that_is_not_read_ends_the_demonstration_with_one_line(demo, tmp_path, monkeypatch):
    file = tmp_path / "notes.txt"
    file.write_text("no table\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["demo.py", "--data", str(file)])
    with pytest.raises(SystemExit, match=r"notes\.txt"):
        demo.main()


def test_the_picture_shows_hours_volts_and_amperes(demo):
    for frame in (SERIES, SERIES.to_pandas(), SERIES.to_arrow()):
        plot = plot_voltage_current(frame, title="M50-007")
        ax, right = plot.ax, plot.right
        (voltage,), (current,) = ax.get_lines(), right.get_lines()
        assert list(voltage.get_xdata()) == pytest.approx((SERIES["Time [s]"] / 3600).to_list())
        assert list(voltage.get_ydata()) == SERIES["Voltage [V]"].to_list()
        assert list(current.get_ydata()) == SERIES["Current [A]"].to_list()
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("Time [h]", "Voltage [V]")
        assert right.get_ylabel() == "Current [A], + = discharge"
        assert ax.get_title() == "M50-007"


def test_the_picture_is_drawn_where_it_is_asked_for(demo):
    _, (left, right) = pyplot.subplots(1, 2)
    assert plot_voltage_current(pl.DataFrame(SERIES), ax=right).ax is right
    assert not left.get_lines()
