"""K1: while a test of the kit runs, no client asks another server than its sandbox or cassette."""

import pytest

from ionworks.sandbox import Sandbox
from ionworks.testing.origins import origin_of

ANALYSIS = """
import os
from itertools import count

from ionworks import Ionworks

numbers = count()
KEY, SERVICE = os.environ["IONWORKS_API_KEY"], os.environ["IONWORKS_API_URL"]
client = Ionworks()
explicit = Ionworks(KEY, api_url=SERVICE)
view = client.with_options(timeout=5.0)

def write(client=client):
    client.project.list()
    return client.project.create({"name": f"from a test {next(numbers)}"})
"""

CLIENTS = """
import asyncio, copy, pickle, threading
from concurrent.futures import ThreadPoolExecutor

import analysis
from ionworks.testing import OriginError, RecordingError, allow_origins, cassette, use_cassette

from analysis import KEY, SERVICE

PICKLED = pickle.dumps(analysis.client)

@pytest.fixture(scope="session")
def session_client():
    return Ionworks()

@pytest.fixture(scope="module")
def module_client():
    return Ionworks()

@pytest.fixture(scope="class")
def class_client():
    return Ionworks()

@pytest.fixture(autouse=True)
def in_an_autouse_fixture():
    with Ionworks() as client:
        yield client

def on_a_thread(call):
    caught = []
    def run():
        try:
            call()
        except Exception as error:
            caught.append(error)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    raise caught[0]

def on_an_executor(call):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()

def in_an_event_loop(call):
    return asyncio.run(asyncio.to_thread(call))

WAYS = {
    "at import": lambda: analysis.write(),
    "a read": lambda: analysis.client.project.list(),
    "lazily": lambda: next(iter(analysis.client.project.iterate())),
    "an operation": lambda: analysis.client.whoami(),
    "explicit": lambda: analysis.write(analysis.explicit),
    "explicit here": lambda: analysis.write(Ionworks(KEY, api_url=SERVICE)),
    "explicit with a slash": lambda: analysis.write(Ionworks(KEY, SERVICE + "/")),
    "a view": lambda: analysis.write(analysis.view),
    "a view made here": lambda: analysis.write(analysis.client.with_options(max_retries=0)),
    "a copy": lambda: analysis.write(copy.deepcopy(analysis.client)),
    "unpickled": lambda: analysis.write(pickle.loads(PICKLED)),
    "many workers": lambda: analysis.client.cell_instance.detail("1"),
    "a thread": lambda: on_a_thread(analysis.write),
    "an executor": lambda: on_an_executor(analysis.write),
    "to_thread": lambda: in_an_event_loop(analysis.write),
}
each_way = pytest.mark.parametrize("way", WAYS)

@each_way
@pytest.mark.ionworks_sandbox(shared=True)
def test_marked_for_a_sandbox(way):
    with pytest.raises(OriginError, match=f"/.*: this test runs on the sandbox .*make the client"):
        WAYS[way]()

@each_way
@pytest.mark.ionworks_cassette
def test_marked_for_a_cassette(way):
    with pytest.raises(OriginError, match="this test (records|is replayed from)"):
        WAYS[way]()

@each_way
def test_scene(way):
    with cassette("error_404"), pytest.raises(OriginError, match="error_404.* answers clients of"):
        WAYS[way]()

@each_way
@pytest.mark.ionworks_sandbox(shared=True)
def test_recorded(way, ionworks_sandbox, tmp_path):
    hosts = {ionworks_sandbox.url: "https://api.ionworks.example"}
    with use_cassette(tmp_path / "own.yaml", mode="record", hosts=hosts):
        with pytest.raises(OriginError, match="own.yaml records http://127.0.0.1:"):
            WAYS[way]()
        with Ionworks(max_workers=1) as client:
            client.project.list()
    assert SERVICE not in (tmp_path / "own.yaml").read_text()
    with use_cassette(tmp_path / "own.yaml"):
        with pytest.raises(RecordingError, match="nor of this server"):
            WAYS[way]()
        Ionworks("a-key", "https://api.ionworks.example").project.list()

@pytest.mark.ionworks_sandbox(shared=True)
@pytest.mark.parametrize("fixture", ["session_client", "module_client", "class_client"])
def test_fixture_of_wider_scope(request, session_client, module_client, class_client, fixture):
    with pytest.raises(OriginError, match="in a wider fixture"):
        analysis.write(request.getfixturevalue(fixture))

@pytest.mark.parametrize("fixture", ["ionworks_client", "ionworks_sandbox", "ionworks_seeded"])
def test_fixture(request, fixture):
    request.getfixturevalue(fixture)
    with pytest.raises(OriginError):
        analysis.write()

def test_what_is_made_in_the_test_asks_the_sandbox(ionworks_client, ionworks_sandbox):
    analysis.write(ionworks_client)
    for made in Ionworks(), Ionworks(api_url=ionworks_sandbox.url + "/"):
        with made:
            analysis.write(made)
            analysis.write(made.with_options(timeout=3.0))

@pytest.mark.ionworks_sandbox
def test_the_marker_alone_opens_a_sandbox(in_an_autouse_fixture):
    analysis.write(in_an_autouse_fixture)
    with Ionworks() as client:
        analysis.write(client)

@pytest.mark.ionworks_sandbox(shared=True)
def test_another_server_is_permitted(ionworks_client):
    with allow_origins(SERVICE):
        assert analysis.client.project.list(limit=1)
    with pytest.raises(OriginError):
        analysis.client.project.list()
"""


HIDDEN = """
import asyncio, threading, time, unittest
from concurrent.futures import ThreadPoolExecutor

import analysis
from ionworks.testing import allow_unanswered, cassette

pool = ThreadPoolExecutor(2)

def hidden(call=analysis.write):
    try:
        call()
    except Exception:
        return None

def soon():
    time.sleep(0.05)
    hidden()

@pytest.fixture
def in_a_fixture():
    hidden()

@pytest.fixture
def at_teardown():
    yield
    hidden()

@pytest.fixture(scope="module")
def early_in_the_module():
    hidden()

@pytest.fixture(scope="session")
def early_in_the_session():
    hidden()

@pytest.fixture(scope="class")
def early_in_the_class():
    hidden()

SANDBOX = pytest.mark.ionworks_sandbox(shared=True)
both = pytest.mark.parametrize(
    "_", [pytest.param(1, marks=SANDBOX), pytest.param(2, marks=pytest.mark.ionworks_cassette)]
)

@both
def test_except(_):
    hidden()

@both
def test_thread(_):
    threading.Thread(target=hidden).start()

@both
def test_slow_daemon(_):
    threading.Thread(target=soon, daemon=True).start()

@both
def test_future_nobody_reads(_):
    pool.submit(analysis.write)

@both
def test_pool_of_its_own(_):
    with ThreadPoolExecutor(4) as pool:
        for _ in range(8):
            pool.submit(soon)

@both
def test_to_thread(_):
    async def main():
        await asyncio.gather(asyncio.to_thread(analysis.write), return_exceptions=True)
    asyncio.run(main())

@both
def test_fixture(_, in_a_fixture):
    pass

@both
def test_teardown(_, at_teardown):
    pass

@SANDBOX
def test_module(early_in_the_module):
    pass

@SANDBOX
def test_session(early_in_the_session):
    pass

@SANDBOX
class TestClass:
    def test_class(self, early_in_the_class):
        pass

@SANDBOX
class TestUnit(unittest.TestCase):
    def test_unit(self):
        hidden()

    def test_subtest(self):
        with self.subTest("1"):
            hidden()

@pytest.mark.ionworks_cassette
class TestOther(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        hidden()

    def test_set_up_class(self):
        pass

@both
def test_broad(_):
    with pytest.raises(Exception):
        analysis.write()

@SANDBOX
def test_scene():
    with pytest.raises(RuntimeError, match="2 requests got no answer:|GET .*/projects"):
        with cassette("upload"):
            hidden()
            hidden(analysis.explicit.project.list)
"""

FINE = """
import analysis, unittest
from ionworks.sandbox import Sandbox
from ionworks.testing import OriginError, allow_unanswered, cassette

@pytest.fixture
def asked():
    return analysis.client.project.list()

@pytest.fixture(scope="module")
def asked_in_the_module():
    return analysis.write()

def test_unmarked(asked, asked_in_the_module):
    with Ionworks() as client:
        assert analysis.write() and analysis.write(client)

@pytest.mark.ionworks_sandbox
def test_marked(asked_in_the_module, ionworks_client):
    ionworks_client.project.list()
    with cassette("error_404"):
        pass
    ionworks_client.project.list()
    with pytest.raises(OriginError), Sandbox() as other, other.client() as client:
        client.project.list()
    with pytest.raises(RuntimeError, match="not sent: GET"):
        analysis.client.project.list()
    with allow_unanswered():
        test_hidden()

def test_hidden():
    try:
        analysis.client.project.list()
    except OriginError:
        pass

class TestUnit(unittest.TestCase):
    @pytest.mark.ionworks_sandbox
    def test_unit(self):
        with self.assertRaises(OriginError):
            analysis.write()
        with self.assertRaisesRegex(RuntimeError, "not sent"):
            analysis.write()

def test_unmarked_after(asked):
    assert analysis.write()
"""


@pytest.fixture
def service(project, monkeypatch):
    """Stands for the real service; its key is in the environment, as on a scientist's machine."""
    project.makepyfile(analysis=ANALYSIS)
    with Sandbox(faults=True) as box:
        for name, value in box.environment().items():
            monkeypatch.setenv(name, value)
        yield box


def untouched(service):
    """Whether the service got no request at all since `plan_of_reads`."""
    return service.faults.left == {"list_projects": ["503"]} and not service.faults.ledger


def test_k1_no_client_asks_the_service_however_it_was_made(service, write, run, tapes):
    write(CLIENTS)
    # The first read would take this fault away.
    service.faults.plan("list_projects", "503")
    # In a process of its own: its clients are closed by nobody.
    run("-k", "not permitted", apart=True).assert_outcomes(passed=68)
    run("-k", "cassette").assert_outcomes(passed=15)  # replayed
    assert untouched(service)
    assert all(service.url not in text for text in tapes().values())
    service.faults.clear()
    run("-k", "permitted").assert_outcomes(passed=1)


def test_k1_a_request_that_the_code_hides_fails_the_test(service, write, run, tapes):
    write(HIDDEN)
    service.faults.plan("list_projects", "503")
    done = run("--ionworks-record=all")
    done.assert_outcomes(passed=25, errors=24)
    done.stdout.fnmatch_lines(
        [
            "1 request got no answer:",
            f"  GET {service.url}/projects?*: this test runs on the sandbox http*",
            "Make the client while the test runs: ionworks_client*",
            "The code under test hid the error.*",
            "8 requests got no answer:",
            f"  GET {service.url}/projects?*: this test * (8 times)",
            f"  GET {service.url}/projects?*: the sandbox or the cassette * is not open yet",
        ]
    )
    assert untouched(service)
    assert tapes() == {}


def test_k1_tests_without_a_marker_ask_whom_they_like(service, write, run):
    write(FINE)
    run().assert_outcomes(passed=5)
    assert service.faults.commits("create_project") == 4


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://LocalHost/a?b=c", "http://localhost:80"),
        ("https://api.example", "https://api.example:443"),
        ("http://127.0.0.1:8787/a", "http://127.0.0.1:8787"),
        ("http://localhost:99999/a", "http://localhost:99999"),
    ],
)
def test_an_origin_is_written_in_one_way_even_if_its_port_cannot_be(url: str, origin: str) -> None:
    assert origin_of(url) == origin
