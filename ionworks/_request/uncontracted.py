"""Checks a request to a path that the contract does not have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from attrs import frozen
from ionworks_openapi.types import Request

from ionworks._request.payload import to_jsonable
from ionworks._suggest import suggest
from ionworks.errors import PayloadError
from ionworks.records.base import is_printable_line

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_UNRESERVED: Final = "/-._~!$&'()*+,;=:@%"
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


@frozen
class PlainRequest:
    """A request that is ready to be sent.

    Attributes
    ----------
    method, path : str
        The method in capitals, and the path with its characters escaped.
    query : list of tuple of str
        The query parameters.
    body : object
        The body as JSON data; None for no body.
    """

    method: str
    path: str
    query: list[tuple[str, str]]
    body: Any


def plain_request(
    method: str, path: str, params: Mapping[str, Any] | None, json: object
) -> PlainRequest:
    """Check a request without a contract.

    Raises
    ------
    PayloadError
        If the method or path is not valid, or a value cannot be written as JSON.
    """
    if params is not None and not isinstance(params, Mapping):
        raise PayloadError("params", params, "expected a dictionary of names and values")
    query = to_jsonable(dict(params or {}), path="params")
    for name, value in query.items():
        values = value if isinstance(value, list) else [value]
        if any(isinstance(each, dict | list) for each in values):
            raise PayloadError(f"params.{name}", value, "expected a value or a list of values")
    return PlainRequest(
        _check_method(method),
        _check_path(path),
        Request(query=query).given_query(),
        None if json is None else to_jsonable(json, path="json"),
    )


def _check_method(method: object) -> str:
    name = method.upper() if isinstance(method, str) else method
    if name not in METHODS:
        near = suggest(str(name), METHODS)
        hint = f"; did you mean {near!r}?" if near else ""
        raise PayloadError("method", method, f"expected one of {', '.join(METHODS)}{hint}")
    return str(name)


def _check_path(path: object) -> str:
    """Return a path with its characters escaped; it must stay below the address of the API."""
    if not isinstance(path, str) or not path.startswith("/") or path.startswith("//"):
        reason = "expected a path that starts with one '/', such as '/projects'"
        raise PayloadError("path", path, f"{reason}; it is appended to api_url")
    if "?" in path or "#" in path:
        raise PayloadError("path", path, "a path has no '?' and no '#'; give the query as params")
    if not is_printable_line(path) or "\\" in path or _BAD_ESCAPE.search(path):
        raise PayloadError(
            "path", path, r"it has a control character, a '\' or a '%' that escapes nothing"
        )
    if any(part.lower().replace("%2e", ".") in (".", "..") for part in path.split("/")):
        raise PayloadError("path", path, "a path has no '.' and no '..'; write the whole path")
    return quote(path, safe=_UNRESERVED)
