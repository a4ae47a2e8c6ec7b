"""The report of an export, and the error if measurements could not be exported."""

from __future__ import annotations

from collections.abc import Sized
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from ionworks._html import html_fields
from ionworks._redact import encodable

if TYPE_CHECKING:
    from ionworks._workflows.views import PartError

_SHOWN: Final = 3


@frozen
class ExportReport:
    """What an export did.

    Attributes
    ----------
    path : Path
        The folder.
    fetched : list of str
        The ids of the measurements whose files were written.
    unchanged : list of str
        The ids of the measurements whose files were all valid.
    not_ready : dict of str to str
        Why measurements were not exported, by id: they are being processed, or that failed. Files
        of an earlier export are kept.
    without_tables : list of str
        The ids of measurements of properties or files, which have no tables.
    errors : list of PartError
        The measurements that could not be fetched.
    deleted : list of str
        The ids of the exported measurements that the service does not have any more.
    removed : bool
        Whether the files of deleted measurements were removed.
    bytes : int
        The size of the written files.
    """

    path: Path
    fetched: list[str] = field(factory=list)
    unchanged: list[str] = field(factory=list)
    not_ready: dict[str, str] = field(factory=dict)
    without_tables: list[str] = field(factory=list)
    errors: list[PartError] = field(factory=list)
    deleted: list[str] = field(factory=list)
    removed: bool = False
    bytes: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether every selected measurement with tables is in the folder."""
        return not self.errors and not self.not_ready

    def __str__(self) -> str:
        return "\n".join(f"{name}: {text}" for name, text in self._lines())

    def __repr__(self) -> str:
        return f"<ExportReport {'; '.join(f'{name}: {text}' for name, text in self._lines())}>"

    def _repr_html_(self) -> str:
        return html_fields(self._lines(), "Export")

    def _lines(self) -> list[tuple[str, str]]:
        lines = [
            ("path", str(self.path)),
            ("fetched", f"{measurements(self.fetched)}, {format_bytes(self.bytes)}"),
            ("unchanged", measurements(self.unchanged)),
        ]
        if self.without_tables:
            lines.append(("without tables", measurements(self.without_tables)))
        if self.not_ready:
            lines.append(("not ready", _first(self.not_ready)))
        if self.errors:
            lines.append(
                ("errors", _first({each.measurement_id: str(each.error) for each in self.errors}))
            )
        if self.deleted:
            what = "removed here too" if self.removed else "kept here; delete=True removes them"
            lines.append(("deleted on the service", f"{measurements(self.deleted)}, {what}"))
        return [(name, encodable(text)) for name, text in lines]


def measurements(those: Sized) -> str:
    """Return the number of measurements, such as "1 measurement" and "2 measurements"."""
    return f"{len(those)} measurement{'s' * (len(those) != 1)}"


def _first(reasons: dict[str, str]) -> str:
    shown = [f"{name}: {reason}" for name, reason in list(reasons.items())[:_SHOWN]]
    more = f"; and {len(reasons) - _SHOWN} more" if len(reasons) > _SHOWN else ""
    return f"{measurements(reasons)} ({'; '.join(shown)}{more})"


def format_bytes(size: int) -> str:
    """Return a size with a decimal prefix.

    Examples
    --------
    >>> format_bytes(999), format_bytes(1_234_000)
    ('999 B', '1.2 MB')
    """
    if size < 1000:
        return f"{size} B"
    for power, unit in enumerate(("kB", "MB", "GB", "TB"), 1):
        if size < 1000 ** (power + 1) or unit == "TB":
            break
    return f"{size / 1000**power:.1f} {unit}"
