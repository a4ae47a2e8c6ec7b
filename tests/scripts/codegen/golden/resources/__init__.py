# Generated from openapi.yaml. Do not edit: run make generate.
"""The resources of the contract: a class for each tag, and the attributes of the client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ionworks._resource import Lazy

if TYPE_CHECKING:
    from .racks import RackClient


class GeneratedResources:
    """The resources of the contract as attributes, each created when it is first used."""

    rack: Lazy[RackClient] = Lazy(f"{__name__}.racks", "RackClient", "Racks of a hall.")
