# Generated from openapi.yaml. Do not edit: run make generate.
"""Schema TestSetup of the contract."""

from ionworks.records.record import FreeForm


class TestSetup(FreeForm):
    """The equipment of the test. Usual keys: `cycler` (its model), `operator`, `lab`,
    `channel_number` (an integer).
    """
