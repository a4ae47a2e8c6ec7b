# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema User of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    list_of,
    read_id,
    read_str,
)
from ionworks.records.record import Record

from .organization_reference import OrganizationReference


@define(kw_only=True, repr=False)
class User(Record):
    """The user of the credentials.

    Attributes
    ----------
    id : str
        The id.
    email : str | None
        The email address.
    authorized_organization : OrganizationReference | None
        The organization of the credentials.
    organizations : list[OrganizationReference] | None
        All organizations of the user.
    """

    id: str
    email: str | None = None
    authorized_organization: OrganizationReference | None = None
    organizations: list[OrganizationReference] | None = None


User._declare(
    WireField("id", "id", read_id, required=True, identity=True),
    WireField("email", "email", read_str),
    WireField(
        "authorized_organization", "authorized_organization", OrganizationReference.from_dict
    ),
    WireField("organizations", "organizations", list_of(OrganizationReference.from_dict)),
    kind="user",
)
