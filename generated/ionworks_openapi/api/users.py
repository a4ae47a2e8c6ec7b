# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `users`: the user of the credentials."""

from __future__ import annotations

from typing import Any

from ..models.user import User
from ..types import Operation, Request


def _build_whoami() -> Request:
    """Get the user of the credentials"""
    return Request()


def _read_whoami(status: int, data: Any) -> User:
    return User.from_dict(data)


whoami = Operation("whoami", "GET", "/users/me", _build_whoami, _read_whoami, "json", "idempotent")
