"""The table with the metadata of the measurements: a row for each, with units in the headers."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ionworks.errors import FileError
from ionworks.frames.translate import translate_errors
from ionworks.records.table import records_table

if TYPE_CHECKING:
    import polars

    from ionworks.datasets.selection import Selected

#: The names that `scan` can add to the rows.
NAME_COLUMNS: Final = ("measurement_name", "cell_instance_name", "cell_specification_name")
_TEXTS: Final = (
    *("measurement_id", "cell_instance_id", "cell_specification_id"),
    *NAME_COLUMNS,
    *("measurement_type", "processing_status", "notes"),
)
_TIMES: Final = ("start_time", "end_time", "created_at", "updated_at")


def measurements_table(selected: Selected) -> polars.DataFrame:
    """Return the metadata of measurements, sorted by id.

    The ratings of the specification begin with `rated`, the measured properties of the cell with
    `cell`.
    """
    import polars as pl

    ordered = sorted(selected.measurements, key=lambda each: each.id)
    table = records_table([_row(selected, each) for each in ordered])
    assert isinstance(table, pl.DataFrame)
    time = pl.Datetime("us", "UTC")
    fixed: dict[str, Any] = dict.fromkeys(_TEXTS, pl.String)
    fixed |= {"tags": pl.List(pl.String), **dict.fromkeys(_TIMES, time)}
    rest = [name for name in table.columns if name not in fixed]
    # Columns that are empty in all records are there too.
    return pl.concat([pl.DataFrame(schema=fixed), table], how="diagonal_relaxed").select(
        *fixed, *rest
    )


def _row(selected: Selected, measurement: Any) -> dict[str, object]:
    cell = selected.cells.get(measurement.cell_instance_id)
    spec = None if cell is None else selected.specifications.get(cell.cell_specification_id)
    protocol, setup = measurement.protocol, measurement.test_setup
    return {
        "measurement_id": measurement.id,
        "cell_instance_id": measurement.cell_instance_id,
        "cell_specification_id": None if cell is None else cell.cell_specification_id,
        "measurement_name": measurement.name,
        "cell_instance_name": None if cell is None else cell.name,
        "cell_specification_name": None if spec is None else spec.name,
        "measurement_type": str(measurement.measurement_type),
        "processing_status": measurement.processing_status,
        "tags": list(measurement.tags or []),
        "start_time": measurement.start_time,
        "end_time": measurement.end_time,
        "created_at": measurement.created_at,
        "updated_at": measurement.updated_at,
        "notes": measurement.notes,
        "protocol": protocol,
        "test_setup": setup,
        "rated": None if spec is None else spec.ratings,
        "cell": None if cell is None else cell.measured_properties,
        "properties": measurement.properties,
    }


def merge_tables(path: Path, table: polars.DataFrame, kept: Collection[str]) -> polars.DataFrame:
    """Return the table with the rows of other measurements that the folder has.

    Raises
    ------
    FileError
        If the file with those rows is damaged.
    """
    import polars as pl

    if not kept or not path.exists():
        return table
    fix = "Remove it, and export each selection of this folder again"
    with translate_errors(lambda reason: FileError(f"{str(path)!r} is damaged: {reason}. {fix}")):
        rows = pl.read_parquet(path).filter(pl.col("measurement_id").is_in(list(kept)))
        return pl.concat([table, rows], how="diagonal_relaxed").sort("measurement_id")
