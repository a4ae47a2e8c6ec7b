"""A cycler file as it was read, before its columns are interpreted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

if TYPE_CHECKING:
    import polars


@frozen
class Note:
    """One note about a file or a frame: a stable code, a sentence, and the affected rows."""

    code: str
    message: str
    severity: str = "info"  # "info", "warning" or "error"
    rows: tuple[int, ...] = ()
    count: int = 0


@frozen
class RawTable:
    """The rows of one file under the column names of the file.

    `frame` has the names of the file, unit included if the file gives one (for a row of units,
    the unit is appended in brackets: `Voltage [V]`); numbers are parsed (decimal commas too),
    dates and clock texts stay text unless the file is typed. `units` overrides or adds units that
    are not in the names. `metadata` holds what the header block says (start time text, channel,
    device, mass, program, ...). `kind` is "cycling" or "eis".
    """

    frame: polars.DataFrame
    maker: str  # "neware", "arbin", "maccor", "novonix", "basytec", "digatron", "landt", "pec",
    # "gamry", "biologic", "bdf", "batterydata" or "unknown"
    source: str  # file name without its folder
    units: dict[str, str] = field(factory=dict)
    metadata: dict[str, str] = field(factory=dict)
    notes: list[Note] = field(factory=list)
    kind: str = "cycling"
