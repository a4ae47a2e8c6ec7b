"""A storage that does something while it receives a file."""

from __future__ import annotations

import socket
from collections.abc import Callable

from rig import Listener, Reply, Seen, peeked, read_request, received, rendered

TIMES = dict.fromkeys(("created_at", "updated_at"), "2026-01-02T03:04:05Z")


class Storing(Listener):
    """A service and its storage, which calls `meanwhile` when it has received a share of a file.

    `stored` holds the complete files, `confirmed` the paths of the confirmations.
    """

    def __init__(self, meanwhile: Callable[[], object], share: float = 0.5) -> None:
        self._meanwhile, self._share = meanwhile, share
        self.stored: list[bytes] = []
        self.confirmed: list[str] = []
        super().__init__()

    def serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        while peeked(connection):
            if connection.recv(3, socket.MSG_PEEK) == b"PUT":
                self._store(connection)
            else:
                seen = read_request(connection)
                with self.lock:
                    self.requests.append(seen)
                connection.sendall(rendered(self._reply_to(seen), 0))

    def _store(self, connection: socket.socket) -> None:
        waiting = b""
        while b"\r\n\r\n" not in waiting:
            waiting += received(connection)
        head, _, body = waiting.partition(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        )
        pieces, came, ran = [body], len(body), False
        while came < length or not ran:
            if not ran and came >= length * self._share:
                ran = True
                self._meanwhile()
                continue
            pieces.append(received(connection))
            came += len(pieces[-1])
        with self.lock:
            self.stored.append(b"".join(pieces))
        connection.sendall(rendered(Reply(200, {}), 0))

    def _reply_to(self, seen: Seen) -> Reply:
        last = seen.path.rpartition("/")[2]
        if last == "initiate-upload":
            names = seen.json.get("filenames") or [seen.json.get("filename", "time_series.parquet")]
            facts = {"token": "t", "path": "p"}
            uploads = [{"filename": n, "signed_url": f"{self.url}/{n}", **facts} for n in names]
            return Reply(200, {"measurement_id": "m1", "raw_data_id": "r1", "uploads": uploads})
        self.confirmed.append(seen.path)
        raw = {"project_id": "p1", "name": "a", "filename": "a", "size_bytes": 1}
        measured = {"cell_instance_id": "c1", "steps_created": 0, "measurement_type": "file"}
        return Reply(200, {"id": "r1", **TIMES, **raw, **measured})
