# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /healthz."""

from __future__ import annotations

from typing import Any

from ...models.health import Health
from ...types import Operation, Request


def build() -> Request:
    """Check whether the service is up"""
    return Request()


def read(status: int, data: Any) -> Health:
    """Read the answer of a 2xx status."""
    return Health.from_dict(data)


OPERATION = Operation("health_check", "GET", "/healthz", build, read, "json", "idempotent")
