"""The API of the sandbox: routes, checks and status codes from the contract, work by handlers."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from starlette.requests import Request
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from ionworks.sandbox.backend import Answer, Backend, Call, Handler
from ionworks.sandbox.contract.operations import Contract, Operation
from ionworks.sandbox.contract.problems import (
    BadRequest,
    Invalid,
    Json,
    MethodNotAllowed,
    NotFound,
    NotServed,
    Unauthorized,
    invalid,
)
from ionworks.sandbox.handlers import (
    account,
    cell_batches,
    cell_instances,
    cell_measurements,
    cell_specifications,
    discovery,
    extend,
    jobs,
    materials,
    measurement_files,
    measurement_tags,
    raw_data,
    search,
    tables,
    uploads,
    watches,
)
from ionworks.sandbox.http.wire import Workers, decode, read_body, send_bytes, send_json
from ionworks.sandbox.plain.engine import plain_handlers
from ionworks.sandbox.plain.hooks import Hooks
from ionworks.sandbox.processing import lifecycle as processing

MODULES = (
    account,
    cell_specifications,
    materials,
    cell_measurements,
    measurement_tags,
    measurement_files,
    watches,
    uploads,
    extend,
    raw_data,
    tables,
    search,
    jobs,
    discovery,
)
HANDLERS: Mapping[str, Handler] = dict(chain.from_iterable(m.HANDLERS.items() for m in MODULES))
HOOKS: Mapping[str, Hooks] = {
    "cell_specifications": cell_specifications.HOOKS,
    "materials": materials.HOOKS,
    "cell_batches": cell_batches.HOOKS,
    "cell_instances": cell_instances.HOOKS,
    "cell_measurements": cell_measurements.HOOKS,
    "raw_data": raw_data.HOOKS,
}
LARGEST_BODY = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Api:
    """What the endpoints share."""

    backend: Backend
    workers: Workers
    api_key: str

    def authenticate(self, request: Request) -> None:
        """Refuse with 401 a request without the key of this sandbox."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        offered = [request.headers.get("x-api-key", "")]
        offered.append(token.strip() if scheme.lower() == "bearer" else "")
        wanted = self.api_key.encode()
        if not any(hmac.compare_digest(each.encode(), wanted) for each in offered):
            raise Unauthorized


class PathEndpoint:
    """One path of the contract with all its methods."""

    def __init__(
        self, api: Api, operations: Sequence[Operation], plain: Mapping[str, Handler]
    ) -> None:
        self._api = api
        self._plain = plain
        self._operations = {operation.method: operation for operation in operations}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request to this path."""
        request = Request(scope, receive)
        operation = self._operations.get(request.method)
        if operation is None:
            raise MethodNotAllowed(request.method, sorted(self._operations))
        if operation.secured:
            self._api.authenticate(request)
        name = operation.operation_id
        handler = HANDLERS.get(name) or self._plain.get(name)
        if handler is None:
            raise NotServed(name)
        body = b"" if operation.body is None else await read_body(request, LARGEST_BODY)
        backend = self._api.backend

        def work() -> tuple[Answer, bytes]:
            try:
                if operation.secured:
                    processing.advance(backend)
                call = check_call(backend.contract, operation, request, body)
                answer = handler(backend, call)
                return answer, _content(answer)
            except RecursionError:
                raise BadRequest("The body is nested too deeply.") from None

        answer, content = await self._api.workers.run(work)
        status = answer.status or operation.success
        if answer.body is None:
            await send_bytes(send, status, b"", answer.headers)
        else:
            await send_json(send, status, content, answer.headers)


class Document:
    """A fixed JSON document, to be read without a key."""

    def __init__(self, text: bytes) -> None:
        self._text = text

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer the document."""
        if scope["method"] != "GET":
            raise MethodNotAllowed(scope["method"], ["GET"])
        await send_json(send, 200, self._text)


def _content(answer: Answer) -> bytes:
    if isinstance(answer.body, bytes):
        return answer.body
    return json.dumps(answer.body, separators=(",", ":")).encode()


def check_call(contract: Contract, operation: Operation, request: Request, raw: bytes) -> Call:
    """Return a call that the contract admits, or refuse it with everything that is wrong."""
    path, query, errors = contract.check_parameters(
        operation, request.path_params, request.query_params.multi_items()
    )
    body: Json = {}
    if operation.body is not None:
        encoding = request.headers.get("content-encoding", "").strip().lower()
        text = decode(raw, encoding, LARGEST_BODY)
        if text or operation.body_required:
            body, found = contract.check_body(operation, parse_json(text))
            errors.extend(found)
    if errors:
        raise Invalid(errors)
    return Call(path, query, body, frozenset(request.query_params))


def parse_json(text: bytes) -> object:
    """Return the JSON value of a body, or refuse with 422 what is not strict JSON."""
    if not text:
        raise invalid("missing", ("body",), "Field required", None)
    try:
        decoded_text = text.decode()
        value: object = json.loads(
            decoded_text, parse_constant=_no_constant, parse_float=_parse_finite
        )
        if "\\u" in decoded_text:  # an escaped lone surrogate is not text that could be stored
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        place = ("body", getattr(error, "pos", 0))
        raise invalid("json_invalid", place, f"JSON decode error: {error}", None) from None
    return value


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _parse_finite(digits: str) -> float:
    value = float(digits)
    if value in {float("inf"), float("-inf")}:
        raise ValueError(f"{digits} is too large for a number")
    return value


def build_router(api: Api, overview: ASGIApp) -> Router:
    """Return the routes of all operations, of the contract itself, and of the page for people."""
    plain = plain_handlers(api.backend.contract, api.backend.resources, HOOKS)
    by_path: dict[str, list[Operation]] = {}
    for operation in api.backend.contract.operations:
        by_path.setdefault(operation.path, []).append(operation)
    routes = [
        Route(path, PathEndpoint(api, by_path[path], plain))
        # A fixed part wins over a parameter in the same place.
        for path in sorted(by_path, key=lambda path: [part[:1] == "{" for part in path.split("/")])
    ]

    async def refuse_unknown_path(scope: Scope, _receive: Receive, _send: Send) -> None:
        raise NotFound(f"Nothing is served at {scope['path']}.")

    document = Route("/openapi.json", Document(api.backend.contract.text))
    page = Route("/", overview)
    return Router([page, document, *routes], redirect_slashes=False, default=refuse_unknown_path)
