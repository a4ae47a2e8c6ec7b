"""No credential goes where it does not belong: to no other origin, and into nothing that is shown.

The scanner looks for any eight characters of the key, of a signature and of a proxy's password, in
errors with the locals of their frames, in logs, reprs, pickles and recordings.
"""

import contextlib
import io
import logging
import pickle
import warnings

import polars as pl
import pytest
from ionworks_openapi.models import InitiateUploadResponse, RawDataDownloadUrl, UploadTarget
from rig import Drop, Raw, Reply, Stall, unused_port
from rig_tls import Authority, ForwardProxy
from secret_scan import Scanner, shown_by, shown_by_error, shown_by_logs

from ionworks import Ionworks
from ionworks.errors import (
    AuthenticationFailed,
    ConfigurationError,
    ConnectionFailed,
    UnexpectedResponse,
)
from ionworks.sandbox import Sandbox
from ionworks.settings import resolve_settings
from ionworks.testing import API, STORAGE, use_cassette
from ionworks.testing._cassettes.scan import scan

KEY = "Zq7mVt2RxLb9KcWd4HsPyJ83-qrst"
SIGN = "f3Gu8NaXe61TvMoBz5Yk-0CwIhQ7p"
PASSWORD = "rW5tD8cUiE2oHnSgLj9"
SCANNER = Scanner(key=KEY, signature=SIGN, password=PASSWORD)
MOMENTS = {"created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z"}
PROJECT = {"id": "p1", "name": "Ageing", "organization_id": "o1", **MOMENTS}
OK = Reply(200, PROJECT)
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
HALF = Raw(HEAD + f'content-length: 999\r\n\r\n{{"url": "{SIGN}"'.encode())
SERIES = pl.DataFrame(
    {"Time [s]": [0.0, 10.0], "Voltage [V]": [4.1, 4.0], "Current [A]": [1.0, 1.0]}
).with_columns(pl.lit(0).alias("Step count"))
ECHO = {
    "error_code": "NO",
    "message": f"the key {KEY} is not known; header X-API-Key: {KEY}",
    "detail": {"api_key": KEY, "sent": [f"Bearer {KEY}"]},
}
FIELDS = {"detail": [{"loc": ["header", "x-api-key"], "msg": f"bad {KEY}", "input": KEY}]}
PAGE = f"<html><title>Sign in</title><p>{KEY}</p><a href='/sso?token={SIGN}'>x</a></html>"
XML = f"<Error><Code>Denied</Code><Message>Signature {SIGN} expired</Message></Error>"


class World:
    """What a scene plays in: servers, clients and the environment."""

    def __init__(self, scripted, client_of, opened, monkeypatch, tmp_path):
        self.servers, self.opened, self.env, self.folder = scripted, opened, monkeypatch, tmp_path
        self._client_of = client_of
        self.clients, self.attempts = [], []

    def client(self, server="https://api.example.com", **options):
        options = {"api_key": KEY, "max_retries": 1, **options}
        made = self._client_of(server, on_attempt=self.attempts.append, **options)
        made.transport._on_attempt = self.attempts.append
        self.clients.append(made)
        return made

    def api(self, *script, **options):
        return self.client(self.servers(*script), **options)

    def profile(self, text):
        place = self.folder / "config.toml"
        place.write_text(text)
        place.chmod(0o600)
        self.env.setenv("IONWORKS_CONFIG_FILE", str(place))


@pytest.fixture
def world(scripted, client_of, opened, monkeypatch, tmp_path):
    return World(scripted, client_of, opened, monkeypatch, tmp_path)


def signed(server, path="/objects/x"):
    return f"{getattr(server, 'url', server)}{path}?token={SIGN}&expires=7"


def moved(server, **headers):
    return Reply(307, PAGE, {"location": signed(server), **headers})


def initiated(*urls, name="time_series.parquet"):
    targets = [{"filename": name, "signed_url": u, "token": SIGN, "path": "x"} for u in urls]
    return Reply(200, {"measurement_id": "m1", "uploads": targets})


def upload(client):
    data = {"measurement": {"name": "RPT 0"}, "time_series": SERIES}
    return client.cell_measurement.create("c1", data)


SCENES = {}


def scene(function):
    SCENES[function.__name__.replace("_", " ")] = function
    return function


def read_scene(name, *script, **options):
    SCENES[name] = lambda world: world.api(*script, **options).project.get("p1")


for status in (400, 401, 403, 404, 409, 422, 429, 500, 503, 599):
    again = [Reply(status, ECHO)] if status in (429, 500, 503) else []
    read_scene(f"{status} with the key in it", Reply(status, ECHO), *again)
    read_scene(f"{status} page", *[Reply(status, PAGE)] * (1 + len(again)), api_key=KEY)
read_scene("401 of a token", Reply(401, ECHO), api_key=None, api_token=KEY)
read_scene("422 of the key", Reply(422, FIELDS))
read_scene("page instead of json", Reply(200, PAGE))
read_scene("half a json", Reply(200, PAGE, {"content-type": "application/json"}))
read_scene("record of another shape", Reply(200, {"id": "p1", "token": SIGN, "x": KEY}))
read_scene("reset", Drop(), Drop())
read_scene("closed", Drop(reset=False), Drop(reset=False))
read_scene("half an answer", HALF, HALF)
read_scene("stall", Stall(), timeout=0.05, max_retries=0)
read_scene("no http", *[Raw(f"SSH-2.0 /x?token={SIGN}\r\n\r\n".encode())] * 2)
read_scene("wrong encoding", Reply(200, PAGE, {"content-encoding": "gzip"}))
read_scene("redirect to nowhere", Reply(307, PAGE, {"location": f"ftp://h/x?token={SIGN}"}))
read_scene("redirect to no port", Reply(307, None, {"location": signed("http://127.0.0.1:99999")}))
read_scene("redirect to plain http", moved("http://storage.example"))
read_scene("redirect with a password", moved(f"http://me:{PASSWORD}@127.0.0.1:1"))
read_scene("redirect that says nothing", Reply(307, PAGE))
read_scene("redirect in a wrong encoding", moved("http://127.0.0.1", **{"content-encoding": "br"}))


@scene
def nobody_there(world):
    world.client(f"http://127.0.0.1:{unused_port()}").project.get("p1")


@scene
def write_of_unknown_outcome(world):
    world.api(Drop(), Drop()).project.create({"name": "Ageing"})


@scene
def conflict(world):
    world.api(Reply(409, ECHO)).project.create({"name": "Ageing"})


@scene
def a_body_that_does_not_fit(world):
    world.api().cell_spec.create({"name": "LG M50", "rating": {}})


@scene
def an_id_that_is_none(world):
    world.api().project.get("../x")


@scene
def a_loop_of_redirects(world):
    server = world.servers()
    server.otherwise = moved(server)
    world.client(server).project.get("p1")


@scene
def a_closed_client(world):
    client = world.api()
    client.close()
    client.project.get("p1")


def storage_scene(name, *script, **options):
    def download(world):
        storage = world.servers(*script)
        world.api(moved(storage), **options).cell_measurement.time_series("m1")

    def upload_to(world):
        storage = world.servers(*script)
        upload(world.api(initiated(signed(storage)), **options))

    def raw(world):
        storage = world.servers(*script)
        answer = Reply(200, {"url": signed(storage), "expires_in": 60})
        world.api(answer, **options).raw_data.save("r1", world.folder / "raw.csv")

    SCENES[f"download: {name}"] = download
    SCENES[f"raw data: {name}"] = raw
    SCENES[f"upload: {name}"] = upload_to


storage_scene("refused", Reply(403, XML))
storage_scene("unknown key", Reply(401, PAGE))
storage_scene("failing", *[Reply(500, XML)] * 2)
storage_scene("reset", Drop(), Drop())
storage_scene("stall", Stall(), timeout=0.05, max_retries=0)
storage_scene("redirect to nowhere", Reply(302, None, {"location": f"mailto:x?token={SIGN}"}))
storage_scene("redirect to plain", Reply(302, None, {"location": signed("http://s.example")}))


@scene
def storage_nobody_there(world):
    world.api(moved(f"http://127.0.0.1:{unused_port()}")).cell_measurement.time_series("m1")


@scene
def storage_with_a_strange_certificate(world):
    storage = world.servers(tls=Authority().server())
    upload(world.api(initiated(signed(storage))))


@scene
def a_table_that_is_none(world):
    storage = world.servers(Reply(200, PAGE.replace(KEY, "").encode()))
    world.api(moved(storage)).cell_measurement.time_series("m1")


@scene
def an_upload_to_no_address(world):
    upload(world.api(initiated(f"nonsense?token={SIGN}")))


@scene
def an_upload_to_plain_http(world):
    upload(world.api(initiated(signed("http://storage.example"))))


@scene
def an_upload_with_two_places(world):
    upload(world.api(initiated(*[signed("https://storage.example")] * 2)))


@scene
def an_upload_with_another_place(world):
    upload(world.api(initiated(signed("https://storage.example"), name="other")))


@scene
def an_upload_with_places_of_another_shape(world):
    upload(world.api(Reply(200, {"measurement_id": "m1", "uploads": [signed("https://s")]})))


@scene
def files_of_which_none_arrives(world):
    names = ["a.txt", "b.txt"]
    for name in names:
        (world.folder / name).write_text(name)
    storage = world.servers()
    storage.otherwise = Reply(403, XML)
    targets = [
        {"filename": n, "signed_url": signed(storage), "token": SIGN, "path": n} for n in names
    ]
    api = world.api(Reply(200, {"measurement_id": "m1", "uploads": targets}))
    api.cell_measurement.create_file("c1", "Remarks", [world.folder / name for name in names])


@scene
def raw_data_that_do_not_arrive(world):
    storage = world.servers(Reply(403, XML))
    target = {"filename": "a.txt", "signed_url": signed(storage), "token": SIGN, "path": "a.txt"}
    api = world.api(Reply(200, {"raw_data_id": "r1", "uploads": [target]}))
    file = io.BytesIO(b"notes")
    api.raw_data.upload("p1", file, name="a.txt")


# Proxies with a password.


@scene
def a_dead_proxy(world):
    proxy = f"http://me:{PASSWORD}@127.0.0.1:{unused_port()}"
    world.client(proxy=proxy).project.get("p1")


@scene
def a_dead_proxy_of_the_environment(world):
    world.env.setenv("HTTPS_PROXY", f"http://me:{PASSWORD}@127.0.0.1:{unused_port()}")
    upload(world.api(initiated(signed("https://storage.example"))))


@scene
def a_proxy_that_refuses(world):
    proxy = world.opened(ForwardProxy(password="another"))
    world.client(proxy=proxy.url.replace("//", f"//me:{PASSWORD}@")).project.get("p1")


@scene
def a_proxy_of_no_kind(world):
    world.client(proxy=f"ftp://me:{PASSWORD}@127.0.0.1:1").project.get("p1")


@scene
def a_proxy_of_no_kind_in_the_environment(world):
    world.env.setenv("ALL_PROXY", f"socks9://me:{PASSWORD}@127.0.0.1:1")
    world.client().project.get("p1")


@scene
def a_proxy_with_a_bad_port(world):
    world.client(proxy=f"http://me:{PASSWORD}@127.0.0.1:port").project.get("p1")


@scene
def a_proxy_that_speaks_no_tls(world):
    server = world.servers(Drop(before_reading=True))
    world.client(proxy=f"https://me:{PASSWORD}@127.0.0.1:{server.port}", max_retries=0).project.get(
        "p1"
    )


# Settings.


def settings_scene(name, *, environ=(), profile=None, **arguments):
    def play(world):
        for variable, value in dict(environ).items():
            world.env.setenv(variable, value)
        if profile is not None:
            world.profile(profile)
        Ionworks(**arguments)

    SCENES[f"settings: {name}"] = play


ENV_KEY = {"IONWORKS_API_KEY": KEY}
settings_scene("key with a blank", api_key=f"{KEY[:14]} {KEY[14:]}")
settings_scene("key with a blank in the environment", environ={"IONWORKS_API_KEY": f"{KEY} x"})
settings_scene("key as address", api_key="x", api_url=KEY)
settings_scene("address with a key", api_key=KEY, api_url=f"https://{KEY}@api.example.com")
settings_scene("address with a query", api_key=KEY, api_url=f"https://h/?api_key={KEY}")
settings_scene("plain http", api_key=KEY, api_url="http://api.example.com")
settings_scene("plain http in the environment", environ=ENV_KEY, api_url="http://10.0.0.7")
settings_scene("bad id", api_key=KEY, project_id="a b")
settings_scene("bad id beside the environment", environ=ENV_KEY, project_id="a b")
settings_scene("bad backend", api_key=KEY, dataframe_backend="dask")
settings_scene("bad timeout", api_key=KEY, api_token=KEY, timeout=-1)
settings_scene("no worker", environ=ENV_KEY, max_workers=0)
settings_scene("no profile", environ=ENV_KEY, profile="", api_token=KEY, project_id="a/b")
settings_scene("bad toml", profile=f'[profiles.default]\napi_key = "{KEY}\n')
settings_scene("toml that is not text", profile=f'[profiles.default]\napi_key = ["{KEY}"]\n')
settings_scene("misspelled key", profile=f'[profiles.default]\napi_kye = "{KEY}"\n')
settings_scene("profile outside", profile=f'api_key = "{KEY}"\n')
settings_scene("profile that is a text", profile=f'[profiles]\ndefault = "{KEY}"\n')
settings_scene("profiles that are a text", profile=f'profiles = "{KEY}"\n')
settings_scene(
    "bad url in a profile",
    profile=f'[profiles.default]\napi_key = "{KEY}"\napi_url = "http://me:{PASSWORD}@h"\n',
)
settings_scene(
    "key in a profile with a blank", profile=f'[profiles.default]\napi_key = "{KEY} x"\n'
)


@scene
def authorities_that_are_none(world):
    world.client(verify=str(world.folder / "none.pem")).project.get("p1")


@scene
def settings_that_are_pickled(world):
    pickle.dumps(world.client().settings)


@scene
def a_client_that_is_pickled_with_a_password(world):
    pickle.dumps(Ionworks(api_key=KEY, proxy=f"http://me:{PASSWORD}@127.0.0.1:1"))


@scene
def a_client_that_is_unpickled_without_a_key(world):
    pickled = pickle.dumps(Ionworks(api_key=KEY, api_url="https://api.example.com"))
    pickle.loads(pickled)


@pytest.mark.parametrize("name", SCENES)
def test_nothing_that_is_shown_holds_a_secret(world, name, caplog):
    caplog.set_level(logging.DEBUG)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with pytest.raises(Exception) as info:  # noqa: PT011 -- any, it is looked at closely
            SCENES[name](world)
    assert type(info.value).__module__ != "builtins" or "pickled" in name or "closed" in name
    shown = shown_by_error(info.value) | shown_by_logs(caplog.records)
    for client in world.clients:
        transport = client.transport
        parts = (client, client.settings, transport, transport._connections, client.last_request)
        for part in parts:
            shown |= shown_by(part, type(part).__name__)
        shown |= shown_by(client.with_options(timeout=1), "view")
    for number, attempt in enumerate(world.attempts):
        shown |= shown_by(attempt, f"attempt {number}")
    for number, warning in enumerate(warned):
        shown |= shown_by(warning.message, f"warning {number}")
    assert SCANNER.find(shown) == []


# What is shown when all goes well.


def test_a_client_at_work_shows_no_secret(world, caplog):
    caplog.set_level(logging.DEBUG)
    buffer = io.BytesIO()
    SERIES.write_parquet(buffer)
    storage = world.servers(Reply(200, buffer.getvalue()))
    client = world.api(OK, moved(storage))
    client.project.get("p1")
    client.cell_measurement.time_series("m1")
    assert [attempt.status for attempt in world.attempts] == [200, 307, 200]
    shown = shown_by_logs(caplog.records)
    for part in (client, client.settings, client.transport, client.last_request, *world.attempts):
        shown |= shown_by(part, type(part).__name__)
    assert any("httpcore" in where for where in shown)
    assert SCANNER.find(shown) == []


def test_records_with_addresses_that_are_signed_show_none_of_them():
    target = {"filename": "f", "signed_url": signed("https://s"), "token": SIGN, "path": "x"}
    records = (
        UploadTarget.from_dict(target),
        InitiateUploadResponse.from_dict({"measurement_id": "m1", "uploads": [target]}),
        RawDataDownloadUrl.from_dict({"url": signed("https://s"), "expires_in": 60}),
    )
    shown = {str(n): f"{r!s}{r!r}{r._repr_html_()}" for n, r in enumerate(records)}
    assert SCANNER.find(shown) == []


def test_what_is_recorded_holds_no_secret(tmp_path):
    place = tmp_path / "cassettes" / "upload.yaml"
    with Sandbox(api_key=KEY) as box, box.client(max_workers=1) as client:
        hosts = {box.url: API, box.storage_url: STORAGE}
        with use_cassette(place, mode="record", hosts=hosts):
            spec = client.cell_spec.create({"name": "LG M50"})
            cell = client.cell_instance.create(spec.id, {"name": "M50-007"})
            data = {"measurement": {"name": "RPT 0"}, "time_series": SERIES}
            made = client.cell_measurement.create(cell.id, data)
            assert client.cell_measurement.time_series(made.id).height == 2
    text = place.read_text()
    assert "signed_url" in text
    assert scan([place.parent], secrets=[KEY]) == []
    assert SCANNER.find({"cassette": text}) == []


# The scanner itself.


def in_a_frame_of_others(code, **names):
    """Run code that is not of these tests, and return the error that it ends with."""
    with pytest.raises(Exception) as info:  # noqa: PT011
        exec(compile(code, "/somewhere/library.py", "exec"), dict(names))
    return info.value


@pytest.mark.parametrize(
    ("code", "where"),
    [
        ("raise ValueError(secret)", "str"),
        ("def f(held):\n raise ValueError('x')\nf(secret)", "local held at library.py"),
        ("def f(held):\n raise ValueError('x')\nf({'a': [secret.encode()]})", "local held"),
        ("e = ValueError('x')\ne.request = secret\nraise e", "vars"),
        (
            "try:\n raise KeyError(secret)\nexcept KeyError:\n raise ValueError('x') from None",
            "Key",
        ),
        ("raise ValueError('cause') from OSError(secret)", "OSError (1)"),
        ("class E(Exception):\n __str__ = lambda self: 'x'\nraise E(secret)", "args"),
    ],
    ids=["text", "local", "nested local", "attribute", "hidden context", "cause", "argument"],
)
@pytest.mark.parametrize("secret", [KEY, SIGN, PASSWORD, f"x{KEY[9:17]}y"])
def test_a_secret_that_is_planted_in_an_error_is_found(code, where, secret):
    found = SCANNER.find(shown_by_error(in_a_frame_of_others(code, secret=secret)))
    assert any(where in each for each in found)


@pytest.mark.parametrize("before", ["", "m", "me", "me:"])
def test_a_secret_that_is_encoded_is_found(before):
    import base64

    coded = base64.b64encode(f"{before}{PASSWORD}".encode()).decode()
    assert SCANNER.find({"header": f"Basic {coded}"}) == ["password in header"]
    assert SCANNER.find({"x": KEY.encode().hex()}) == ["key in x"]


def test_a_secret_that_is_planted_in_a_log_is_found(caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("planted").debug("a line", extra={"header": KEY})
    logging.getLogger("planted").debug("-> %s", SIGN)
    found = SCANNER.find(shown_by_logs(caplog.records))
    assert found == ["key in log planted (0)", "signature in log planted (1)"]


def test_a_secret_that_is_planted_in_an_object_or_a_file_is_found(tmp_path):
    class Held:
        def __repr__(self):
            return "Held()"

        def __init__(self):
            self.key = KEY

    assert "key in held: vars" in SCANNER.find(shown_by(Held(), "held"))
    assert "key in text: pickle" in SCANNER.find(shown_by({"a": KEY}, "text"))
    (tmp_path / "cassette.yaml").write_text(f"interactions:\n- {{body: 'x {KEY} y'}}\n")
    assert scan([tmp_path], secrets=[KEY])


def test_the_last_four_characters_may_be_shown():
    assert SCANNER.find({"hint": f"ending in …{KEY[-4:]}"}) == []


# A 401 says where the key came from.


@pytest.mark.parametrize("kind", ["api_key", "api_token"])
@pytest.mark.parametrize("source", ["argument", "environment", "profile"])
def test_a_401_says_where_the_key_came_from(world, caught, source, kind):
    server = world.servers(Reply(401, {"detail": "who are you"}))
    variable = f"IONWORKS_{kind.upper()}"
    if source == "environment":
        world.env.setenv(variable, KEY)
    if source == "profile":
        world.profile(f'[profiles.lab]\n{kind} = "{KEY}"\napi_url = "{server.url}"\n')
    options = {"argument": {kind: KEY}, "environment": {}, "profile": {"profile": "lab"}}[source]
    with (
        Ionworks(api_url=server.url, verify=False, **options) as client,
        caught(AuthenticationFailed) as info,
    ):
        client.project.get("p1")
    place = {
        "argument": f"argument {kind}",
        "environment": f"environment variable {variable}",
        "profile": f"profile 'lab' in {world.folder / 'config.toml'}",
    }[source]
    assert f"The key came from {place}, ending in …qrst: check it there" in str(info.value)
    assert len(server.requests) == 1


# To no other origin.


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{api}@127.0.0.1:{other}/x",
        "http://me:secret@127.0.0.1:{api}/x",
        "http://me:secret@127.0.0.1:{other}/x",
        "//me@127.0.0.1:{api}/x",
        "http://@127.0.0.1:{other}/x",
    ],
)
def test_an_address_with_a_user_name_is_not_asked(world, location):
    other, api = world.servers(), world.servers()
    place = location.format(api=api.port, other=other.port)
    api.will(Reply(307, None, {"location": place}))
    client = world.client(api)
    with pytest.raises(UnexpectedResponse, match="without a user name"):
        client.project.get("p1")
    assert (len(api.requests), other.requests) == (1, [])


def test_a_signed_url_with_a_user_name_is_not_asked(world, caught):
    storage = world.servers()
    url = f"http://me:{PASSWORD}@127.0.0.1:{storage.port}/x?token={SIGN}"
    with caught(UnexpectedResponse) as info:
        upload(world.api(initiated(url)))
    assert "without a user name" in str(info.value)
    assert storage.requests == []


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{other}/x",
        "//127.0.0.1:{other}/x",
        "http://localhost:{other}/x",
        "http://LOCALHOST:{api}/x",
        "http://127.0.0.2:{api}/x",
        "http://127.1:{other}/x",
        "http://127.0.0.1:{other}\\@127.0.0.1:{api}/x",
        "http://127.0.0.1:{other}#@127.0.0.1:{api}/x",
        "http://127.0.0.1:{other}?@127.0.0.1:{api}/x",
        "\thttp://127.0.0.1:{other}/x",
        "http:/\\127.0.0.1:{other}/x",
    ],
)
def test_only_the_very_origin_of_the_api_gets_the_key(world, location):
    other, api = world.servers(), world.servers()
    other.otherwise = api.otherwise = OK
    place = location.format(api=api.port, other=other.port)
    api.will(Reply(307, None, {"location": place, "set-cookie": "session=mine; Path=/"}))
    # Where it leads is for the reader of the address to say, and it may be nowhere.
    with contextlib.suppress(ConnectionFailed, UnexpectedResponse):
        world.client(api, organization_id="org-1", max_retries=0).project.get("p1")
    for request in other.requests:
        assert not {"x-api-key", "authorization", "x-organization-id"} & request.headers.keys()
        assert "cookie" not in request.headers
    for request in api.requests[1:]:
        same = request.headers["host"] == f"127.0.0.1:{api.port}"
        assert same or "x-api-key" not in request.headers


def test_cookies_of_one_storage_are_not_carried_to_another(world):
    cookie = {"set-cookie": "session=of-storage; Path=/"}
    second = world.servers(Reply(200, b"x"))
    first = world.servers(Reply(302, None, {"location": signed(second), **cookie}))
    client = world.api(moved(first, **cookie), OK)
    client.transport.send("download", "GET", "/x", accept="bytes")
    client.project.get("p1")
    for request in first.requests + second.requests:
        assert "cookie" not in request.headers


def test_plain_http_is_refused_wherever_it_is_named(world, caught):
    for url in ("http://10.0.0.7", "http://api.example.com", "HTTP://API.EXAMPLE.COM"):
        with pytest.raises(ConfigurationError, match="plain http"):
            resolve_settings(api_key=KEY, api_url=url, environ={})
    plain = "http://storage.example"
    for client in (world.api(moved(plain)), world.api(initiated(signed(plain)))):
        with caught(ConnectionFailed) as info:
            upload(client) if client is world.clients[1] else client.project.get("p1")
        assert "plain http URL at storage.example; it is not used" in str(info.value)
        assert info.value.outcome == "not_sent"
    with pytest.raises(ConnectionFailed, match="plain http"):
        world.client().transport.fetch(signed(plain), operation="download")
