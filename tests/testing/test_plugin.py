"""The plugin where it is not used, where something is missing, and its sandboxes."""

import ast
import subprocess
import sys
import textwrap

LIBRARIES = ("vcr", "yaml", "starlette", "uvicorn", "pytest_socket", "polars", "httpx", "pint")
OURS = ["ionworks", "ionworks._version", "ionworks.testing", "ionworks.testing.plugin"]


def test_the_plugin_loads_nothing_but_pytest():
    code = """
    import sys, pytest
    before = {*sys.modules}
    import ionworks.testing.plugin
    print(sorted({*sys.modules} - before - {*sys.stdlib_module_names}))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert ast.literal_eval(done.stdout) == OURS


def missing(project, *names):
    """Let these libraries be missing before any plugin is loaded."""
    text = f"import sys\nsys.modules.update(dict.fromkeys({names!r}))\n"
    (project.path / "missing.py").write_text(text)
    return ("-p", "missing")


def test_tests_that_do_not_use_it_run_without_anything_it_needs(project, run):
    project.makepyfile(
        """
        import socket, sys

        def test_it():
            socket.create_server(("127.0.0.1", 0)).close()
            ours = [name for name in sys.modules if name.startswith("ionworks")]
            assert sorted(ours) == OURS
        """.replace("OURS", repr(OURS))
    )
    done = run(
        *missing(project, *LIBRARIES), "-pno:socket", "--ionworks-record=rewrite", apart=True
    )
    done.assert_outcomes(passed=1)
    assert "cassettes" not in done.stdout.str()


ONE = """
@pytest.mark.ionworks_cassette
def test_it(ionworks_client):
    assert ionworks_client.cell_spec.list()

def test_other(ionworks_client):
    assert ionworks_client.cell_spec.list()
"""
GONE = """
@pytest.mark.ionworks_cassette
def test_vcr(ionworks_client):
    pass

@pytest.mark.ionworks_cassette
def test_pytest_socket(ionworks_client):
    pass

def test_starlette(ionworks_client):
    pass

def test_nothing(ionworks_client):
    assert ionworks_client.cell_spec.list()
"""


def test_what_is_missing_is_named_in_a_sentence(project, write, run):
    write(GONE)
    gone = missing(project, "vcr", "pytest_socket", "starlette")
    project.makeconftest(
        """
        import sys, pytest

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtest_setup(item):
            for name in ("vcr", "pytest_socket", "starlette"):
                if name in item.name:
                    sys.modules[name] = None
                elif sys.modules.get(name, item) is None:
                    del sys.modules[name]
        """
    )
    done = run(*gone, "-pno:socket", apart=True)
    done.assert_outcomes(passed=1, errors=3)
    done.stdout.fnmatch_lines(
        [
            'recordings need vcrpy: pip install "ionworks-client?testing?"',
            'recordings need pytest-socket: pip install "ionworks-client*"',
            '*starlette*pip install "ionworks-client?sandbox?"',
        ]
    )
    assert "Error" not in done.stdout.str().replace("ERROR", "")


def test_an_old_vcrpy_is_refused_before_it_is_loaded(project, write, run, monkeypatch):
    write(ONE)
    old = project.path / "old"
    (old / "vcr").mkdir(parents=True)
    (old / "vcr" / "__init__.py").write_text("raise AttributeError('internals of vcrpy')")
    (old / "vcrpy-4.1.1.dist-info").mkdir()
    (old / "vcrpy-4.1.1.dist-info" / "METADATA").write_text("Name: vcrpy\nVersion: 4.1.1\n")
    monkeypatch.syspath_prepend(old)
    monkeypatch.delitem(sys.modules, "vcr")
    done = run()
    done.assert_outcomes(passed=1, errors=1)
    done.stdout.fnmatch_lines(
        ['vcrpy 4.1.1 is installed*need 8.2.1 or newer: pip install "vcrpy>=*']
    )
    assert "internals" not in done.stdout.str()


SANDBOXES = """
from ionworks.sandbox import SyntheticCell

@pytest.mark.ionworks_sandbox(shared=True)
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_shared(ionworks_client, turn):
    ionworks_client.cell_spec.create({"name": f"turn {turn}"})

@pytest.mark.parametrize("turn", [1, 2])
def test_fresh(ionworks_client, ionworks_seeded, turn):
    ionworks_client.cell_spec.create({"name": "turn"})
    assert ionworks_client.cell_spec.get(ionworks_seeded["spec"]).name == "LG M50"

@pytest.mark.ionworks_sandbox(seed=None, faults=True)
def test_faults(ionworks_sandbox, ionworks_client):
    assert ionworks_client.cell_spec.list() == []
    ionworks_sandbox.faults.plan("list_projects", "503")
    with Ionworks() as client:
        assert client.project.list()

@pytest.mark.ionworks_sandbox(seed="cells", processing_ms=3000)
def test_parquet(ionworks_client, ionworks_seeded):
    made = ionworks_seeded["LG M50/M50-007/RPT 0"]
    assert ionworks_client.cell_measurement.steps(made).height == 5
    assert type(ionworks_client.cell_measurement.steps(made)).__module__.startswith("pyarrow")

@pytest.mark.ionworks_sandbox(seed="no cells")
def test_no_folder(ionworks_client):
    pass

@pytest.mark.ionworks_sandbox(procesing_ms=3000)
def test_typo(ionworks_client):
    pass

@pytest.mark.ionworks_cassette
def test_both(ionworks_sandbox):
    pass

def test_not_marked(ionworks_cassette):
    pass
"""


def test_sandboxes_are_fresh_or_shared_and_mistakes_are_reported(project, write, run, series):
    folder = project.path / "cells" / "LG M50" / "M50-007"
    folder.mkdir(parents=True)
    series.write_parquet(folder / "RPT 0.parquet")
    text = SANDBOXES.replace(
        "assert ionworks_client.cell_measurement.steps(made).height == 5",
        "assert ionworks_client.cell_measurement.steps(made).num_rows == 5",
    )
    write(text)
    project.makeconftest(
        """
        import pytest

        @pytest.fixture
        def ionworks_options():
            return {"dataframe_backend": "arrow"}
        """
    )
    done = run()
    done.assert_outcomes(passed=7, errors=4)
    done.stdout.fnmatch_lines(
        [
            "there is no folder *no cells; it holds <specification>/<cell>/<measurement>.parquet",
            "a sandbox has no option procesing_ms; did you mean processing_ms?",
            "a test with a cassette has no sandbox when it is replayed: take ionworks_client*",
            "the test has no cassette: mark it with ionworks_cassette",
        ]
    )
    assert (project.path / "seeded.txt").read_text() == "xxx"  # once for those that share


NETWORK = """
PUBLIC = "http://www.example.com/weather"

def stays_open():
    socket.create_server(("127.0.0.1", 0)).close()

def test_before(ionworks_client):
    stays_open()

@pytest.mark.ionworks_cassette
def test_replayed(ionworks_client, ionworks_cassette):
    assert ionworks_client.cell_spec.list()
    if not ionworks_cassette.recording:
        with pytest.raises(RuntimeError, match="no answer to GET http://www.example.com/weather"):
            urllib.request.urlopen(PUBLIC)
        for call in (
            lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
            lambda: socket.getaddrinfo("www.example.com", 80),
            stays_open,
        ):
            with pytest.warns(UserWarning, match="tried"), pytest.raises(RuntimeError):
                call()
        for one in socket.socketpair():  # what event loops are made with
            one.close()

@pytest.mark.enable_socket
@pytest.mark.ionworks_cassette
def test_says_otherwise(ionworks_client):
    assert ionworks_client.cell_spec.list()
    stays_open()

def test_after(ionworks_client):
    assert ionworks_client.cell_spec.list()
    stays_open()

@pytest.mark.anyio
@pytest.mark.ionworks_cassette
async def test_in_an_event_loop(ionworks_client):
    import anyio
    await anyio.sleep(0)
    assert ionworks_client.cell_spec.list()

@pytest.fixture
def anyio_backend():
    return "asyncio"
"""


def test_the_network_is_shut_in_a_replay_only(write, run):
    write(NETWORK)
    for _ in range(2):
        run(plugins=("anyio", "randomly")).assert_outcomes(passed=5)


THEIR_OPTION = """
@pytest.mark.ionworks_cassette
def test_replayed(ionworks_client):
    assert ionworks_client.cell_spec.list()

def test_a_sandbox_may_be_asked_and_no_one_else(ionworks_client):
    assert ionworks_client.cell_spec.list()
    with pytest.warns(UserWarning), pytest.raises(RuntimeError, match="192.0.2.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)

def test_the_option_still_holds():
    with pytest.warns(UserWarning), pytest.raises(RuntimeError, match="tried to use socket.socket"):
        socket.create_server(("127.0.0.1", 0))
"""


def test_options_of_pytest_socket_hold_before_and_after(write, run):
    write(THEIR_OPTION)
    for _ in range(2):
        run("--disable-socket").assert_outcomes(passed=3)
