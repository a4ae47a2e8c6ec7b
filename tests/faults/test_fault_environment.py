"""What the machine around the client says: netrc, proxies and certificate authorities."""

import base64
import sys
from pathlib import Path

import certifi
import pytest
from rig import KEY, SIGNATURE, Reply, Tap, unused_port
from rig_tls import Authority, ForwardProxy

from ionworks.errors import ConfigurationError, ConnectionFailed
from ionworks.sandbox import Sandbox

MOMENTS = {"created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z"}
OK = Reply(200, {"id": "p1", "name": "Ageing", "organization_id": "o1", **MOMENTS})
DATA = Reply(200, b"no parquet")
HOST = "api.example.com"


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


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"])
def test_d2_this_machine_is_reached_directly_whatever_the_environment_says(
    scripted, client_of, monkeypatch, tap, variable
):
    monkeypatch.setenv(variable, tap.url)
    storage = scripted(DATA)
    api = scripted(OK, moved(storage))
    client = client_of(api)
    assert client.project.get("p1").name == "Ageing"
    client.transport.send("download", "GET", "/x", accept="bytes")
    assert tap.requests == []


def test_d2_a_sandbox_and_its_client_need_no_exemption(monkeypatch, tap):
    monkeypatch.setenv("HTTP_PROXY", tap.url)
    with Sandbox() as box, box.client() as client:
        assert client.project.list()
    assert tap.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.8.9.10", "[::1]"])
def test_d2_every_address_of_this_machine_is_direct(client_of, caught, monkeypatch, tap, host):
    monkeypatch.setenv("ALL_PROXY", tap.url)
    with caught(ConnectionFailed) as info:
        client_of(f"http://{host}:{unused_port()}", max_retries=0).project.get("p1")
    assert "proxy" not in str(info.value)
    assert tap.requests == []


def test_d2_a_proxy_that_is_an_argument_counts_on_this_machine_too(scripted, client_of, tap):
    storage = scripted(DATA)
    api = scripted(OK, moved(storage))
    client = client_of(api, proxy=tap.url)
    assert client.project.get("p1").name == "Ageing"
    client.transport.send("download", "GET", "/x", accept="bytes")
    assert [request.target for request in tap.requests] == [
        f"{api.url}/projects/p1",
        f"{api.url}/x",
        f"{storage.url}/data?token={SIGNATURE}",
    ]
    assert "x-api-key" not in tap.requests[2].headers


UNREADABLE = {
    "an IPv6 network": {"NO_PROXY": "fd07::/64,10.0.0.0/8"},
    "an address in brackets": {"NO_PROXY": "[::1],[fd07::1]:8080"},
    "other text": {"NO_PROXY": "http://[,a b,*.*,::,\u00ad"},
    "socks beside http": {"ALL_PROXY": "socks5://127.0.0.1:1"},
    "no kind of proxy": {"ALL_PROXY": "quic://127.0.0.1:1"},
    "no address": {"HTTP_PROXY": "http://[::1", "ALL_PROXY": "//"},
}


@pytest.mark.parametrize("entries", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("place", ["this machine", "elsewhere"])
def test_d1_an_entry_that_cannot_be_read_does_not_apply(
    scripted, client_of, opened, monkeypatch, entries, place
):
    authority = Authority()
    api = scripted(OK, tls=authority.server(HOST) if place == "elsewhere" else None)
    proxy = opened(ForwardProxy(hosts={HOST: api.port}))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    for name, value in entries.items():
        monkeypatch.setenv(name, value)
    url = f"https://{HOST}" if place == "elsewhere" else api
    client = client_of(url, verify=authority.client())
    assert client.project.get("p1").name == "Ageing"
    assert [r.target for r in proxy.requests] == [f"{HOST}:443"] * (place == "elsewhere")


def test_d1_a_proxy_that_cannot_be_used_says_so_where_it_is_needed(client_of, caught, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"socks5://me:{SIGNATURE}@127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "direct.example.com")
    monkeypatch.setitem(sys.modules, "socksio", None)
    with caught(ConfigurationError) as info:
        client_of("https://api.example.com").project.get("p1")
    assert str(info.value) == (
        "the proxy of HTTPS_PROXY cannot be used: a SOCKS proxy needs the package socksio:"
        ' pip install "httpx[socks]"'
    )
    monkeypatch.setattr("socket.getaddrinfo", nobody)
    with caught(ConnectionFailed) as failure:
        client_of("https://direct.example.com", max_retries=0).project.get("p1")
    assert "proxy" not in str(failure.value)


def nobody(*_args, **_options):
    raise OSError("no such name")


@pytest.mark.parametrize("way", ["argument", "HTTPS_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("mark", ["#", "/", "?", ":#", "20#", "20/"])
def test_d3_a_password_that_is_not_encoded_is_not_shown(client_of, caught, monkeypatch, way, mark):
    url = f"http://me:Winter2024{mark}{SIGNATURE}@127.0.0.1:1"
    options = {"proxy": url} if way == "argument" else {}
    if not options:
        monkeypatch.setenv(way, url)
    with caught(ConfigurationError) as info:
        client_of("https://api.example.com", max_retries=0, **options).project.get("p1")
    source = "this client" if options else way
    assert str(info.value).startswith(
        f"the proxy of {source} cannot be used: it is not a valid URL"
    )
    assert "percent-encode" in str(info.value)
    assert "Winter" not in f"{info.value}{info.value!r}{vars(info.value)}"


def test_the_argument_wins_over_the_environment(scripted, client_of, monkeypatch, tap):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_port()}")
    assert client_of(scripted(OK), proxy=tap.url).project.get("p1").name == "Ageing"
    assert len(tap.requests) == 1


def test_the_proxys_password_goes_to_the_proxy_alone(scripted, client_of, tap):
    api = scripted(OK)
    proxy = tap.url.replace("//", f"//me:{SIGNATURE}@")
    client_of(api, proxy=proxy).project.get("p1")
    sent = base64.b64encode(f"me:{SIGNATURE}".encode()).decode()
    assert tap.requests[0].headers["proxy-authorization"] == f"Basic {sent}"
    assert "proxy-authorization" not in api.requests[0].headers


def test_a_dead_proxy_is_distinguished_from_a_dead_server(client_of, caught, monkeypatch):
    proxy = f"http://me:{SIGNATURE}@127.0.0.1:{unused_port()}"
    url = f"http://127.0.0.1:{unused_port()}"
    with caught(ConnectionFailed) as info:
        client_of(url, max_retries=0, proxy=proxy).project.get("p1")
    assert "through a proxy" in str(info.value)
    assert info.value.outcome == "not_sent"

    monkeypatch.setenv("HTTP_PROXY", proxy)
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


def test_the_authorities_of_requests_count_after_those_of_openssl(
    scripted, client_of, caught, monkeypatch, tmp_path
):
    authority = Authority()
    api = scripted(OK, OK, tls=authority.server())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority.file(tmp_path))
    assert client_of(api, verify=True).project.get("p1").name == "Ageing"
    monkeypatch.setenv("SSL_CERT_FILE", authority.file(tmp_path))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "not there"))
    assert client_of(api, verify=True).project.get("p1").name == "Ageing"
    monkeypatch.delenv("SSL_CERT_FILE")
    with caught(ConfigurationError) as info:
        client_of(api, verify=True).project.get("p1")
    assert "the certificate authorities of REQUESTS_CA_BUNDLE cannot be read" in str(info.value)


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
