"""A recording answers as the service did, once for each request, from any number of threads."""

import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest
import vcr
from backends import recording, replaying
from pytest_socket import SocketBlockedError
from rig import Reply

from ionworks.errors import Conflict, NotFound
from ionworks.sandbox import Sandbox
from ionworks.testing import API, STORAGE, RecordingError, use_cassette
from ionworks.testing._cassettes.files import read_metadata

KEY = "iwk_planted_0123456789"
OCTETS = {"Content-Type": "application/octet-stream"}
SIGNATURE = "5ign4ture5ign4ture5ign4ture"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cassettes" / "test.yaml"


def get(url, **headers):
    with httpx.Client(verify=False) as client:
        return client.get(url, headers=headers)


def test_a_recording_answers_what_the_sandbox_did(path):
    def work(client):
        spec = client.cell_spec.create({"name": "LG M50"})
        with pytest.raises(NotFound) as error:
            client.cell_instance.get("not-there")
        return spec.to_dict(), client.cell_spec.list(name="LG").total, error.value.message

    with recording(path) as client:
        first = work(client)
    with replaying(path, 32) as client:
        assert work(client) == first


def test_equal_requests_of_32_threads_get_each_their_own_answer(path):
    many = 64
    with recording(path) as client:
        spec = client.cell_spec.create({"name": "LG M50"})
        for number in range(many):
            client.cell_spec.update(spec.id, {"notes": str(number)})
            client.cell_spec.get(spec.id)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads change places wherever they can
    try:
        with replaying(path, 32) as client:
            assert client.cell_spec.create({"name": "LG M50"}) == spec
            for number in range(many):
                client.cell_spec.update(spec.id, {"notes": str(number)})
            with ThreadPoolExecutor(32) as pool:
                found = [*pool.map(lambda _: client.cell_spec.get(spec.id).notes, range(many))]
    finally:
        sys.setswitchinterval(before)
    assert sorted(found, key=int) == [str(number) for number in range(many)]


def test_no_socket_can_be_opened_while_a_recording_answers(path):
    with recording(path):
        pass
    # Where warnings are errors, the warning before the error is what is raised.
    blocked = pytest.raises((SocketBlockedError, UserWarning), match="tried to use socket")
    with Sandbox() as box, replaying(path, 1), blocked:
        socket.create_connection(("127.0.0.1", urlsplit(box.url).port))


def test_a_recording_that_is_missing_is_reported(path):
    with (
        pytest.raises(RecordingError, match=r"no cassette .*test\.yaml; record it"),
        use_cassette(path),
    ):
        pytest.fail("it is told before the first request")
    assert not path.exists()


def test_a_request_that_was_not_recorded_is_reported_and_not_sent(path):
    with recording(path) as client:
        client.project.create({"name": "one"})
    with replaying(path, 1) as client:
        with pytest.raises(RecordingError, match=r"GET .*/projects\?.*: nothing was recorded"):
            client.project.list()
        with pytest.raises(RecordingError, match="recorded with another body"):
            client.project.create({"name": "two"})
        client.project.create({"name": "one"})
        with pytest.raises(RecordingError, match="its 1 recordings is used up"):
            client.project.create({"name": "one"})


def test_answers_that_nobody_asked_for_are_reported(path):
    with recording(path) as client:
        client.project.create({"name": "one"})
        client.project.create({"name": "two"})
    with (
        pytest.raises(RecordingError, match=r"1 of the 2 recorded requests .*POST .*/projects"),
        replaying(path, 1) as client,
    ):
        client.project.create({"name": "one"})


def test_an_error_of_the_test_is_not_hidden_by_what_it_did_not_ask_for(path):
    with recording(path) as client:
        client.project.create({"name": "one"})
    with pytest.raises(ZeroDivisionError), use_cassette(path):
        _ = 1 / 0


def test_a_recording_that_breaks_off_leaves_the_old_one(path):
    with recording(path) as client:
        client.project.create({"name": "one"})
    before = path.read_bytes()

    def breaks_off():
        with recording(path) as client:
            client.project.create({"name": "two"})
            client.project.create({"name": "two"})

    with pytest.raises(Conflict):
        breaks_off()
    assert path.read_bytes() == before
    with recording(path) as client:
        client.project.create({"name": "three"})
    assert b"three" in path.read_bytes()
    assert b"one" not in path.read_bytes()  # written anew, not added to


def test_ranges_of_one_file_are_reported_apart(path, scripted):
    server = scripted(Reply(206, b"first"), Reply(206, b"second"))
    with use_cassette(path, mode="record", hosts={server.url: STORAGE}):
        get(f"{server.url}/file", range="bytes=0-4")
        get(f"{server.url}/file", range="bytes=5-9")
    with use_cassette(path):
        assert get(f"{STORAGE}/file", range="bytes=5-9").content == b"second"
        assert get(f"{STORAGE}/file", range="bytes=0-4").content == b"first"


def test_secrets_and_people_stay_outside(path, scripted):
    signed = f"?X-Amz-Signature={SIGNATURE}&token={SIGNATURE}&expires=1700000000&part=1"
    body = {
        "url": f"{STORAGE}/file{signed}",
        "said": f"the key {KEY} of jane.doe@company.de",
        "token": SIGNATURE,
        "who": "someone@example.org",
    }
    server = scripted(
        Reply(200, body, headers={"Set-Cookie": f"session={SIGNATURE}", "Server": "nginx/1.2"}),
        Reply(307, b"", headers={"Location": f"{STORAGE}/file{signed}"}),
        Reply(200, f"your key is {KEY}".encode(), headers={"Content-Type": "text/plain"}),
    )
    credentials = {"X-API-Key": KEY, "Cookie": f"session={SIGNATURE}"}
    with use_cassette(path, mode="record", hosts={server.url: API}):
        get(f"{server.url}/a{signed}", **credentials)
        get(f"{server.url}/b", **credentials)
        get(f"{server.url}/c", **credentials)
    kept = path.read_text()
    for word in (KEY, SIGNATURE, "jane", "company", "nginx", "1700000000", server.url, "cookie"):
        assert word not in kept
    assert "someone@example.org" in kept
    with use_cassette(path):
        # Asked for with another signature, as the next one will be.
        answer = get(f"{API}/a{signed.replace(SIGNATURE, 'another')}").json()
        assert answer["said"] == "the key REDACTED of someone@example.com"
        location = get(f"{API}/b").headers["location"]
        assert location.startswith(f"{STORAGE}/file?X-Amz-Signature=REDACTED&token=REDACTED")
        assert location.endswith("&part=1")
        assert get(f"{API}/c").text == "your key is REDACTED"


def test_an_answer_that_cannot_be_cleaned_is_not_recorded(path, scripted):
    server = scripted(Reply(200, b"\x00\xff" + KEY.encode(), OCTETS))
    with (
        pytest.raises(ValueError, match="holds a credential; it is not recorded") as error,
        use_cassette(path, mode="record"),
    ):
        get(server.url, **{"X-API-Key": KEY})
    assert KEY not in str(error.value)
    assert not path.exists()


def test_a_file_that_is_too_large_is_refused(path, scripted):
    server = scripted(*[Reply(200, b"\xff" * size, OCTETS) for size in (1_000_001, 1_000_000)])
    with (
        pytest.raises(RecordingError, match=r"file of 1\.0 MB.* up to 1 MB .*: seed shorter data"),
        use_cassette(path, mode="record"),
    ):
        get(server.url)
    assert not path.exists()
    with use_cassette(path, mode="record"):
        get(server.url)
    assert path.stat().st_size < 1_500_000


def test_what_looks_secret_at_the_end_is_not_written(path, scripted):
    handle = httpx.HTTPTransport.handle_request
    server = scripted(Reply(200, {"said": "AKIA" + "Z" * 16}))
    with (
        pytest.raises(RecordingError, match=r"test\.yaml:\d+: an AWS access key") as error,
        use_cassette(path, mode="record"),
    ):
        get(server.url)
    assert "ZZZZ" not in str(error.value)
    assert [*path.parent.glob("*")] == []
    assert handle is httpx.HTTPTransport.handle_request  # no client is recorded any longer


def test_what_is_kept_beside_is_read_again_without_secrets(path, scripted):
    server = scripted(Reply(200, {}))
    kept = {"cell": "1", "by": "jane@company.de", "at": server.url, "key": f"of {KEY}", "n": [1]}
    with use_cassette(path, mode="record", hosts={server.url: API}, secrets=[KEY], metadata=kept):
        get(server.url)
    assert read_metadata(path) == {
        **{"cell": "1", "n": [1], "at": API},
        **{"by": "someone@example.com", "key": "of REDACTED"},
    }
    with use_cassette(path):
        get(API)


def test_where_files_are_stored_is_learned_from_the_answers(path, scripted):
    storage = scripted(Reply(200, b"one"), Reply(200, b"two"))
    signed = f"{storage.url}/file?X-Amz-Signature={SIGNATURE}"
    server = scripted(Reply(307, b"", headers={"Location": signed}), Reply(200, {"url": signed}))
    with use_cassette(path, mode="record", hosts={server.url: API}):
        assert get(get(f"{server.url}/a").headers["location"]).content == b"one"
        assert get(get(f"{server.url}/b").json()["url"]).content == b"two"
    assert "127.0.0.1" not in path.read_text()
    with use_cassette(path):
        assert get(get(f"{API}/b").json()["url"]).content == b"one"
        assert get(get(f"{API}/a").headers["location"]).content == b"two"


def test_what_is_uploaded_is_not_kept_but_distinguished(path, scripted):
    server = scripted(*[Reply(200, {"number": number}) for number in range(2)])

    def put(url, content):
        with httpx.Client(verify=False) as client:
            return client.put(f"{url}/file", content=content).json()["number"]

    with use_cassette(path, mode="record", hosts={server.url: STORAGE}):
        put(server.url, b"some content")
        put(server.url, b"other content")
    assert "some content" not in path.read_text()
    with use_cassette(path):
        assert put(STORAGE, b"other content") == 1
        assert put(STORAGE, b"some content") == 0


@pytest.mark.parametrize("text", ["a\u2028b\x85c\x7f", "\u0394V \U0001f50b", "\\ \"' \t\n", "# -"])
def test_any_text_survives(path, text):
    with recording(path) as client:
        made = client.project.create({"name": "one", "description": text})
    with replaying(path, 1) as client:
        assert client.project.create({"name": "one", "description": text}) == made


def test_an_old_vcrpy_is_refused(path, monkeypatch):
    monkeypatch.setattr(vcr, "__version__", "8.2.0")
    with pytest.raises(ImportError, match=r'vcrpy 8.2.0 .* pip install "vcrpy>=8.2.1"'):
        use_cassette(path).__enter__()


@pytest.mark.parametrize(("missing", "called"), [("vcr", "vcrpy"), ("yaml", "PyYAML")])
def test_without_the_extra_it_is_named(missing, called):
    code = f"import sys; sys.modules[{missing!r}] = None; from ionworks.testing import use_cassette"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert f'recordings need {called}: pip install "ionworks-client[testing]"' in done.stderr


def test_nothing_is_loaded_before_it_is_used():
    code = (
        "import sys, ionworks.testing; print({'vcr', 'yaml', 'httpx', 'pytest'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
