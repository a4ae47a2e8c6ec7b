"""Resolve address and credential: arguments, then the environment, then a profile file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NoReturn, Self, cast
from urllib.parse import urlsplit

from attrs import evolve, field, frozen

from ionworks._profiles import (
    KEYS,
    SECRETS,
    config_path_of,
    read_profile,
    wrap_value,
)
from ionworks._redact import Secret, SecretObject, SecretUrl, redact_url
from ionworks.errors import ConfigurationError

__all__ = ["Settings", "resolve_settings"]

DEFAULT_API_URL: Final = "https://api.ionworks.com"

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
    chosen = read_profile(profile, environ, config_file, ambient=ambient)
    if chosen is not None:
        where = chosen.where
        sources.append(_Source(chosen.values, lambda _: where))
    url, url_source = _first(sources, "api_url")
    settings = Settings(
        api_url=_checked_url(url, url_source) if url else DEFAULT_API_URL,
        project_id=_checked_id(*_first(sources, "project_id")),
        organization_id=_checked_id(*_first(sources, "organization_id")),
        dataframe_backend=_first(sources, "dataframe_backend")[0],
        profile=None if chosen is None else chosen.name,
        url_source=url_source,
    )
    settings = _with_credential(settings, sources)
    if chosen is not None and settings.key_is_of_profile:
        _check_origin(settings, chosen.values.get("api_url"))
    return settings


def config_path() -> Path | None:
    """Return the path of the configuration file; None if this process has no home folder."""
    return config_path_of(os.environ, None, ambient=True)


def has_credential() -> bool:
    """Whether the environment of this process holds a credential."""
    return not _environment(os.environ).values.keys().isdisjoint(SECRETS)


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
        values[name] = wrap_value(name, value)
    return _Source(values, lambda name: f"argument {name}")


def _own_variables(environ: Mapping[str, str]) -> dict[str, str]:
    variables = {_variable(name): name for name in KEYS} | dict.fromkeys(_PLACES + _HOMES, "")
    return {
        variable: wrap_value(name, environ[variable]) if name else environ[variable]
        for variable, name in variables.items()
        if variable in environ
    }


def _environment(environ: Mapping[str, str]) -> _Source:
    found = {name: wrap_value(name, environ.get(_variable(name), "")) for name in KEYS}
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
        for name in SECRETS:
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
