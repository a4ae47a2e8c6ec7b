"""Clients for tests, and the environment in which `Ionworks()` is such a client."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ionworks._suggest import suggest
from ionworks.testing._cassettes.scrub import API

if TYPE_CHECKING:
    from ionworks.client import Ionworks
    from ionworks.sandbox import Sandbox

REPLAYED_KEY: Final = "never-sent"
_PREFIX: Final = "IONWORKS_"


@dataclass(frozen=True)
class Address:
    """Whom a client asks: a sandbox, or the name of the API in a cassette."""

    url: str
    key: str = field(repr=False)
    project_id: str | None = None

    @classmethod
    def of(cls, box: Sandbox) -> Address:
        """Return that of a running sandbox."""
        return cls(box.url, box.api_key, box.project_id)

    @classmethod
    def replayed(cls, project_id: str | None) -> Address:
        """Return the address in a cassette."""
        return cls(API, REPLAYED_KEY, project_id)

    def environment(self) -> dict[str, str]:
        """Return the variables that point `Ionworks()` here, and to no file of settings."""
        given = {"API_URL": self.url, "API_KEY": self.key, "CONFIG_FILE": os.devnull}
        if self.project_id is not None:
            given["PROJECT_ID"] = self.project_id
        return {f"{_PREFIX}{name}": value for name, value in given.items()}

    def client(self, options: Mapping[str, Any]) -> Ionworks:
        """Return a client; the options are those of `ionworks.Ionworks`."""
        from ionworks.client import Ionworks

        # Loading the authorities is most of the cost of a client, and they are not needed here.
        plain = {"project_id": self.project_id, "verify": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)}
        return Ionworks(self.key, self.url, **{**plain, **options})


def make_sandbox(options: Mapping[str, Any]) -> Sandbox:
    """Return a sandbox that does the same each time, unless an option says otherwise."""
    from ionworks.sandbox import Sandbox

    return Sandbox(**{"deterministic": True, **options})


def check_options(options: Mapping[str, Any]) -> None:
    """Refuse what is not an option of a sandbox.

    Raises
    ------
    TypeError
        If there is no such option; the text names the nearest.
    """
    from inspect import signature

    from ionworks.sandbox import Sandbox

    known = list(signature(Sandbox).parameters)
    for name in options:
        if name not in known:
            near = suggest(name, known, cutoff=0.5)
            hint = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
            raise TypeError(f"a sandbox has no option {name}; {hint}")


@contextmanager
def client_environment(address: Address) -> Iterator[None]:
    """Let `Ionworks()` find this address by itself in the block, whatever this machine says."""
    before = {name: value for name, value in os.environ.items() if name.startswith(_PREFIX)}
    try:
        for name in before:
            del os.environ[name]
        os.environ.update(address.environment())
        yield
    finally:
        for name in [name for name in os.environ if name.startswith(_PREFIX)]:
            del os.environ[name]
        os.environ.update(before)
