# Generated from openapi.yaml. Do not edit: run make generate.
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
    """The capabilities of the service, for programs.

    Attributes
    ----------
    domain_context : DomainContext | None
        The meanings of the API's terms; one of its keys is `key_concepts`.
    schemas : Any
        The kinds of data that can be requested.
    openapi_spec : Any
        The URL of the API's description.
    authentication : Any
        How to authenticate.
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
