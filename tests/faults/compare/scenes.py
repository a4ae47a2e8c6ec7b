"""The servers of the rows: sandboxes and scripted servers, and what they have recorded."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rig import (
    ANSWER_SECONDS,
    KEY,
    Listener,
    Reply,
    ScriptedServer,
    Step,
    peeked,
    read_request,
    rendered,
    unused_port,
)
from rig_ranges import Harm, RangeStore
from rig_storing import Storing

from ionworks import Ionworks
from ionworks.sandbox import Sandbox

SIGNATURES = "5ig-never-shown-abcdef0123456789"
LATER_SECONDS = 1.0
MOMENTS = {"created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z"}
SPEC = {"id": "s1", "name": "LG M50", "organization_id": "o1", "ratings": {}, **MOMENTS}
MEASUREMENT = {
    "id": "m1",
    "name": "RPT 0",
    "cell_instance_id": "c1",
    "measurement_type": "time_series",
    "step_labels_validated": True,
    "tags": ["rpt"],
    **MOMENTS,
}


def page(*items: Mapping[str, Any]) -> dict[str, Any]:
    """Return a list as the service answers it."""
    return {"items": items, "count": len(items), "total": len(items)}


class Scene:
    """A service at `url`; `begin` is called just before the call of the client."""

    url: str
    project_id = "p1"

    def begin(self) -> None:
        """Do what must happen at the time of the call."""

    def requests(self) -> int | None:
        """The number of requests; None if it is not counted."""
        return None

    def commits(self, operation: str) -> int:
        """How often an operation was done."""
        return 0

    def wait_for_faults(self) -> None:
        """Wait until all planned faults have occurred."""
        raise NotImplementedError


class Script(Scene):
    """A scripted server; with `later`, it starts a second after the call."""

    def __init__(
        self, stack: ExitStack, *script: Step, otherwise: Step | None = None, later: bool = False
    ) -> None:
        self._stack, self._script, self._otherwise = stack, script, otherwise
        self._port = unused_port()
        self.server: ScriptedServer | None = None
        self._later = later
        self.url = f"http://127.0.0.1:{self._port}"
        if not later:
            self._open()

    def begin(self) -> None:
        if self._later:
            after(self._stack, self._open)

    def _open(self) -> None:
        self.server = ScriptedServer(*self._script, port=self._port)
        if self._otherwise is not None:
            self.server.otherwise = self._otherwise
        self._stack.callback(self.server.close)

    def requests(self) -> int:
        return len(self.server.requests) if self.server else 0

    @property
    def targets(self) -> list[str]:
        """Method and target of each request, unchanged."""
        return [f"{each.method} {each.target}" for each in self.server.requests]


class Box(Scene):
    """A sandbox with planned faults; `later` as for `Script`."""

    def __init__(
        self,
        stack: ExitStack,
        plan: Mapping[str, Sequence[str]],
        *,
        later: bool = False,
        processing_ms: int = 0,
    ) -> None:
        self._stack, self._later = stack, later
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fault-comparison-")))
        options: dict[str, Any] = {"data": home, "api_key": KEY, "port": unused_port()}
        options["processing_ms"] = processing_ms
        self.box = Sandbox(**options, faults=True).start()
        self.url, self.project_id = self.box.url, self.box.project_id
        stack.callback(lambda: self.box.stop())
        self.direct: Ionworks = stack.enter_context(self.box.client())
        self._plan, self._before = plan, None
        if later:
            self.box.stop()
            self.box = Sandbox(**options, faults=True)

    def begin(self) -> None:
        if self._before is not None:  # the second program of a trial
            return
        for operation, faults in self._plan.items():
            self.box.faults.plan(operation, *faults)
        self._before = len(self.box.faults.ledger)
        if self._later:
            after(self._stack, self.box.start)

    def commits(self, operation: str) -> int:
        made = self.box.faults.ledger[self._before :]
        return sum(each.operation == operation for each in made)

    def wait_for_faults(self) -> None:
        wait_until(lambda: not self.box.faults.left)

    def files(self, contents: Mapping[str, bytes]) -> str:
        """Return the id of a new measurement with these files."""
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder, name) for name in contents]
            for path in paths:
                path.write_bytes(contents[path.name])
            return self.direct.cell_measurement.create_file(self.cell(), "files", paths).id

    def cell(self) -> str:
        """Return the id of a new cell."""
        spec = self.direct.cell_spec.create({"name": "spec of the cell"})
        return self.direct.cell_instance.create(spec.id, {"name": "M50-007"}).id


class Dripping(Listener):
    """A server that sends one byte per second: of the whole response, or of the body."""

    def __init__(self, *, headers_too: bool) -> None:
        self._headers_too = headers_too
        super().__init__()

    def serve(self, connection: Any) -> None:
        self.requests.append(read_request(connection))
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
        body = b'{"id": "s1", "name": "' + b"x" * 1000
        if self._headers_too:
            slow = head + b"x-slow: " + body
        else:
            connection.sendall(head + b"content-length: 100000\r\n\r\n")
            slow = body
        for place in range(len(slow)):
            connection.sendall(slow[place : place + 1])
            if self.over.wait(1.0):
                return


class Drip(Scene):
    """A scene with a dripping server."""

    def __init__(self, stack: ExitStack, *, headers_too: bool) -> None:
        self.server = Dripping(headers_too=headers_too)
        stack.callback(self.server.close)
        self.url = self.server.url

    def requests(self) -> int:
        return len(self.server.requests)


class Nowhere(Scene):
    """A host that does not exist."""

    url = "https://no-such-host.invalid"


class Elsewhere(Script):
    """An API that redirects every request to a second origin, which records what it receives."""

    def __init__(self, stack: ExitStack, content: bytes) -> None:
        self.foreign = ScriptedServer()
        self.foreign.otherwise = Reply(200, content, {"content-type": "application/octet-stream"})
        stack.callback(self.foreign.close)
        # Another host name: a client may compare origins without the port.
        target = f"http://localhost:{self.foreign.port}/objects/m1?token={SIGNATURES}"
        super().__init__(stack, otherwise=Reply(307, None, {"location": target}))

    @property
    def received(self) -> str:
        """Everything that the second origin received."""
        return " ".join(f"{each.target} {dict(each.headers)}" for each in self.foreign.requests)


class Ranges(Scene):
    """An object store that serves ranges; each request for the object meets the next harm."""

    def __init__(self, stack: ExitStack, content: bytes, *harms: Harm | None) -> None:
        self.store = RangeStore(content, *harms)
        stack.callback(self.store.close)
        self.url = self.store.url


class Raw(Listener):
    """A service with one raw data file, whose storage has lost the end of the file."""

    def __init__(self, content: bytes, lost: int) -> None:
        self._content, self._lost = content, lost
        super().__init__()

    def serve(self, connection: Any) -> None:
        while peeked(connection):
            path = read_request(connection).path
            connection.sendall(rendered(self._reply_to(path), 0))

    def _reply_to(self, path: str) -> Reply:
        if path == "/object":
            kind = {"content-type": "application/octet-stream"}
            return Reply(200, self._content[: -self._lost], kind)
        if path.endswith("/download-url"):
            return Reply(200, {"url": f"{self.url}/object"})
        names = {"id": "r1", "project_id": "p1", "name": "run", "filename": "run.bin", **MOMENTS}
        return Reply(200, {**names, "size_bytes": len(self._content)})


class Short(Scene):
    """A scene with a raw data file that is shorter than its record says."""

    def __init__(self, stack: ExitStack, content: bytes, lost: int) -> None:
        server = Raw(content, lost)
        stack.callback(server.close)
        self.url = server.url


class Changing(Scene):
    """A service and its storage, which calls `meanwhile` when half of a file has arrived."""

    def __init__(self, stack: ExitStack, meanwhile: Callable[[], object]) -> None:
        self.server = Storing(meanwhile)
        stack.callback(self.server.close)
        self.url = self.server.url


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    end = time.monotonic() + ANSWER_SECONDS
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


def after(stack: ExitStack, action: Callable[[], object]) -> None:
    """Do something a second later."""

    def run() -> None:
        time.sleep(LATER_SECONDS)
        action()

    thread = threading.Thread(target=run)
    thread.start()
    stack.callback(thread.join, ANSWER_SECONDS)
