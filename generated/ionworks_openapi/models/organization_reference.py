# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema OrganizationReference of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_str,
)
from ionworks.records.record import Record


@define(kw_only=True, repr=False)
class OrganizationReference(Record):
    """An organization that a user belongs to.

    Attributes
    ----------
    id : str | None
        The id.
    name : str | None
        The name.
    """

    id: str | None = None
    name: str | None = None


OrganizationReference._declare(
    WireField("id", "id", read_str),
    WireField("name", "name", read_str),
)
