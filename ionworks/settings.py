"""Resolve address and credential: arguments, then the environment, then a profile file."""

from __future__ import annotations

import errno
import os
import re
import stat
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NoReturn, Self, cast
from urllib.parse import urlsplit

from attrs import evolve, field, frozen

from ionworks._redact import Secret, SecretObject, SecretUrl, redact_url
from ionworks._suggest import suggest
from ionworks.errors import ConfigurationError, FileError

__all__ = ["Settings", "resolve_settings"]

DEFAULT_API_URL: Final = "https://api.ionworks.com"
DEFAULT_PROFILE: Final = "default"

_SECRET: Final = ("api_token", "api_key")  # within one source the first of these wins
_PLAIN: Final = ("api_url", "project_id", "organization_id", "dataframe_backend")
_KEYS: Final = _SECRET + _PLAIN
_PLACES: Final = ("IONWORKS_PROFILE", "IONWORKS_CONFIG_FILE")
_HOMES: Final = ("XDG_CONFIG_HOME", "HOME", "USERPROFILE")
_SHORTEST_HINTED: Final = 8
_NO_CREDENTIAL: Final = (
    "no API key found. Either get a key from the Ionworks account settings and set the environment "
    "variable IONWORKS_API_KEY (or pass api_key='...') or run `ionworks login`, or start a local "
    "sandbox that needs no account: `python -m ionworks.sandbox` (install the extra: "
    "ionworks-client[sandbox])"
)


@frozen
class Settings:
    """Address, credential and defaults of a client. Returned by `resolve_settings`.

    Attributes
    ----------
    api_url : str
        The server's address, without a trailing slash.
    api_key, api_token : str or None
        The credential; exactly one of the two is set. It is never shown, logged or pickled.
    project_id : str or None
        The default project of calls.
    organization_id : str or None
        The organization to act for.
    dataframe_backend : str or None
        The kind of table to return; not validated here.
    profile : str or None
        The name of the profile, if one was read.
    key_source, url_source : str
        The sources of the credential and of the address, as text for messages.
    """

    api_url: str
    api_key: str | None = field(default=None, repr=False)
    api_token: str | None = field(default=None, repr=False)
    project_id: str | None = None
    organization_id: str | None = None
    dataframe_backend: str | None = None
    profile: str | None = None
    key_source: str = ""
    url_source: str = "the default"

    @property
    def key_hint(self) -> str:
        """The source of the credential and, if it has 8 or more characters, its last four."""
        secret = self.api_token or self.api_key or ""
        if len(secret) < _SHORTEST_HINTED:
            return self.key_source
        return f"{self.key_source}, ending in …{secret[-4:]}"

    @property
    def key_is_of_profile(self) -> bool:
        """Whether the credential came from the profile."""
        return self.key_source.startswith("profile ")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "Settings hold a credential and cannot be pickled: "
            "call resolve_settings() again where they are needed"
        )


@frozen
class _Source:
    """A source of settings: its values, and a function that names the source of one of them."""

    values: Mapping[str, str]
    name: Callable[[str], str]


def resolve_settings(
    *,
    api_key: str | None = None,
    api_token: str | None = None,
    api_url: str | None = None,
    project_id: str | None = None,
    organization_id: str | None = None,
    dataframe_backend: str | None = None,
    profile: str | None = None,
    environ: Mapping[str, str] | None = None,
    config_file: Path | None = None,
) -> Settings:
    """Resolve the settings: argument, then environment, then a profile of a TOML file.

    Parameters
    ----------
    api_key, api_token, api_url, project_id, organization_id, dataframe_backend : str, optional
        Explicit values, used first. Then ``IONWORKS_API_KEY``, ``IONWORKS_API_TOKEN``,
        ``IONWORKS_API_URL``, ``IONWORKS_PROJECT_ID``, ``IONWORKS_ORGANIZATION_ID`` and
        ``IONWORKS_DATAFRAME_BACKEND``, then the profile. Key and token are resolved together: the
        first source with either one is used, and within one source the token takes precedence.
        An empty variable counts as unset. The credential of a profile is used only for the origin
        of the profile's address, not for another address from an argument or the environment.
    profile : str, optional
        A profile of the file. Default: ``IONWORKS_PROFILE``, then ``default``.
    environ : mapping, optional
        The environment. Default: that of this process.
    config_file : Path, optional
        The file. Default: ``IONWORKS_CONFIG_FILE``, then ``ionworks/config.toml`` in
        ``XDG_CONFIG_HOME`` or ``~/.config``. Its tables are ``[profiles.<name>]``.

    Raises
    ------
    ConfigurationError
        If there is no credential, or only that of a profile for another origin; or if a value, the
        file or the profile is invalid.
    """
    # Some error reporters show the local variables of each frame; they must not show the key.
    api_key, api_token, api_url = wrap_secrets(api_key, api_token, api_url)
    given = {
        "api_key": api_key,
        "api_token": api_token,
        "api_url": api_url,
        "project_id": project_id,
        "organization_id": organization_id,
        "dataframe_backend": dataframe_backend,
    }
    ambient = environ is None
    environ = _own_variables(os.environ if environ is None else environ)
    sources = [_arguments(given), _environment(environ)]
    chosen = _profile_source(profile, environ, config_file, ambient=ambient)
    if chosen is not None:
        sources.append(chosen[1])
    url, url_source = _first(sources, "api_url")
    settings = Settings(
        api_url=_checked_url(url, url_source) if url else DEFAULT_API_URL,
        project_id=_checked_id(*_first(sources, "project_id")),
        organization_id=_checked_id(*_first(sources, "organization_id")),
        dataframe_backend=_first(sources, "dataframe_backend")[0],
        profile=chosen and chosen[0],
        url_source=url_source,
    )
    settings = _with_credential(settings, sources)
    if chosen is not None and settings.key_is_of_profile:
        _check_origin(settings, chosen[1].values.get("api_url"))
    return settings


def config_path() -> Path | None:
    """Return the path of the configuration file; None if this process has no home folder."""
    return _config_path(os.environ, None, ambient=True)


def has_credential() -> bool:
    """Whether the environment of this process holds a credential."""
    return not _environment(os.environ).values.keys().isdisjoint(_SECRET)


def wrap_secrets(
    api_key: str | None, api_token: str | None, api_url: str | None
) -> tuple[str | None, str | None, str | None]:
    """Return the values with a repr that shows no secret; a URL may contain one by mistake."""
    return _wrapped(Secret, api_key), _wrapped(Secret, api_token), _wrapped(SecretUrl, api_url)


def _wrapped(kind: type[Secret], value: object) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else kind(value)
    # An object of another type, such as bytes, is rejected later, in frames that show it.
    return cast("str", value if isinstance(value, SecretObject) else SecretObject(value))


def origin_of(url: str) -> tuple[str, str | None, int | None]:
    """Return the origin of a URL, to which a credential belongs: scheme, host and port."""
    parts = urlsplit(url)  # scheme and hostname are in lower case
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine: ``localhost``, 127.0.0.0/8 or ``::1``."""
    from ipaddress import ip_address

    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _arguments(given: Mapping[str, object]) -> _Source:
    values: dict[str, str] = {}
    for name, value in given.items():
        if value is None:
            continue
        if not isinstance(value, str):
            kind = value.kind if isinstance(value, SecretObject) else type(value).__name__
            raise ConfigurationError(f"argument {name} must be text, not {kind}")
        if not value.strip():
            raise ConfigurationError(f"argument {name} is empty: give a value, or leave it out")
        values[name] = _wrap_value(name, value)
    return _Source(values, lambda name: f"argument {name}")


def _wrap_value(name: str, value: str) -> str:
    if name in _SECRET:
        return Secret(value.strip())
    return SecretUrl(value.strip()) if name == "api_url" else value.strip()


def _own_variables(environ: Mapping[str, str]) -> dict[str, str]:
    variables = {_variable(name): name for name in _KEYS} | dict.fromkeys(_PLACES + _HOMES, "")
    return {
        variable: _wrap_value(name, environ[variable]) if name else environ[variable]
        for variable, name in variables.items()
        if variable in environ
    }


def _environment(environ: Mapping[str, str]) -> _Source:
    found = {name: _wrap_value(name, environ.get(_variable(name), "")) for name in _KEYS}
    return _Source(
        {name: value for name, value in found.items() if value},
        lambda name: f"environment variable {_variable(name)}",
    )


def _variable(name: str) -> str:
    return f"IONWORKS_{name.upper()}"


def _first(sources: Iterable[_Source], name: str) -> tuple[str | None, str]:
    for source in sources:
        if name in source.values:
            return source.values[name], source.name(name)
    return None, "the default"


def _with_credential(settings: Settings, sources: Sequence[_Source]) -> Settings:
    for source in sources:
        for name in _SECRET:
            if name in source.values:
                where = source.name(name)
                secret = _checked_secret(source.values[name], where)
                return evolve(settings, **{name: secret}, key_source=where)
    raise ConfigurationError(_NO_CREDENTIAL)


def _check_origin(settings: Settings, profile_url: str | None) -> None:
    """Check that the address has the origin that the credential's profile is for.

    Raises
    ------
    ConfigurationError
        If another source gives an address with another origin.
    """
    where = settings.key_source
    own = DEFAULT_API_URL if profile_url is None else _checked_url(profile_url, where)
    if origin_of(settings.api_url) != origin_of(own):
        raise ConfigurationError(
            f"the credential of {where} is for {own}, but {settings.url_source} is"
            f" {settings.api_url}: give a credential for this address, as api_key or"
            " IONWORKS_API_KEY, or choose a profile with this api_url"
        )


def _checked_secret(value: str, where: str) -> str:
    if re.fullmatch(r"[!-~]+", value):
        return value
    raise ConfigurationError(
        f"the credential from {where} contains a space, a line break or another character that "
        "is not allowed in a key: copy the complete key again, and nothing else"
    )


def _checked_id(value: str | None, where: str) -> str | None:
    if value is None or re.fullmatch(r"[A-Za-z0-9_-]{1,128}", value):
        return value
    raise ConfigurationError(
        f"{where} is {value!r}, which is not a valid id: an id has up to 128 letters, digits, "
        "'-' and '_'"
    )


def _checked_url(value: str, where: str) -> str:
    """Return the address without a trailing slash.

    Raises
    ------
    ConfigurationError
        If the address is invalid; the message gives its source and the reason.
    """

    def refuse(reason: str) -> NoReturn:
        # A value without a scheme may be a key that was given as the address.
        hide = "@" in value or "://" not in value
        shown = "" if hide else f" is {redact_url(value)!r}, which"
        raise ConfigurationError(f"{where}{shown} {reason}")

    if not re.fullmatch(r"[!-~]+", value) or "\\" in value:
        refuse("contains a character that is not allowed in an address")
    try:
        scheme, host, _ = urlsplit(value).scheme, urlsplit(value).hostname, urlsplit(value).port
    except ValueError:
        refuse("is not a valid address")
    if "://" not in value or scheme not in ("http", "https"):
        refuse(f"must begin with https://, as in {DEFAULT_API_URL}")
    if not host:
        refuse("has no host")
    if "@" in urlsplit(value).netloc:
        refuse("must not contain a user name or password: give the credential as api_key")
    if "?" in value or "#" in value:
        refuse("must not have a query or a fragment")
    if scheme == "http" and not is_loopback(host):
        refuse(
            "is plain http: the key would be sent unencrypted. Use https:// "
            "(plain http is allowed only for servers on this machine)"
        )
    return f"{scheme}://{urlsplit(value).netloc}{urlsplit(value).path}".rstrip("/")


def _profile_source(
    profile: str | None, environ: Mapping[str, str], config_file: Path | None, *, ambient: bool
) -> tuple[str, _Source] | None:
    """Read the requested profile, else the default one; None if neither exists."""
    requested = profile or environ.get("IONWORKS_PROFILE", "").strip() or None
    path = _config_path(environ, config_file, ambient=ambient)
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
    return name, _Source(_profile_values(profiles[name], where), lambda _: where)


def _config_path(
    environ: Mapping[str, str], config_file: Path | None, *, ambient: bool
) -> Path | None:
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
        isinstance(p, dict) and not p.keys().isdisjoint(_SECRET) for p in profiles.values()
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
    _refuse_unknown(table, _KEYS, f"key in {where}")
    for name, value in table.items():
        if not isinstance(value, str):
            raise ConfigurationError(f"{name} in {where} must be a string in quotes")
    return {name: _wrap_value(name, value) for name, value in table.items() if value.strip()}


def _refuse_unknown(table: Mapping[str, object], known: Sequence[str], what: str) -> None:
    for name in table:
        if name not in known:
            near = suggest(name, known)
            hint = f"did you mean {near!r}?" if near else f"known: {', '.join(known)}"
            raise ConfigurationError(f"unknown {what}: {name!r}; {hint}")
