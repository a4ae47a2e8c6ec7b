"""Which certificates are trusted, and what to do about one that is not."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import Final, TypeAlias

Verify: TypeAlias = bool | str | os.PathLike[str] | ssl.SSLContext
"""True for the usual authorities, a file or folder of others, a context, or False for none."""

# What OpenSSL calls a certificate that is not valid yet, or no longer.
_NOT_NOW: Final = {9, 10}
# ... and one of another host name, e-mail or IP address.
_OTHER_NAME: Final = {62, 63, 64}
_WAY_OUT: Final = (
    "if it should be, give the file of its certificate authority as verify='ca.pem', or in the"
    " environment variable SSL_CERT_FILE"
)


def load_ssl_context(place: str | os.PathLike[str]) -> ssl.SSLContext:
    """Trust the authorities of a PEM file, or of a folder that ``openssl rehash`` has prepared.

    Raises
    ------
    OSError
        If it cannot be read, or is no such file.
    """
    if Path(place).is_dir():
        return ssl.create_default_context(capath=place)
    return ssl.create_default_context(cafile=place)


def explain_certificate_error(
    whose: str, error: ssl.SSLCertVerificationError, *, folder: bool
) -> str:
    """Say why a certificate was not taken, and what to do; `folder` if `verify` is one."""
    reason = error.verify_message
    if error.verify_code in _NOT_NOW:
        fix = "the server needs a new one, unless the clock of this machine is wrong"
    elif error.verify_code in _OTHER_NAME:
        fix = "ask for the server by the name in its certificate"
    elif folder:
        fix = "the folder that verify names must be one that `openssl rehash` has prepared"
    else:
        fix = _WAY_OUT
    return f"the certificate of {whose} is not trusted ({reason}); {fix}"
