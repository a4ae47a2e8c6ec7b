"""What was done to a file or frame, what disagrees, and what could not be known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from ionworks._html import html_table
from ionworks.ingest.raw import Note

if TYPE_CHECKING:
    import polars

_SEVERITIES: Final = ("error", "warning", "info")
_TITLES: Final = {"error": "Errors:", "warning": "Warnings:", "info": "Notes:"}
_FEW: Final = 10  # rows that are named


@frozen
class ColumnUse:
    """The use of one column of the file."""

    source: str
    target: str  # the column of the prepared frame; empty: not part of it
    unit: str = ""  # the unit in the file
    use: str = ""

    def __str__(self) -> str:
        if not self.target and not self.use:
            return f"{self.source!r}: not used"
        unit = f" (from {self.unit})" if self.unit else ""
        target = f" -> {self.target!r}{unit}" if self.target else ""
        return f"{self.source!r}{target}" + (f": {self.use}" if self.use else "")


@frozen
class IngestReport:
    """The report of `ionworks.prepare` and `ionworks.read_cycler`; `str(report)` is its text.

    Attributes
    ----------
    source : tuple of str
        The names of the files; empty for a frame.
    maker : str
        The maker of the cycler, or "unknown".
    columns : tuple of ColumnUse
        The columns of the file in their order, and the use of each.
    notes : tuple of Note
        Changes and findings: errors first, then warnings, then the others. The codes are stable.
        Rows are counted from 0, in the joined rows if there are several files.

    Examples
    --------
    >>> import ionworks
    >>> frame = {"Time [s]": [0, 10], "Voltage [mV]": [4100, 4000], "Current [A]": [0.0, 0.0]}
    >>> report = ionworks.prepare(frame).report
    >>> print(report.columns[1])
    'Voltage [mV]' -> 'Voltage [V]' (from mV)
    >>> report.has_code("no_current")
    True
    """

    source: tuple[str, ...] = ()
    maker: str = "unknown"
    columns: tuple[ColumnUse, ...] = ()
    notes: tuple[Note, ...] = field(default=())

    def has_code(self, code: str) -> bool:
        """Return whether a note has this code."""
        return any(note.code == code for note in self.notes)

    @property
    def warnings(self) -> tuple[Note, ...]:
        """Return the notes of the severity "warning" or "error"."""
        return tuple(note for note in self.notes if note.severity != "info")

    def to_frame(self) -> polars.DataFrame:
        """Return the report as a frame: one row for each column of the file and for each note."""
        import polars as pl

        columns: list[tuple[object, ...]] = [
            ("column", each.source, str(each), "info", [], 0) for each in self.columns
        ]
        notes = [
            ("note", note.code, note.message, note.severity, list(note.rows), note.count)
            for note in self.notes
        ]
        names = ("topic", "subject", "message", "severity", "rows", "count")
        types = (*[pl.String()] * 4, pl.List(pl.Int64), pl.Int64())
        schema = dict(zip(names, types, strict=True))
        return pl.DataFrame([*columns, *notes], schema=schema, orient="row")

    def __str__(self) -> str:
        files = f" of {', '.join(self.source)}" if self.source else ""
        maker = f", {self.maker}" if self.maker != "unknown" else ""
        lines = [f"Report{files}{maker}", "Columns:"]
        lines += [f"  {each}" for each in self.columns]
        for severity in _SEVERITIES:
            found = [note for note in self.notes if note.severity == severity]
            if found:
                lines.append(_TITLES[severity])
                lines += [f"  {note.code}: {note.message}" for note in found]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        columns = [
            (each.source, each.target, each.unit, each.use or ("" if each.target else "not used"))
            for each in self.columns
        ]
        title = str(self).partition("\n")[0]
        notes = [(note.severity, note.code, note.message) for note in self.notes]
        return html_table(("column", "becomes", "from unit", "use"), columns, title) + html_table(
            ("severity", "code", "note"), notes
        )


class Log:
    """Collects the notes while a file is prepared."""

    def __init__(self) -> None:
        self.columns: dict[str, ColumnUse] = {}
        self.notes: list[Note] = []

    def add(
        self, code: str, message: str, severity: str = "info", rows: Iterable[int] | None = None
    ) -> Note:
        """Add a note; `rows` are all rows concerned, of which the first are kept."""
        found = [] if rows is None else list(rows)
        if found:
            shown = ", ".join(map(str, found[:3])) + (", ..." if len(found) > 3 else "")
            message = f"{message} ({'row' if len(found) == 1 else f'{len(found)} rows:'} {shown})"
        note = Note(code, message, severity, tuple(found[:_FEW]), len(found))
        self.notes.append(note)
        return note

    def use(self, source: str, target: str = "", unit: str | None = None, use: str = "") -> None:
        """Say what a column of the file became."""
        self.columns[source] = ColumnUse(source, target, unit or "", use)

    def leave_out(self, target: str, why: str) -> None:
        """Say that a column is not part of the prepared frame after all."""
        for source, each in self.columns.items():
            if each.target == target:
                self.columns[source] = ColumnUse(source, "", "", why)

    def report(self, source: Iterable[str], maker: str) -> IngestReport:
        """Return the report of what was collected."""
        order = {severity: place for place, severity in enumerate(_SEVERITIES)}
        notes = sorted(dict.fromkeys(self.notes), key=lambda note: order.get(note.severity, 2))
        return IngestReport(tuple(source), maker, tuple(self.columns.values()), tuple(notes))
