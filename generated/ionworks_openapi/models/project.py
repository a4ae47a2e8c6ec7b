# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Project of the contract."""

from __future__ import annotations

import datetime

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    list_of,
    read_datetime,
    read_id,
    read_str,
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
        A description in free text.
    cell_spec_project_mappings : list[CellSpecProjectMapping] | None
        Its specifications.
    user_project_roles : list[UserProjectRole] | None
        Its users and their roles.
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
    WireField("name", "name", read_str, required=True),
    WireField("id", "id", read_id, required=True, identity=True),
    WireField("organization_id", "organization_id", read_str, required=True),
    WireField("created_at", "created_at", read_datetime, required=True),
    WireField("updated_at", "updated_at", read_datetime, required=True),
    WireField("description", "description", read_str),
    WireField(
        "cell_spec_project_mappings",
        "cell_spec_project_mappings",
        list_of(CellSpecProjectMapping.from_dict),
    ),
    WireField("user_project_roles", "user_project_roles", list_of(UserProjectRole.from_dict)),
    kind="project",
)
