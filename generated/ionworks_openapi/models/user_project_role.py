"""Schema UserProjectRole of the contract."""

from ionworks.records.record import FreeForm


class UserProjectRole(FreeForm):
    """The role of a user in a project."""
