"""Turns and what counts them: 60 rpm and 2π rad/s are 1 Hz.

pint takes a radian for 1 and a hertz for 1/s, so that 1 Hz would be 1 rad/s. Here a hertz and a
count are a full turn wherever they are converted to an angle or from one. A plane angle alone, and
an angle in any other unit (a torque times a speed is a power), stay as pint has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fractions import Fraction

    import pint

    Power = Fraction | float
    Terms = Mapping[str, Power]

_COUNTED = ("hertz", "count", "counts_per_second")


def turn_power(registry: pint.UnitRegistry[Any], *ends: tuple[pint.Unit, Terms]) -> Power:
    """Return the power of a full turn in radians that pint's factor lacks.

    Parameters
    ----------
    registry
        The registry of the units.
    ends
        Source and target: the unit, and its names with their powers.
    """
    (angle, counted), (other_angle, other_counted) = (
        (_radians(registry, unit), _counted(registry, terms)) for unit, terms in ends
    )
    if not angle and not other_angle:
        return 0
    rates = [_time_power(unit) for unit, _ in ends]
    if rates[0] and not (angle or counted) and _fits(other_angle, rates[0]):
        counted = other_angle  # 1/s, of which only the other side says what it counts
    if rates[1] and not (other_angle or other_counted) and _fits(angle, rates[1]):
        other_counted = angle
    return counted - other_counted if angle + counted == other_angle + other_counted else 0


def _radians(registry: pint.UnitRegistry[Any], unit: pint.Unit) -> Power:
    _, root = registry.get_root_units(unit)
    return _power(dict(root._units).items(), "radian")


def _counted(registry: pint.UnitRegistry[Any], terms: Terms) -> Power:
    """Return the power in which a unit has names that count turns."""
    total: Power = 0
    for name, power in terms.items():
        readings = registry.parse_unit_name(name)
        if readings and readings[0][1] in _COUNTED:
            total += power
    return total


def _time_power(unit: pint.Unit) -> Power:
    """Return the power of time, if a unit is nothing else."""
    dimensions = dict(unit.dimensionality)
    return _power(dimensions.items(), "[time]") if len(dimensions) == 1 else 0


def _fits(angle: Power, time: Power) -> bool:
    """Whether an angle to this power can be counted in a time to that power: rad/s, rad/s**2."""
    return angle * time < 0 and angle * angle <= time * time


def _power(items: Iterable[tuple[str, Any]], name: str) -> Power:
    return next((power for each, power in items if each == name), 0)
