"""The exchanges of the live probe fit the contract, too."""

import pytest
from rig_fixtures import caught, client_of, naps, opened, scripted

__all__ = ["caught", "client_of", "naps", "opened", "scripted"]


@pytest.fixture(autouse=True)
def checked_exchanges(kept_contract: None) -> None:
    """Check every exchange with a sandbox against the contract."""
