"""The key of a data folder: made up at its first start, and the same at each later one."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

NAME = "api-key"
PRIVATE_FILE = 0o600
USUAL = re.compile(r"[!-~]{1,200}")


def new_key() -> str:
    """Return a new random key."""
    return f"sandbox-{secrets.token_hex(16)}"


def key_of_folder(folder: Path) -> str:
    """Return the key in a data folder that this process has locked; made if there is none.

    Raises
    ------
    RuntimeError
        If the file of the key holds none.
    """
    path = folder / NAME
    with suppress(FileNotFoundError):
        found = path.read_text(errors="replace").strip()
        if not USUAL.fullmatch(found):
            raise RuntimeError(f"The file {path} holds no key. Delete it to get a new key.")
        if path.stat().st_mode & 0o077:
            path.chmod(PRIVATE_FILE)
        return found
    key, temporary = new_key(), path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    # Complete before it has its name: a process that is killed meanwhile leaves no empty key.
    with os.fdopen(
        os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE), "w"
    ) as file:
        file.write(f"{key}\n")
    temporary.replace(path)
    return key
