"""Suggests a known name in errors about an unknown one. Pure."""

from __future__ import annotations

from collections.abc import Iterable


def suggest(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the known name most similar to `name`; None if there is no similar one.

    Parameters
    ----------
    name : str
        The unknown name.
    known : iterable of str
        The known names, in any order.
    cutoff : float
        The minimum similarity, from 0 (anything) to 1 (equal).

    Examples
    --------
    >>> suggest("voltage_mim", ["capacity", "voltage_min"])
    'voltage_min'
    """
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, list(known), n=1, cutoff=cutoff)), None)
