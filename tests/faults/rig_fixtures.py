"""Fixtures on the rig, for every directory of tests that wants servers that misbehave."""

from __future__ import annotations

import pickle
import ssl
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from rig import KEY, SIGNATURE, Listener, ScriptedServer, Step
from rig_faulty import Faulty, Witness, watched_box

from ionworks import Ionworks
from ionworks._http.retry import RetryPolicy
from ionworks._http.transport import Transport

# Loading the authorities is most of the cost of a client, and few tests ask for them.
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture
def opened() -> Iterator[Callable[[Any], Any]]:
    """Return what closes a server or a client at the end of the test."""
    things: list[Any] = []

    def keep(thing: Any) -> Any:
        things.append(thing)
        return thing

    yield keep
    for thing in reversed(things):
        thing.close()


@pytest.fixture
def scripted(opened: Callable[[Any], Any]) -> Iterator[Callable[..., ScriptedServer]]:
    """Return a maker of scripted servers; at the end every script must have been played."""
    servers: list[ScriptedServer] = []

    def make(*script: Step, **options: Any) -> ScriptedServer:
        servers.append(opened(ScriptedServer(*script, **options)))
        return servers[-1]

    yield make
    assert [server.script for server in servers] == [[] for _ in servers]


@pytest.fixture
def naps() -> list[float]:
    """The waits, in seconds, that clients asked for; nobody really sleeps."""
    return []


@pytest.fixture
def client_of(opened: Callable[[Any], Any], naps: list[float]) -> Callable[..., Ionworks]:
    """Return a maker of clients of a server or an address, whose clock is moved by `naps` alone."""

    def make(server: Listener | str, *, max_retries: int = 3, **options: Any) -> Ionworks:
        url = server if isinstance(server, str) else server.url
        wire = {key: options.pop(key) for key in ("proxy", "verify") if key in options}
        wire.setdefault("verify", NO_AUTHORITIES)
        wire["timeout"] = options.pop("timeout", 5.0)
        credential = {} if options.keys() & {"api_key", "api_token"} else {"api_key": KEY}
        client = Ionworks(api_url=url, **credential, **options)
        client._transport = Transport(
            client.settings,
            retry=RetryPolicy(max_retries=max_retries),
            sleep=naps.append,
            clock=lambda: sum(naps),
            rand=lambda: 1.0,
            max_workers=client.max_workers,
            **wire,
        )
        return opened(client)

    return make


@pytest.fixture
def caught() -> Callable[..., AbstractContextManager[pytest.ExceptionInfo[Any]]]:
    """Return `pytest.raises` for exactly this class, which also looks for secrets everywhere."""

    @contextmanager
    def catching(cls: type[Exception]) -> Iterator[pytest.ExceptionInfo[Any]]:
        with pytest.raises(cls) as info:
            yield info
        error = info.value
        assert type(error) is cls
        copy = pickle.loads(pickle.dumps(error))
        assert str(copy) == str(error)
        story = [
            *traceback.format_exception(error),
            repr(error),
            repr(vars(error)),
            repr(vars(copy)),
        ]
        assert KEY not in "".join(story)
        assert SIGNATURE not in "".join(story)

    return catching


@pytest.fixture(scope="session")
def faulty_box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Faulty]]:
    """Return what shows a sandbox with faults to a test, from that moment on."""
    data = tmp_path_factory.mktemp("faulty")
    with watched_box(data) as (box, seen):
        yield lambda: Faulty(box, data, seen)


@pytest.fixture
def faulty(faulty_box: Callable[[], Faulty]) -> Iterator[Faulty]:
    """A sandbox with faults; a test fails when not all that it planned came to pass."""
    mine = faulty_box()
    yield mine
    left = mine.box.faults.left
    mine.box.faults.clear()
    assert left == {}


@pytest.fixture
def witness(
    faulty: Faulty,
    naps: list[float],
    caught: Callable[..., AbstractContextManager[pytest.ExceptionInfo[Any]]],
    tmp_path: Path,
) -> Witness:
    """Sees to what must hold of every call, whatever goes wrong."""
    return Witness(faulty, naps, caught, tmp_path)
