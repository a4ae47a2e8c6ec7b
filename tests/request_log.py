"""Logs every request that the tests make, and compares two such logs.

Record with ``PYTHONPATH=tests pytest -p request_log --request-log out/before``; then compare with
``python tests/request_log.py out/before out/after``. Ids, ports, signatures and times differ from
run to run; they are replaced by placeholders. Tests are compared by their names, because they may
move to another file.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# What differs between two runs of the same test, most specific first.
PLACEHOLDERS = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<id>"),
    (re.compile(r"(?i)[0-9a-f]{12,64}"), "<hex>"),
    (re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\]):\d+"), "<host>"),
    (re.compile(r"(?i)\b(sig|signature|expires|token)=[^&\"]+"), r"\1=<signature>"),
    (
        re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d(:|%3A)\d\d\1\d\d(?:\.\d+)?(?:Z|(?:\+|%2B)00\1?00)?"),
        "<time>",
    ),
    (re.compile(r"/tmp/[^\"\s]*"), "<path>"),
    (re.compile(r"\b([A-Za-z]+)( |%20|\+)\d+\b"), r"\1 <n>"),
)
LONGEST = 600
# The file of a test may move, and so may the module of the class that names a test of an example.
# The backend is not named if a test has only one.
MOVABLE = re.compile(r"^[^:]*::|(?<=\[)ionworks\.[\w.]*?(?=[A-Z])|\[sandbox\]$|-sandbox(?=\]$)")


def normalized(text: str) -> str:
    for pattern, placeholder in PLACEHOLDERS:
        text = pattern.sub(placeholder, text)
    return text


def body_of(request: Any) -> str:
    try:
        content = request.content
    except Exception:  # a stream, which can be read only once
        return f"<stream of {request.headers.get('content-length', 'unknown')} bytes>"
    try:
        text = normalized(content.decode())
    except UnicodeDecodeError:
        return f"<{len(content)} bytes>"
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}... {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--request-log", type=Path, help="folder for a log of every request")


def pytest_configure(config: pytest.Config) -> None:
    folder = config.getoption("--request-log")
    if folder is None:
        return
    import httpx

    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if worker == "main" and config.getoption("numprocesses", None):
        return
    folder.mkdir(parents=True, exist_ok=True)
    log = (folder / f"{worker}.jsonl").open("w", encoding="utf-8")
    original = httpx.HTTPTransport.handle_request

    def handle_request(transport: Any, request: Any) -> Any:
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
        line = [test, request.method, normalized(str(request.url)), body_of(request)]
        log.write(json.dumps(line) + "\n")
        log.flush()
        return original(transport, request)

    httpx.HTTPTransport.handle_request = handle_request  # type: ignore[method-assign]


def read(folder: Path) -> Counter[tuple[str, ...]]:
    lines = (
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    )
    return Counter((MOVABLE.sub("", test), *map(normalized, request)) for test, *request in lines)


def differences(before: Path, after: Path) -> Iterator[str]:
    first, second = read(before), read(after)
    for sign, left in (("-", first - second), ("+", second - first)):
        for line, count in sorted(left.items()):
            yield f"{sign} {count} x {' | '.join(line)}"


if __name__ == "__main__":
    one, other = (Path(each) for each in sys.argv[1:])
    found = list(differences(one, other))
    print(*found, f"{len(found)} differences", sep="\n")
    print(f"{read(one).total()} and {read(other).total()} requests")
    sys.exit(bool(found))
