# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema DomainContext of the contract."""

from ionworks.records.record import FreeForm


class DomainContext(FreeForm):
    """What the terms of the API mean; among its keys is `key_concepts`."""
