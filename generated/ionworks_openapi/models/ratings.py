# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Ratings of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.quantity import Quantity
from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_quantity,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class Ratings(Record):
    """The electrical ratings of a kind of cell, as on its data sheet.

    Attributes
    ----------
    capacity : Quantity | None
        Rated capacity; turns a C-rate into a current.
    voltage_min : Quantity | None
        Lower cut-off voltage.
    voltage_max : Quantity | None
        Upper cut-off voltage.
    nominal_voltage : Quantity | None
        Nominal voltage.
    energy : Quantity | None
        Rated energy.
    energy_density_gravimetric : Quantity | None
        Energy by mass.
    energy_density_volumetric : Quantity | None
        Energy by volume.
    max_discharge_rate : Quantity | None
        Highest rate of discharge, as a C-rate.
    max_charge_rate : Quantity | None
        Highest rate of charge, as a C-rate.
    """

    capacity: Quantity | None = None
    voltage_min: Quantity | None = None
    voltage_max: Quantity | None = None
    nominal_voltage: Quantity | None = None
    energy: Quantity | None = None
    energy_density_gravimetric: Quantity | None = None
    energy_density_volumetric: Quantity | None = None
    max_discharge_rate: Quantity | None = None
    max_charge_rate: Quantity | None = None


Ratings._declare(
    WireField("capacity", "capacity", read_quantity),
    WireField("voltage_min", "voltage_min", read_quantity),
    WireField("voltage_max", "voltage_max", read_quantity),
    WireField("nominal_voltage", "nominal_voltage", read_quantity),
    WireField("energy", "energy", read_quantity),
    WireField("energy_density_gravimetric", "energy_density_gravimetric", read_quantity),
    WireField("energy_density_volumetric", "energy_density_volumetric", read_quantity),
    WireField("max_discharge_rate", "max_discharge_rate", read_quantity),
    WireField("max_charge_rate", "max_charge_rate", read_quantity),
)
