# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `health`: the state of the service."""

from __future__ import annotations

from typing import Any

from ..models.health import Health
from ..types import Operation, Request


def _build_health_check() -> Request:
    """Check whether the service is up"""
    return Request()


def _read_health_check(status: int, data: Any) -> Health:
    return Health.from_dict(data)


health_check = Operation(
    "health_check", "GET", "/healthz", _build_health_check, _read_health_check, "json", "idempotent"
)
