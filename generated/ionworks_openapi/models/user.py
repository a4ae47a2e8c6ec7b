# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema User of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    listed,
    text,
)
from ionworks.records.record import Record

from .organization_reference import OrganizationReference


@define(kw_only=True, repr=False)
class User(Record):
    """The user that the credentials belong to.

    Attributes
    ----------
    id : str
        The id.
    email : str | None
        The email address.
    authorized_organization : OrganizationReference | None
        The organization that the credentials reach.
    organizations : list[OrganizationReference] | None
        Every organization that the user belongs to.
    """

    id: str
    email: str | None = None
    authorized_organization: OrganizationReference | None = None
    organizations: list[OrganizationReference] | None = None


User._declare(
    WireField("id", "id", text, required=True),
    WireField("email", "email", text),
    WireField(
        "authorized_organization", "authorized_organization", OrganizationReference.from_dict
    ),
    WireField("organizations", "organizations", listed(OrganizationReference.from_dict)),
)
