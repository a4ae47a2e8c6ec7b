"""Fills a sandbox, or a project, with cells from Parquet files."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ionworks.errors import IonworksError, PayloadError

if TYPE_CHECKING:
    import polars

    from ionworks.client import Ionworks

#: A function that takes a client, or what `seed_parquet` takes.
Seed = Callable[["Ionworks"], Any] | str | PathLike[str] | Mapping[str, Any]
_FORM: Final = "<specification>/<cell>/<measurement>.parquet"
_DEPTH: Final = 3
_MOST_TOLD: Final = 10


class SeedError(IonworksError, ValueError):
    """The data of a seed cannot be used; the message names each position and the reason."""

    __module__ = "ionworks.testing"


def seed_parquet(
    client: Ionworks, source: str | PathLike[str] | Mapping[str, Any]
) -> dict[str, str]:
    """Create cells with time series from Parquet files; existing records are used.

    Everything is read and checked before the first request.

    Parameters
    ----------
    client : Ionworks
        A client of the sandbox or the project.
    source : path or mapping
        A folder with files ``<specification>/<cell>/<measurement>.parquet``; or a mapping of
        ``"specification/cell/measurement"`` to a path or a frame. Columns are those of an upload:
        `Time [s]`, `Voltage [V]`, `Current [A]` (+ = discharge), `Step count`, ...

    Returns
    -------
    dict of str to str
        The id of each record by its path: ``"LG M50"`` for the specification, ``"LG M50/M50-007"``
        for the cell, ``"LG M50/M50-007/RPT 0"`` for the measurement.

    Raises
    ------
    SeedError
        If a file is missing or its data are invalid; nothing was sent.

    Examples
    --------
    >>> from ionworks.testing import seed_parquet
    >>> made = seed_parquet(client, {"LG M50/M50-008/Pulse": time_series})
    >>> client.cell_measurement.get(made["LG M50/M50-008/Pulse"]).name
    'Pulse'
    """
    ids: dict[str, str] = {}
    for (spec, cell, name), frame in _checked(_name(source)).items():
        if spec not in ids:
            ids[spec] = client.cell_spec.create_or_get({"name": spec}).id
        cell_path = f"{spec}/{cell}"
        if cell_path not in ids:
            ids[cell_path] = client.cell_instance.create_or_get(ids[spec], {"name": cell}).id
        made = client.cell_measurement.create_or_get(
            ids[cell_path], {"measurement": {"name": name}, "time_series": frame}
        )
        ids[f"{cell_path}/{name}"] = made.id
    return ids


def apply_seed(client: Ionworks, seed: Seed | None) -> Any:
    """Let a seed make its records, and return what it returns.

    Raises
    ------
    SeedError
        If it is none.
    """
    if seed is None:
        return None
    if isinstance(seed, str | PathLike | Mapping):
        return seed_parquet(client, seed)
    if not callable(seed):
        raise SeedError(f"a seed is a function of a client, a folder or a mapping, not {seed!r}")
    if inspect.iscoroutinefunction(seed):
        raise SeedError(f"the seed {seed.__name__} is asynchronous; the client is not")
    return seed(client)


def _name(source: str | PathLike[str] | Mapping[str, Any]) -> dict[tuple[str, ...], Any]:
    """Return frames and files by the names of specification, cell and measurement."""
    if isinstance(source, Mapping):
        named = {tuple(str(key).split("/")): value for key, value in source.items()}
        wrong = [
            f"{'/'.join(key)!r} is not 'specification/cell/measurement'"
            for key in named
            if len(key) != _DEPTH or not all(part.strip() for part in key)
        ]
        empty = "the mapping is empty"
    else:
        folder = Path(source)
        if not folder.is_dir():
            raise SeedError(f"there is no folder {folder}; it holds {_FORM}")
        inside = {each.relative_to(folder): each for each in sorted(_files(folder))}
        seen = {
            short: each
            for short, each in inside.items()
            if not any(part.startswith(".") for part in short.parts)
        }
        named = {short.with_suffix("").parts: each for short, each in seen.items()}
        wrong = [
            f"{short.as_posix()} is not {_FORM}"
            for short in seen
            if len(short.parts) != _DEPTH or short.suffix.lower() != ".parquet"
        ]
        empty = f"{folder} holds no {_FORM}"
    _refuse(wrong)
    if not named:
        raise SeedError(empty)
    return named


def _files(folder: Path) -> Iterator[Path]:
    """Yield everything in a folder and its subfolders that is not a folder itself."""

    def refuse(error: OSError) -> None:
        raise SeedError(f"the folder {error.filename} cannot be read: {error.strerror}") from error

    for inside, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(inside, name) for name in names)


def _checked(named: Mapping[tuple[str, ...], Any]) -> dict[tuple[str, ...], polars.DataFrame]:
    """Read everything, and report all that cannot be uploaded."""
    frames = {}
    wrong: list[str] = []
    for key, value in named.items():
        place = str(value) if isinstance(value, str | PathLike) else "/".join(key)
        try:
            frames[key] = _frame(value)
        except PayloadError as error:
            wrong.append(f"{place}: {' '.join(str(error).split())}")
            continue
        wrong += [f"{place}: {issue}" for issue in _issues(frames[key])]
    _refuse(wrong)
    return frames


def _frame(value: Any) -> polars.DataFrame:
    from ionworks.frames.column_types import check_storable, with_series_types
    from ionworks.frames.convert import to_polars

    frame = with_series_types(to_polars(value))
    check_storable(frame, "time_series")
    return frame


def _issues(frame: polars.DataFrame) -> Iterator[str]:
    from ionworks.validators import find_issues

    yield from map(str, find_issues(frame).errors)


def _refuse(wrong: list[str]) -> None:
    if wrong:
        more = f"; and {len(wrong) - _MOST_TOLD} more" if len(wrong) > _MOST_TOLD else ""
        raise SeedError(f"the data cannot be used: {'; '.join(wrong[:_MOST_TOLD])}{more}")
