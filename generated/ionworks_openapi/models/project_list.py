# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ProjectList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    each,
    integer,
)
from ionworks.records.record import Page

from .project import Project


@define(kw_only=True, repr=False)
class ProjectList(Page[Project]):
    """One page of projects.

    Attributes
    ----------
    items : list[Project]
        The projects on this page.
    count : int | None
        How many are on this page.
    total : int | None
        How many there are on all pages.
    """

    items: list[Project]
    count: int | None = None
    total: int | None = None


ProjectList._declare(
    WireField("items", "items", each(Project.from_dict), required=True),
    WireField("count", "count", integer),
    WireField("total", "total", integer),
)
