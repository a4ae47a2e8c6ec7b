"""What the cassette of a test is called: the same on any file system, and another for each test."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

from ionworks._http.files import is_device_name

_LONGEST: Final = 90
_HASHED: Final = 6


def cassette_name(test: str) -> str:
    """Return the file name of a test's cassette.

    Characters that a file system may not hold or distinguish are left out; a short digest of the
    name then keeps the test's cassette from that of another.

    Parameters
    ----------
    test : str
        The name of the test, with its parameters: ``test_fade[25 °C/1C]``.

    Examples
    --------
    >>> from ionworks.testing._cassettes.names import cassette_name
    >>> cassette_name("test_fade")
    'test_fade.yaml'
    >>> cassette_name("test_fade[2]")
    'test_fade-2.yaml'
    >>> cassette_name("test_fade[25 °C/1C]")
    'test_fade-25-c-1c-5d81a0.yaml'
    """
    name = test.removesuffix("]").replace("[", "-", 1)
    plain = re.sub(r"[^a-z0-9_.]+", "-", name.lower()).strip("-.")[:_LONGEST]
    plain = f"_{plain}" if is_device_name(plain) else plain
    mark = (
        ""
        if plain == name != ""
        else "-" + sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_HASHED]
    )
    return f"{plain}{mark}.yaml"
