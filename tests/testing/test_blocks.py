"""K2 in a block of `use_cassette` or a scene: what got no answer is an error at its end."""

import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.request import urlopen

import httpx
import pytest
from backends import recording
from rig import Reply

from ionworks.settings import DEFAULT_API_URL
from ionworks.testing import (
    API,
    OriginError,
    RecordingError,
    allow_unanswered,
    cassette,
    use_cassette,
)
from ionworks.testing.clients import Address

OCTETS = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def path(tmp_path):
    """A cassette with one request, GET /projects."""
    path = tmp_path / "one.yaml"
    with recording(path) as client:
        client.project.list()
    return path


@pytest.fixture
def client():
    with Address.replayed(None).client({}) as client:
        yield client


@pytest.fixture
def ask(client):
    """Makes the request that was recorded, or another one."""

    def ask(name=None):
        client.project.list(name=name) if name else client.project.list()

    return ask


def hidden(call, *args):
    """Make a call as code does that hides its errors."""
    with suppress(Exception):
        call(*args)


def on_threads(call, *args):
    with ThreadPoolExecutor(4) as pool:
        pool.submit(call, *args)


def on_a_thread_nobody_joins(call, *args):
    def late():
        time.sleep(0.05)
        hidden(call, *args)

    threading.Thread(target=late, daemon=True).start()


@pytest.mark.parametrize("hide", [hidden, on_threads, on_a_thread_nobody_joins])
def test_k2_a_block_that_hid_a_request_ends_with_an_error(path, client, ask, hide):
    told = pytest.raises(RecordingError)
    with told as error, use_cassette(path):
        ask()
        hide(client.project.get, "another")
    assert str(error.value).startswith(
        f"1 request got no answer:\n  GET {API}/projects/another: nothing was recorded of this"
        f" address, the nearest is GET {API}/projects?"
    )


def test_k2_the_block_tells_what_was_not_asked_for_too(path, ask):
    told = pytest.raises(RecordingError, match=r"(?s)1 request got.*1 of the 1 recorded requests")
    with told, use_cassette(path):
        hidden(ask, "x")


def test_k2_an_error_of_the_block_stays_and_is_reported_with_what_it_may_follow_from(path, ask):
    def fails():
        with use_cassette(path):
            hidden(ask, "x")
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError) as error:
        fails()
    (note,) = error.value.__notes__
    assert note.startswith(f"1 request got no answer:\n  GET {API}/projects?")


def test_k2_the_error_itself_is_not_reported_twice(path, ask):
    with pytest.raises(RecordingError, match="no answer to GET") as error, use_cassette(path):
        ask("x")
    assert not hasattr(error.value, "__notes__")


def test_k2_what_a_block_expects_is_no_error_of_it(path, ask):
    def many():
        on_threads(hidden, ask, "y")
        ask("x")

    with use_cassette(path):
        with pytest.raises(RecordingError):
            many()
        with pytest.raises((KeyError, RecordingError)):
            ask("x")
        with pytest.raises(RuntimeError, match="has no answer to"):
            ask("x")
        with allow_unanswered():
            hidden(ask, "x")
        ask()


@pytest.mark.parametrize("broad", [Exception, RuntimeError, (ValueError, RuntimeError)])
def test_k2_an_expectation_that_would_take_anything_is_none(path, ask, broad):
    told = pytest.raises(RecordingError, match="1 request")
    with told, use_cassette(path):
        ask()
        with pytest.raises(broad):
            ask("x")


def test_k2_what_is_allowed_is_allowed_no_longer_than_the_block(path, ask):
    told = pytest.raises(RecordingError, match="1 request")
    with told, use_cassette(path):
        ask()
        with allow_unanswered(), pytest.raises(RecordingError):
            ask("x")
        hidden(ask, "x")


def test_k2_blocks_within_one_another_know_their_own(path, ask):
    with use_cassette(path):
        with pytest.raises(RecordingError, match="1 request got no answer"), cassette("upload"):
            hidden(ask, "x")
        ask()


def test_k2_an_answer_that_could_not_be_recorded_is_not_left_out(tmp_path, scripted):
    server = scripted(Reply(200, b"\xff" * 1_000_001, OCTETS))
    path = tmp_path / "large.yaml"
    told = pytest.raises(RecordingError, match=r"(?s)1 request got.*a file of 1\.0 MB")
    with told, use_cassette(path, mode="record"):
        hidden(httpx.get, server.url)
    assert not path.exists()


def test_k2_what_is_expected_is_watched_in_blocks_alone(path, ask):
    kinds = [type(pytest.raises(RecordingError)), unittest.case._AssertRaisesContext]
    before = [(kind.__enter__, kind.__exit__) for kind in kinds]
    with use_cassette(path):
        ask()
        with cassette("upload"):
            pass
        assert [(kind.__enter__, kind.__exit__) for kind in kinds] != before
    assert [(kind.__enter__, kind.__exit__) for kind in kinds] == before


@pytest.mark.parametrize("get", [httpx.get, urlopen])
def test_k1_no_http_client_gets_the_service_into_a_cassette(tmp_path, scripted, get):
    path = tmp_path / "own.yaml"
    server = scripted(Reply(200, {}))
    with use_cassette(path, mode="record", hosts={server.url: API}):
        with pytest.raises(OriginError, match=f"not sent: GET {DEFAULT_API_URL}/projects: .*own"):
            get(f"{DEFAULT_API_URL}/projects")
        httpx.get(server.url)
    assert DEFAULT_API_URL not in path.read_text()
