"""A tap on the sandboxes of these tests: every exchange with their API is held to the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs
from starlette.routing import Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ionworks.sandbox.contract.operations import load_contract
from ionworks.sandbox.http.wire import Origin

OWN_AGENT = "ionworks-client/"
ERRORS = {"$ref": "#/components/schemas/ErrorEnvelope"}
LONGEST = 300
# Answers of HTTP itself, which no operation declares; they have the envelope all the same.
OF_HTTP = {
    405: "the path has other methods",
    413: "the body is larger than a server reads",
    415: "the content encoding of the body is not read",
}
WITHOUT_OPERATION = {"/openapi.json"}
PAGE = "/"  # for people


@dataclass(frozen=True)
class Exchange:
    """One request and its answer; header names are in lower case."""

    method: str
    path: str
    query: str
    sent: Mapping[str, str]
    sent_body: bytes
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_ours(self) -> bool:
        """Whether the client under test sent it, which sends nothing but what it has checked."""
        return self.sent.get("user-agent", "").startswith(OWN_AGENT)


class Contract:
    """The rules that exchanges are held to, from the generated copy of the contract."""

    def __init__(self) -> None:
        self.document: dict[str, Any] = load_contract().document
        self._schemas = load_contract().schemas
        # A fixed part wins over a parameter in the same place.
        paths = sorted(self.document["paths"], key=lambda p: [q[:1] == "{" for q in p.split("/")])
        self._paths = [(re.compile(re.sub(r"{\w+}", "[^/]+", path)), path) for path in paths]
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def problems(self, exchange: Exchange) -> list[str]:
        """Return what in an exchange is not as the contract has it, with operation and place."""
        if exchange.path == PAGE and exchange.status == 200:
            return []
        item = self._item(exchange.path)
        operation = item.get(exchange.method.lower())
        name = operation["operationId"] if operation else f"{exchange.method} {exchange.path}"
        found = [
            f"answer {exchange.status}: {each}" for each in self._of_answer(operation, exchange)
        ]
        if exchange.is_ours:
            found += [f"request: {it}" for it in self._of_request(item, operation, exchange)]
        return [f"{name}, {it}" for it in found]

    def _item(self, path: str) -> dict[str, Any]:
        for pattern, template in self._paths:
            if pattern.fullmatch(path):
                return self.document["paths"][template]
        return {}

    def _of_answer(self, operation: Mapping[str, Any] | None, exchange: Exchange) -> Iterator[str]:
        if not exchange.headers.get("x-correlation-id"):
            yield "header x-correlation-id is missing"
        declared = self._declared(operation, exchange)
        if declared is None:
            yield "status is not declared"
            return
        for header, rule in declared.get("headers", {}).items():
            if self._resolved(rule).get("required") and header.lower() not in exchange.headers:
                yield f"header {header} is missing"
        schema = declared.get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            if exchange.body:
                yield "body is not declared"
            return
        yield from self._of_json(schema, exchange.headers, exchange.body)

    def _declared(
        self, operation: Mapping[str, Any] | None, exchange: Exchange
    ) -> Mapping[str, Any] | None:
        of_http = {"content": {"application/json": {"schema": ERRORS}}}
        if operation is None:
            if exchange.path in WITHOUT_OPERATION:
                return {"content": {"application/json": {"schema": {}}}}
            return of_http if exchange.status >= 400 else None
        answer = operation["responses"].get(str(exchange.status))
        if answer is None:
            return of_http if exchange.status in OF_HTTP else None
        return self._resolved(answer)

    def _of_request(
        self, item: Mapping[str, Any], operation: Mapping[str, Any] | None, exchange: Exchange
    ) -> Iterator[str]:
        if operation is None:
            yield "no operation is declared"
            return
        rules = [*item.get("parameters", ()), *operation.get("parameters", ())]
        known = {rule["name"] for rule in map(self._resolved, rules) if rule["in"] == "query"}
        for name in dict(parse_qsl(exchange.query, keep_blank_values=True)).keys() - known:
            yield f"query parameter {name} is not declared"
        body = operation.get("requestBody")
        if body is None:
            if exchange.sent_body:
                yield "body is not declared"
        elif exchange.sent_body:
            schema = body["content"]["application/json"]["schema"]
            yield from self._of_json(schema, exchange.sent, exchange.sent_body)
            sent = json.loads(exchange.sent_body)
            if self._schemas.prune(schema, sent) != sent:
                yield "body has keys that are not declared"
        elif body.get("required"):
            yield "body is missing"

    def _of_json(
        self, schema: Mapping[str, Any], headers: Mapping[str, str], text: bytes
    ) -> Iterator[str]:
        if headers.get("content-type") != "application/json":
            yield f"content-type is {headers.get('content-type')!r}"
        try:
            value = json.loads(text)
        except ValueError as error:
            yield f"body is not JSON: {error}"
            return
        for error in self._validator(schema).iter_errors(value):
            place = "".join(f"[{part!r}]" for part in error.instance_path)
            yield f"body{place}: {error.message[:LONGEST]}"

    def _resolved(self, rule: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Any = rule
        if "$ref" in rule:
            found = self.document
            for part in rule["$ref"].removeprefix("#/").split("/"):
                found = found[part]
        return found

    def _validator(self, schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
        key = json.dumps(schema)
        if key not in self._validators:
            whole = {**schema, "components": self.document["components"]}
            self._validators[key] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return self._validators[key]


class Tap:
    """Collects what was wrong with the exchanges of every sandbox that is started under it."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.found: list[str] = []

    def take(self) -> list[str]:
        """Return what was found since the last call."""
        taken, self.found = self.found, []
        return taken

    def kept(self) -> Iterator[None]:
        """Fail at the end if anything was found since the beginning."""
        self.take()  # what other directories' tests did with a sandbox of theirs: not ours to judge
        yield
        found = "\n".join(self.take())
        assert not found, f"The contract was broken:\n{found}"

    def origin(self, app: ASGIApp, *others: Any) -> ASGIApp:
        """Stand in for the sandbox's `Origin`: the API is tapped, storage is not part of it."""
        plain = Origin(app, *others)
        return Tapped(plain, self) if isinstance(app, Router) else plain


class Tapped:
    """An application whose answers are judged before they are sent.

    A test that has its answer finds what was wrong with it in the tap.
    """

    def __init__(self, app: ASGIApp, tap: Tap) -> None:
        self._app = app
        self._tap = tap

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent: list[bytes] = []
        answer: list[Message] = []

        async def receive_copied() -> Message:
            message = await receive()
            sent.append(message.get("body", b""))
            return message

        async def send_judged(message: Message) -> None:
            answer.append(message)
            if message["type"] == "http.response.start" or message.get("more_body"):
                return
            exchange = _exchange(scope, b"".join(sent), answer)
            self._tap.found += self._tap.contract.problems(exchange)
            for each in answer:
                await send(each)

        await self._app(scope, receive_copied, send_judged)


def _exchange(scope: Scope, sent: bytes, answer: Sequence[Message]) -> Exchange:
    return Exchange(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        sent=_headers(scope["headers"]),
        sent_body=sent,
        status=answer[0]["status"],
        headers=_headers(answer[0]["headers"]),
        body=b"".join(message.get("body", b"") for message in answer[1:]),
    )


def _headers(raw: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in raw}
