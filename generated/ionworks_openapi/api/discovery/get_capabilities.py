# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /discovery/capabilities."""

from __future__ import annotations

from typing import Any

from ...models.capabilities import Capabilities
from ...types import Operation, Request


def build() -> Request:
    """Get the capabilities of the service"""
    return Request()


def read(status: int, data: Any) -> Capabilities:
    """Read the answer of a 2xx status."""
    return Capabilities.from_dict(data)


OPERATION = Operation(
    "get_capabilities", "GET", "/discovery/capabilities", build, read, "json", "idempotent"
)
