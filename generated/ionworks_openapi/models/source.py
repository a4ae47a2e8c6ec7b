# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Source of the contract."""

from ionworks.records.record import FreeForm


class Source(FreeForm):
    """The source of a specification. Usual keys: `doi`, `license`, `publication_date`,
    `citation`, `creator_name`, `creator_orcid`.
    """
