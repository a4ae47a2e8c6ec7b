# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema DomainContext of the contract."""

from ionworks.records.record import FreeForm


class DomainContext(FreeForm):
    """The meanings of the API's terms; one of its keys is `key_concepts`."""
