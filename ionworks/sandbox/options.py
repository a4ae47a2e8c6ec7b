"""Checks the options of a sandbox."""

from __future__ import annotations

import math
import os
from os import PathLike
from pathlib import Path


def check_port(name: str, port: object) -> int:
    """Return a port.

    Raises
    ------
    ValueError
        If it is not a number from 0 to 65535.
    """
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
        raise ValueError(f"{name} is {port!r}: give a number from 0 to 65535, 0 for any free port.")
    return port


def check_duration(name: str, value: object) -> float:
    """Return a duration.

    Raises
    ------
    ValueError
        If it is not a finite number from 0 on.
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf:
        return value
    raise ValueError(f"{name} is {value!r}: give a number of milliseconds, 0 or more.")


def check_folder(data: str | PathLike[str] | None) -> Path | None:
    """Return a data folder; None if the data are temporary.

    Raises
    ------
    ValueError
        If it is an empty text, which would be the current folder.
    """
    if data is None:
        return None
    if not os.fspath(data):
        raise ValueError("data is empty: give a folder, or leave it out for temporary data.")
    return Path(data)
