# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /discovery/schemas/{schema_name}."""

from __future__ import annotations

from typing import Any

from ...models.discovery_schema import DiscoverySchema
from ...types import Operation, Request


def build(schema_name: str) -> Request:
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


def read(status: int, data: Any) -> DiscoverySchema:
    """Read the answer of a 2xx status."""
    return DiscoverySchema.from_dict(data)


OPERATION = Operation(
    "get_discovery_schema",
    "GET",
    "/discovery/schemas/{schema_name}",
    build,
    read,
    "json",
    "idempotent",
)
