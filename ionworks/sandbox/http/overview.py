"""The page for people at ``/``: how many records there are, and the newest of each kind.

It is read without a key, because a browser sends none. So it is only for requests from this machine
that name this machine: a page of another site, whose name may lead here as well, gets nothing.
"""

from __future__ import annotations

import html
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from ionworks.sandbox.contract.problems import Forbidden, MethodNotAllowed
from ionworks.sandbox.database.identity import format_datetime
from ionworks.sandbox.database.store import Store
from ionworks.sandbox.http.wire import Workers, send_bytes

LISTED = 100
HERE = frozenset({"127.0.0.1", "localhost"})
KINDS = {
    "Projects": ("projects", ""),
    "Cell specifications": ("cell_specifications", "projects"),
    "Cells": ("cell_instances", "cell_specifications"),
    "Measurements": ("cell_measurements", "cell_instances"),
}
HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "x-content-type-options": "nosniff",
}
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Ionworks sandbox</title><style>
body {{ font-family: sans-serif; margin: 2em; max-width: 70em }}
table {{ border-collapse: collapse }}
th, td {{ text-align: left; padding: .2em 1em .2em 0; border-bottom: 1px solid #ddd }}
</style></head><body><h1>Ionworks sandbox</h1>
<p>The data of this sandbox, to be looked at. The contract of the API is at
<a href="/openapi.json">/openapi.json</a>.</p>
{}</body></html>
"""


@dataclass(frozen=True, slots=True)
class Overview:
    """Serves the page."""

    store: Store
    workers: Workers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        if request.method not in {"GET", "HEAD"}:
            raise MethodNotAllowed(request.method, ["GET", "HEAD"])
        sender = request.client.host if request.client else ""
        asked = request.headers.get("host", "").partition(":")[0].lower()
        if sender not in HERE or asked not in HERE:
            raise Forbidden("This page is only for this machine: open it at 127.0.0.1.")
        content = await self.workers.run(self._page)
        await send_bytes(send, 200, b"" if request.method == "HEAD" else content, HEADERS)

    def _page(self) -> bytes:
        with self.store.read() as connection:
            sections = [
                section
                for title, (table, parent) in KINDS.items()
                for section in _section(connection, title, table, parent)
            ]
        return PAGE.format("\n".join(sections)).encode()


def _section(connection: sqlite3.Connection, title: str, table: str, parent: str) -> Iterator[str]:
    total = connection.execute(" ".join(("SELECT COUNT(*) FROM", table))).fetchone()[0]
    yield f"<h2>{title}: {total}</h2>"
    if total > LISTED:
        yield f"<p>The newest {LISTED} are listed.</p>"
    above = ("(SELECT name FROM", parent, "AS p WHERE p.id = r.parent_id)") if parent else ("NULL",)
    query = ("SELECT id, name, created_at,", *above, "AS above FROM", table)
    rows = connection.execute(" ".join((*query, "AS r ORDER BY sequence DESC LIMIT ?")), (LISTED,))
    yield "<table><tr><th>name</th><th>of</th><th>created</th><th>id</th></tr>"
    for row in rows:
        created = format_datetime(row["created_at"])
        cells = (row["name"], row["above"] or "", created, row["id"])
        yield "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells) + "</tr>"
    yield "</table>"
