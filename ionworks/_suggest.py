"""The nearest known name, for errors about an unknown one. Pure."""

from __future__ import annotations

from collections.abc import Iterable


def suggest(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the one of the `known` names that is most like `name`; None if none is like it.

    Parameters
    ----------
    name : str
        The name that is not known.
    known : iterable of str
        The names that there are, in any order.
    cutoff : float
        How similar it must be, from 0 (anything) to 1 (equal).

    Examples
    --------
    >>> suggest("voltage_mim", ["capacity", "voltage_min"])
    'voltage_min'
    """
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, list(known), n=1, cutoff=cutoff)), None)
