# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema Protocol of the contract."""

from ionworks.records.record import FreeForm


class Protocol(FreeForm):
    """The protocol of the test. Usual keys: `name` (text), `ambient_temperature_degc` (number),
    `definition` (an object or text, in the Universal Cycler Protocol or another format).
    """
