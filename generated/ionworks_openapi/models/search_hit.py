# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema SearchHit of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    text,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class SearchHit(Record):
    """A record that was found.

    Attributes
    ----------
    id : str
        The id.
    entity_type : str
        The kind of record, for example `cell_instance` or `material`.
    name : str
        The name.
    project_id : str | None
        The project that it belongs to.
    parent_id : str | None
        The record that it is part of.
    """

    id: str
    entity_type: str
    name: str
    project_id: str | None = None
    parent_id: str | None = None


SearchHit._declare(
    WireField("id", "id", text, required=True),
    WireField("entity_type", "entity_type", text, required=True),
    WireField("name", "name", text, required=True),
    WireField("project_id", "project_id", text),
    WireField("parent_id", "parent_id", text),
)
