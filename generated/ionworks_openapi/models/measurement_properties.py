# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema MeasurementProperties of the contract."""

from ionworks.records.record import FreeForm


class MeasurementProperties(FreeForm):
    """Named results such as a thickness, a mass or a resistance. Numbers are Quantities; text,
    booleans and lists are stored as they are.
    """
