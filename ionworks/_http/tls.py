"""Loads trusted certificate authorities and explains certificate errors."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import Final, TypeAlias

Verify: TypeAlias = bool | str | os.PathLike[str] | ssl.SSLContext
"""True for the default authorities, a file or folder of others, a context, or False for none."""

# OpenSSL error codes: the certificate is not yet valid, or has expired.
_NOT_NOW: Final = {9, 10}
# OpenSSL error codes: the certificate is for another host name, e-mail or IP address.
_OTHER_NAME: Final = {62, 63, 64}
# In the order in which they are read. httpx reads the first two itself.
_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
_TRUST_IT: Final = (
    "to trust it, give the file of its certificate authority in the environment variable"
    " SSL_CERT_FILE (or pass verify='ca.pem')"
)


def load_ssl_context(place: str | os.PathLike[str]) -> ssl.SSLContext:
    """Return a context that trusts a PEM file, or a folder prepared by ``openssl rehash``.

    Raises
    ------
    OSError
        If it cannot be read, or is not a PEM file.
    """
    if Path(place).is_dir():
        return ssl.create_default_context(capath=place)
    return ssl.create_default_context(cafile=place)


def authorities_variable() -> str | None:
    """Return the environment variable that names the certificate authorities; None if none does."""
    return next((name for name in _VARIABLES if os.environ.get(name)), None)


def explain_certificate_error(
    whose: str, error: ssl.SSLCertVerificationError, *, folder: bool
) -> str:
    """Return why a certificate was rejected, and what to do; `folder` if `verify` is a folder."""
    reason = error.verify_message
    if error.verify_code in _NOT_NOW:
        fix = "the server needs a new one, unless the clock of this machine is wrong"
    elif error.verify_code in _OTHER_NAME:
        fix = "use the host name that is in the certificate"
    elif folder:
        fix = "prepare the folder given as verify with `openssl rehash`"
    else:
        fix = _TRUST_IT
    return f"the certificate of {whose} is not trusted ({reason}); {fix}"
