"""Checks the body of a multipart upload: fields, and files beside them."""

from __future__ import annotations

import io
import json
import mimetypes
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from attrs import evolve, field, frozen
from ionworks_openapi.types import Operation, Request

from ionworks._request.payload import Prepared, prepare, to_jsonable
from ionworks._request.schemas import multipart_schema, resolve, validate_value
from ionworks._suggest import suggest
from ionworks.errors import PayloadError
from ionworks.frames.files import open_file
from ionworks.frames.translate import translate_errors

T = TypeVar("T")
_BYTES = (bytes, bytearray, memoryview)


@frozen
class Upload:
    """A file of a multipart body."""

    name: str
    filename: str
    content: bytes = field(repr=False)
    content_type: str


@frozen
class Multipart:
    """A multipart body that is ready to be sent: the fields as texts, and the files."""

    fields: list[tuple[str, str]]
    files: list[Upload]


def prepare_request(operation: Operation[..., T], request: Request) -> Prepared[T]:
    """Check a request against the contract, and convert its body as the operation sends it.

    Raises
    ------
    PayloadError
        If a path value, a query value or the body does not fit the contract.
    """
    if operation.sends != "multipart":
        return prepare(operation, request)
    body = prepare_multipart(operation.name, request.body)
    return evolve(prepare(operation, evolve(request, body=None)), body=body)


def prepare_multipart(operation: str, body: object) -> Multipart:
    """Check the body of a multipart operation and read its files.

    A file is given as bytes, a path, or an open binary file.

    Raises
    ------
    PayloadError
        If a field or a file does not fit the contract; nothing was sent.
    """
    if not isinstance(body, Mapping):
        raise PayloadError("body", body, "expected a dictionary of fields and files")
    schema = multipart_schema(operation)
    properties: Mapping[str, Any] = schema.get("properties", {})
    files: list[Upload] = []
    values: dict[str, Any] = {}
    for name, value in body.items():
        if name not in properties and schema.get("additionalProperties") in (None, False):
            near = suggest(str(name), properties)
            hint = f"; did you mean {near!r}?" if near else ""
            raise PayloadError(str(name), value, f"the contract has no such field{hint}")
        rule = resolve(properties.get(name, {}))
        if is_file(rule):
            files.append(_read_file(name, value))
        elif is_file(resolve(rule.get("items", {}))):
            given = value if isinstance(value, list | tuple) else [value]
            files += [_read_file(name, each) for each in given]
        else:
            values[name] = to_jsonable(value, rule, str(name))
    given_names = {each.name for each in files}
    rest = {
        **schema,
        "properties": {k: v for k, v in properties.items() if k in values},
        "required": [each for each in schema.get("required", ()) if each not in given_names],
    }
    validate_value(rest, values, "body")
    fields = [(name, _text(each)) for name, value in values.items() for each in _each(value)]
    return Multipart(fields, files)


def is_file(schema: Mapping[str, Any]) -> bool:
    """Whether a field of a multipart body is a file."""
    binary = schema.get("format") == "binary" or "contentMediaType" in schema
    return binary and schema.get("type", "string") == "string"


def _read_file(name: str, value: Any) -> Upload:
    if isinstance(value, _BYTES):
        return _upload(name, name, bytes(value))
    if isinstance(value, str | os.PathLike):
        with open_file(value, name) as file:
            return _upload(name, Path(value).name, file.read())
    if isinstance(value, io.IOBase) or hasattr(value, "read"):
        with translate_errors(
            lambda reason: PayloadError(name, value, f"cannot be read: {reason}")
        ):
            content = value.read()
        if isinstance(content, bytes):
            return _upload(name, Path(str(getattr(value, "name", name))).name, content)
    raise PayloadError(name, value, "expected bytes, a path, or an open binary file")


def _upload(name: str, filename: str, content: bytes) -> Upload:
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    return Upload(name, filename, content, kind)


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
