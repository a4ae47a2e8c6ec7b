"""What must be true of the recorded traffic, held against the contract."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from operations import Declared, Operations
from recorder import Exchange

USUAL_HEADERS = {
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "transfer-encoding",
    "user-agent",
    "x-api-key",
}
STORAGE_HEADERS = USUAL_HEADERS | {"range"}
NOT_CALLED = {
    "get_cell_measurement_detail": "deprecated; the vendor's client puts the parts together",
    "get_measurement_steps": "it reads the Parquet file instead",
    "list_cell_measurements_by_project": "it asks /cell_measurements with a project_id",
    "create_material": "it only reads materials",
    "update_material": "it only reads materials",
    "get_cell_component": "it has no method for one component alone",
    "list_jobs": "it asks the older form, with a slash at the end",
}


class Verdict(NamedTuple):
    """How one rule fared."""

    rule: str
    ok: bool
    text: str


def verdicts(exchanges: Sequence[Exchange], api_url: str) -> list[Verdict]:
    """Return how every rule fared, over the whole traffic."""
    api = [each for each in exchanges if each.origin == api_url]
    storage = [each for each in exchanges if each.origin != api_url]
    operations = Operations()
    known = [(each, declared) for each in api if (declared := operations.of(each))]
    uncalled = {each.operation_id for each in operations.all}
    uncalled -= {declared.operation_id for _, declared in known}
    return [
        none_of("paths", "every request is to an operation of the contract", api,
                lambda each: operations.of(each) is None),
        missing("operations", "every operation is called", uncalled),
        undeclared("parts", "query and body have nothing that the contract does not know", known),
        none_of("statuses", "no answer is a failure of the sandbox", exchanges,
                lambda each: each.status >= 500),
        none_of("content type", "every answer with a body is exactly application/json", api,
                _has_another_content_type),
        none_of("headers", "requests to the API bear the usual headers alone", api,
                lambda each: not set(each.request_headers) <= USUAL_HEADERS),
        none_of("storage headers", "requests to the storage too, and Range", storage,
                lambda each: not set(each.request_headers) <= STORAGE_HEADERS),
        some_of("suffix range", "a Range by suffix is answered with 206", storage,
                lambda each: each.request_headers.get("range", "").startswith("bytes=-")
                and each.status == 206 and "content-range" in each.response_headers),
        some_of("explicit range", "a Range with two ends is answered with 206", storage,
                lambda each: re.match(r"bytes=\d+-\d+", each.request_headers.get("range", ""))
                and each.status == 206),
        some_of("gzip", "a compressed request body is taken", api,
                lambda each: each.request_headers.get("content-encoding") == "gzip"
                and each.status < 300),
        some_of("empty upload", "an upload of nothing, without Content-Length, is taken", storage,
                lambda each: each.method == "PUT" and not each.request_body
                and "content-length" not in each.request_headers and each.status < 300),
        some_of("stray key", "a key sent to the storage (S1, S2) does no harm", storage,
                lambda each: "x-api-key" in each.request_headers and each.status < 300),
    ]  # fmt: skip


def _has_another_content_type(exchange: Exchange) -> bool:
    if exchange.status in {204, 307}:
        return False
    return exchange.response_headers.get("content-type") != "application/json"


def none_of(
    rule: str, text: str, exchanges: Iterable[Exchange], breaks: Callable[[Exchange], object]
) -> Verdict:
    """Judge a rule that no request may break."""
    all_of_them = list(exchanges)
    broken = sorted({str(each) for each in all_of_them if breaks(each)})
    if broken:
        return Verdict(rule, False, f"not so: {text}: {'; '.join(broken[:5])}")
    return Verdict(rule, bool(all_of_them), f"{text} ({len(all_of_them)} requests)")


def undeclared(rule: str, text: str, known: Iterable[tuple[Exchange, Declared]]) -> Verdict:
    """Judge whether every part of every request is declared."""
    found = {
        f"{declared.operation_id}: {part}"
        for exchange, declared in known
        for part in declared.unknown_parts(exchange)
    }
    if found:
        return Verdict(rule, False, f"not so: {text}: {'; '.join(sorted(found))}")
    return Verdict(rule, True, text)


def some_of(
    rule: str, text: str, exchanges: Iterable[Exchange], shows: Callable[[Exchange], object]
) -> Verdict:
    """Judge a rule that at least one request must show."""
    count = sum(bool(shows(each)) for each in exchanges)
    return Verdict(rule, count > 0, f"{text} ({count} times)")


def missing(rule: str, text: str, left: set[str]) -> Verdict:
    """Judge whether every operation was called but those with a reason."""
    unexpected = sorted(left ^ set(NOT_CALLED))
    if unexpected:
        return Verdict(rule, False, f"not so: {text}: see {', '.join(unexpected)}")
    reasons = "; ".join(f"{name}: {reason}" for name, reason in NOT_CALLED.items())
    return Verdict(rule, True, f"{text}, but {reasons}")
