# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Project of the contract."""

from __future__ import annotations

import datetime

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    instant,
    listed,
    text,
)
from ionworks.records.record import Record

from .cell_spec_project_mapping import CellSpecProjectMapping
from .user_project_role import UserProjectRole


@define(kw_only=True, repr=False)
class Project(Record):
    """A project of an organization.

    Attributes
    ----------
    name : str
        The name.
    id : str
        The id.
    organization_id : str
        The organization that it belongs to.
    created_at : datetime.datetime
        When it was created.
    updated_at : datetime.datetime
        When it was last changed.
    description : str | None
        What it is about.
    cell_spec_project_mappings : list[CellSpecProjectMapping] | None
        The specifications that belong to it.
    user_project_roles : list[UserProjectRole] | None
        Who works on it, and as what.
    """

    name: str
    id: str
    organization_id: str
    created_at: datetime.datetime
    updated_at: datetime.datetime
    description: str | None = None
    cell_spec_project_mappings: list[CellSpecProjectMapping] | None = None
    user_project_roles: list[UserProjectRole] | None = None


Project._declare(
    WireField("name", "name", text, required=True),
    WireField("id", "id", text, required=True),
    WireField("organization_id", "organization_id", text, required=True),
    WireField("created_at", "created_at", instant, required=True),
    WireField("updated_at", "updated_at", instant, required=True),
    WireField("description", "description", text),
    WireField(
        "cell_spec_project_mappings",
        "cell_spec_project_mappings",
        listed(CellSpecProjectMapping.from_dict),
    ),
    WireField("user_project_roles", "user_project_roles", listed(UserProjectRole.from_dict)),
)
