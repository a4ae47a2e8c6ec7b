# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellSpecificationCreate of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define

from ionworks.records.base import UNSET, Unset, WireField
from ionworks.records.readers import (
    read_str,
)
from ionworks.records.record import Record

from .component_input import ComponentInput
from .design_properties import DesignProperties
from .ids import (
    ProjectId,
)
from .ratings import Ratings
from .source import Source


@define(kw_only=True, repr=False)
class CellSpecificationCreate(Record):
    """A cell specification to create.

    Attributes
    ----------
    name : str
        The name.
    ratings : Ratings | Mapping[str, Any] | Unset
        The electrical ratings of a kind of cell, as on its data sheet.
    project_id : ProjectId | None | Unset
        The project of the new specification.
    form_factor : str | None | Unset
        The shape, for example `R2032`, `18650`, `21700`, `pouch` or `prismatic`.
    manufacturer : str | None | Unset
        Who makes the cell.
    properties : Mapping[str, Any] | Unset
        Values of the design, such as an assembly method, a mass or a target thickness. Numbers
        are Quantities.
    source : Mapping[str, Any] | Unset
        The source of a specification. Usual keys: `doi`, `license`, `publication_date`,
        `citation`, `creator_name`, `creator_orcid`.
    anode : ComponentInput | Mapping[str, Any] | Unset
        A component to create, or to find again.
    cathode : ComponentInput | Mapping[str, Any] | Unset
        A component to create, or to find again.
    electrolyte : ComponentInput | Mapping[str, Any] | Unset
        A component to create, or to find again.
    separator : ComponentInput | Mapping[str, Any] | Unset
        A component to create, or to find again.
    case : ComponentInput | Mapping[str, Any] | Unset
        A component to create, or to find again.
    notes : str | None | Unset
        Notes in free text.
    """

    name: str
    ratings: Ratings | Mapping[str, Any] | Unset = UNSET
    project_id: ProjectId | None | Unset = UNSET
    form_factor: str | None | Unset = UNSET
    manufacturer: str | None | Unset = UNSET
    properties: Mapping[str, Any] | Unset = UNSET
    source: Mapping[str, Any] | Unset = UNSET
    anode: ComponentInput | Mapping[str, Any] | Unset = UNSET
    cathode: ComponentInput | Mapping[str, Any] | Unset = UNSET
    electrolyte: ComponentInput | Mapping[str, Any] | Unset = UNSET
    separator: ComponentInput | Mapping[str, Any] | Unset = UNSET
    case: ComponentInput | Mapping[str, Any] | Unset = UNSET
    notes: str | None | Unset = UNSET


CellSpecificationCreate._declare(
    WireField("name", "name", read_str, required=True),
    WireField("ratings", "ratings", Ratings.from_dict, default=UNSET),
    WireField("project_id", "project_id", read_str, default=UNSET),
    WireField("form_factor", "form_factor", read_str, default=UNSET),
    WireField("manufacturer", "manufacturer", read_str, default=UNSET),
    WireField("properties", "properties", DesignProperties.from_dict, default=UNSET),
    WireField("source", "source", Source.from_dict, default=UNSET),
    WireField("anode", "anode", ComponentInput.from_dict, default=UNSET),
    WireField("cathode", "cathode", ComponentInput.from_dict, default=UNSET),
    WireField("electrolyte", "electrolyte", ComponentInput.from_dict, default=UNSET),
    WireField("separator", "separator", ComponentInput.from_dict, default=UNSET),
    WireField("case", "case", ComponentInput.from_dict, default=UNSET),
    WireField("notes", "notes", read_str, default=UNSET),
    sent_only=True,
)
