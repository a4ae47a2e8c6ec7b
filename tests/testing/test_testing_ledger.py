"""K2: a request without an answer fails the test, however the code under test hides the error."""

import pytest

# The second version of the code asks for projects, too, and hides that this fails.
CODE = """
import asyncio, contextlib, threading, time, unittest
from concurrent.futures import ThreadPoolExecutor

from ionworks.testing import RecordingError, allow_unanswered, cassette

SECOND = "SECOND" in os.environ
pool = ThreadPoolExecutor(2)

def ask(client):
    if SECOND:
        client.project.list(name="what is new")

def hidden(client):
    try:
        ask(client)
    except Exception:
        pass

def late(client):
    time.sleep(0.05)
    hidden(client)
"""

HIDDEN = """
pytestmark = pytest.mark.ionworks_cassette

def test_except(ionworks_client):
    hidden(ionworks_client)

def test_suppress(ionworks_client):
    with contextlib.suppress(RecordingError):
        ask(ionworks_client)

def test_broad(ionworks_client):
    if SECOND:
        with pytest.raises(Exception):
            ask(ionworks_client)

def test_retry(ionworks_client):
    for _ in range(3):
        hidden(ionworks_client)

def test_thread(ionworks_client):
    thread = threading.Thread(target=hidden, args=[ionworks_client])
    thread.start()
    thread.join()

def test_thread_nobody_joins(ionworks_client):
    threading.Thread(target=late, args=[ionworks_client]).start()

def test_daemon(ionworks_client):
    threading.Thread(target=late, args=[ionworks_client], daemon=True).start()

def test_executor(ionworks_client):
    with ThreadPoolExecutor(2) as pool:
        pool.submit(ask, ionworks_client)

def test_shared_executor(ionworks_client):
    pool.submit(ask, ionworks_client)

def test_shared_executor_again(ionworks_client):
    pool.submit(late, ionworks_client)

def test_to_thread(ionworks_client):
    async def main():
        await asyncio.gather(asyncio.to_thread(ask, ionworks_client), return_exceptions=True)
    asyncio.run(main())

@pytest.mark.anyio
async def test_event_loop(ionworks_client):
    hidden(ionworks_client)

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.fixture
def in_setup(ionworks_client):
    hidden(ionworks_client)

@pytest.fixture
def in_teardown(ionworks_client):
    yield
    hidden(ionworks_client)

def test_fixture(in_setup):
    pass

def test_fixture_at_its_end(in_teardown):
    pass

class TestUnit(unittest.TestCase):
    def setUp(self):
        self.client = Ionworks(max_workers=1)
        self.addCleanup(self.client.close)

    def test_unit(self):
        hidden(self.client)

    def test_unit_subtest(self):
        with self.subTest("one"):
            hidden(self.client)

def test_other_client():
    if SECOND:
        with contextlib.suppress(Exception):
            urllib.request.urlopen("https://api.ionworks.example/projects")
"""

SCENES = """
@pytest.fixture(scope="module")
def scene():
    with cassette("upload") as scene:
        yield scene

def test_scene_of_the_module(scene):
    hidden(scene.client)

@pytest.fixture
def own_scene():
    with cassette("upload") as scene:
        yield scene

def test_scene_of_a_fixture(own_scene):
    hidden(own_scene.client)

def test_after(scene):
    assert scene.client.cell_measurement.list(scene.ids["cell"]) == []

def test_scene_in_the_test():
    with cassette("upload") as scene:
        hidden(scene.client)
        pool.submit(late, scene.client)
"""

FAILED = """
@pytest.fixture
def scene():
    with cassette("upload") as scene:
        yield scene

def test_what_follows(scene):
    hidden(scene.client)
    assert not SECOND, "what follows from it"

def test_the_request_itself(scene):
    ask(scene.client)

@pytest.mark.ionworks_cassette
def test_what_follows_on_a_cassette(ionworks_client):
    hidden(ionworks_client)
    assert not SECOND, "what follows from it"

@pytest.mark.ionworks_cassette
def test_the_request_itself_on_a_cassette(ionworks_client):
    ionworks_client.cell_spec.list()
    ask(ionworks_client)

@pytest.fixture
def breaks(ionworks_client):
    yield
    ask(ionworks_client)

@pytest.mark.ionworks_cassette
def test_the_request_itself_at_the_end(breaks):
    pass

@pytest.mark.ionworks_cassette
class TestUnit(unittest.TestCase):
    def test_unit(self):
        with Ionworks(max_workers=1) as client:
            hidden(client)
        self.assertFalse(SECOND, "what follows from it")
"""

SUBTESTS = """
pytestmark = pytest.mark.ionworks_cassette

def test_subtest(subtests, ionworks_client):
    with subtests.test("one"):
        hidden(ionworks_client)

def test_fails(subtests, ionworks_client):
    with subtests.test("one"):
        ask(ionworks_client)
"""

FINE = """
pytestmark = pytest.mark.ionworks_cassette

def unless_first(expectation):
    return expectation if SECOND else contextlib.nullcontext()

def test_raises(ionworks_client):
    with unless_first(pytest.raises(RecordingError)):
        ask(ionworks_client)

def test_raises_by_its_text(ionworks_client):
    with unless_first(pytest.raises(RuntimeError, match="what.is.new")):
        ask(ionworks_client)

def test_raises_in_many_threads(ionworks_client):
    with unless_first(pytest.raises(RecordingError)), ThreadPoolExecutor(8) as threads:
        [*threads.map(ask, [ionworks_client] * 32)]

def test_allowed(ionworks_client):
    with allow_unanswered():
        hidden(ionworks_client)
        pool.submit(ask, ionworks_client).exception()

class TestUnit(unittest.TestCase):
    def test_raises(self):
        with Ionworks(max_workers=1) as client:
            with unless_first(self.assertRaises(RecordingError)):
                ask(client)
            if SECOND:
                self.assertRaisesRegex(RuntimeError, "no answer", ask, client)

def test_skips(ionworks_client):
    hidden(ionworks_client)
    if SECOND:
        pytest.skip("no project")

@pytest.mark.xfail(condition=SECOND, raises=RecordingError, reason="asks for projects", strict=True)
def test_expected_to_fail(ionworks_client):
    ask(ionworks_client)

@pytest.mark.ionworks_cassette(workers=4)
def test_asks_the_same(ionworks_client):
    assert ionworks_client.cell_spec.list()
    pool.submit(ionworks_client.material.list).result()
"""


@pytest.fixture
def second_run(monkeypatch, write, run):
    """Record tests with the first version of the code, and replay them with the second."""

    def second_run(text):
        write(CODE + text)
        run(plugins=("anyio",)).assert_outcomes(passed=text.count("def test_"))
        monkeypatch.setenv("SECOND", "yes")
        return run(plugins=("anyio",))

    return second_run


def test_k2_a_request_that_was_not_recorded_fails_the_test(second_run):
    done = second_run(HIDDEN)
    done.assert_outcomes(passed=17, errors=17)
    done.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_except*",
            "1 request got no answer:",
            "  GET https://api.ionworks.example/projects?*what+is+new*: nothing was recorded of*",
            "Record it again (pytest test_it.py::test_except --ionworks-record=rewrite).",
            "The code under test hid the error. A test that expects it uses pytest.raises(Rec*",
            "3 requests got no answer:",
            "  GET *: nothing was recorded of this address (3 times)",
        ]
    )


def test_k2_a_scene_fails_the_test_that_hid_the_request(second_run):
    done = second_run(SCENES)
    done.assert_outcomes(passed=3, failed=1, errors=2)
    done.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_scene_of_the_module*",
            "1 request got no answer:",
            "  GET https://api.ionworks.example/projects?*: it was recorded with another query*",
            "A ready-made cassette answers what was asked for it; for more there is the sandbox.",
            "*ERROR at teardown of test_scene_of_a_fixture*",
            "E *RecordingError: 1 request got no answer:",
            "*test_scene_in_the_test*",
            "E *RecordingError: 2 requests got no answer:",
        ]
    )


def test_k2_a_test_that_failed_is_reported_with_what_it_may_follow_from_and_fails_once(second_run):
    done = second_run(FAILED)
    done.assert_outcomes(passed=1, failed=5, errors=1)
    said = done.stdout.str()
    assert said.count("- requests without an answer -") == 3
    assert said.count("1 request got no answer:") == 3
    assert "ExceptionGroup" not in said
    assert "were not made" not in said


def test_k2_a_test_may_expect_it(second_run):
    second_run(FINE).assert_outcomes(passed=6, skipped=1, xfailed=1)


@pytest.mark.skipif(not hasattr(pytest, "Subtests"), reason="pytest has subtests from 9 on")
def test_k2_a_subtest_is_a_part_of_its_test(second_run):
    done = second_run(SUBTESTS)
    done.assert_outcomes(passed=1, failed=2, errors=1)
    done.stdout.fnmatch_lines(["*ERROR at teardown of test_subtest*", "1 request got no answer:"])
