"""Encodes a multipart body."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from ionworks._request.multipart import Multipart


def encode_multipart(body: Multipart) -> tuple[str, bytes]:
    """Return the content type, with its boundary, and the bytes of a multipart body."""
    files = [(f.name, (f.filename, f.content, f.content_type)) for f in body.files]
    data: dict[str, list[str]] = {}
    for name, value in body.fields:
        data.setdefault(name, []).append(value)
    # Without a file, httpx would send a form that is not multipart.
    parts = files or [("", ("", b"", "application/octet-stream"))]
    request = httpx.Request("POST", "http://localhost", data=data, files=parts)
    return request.headers["content-type"], request.read()
