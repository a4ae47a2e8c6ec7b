# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema SearchHit of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_id,
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class SearchHit(Record):
    """A search result.

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
        The parent record.
    """

    id: str
    entity_type: str
    name: str
    project_id: str | None = None
    parent_id: str | None = None


SearchHit._declare(
    WireField("id", "id", read_id, required=True, identity=True),
    WireField("entity_type", "entity_type", read_str, required=True),
    WireField("name", "name", read_str, required=True),
    WireField("project_id", "project_id", read_str),
    WireField("parent_id", "parent_id", read_str),
)
