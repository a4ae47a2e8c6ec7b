"""Makes a client again from the arguments that its pickle holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ionworks.errors import ConfigurationError
from ionworks.settings import has_credential

T = TypeVar("T")


def from_recipe(make: Callable[..., T], recipe: dict[str, Any], key_source: str) -> T:
    """Make a client of a recipe; its credential comes from the environment or a profile.

    Raises
    ------
    ConfigurationError
        If there is no credential here.
    """
    try:
        # A key in the environment wins over that of a profile; then nobody need have its file.
        return make(**recipe | {"profile": None} if has_credential() else recipe)
    except ConfigurationError as error:
        raise ConfigurationError(
            f"a pickled client has no key in it, and here none is found; the key came from"
            f" {key_source}. Set IONWORKS_API_KEY, or make the client where it is used. ({error})"
        ) from error
