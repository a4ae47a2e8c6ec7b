# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Component of the contract."""

from __future__ import annotations

import datetime

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_datetime,
    read_id,
    read_str,
)
from ionworks.records.record import Record

from .component_type import ComponentType
from .design_properties import DesignProperties
from .material import Material


@define(kw_only=True, repr=False)
class Component(Record):
    """A part of a kind of cell, with its material.

    Attributes
    ----------
    id : str
        The id.
    component_type : ComponentType | str
        The part of a cell that a component describes.
    material_id : str
        Its material.
    organization_id : str
        The organization that it belongs to.
    created_at : datetime.datetime
        When it was created.
    updated_at : datetime.datetime
        When it was last changed.
    properties : DesignProperties | None
        Values of the design, such as an assembly method, a mass or a target thickness. Numbers
        are Quantities.
    material : Material | None
        A material of cell components.
    """

    id: str
    component_type: ComponentType | str
    material_id: str
    organization_id: str
    created_at: datetime.datetime
    updated_at: datetime.datetime
    properties: DesignProperties | None = None
    material: Material | None = None


Component._declare(
    WireField("id", "id", read_id, required=True, identity=True),
    WireField("component_type", "component_type", read_str, required=True),
    WireField("material_id", "material_id", read_str, required=True),
    WireField("organization_id", "organization_id", read_str, required=True),
    WireField("created_at", "created_at", read_datetime, required=True),
    WireField("updated_at", "updated_at", read_datetime, required=True),
    WireField("properties", "properties", DesignProperties.from_dict),
    WireField("material", "material", Material.from_dict),
    kind="component",
)
