"""Writes profiles to the configuration file, and leaves the rest of it as it is."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ionworks._http.files import atomic_write
from ionworks.errors import ConfigurationError, FileError

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_PRIVATE_FILE: Final = 0o600
_PRIVATE_FOLDER: Final = 0o700
_CREDENTIALS: Final = frozenset({"api_key", "api_token"})


def write_profile(path: Path, name: str, values: Mapping[str, str]) -> None:
    """Set values of a profile, and create the file if it does not exist.

    The other profiles, the other values of this one, and comments are kept. Of key and token only
    the given one is kept. Afterwards only the owner can read the file.

    Raises
    ------
    ConfigurationError
        If the file is not valid TOML, or has something else where a profile is expected.
    FileError
        If the file cannot be read or written.
    """
    text = _edit(_read(path), name, values, path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=_PRIVATE_FOLDER)
    except OSError as error:
        raise FileError.of(error, "cannot be created", path.parent) from None
    with atomic_write(path, mode=_PRIVATE_FILE) as file:
        file.write(text.encode())


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        reason = "it is not UTF-8 text"
    except OSError as error:
        raise FileError.of(error, "cannot be read", path) from None
    # Raised outside of the handler: the cause would hold the file with its keys.
    raise ConfigurationError(f"{path} was not changed: {reason}")


def read_profile(path: Path, name: str) -> dict[str, str]:
    """Return the values of a profile; none if it does not exist. Errors as in `write_profile`."""
    profile = _table_of(_parse(_read(path), path), name, path)
    return {str(key): str(value) for key, value in profile.items() if isinstance(value, str)}


def _edit(text: str, name: str, values: Mapping[str, str], path: Path) -> str:
    """Return the text of the file with the values set."""
    import tomlkit

    document = _parse(text, path)
    profile = _table_of(document, name, path)
    for each in _CREDENTIALS - values.keys():
        profile.pop(each, None)
    for key, value in values.items():
        profile[key] = str(value)
    edited = tomlkit.dumps(document)
    _check_others(text, edited, name, path)
    return edited


def _check_others(before: str, after: str, name: str, path: Path) -> None:
    """Check that Python reads the edited file, with the other profiles as they were."""
    import tomllib

    try:
        old, new = tomllib.loads(before), tomllib.loads(after)
        del new["profiles"][name]
        old.setdefault("profiles", {}).pop(name, None)
        same = old == new
    except (tomllib.TOMLDecodeError, KeyError):
        same = False
    if not same:
        raise ConfigurationError(
            f"{path} was not changed: its layout does not allow a new profile; write each profile"
            " as a table, such as [profiles.default]"
        )


def _parse(text: str, path: Path) -> TOMLDocument:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:  # its text may have a part of the file
        line = getattr(error, "line", None)
    # Raised outside of the handler: the cause would hold the file with its keys.
    place = f" (line {line})" if line else ""
    raise ConfigurationError(f"{path} was not changed: it is not valid TOML{place}")


def _table_of(document: TOMLDocument, name: str, path: Path) -> MutableMapping[str, Any]:
    """Return the table of a profile, which is added to the document if it is missing."""
    import tomlkit
    from tomlkit.items import InlineTable

    place: Any = document
    for key, where in (("profiles", "profiles"), (name, f"profiles.{name}")):
        if key not in place:
            inline = isinstance(place, InlineTable)
            new = tomlkit.inline_table() if inline else tomlkit.table(key == "profiles")
            place[key] = new
        place = place[key]
        if not isinstance(place, MutableMapping):
            raise ConfigurationError(f"{path} was not changed: {where!r} must be a table")
    found: MutableMapping[str, Any] = place
    return found
