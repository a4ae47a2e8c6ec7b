"""Turns errors of other libraries into ours: the one place where that is done for tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from ionworks.errors import IonworksError

# Each library in Rust has a class of its own for it, which is not an Exception.
_PANIC: Final = "PanicException"
_ADVICE: Final = re.compile(r"\n\n|\s(?:Hint:|Consider |You might want)")
_LONGEST: Final = 300


@contextmanager
def translate_errors(translate: Callable[[str], Exception]) -> Iterator[None]:
    """Replace an error of another library by what `translate` makes of its text.

    Our own errors pass, and so does what is not an error: KeyboardInterrupt, SystemExit. A panic
    of polars is an error, although it is not an `Exception`.

    Examples
    --------
    >>> with translate_errors(lambda reason: ValueError(f"not a number: {reason}")):
    ...     [][0]
    Traceback (most recent call last):
        ...
    ValueError: not a number: list index out of range
    """
    try:
        yield
    except BaseException as error:
        if is_foreign(error):
            raise translate(_reason(error)) from error
        raise


def is_foreign(error: BaseException) -> bool:
    """Whether an error is neither ours nor a signal to end the program."""
    foreign = isinstance(error, Exception) or type(error).__name__ == _PANIC
    return foreign and not isinstance(error, IonworksError)


def _reason(error: BaseException) -> str:
    """Return the text of an error in one line, without the advice that polars adds."""
    try:
        text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    except Exception:  # the text of a foreign error may fail in any way
        text = ""
    first = _ADVICE.split(text.strip())[0]
    return " ".join(first.split())[:_LONGEST] or type(error).__name__
