"""Certificates on every hop: which are trusted, and the errors for those that are not."""

import io
import json
from pathlib import Path

import polars as pl
import pytest
from rig import KEY, SIGNATURE, Drop, Reply
from rig_tls import Authority, ForwardProxy

from ionworks.errors import ConfigurationError, ConnectionFailed

MOMENTS = {"created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z"}
PROJECT = Reply(200, {"id": "p1", "name": "Ageing", "organization_id": "o1", **MOMENTS})
CELL = {"id": "c1", "name": "M50-007", "cell_specification_id": "s1", **MOMENTS}
MADE = {"id": "m1", "name": "RPT 0", "cell_instance_id": "c1", "steps_created": 1, **MOMENTS}
CONFIRMED = Reply(201, {**MADE, "instance": CELL})
TIMES = [0.0, 10.0, 20.0]
SERIES = pl.DataFrame(
    {"Time [s]": TIMES, "Voltage [V]": [4.1, 4.0, 3.9], "Current [A]": [1.0] * 3}
).with_columns(pl.lit(0).alias("Step count"))
FOREIGN = {"x-api-key", "authorization", "cookie"}


@pytest.fixture(scope="module")
def authority():
    return Authority()


VARIABLES = ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"]


@pytest.fixture(params=["file", "path", "folder", "context", *VARIABLES])
def trusting(request, authority, monkeypatch, tmp_path):
    """The options of a client that trusts the authority, in each of the ways to say so."""
    if request.param == "context":
        return {"verify": authority.client()}
    place = authority.folder if request.param in ("folder", "SSL_CERT_DIR") else authority.file
    given = place(tmp_path)
    if request.param in VARIABLES:
        monkeypatch.setenv(request.param, given)
        return {"verify": True}
    return {"verify": Path(given) if request.param == "path" else given}


def parquet():
    buffer = io.BytesIO()
    SERIES.write_parquet(buffer)
    return buffer.getvalue()


def signed(server):
    return f"{server.url}/objects/m1?token={SIGNATURE}"


def moved(server):
    return Reply(307, None, {"location": signed(server)})


def initiated(server):
    target = {
        "filename": "time_series.parquet",
        "signed_url": signed(server),
        "token": SIGNATURE,
        "path": "x",
    }
    return Reply(200, {"measurement_id": "m1", "uploads": [target]})


def upload(client):
    data = {"measurement": {"name": "RPT 0"}, "time_series": SERIES}
    return client.cell_measurement.create("c1", data)


def test_row_09_one_setting_trusts_the_api_and_the_storage(
    scripted, client_of, authority, trusting, naps
):
    storage = scripted(Reply(200, {}), Reply(200, parquet()), tls=authority.server())
    api = scripted(initiated(storage), CONFIRMED, moved(storage), tls=authority.server())
    client = client_of(api, **trusting)

    assert upload(client).id == "m1"
    read = client.cell_measurement.time_series("m1")

    confirmations = [r for r in api.requests if r.path.endswith("/confirm-upload")]
    assert len(confirmations) == 1
    assert read.equals(SERIES)
    assert pl.read_parquet(io.BytesIO(storage.requests[0].body)).equals(SERIES)
    assert naps == []
    for request in storage.requests:
        assert not FOREIGN & request.headers.keys()
    assert {request.headers["x-api-key"] for request in api.requests} == {KEY}


@pytest.mark.parametrize("hop", ["api", "download", "upload"])
def test_row_09_a_certificate_of_nobodys_is_refused_before_anything_is_sent(
    scripted, client_of, caught, authority, hop
):
    hidden = scripted(tls=authority.server())
    api = scripted(*{"api": [], "download": [moved(hidden)], "upload": [initiated(hidden)]}[hop])
    client = client_of(hidden if hop == "api" else api, max_retries=0)
    with caught(ConnectionFailed) as info:
        {
            "api": lambda: client.project.create({"name": "Ageing"}),
            "download": lambda: client.cell_measurement.time_series("m1"),
            "upload": lambda: upload(client),
        }[hop]()
    error = info.value
    assert error.outcome == "not_sent"
    assert (
        error.operation
        == {
            "api": "create_project",
            "download": "download_measurement_time_series",
            "upload": "put_object",
        }[hop]
    )
    for part in (f"127.0.0.1:{hidden.port}", "not trusted", "verify='ca.pem'", "SSL_CERT_FILE"):
        assert part in str(error)
    assert hidden.requests == []
    assert not any(request.path.endswith("/confirm-upload") for request in api.requests)


def test_row_09_trust_in_the_api_alone_does_not_reach_the_storage(
    scripted, client_of, caught, authority, tmp_path
):
    storage = scripted(tls=Authority().server())
    api = scripted(moved(storage), tls=authority.server())
    with caught(ConnectionFailed) as info:
        client_of(api, verify=authority.file(tmp_path), max_retries=0).cell_measurement.time_series(
            "m1"
        )
    assert f"certificate of 127.0.0.1:{storage.port} is not trusted" in str(info.value)
    assert storage.requests == []


@pytest.mark.parametrize(
    ("certificate", "says"),
    [
        ({"names": ["storage.example"]}, "host name that is in the certificate"),
        ({"names": [], "expired": True}, "has expired"),
    ],
    ids=["other name", "expired"],
)
def test_a_certificate_that_is_wrong_is_distinguished_from_one_that_is_unknown(
    scripted, client_of, caught, authority, certificate, says
):
    tls = authority.server(*certificate.pop("names"), **certificate)
    server = scripted(tls=tls)
    with caught(ConnectionFailed) as info:
        client_of(server, verify=authority.client(), max_retries=0).project.get("p1")
    assert says in str(info.value)
    assert "verify=" not in str(info.value)
    assert info.value.outcome == "not_sent"
    assert server.requests == []


def test_the_systems_own_word_on_a_certificate_is_kept(scripted, client_of, caught, authority):
    with caught(ConnectionFailed) as info:
        client_of(scripted(tls=authority.server()), max_retries=0).project.get("p1")
    assert info.value.__cause__.verify_code in (18, 19, 20)
    assert info.value.__cause__.__traceback__ is None


def test_a_folder_that_was_not_prepared_is_an_error(
    scripted, client_of, caught, authority, tmp_path
):
    folder = authority.folder(tmp_path, hashed=False)
    with caught(ConnectionFailed) as info:
        server = scripted(tls=authority.server())
        client_of(server, verify=folder, max_retries=0).project.get("p1")
    assert "openssl rehash" in str(info.value)


def test_a_path_without_authorities_is_named(client_of, caught, tmp_path):
    place = tmp_path / "nowhere.pem"
    with caught(ConfigurationError) as info:
        client_of("https://api.example.com", verify=place).project.get("p1")
    assert str(place) in str(info.value)


def test_a_server_that_hangs_up_on_tls_has_done_nothing(scripted, client_of, caught):
    server = scripted(Drop(before_reading=True))
    with caught(ConnectionFailed) as info:
        client_of(f"https://127.0.0.1:{server.port}", max_retries=0).project.create({"name": "A"})
    assert info.value.outcome == "not_sent"


def test_a_downgrade_by_redirect_is_refused_after_a_hop_within_https(
    scripted, client_of, caught, authority
):
    api = scripted(tls=authority.server())
    storage = scripted(
        Reply(302, None, {"location": f"http://storage.example/x?token={SIGNATURE}"}),
        tls=authority.server(),
    )
    api.will(moved(storage))
    with caught(ConnectionFailed) as info:
        client_of(api, verify=authority.client()).cell_measurement.time_series("m1")
    assert "plain http URL at storage.example; it is not used" in str(info.value)
    assert info.value.outcome == "not_sent"


def test_false_asks_no_authority_at_all(scripted, client_of, authority):
    assert client_of(scripted(PROJECT, tls=authority.server()), verify=False).project.get("p1")


def test_names_are_checked_through_a_tunnel_too(scripted, client_of, caught, authority, opened):
    right = scripted(PROJECT, tls=authority.server("api.example.com"))
    wrong = scripted(tls=authority.server("somebody.example.com"))
    proxy = opened(
        ForwardProxy(hosts={"api.example.com": right.port, "wrong.example.com": wrong.port})
    )
    options = {"verify": authority.client(), "proxy": proxy.url, "max_retries": 0}
    assert client_of("https://api.example.com", **options).project.get("p1").name == "Ageing"
    assert json.dumps(KEY).encode() not in proxy.tunnelled
    with caught(ConnectionFailed) as info:
        client_of("https://wrong.example.com", **options).project.get("p1")
    assert "certificate of wrong.example.com" in str(info.value)
    assert wrong.requests == []
