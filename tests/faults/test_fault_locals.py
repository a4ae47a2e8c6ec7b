"""X9 and X10: what reporters of local variables, and logs of the HTTP library, show of secrets."""

from __future__ import annotations

import html
import io
import logging
import pydoc
import signal
import threading
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs
import httpx
import ionworks_openapi
import pytest
from rig import Drop, Raw, Reply, ScriptedServer, Stall
from secret_scan import Scanner, chain

import ionworks
from ionworks import Ionworks
from ionworks.errors import ConfigurationError, IonworksError

KEY = "Lm4&xQ'9" + "kZ7bRt2VwYc5NsGd" * 6 + "-tail"
SIGN = "Jh8uFe3KoPq6WzXv1TyBn0Ml" * 4
PASSWORD = "dG7sRk2MvQx9LpWn"
SCANNER = Scanner(key=KEY, signature=SIGN, password=PASSWORD)
OURS = tuple(str(Path(each.__file__).parent) for each in (ionworks, ionworks_openapi))
DEEPEST = 5


def shown(value: object, depth: int = 0) -> Iterator[str]:
    """Yield what a thorough reporter shows of a value: whole, cut, and all that is in it."""
    yield repr(value)
    yield pydoc.text.repr(value)
    if isinstance(value, str | bytes):
        yield repr(value[:80])
    if depth >= DEEPEST:
        return
    if isinstance(value, httpx.Request | httpx.Response):
        yield f"{value.headers!r} {value.headers.raw!r}"
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from shown(key, depth + 1)
            yield from shown(item, depth + 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from shown(item, depth + 1)
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            if field.repr is not False:
                yield from shown(getattr(value, field.name), depth + 1)


def locals_of(error: BaseException) -> dict[str, str]:
    """Return what the locals of our frames show, of an error and of all that led to it."""
    found: dict[str, str] = {}
    for each in chain(error):
        for frame, line in traceback.walk_tb(each.__traceback__):
            if frame.f_code.co_filename.startswith(OURS):
                place = f"{frame.f_code.co_qualname}:{line}"
                for name, value in frame.f_locals.items():
                    found[f"{name} at {place}"] = "\n".join(shown(value))
    return found


def signed(url: str) -> str:
    return f"{url}/objects/x?X-Amz-Signature={SIGN}&expires=7"


ECHOES = {
    "text": lambda: Reply(0, f"x-api-key: {KEY}\r\nauthorization: Bearer {KEY}"),
    "html": lambda: Reply(0, f"<html><title>{html.escape(KEY)}</title><p>{KEY}</html>"),
    "json": lambda: Reply(0, {"message": f"bad {KEY}", "headers": {"X-Api-Key": [KEY]}}),
    "utf-16": lambda: Reply(
        0, f"got {KEY}".encode("utf-16"), {"content-type": "text/plain; charset=utf-16"}
    ),
    "headers": lambda: Reply(0, {"detail": "no"}, {"x-request-id": KEY, "x-echo": KEY}),
}


def fail(call) -> BaseException:
    with pytest.raises(BaseException) as info:  # noqa: PT011 -- any, it is looked at closely
        call()
    return info.value


def check(error: BaseException) -> None:
    assert SCANNER.find(locals_of(error)) == []
    text = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
    assert SCANNER.find({"error": text}) == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500, 503])
@pytest.mark.parametrize("form", ECHOES)
@pytest.mark.parametrize("kind", ["api_key", "api_token"])
def test_x9_a_page_that_repeats_the_request_reveals_nothing(
    scripted, client_of, form, status, kind
):
    page = ECHOES[form]()
    server = scripted(Reply(status, page.body, {**page.headers, "retry-after": "0"}))
    client = client_of(server, max_retries=0, **{kind: KEY})
    error = fail(lambda: client.project.get("p1"))
    assert isinstance(error, IonworksError)
    check(error)
    assert SCANNER.find({"attempt": repr(client.last_request)}) == []


STEPS = {
    "reset": Drop(),
    "closed": Drop(reset=False),
    "no http": Raw(b"SSH-2.0\r\n\r\n"),
    "half": Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"),
    "stall": Stall(),
    "page": Reply(200, "<html>login</html>"),
    "misfit": Reply(200, {"id": None, "signed_url": signed("https://s")}),
    "redirect": Reply(307, None, {"location": signed("http://127.0.0.1:9")}),
    "redirect to plain http": Reply(307, None, {"location": signed("http://10.0.0.9")}),
    "redirect without end": Reply(307, None, {"location": f"/x?token={SIGN}"}),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("call", ["read", "create", "table", "upload"])
def test_x9_every_layer_hides_the_secrets_in_its_variables(opened, client_of, tmp_path, step, call):
    server = opened(ScriptedServer())
    server.otherwise = STEPS[step]
    client = client_of(server, api_key=KEY, max_retries=1, timeout=0.1)
    (tmp_path / "a.txt").write_text("dented")
    calls = {
        "read": lambda: client.project.get("p1"),
        "create": lambda: client.project.create({"name": "Ageing"}),
        "table": lambda: client.cell_measurement.time_series("m1"),
        "upload": lambda: client.cell_measurement.create_file("c1", "x", tmp_path / "a.txt"),
    }
    if call == "upload":
        target = {"filename": "a.txt", "signed_url": signed(server.url), "token": SIGN}
        server.will(Reply(200, {"measurement_id": "m1", "uploads": [target]}))
    check(fail(calls[call]))


@pytest.mark.parametrize("name", ["api_key", "api_token", "api_url"])
@pytest.mark.parametrize("wrap", [str.encode, lambda key: bytearray(key.encode()), lambda k: [k]])
def test_x9_a_key_of_a_wrong_type_is_not_shown(name, wrap):
    given = {"api_key": "good-key-of-a-test", name: wrap(KEY)}
    error = fail(lambda: Ionworks(**given))
    assert isinstance(error, ConfigurationError)
    assert f"argument {name} must be text, not" in str(error)
    check(error)


def test_x9_an_interrupt_keeps_no_frame_that_holds_the_key(opened, client_of):
    server = opened(ScriptedServer())
    server.otherwise = Stall()
    client = client_of(server, api_key=KEY, timeout=20)
    main = threading.main_thread().ident

    def interrupt():
        server.wait_for(1)
        signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    error = fail(lambda: client.project.get("p1"))
    thread.join()
    assert isinstance(error, KeyboardInterrupt)
    files = {f.f_code.co_filename for f, _ in traceback.walk_tb(error.__traceback__)}
    assert not [each for each in files if "httpx" in each or "httpcore" in each]
    check(error)


def test_x9_rich_shows_no_secret(scripted, client_of):
    rich_traceback = pytest.importorskip("rich.traceback")
    console = pytest.importorskip("rich.console")
    client = client_of(scripted(Reply(500, KEY)), api_key=KEY, max_retries=0)
    error = fail(lambda: client.project.get("p1"))
    output = console.Console(file=io.StringIO(), width=300)
    output.print(
        rich_traceback.Traceback.from_exception(
            type(error), error, error.__traceback__, show_locals=True, suppress=[__file__]
        )
    )
    text = output.file.getvalue().partition("test_fault_locals.py")[2]
    ours = "\n".join(part for part in text.split("╭") if "/ionworks/" in part)
    assert SCANNER.find({"rich": ours}) == []


COOKIES = [
    ("set-cookie", f"session={SIGN}; Path=/"),
    ("x-auth-token", f"it's {SIGN}"),
    ("www-authenticate", f'Bearer realm="{SIGN}"'),
    ("x-csrf-token", SIGN),
    ("x-api-key", KEY),
    ("location", signed("https://s")),
]


@pytest.mark.parametrize(("name", "value"), COOKIES, ids=[name for name, _ in COOKIES])
def test_x10_the_log_of_the_http_library_shows_no_cookie(scripted, client_of, caplog, name, value):
    client = client_of(scripted(Reply(404, {"detail": "no"}, {name: value})), api_key=KEY)
    caplog.set_level(logging.DEBUG)
    fail(lambda: client.project.get("p1"))
    lines = [record.getMessage() for record in caplog.records]
    heads = [line for line in lines if "receive_response_headers.complete" in line]
    assert name in heads[0].lower()
    assert (
        SCANNER.find({"log": "\n".join(lines + [repr(r.__dict__) for r in caplog.records])}) == []
    )
