# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema DesignProperties of the contract."""

from ionworks.records.record import FreeForm


class DesignProperties(FreeForm):
    """Values of the design, such as an assembly method, a mass or a target thickness. Numbers
    are Quantities.
    """
