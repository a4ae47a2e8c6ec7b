"""What was asked and what came: every answer, held against the contract."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, Final

from attrs import field, frozen
from ionworks_openapi.types import Operation, Request

from scripts.codegen.contract import Json, resolve
from scripts.live.contract import Read, reads
from scripts.live.reader import Reader, Reply
from scripts.live.shapes import Deviation, NamedValue, compare

REFUSED: Final = (400, 422)


@frozen
class Visit:
    """One request and what came of it. The body is looked at, and never printed."""

    read: Read
    query: Mapping[str, str]
    reply: Reply
    deviations: tuple[Deviation, ...] = field(repr=False)

    @property
    def status(self) -> int | None:
        """The status; None where no answer came."""
        return self.reply.status

    @property
    def body(self) -> object:
        """The decoded body of a success."""
        return self.reply.body if self.status == 200 else None

    @property
    def rows(self) -> list[Any]:
        """The records of a list, under whatever name they came."""
        return [row for row in list_items(self.body) if isinstance(row, dict)]

    @property
    def status_text(self) -> str:
        """The status in words."""
        return "no answer" if self.status is None else str(self.status)


def list_items(body: object) -> list[Any]:
    """Return what a list holds: its `items`, the one list in it, or the bare list that it is."""
    if isinstance(body, Mapping):
        lists = [value for value in body.values() if isinstance(value, list)]
        items = body.get("items")
        body = items if isinstance(items, list) else lists[0] if len(lists) == 1 else []
    return body if isinstance(body, list) else []


class Survey:
    """Asks the operations of a contract, and keeps what came.

    Parameters
    ----------
    contract : Json
        The contract that answers are held against.
    reader : Reader
        Sends the requests.
    """

    def __init__(self, contract: Json, reader: Reader) -> None:
        self.contract = contract
        self.reads = reads(contract)
        self.visits: list[Visit] = []
        self.unreached: dict[str, str] = {}
        self._reader = reader
        self._met: dict[str, list[object]] = defaultdict(list)

    @property
    def sent(self) -> int:
        """How many requests were sent."""
        return self._reader.sent

    def ask(self, name: str, query: Mapping[str, str] | None = None, **ids: object) -> Visit | None:
        """Ask a GET operation, if there is an id for each place of its path.

        None where something is missing, or where no more requests may be sent.
        """
        read = self.reads[name]
        url = self._url(read, ids)
        if url is None:
            return None
        asked = dict(query or {})
        is_json = read.schema(200) is not None
        reply = self._reader.get(name, url, [*asked.items()], json=is_json)
        if reply is None:
            self.unreached.setdefault(name, "the requests were used up")
            return None
        self.unreached.pop(name, None)
        visit = Visit(read, asked, reply, tuple(self._collect(read, reply)))
        self.visits.append(visit)
        return visit

    def of(self, *names: str) -> list[Visit]:
        """Return the visits to these operations."""
        return [visit for visit in self.visits if visit.read.name in names]

    def find_values(self, schema: str) -> list[object]:
        """Return every value that came in the place of a named schema."""
        return self._met[schema]

    def deviations(self) -> dict[Deviation, list[str]]:
        """Return each deviation once, with the paths whose answers have it."""
        found: dict[Deviation, list[str]] = {}
        for visit in self.visits:
            for each in visit.deviations:
                paths = found.setdefault(each, [])
                if visit.read.path not in paths:
                    paths.append(visit.read.path)
        return found

    def _url(self, read: Read, ids: Mapping[str, object]) -> str | None:
        for name, value in ids.items():
            if not isinstance(value, str) or not value:
                self.unreached.setdefault(read.name, f"no {name} was found to ask with")
                return None
        way: Operation[..., object] = Operation(read.name, "GET", read.path, Request, _unread)
        try:
            return way.url(Request(path={name: str(value) for name, value in ids.items()}))
        except ValueError as error:
            self.unreached.setdefault(read.name, f"the {error.args[0]} fits no URL")
            return None

    def _collect(self, read: Read, reply: Reply) -> Iterator[Deviation]:
        where = f"GET {read.path}"
        if reply.status is None:
            return
        if str(reply.status) not in read.responses:
            yield Deviation("status", where, f"answers {reply.status}, which is not declared")
            return
        schema = read.schema(reply.status)
        if schema is None:
            return
        if not reply.is_json:
            yield Deviation("type", where, f"the body of the {reply.status} is not JSON")
            return
        whole = compare(self.contract, schema, reply.body, where)
        for found in chain(whole, self._misplaced(schema, reply.body)):
            if isinstance(found, NamedValue):
                self._met[found.schema].append(found.value)
            else:
                yield found

    def _misplaced(self, schema: Json, body: object) -> Iterator[Deviation | NamedValue]:
        """Compare the records of a list that does not come as the contract has it."""
        items = resolve(self.contract, schema).get("properties", {}).get("items")
        if items is None or (isinstance(body, Mapping) and "items" in body):
            return
        for row in list_items(body):
            yield from compare(self.contract, items["items"], row, "items[]")


def _unread(_: int, data: object) -> object:
    return data
