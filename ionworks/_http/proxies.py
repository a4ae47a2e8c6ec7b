"""Reads proxies from the argument and from the environment, without a part of a password in errors.

The environment is read as httpx reads it, with three differences: an entry that cannot be read does
not apply, an error never quotes an entry, and addresses on this machine are not for this module.
"""

from __future__ import annotations

import ipaddress
import re
import ssl
from typing import Final, NoReturn
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from ionworks._redact import SecretUrl
from ionworks.errors import ConfigurationError
from ionworks.settings import is_loopback

#: No limits: the slots of the pool limit the connections. At its own limits, httpx may close a
#: connection that it has just given to a waiting request.
LIMITS: Final = httpx.Limits(max_connections=None, max_keepalive_connections=None)
_SCHEMES: Final = ("http", "https", "all")
_SUPPORTED: Final = ("http", "https", "socks5", "socks5h")
# An "@" behind the host: the user name or the password has a character that ends the host.
_LATE_AT: Final = re.compile(r"[^/?#]*[/?#].*@", re.DOTALL)
_ENCODE: Final = (
    "it is not a valid URL; percent-encode special characters in its user name and password, for"
    " example / as %2F, ? as %3F and # as %23"
)


def read_proxy(url: str, source: str, context: ssl.SSLContext) -> httpx.Proxy:
    """Return a proxy; `source` names where the URL comes from in the error.

    Raises
    ------
    ConfigurationError
        If the URL is not one of a proxy. The message holds no part of it.
    """
    reason = _reject(url)
    if reason is None:
        try:
            tls = url.lower().startswith("https://")
            return httpx.Proxy(url, ssl_context=context if tls else None)
        except (ValueError, httpx.InvalidURL):
            reason = _ENCODE  # not the text of the error, which quotes the part that is not valid
    raise _unusable(source, reason)


def _reject(url: str) -> str | None:
    """Return why a URL is not one of a proxy, as far as its text says."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.lower() not in _SUPPORTED:
        return f"its scheme is not {', '.join(_SUPPORTED[:-1])} or {_SUPPORTED[-1]}"
    return _ENCODE if _LATE_AT.match(rest) else None


def proxies_of_environment(context: ssl.SSLContext) -> dict[str, httpx.HTTPTransport | None]:
    """Return a transport for each proxy of the environment, by the pattern of its addresses.

    None means that the addresses are reached directly. A proxy that cannot be used fails when it
    is asked for a connection: it concerns only the addresses that need it.
    """
    ambient = getproxies()
    exempt = [entry.strip() for entry in ambient.get("no", "").split(",")]
    if "*" in exempt:
        return {}
    patterns = (_read_exemption(entry) for entry in exempt if entry)
    return {
        **{
            f"{scheme}://": _transport(SecretUrl(ambient[scheme]), scheme, context)
            for scheme in _SCHEMES
            if ambient.get(scheme)
        },
        **{pattern: None for pattern in patterns if pattern is not None},
    }


def is_proxied_by_environment(url: str) -> bool:
    """Return whether the environment has a proxy for an address."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    ambient = not getproxies().keys().isdisjoint({parts.scheme, "all"})
    return ambient and not is_loopback(host) and not proxy_bypass(host)


def _transport(url: str, scheme: str, context: ssl.SSLContext) -> httpx.HTTPTransport:
    whole = url if "://" in url else SecretUrl(f"http://{url}")
    variable = f"{scheme.upper()}_PROXY"
    try:
        return new_transport(read_proxy(whole, variable, context), variable, context)
    except ConfigurationError as error:
        failure = error.with_traceback(None)
    transport = httpx.HTTPTransport(verify=context, limits=LIMITS)
    # Not a transport of another class: recorders replace the methods of this one.
    transport._pool = _Unusable(failure)  # type: ignore[assignment]
    return transport


def new_transport(proxy: httpx.Proxy, source: str, context: ssl.SSLContext) -> httpx.HTTPTransport:
    """Return a transport through a proxy.

    Raises
    ------
    ConfigurationError
        If it is a SOCKS proxy and the package for these is missing.
    """
    try:
        return httpx.HTTPTransport(verify=context, limits=LIMITS, proxy=proxy)
    except ImportError:
        reason = 'a SOCKS proxy needs the package socksio: pip install "httpx[socks]"'
    except ValueError:
        reason = f"its scheme is not {', '.join(_SUPPORTED[:-1])}"  # the oldest httpx
    raise _unusable(source, reason)


class _Unusable:
    """The connections of a proxy that cannot be used: there are none."""

    def __init__(self, error: ConfigurationError) -> None:
        self._reason = str(error)

    def handle_request(self, _request: object) -> NoReturn:
        """Raise the error."""
        raise ConfigurationError(self._reason)

    def close(self) -> None:
        """Do nothing."""


def _unusable(source: str, reason: str) -> ConfigurationError:
    return ConfigurationError(f"the proxy of {source} cannot be used: {reason}")


def _read_exemption(entry: str) -> str | None:
    """Return the pattern of an entry of NO_PROXY; None for one that cannot be read."""
    pattern = _pattern(entry)
    try:
        httpx.URL(pattern)
    except (httpx.InvalidURL, ValueError):
        return None
    return pattern


def _pattern(entry: str) -> str:
    if "://" in entry:
        return entry
    try:
        address = ipaddress.ip_address(entry.partition("/")[0])
    except ValueError:
        return f"all://{entry}" if entry.lower() == "localhost" else f"all://*{entry}"
    return f"all://[{entry}]" if address.version == 6 else f"all://{entry}"
