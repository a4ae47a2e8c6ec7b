# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema DesignProperties of the contract."""

from ionworks.records.record import FreeForm


class DesignProperties(FreeForm):
    """What the design asks for, such as an assembly method, a mass or a target thickness.
    Numbers are Quantities.
    """
