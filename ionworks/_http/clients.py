"""Creates the HTTP clients of a connection pool: their headers, proxies and certificates."""

from __future__ import annotations

import os
import platform
import re
import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpx
from attrs import define, field
from ionworks_openapi import CONTRACT_VERSION

from ionworks._forks import delaying_forks
from ionworks._http.body import ENCODINGS
from ionworks._http.proxies import (
    LIMITS,
    is_proxied_by_environment,
    new_transport,
    proxies_of_environment,
    read_proxy,
)
from ionworks._http.request import Kind, unsendable
from ionworks._http.tls import Verify, authorities_variable, load_ssl_context
from ionworks._redact import Secret
from ionworks._version import __version__
from ionworks.errors import ConfigurationError
from ionworks.settings import Settings


@define
class ClientFactory:
    """Creates the HTTP clients of one connection pool.

    Attributes
    ----------
    settings : Settings
        The credentials.
    proxy : str or None
        The proxy for every request; None for that of the environment.
    verify : bool, path or ssl.SSLContext
        The certificate authorities.
    """

    settings: Settings
    proxy: str | None
    verify: Verify
    _context: ssl.SSLContext | None = field(default=None, init=False)

    def create(self, kind: Kind, *, ambient: bool) -> httpx.Client:
        """Return a new client; `ambient` if it uses the proxies of the environment."""
        context = self._ssl_context()
        through = None
        if self.proxy is not None:
            source = "this client"
            proxy = read_proxy(self.proxy, source, context)
            through = new_transport(proxy, source, context)
        return httpx.Client(
            mounts={**proxies_of_environment(context)} if ambient else None,
            headers=_user_agent() | (self._credentials() if kind == "api" else {}),
            limits=LIMITS,
            transport=through,
            verify=context,
            trust_env=False,
            follow_redirects=False,
            event_hooks={"response": [_take_location]},
            # No cookies: they ignore ports, so another service on the host would receive them.
            cookies=None if kind == "api" else CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )

    def is_proxied(self, url: str) -> bool:
        """Return whether requests to a URL use a proxy."""
        return self.proxy is not None or is_proxied_by_environment(url)

    @property
    def trusts_folder(self) -> bool:
        """Whether the certificate authorities are in a folder."""
        return isinstance(self.verify, str | os.PathLike) and Path(self.verify).is_dir()

    def _ssl_context(self) -> ssl.SSLContext:
        # Kept: loading the authorities takes longer than the rest of creating a client.
        if self._context is None:
            with delaying_forks():  # OpenSSL has locks
                self._context = self._load_authorities()
        return self._context

    def _load_authorities(self) -> ssl.SSLContext:
        try:
            if isinstance(self.verify, str | os.PathLike):
                return load_ssl_context(self.verify)
            if self.verify is True and authorities_variable() == "REQUESTS_CA_BUNDLE":
                return load_ssl_context(os.environ["REQUESTS_CA_BUNDLE"])
            return httpx.create_ssl_context(verify=self.verify)  # reads the other variables
        except (OSError, ValueError, TypeError) as error:  # also an ssl.SSLError
            path = self.verify if isinstance(self.verify, str | os.PathLike) else None
            source = f"of {authorities_variable()}" if path is None else repr(os.fspath(path))
            raise ConfigurationError(
                f"the certificate authorities {source} cannot be read: {error}"
            ) from error

    def _credentials(self) -> dict[str, str]:
        settings = self.settings
        headers: dict[str, str] = {}
        if settings.api_token:
            headers["Authorization"] = Secret(f"Bearer {settings.api_token}")
        elif settings.api_key:
            headers["X-API-Key"] = settings.api_key
        if settings.organization_id:
            headers["X-Organization-Id"] = settings.organization_id
        # Checked here, because the HTTP library logs a header that it rejects.
        if not all(re.fullmatch(r"[!-~]+( [!-~]+)*", value) for value in headers.values()):
            raise unsendable()
        return headers


def _user_agent() -> dict[str, str]:
    return {
        "User-Agent": f"ionworks-client/{__version__} (contract {CONTRACT_VERSION})"
        f" Python/{platform.python_version()}",
        "Accept-Encoding": ENCODINGS,
    }


def _take_location(response: httpx.Response) -> None:
    """Hide the redirect URL from httpx, which raises if it cannot parse the URL."""
    if "location" in response.headers:
        response.extensions["location"] = {"location": response.headers.pop("location")}
