"""A fresh sandbox for each test, and its records: nothing hangs on the order of the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from seeded_records import Records

from ionworks.sandbox import Sandbox


@pytest.fixture
def records() -> Iterator[Records]:
    """Return the records of a new sandbox, whose ids and clock are the same in every run."""
    with Sandbox(deterministic=True) as box:
        made = Records(box)
        yield made
        made.session.close()
