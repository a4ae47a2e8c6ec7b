"""The exchanges of these tests fit the contract; servers that misbehave, for some."""

import pytest
from rig_fixtures import caught, client_of, naps, opened, scripted

__all__ = ["caught", "client_of", "naps", "opened", "scripted"]


@pytest.fixture(autouse=True)
def checked_exchanges(kept_contract: None) -> None:
    """Check every exchange with a sandbox against the contract."""
