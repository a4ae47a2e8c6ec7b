"""A prepared time series, ready for an upload, with its metadata and the report of its making."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from ionworks.frames.convert import BY_CONTENT
from ionworks.ingest.report import IngestReport

if TYPE_CHECKING:
    import polars


@frozen
class CyclerData:
    """A time series in the columns of the service, with metadata and a report.

    It is accepted wherever a table is: as `time_series=`, by `ionworks.analysis`, and by polars,
    pandas and Arrow through the Arrow stream interface.

    Attributes
    ----------
    frame : polars.DataFrame
        `Time [s]` from 0, `Voltage [V]`, `Current [A]` (+ = discharge), `Step count` and
        `Cycle count` from 0, the cycler's own numbers in `Step from cycler` and `Cycle from
        cycler`, the four integrals per step (`Charge capacity [A.h]`, ...), temperatures. Where the
        test has impedance, its rows have a `Frequency [Hz]`, `Z_Re [Ohm]` and `Z_Im [Ohm]`, and
        each spectrum is a step.
    metadata : dict of str to object
        `start_time` (with its time zone, if known), `start_time_local` (by the clock of the
        cycler), `maker`, `source`, `data_type` ("eis" or "ocp"), and `header`, the metadata of the
        file.
    report : IngestReport
        What was recognised, converted and computed, and which values contradict each other.

    Examples
    --------
    >>> import ionworks
    >>> table = {
    ...     "Test Time (s)": [0, 10, 20, 30],
    ...     "Current (mA)": [0, 500, 500, 0],
    ...     "Voltage (V)": [3.6, 3.7, 3.71, 3.69],
    ...     "State": ["R", "C", "C", "R"],
    ... }
    >>> data = ionworks.prepare(table)
    >>> data.frame["Current [A]"].to_list(), data.frame["Step count"].to_list()
    ([0.0, -0.5, -0.5, 0.0], [0, 1, 1, 2])
    """

    frame: polars.DataFrame = field(eq=BY_CONTENT, repr=False)
    metadata: Mapping[str, object] = field(factory=dict)
    report: IngestReport = field(factory=IngestReport, repr=False)

    @property
    def start_time(self) -> datetime.datetime | None:
        """The date and time of the first row, or None if the time zone is unknown."""
        found = self.metadata.get("start_time")
        return found if isinstance(found, datetime.datetime) else None

    @property
    def data_type(self) -> str | None:
        """Return "eis", "ocp", or None for cycling."""
        found = self.metadata.get("data_type")
        return found if isinstance(found, str) else None

    @property
    def impedance(self) -> polars.DataFrame:
        """The rows of impedance; no rows if the test has no spectrum."""
        import polars as pl

        if "Frequency [Hz]" not in self.frame.columns:
            return self.frame.clear()
        return self.frame.filter(pl.col("Frequency [Hz]") > 0)

    @property
    def cycling(self) -> polars.DataFrame:
        """The rows without those of impedance."""
        import polars as pl

        if "Frequency [Hz]" not in self.frame.columns:
            return self.frame
        rows = self.frame.filter((pl.col("Frequency [Hz]") > 0).fill_null(False).not_())
        return rows.select(
            name for name in rows.columns if not name.startswith(("Frequency [", "Z_"))
        )

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the frame as an Arrow stream."""
        return self.frame.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return self.frame.height

    def __repr__(self) -> str:
        count = self.frame["Step count"].n_unique() if self.frame.height else 0
        return (
            f"<CyclerData: {len(self)} rows, {count} steps, {len(self.report.warnings)} warnings>"
        )

    def _repr_html_(self) -> str:
        from ionworks._html import html_fields, html_rows

        known = [(key, value) for key, value in self.metadata.items() if key != "header"]
        return (
            html_fields(known, repr(self)[1:-1])
            + html_rows(self.frame.head(5).to_dicts(), "first rows", None)
            + self.report._repr_html_()
        )
