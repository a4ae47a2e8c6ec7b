# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema MeasuredProperties of the contract."""

from ionworks.records.record import FreeForm


class MeasuredProperties(FreeForm):
    """Values measured on this cell, grouped by component (`cell`, `anode`, `cathode`, ...).
    Numbers are Quantities. Values of the design belong to the specification.
    """
