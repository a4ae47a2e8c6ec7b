"""Uploads in parts: what fails is sent again, compared or aborted; credentials are never shown."""

import io
import logging
import os
import signal
import subprocess
import sys
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from ionworks_openapi.models import MultipartUpload
from rig import ANSWER_SECONDS, KEY
from rig_faulty import fresh
from secret_scan import Scanner, shown_by_error

from ionworks._http import signing
from ionworks._http.s3_upload import PartLimits
from ionworks._http.signing import S3Object
from ionworks._http.transport import Transport
from ionworks.errors import (
    BadRequest,
    ConfigurationError,
    ConnectionFailed,
    IntegrityError,
    PermissionDenied,
    ServerError,
    UnexpectedResponse,
)
from ionworks.sandbox import Sandbox
from ionworks.sandbox.handlers import uploads
from ionworks.sandbox.http import s3

REAL_CALL = s3.S3App.__call__
PART = 50_000
CONTENT = os.urandom(6 * PART + 17)
CREATE, SEND, COMPLETE, ABORT = (
    *("create_multipart_upload", "upload_part"),
    *("complete_multipart_upload", "abort_multipart_upload"),
)
INITIATE, CONFIRM = "initiate_raw_data_upload", "confirm_raw_data_upload"


@pytest.fixture(scope="module")
def shared():
    with Sandbox(multipart=True, faults=True, api_key=KEY) as box:
        yield box


@pytest.fixture
def box(shared, monkeypatch):
    """A sandbox that offers parts; all that a test plans must come to pass."""
    monkeypatch.setattr(Transport, "part_limits", PartLimits(PART, PART, 20 * PART))
    yield shared
    left = shared.faults.left
    shared.faults.clear()
    for path in shared._require_running().backend.objects.incoming.iterdir():
        path.unlink(missing_ok=True)  # a request that was cut may end meanwhile
    assert left == {}


@pytest.fixture
def attempts():
    return []


@pytest.fixture
def client(box, client_of, attempts):
    """A client that waits for nothing, with eight threads."""
    made = client_of(box.url, project_id=box.project_id, max_workers=8)
    made._transport._on_attempt = attempts.append
    return made


def upload(client, content=CONTENT, **options):
    return client.raw_data.upload(None, io.BytesIO(content), name=fresh("raw"), **options)


def counted(attempts):
    """Return how often each operation was tried."""
    names = [each.operation for each in attempts]
    return {name: names.count(name) for name in names}


def parts_left(box):
    """Return the parts that the sandbox still keeps, when it has seen that connections ended."""
    folder, end = box._require_running().backend.objects.incoming, time.monotonic() + ANSWER_SECONDS
    while (left := [*folder.iterdir()]) and time.monotonic() < end:
        time.sleep(0.01)
    return left


@pytest.mark.parametrize("size", [PART, PART + 1, 2 * PART - 1, 6 * PART + 17, 20 * PART])
def test_a_large_file_arrives_equal_and_is_compared(client, attempts, size):
    content = os.urandom(size)
    raw = upload(client, content)
    assert client.raw_data.download(raw.id) == content
    sent = [each for each in attempts if each.operation in (SEND, COMPLETE)]
    assert len(sent) == -(-size // PART) + 1
    assert {each.verified for each in sent} == {"md5"}
    assert counted(attempts)[CREATE] == 1
    assert "put_object" not in counted(attempts)


def test_a_small_file_is_sent_in_one_request(client, attempts):
    upload(client, bytes(PART - 1))
    assert counted(attempts) == {INITIATE: 1, "put_object": 1, CONFIRM: 1}


def test_files_and_series_are_sent_in_parts(client, box, attempts, tmp_path, kit, monkeypatch):
    spec = client.cell_spec.create({"name": fresh("spec")})
    cell = client.cell_instance.create(spec.id, {"name": fresh("cell")})
    contents = {"a.bin": os.urandom(3 * PART), "ü +&%~(1).txt": os.urandom(2 * PART + 1)}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    given = [tmp_path / name for name in contents]
    files = client.cell_measurement.create_file(cell.id, "files", given)
    assert client.cell_measurement.download_files(files.id) == contents
    monkeypatch.setattr(Transport, "part_limits", PartLimits(1000, 1000))
    data = {"measurement": {"name": "series"}, "time_series": kit.series()}
    series = client.cell_measurement.create(cell.id, data)
    assert client.cell_measurement.time_series(series.id).equals(kit.series())
    assert counted(attempts)[COMPLETE] == 3
    assert "put_object" not in counted(attempts)


def test_files_that_are_sent_at_once_share_the_threads(client, box, tmp_path, monkeypatch):
    shares = []
    put = Transport.put_in_parts
    monkeypatch.setattr(
        Transport, "put_in_parts", lambda *a, **o: (shares.append(o["workers"]), put(*a, **o))
    )
    cell = client.cell_instance.create(
        client.cell_spec.create({"name": fresh("spec")}).id, {"name": fresh("cell")}
    )
    paths = [tmp_path / f"{number}.bin" for number in range(4)]
    for path in paths:
        path.write_bytes(bytes(PART))
    client.cell_measurement.create_file(cell.id, "files", paths)
    assert shares == [2, 2, 2, 2]


@pytest.mark.parametrize("status", [504, 524])
def test_a_gateway_that_gives_up_on_one_request_gets_parts(client, box, attempts, status):
    box.faults.plan("put_object", *[str(status)] * 4)
    raw = upload(client, b"small")
    assert client.raw_data.download(raw.id) == b"small"
    assert (counted(attempts)["put_object"], counted(attempts)[COMPLETE]) == (4, 1)


def test_another_failure_of_one_request_is_not_tried_in_parts(client, box, attempts):
    box.faults.plan("put_object", *["503"] * 4)
    with pytest.raises(ServerError):
        upload(client, b"small")
    assert CREATE not in counted(attempts)


def test_one_worker_sends_the_parts_in_order(box, client_of, attempts):
    client = client_of(box.url, project_id=box.project_id, max_workers=1)
    client._transport._on_attempt = attempts.append
    upload(client)
    queries = [parse_qs(urlsplit(each.url).query) for each in attempts if each.operation == SEND]
    assert [int(each["partNumber"][0]) for each in queries] == [1, 2, 3, 4, 5, 6, 7]


FOR_NOW = {
    "a part is refused": (SEND, ["503", "503", "429"]),
    "the connection breaks in a part": (SEND, ["reset", "close"]),
    "the answer to a part is lost": (SEND, ["reset after commit"]),
    "a part is stored short": (SEND, ["none", "short"]),
    "a part gets a wrong tag": (SEND, ["wrong-etag"]),
    "the begin is refused": (CREATE, ["503", "reset"]),
    "the end is refused": (COMPLETE, ["503", "reset"]),
    "the answer to the end is lost": (COMPLETE, ["reset after commit"]),
    "the answer to the end is cut": (COMPLETE, ["cut 20"]),
}


@pytest.mark.parametrize(("operation", "plan"), FOR_NOW.values(), ids=FOR_NOW)
def test_row_67_what_fails_for_now_is_sent_again(client, box, attempts, operation, plan):
    done = box.faults.commits(COMPLETE)
    box.faults.plan(operation, *plan)
    raw = upload(client)
    assert client.raw_data.download(raw.id) == CONTENT
    assert counted(attempts)[INITIATE] == 1
    failed = len([each for each in plan if each != "none"])
    assert counted(attempts)[operation] == {CREATE: 1, SEND: 7, COMPLETE: 1}[operation] + failed
    assert box.faults.commits(COMPLETE) == done + 1
    assert parts_left(box) == []


FOR_GOOD = {
    "a part is refused": (SEND, ["400"], BadRequest),
    "a part is busy for too long": (SEND, ["503"] * 40, ServerError),
    "a part always gets a wrong tag": (SEND, ["wrong-etag"] * 40, IntegrityError),
    "a part gets no answer that fits": (SEND, ["empty"] * 40, UnexpectedResponse),
    "the begin is refused": (CREATE, ["400"], BadRequest),
    "the begin is answered by a login page": (CREATE, ["login-page"], UnexpectedResponse),
    "the end is refused": (COMPLETE, ["400"], BadRequest),
    "the end is answered by nothing": (COMPLETE, ["empty"], UnexpectedResponse),
    "the whole gets a wrong tag": (COMPLETE, ["wrong-etag"], IntegrityError),
}


@pytest.mark.parametrize(("operation", "plan", "error"), FOR_GOOD.values(), ids=FOR_GOOD)
def test_row_67_what_fails_for_good_is_aborted_and_never_confirmed(
    client, box, attempts, caught, operation, plan, error
):
    before = client.raw_data.list().total
    done = []
    box.faults.plan(operation, *plan)
    with caught(error) as info:
        upload(client, progress=lambda update: done.append(update.done))
    assert info.value.operation == operation
    box.faults.clear()
    assert CONFIRM not in counted(attempts)
    assert counted(attempts)[INITIATE] == 1
    assert counted(attempts).get(ABORT, 0) == (operation != CREATE)
    assert parts_left(box) == []
    assert client.raw_data.list().total == before
    assert not done or done[-1] == 0


def test_an_error_after_the_status_200_of_the_end_is_an_error(client, box, monkeypatch, attempts):
    answers = iter(["InternalError", "MalformedXML"])

    async def late(send, name, values):
        page = f"<Error><Code>{next(answers)}</Code><Message>late</Message></Error>"
        await s3.send_bytes(send, 200, page.encode(), {"content-type": "application/xml"})

    send_result = s3._send_result
    monkeypatch.setattr(
        s3,
        "_send_result",
        lambda send, name, v: (late if "ETag" in v else send_result)(send, name, v),
    )
    monkeypatch.setattr(s3.S3App, "_join", lambda *_: "tag")
    monkeypatch.setattr(s3.PartialUploads, "forget", lambda *_: None)
    with pytest.raises(BadRequest, match="late") as info:
        upload(client)
    assert info.value.error_code == "MalformedXML"
    assert info.value.previous_attempts == ("500",)


def test_a_token_that_expires_meanwhile_begins_a_new_upload_once(client, box, attempts):
    box.faults.plan(SEND, "none", "expired")
    raw = upload(client)
    assert client.raw_data.download(raw.id) == CONTENT
    assert (counted(attempts)[INITIATE], counted(attempts)[CONFIRM]) == (2, 1)
    assert parts_left(box) == []
    box.faults.plan(CREATE, "expired", "expired")
    with pytest.raises(BadRequest) as info:
        upload(client)
    assert info.value.error_code == "ExpiredToken"


def test_credentials_that_have_expired_are_not_used(client_of, attempts, box):
    with Sandbox(multipart=True, api_key=KEY, url_seconds=-5) as late:
        client = client_of(late.url, project_id=late.project_id)
        client._transport._on_attempt = attempts.append
        with pytest.raises(UnexpectedResponse, match=r"expired at .*; nothing was sent"):
            upload(client)
    assert counted(attempts) == {INITIATE: 2}


@pytest.mark.parametrize("code", ["AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"])
def test_refused_credentials_leave_the_signed_url(client, box, attempts, monkeypatch, code):
    def refuse(*_):
        raise s3.S3Problem(403, code, "no")

    monkeypatch.setattr(s3.S3App, "_admit", refuse)
    raw = upload(client)
    assert client.raw_data.download(raw.id) == CONTENT
    assert counted(attempts)["put_object"] == counted(attempts)[CREATE] == 1
    with pytest.raises(PermissionDenied):
        upload(client, bytes(20 * PART + 1))
    assert counted(attempts)["put_object"] == 1


def test_without_the_extra_only_a_very_large_file_is_refused(client, attempts, monkeypatch):
    monkeypatch.setattr(signing, "find_spec", lambda _: None)
    upload(client)
    assert CREATE not in counted(attempts)
    attempts.clear()
    with pytest.raises(ConfigurationError, match=r"ionworks-client\[s3\]"):
        upload(client, bytes(20 * PART + 1))
    assert counted(attempts) == {INITIATE: 1}


OFFERS = {
    "null": None,
    "no token": {"session_token": None},
    "an empty region": {"region": ""},
    "a key with a line break": {"secret_access_key": "a\r\nx: y"},
    "no path": {"object_path": "/"},
    "a path that leads elsewhere": {"object_path": "measurements/../x"},
    "a path that has no UTF-8": {"object_path": "a\ud800"},
    "an endpoint with a query": {"endpoint": "https://s3.example/?x=1"},
}


@pytest.mark.parametrize("change", OFFERS.values(), ids=OFFERS)
def test_an_offer_that_cannot_be_used_leaves_the_signed_url(client, attempts, monkeypatch, change):
    whole = uploads._in_parts
    monkeypatch.setattr(
        uploads, "_in_parts", lambda *a: {**whole(*a), **change} if change else change
    )
    raw = upload(client)
    assert client.raw_data.download(raw.id) == CONTENT
    assert CREATE not in counted(attempts)


def test_a_plain_http_endpoint_elsewhere_gets_nothing(client, attempts, monkeypatch):
    whole = uploads._in_parts
    monkeypatch.setattr(
        uploads, "_in_parts", lambda *a: {**whole(*a), "endpoint": "http://s3.example/x"}
    )
    with pytest.raises(ConnectionFailed, match="plain http"):
        upload(client)
    assert counted(attempts) == {INITIATE: 1}


@pytest.mark.parametrize("how", ["grows", "is written", "is replaced", "shrinks"])
def test_a_file_that_changes_meanwhile_is_never_confirmed(client, attempts, tmp_path, how):
    path = tmp_path / "cycler.csv"
    path.write_bytes(CONTENT)
    changed = []

    def change(update):
        if update.done and not changed:
            changed.append(how)
            if how == "is replaced":
                (tmp_path / "new").write_bytes(CONTENT)
                (tmp_path / "new").replace(path)
            elif how == "shrinks":
                os.truncate(path, PART)
            else:
                with path.open("ab" if how == "grows" else "r+b") as file:
                    file.write(b"x" * 100)
                os.utime(path, (1, 1))

    with pytest.raises(IntegrityError, match=r"'cycler\.csv' changed while it was sent"):
        client.raw_data.upload(None, path, progress=change)
    assert CONFIRM not in counted(attempts)
    assert counted(attempts)[ABORT] == 1


def test_progress_counts_each_byte_once(client, box):
    box.faults.plan(SEND, "503", "reset", "none", "503")
    updates = []
    upload(client, progress=updates.append)
    assert updates[-1].done == updates[-1].total == len(CONTENT)
    assert all(0 <= each.done <= each.total for each in updates)


def test_an_exception_of_the_progress_aborts_the_upload(client, box, attempts):
    class Enough(Exception):
        pass

    def stop(update):
        raise Enough

    with pytest.raises(Enough):
        upload(client, progress=stop)
    assert counted(attempts)[ABORT] == 1
    assert parts_left(box) == []


SCRIPT = """
import os, signal, sys
from ionworks import Ionworks
from ionworks._http.s3_upload import PartLimits
from ionworks._http.transport import Transport
url, key, project, path, number, workers, part = sys.argv[1:]
Transport.part_limits = PartLimits(int(part), int(part))
sent = []
def killed(attempt):
    if attempt.operation == "upload_part":
        sent.append(attempt)
        if len(sent) == 3:
            os.kill(os.getpid(), int(number))
with Ionworks(key, api_url=url, on_attempt=killed, max_workers=int(workers)) as client:
    client.raw_data.upload(project, path)
"""


@pytest.mark.parametrize(
    ("number", "workers"), [(signal.SIGKILL, 8), (signal.SIGINT, 8), (signal.SIGINT, 1)]
)
def test_a_process_that_is_ended_confirms_nothing_and_can_run_again(
    box, client, tmp_path, number, workers
):
    path = tmp_path / fresh("raw")
    path.write_bytes(CONTENT)
    done = len(box.faults.ledger)
    arguments = (box.url, KEY, box.project_id, str(path))
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments, str(int(number)), str(workers), str(PART)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == -number, ended.stderr
    names = [each.operation for each in box.faults.ledger[done:]]
    assert not {COMPLETE, CONFIRM} & {*names}
    assert names.count(ABORT) == (number == signal.SIGINT)
    raw = client.raw_data.upload(None, path)
    assert client.raw_data.download(raw.id) == CONTENT


def test_the_credentials_are_shown_nowhere(client, box, attempts, monkeypatch, caplog):
    given = {}
    whole = uploads._in_parts

    def offer(*args):
        given.update(whole(*args))
        return dict(given)

    async def echo(self, scope, receive, send):
        headers = dict(s3.Request(scope).headers)
        page = f"<Error><Code>InternalError</Code><Message>{headers}</Message></Error>"
        fields = {
            "content-type": "application/xml",
            "x-amz-security-token": headers["x-amz-security-token"],
        }
        await s3.send_bytes(send, 500, page.encode(), fields)

    monkeypatch.setattr(uploads, "_in_parts", offer)
    monkeypatch.setattr(s3.S3App, "__call__", echo)
    with caplog.at_level(logging.DEBUG), pytest.raises(ServerError) as info:
        upload(client)
    monkeypatch.setattr(s3.S3App, "__call__", REAL_CALL)
    with caplog.at_level(logging.DEBUG):
        upload(client)
        box.faults.plan(SEND, *["wrong-etag"] * 20)
        with pytest.raises(IntegrityError) as other:
            upload(client)
    box.faults.clear()
    secret = {n: given[n] for n in ("access_key_id", "secret_access_key", "session_token")}
    scanner = Scanner(**secret)
    # The sandbox logs in the same process, and its own frames are not ours.
    logged = "\n".join(f"{r.name} {r.getMessage()}" for r in caplog.records)
    shown = {"log": logged, "attempts": repr(attempts)}
    for number, error in enumerate((info.value, other.value)):
        shown |= {f"{number} {n}": t for n, t in shown_by_error(error).items()}
    target = S3Object.of(MultipartUpload.from_dict(given))
    shown |= {"target": repr(target), "credentials": repr(target.credentials)}
    assert scanner.find(shown) == []


def test_a_file_of_very_many_parts_has_larger_ones():
    limits = PartLimits()
    for size in (1, 10_000 * limits.part, 10_000 * limits.part + 1, 5 * 2**40):
        step = limits.part_size(size)
        assert limits.part <= step
        assert -(-size // step) <= 10_000
    assert limits.part_size(10_000 * limits.part) == 2**24
