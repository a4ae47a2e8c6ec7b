# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ComponentInput of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.record import Record

from .design_properties import DesignProperties
from .material_input import MaterialInput


@define(kw_only=True, repr=False)
class ComponentInput(Record):
    """A component to create, or to find again.

    Attributes
    ----------
    properties : Mapping[str, Any] | Unset
        Values of the design, such as an assembly method, a mass or a target thickness. Numbers
        are Quantities.
    material : MaterialInput | Mapping[str, Any] | Unset
        A material to create, or to find again.
    """

    properties: Mapping[str, Any] | Unset = UNSET
    material: MaterialInput | Mapping[str, Any] | Unset = UNSET


ComponentInput._declare(
    WireField("properties", "properties", DesignProperties.from_dict, default=UNSET),
    WireField("material", "material", MaterialInput.from_dict, default=UNSET),
    sent_only=True,
)
