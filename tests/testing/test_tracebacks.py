"""A failed test shows its own lines and the message, not the frames of this package."""

import pytest

MODULE = """
import asyncio
import unittest
from concurrent.futures import ThreadPoolExecutor

import pytest

from ionworks import Quantity
from ionworks.errors import IonworksError
from ionworks.sandbox.faults import read_fault
from ionworks.testing import build, cassette, use_cassette

def ask():
    with cassette("cell_instance_detail") as scene:
        return scene.client.material.list()  # the line of "ask"

def test_replay():
    ask()

def test_thread():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(ask).result()

def test_group():
    async def both():
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.to_thread(ask))
    asyncio.run(both())

def test_own_error():
    try:
        ask()
    except Exception as error:
        raise KeyError("of the project") from error

def test_response():
    with cassette("error_429") as scene:
        scene.client.cell_spec.list()  # the line of "response"

def test_callback():
    def projects():
        yield build.project(nmae="x")  # the line of "callback"
    build.page(projects())

def test_builder():
    build.cell_specification(ratings={"capacity": Quantity(5, "V")})  # the line of "builder"

def test_fault():
    read_fault("rest")  # the line of "fault"

def test_no_scene():
    with cassette("cell_detail"):  # the line of "no scene"
        pass

def test_no_cassette():
    with use_cassette("missing.yaml"):  # the line of "no cassette"
        pass

def documented():
    '''
    >>> build.project(nmae="x")
    '''

class TestOld(unittest.TestCase):
    def test_replay(self):
        ask()

@pytest.fixture
def material():
    return ask()

def test_fixture(material):
    pass
"""


def test_the_frames_of_libraries_are_left_out(write, run):
    write(MODULE)
    result = run("--doctest-modules")
    shown = result.stdout.str()
    result.assert_outcomes(failed=12, errors=1)
    for line in ("ask", "response", "callback", "builder", "fault", "no scene", "no cassette"):
        assert f'the line of "{line}"' in shown
    for frame in ("_client.py", "httpx_stubs", "_http/", "recording.py", "_request/", "contextlib"):
        assert frame not in shown
    for text in ("has no answer to GET", "429", "Give a charge", "'rest' is not a known fault"):
        assert text in shown
    full = run("--full-trace", "-k", "test_replay").stdout.str()
    assert "_http" in full


@pytest.mark.parametrize("style", ["short", "line", "native", "no"])
def test_every_style_of_pytest_is_kept(write, run, style):
    write("from ionworks.testing import build\ndef test_it():\n    build.project(nmae='x')\n")
    result = run(f"--tb={style}")
    result.assert_outcomes(failed=1)
    assert ("did you mean" in result.stdout.str()) or style == "no"
    assert "payload.py" not in result.stdout.str()
