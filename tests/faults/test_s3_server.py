"""Uploads in parts to the S3 server of rclone: not part of the other tests (`make s3`)."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections import Counter
from contextlib import suppress
from types import SimpleNamespace

import httpx
import pytest
from rig import HOST, Listener, Reply, peeked, read_request, rendered
from rig_tcp import Toxic, ToxicTCP

from ionworks import Ionworks
from ionworks._http.s3_upload import PartLimits
from ionworks._http.signing import S3Object
from ionworks._http.transport import Transport
from ionworks.errors import IonworksError, PermissionDenied

pytestmark = pytest.mark.s3_server

MEBIBYTE = 2**20
ACCESS, SECRET, TOKEN = "AKIAEXAMPLE0123456789", "not-a-secret-0123456789", "not-a-token-0123456789"
NAMES = ["plain.bin", "ü ß+&=%41~('1')!*$;:@,.bin", "d" * 200]


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def is_open(port):
    with suppress(OSError), socket.create_connection((HOST, port)):
        return True
    return False


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The S3 server: its URL, and the folder of its bucket."""
    root, port = tmp_path_factory.mktemp("s3"), free_port()
    (root / "bucket").mkdir()
    program = shutil.which("rclone", path=os.path.dirname(sys.executable)) or "rclone"  # noqa: PTH120
    with (root.parent / "rclone.log").open("wb") as log:
        arguments = ("--addr", f"{HOST}:{port}", "--auth-key", f"{ACCESS},{SECRET}")
        process = subprocess.Popen(
            [program, "serve", "s3", str(root), *arguments], stdout=log, stderr=log
        )
    try:
        end = time.monotonic() + 20
        while not is_open(port):
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        yield SimpleNamespace(url=f"http://{HOST}:{port}", bucket=root / "bucket")
    finally:
        process.terminate()
        process.wait(10)


class Service(Listener):
    """Offers uploads to the S3 server, and confirms those whose object is complete."""

    def __init__(self, server, endpoint, secret=SECRET):
        self.server, self.endpoint, self.secret = server, endpoint, secret
        self.confirmed, self.put, self.raw_data_id = [], [], ""
        super().__init__()

    def serve(self, connection):
        while peeked(connection):
            seen = read_request(connection)
            connection.sendall(rendered(self._reply_to(seen), 0))

    def _reply_to(self, seen):
        if seen.method == "PUT":
            self.put.append(seen.body)
            return Reply(200, {})
        if not seen.path.endswith("/confirm-upload"):
            self.raw_data_id = uuid.uuid4().hex
            uploads = [self._target(seen)]
            return Reply(200, {"raw_data_id": self.raw_data_id, "uploads": uploads})
        path = self.server.bucket / "objects" / self.raw_data_id / seen.json["filename"]
        stored = path.stat().st_size if path.exists() else len(self.put[-1])
        assert stored == seen.json["size_bytes"]
        self.confirmed.append(path)
        record = {name: seen.json[name] for name in ("project_id", "name", "filename")}
        times = dict.fromkeys(("created_at", "updated_at"), "2026-01-02T03:04:05Z")
        return Reply(200, {"id": self.raw_data_id, "size_bytes": stored, **record, **times})

    def _target(self, seen):
        name = seen.json["filename"]
        path = f"objects/{self.raw_data_id}/{name}"
        keys = {"access_key_id": ACCESS, "secret_access_key": self.secret, "session_token": TOKEN}
        place = {"endpoint": self.endpoint, "region": "us-east-1", "bucket": "bucket"}
        offer = {**place, **keys, "object_path": path, "expires_at": "2099-01-01T00:00:00Z"}
        url = f"{self.url}/put"
        return {
            "filename": name,
            "signed_url": url,
            "token": "t",
            "path": path,
            "multipart": offer,
        }


@pytest.fixture
def service(server, opened):
    return lambda *toxics, **options: opened(
        Service(
            server, opened(ToxicTCP(server.url, *toxics)).url if toxics else server.url, **options
        )
    )


@pytest.fixture
def attempts():
    return []


@pytest.fixture
def client(opened, attempts):
    def make(service, **options):
        options = {"api_url": service.url, "project_id": "p1", **options}
        return opened(Ionworks("key", on_attempt=attempts.append, **options))

    return make


def file_of(folder, size, name="run.bin"):
    path = folder / name
    path.write_bytes(os.urandom(MEBIBYTE) * (size // MEBIBYTE) + os.urandom(size % MEBIBYTE))
    return path


def pending(server):
    """Return the uploads in parts that the server still keeps."""
    offered = SimpleNamespace(
        **{"endpoint": server.url, "region": "us-east-1", "bucket": "bucket", "object_path": "x"},
        **{"access_key_id": ACCESS, "secret_access_key": SECRET, "session_token": TOKEN},
        expires_at=None,
    )
    url = f"{server.url}/bucket?uploads="
    headers = S3Object.of(offered).credentials.sign("GET", url, {})
    answer = httpx.get(url, headers=headers)
    # rclone answers 404 as long as there was none.
    assert answer.status_code == 200 or "NoSuchUpload" in answer.text
    return re.findall("<UploadId>(.*?)</UploadId>", answer.text)


@pytest.mark.parametrize("workers", [1, 8])
@pytest.mark.parametrize("size", [16 * MEBIBYTE, 40 * MEBIBYTE + 17])
def test_a_file_arrives_equal(service, client, attempts, tmp_path, size, workers):
    ours, path = service(), file_of(tmp_path, size)
    client(ours, max_workers=workers).raw_data.upload(None, path)
    assert ours.confirmed[0].read_bytes() == path.read_bytes()
    sent = [
        each for each in attempts if each.operation in ("upload_part", "complete_multipart_upload")
    ]
    assert len(sent) == -(-size // (16 * MEBIBYTE)) + 1
    assert {each.verified for each in sent} == {"md5"}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_any_characters_is_signed_and_stored(
    service, client, tmp_path, name, monkeypatch
):
    monkeypatch.setattr(Transport, "part_limits", PartLimits(1, 16 * MEBIBYTE))
    ours, path = service(), file_of(tmp_path, 1000, name)
    client(ours).raw_data.upload(None, path)
    assert ours.confirmed[0].read_bytes() == path.read_bytes()
    assert ours.put == []


def test_connections_that_break_in_parts_cost_only_these_parts(
    service, client, attempts, tmp_path, server
):
    toxics = [None, *(Toxic("reset", after) for after in (1 * MEBIBYTE, 9 * MEBIBYTE)), None]
    ours, path, before = service(*toxics), file_of(tmp_path, 70 * MEBIBYTE), pending(server)
    client(ours, max_workers=4).raw_data.upload(None, path)
    assert ours.confirmed[0].read_bytes() == path.read_bytes()
    count = Counter(each.operation for each in attempts)
    assert (count["create_multipart_upload"], count["upload_part"]) == (1, 5 + 2)
    assert pending(server) == before


def test_an_upload_that_fails_is_aborted(service, client, attempts, tmp_path, server):
    toxics = [Toxic("reset", MEBIBYTE)] * 30
    ours, path, before = service(*toxics), file_of(tmp_path, 70 * MEBIBYTE), pending(server)
    with pytest.raises(IonworksError):
        client(ours, max_workers=3, max_retries=1).raw_data.upload(None, path)
    assert ours.confirmed == []
    assert [each.status for each in attempts if each.operation == "abort_multipart_upload"][
        -1
    ] == 204
    assert pending(server) == before


def test_credentials_that_the_server_refuses_leave_the_signed_url(
    service, client, attempts, tmp_path
):
    ours, path = service(secret="another-secret-0123456"), file_of(tmp_path, 20 * MEBIBYTE)
    client(ours).raw_data.upload(None, path)
    assert ours.put == [path.read_bytes()]
    refused = next(each for each in attempts if each.operation == "create_multipart_upload")
    assert (refused.status, refused.error) == (403, PermissionDenied.__name__)


SCRIPT = """
import os, sys
from ionworks import Ionworks
url, path, number = sys.argv[1:]
def end(attempt):
    if attempt.operation == "upload_part":
        os.kill(os.getpid(), int(number))
with Ionworks("key", api_url=url, on_attempt=end) as client:
    client.raw_data.upload("p1", path)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_process_that_is_ended_confirms_nothing_and_can_run_again(
    service, client, tmp_path, server, number
):
    ours, path = service(), file_of(tmp_path, 70 * MEBIBYTE)
    before = len(pending(server))
    arguments = (sys.executable, "-c", SCRIPT, ours.url, str(path), str(int(number)))
    ended = subprocess.run(arguments, capture_output=True, check=False, timeout=60)
    assert ended.returncode == -number, ended.stderr
    assert ours.confirmed == []
    # A killed process leaves its parts; storage removes them when they are old.
    assert len(pending(server)) == before + (number == signal.SIGKILL)
    client(ours).raw_data.upload(None, path)
    assert ours.confirmed[0].read_bytes() == path.read_bytes()
