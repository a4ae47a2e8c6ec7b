# Generated from openapi.yaml. Do not edit: run make generate.
"""GET /users/me."""

from __future__ import annotations

from typing import Any

from ...models.user import User
from ...types import Operation, Request


def build() -> Request:
    """Get the user of the credentials"""
    return Request()


def read(status: int, data: Any) -> User:
    """Read the answer of a 2xx status."""
    return User.from_dict(data)


OPERATION = Operation("whoami", "GET", "/users/me", build, read, "json", "idempotent")
