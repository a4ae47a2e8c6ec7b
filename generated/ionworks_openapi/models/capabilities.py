"""Schema Capabilities of the contract."""

from __future__ import annotations

from typing import Any

from attrs import define

from ionworks.records.base import WireField
from ionworks.records.readers import (
    read_any,
)
from ionworks.records.record import OpenRecord

from .domain_context import DomainContext


@define(kw_only=True, repr=False)
class Capabilities(OpenRecord):
    """What the service can do, told to programs.

    Attributes
    ----------
    domain_context : DomainContext | None
        What the terms of the API mean; among its keys is `key_concepts`.
    schemas : Any
        The kinds of data that can be asked for.
    openapi_spec : Any
        Where the description of the API is.
    authentication : Any
        How to say who is asking.
    """

    domain_context: DomainContext | None = None
    schemas: Any = None
    openapi_spec: Any = None
    authentication: Any = None


Capabilities._declare(
    WireField("domain_context", "domain_context", DomainContext.from_dict),
    WireField("schemas", "schemas", read_any),
    WireField("openapi_spec", "openapi_spec", read_any),
    WireField("authentication", "authentication", read_any),
)
