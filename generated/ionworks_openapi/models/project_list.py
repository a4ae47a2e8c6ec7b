# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema ProjectList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    lenient_list_of,
    read_int,
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
        Number of records on this page.
    total : int | None
        Number of records on all pages.
    """

    items: list[Project]
    count: int | None = None
    total: int | None = None


ProjectList._declare(
    WireField("items", "items", lenient_list_of(Project.from_dict), required=True),
    WireField("count", "count", read_int),
    WireField("total", "total", read_int),
)
