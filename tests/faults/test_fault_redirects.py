"""Redirects: what is followed, where it ends, and that no credential leaves the API's origin."""

import io

import polars as pl
import pytest
from ionworks_openapi.models import InitiateUploadResponse
from rig import BUSY, KEY, SIGNATURE, Drop, Reply, Stall, tls_contexts, unused_port

from ionworks.errors import (
    ConnectionFailed,
    PermissionDenied,
    ServerError,
    TimedOut,
    UnexpectedResponse,
)

ORGANIZATION = "org-0123456789"
SECRET_HEADERS = {"x-api-key", "authorization", "x-organization-id", "cookie"}
MOMENTS = {"created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z"}
PROJECT = {"id": "p1", "name": "Ageing", "organization_id": "o1", **MOMENTS}
CELL = {"id": "c1", "name": "M50-007", "cell_specification_id": "s1", **MOMENTS}
CONFIRMED = Reply(
    201,
    {
        "id": "m1",
        "name": "RPT 0",
        "cell_instance_id": "c1",
        "steps_created": 1,
        "instance": CELL,
        **MOMENTS,
    },
)
SERIES = pl.DataFrame(
    {
        "Time [s]": [0.0, 10.0, 20.0, 30.0],
        "Voltage [V]": [4.1, 4.0, 3.9, 3.8],
        "Current [A]": [1.0, 1.0, 1.0, 1.0],
        "Step count": [0, 0, 0, 0],
    }
)


def parquet():
    buffer = io.BytesIO()
    SERIES.write_parquet(buffer)
    return buffer.getvalue()


def found(location, status=307):
    """A redirect, with a cookie that belongs to nobody else."""
    headers = {"location": location, "set-cookie": "session=secret-cookie; Path=/"}
    return Reply(status, None, headers)


def signed(server, path="/objects/m1/time_series.parquet"):
    return f"{server.url}{path}?token={SIGNATURE}&expires=7"


def assert_no_credential(server):
    for request in server.requests:
        assert not SECRET_HEADERS & request.headers.keys()
        assert KEY not in f"{request.target}{request.headers}{request.body!r}"


@pytest.mark.parametrize("credential", ["api_key", "api_token"])
def test_row_58_a_download_shows_storage_no_credential(scripted, client_of, credential):
    storage = scripted(Reply(200, parquet()))
    api = scripted(
        Reply(200, PROJECT, {"set-cookie": "session=secret-cookie"}), found(signed(storage))
    )
    client = client_of(api, **{credential: KEY}, organization_id=ORGANIZATION)
    client.project.get("p1")
    assert client.cell_measurement.time_series("m1").equals(SERIES)
    assert_no_credential(storage)
    assert (
        storage.requests[0].target == f"/objects/m1/time_series.parquet?token={SIGNATURE}&expires=7"
    )
    name, value = (
        ("x-api-key", KEY) if credential == "api_key" else ("authorization", f"Bearer {KEY}")
    )
    for request in api.requests:
        assert request.headers[name] == value
        assert request.headers["x-organization-id"] == ORGANIZATION


def initiated(url):
    targets = [
        {"filename": "time_series.parquet", "signed_url": url, "token": SIGNATURE, "path": "x"}
    ]
    return Reply(200, {"measurement_id": "m1", "uploads": targets})


def upload(client):
    return client.cell_measurement.create(
        "c1", {"measurement": {"name": "RPT 0"}, "time_series": SERIES}
    )


def test_an_upload_shows_storage_no_credential(scripted, client_of):
    storage = scripted(Reply(200, {}, {"set-cookie": "storage=own"}))
    api = scripted(initiated(signed(storage)), CONFIRMED)
    assert upload(client_of(api, organization_id=ORGANIZATION)).id == "m1"
    assert_no_credential(storage)
    (put,) = storage.requests
    assert put.method == "PUT"
    assert put.headers["content-length"] == str(len(put.body))
    assert "transfer-encoding" not in put.headers
    assert pl.read_parquet(io.BytesIO(put.body)).equals(SERIES)
    assert "cookie" not in api.requests[1].headers


def test_a_signed_url_is_asked_for_byte_by_byte(scripted, client_of):
    odd = "/a%2Fb/%C3%A9%20x/(1)~*'!@:$,;=.parquet?X-Sig=a%2Bb/c%3D%3D&t=x+y&s=~*()!@:$,;/%7B&e="
    storage = scripted(Reply(200, parquet()))
    client_of(scripted(found(storage.url + odd))).cell_measurement.time_series("m1")
    assert storage.requests[0].target == odd


def test_an_error_of_storage_holds_no_signature(scripted, client_of, caught):
    echo = f"<Error><Code>AccessDenied</Code><Message>Expired: {SIGNATURE}</Message></Error>"
    storage = scripted(Reply(403, echo))
    api = scripted(found(signed(storage)))
    with caught(PermissionDenied) as info:
        client_of(api).cell_measurement.time_series("m1")
    error = info.value
    assert error.error_code == "AccessDenied"
    assert "Expired: REDACTED" in str(error)
    assert (error.outcome, error.request_id) == ("rejected", "req-1")
    assert error.operation == "download_measurement_time_series"


@pytest.mark.parametrize("fault", [Drop(), Stall()], ids=["reset", "stall"])
def test_storage_that_fails_is_named_without_the_signature(scripted, client_of, caught, fault):
    storage = scripted(fault)
    client = client_of(scripted(found(signed(storage))), timeout=0.2, max_retries=0)
    with caught(TimedOut if isinstance(fault, Stall) else ConnectionFailed) as info:
        client.cell_measurement.time_series("m1")
    storage.wait_for(1)
    assert f"127.0.0.1:{storage.port}" in str(info.value)
    assert info.value.outcome == "unknown"


def test_dead_storage_is_not_blamed_on_the_users_settings(scripted, client_of, caught):
    url = f"http://127.0.0.1:{unused_port()}/x?token={SIGNATURE}"
    with caught(ConnectionFailed) as info:
        client_of(scripted(found(url)), max_retries=0).cell_measurement.time_series("m1")
    assert "the address comes from the service" in str(info.value)
    assert "api_url" not in str(info.value)
    assert info.value.outcome == "not_sent"


def test_storage_that_is_busy_is_asked_again(scripted, client_of, naps):
    storage = scripted(BUSY, BUSY, Reply(200, parquet()))
    api = scripted(found(signed(storage)))
    assert client_of(api).cell_measurement.time_series("m1").height == 4
    assert naps == [0.5, 1.0]
    assert len(api.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_origin_keeps_working(scripted, client_of, status):
    api = scripted()
    api.will(found(f"{api.url}/projects/moved?a=1", status), Reply(200, PROJECT))
    assert client_of(api).project.get("p1").name == "Ageing"
    assert [request.target for request in api.requests] == ["/projects/p1", "/projects/moved?a=1"]
    assert [request.headers["x-api-key"] for request in api.requests] == [KEY, KEY]


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/v2/projects/p1", "/v2/projects/p1"),
        ("moved", "/projects/moved"),
        ("../v2/p1", "/v2/p1"),
        ("?page=2", "/projects/p1?page=2"),
    ],
)
def test_a_relative_location_is_followed(scripted, client_of, location, target):
    api = scripted(found(location), Reply(200, PROJECT))
    client_of(api).project.get("p1")
    assert api.requests[1].target == target
    assert api.requests[1].headers["x-api-key"] == KEY


def test_row_58_a_location_without_a_scheme_is_another_origin(scripted, client_of):
    storage = scripted(Reply(200, PROJECT))
    api = scripted(found(f"//127.0.0.1:{storage.port}/x"))
    client_of(api, organization_id=ORGANIZATION).project.get("p1")
    assert_no_credential(storage)


def test_row_58_another_name_of_the_same_machine_is_another_origin(scripted, client_of):
    api = scripted()
    api.will(found(f"http://localhost:{api.port}/x"), Reply(200, PROJECT))
    client_of(api).project.get("p1")
    assert "x-api-key" in api.requests[0].headers
    assert not SECRET_HEADERS & api.requests[1].headers.keys()


def test_row_58_credentials_do_not_come_back_from_elsewhere(scripted, client_of):
    elsewhere = scripted()
    api = scripted(found(f"{elsewhere.url}/x"), Reply(200, PROJECT))
    elsewhere.will(found(f"{api.url}/anything/at/all"))
    client_of(api).project.get("p1")
    assert_no_credential(elsewhere)
    assert not SECRET_HEADERS & api.requests[1].headers.keys()


def test_row_58_a_loop_of_redirects_ends(scripted, client_of, caught):
    api = scripted()
    api.otherwise = found(f"{api.url}/projects/p1")
    with caught(UnexpectedResponse) as info:
        client_of(api).project.get("p1")
    assert len(api.requests) == 6
    assert "more than 5 redirects" in str(info.value)
    assert info.value.request_id == "req-6"


@pytest.mark.parametrize(
    ("location", "says"),
    [
        (None, "has no Location header"),
        ("", "has no Location header"),
        ("ftp://127.0.0.1/x", "invalid URL"),
        ("file:///etc/passwd", "invalid URL"),
        ("http://127.0.0.1:99999/", "invalid URL"),
        ("http://127.0.0.1:port/", "invalid URL"),
        ("http://[::1", "invalid URL"),
        ("http://127.0.0.1/\x01", "invalid URL"),
        ("mailto:somebody@example.com", "invalid URL"),
    ],
)
def test_row_58_a_redirect_to_nowhere_is_an_error(
    scripted, client_of, caught, naps, location, says
):
    headers = {} if location is None else {"location": location}
    raw = Reply(302, None, headers)
    with caught(UnexpectedResponse) as info:
        client_of(scripted(raw)).project.get("p1")
    assert says in str(info.value)
    assert (info.value.status_code, info.value.request_id) == (302, "req-1")
    assert naps == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_write_is_not_redirected(scripted, client_of, caught, status):
    api = scripted()
    api.will(found(f"{api.url}/projects", status))
    with caught(UnexpectedResponse) as info:
        client_of(api).project.create({"name": "Ageing"})
    assert "only reads are redirected" in str(info.value)
    assert "api_url" in str(info.value)
    assert info.value.outcome == "unknown"
    assert [request.method for request in api.requests] == ["POST"]


def test_an_upload_that_is_redirected_is_not_taken_for_done(scripted, client_of, caught):
    storage = scripted()
    storage.will(found(f"{storage.url}/elsewhere"))
    api = scripted(initiated(signed(storage)))
    with caught(UnexpectedResponse) as info:
        upload(client_of(api))
    assert "redirect" in str(info.value)
    assert info.value.method == "PUT"
    assert [request.method for request in storage.requests] == ["PUT"]


@pytest.mark.parametrize(
    "url", ["nonsense", "", "ftp://127.0.0.1/x", "http://127.0.0.1:99999/", "http://[::1"]
)
def test_an_upload_address_that_is_invalid_is_an_error(scripted, client_of, caught, url):
    with caught(UnexpectedResponse) as info:
        upload(client_of(scripted(initiated(url))))
    assert "invalid upload URL" in str(info.value)


def test_an_upload_to_plain_http_elsewhere_is_refused(scripted, client_of, caught):
    url = f"http://storage.example/x?token={SIGNATURE}"
    with caught(ConnectionFailed) as info:
        upload(client_of(scripted(initiated(url))))
    assert (info.value.outcome, info.value.method) == ("not_sent", "PUT")
    assert "plain http URL at storage.example; it is not used" in str(info.value)


def test_an_upload_target_of_the_wrong_shape_holds_no_signature(scripted, client_of, caught):
    url = f"http://s/?token={SIGNATURE}"
    for uploads in ([url], [{"signed_url": url}], url, {"time_series.parquet": url}):
        reply = Reply(200, {"measurement_id": "m1", "uploads": uploads})
        with caught(UnexpectedResponse):
            upload(client_of(scripted(reply)))


def test_upload_targets_do_not_show_their_signatures():
    reply = initiated(f"http://storage.example/x?token={SIGNATURE}")
    shown = InitiateUploadResponse.from_dict(reply.body)
    assert SIGNATURE not in repr(shown)
    assert SIGNATURE not in str(shown)
    assert SIGNATURE not in shown._repr_html_()
    assert SIGNATURE not in repr(shown.uploads[0])


def test_row_58_https_is_not_left_for_plain_http(scripted, client_of, caught):
    for_server, for_client = tls_contexts()
    api = scripted(found(f"http://storage.example/x?token={SIGNATURE}"), tls=for_server)
    with caught(ConnectionFailed) as info:
        client_of(api, verify=for_client).cell_measurement.time_series("m1")
    error = info.value
    assert (error.outcome, error.method) == ("not_sent", "GET")
    assert "plain http URL at storage.example; it is not used" in str(error)
    assert len(api.requests) == 1


def test_https_to_this_machine_may_be_plain(scripted, client_of):
    for_server, for_client = tls_contexts()
    storage = scripted(Reply(200, parquet()))
    api = scripted(found(signed(storage)), tls=for_server)
    assert client_of(api, verify=for_client).cell_measurement.time_series("m1").height == 4
    assert_no_credential(storage)


def test_a_server_without_a_trusted_certificate_gets_no_request(scripted, client_of, caught):
    for_server, _ = tls_contexts()
    api = scripted(tls=for_server)
    with caught(ConnectionFailed) as info:
        client_of(api, max_retries=0).project.get("p1")
    assert info.value.outcome == "not_sent"
    assert api.requests == []


def test_row_40_an_upload_that_storage_refuses_is_sent_again_whole(
    scripted, client_of, caught, naps
):
    storage = scripted(BUSY, Drop(), Reply(500), Reply(403, {"detail": "denied"}))
    api = scripted(initiated(signed(storage)))
    with caught(PermissionDenied):
        upload(client_of(api))
    assert naps == [0.5, 1.0, 2.0]
    assert len({request.body for request in storage.requests}) == 1
    assert pl.read_parquet(io.BytesIO(storage.requests[3].body)).equals(SERIES)


def test_row_40_an_upload_gives_up_with_its_last_error_and_confirms_nothing(
    scripted, client_of, caught
):
    storage = scripted(*[BUSY] * 4)
    api = scripted(initiated(signed(storage)))
    with caught(ServerError) as info:
        upload(client_of(api))
    assert info.value.request_id == "req-4"
    assert len(api.requests) == 1
