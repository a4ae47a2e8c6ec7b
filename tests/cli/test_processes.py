"""The command as a process: interrupts, pipes, encodings, and installations without the extra."""

import json
import os
import signal
import socket
import subprocess
import sys

import pytest

COMMAND = (sys.executable, "-m", "ionworks.cli")
WITHOUT = """
import sys
sys.modules.update(dict.fromkeys({!r}))  # Python then finds no module of this name
sys.argv = ["ionworks", *{!r}]
from ionworks.cli.__main__ import main
sys.exit(main())
"""


def process(*arguments, **options):
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, timeout=60, **options
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_ctrl_c_ends_quietly_with_130(settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        environ = {**os.environ, "IONWORKS_API_URL": address, "IONWORKS_API_KEY": "some-key"}
        with (
            subprocess.Popen(
                [*COMMAND, "whoami"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ
            ) as started,
            silent.accept()[0] as connection,
        ):
            connection.recv(1)  # the request is on its way
            started.send_signal(signal.SIGINT)
            out, err = started.communicate(timeout=30)
    assert (started.returncode, out, err) == (130, b"", b"error: interrupted\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
@pytest.mark.parametrize("arguments", [["--help"], ["ls"], ["ls", "--json"]])
def test_a_reader_that_has_enough_ends_the_command_silently(key, arguments):
    reader, writer = os.pipe()
    os.close(reader)
    started = subprocess.run([*COMMAND, *arguments], stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (started.returncode, started.stderr) == (141, b"")


def test_in_a_pipe_is_no_colour_and_no_progress_and_any_encoding_will_do(key, cell, export):
    environ = {**os.environ, "FORCE_COLOR": "1", "PYTHONIOENCODING": "iso8859-5"}
    done = process("upload", export("5 A·h.csv"), "--cell", cell.id, env=environ)
    assert (done.returncode, done.stderr) == (0, "")
    assert "5 A\\xb7h" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("missing", ["click", "tomlkit"])
def test_without_the_extra_one_sentence_says_what_to_install(missing):
    code = WITHOUT.format((missing,), ["ls"])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (4, "")
    assert missing in done.stderr
    assert done.stderr.endswith('pip install "ionworks-client[cli]"\n')
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("missing", "arguments", "words"),
    [
        (("starlette", "uvicorn"), ["sandbox"], '"ionworks-client[sandbox]"'),
        (("matplotlib",), ["read", "{file}", "--plot", "x.png"], '"ionworks-client[plot]"'),
    ],
)
def test_a_command_without_its_extra_names_it(export, tmp_path, missing, arguments, words):
    file = str(export("RPT.csv"))
    code = WITHOUT.format(missing, [each.format(file=file) for each in arguments])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode != 0
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_the_help_loads_no_heavy_library():
    code = (
        "import sys\nfrom ionworks.cli.__main__ import main\nmain(['--help'])\n"
        "import json; sys.stderr.write(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    loaded = set(json.loads(done.stderr))
    assert not loaded & {"polars", "pint", "httpx", "matplotlib", "tomlkit", "ionworks.client"}


def test_the_sandbox_takes_its_own_options(ionworks):
    wrong = ionworks("sandbox", "--no-such-option")
    assert (wrong.status, "usage: ionworks sandbox" in wrong.err) == (2, True)
    assert "--deterministic" in ionworks("sandbox", "--help").out


def test_the_shell_can_complete_commands(ionworks, monkeypatch):
    monkeypatch.setenv("_IONWORKS_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "ionworks up")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert ionworks().out == "plain,upload\n"
