# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema MeasuredProperties of the contract."""

from ionworks.records.record import FreeForm


class MeasuredProperties(FreeForm):
    """What was measured on this one cell, grouped by component (`cell`, `anode`, `cathode`,
    ...). Numbers are Quantities. What the design asks for belongs to the specification.
    """
