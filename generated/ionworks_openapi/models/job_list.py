# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema JobList of the contract."""

from __future__ import annotations

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    each,
    integer,
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
        How many are on this page.
    total : int | None
        How many there are on all pages.
    """

    items: list[Job]
    count: int | None = None
    total: int | None = None


JobList._declare(
    WireField("items", "items", each(Job.from_dict), required=True),
    WireField("count", "count", integer),
    WireField("total", "total", integer),
)
