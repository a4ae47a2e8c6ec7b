# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `discovery`: the service's description of its own API."""

from __future__ import annotations

from typing import Any

from ..models.capabilities import Capabilities
from ..models.discovery_schema import DiscoverySchema
from ..types import Operation, Request


def _build_get_capabilities() -> Request:
    """Get the capabilities of the service"""
    return Request()


def _read_get_capabilities(status: int, data: Any) -> Capabilities:
    return Capabilities.from_dict(data)


get_capabilities = Operation(
    "get_capabilities",
    "GET",
    "/discovery/capabilities",
    _build_get_capabilities,
    _read_get_capabilities,
    "json",
    "idempotent",
)


def _build_get_discovery_schema(schema_name: str) -> Request:
    """Get the description of one kind of data

    Parameters
    ----------
    schema_name : str
    """
    return Request(
        path={
            "schema_name": schema_name,
        },
    )


def _read_get_discovery_schema(status: int, data: Any) -> DiscoverySchema:
    return DiscoverySchema.from_dict(data)


get_discovery_schema = Operation(
    "get_discovery_schema",
    "GET",
    "/discovery/schemas/{schema_name}",
    _build_get_discovery_schema,
    _read_get_discovery_schema,
    "json",
    "idempotent",
)
