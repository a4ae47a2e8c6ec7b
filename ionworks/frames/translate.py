"""Translates errors of other libraries into errors of this package, for tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from ionworks._forks import has_lost_polars
from ionworks.errors import ConfigurationError, IonworksError

# Each Rust library has its own class of this name, which is not an Exception.
_PANIC: Final = "PanicException"
_ADVICE: Final = re.compile(r"\n\n|\s(?:Hint:|Consider |You might want)")
_LONGEST: Final = 300


def check_polars_threads() -> None:
    """Check that polars can run in this process, in which it might otherwise never return.

    Raises
    ------
    ConfigurationError
        If the process was forked after polars had started its threads.
    """
    if has_lost_polars():
        raise ConfigurationError(
            "tables cannot be used in this process: it was forked after polars had started threads,"
            " and a fork does not copy them. Start processes with the method 'spawn' or"
            " 'forkserver', as in multiprocessing.get_context('spawn')"
        )


@contextmanager
def translate_errors(translate: Callable[[str], Exception]) -> Iterator[None]:
    """Replace an error of another library by the error that `translate` returns for its text.

    Errors of this package pass unchanged, and so do KeyboardInterrupt and SystemExit. A panic of
    polars is replaced, although it is not an `Exception`.

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
    """Return whether an error is of another library, and not a signal to exit."""
    foreign = isinstance(error, Exception) or type(error).__name__ == _PANIC
    return foreign and not isinstance(error, IonworksError)


def _reason(error: BaseException) -> str:
    """Return the text of an error as one line, without the hints that polars adds."""
    try:
        text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    except Exception:  # the text of a foreign error may raise anything
        text = ""
    first = _ADVICE.split(text.strip())[0]
    return " ".join(first.split())[:_LONGEST] or type(error).__name__
