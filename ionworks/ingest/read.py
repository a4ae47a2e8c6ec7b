"""Reads the files of a cycler and prepares them for the service."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from ionworks.errors import PayloadError
from ionworks.ingest.cycler_data import CyclerData
from ionworks.ingest.options import CurrentSign, DateOrder, check_options
from ionworks.ingest.prepare import prepare_table


def read_cycler(
    path: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    maker: str | None = None,
    current: CurrentSign = "auto",
    timezone: str | None = None,
    encoding: str | None = None,
    repair: str | Iterable[str] = (),
    data_type: Literal["ocp", "eis"] | None = None,
    units: Mapping[str, str] | None = None,
    dates: DateOrder = "auto",
    keep: Iterable[str] = (),
) -> CyclerData:
    r"""Read a file of a cycler, or the files of one test, and convert them as `prepare` does.

    Parameters
    ----------
    path : path or sequence of paths
        A file, or several files of one test in any order. They are sorted by their dates, or else
        by their times, and joined. The report lists gaps between them.
    maker : str, optional
        The maker of the cycler, such as "neware"; by default it is recognised from the content.
    encoding : str, optional
        The encoding of a text file; by default it is recognised.
    current, timezone, repair, data_type, units, dates, keep
        As in `ionworks.prepare`; `units` and `keep` name columns of the file.

    Returns
    -------
    CyclerData
        The prepared `frame`, `metadata` and `report`.

    Raises
    ------
    FileError, PayloadError
        If a file cannot be read, or an argument is not valid.
    ConfigurationError
        If the format needs a library that is not installed.
    MeasurementValidationError
        As in `ionworks.prepare`.

    Examples
    --------
    >>> import ionworks, pathlib, tempfile
    >>> text = "Test Time (s),Current (A),Voltage (V),Step Index\n0,0,3.6,1\n10,0,3.6,1\n"
    >>> path = pathlib.Path(tempfile.mkdtemp(), "rest.csv")
    >>> _ = path.write_text(text)
    >>> ionworks.read_cycler(path).frame["Time [s]"].to_list()
    [0.0, 10.0]
    """
    from ionworks.ingest.readers import read_file

    options = check_options(current, timezone, repair, data_type, units, dates, keep)
    given: object = path
    if isinstance(given, bytes | bytearray) or not isinstance(given, str | os.PathLike | Sequence):
        raise PayloadError("path", path, "is not a path", "Give one path or a list of paths")
    paths = [path] if isinstance(path, str | os.PathLike) else list(path)
    if not paths:
        raise PayloadError("path", path, "names no file", "Give at least one path")
    return prepare_table(
        [read_file(each, maker=maker, encoding=encoding) for each in paths], options
    )
