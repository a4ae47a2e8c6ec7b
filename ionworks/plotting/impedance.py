"""The plot of an impedance spectrum."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ionworks.analysis.numeric import numbers
from ionworks.analysis.sweeps import with_sweeps
from ionworks.errors import PayloadError
from ionworks.plotting.canvas import Plot, Shades, axes, entitle, legend, points, sample, unit_of

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes

    from ionworks.frames.convert import AnyTable

_REAL, _IMAGINARY, _FREQUENCY = "Z_Re [Ohm]", "Z_Im [Ohm]", "Frequency [Hz]"
_DRAWN = "-Z_Im [Ohm]"
_COUNTS = ("Step count", "Cycle count")


def plot_nyquist(
    impedance: AnyTable,
    *,
    ax: Axes | None = None,
    title: str = "",
) -> Plot:
    """Draw -Z_Im over Z_Re with the same scale on both axes.

    The rows are drawn in the order of the table. A new sweep begins when the step or the cycle
    changes, and when the frequency jumps back. Each sweep is a line. In a single sweep, the point
    nearest to each power of ten of the frequency is marked. Below 1 Ω the axes are in mΩ.

    Parameters
    ----------
    impedance : AnyTable
        With `Frequency [Hz]`, `Z_Re [Ohm]` and `Z_Im [Ohm]` (negative where the cell is
        capacitive). `Step count` and `Cycle count` are used if present. Rows without a frequency
        are ignored; a point without a value is a gap.
    ax : matplotlib Axes, optional
        Where to draw; by default a new figure.
    title : str
        Above the plot.

    Returns
    -------
    Plot
        `data` has `Sweep` (from 0), `Step count` and `Cycle count` if present, `Frequency [Hz]`,
        `Z_Re [Ohm]` and `-Z_Im [Ohm]`.

    Raises
    ------
    ConfigurationError
        If matplotlib is not installed; the message names the extra.
    PayloadError
        If `impedance` is not a table or has no spectrum, or if a column is missing or not numeric.

    Examples
    --------
    >>> spectrum = {
    ...     "Frequency [Hz]": [1000.0, 10.0, 0.1],
    ...     "Z_Re [Ohm]": [0.02, 0.03, 0.05],
    ...     "Z_Im [Ohm]": [-0.001, -0.01, -0.02],
    ... }
    >>> plot = plot_nyquist(spectrum)
    >>> plot.ax.get_ylabel(), plot.data["-Z_Im [Ohm]"].to_list()
    ('-Z_Im [mΩ]', [0.001, 0.01, 0.02])
    """
    import polars as pl

    table = numbers(impedance, (_FREQUENCY, _REAL, _IMAGINARY), table="impedance", wanted=_COUNTS)
    counts = [name for name in _COUNTS if name in table.columns]
    data = table.filter(pl.col(_FREQUENCY) > 0).select(
        *(
            pl.col(name).forward_fill().backward_fill().fill_null(0).cast(pl.Int64)
            for name in counts
        ),
        _FREQUENCY,
        _REAL,
        (0 - pl.col(_IMAGINARY)).alias(_DRAWN),
    )
    if data.drop_nulls().is_empty():
        reason = "has no row with a frequency above 0 and an impedance"
        raise PayloadError("impedance", "DataFrame", reason, "give a spectrum")
    data = with_sweeps(data, counts)
    data = data.select("Sweep", pl.exclude("Sweep"))
    own = ax is None
    ax = axes(ax, (6.6, 4.0))
    entitle(ax, title, _draw(ax, data, counts, own))
    return Plot(ax, ax.figure, data)


def _draw(ax: Axes, data: polars.DataFrame, counts: list[str], own: bool) -> float:
    import polars as pl

    sweeps = data.partition_by("Sweep", maintain_order=True)
    shades = Shades(range(len(sweeps)))
    above = 0.0
    style: dict[str, Any] = {"marker": "o", "ms": 3.5, "lw": 0.8}
    for number, part in enumerate(sweeps):
        colour = shades[number] if len(sweeps) > 1 else "tab:blue"
        ax.plot(points(part, _REAL), points(part, _DRAWN), color=colour, **style)
    ax.margins(0.14, 0.1)
    names = _names(sweeps, counts)
    if len(sweeps) == 1:
        _mark_decades(ax, data)
    elif shades.few:
        keys = [sample(name, color=shades[k], **style) for k, name in enumerate(names)]
        above = legend(ax, keys, own=own)
    else:
        shades.bar(ax, f"Sweep: {names[0]} to {names[-1]}" if counts else "Sweep")
    ax.set_aspect("equal", adjustable="datalim")
    both = pl.concat([data[_REAL], data[_DRAWN]])  # one unit for both axes
    ax.set_xlabel(unit_of(ax.xaxis, _REAL, both, below=1.0))
    ax.set_ylabel(unit_of(ax.yaxis, _DRAWN, both, below=1.0))
    return above


def _names(sweeps: list[polars.DataFrame], counts: list[str]) -> list[str]:
    """Name each sweep by the counts that differ, and by its number where they are the same."""
    firsts = [tuple(sweep[name][0] for name in counts) for sweep in sweeps]
    varying = [k for k in range(len(counts)) if len({each[k] for each in firsts}) > 1]
    keys = [tuple(each[k] for k in varying) for each in firsts]
    words = [counts[k].partition(" ")[0].lower() for k in varying]
    names = []
    for number, key in enumerate(keys):
        parts = [f"{word} {value}" for word, value in zip(words, key, strict=True)]
        if keys.count(key) > 1:
            parts.append(f"sweep {number}")
        names.append(", ".join(parts))
    return names


def _mark_decades(ax: Axes, data: polars.DataFrame) -> None:
    """Fill the points nearest to 1 Hz, 10 Hz, ..., and write the frequency next to them."""
    known = data.drop_nulls()
    decades = [math.log10(each) for each in known[_FREQUENCY]]
    for decade in range(math.ceil(min(decades) - 0.05), math.floor(max(decades) + 0.05) + 1):
        nearest = min(range(len(decades)), key=lambda at: abs(decades[at] - decade))
        if abs(decades[nearest] - decade) > 0.05:
            continue
        place = (known[_REAL][nearest], known[_DRAWN][nearest])
        ax.plot(*([each] for each in place), "o", ms=5.5, color="tab:red")
        below: dict[str, Any] = {"textcoords": "offset points", "fontsize": "small", "va": "top"}
        offset, side = ((-6, 6), "right") if place[0] == known[_REAL].max() else ((5, -3), "left")
        ax.annotate(_hertz(decade), place, offset, ha=side, **below)


def _hertz(decade: int) -> str:
    return f"{10 ** (decade - 3):g} kHz" if decade >= 3 else f"{10**decade:g} Hz"
