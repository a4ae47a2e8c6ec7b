# Generated from openapi.yaml. Do not edit: run make generate.
"""Records of every kind by name: the methods of `client.search`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ionworks._resource import Resource

if TYPE_CHECKING:
    pass


class SearchClient(Resource):
    """Records of every kind by name: `client.search`."""
