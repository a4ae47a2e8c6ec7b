"""How the composed views show in a notebook: what they hold, and a small picture of each series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ionworks._html import MOST_ROWS, html_fields, html_table, sparkline
from ionworks.frames.convert import to_polars
from ionworks.plotting.canvas import thinned

if TYPE_CHECKING:
    from ionworks._workflows.detail import CellInstanceDetail, MeasurementDetail

_POINTS: Final = 600
_PICTURES: Final = (("Voltage [V]", "#1f77b4"), ("Current [A]", "#d62728"))


def measurement_html(view: MeasurementDetail) -> str:
    """Return a measurement as HTML: its tables with their sizes, and its voltage and current."""
    tables = {"time series": "time_series", "steps": "steps", "cycles": "cycles"}
    fields = [(label, _extent(view, part)) for label, part in tables.items()]
    head = [("state", view.state), ("started", view.measurement.start_time)]
    title = f"{type(view).__name__} {view.measurement.name}"
    return html_fields([*head, *fields], title) + _pictures(view)


def cell_html(view: CellInstanceDetail) -> str:
    """Return a cell as HTML: a row for each measurement."""
    shown = view.measurements[:MOST_ROWS]
    rows = [
        (
            each.measurement.name,
            each.measurement.measurement_type,
            each.state,
            each.measurement.start_time,
            *(_rows(each, part) for part in ("time_series", "steps", "cycles")),
            "; ".join(dict.fromkeys(each.missing.values())),
        )
        for each in shown
    ]
    head = ["measurement", "type", "state", "started", "time series", "steps", "cycles"]
    more = len(view.measurements) - len(shown)
    notes = [f"{more} more"] if more else []
    notes += [f"{len(view.errors)} parts could not be read: see .errors"] if view.errors else []
    notes += [f"{len(view.invalid)} records do not fit: see .invalid"] if view.invalid else []
    title = f"{type(view).__name__} {view.instance.name}"
    return html_table([*head, "what is missing"], rows, title, more=", ".join(notes))


def _extent(view: MeasurementDetail, part: str) -> str:
    """Return how many rows a table has, or why it is not there."""
    reason = next((why for name, why in view.missing.items() if name == part), "not asked for")
    return _rows(view, part) or reason


def _rows(view: MeasurementDetail, part: str) -> str:
    frame = getattr(view, part)
    return "" if frame is None else f"{frame.shape[0]:,} rows"


def _pictures(view: MeasurementDetail) -> str:
    if view.time_series is None:
        return ""
    frame = to_polars(view.time_series)
    there = [(name, color) for name, color in _PICTURES if name in frame.columns]
    if "Time [s]" not in frame.columns or not there:
        return ""
    names = [name for name, _ in there]
    thin = thinned(frame.select("Time [s]", *names), names, most=_POINTS)
    time = thin["Time [s]"].to_list()
    return "".join(sparkline(time, thin[name].to_list(), name, color) for name, color in there)
