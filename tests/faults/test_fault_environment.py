"""What the machine around the client says: netrc, proxies and certificate authorities."""

import base64
from pathlib import Path

import certifi
import pytest
from rig import KEY, SIGNATURE, Reply, Tap, unused_port

from ionworks.errors import ConfigurationError, ConnectionFailed

MOMENTS = {"created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z"}
OK = Reply(200, {"id": "p1", "name": "Ageing", "organization_id": "o1", **MOMENTS})
DATA = Reply(200, b"no parquet")


def moved(server):
    return Reply(307, None, {"location": f"{server.url}/data?token={SIGNATURE}"})


@pytest.fixture
def tap(opened):
    return opened(Tap())


@pytest.mark.parametrize("credential", ["api_key", "api_token"])
def test_a_netrc_file_is_not_used(scripted, client_of, monkeypatch, tmp_path, credential):
    netrc = tmp_path / ".netrc"
    netrc.write_text(
        "machine 127.0.0.1 login wrong password wrong\ndefault login wrong password w\n"
    )
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert Path.home() == tmp_path
    storage = scripted(DATA)
    api = scripted(OK, moved(storage))
    client = client_of(api, **{credential: KEY})
    client.project.get("p1")
    client.transport.send("download", "GET", "/x", accept="bytes")
    for request in api.requests:
        bearer = f"Bearer {KEY}" if credential == "api_token" else None
        assert request.headers.get("authorization") == bearer
    assert "authorization" not in storage.requests[0].headers


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_the_proxy_of_the_environment_gets_every_hop(
    scripted, client_of, monkeypatch, tap, variable
):
    monkeypatch.setenv(variable, tap.url)
    storage = scripted(DATA)
    api = scripted(OK, moved(storage))
    client = client_of(api)
    assert client.project.get("p1").name == "Ageing"
    client.transport.send("download", "GET", "/x", accept="bytes")
    assert [request.target for request in tap.requests] == [
        f"{api.url}/projects/p1",
        f"{api.url}/x",
        f"{storage.url}/data?token={SIGNATURE}",
    ]
    assert "x-api-key" not in tap.requests[2].headers


@pytest.mark.parametrize("exempt", ["127.0.0.1", "example.com,127.0.0.1", "*"])
def test_no_proxy_is_respected(scripted, client_of, monkeypatch, tap, exempt):
    monkeypatch.setenv("HTTP_PROXY", tap.url)
    monkeypatch.setenv("NO_PROXY", exempt)
    assert client_of(scripted(OK)).project.get("p1").name == "Ageing"
    assert tap.requests == []


def test_the_argument_wins_over_the_environment(scripted, client_of, monkeypatch, tap):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_port()}")
    assert client_of(scripted(OK), proxy=tap.url).project.get("p1").name == "Ageing"
    assert len(tap.requests) == 1


def test_the_proxys_password_goes_to_the_proxy_alone(scripted, client_of, monkeypatch, tap):
    monkeypatch.setenv("HTTP_PROXY", tap.url.replace("//", f"//me:{SIGNATURE}@"))
    api = scripted(OK)
    client_of(api).project.get("p1")
    sent = base64.b64encode(f"me:{SIGNATURE}".encode()).decode()
    assert tap.requests[0].headers["proxy-authorization"] == f"Basic {sent}"
    assert "proxy-authorization" not in api.requests[0].headers


def test_a_dead_proxy_is_told_apart_from_a_dead_server(client_of, caught, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://me:{SIGNATURE}@127.0.0.1:{unused_port()}")
    url = f"http://127.0.0.1:{unused_port()}"
    with caught(ConnectionFailed) as info:
        client_of(url, max_retries=0).project.get("p1")
    assert "through a proxy" in str(info.value)
    assert info.value.outcome == "not_sent"

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with caught(ConnectionFailed) as info:
        client_of(url, max_retries=0).project.get("p1")
    assert "proxy" not in str(info.value)


def test_a_proxy_that_refuses_a_tunnel_has_sent_nothing_on(
    scripted, client_of, caught, monkeypatch
):
    proxy = scripted(Reply(407, "<p>who are you</p>"))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", f"//me:{SIGNATURE}@"))
    with caught(ConnectionFailed) as info:
        client_of("https://api.example.com", max_retries=0).project.create({"name": "Ageing"})
    assert info.value.outcome == "not_sent"
    for part in ("api.example.com", "through a proxy", "407"):
        assert part in str(info.value)
    assert proxy.requests[0].method == "CONNECT"
    assert proxy.requests[0].target == "api.example.com:443"
    assert "x-api-key" not in proxy.requests[0].headers


@pytest.mark.parametrize("scheme", ["socks9", "ftp"])
def test_a_proxy_that_cannot_be_used_is_a_matter_of_settings(
    client_of, caught, monkeypatch, scheme
):
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://me:{SIGNATURE}@127.0.0.1:1")
    with caught(ConfigurationError) as info:
        client_of("https://api.example.com").project.get("p1")
    assert "proxy" in str(info.value)


def test_a_file_of_authorities_is_taken(scripted, client_of):
    assert client_of(scripted(OK), verify=certifi.where()).project.get("p1").name == "Ageing"


@pytest.mark.parametrize("kind", ["missing", "empty", "variable"])
def test_authorities_that_cannot_be_read_are_named(client_of, caught, monkeypatch, tmp_path, kind):
    place = tmp_path / "authorities.pem"
    if kind == "empty":
        place.touch()
    if kind == "variable":
        monkeypatch.setenv("SSL_CERT_FILE", str(place))
    with caught(ConfigurationError) as info:
        client = client_of("https://api.example.com", verify=kind == "variable" or str(place))
        client.project.get("p1")
    assert ("SSL_CERT_FILE" if kind == "variable" else str(place)) in str(info.value)
