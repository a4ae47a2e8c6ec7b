"""The sandbox as a server that stays: its key, its ports, what it says, and its log."""

import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest

from ionworks import Ionworks
from ionworks.errors import WriteOutcomeUnknown
from ionworks.sandbox import Sandbox
from ionworks.sandbox.__main__ import arguments
from ionworks.sandbox.database.key import NAME

COMMAND = [sys.executable, "-m", "ionworks.sandbox"]
ANY_PORT = ["--port", "0"]


@contextmanager
def served(*options):
    """Run a sandbox as a process; give its variables, and at the end what it said."""
    said = []
    with subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            lines = [process.stdout.readline().strip() for _ in range(2)]
            yield dict(line.removeprefix("export ").split("=", 1) for line in lines), said
        finally:
            process.send_signal(signal.SIGTERM)
            said.append(process.communicate(timeout=20)[1])


def test_f1_the_key_of_a_data_folder_is_the_same_the_next_day(tmp_path):
    data = tmp_path / "lab"
    with Sandbox(data=data) as first:
        key = first.api_key
    with Sandbox(data=data) as second, Ionworks(key, second.url) as client:
        assert client.project.list()
        assert second.api_key == key
    assert (data / NAME).read_text() == f"{key}\n"
    with Sandbox(data=tmp_path / "other") as other:
        assert other.api_key != key


def test_f1_a_key_that_is_given_counts_and_is_not_kept(tmp_path):
    with Sandbox(data=tmp_path) as box:
        key = box.api_key
    for options, expected in (({"api_key": "mine"}, "mine"), ({}, key)):
        with Sandbox(data=tmp_path, **options) as box:
            assert box.api_key == expected
    with Sandbox(data=tmp_path / "other", deterministic=True) as box:
        assert box.api_key == "sandbox-deterministic"


@pytest.mark.parametrize("first", [True, False])
def test_data_of_a_deterministic_sandbox_are_not_those_of_another(tmp_path, first):
    with Sandbox(data=tmp_path, deterministic=first):
        pass
    with pytest.raises(RuntimeError, match="one of them is deterministic"):
        Sandbox(data=tmp_path, deterministic=not first).start()


@pytest.mark.parametrize("content", ["", "\n", "two words", "k\0ey", "ü", "k" * 201])
def test_f1_a_file_that_holds_no_key_is_not_taken_for_one(tmp_path, content):
    (tmp_path / NAME).write_text(content)
    with pytest.raises(RuntimeError, match=r"holds no key\. Delete it to get a new key"):
        Sandbox(data=tmp_path).start()
    (tmp_path / NAME).unlink()
    with Sandbox(data=tmp_path):
        pass


@pytest.mark.parametrize(
    ("options", "ports"),
    [
        ([], (8787, 8788)),
        (["--port", "8901"], (8901, 8902)),
        (["--port", "0"], (0, 0)),
        (["--port", "65535"], (65535, 65534)),
        (["--port", "8901", "--storage-port", "0"], (8901, 0)),
        (["--storage-port", "9000"], (8787, 9000)),
    ],
)
def test_f2_the_port_alone_moves_both(options, ports):
    chosen = arguments(options)
    assert (chosen.port, chosen.storage_port) == ports


@pytest.mark.parametrize("taken", ["port", "storage_port"])
def test_f2_the_message_names_the_option_whose_port_is_taken(taken):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(RuntimeError) as caught:
            Sandbox(**{taken: port}).start()
    assert f"cannot listen on 127.0.0.1:{port}" in str(caught.value)
    option = taken.replace("_", "-")
    assert f"Choose another {taken} (--{option}), or 0 for any free one." in str(caught.value)


def break_jobs(data):
    connection = sqlite3.connect(data / "sandbox.sqlite")
    connection.execute("DROP TABLE jobs")
    connection.close()


def test_f4_the_log_shows_the_cause_with_the_request_id_of_the_answer(tmp_path, caplog):
    with Sandbox(data=tmp_path) as box:
        break_jobs(tmp_path)
        answer = httpx.get(f"{box.url}/jobs", headers={"X-API-Key": box.api_key})
    assert answer.status_code == 500
    request_id = answer.headers["x-correlation-id"]
    message = f"The sandbox failed. Its log says why. Request id: {request_id}."
    assert answer.json()["message"] == message
    (record,) = [each for each in caplog.records if each.levelname == "ERROR"]
    assert record.getMessage() == f"GET /jobs failed (request id {request_id})"
    assert "no such table: jobs" in record.exc_text


def test_f4_f5_the_process_says_all_at_its_start_and_logs_each_request(tmp_path):
    data = tmp_path / "lab"
    with served(*ANY_PORT, "--data", str(data), "--verbose") as (variables, said):
        break_jobs(data)
        url, key = variables["IONWORKS_API_URL"], variables["IONWORKS_API_KEY"]
        with httpx.Client(base_url=url, headers={"X-API-Key": key}) as api:
            failed = api.get("/jobs", params={"token": "query-secret"})
            api.get("/projects/a%0Ab")
    (text,) = said
    request_id = failed.headers["x-correlation-id"]
    for part in (
        f"The sandbox runs at {url}",
        str(data),
        "Ctrl-C",
        f'$env:IONWORKS_API_URL = "{url}"',
        f'$env:IONWORKS_API_KEY = "{key}"',
        "no such table: jobs",
        f"ERROR GET /jobs failed (request id {request_id})",
    ):
        assert part in text
    assert re.search(rf"GET /jobs -> 500 in \d+ ms \(request id {request_id}\)\n", text)
    assert re.search(r"DEBUG GET /projects/a%0Ab -> 404 in \d+ ms \(request id \w+\)\n", text)
    assert text.count(key) == 1  # in the PowerShell form alone
    assert "query-secret" not in text


@pytest.mark.parametrize(
    "kind", ["text", "damaged", "no table", "folder", "lock", "file as folder"]
)
def test_x34_data_that_cannot_be_read_are_one_sentence(tmp_path, kind, capsys):
    data = tmp_path / "lab"
    with Sandbox(data=data) as box, box.client() as client:
        for number in range(100):
            client.project.create({"name": f"{number}"})
    path = data / "sandbox.sqlite"
    if kind == "text":
        path.write_bytes(b"Time,Voltage\n" * 1000)
    elif kind == "damaged":
        content = path.read_bytes()
        path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    elif kind == "no table":
        connection = sqlite3.connect(path)
        connection.execute("DROP TABLE meta")
        connection.close()
    elif kind == "folder":
        path.unlink()
        path.mkdir()
    elif kind == "lock":
        (data / "sandbox.lock").unlink()
        (data / "sandbox.lock").mkdir()
    else:
        data = path
    with pytest.raises(RuntimeError) as caught:
        Sandbox(data=data).start()
    assert str(data if kind in ("file as folder", "lock") else path) in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert re.search(r"choose another|Choose another", str(caught.value))


@pytest.mark.skipif(sys.platform == "win32", reason="open files cannot be deleted there")
def test_no_write_is_confirmed_once_the_folder_was_deleted(tmp_path):
    data = tmp_path / "lab"
    with Sandbox(data=data) as box, box.client(max_retries=0) as client:
        client.project.create({"name": "kept"})
        shutil.rmtree(data)
        with pytest.raises(WriteOutcomeUnknown, match="A file of its data folder was deleted"):
            client.project.create({"name": "lost"})
        with pytest.raises(RuntimeError, match="The snapshot cannot be written"):
            box.snapshot()


def test_x34_the_process_ends_with_one_sentence_and_status_1(tmp_path):
    (tmp_path / "sandbox.sqlite").write_bytes(b"no database" * 1000)
    command = [*COMMAND, *ANY_PORT, "--data", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"The database {tmp_path / 'sandbox.sqlite'} cannot be used (file is not a database). "
        "Restore it from a copy, or choose another data directory.\n"
    )
