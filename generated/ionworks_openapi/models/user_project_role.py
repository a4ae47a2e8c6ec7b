# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema UserProjectRole of the contract."""

from ionworks.records.record import FreeForm


class UserProjectRole(FreeForm):
    """The role of a user in a project."""
