"""Proxies on every hop: to the API and to storage, plain and through a tunnel, named or ambient."""

import base64
import io
import logging
from urllib.parse import urlsplit

import polars as pl
import pytest
from rig import KEY, SIGNATURE, Reply, unused_port
from rig_tls import Authority, ForwardProxy

from ionworks.errors import ConnectionFailed

MOMENTS = {"created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z"}
PROJECT = Reply(200, {"id": "p1", "name": "Ageing", "organization_id": "o1", **MOMENTS})
CELL = {"id": "c1", "name": "M50-007", "cell_specification_id": "s1", **MOMENTS}
MADE = {"id": "m1", "name": "RPT 0", "cell_instance_id": "c1", "steps_created": 1, **MOMENTS}
CONFIRMED = Reply(201, {**MADE, "instance": CELL})
SERIES = pl.DataFrame(
    {"Time [s]": [0.0, 10.0], "Voltage [V]": [4.1, 4.0], "Current [A]": [1.0, 1.0]}
).with_columns(pl.lit(0).alias("Step count"))
LOGIN = f"me:{SIGNATURE}"
BASIC = "Basic " + base64.b64encode(LOGIN.encode()).decode()
API, STORAGE = "api.example.com", "storage.example.com"


@pytest.fixture(scope="module")
def authority():
    return Authority()


def parquet():
    buffer = io.BytesIO()
    SERIES.write_parquet(buffer)
    return buffer.getvalue()


def api_script(storage):
    """What the API answers to an upload and a download."""
    url = f"{storage}/objects/m1?token={SIGNATURE}"
    target = {
        "filename": "time_series.parquet",
        "signed_url": url,
        "token": SIGNATURE,
        "path": "x",
    }
    return (
        Reply(200, {"measurement_id": "m1", "uploads": [target]}),
        CONFIRMED,
        Reply(307, None, {"location": url}),
    )


def storage_script():
    return Reply(200, {}), Reply(200, parquet())


def there_and_back(client):
    """Upload a series and download it."""
    data = {"measurement": {"name": "RPT 0"}, "time_series": SERIES}
    assert client.cell_measurement.create("c1", data).id == "m1"
    assert client.cell_measurement.time_series("m1").equals(SERIES)


@pytest.fixture
def outside(scripted, authority, opened):
    """Return an API and a storage with names outside, and a maker of the way to them."""
    storage = scripted(*storage_script(), tls=authority.server(STORAGE))
    api = scripted(*api_script(f"https://{STORAGE}"), tls=authority.server(API))
    hosts = {API: api.port, STORAGE: storage.port}
    return api, storage, lambda **options: opened(ForwardProxy(hosts=hosts, **options))


@pytest.mark.parametrize("way", ["argument", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("kind", ["plain proxy", "proxy with tls"])
def test_row_10_a_tunnel_carries_every_hop(
    outside, client_of, authority, monkeypatch, way, kind, caplog
):
    api, storage, proxy_of = outside
    tls = authority.server() if kind == "proxy with tls" else None
    proxy = proxy_of(password=BASIC, tls=tls)
    url = proxy.url.replace("//", f"//{LOGIN}@")
    options = {"proxy": url} if way == "argument" else {}
    if not options:
        monkeypatch.setenv(way, url)
    with caplog.at_level(logging.DEBUG):
        there_and_back(client_of(f"https://{API}", verify=authority.client(), **options))

    # One tunnel for each origin: the connections are kept.
    assert [(r.method, r.target) for r in proxy.requests] == [
        ("CONNECT", f"{API}:443"),
        ("CONNECT", f"{STORAGE}:443"),
    ]
    for request in proxy.requests:
        assert request.headers["proxy-authorization"] == BASIC
        assert not {"x-api-key", "cookie"} & request.headers.keys()
    for request in api.requests + storage.requests:
        assert "proxy-authorization" not in request.headers
    assert {r.headers["x-api-key"] for r in api.requests} == {KEY}
    assert not any("x-api-key" in r.headers for r in storage.requests)
    for secret in (KEY, SIGNATURE):
        assert secret.encode() not in proxy.tunnelled
    assert BASIC.removeprefix("Basic ") not in caplog.text
    assert sum(r.path.endswith("/confirm-upload") for r in api.requests) == 1


def test_row_10_a_plain_proxy_gets_every_hop(scripted, client_of, opened):
    storage = scripted(*storage_script())
    api = scripted(*api_script(storage.url))
    proxy = opened(ForwardProxy(password=BASIC))
    there_and_back(client_of(api, proxy=proxy.url.replace("//", f"//{LOGIN}@")))

    origins = [urlsplit(r.target).netloc for r in proxy.requests]
    names = {urlsplit(api.url).netloc: "api", urlsplit(storage.url).netloc: "storage"}
    assert [names[each] for each in origins] == ["api", "storage", "api", "api", "storage"]
    for request in api.requests + storage.requests:
        assert "proxy-authorization" not in request.headers
    assert not any("x-api-key" in r.headers for r in storage.requests)


@pytest.mark.parametrize(
    ("exempt", "tunnels"),
    [
        ("localhost", [API]),
        ("127.0.0.1,localhost", [API]),
        (".example.com,localhost", []),
    ],
)
def test_row_10_no_proxy_holds_for_the_storage_too(
    scripted, client_of, opened, authority, monkeypatch, exempt, tunnels, caught
):
    # The storage is reached directly, and by the proxy would not be: there its name leads nowhere.
    storage = scripted(Reply(200, parquet()), tls=authority.server("localhost"))
    location = {"location": f"https://localhost:{storage.port}/x?token={SIGNATURE}"}
    api = scripted(Reply(307, None, location), tls=authority.server(API))
    proxy = opened(ForwardProxy(hosts={API: api.port, "localhost": unused_port()}))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", exempt)
    client = client_of(f"https://{API}", verify=authority.client(), max_retries=0)
    if tunnels:
        assert client.cell_measurement.time_series("m1").equals(SERIES)
    else:
        monkeypatch.setattr("socket.getaddrinfo", nobody)
        with caught(ConnectionFailed) as info:
            client.cell_measurement.time_series("m1")
        assert "proxy" not in str(info.value)
        for server in (api, storage):
            server.script.clear()
    assert [urlsplit(f"//{r.target}").hostname for r in proxy.requests] == tunnels


def nobody(*_args, **_options):
    raise OSError("no such name")


@pytest.mark.parametrize("kind", ["plain proxy", "proxy with tls"])
@pytest.mark.parametrize("way", ["NO_PROXY", "*"])
def test_an_exempt_server_is_asked_directly_whatever_the_proxy_speaks(
    scripted, client_of, opened, authority, monkeypatch, kind, way
):
    tls = authority.server() if kind == "proxy with tls" else None
    proxy = opened(ForwardProxy(tls=tls))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1" if way == "NO_PROXY" else "elsewhere, *")
    api = scripted(PROJECT, tls=authority.server())
    assert client_of(api, verify=authority.client()).project.get("p1").name == "Ageing"
    assert proxy.requests == []


@pytest.mark.parametrize("way", ["argument", "HTTPS_PROXY"])
def test_a_proxy_with_a_certificate_of_nobodys_gets_no_password(
    client_of, caught, opened, monkeypatch, way
):
    proxy = opened(ForwardProxy(tls=Authority().server(), password=BASIC))
    url = proxy.url.replace("//", f"//{LOGIN}@")
    if way != "argument":
        monkeypatch.setenv(way, url)
    options = {"proxy": url} if way == "argument" else {}
    with caught(ConnectionFailed) as info:
        client_of(f"https://{API}", max_retries=0, **options).project.get("p1")
    assert info.value.outcome == "not_sent"
    assert "the proxy in front of it" in str(info.value)
    assert proxy.requests == []


@pytest.mark.parametrize("hop", ["api", "storage"])
def test_a_dead_proxy_is_named_on_both_hops(scripted, client_of, caught, monkeypatch, hop):
    dead = f"http://{LOGIN}@127.0.0.1:{unused_port()}"
    location = {"location": f"https://{STORAGE}/x?token={SIGNATURE}"}
    api = scripted(*([] if hop == "api" else [Reply(307, None, location)]))
    monkeypatch.setenv("HTTPS_PROXY", dead)
    url = f"https://{API}" if hop == "api" else api
    with caught(ConnectionFailed) as info:
        client_of(url, max_retries=0).cell_measurement.time_series("m1")
    host = API if hop == "api" else STORAGE
    assert f"no connection to {host} through a proxy" in str(info.value)
    assert info.value.outcome == "not_sent"


@pytest.mark.parametrize("given", ["", "me:wr0ng-passw0rd@"])
def test_a_proxy_that_wants_another_password_is_named(client_of, caught, opened, given, authority):
    proxy = opened(ForwardProxy(password=BASIC))
    url = proxy.url.replace("//", f"//{given}")
    with caught(ConnectionFailed) as info:
        client_of(f"https://{API}", proxy=url, max_retries=0).project.create({"name": "A"})
    error = info.value
    assert error.outcome == "not_sent"
    assert "407" in str(error)
    assert "through a proxy" in str(error)
    assert "wr0ng" not in f"{error}{error!r}{vars(error)}"
