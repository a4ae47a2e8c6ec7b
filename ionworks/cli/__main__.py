"""Run the command: ``ionworks``, or ``python -m ionworks.cli``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Final

#: The exit status if the command itself is not installed: that of a wrong configuration.
NOT_INSTALLED: Final = 4
_MISSING: Final = (
    'The command ionworks needs {} (not installed): pip install "ionworks-client[cli]"\n'
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with its arguments, by default those of this process; return its status."""
    missing = [name for name in ("click", "tomlkit") if find_spec(name) is None]
    if missing:
        sys.stderr.write(_MISSING.format(" and ".join(missing)))
        return NOT_INSTALLED
    from ionworks.cli.app import run

    return run(sys.argv[1:] if arguments is None else arguments)


if __name__ == "__main__":
    sys.exit(main())
