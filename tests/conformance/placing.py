"""Puts values into generated calls, where their names say what they stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from schemathesis import Case

LEAVE_OUT = object()
# Takes where a value stands (path, query, body), its name and itself; gives the value to send.
Give = Callable[[str, str, Any], Any]


def place(case: Case, give: Give) -> None:
    """Put a value in place of each named one of a call: parameters, and fields of the body."""
    case.path_parameters = _given("path", case.path_parameters, give)
    if isinstance(case.query, Mapping):
        case.query = _given("query", case.query, give)
    if isinstance(case.body, dict):
        body = _given("body", case.body, give)
        if isinstance(body.get("measurement"), dict):
            body["measurement"] = _given("body", body["measurement"], give)
        case.body = body


def _given(where: str, values: Mapping[str, Any] | None, give: Give) -> dict[str, Any]:
    found = {name: give(where, name, value) for name, value in (values or {}).items()}
    return {name: value for name, value in found.items() if value is not LEAVE_OUT}
