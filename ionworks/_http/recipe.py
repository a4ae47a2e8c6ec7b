"""Restores a client from the arguments in its pickle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ionworks.errors import ConfigurationError
from ionworks.settings import has_credential

T = TypeVar("T")


def from_recipe(make: Callable[..., T], recipe: dict[str, Any], key_source: str) -> T:
    """Create a client from its arguments; the credential comes from the environment or a profile.

    Raises
    ------
    ConfigurationError
        If no credential is found.
    """
    try:
        # A key in the environment takes precedence, and then the profile need not exist.
        return make(**recipe | {"profile": None} if has_credential() else recipe)
    except ConfigurationError as error:
        raise ConfigurationError(
            f"a pickled client does not contain its key, and no key was found here; the original"
            f" key came from {key_source}. Set IONWORKS_API_KEY, or create the client where it is"
            f" used. ({error})"
        ) from error
