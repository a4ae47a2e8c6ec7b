"""A proxy below HTTP that is bad for what runs through it: it relays bytes, and does harm."""

from __future__ import annotations

import select
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from rig import ANSWER_SECONDS, HOST, Listener, end

Side = Literal["request", "answer"]


@dataclass(frozen=True)
class Toxic:
    """What becomes of one connection after so many bytes of one side have passed.

    ``reset`` and ``cut`` end it, with a reset or in order; ``stall`` lets nothing more through on
    this side; ``half-close`` tells the receiver that this side has ended, and still passes on the
    other; ``slice`` passes byte after byte.
    """

    kind: Literal["reset", "cut", "stall", "half-close", "slice"]
    after: int = 0
    side: Side = "request"

    @property
    def ends(self) -> bool:
        return self.kind in ("reset", "cut")


class ToxicTCP(Listener):
    """Relays every connection to an upstream; the n-th one meets the n-th toxic, or none.

    `passed` counts, for each connection, the bytes of the request and of the answer that passed.
    """

    def __init__(self, upstream: str, *toxics: Toxic | None, port: int = 0) -> None:
        self._upstream = HOST, urlsplit(upstream).port or 80
        self.toxics = [*toxics]
        self.passed: list[dict[Side, int]] = []
        super().__init__(port)

    def serve(self, connection: socket.socket) -> None:
        with self.lock:
            toxic = self.toxics.pop(0) if self.toxics else None
            passed: dict[Side, int] = {"request": 0, "answer": 0}
            self.passed.append(passed)
        if toxic is not None and toxic.ends and toxic.side == "request" and not toxic.after:
            end(connection, reset=toxic.kind == "reset")
            return
        with socket.create_connection(self._upstream) as server:
            for each in (connection, server):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                each.settimeout(ANSWER_SECONDS)
            self._relay(connection, server, toxic, passed)

    def _relay(
        self,
        connection: socket.socket,
        server: socket.socket,
        toxic: Toxic | None,
        passed: dict[Side, int],
    ) -> None:
        flows: dict[socket.socket, tuple[Side, socket.socket]] = {
            connection: ("request", server),
            server: ("answer", connection),
        }
        while flows and not self.over.is_set():
            for source in select.select([*flows], [], [], 0.1)[0]:
                side, sink = flows[source]
                data = source.recv(65536)
                mine = toxic if toxic is not None and toxic.side == side else None
                if mine is not None and mine.kind != "slice":
                    data, left = data[: mine.after - passed[side]], len(data)
                    reached = passed[side] + left >= mine.after and left > 0
                else:
                    reached = False
                for piece in _pieces(data, one_by_one=mine is not None and mine.kind == "slice"):
                    sink.sendall(piece)
                    passed[side] += len(piece)
                if reached and mine is not None and mine.ends:
                    end(server, reset=mine.kind == "reset")
                    end(connection, reset=mine.kind == "reset")
                    return
                if reached and mine is not None and mine.kind == "stall":
                    del flows[source]
                elif reached or not data:
                    del flows[source]
                    with suppress(OSError):
                        sink.shutdown(socket.SHUT_WR)
                    if not reached and side == "request":
                        return  # the client has gone


def _pieces(data: bytes, *, one_by_one: bool) -> list[bytes]:
    return [data[i : i + 1] for i in range(len(data))] if one_by_one else [data]
