"""What all plots share: where they are drawn, colours, legends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from attrs import field, frozen

from ionworks.errors import ConfigurationError

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure, SubFigure
    from matplotlib.lines import Line2D

#: The largest number of cycles or spectra in a legend; more get a colour bar.
FEW = 6
_SIZE = (7.0, 4.2)
_ROW = 5  # entries in one row of a legend
_GREY = "0.35"
_REACH = 3.0  # times as far from the median as three in four values: not far
_WRITTEN = 5  # values outside the axes that are written
_LIGHTEST = 0.88  # the yellow end of viridis cannot be read on white


def _whole(figure: Figure | SubFigure) -> Figure:
    """Return the figure that a part of one belongs to."""
    return cast("Figure", getattr(figure, "figure", None) or figure)


@frozen(eq=False)
class Plot:
    """A plot: its axes, figure and data.

    Parameters
    ----------
    ax : matplotlib Axes
        The axes of the plot; you can change labels and limits.
    figure : matplotlib Figure
        The figure; `plot.figure.savefig("rpt.png")` writes it to a file.
    data : polars.DataFrame
        The drawn points, in the units of the columns. An axis may have a smaller unit (mA·h, mΩ),
        as its label shows.
    right : matplotlib Axes, optional
        The axis on the right, if the plot has one.
    """

    ax: Axes
    figure: Figure = field(repr=False, converter=_whole)
    data: polars.DataFrame = field(repr=False)
    right: Axes | None = None


def axes(ax: Axes | None, size: tuple[float, float] = _SIZE) -> Axes:
    """Return the axes to draw on: those given, or the only ones of a new figure of pyplot.

    Raises
    ------
    ConfigurationError
        If matplotlib is not installed; the message names the extra.
    """
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot as plt
    except ImportError:
        raise ConfigurationError(
            'plots need matplotlib: pip install "ionworks-client[plot]"'
        ) from None
    return plt.subplots(figsize=size, layout="constrained")[1]


def points(frame: polars.DataFrame, name: str) -> list[float]:
    """Return a column as numbers to draw; null is a gap."""
    return frame.get_column(name).fill_null(float("nan")).to_list()


class Shades:
    """The colours of an ordered set of cycles or spectra, from the first (dark) to the last."""

    def __init__(self, keys: Sequence[int], *, few: bool = False) -> None:
        from matplotlib import colormaps
        from matplotlib.colors import ListedColormap, Normalize

        self.keys: list[Any] = sorted(set(keys))
        self.few: bool = few or len(self.keys) <= FEW
        viridis = colormaps["viridis"]
        self._map = ListedColormap([viridis(_LIGHTEST * k / 255) for k in range(256)])
        low, high = (0, len(self.keys) - 1) if self.few else (self.keys[0], self.keys[-1])
        self._norm = Normalize(low, max(high, low + 1))

    def __getitem__(self, key: int) -> Any:
        return self._map(self._norm(self.keys.index(key) if self.few else key))

    def bar(self, ax: Axes, label: str) -> None:
        """Draw the colour bar next to the axes."""
        from matplotlib.cm import ScalarMappable
        from matplotlib.ticker import MaxNLocator

        ticks = MaxNLocator(integer=True, nbins=8)
        source = ScalarMappable(self._norm, self._map)
        ax.figure.colorbar(source, ax=ax, label=label, ticks=ticks, pad=0.02)


def sample(label: str, **style: Any) -> Line2D:
    """Return a legend entry for several lines."""
    from matplotlib.lines import Line2D

    return Line2D([], [], **{"color": _GREY, **style}, label=label)


def legend(ax: Axes, handles: Sequence[Any], *, own: bool) -> float:
    """Draw a legend: above the axes in a figure of ours, where there is space on given axes.

    Returns
    -------
    float
        The additional offset of a title, in points.
    """
    options: dict[str, Any] = {"frameon": False, "fontsize": "small", "borderpad": 0.2}
    if not own:
        ax.legend(handles=handles, loc="best", **options)
        return 0.0
    columns = len(handles) if len(handles) <= _ROW else -(-len(handles) // 2)
    ax.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=columns, **options
    )
    return 8.0 + 12.0 * math.ceil(len(handles) / columns)


def entitle(ax: Axes, title: str, above: float = 0.0) -> None:
    """Write the title, so many points above its usual place."""
    ax.set_title(title, pad=6.0 + above)


def bulk(values: polars.Series, least: float) -> tuple[float, float] | None:
    """Return between what values three in four of them lie, and those that are not far from them.

    Parameters
    ----------
    values : polars.Series
        Null where there is none.
    least : float
        So far from the median a value always belongs to the others.

    Returns
    -------
    tuple of float, optional
        The least and the largest value that is not far; None where there are no values.
    """
    known = values.drop_nulls()
    if known.is_empty():
        return None
    middle = float(known.median())  # type: ignore[arg-type]
    distance = (known - middle).abs()
    reach = max(_REACH * float(distance.quantile(0.75, "lower") or 0.0), least)
    near = known.filter(distance <= reach)
    near = known if near.is_empty() else near
    return float(near.min()), float(near.max())  # type: ignore[arg-type]


def mark_outside(ax: Axes, x: list[float], y: list[float], colour: str) -> None:
    """Mark what lies above or below the axes with a triangle at their edge; few with the value."""
    low, high = sorted(ax.get_ylim())
    outside = [(a, b) for a, b in zip(x, y, strict=True) if b < low or b > high]
    for above, marker, edge in ((True, "^", high), (False, "v", low)):
        side = [(a, b) for a, b in outside if (b > high) == above]
        if not side:
            continue
        places = [a for a, _ in side]
        line = ax.plot(places, [edge] * len(side), marker, color=colour, ms=5, clip_on=False)[0]
        line.set_gid("outside")
        middle = sum(ax.get_xlim()) / 2
        for place, value in side if len(side) <= _WRITTEN else []:
            ax.annotate(
                f"{value:.4g}",
                (place, edge),
                (4 if place < middle else -4, -2 if above else 3),
                textcoords="offset points",
                ha="left" if place < middle else "right",
                va="top" if above else "bottom",
                fontsize="x-small",
                color=colour,
            )
    ax.set_ylim(low, high)


def note(ax: Axes, text: str, *, top: bool, line: int = 0) -> None:
    """Write small how the data were treated: top right, or bottom left; `line` counts inwards."""
    away = 0.05 * line
    ax.text(
        *((0.985, 0.975 - away) if top else (0.015, 0.025 + away)),
        text,
        transform=ax.transAxes,
        ha="right" if top else "left",
        va="top" if top else "bottom",
        fontsize="x-small",
        color=_GREY,
    )


def unit_of(axis: Axis, name: str, values: polars.Series, below: float = 0.1) -> str:
    """Return a column's name for an axis, and let the axis count in a smaller unit if need be.

    What is drawn stays in the column's own unit; a coin cell's capacity of 0.002 A.h is read as
    2 mA·h.
    """
    largest = float(values.abs().max() or 0.0)  # type: ignore[arg-type]
    text, unit = name.removesuffix("]").replace("A.h", "A·h").replace("Ohm", "Ω").split("[")
    factor, prefix = 1.0, ""
    if 0 < largest < below:
        factor, prefix = (1e3, "m") if largest >= below / 1000 else (1e6, "µ")
        axis.set_major_formatter(
            lambda value, _: f"{factor * value:g}".replace("-", "\N{MINUS SIGN}")
        )
    return f"{text}[{prefix}{unit}]"
