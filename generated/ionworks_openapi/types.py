# Generated from openapi.yaml. Do not edit: run make generate.
"""What the generated modules share: operations, requests and answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Literal, ParamSpec, TypeVar, cast
from urllib.parse import quote

from attrs import field, frozen

from ionworks.records.base import UNSET, Unset, is_printable_line, short_repr
from ionworks.records.model import WireRecord, plain_id

P = ParamSpec("P")
T_co = TypeVar("T_co", covariant=True)

Scalar = str | int | float | bool | WireRecord
QueryValue = Scalar | Sequence[Scalar]


@frozen(kw_only=True)
class Request:
    """What one call sends: values for the path, the query, the headers and the body."""

    path: Mapping[str, str | WireRecord] = field(factory=dict)
    query: Mapping[str, QueryValue | None] = field(factory=dict)
    headers: Mapping[str, QueryValue | None] = field(factory=dict)
    body: Any = None

    def given_headers(self) -> dict[str, str]:
        """The headers as they are sent: None is left out, a list is joined by commas."""
        given = {name: value for name, value in self.headers.items() if value is not None}
        return {
            name: _query_text(value)
            if isinstance(value, str) or not isinstance(value, Sequence)
            else ",".join(map(_query_text, value))
            for name, value in given.items()
        }

    def given_query(self) -> list[tuple[str, str]]:
        """The query as it goes on the wire: what was not given is left out, lists repeat the key."""
        pairs: list[tuple[str, str]] = []
        for key, value in self.query.items():
            if isinstance(value, str) or not isinstance(value, Sequence):
                pairs += [] if value is None else [(key, _query_text(value))]
            else:
                pairs += [(key, _query_text(item)) for item in value]
        return pairs


@frozen
class Filter:
    """A keyword of a list: the query parameter that it sets, and how its value is written.

    The values of `kind` are those of `x-filter` in the contract; of a keyword without it, "choice"
    for one of `choices`, "text", "texts", or "plain" for a value that is sent as it is. `constant`
    says that the compared field of a record never changes. `id_of` is the kind of record whose id it
    is, or whose ids.
    """

    parameter: str
    kind: Literal["contains", "equals", "datetime", "choice", "text", "texts", "plain"] = "plain"
    choices: tuple[str, ...] = ()
    constant: bool = False
    id_of: str | None = None


@frozen
class Operation(Generic[P, T_co]):
    """One operation of the contract: how its request is built and its 2xx answer is read.

    `answer` says how the body of a 2xx is decoded before `read` gets it: JSON, raw bytes, or not
    at all. `path` is the template of the contract. `idempotency` says what happens when it is
    sent again because the answer was lost: "idempotent", the same result; "unique-name", a 409,
    because the name is taken; "none", possibly a second record. `filters` has the keywords of a list.
    """

    name: str
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"]
    path: str
    build: Callable[P, Request]
    read: Callable[[int, Any], T_co]
    answer: Literal["json", "bytes", "nothing"] = "json"
    idempotency: Literal["idempotent", "unique-name", "none"] = "none"
    sends: Literal["json", "multipart"] = "json"
    filters: Mapping[str, Filter] = field(factory=dict, repr=False, eq=False)

    def url(self, request: Request) -> str:
        """The path of `request` with its values escaped.

        Raises
        ------
        ValueError
            If a value is empty, `.` or `..`, or holds a slash or a control character: it would
            reach another endpoint, or none. The arguments are the parameter's name and the reason.
        """
        url = self.path
        for name, given in request.path.items():
            value = plain_id(given)
            if not isinstance(value, str):
                raise ValueError(name, f"expected text, got {short_repr(value)}")
            # A slash would be escaped, but a proxy may undo that before the service sees it.
            if value in ("", ".", "..") or not is_printable_line(value) or {"/", "\\"} & set(value):
                raise ValueError(name, f"{short_repr(value)} cannot be part of a URL path")
            url = url.replace("{" + name + "}", quote(value, safe=""))
        return url


@frozen
class Response(Generic[T_co]):
    """An answer as the low-level client gives it; `parsed` is None outside the 2xx."""

    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    parsed: T_co | None


def integer_text(value: int) -> str:
    """The text of an integer in a path; anything else stays as it is, and is refused there."""
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_integer else cast("str", value)


def _query_text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(plain_id(value))


__all__ = [
    "UNSET",
    "Filter",
    "Operation",
    "QueryValue",
    "Request",
    "Response",
    "Unset",
    "integer_text",
]
