# Generated from openapi.yaml. Do not edit: run make generate.
"""The low-level client of the Ionworks API."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .client import AsyncClient, Client

CONTRACT_VERSION = "2.1.0"

__all__ = ["CONTRACT_VERSION", "AsyncClient", "Client"]


def __getattr__(name: str) -> object:
    if name in ("AsyncClient", "Client"):
        from . import client

        return getattr(client, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
