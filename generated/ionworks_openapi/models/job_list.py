# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema JobList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    lenient_list_of,
    read_int,
)
from ionworks.records.record import Page

from .job import Job


@define(kw_only=True, repr=False)
class JobList(Page[Job]):
    """One page of jobs.

    Attributes
    ----------
    items : list[Job]
        The jobs on this page.
    count : int | None
        Number of records on this page.
    total : int | None
        Number of records on all pages.
    """

    items: list[Job]
    count: int | None = None
    total: int | None = None


JobList._declare(
    WireField("items", "items", lenient_list_of(Job.from_dict), required=True),
    WireField("count", "count", read_int),
    WireField("total", "total", read_int),
)
