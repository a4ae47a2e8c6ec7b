# Generated from openapi.yaml. Do not edit: run make generate.
"""The ids of records: each is text, or a record of this kind."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from .rack import Rack

RackId: TypeAlias = "str | Rack"
