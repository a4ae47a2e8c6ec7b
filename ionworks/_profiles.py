"""Profiles: where the configuration file is, and what a profile of it holds."""

from __future__ import annotations

import errno
import os
import stat
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from ionworks._redact import Secret, SecretUrl
from ionworks._suggest import suggest
from ionworks.errors import ConfigurationError, FileError

DEFAULT_PROFILE: Final = "default"
SECRETS: Final = ("api_token", "api_key")  # within one source the first of these wins
KEYS: Final = (*SECRETS, "api_url", "project_id", "organization_id", "dataframe_backend")


@frozen
class Profile:
    """A profile: its name, its values, and the words that name it in messages."""

    name: str
    values: Mapping[str, str]
    where: str


def wrap_value(name: str, value: str) -> str:
    """Return the value of a setting without white space, and as a secret if it may be one."""
    if name in SECRETS:
        return Secret(value.strip())
    return SecretUrl(value.strip()) if name == "api_url" else value.strip()


def read_profile(
    profile: str | None, environ: Mapping[str, str], config_file: Path | None, *, ambient: bool
) -> Profile | None:
    """Read the requested profile, else the default one; None if neither exists."""
    requested = profile or environ.get("IONWORKS_PROFILE", "").strip() or None
    path = config_path_of(environ, config_file, ambient=ambient)
    if path is None or not _exists(path):
        if config_file or environ.get("IONWORKS_CONFIG_FILE", "").strip():
            raise ConfigurationError(f"the configuration file {path} does not exist")
        if requested:
            raise ConfigurationError(
                f"profile {requested!r} cannot be read: there is no configuration file"
                + (f" {path}" if path else "")
            )
        return None
    profiles = _read_profiles(path)
    name = requested or DEFAULT_PROFILE
    if name not in profiles:
        if requested is None:
            return None
        known = ", ".join(sorted(profiles)) or "none"
        raise ConfigurationError(f"no profile {name!r} in {path}; known profiles: {known}")
    where = f"profile {name!r} in {path}"
    return Profile(name, _profile_values(profiles[name], where), where)


def config_path_of(
    environ: Mapping[str, str], config_file: Path | None, *, ambient: bool
) -> Path | None:
    """Return the path of the configuration file; None if there is no home folder."""
    file = config_file or environ.get("IONWORKS_CONFIG_FILE", "").strip() or None
    return Path(file).expanduser() if file else _default_file(environ, ambient=ambient)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # another user's home directory, as in some containers
        return False


def _default_file(environ: Mapping[str, str], *, ambient: bool) -> Path | None:
    base = environ.get("XDG_CONFIG_HOME", "")
    if Path(base).is_absolute():  # the XDG specification says to ignore a relative path
        return Path(base) / "ionworks" / "config.toml"
    home = environ.get("HOME") or environ.get("USERPROFILE")
    if not home and ambient:
        try:
            home = str(Path.home())
        except RuntimeError:
            return None
    return Path(home) / ".config" / "ionworks" / "config.toml" if home else None


def _read_profiles(path: Path) -> dict[str, object]:
    document = _read_toml(path)
    _refuse_unknown(document, ("profiles",), f"table in {path}")
    profiles = document.get("profiles", {})
    if not isinstance(profiles, dict):
        raise ConfigurationError(f"'profiles' in {path} must be a table: [profiles.default]")
    secret = any(
        isinstance(p, dict) and not p.keys().isdisjoint(SECRETS) for p in profiles.values()
    )
    if secret and os.name != "nt" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        warnings.warn(
            f"{path} contains a key and is readable by other users of this machine:"
            f" chmod 600 {path}",
            UserWarning,
            stacklevel=4,  # the caller of resolve_settings
        )
    folder = path.resolve().parent
    mode = folder.stat().st_mode
    if os.name != "nt" and mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        warnings.warn(
            f"any user of this machine can replace {path}, which determines where keys are sent:"
            f" chmod o-w {folder}",
            UserWarning,
            stacklevel=4,
        )
    return profiles


def _read_toml(path: Path) -> dict[str, object]:
    import tomllib

    try:
        mode = path.stat().st_mode
        # Reading a pipe or a device may block or never end.
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode) and str(path) != os.devnull:
            raise OSError(errno.EINVAL, "it is a device or a pipe")
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"the file {FileError.of(error, 'cannot be read', path)}"
        ) from error
    try:
        return {name: _wrap_values(item) for name, item in tomllib.loads(raw.decode()).items()}
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        reason = f"line {line} is not UTF-8 text"
    except tomllib.TOMLDecodeError as error:
        reason = f"not valid TOML: {error}"
    # Raised outside of the handler: on newer Pythons the cause would hold the file with its keys.
    del raw
    raise ConfigurationError(f"{path}: {reason}")


def _wrap_values(value: object) -> object:
    """Copy a TOML value with its strings as secrets: any may be a key under a misspelled name."""
    if isinstance(value, dict):
        return {name: _wrap_values(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_wrap_values(item) for item in value]
    return Secret(value) if isinstance(value, str) else value


def _profile_values(table: object, where: str) -> dict[str, str]:
    if not isinstance(table, dict):
        raise ConfigurationError(f"{where} must be a table")
    _refuse_unknown(table, KEYS, f"key in {where}")
    for name, value in table.items():
        if not isinstance(value, str):
            raise ConfigurationError(f"{name} in {where} must be a string in quotes")
    return {name: wrap_value(name, value) for name, value in table.items() if value.strip()}


def _refuse_unknown(table: Mapping[str, object], known: Sequence[str], what: str) -> None:
    for name in table:
        if name not in known:
            near = suggest(name, known)
            hint = f"did you mean {near!r}?" if near else f"known: {', '.join(known)}"
            raise ConfigurationError(f"unknown {what}: {name!r}; {hint}")
