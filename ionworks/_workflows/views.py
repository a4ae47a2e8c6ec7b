"""Composed views of a cell and of a measurement, and their notebook display."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, Literal

from attrs import field, frozen

from ionworks._html import MOST_ROWS, html_fields, html_table, sparkline
from ionworks._workflows.wait import State, state_of
from ionworks.frames.convert import BY_CONTENT, to_polars
from ionworks.frames.downsampling import thin

if TYPE_CHECKING:
    from ionworks_openapi.models import CellInstance, CellMeasurement

    from ionworks.errors import IonworksError
    from ionworks.frames.convert import DataFrame
    from ionworks.records import InvalidRecord

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    #: The kind of table. Only type checkers know defaults of type variables before Python 3.13.
    F = TypeVar("F", default=DataFrame)
else:
    from typing import TypeVar

    F = TypeVar("F")
Part = Literal["steps", "cycles", "time_series"]

_PARTS: Final[tuple[Part, ...]] = ("time_series", "steps", "cycles")
_POINTS: Final = 600
_SPARKLINES: Final = (("Voltage [V]", "#1f77b4"), ("Current [A]", "#d62728"))


@frozen
class PartError:
    """One part of a view that could not be read."""

    measurement_id: str
    part: str
    error: IonworksError


@frozen
class MeasurementDetail(Generic[F]):
    """A measurement with its tables.

    Attributes
    ----------
    measurement : CellMeasurement
        The record.
    steps, cycles, time_series : DataFrame or None
        The requested tables. None if a table was not requested, or if `missing` has the reason.
    missing : dict of str to str
        Why a requested table is missing: still being processed, failed, or not existing.
    """

    measurement: CellMeasurement
    steps: F | None = field(default=None, repr=False, eq=BY_CONTENT)
    cycles: F | None = field(default=None, repr=False, eq=BY_CONTENT)
    time_series: F | None = field(default=None, repr=False, eq=BY_CONTENT)
    missing: dict[Part, str] = field(factory=dict)

    @property
    def state(self) -> State:
        """State of the processing, one of "ready", "not_ready" and "failed"."""
        return state_of(self.measurement.processing_status)

    def _repr_html_(self) -> str:
        head = [("state", self.state), ("started", self.measurement.start_time)]
        sizes = [(part.replace("_", " "), self._size(part)) for part in _PARTS]
        title = f"{type(self).__name__} {self.measurement.name}"
        return html_fields([*head, *sizes], title) + _sparklines(self.time_series)

    def _size(self, part: Part) -> str:
        """Return the number of rows of a table, or why it is missing."""
        return self._rows(part) or self.missing.get(part, "not requested")

    def _rows(self, part: Part) -> str:
        frame = getattr(self, part)
        return "" if frame is None else f"{frame.shape[0]:,} rows"


@frozen
class CellInstanceDetail(Generic[F]):
    """A cell with all its measurements.

    Attributes
    ----------
    instance : CellInstance
        The record of the cell.
    specification_id : str
        The id of its specification.
    measurements : list of MeasurementDetail
        The measurements, newest first.
    errors : list of PartError
        The parts that could not be read, with `on_error="collect"`.
    invalid : list of InvalidRecord
        Measurements whose records do not fit the contract.
    """

    instance: CellInstance
    specification_id: str
    measurements: list[MeasurementDetail[F]]
    errors: list[PartError] = field(factory=list)
    invalid: list[InvalidRecord] = field(factory=list)

    def _repr_html_(self) -> str:
        rows = [
            (
                each.measurement.name,
                each.measurement.measurement_type,
                each.state,
                each.measurement.start_time,
                *(each._rows(part) for part in _PARTS),
                "; ".join(dict.fromkeys(each.missing.values())),
            )
            for each in self.measurements[:MOST_ROWS]
        ]
        sizes = [part.replace("_", " ") for part in _PARTS]
        head = ["measurement", "type", "state", "started", *sizes, "missing"]
        more = len(self.measurements) - len(rows)
        notes = [f"{more} more"] if more else []
        if self.errors:
            notes.append(f"{len(self.errors)} parts could not be read: see .errors")
        if self.invalid:
            notes.append(f"{len(self.invalid)} invalid records: see .invalid")
        title = f"{type(self).__name__} {self.instance.name}"
        return html_table(head, rows, title, more=", ".join(notes))


def _sparklines(time_series: DataFrame | None) -> str:
    """Return sparklines of voltage and current, if the series has these columns."""
    if time_series is None:
        return ""
    frame = to_polars(time_series)
    shown = [(name, color) for name, color in _SPARKLINES if name in frame.columns]
    if "Time [s]" not in frame.columns or not shown:
        return ""
    names = [name for name, _ in shown]
    few = thin(frame.select("Time [s]", *names), names, most=_POINTS)
    time = few["Time [s]"].to_list()
    return "".join(sparkline(time, few[name].to_list(), name, color) for name, color in shown)
