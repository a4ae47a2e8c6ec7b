"""Signs requests to S3 storage with temporary credentials; needs the extra `s3`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from attrs import frozen

from ionworks._redact import Secret, SecretUrl

if TYPE_CHECKING:
    from ionworks_openapi.models import MultipartUpload

#: The extra that brings the library for signatures.
EXTRA: Final = "s3"
#: The operations of an upload in parts, as errors and log lines name them.
OPERATIONS: Final = frozenset(
    {
        "create_multipart_upload",
        "upload_part",
        "complete_multipart_upload",
        "head_object",
        "abort_multipart_upload",
    }
)
# The body is protected by TLS and by a checksum in a signed header.
_UNSIGNED: Final = "UNSIGNED-PAYLOAD"
_PRINTABLE: Final = re.compile("[!-~]+")
_TIMESTAMP: Final = "%Y%m%dT%H%M%SZ"


def can_sign() -> bool:
    """Return whether the library for signatures is installed."""
    return find_spec("botocore") is not None


@frozen
class S3Credentials:
    """Temporary credentials for one object in S3 storage.

    Attributes
    ----------
    region : str
        The region that signatures are made for.
    access_key, secret_key, token : Secret
        The key and the token of the session.
    """

    region: str
    access_key: Secret
    secret_key: Secret
    token: Secret

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must not be shown, longest first."""
        return tuple(sorted((self.token, self.secret_key, self.access_key), key=len, reverse=True))

    def sign(
        self, method: str, url: str, headers: Mapping[str, str], moment: datetime | None = None
    ) -> dict[str, str]:
        """Return the headers with a signature (AWS Signature Version 4) that begins now.

        Parameters
        ----------
        method, url, headers
            The request as it is sent. All these headers are signed.
        moment : datetime, optional
            The time of the signature; by default the current time.
        """
        # The parts of `add_auth`, which itself logs the token of the session.
        from botocore.auth import S3SigV4Auth
        from botocore.awsrequest import AWSRequest

        stamp = (moment or datetime.now(UTC)).strftime(_TIMESTAMP)
        signed = {
            **headers,
            "X-Amz-Content-SHA256": _UNSIGNED,
            "X-Amz-Date": stamp,
            "X-Amz-Security-Token": self.token,
        }
        request = AWSRequest(method=method, url=url, headers=signed)
        request.context["timestamp"] = stamp
        signer = S3SigV4Auth(self, "s3", self.region)
        names = signer.signed_headers(signer.headers_to_sign(request))
        text = Secret(signer.string_to_sign(request, signer.canonical_request(request)))
        signature = signer.signature(text, request)
        return {
            **signed,
            "Authorization": Secret(
                f"AWS4-HMAC-SHA256 Credential={signer.scope(request)}, SignedHeaders={names},"
                f" Signature={signature}"
            ),
        }


@frozen
class S3Object:
    """Where an object is stored, and the credentials for it.

    Attributes
    ----------
    url : SecretUrl
        The URL of the object, with the bucket in its path.
    credentials : S3Credentials
        The credentials.
    expires_at : datetime or None
        When they expire.
    """

    url: SecretUrl
    credentials: S3Credentials
    expires_at: datetime | None = None

    @classmethod
    def of(cls, offered: MultipartUpload) -> S3Object | None:
        """Return the object of an upload target; None if a value is missing or unusable."""
        place = (offered.endpoint, offered.region, offered.bucket)
        keys = (offered.access_key_id, offered.secret_access_key, offered.session_token)
        if not all(isinstance(v, str) and _PRINTABLE.fullmatch(v) for v in (*place, *keys)):
            return None
        path = _path_of(offered.bucket, offered.object_path)
        if path is None or set("?#") & set(offered.endpoint):
            return None
        moment = offered.expires_at if isinstance(offered.expires_at, datetime) else None
        if moment is not None and moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return cls(
            SecretUrl(f"{offered.endpoint.rstrip('/')}/{path}"),
            S3Credentials(offered.region, *(Secret(key) for key in keys)),
            moment,
        )

    @property
    def is_expired(self) -> bool:
        """Whether the credentials have expired by the clock of this machine."""
        return self.expires_at is not None and self.expires_at <= datetime.now(UTC)


def _path_of(bucket: str, key: object) -> str | None:
    """Return the path of an object in a URL; None if the URL would be that of another object."""
    if not isinstance(key, str) or not key.strip("/"):
        return None
    path = f"{bucket}/{key}"
    if {".", ".."} & {*path.split("/")}:  # the HTTP library removes these
        return None
    try:
        return quote(path, safe="/~")
    except UnicodeEncodeError:
        return None
