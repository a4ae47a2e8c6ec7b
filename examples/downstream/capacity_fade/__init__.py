"""Computes the capacity fade of a cell, cycle by cycle."""

from capacity_fade.fade import (
    NoSuchCellError,
    TryLaterError,
    capacity_fade,
    describe_cell,
    end_of_life,
    write_table,
)

__all__ = [
    "NoSuchCellError",
    "TryLaterError",
    "capacity_fade",
    "describe_cell",
    "end_of_life",
    "write_table",
]
