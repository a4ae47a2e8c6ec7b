# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema CellSpecification of the contract."""

from __future__ import annotations

import datetime

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    list_of,
    read_datetime,
    read_id,
    read_str,
    union_of,
)
from ionworks.records.record import Record

from .component import Component
from .design_properties import DesignProperties
from .ratings import Ratings
from .record_reference import RecordReference
from .source import Source


@define(kw_only=True, repr=False)
class CellSpecification(Record):
    """A kind of cell.

    Attributes
    ----------
    name : str
        The name.
    ratings : Ratings
        The electrical ratings of a kind of cell, as on its data sheet.
    id : str
        The id.
    organization_id : str
        The organization that it belongs to.
    form_factor : str | None
        The shape, for example `R2032`, `18650`, `21700`, `pouch` or `prismatic`.
    manufacturer : str | None
        Who makes the cell.
    anode_id : str | None
        The id of the anode.
    cathode_id : str | None
        The id of the cathode.
    electrolyte_id : str | None
        The id of the electrolyte.
    separator_id : str | None
        The id of the separator.
    case_id : str | None
        The id of the case.
    properties : DesignProperties | None
        Values of the design, such as an assembly method, a mass or a target thickness. Numbers
        are Quantities.
    source : Source | None
        The source of a specification. Usual keys: `doi`, `license`, `publication_date`,
        `citation`, `creator_name`, `creator_orcid`.
    notes : str | None
        Notes in free text.
    created_by : str | None
        The id of the user who created it.
    created_by_email : str | None
        The email of the user who created it.
    instance_ids : list[RecordReference | str] | None
        The ids of its instances.
    anode : Component | None
        A part of a kind of cell, with its material.
    cathode : Component | None
        A part of a kind of cell, with its material.
    electrolyte : Component | None
        A part of a kind of cell, with its material.
    separator : Component | None
        A part of a kind of cell, with its material.
    case : Component | None
        A part of a kind of cell, with its material.
    project_id : str | None
        The project that it belongs to.
    created_at : datetime.datetime | None
        When it was created.
    updated_at : datetime.datetime | None
        When it was last changed.
    """

    name: str
    ratings: Ratings
    id: str
    organization_id: str
    form_factor: str | None = None
    manufacturer: str | None = None
    anode_id: str | None = None
    cathode_id: str | None = None
    electrolyte_id: str | None = None
    separator_id: str | None = None
    case_id: str | None = None
    properties: DesignProperties | None = None
    source: Source | None = None
    notes: str | None = None
    created_by: str | None = None
    created_by_email: str | None = None
    instance_ids: list[RecordReference | str] | None = None
    anode: Component | None = None
    cathode: Component | None = None
    electrolyte: Component | None = None
    separator: Component | None = None
    case: Component | None = None
    project_id: str | None = None
    created_at: datetime.datetime | None = None
    updated_at: datetime.datetime | None = None


CellSpecification._declare(
    WireField("name", "name", read_str, required=True),
    WireField("ratings", "ratings", Ratings.from_dict, required=True),
    WireField("id", "id", read_id, required=True, identity=True),
    WireField("organization_id", "organization_id", read_str, required=True),
    WireField("form_factor", "form_factor", read_str),
    WireField("manufacturer", "manufacturer", read_str),
    WireField("anode_id", "anode_id", read_str),
    WireField("cathode_id", "cathode_id", read_str),
    WireField("electrolyte_id", "electrolyte_id", read_str),
    WireField("separator_id", "separator_id", read_str),
    WireField("case_id", "case_id", read_str),
    WireField("properties", "properties", DesignProperties.from_dict),
    WireField("source", "source", Source.from_dict),
    WireField("notes", "notes", read_str),
    WireField("created_by", "created_by", read_str),
    WireField("created_by_email", "created_by_email", read_str),
    WireField(
        "instance_ids", "instance_ids", list_of(union_of(RecordReference.from_dict, read_str))
    ),
    WireField("anode", "anode", Component.from_dict),
    WireField("cathode", "cathode", Component.from_dict),
    WireField("electrolyte", "electrolyte", Component.from_dict),
    WireField("separator", "separator", Component.from_dict),
    WireField("case", "case", Component.from_dict),
    WireField("project_id", "project_id", read_str),
    WireField("created_at", "created_at", read_datetime),
    WireField("updated_at", "updated_at", read_datetime),
    kind="cell_specification",
)
