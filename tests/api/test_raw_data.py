"""Raw data: files go up from wherever they are, come back unchanged, and hang on measurements."""

import datetime
import io
import os
import random
import tempfile
import tracemalloc

import pytest
from rig import KEY, Pull, Raw, Reply, Tap
from traffic import measurement, traffic, unique

from ionworks.errors import (
    BadRequest,
    ConfigurationError,
    ConnectionFailed,
    FileError,
    NotFound,
    PayloadError,
    UnexpectedResponse,
    WriteOutcomeUnknown,
)
from ionworks.sandbox import Sandbox

pytestmark = pytest.mark.replayed

CONTENT = b"time,voltage\n0,3.7\n"


@pytest.fixture
def project(client):
    return client.project.create({"name": unique("project")})


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "cycler.csv"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def raw(client, project, path):
    return client.raw_data.upload(project.id, path)


@pytest.fixture
def test(client, project):
    spec = client.cell_spec.create({"name": unique("spec"), "project_id": project.id})
    cell = client.cell_instance.create(spec.id, {"name": "M50-007"})
    return client.cell_measurement.create(cell.id, measurement("RPT 0"))


# To upload


def test_a_file_on_disk_goes_up_with_what_is_known_of_it(client, project, path):
    with traffic() as sent:
        made = client.raw_data.upload(
            project.id,
            path,
            name="Bench 3, channel 7",
            source="bench 3",
            metadata={"channel": 7, "day": datetime.date(2025, 1, 2)},
        )
    assert [each.operation for each in sent] == [
        "initiate_raw_data_upload",
        "put_object",
        "confirm_raw_data_upload",
    ]
    assert (made.name, made.filename, made.source) == (
        "Bench 3, channel 7",
        "cycler.csv",
        "bench 3",
    )
    assert (made.project_id, made.size_bytes) == (project.id, len(CONTENT))
    assert made.content_type == "text/csv"
    assert made.metadata == {"channel": 7, "day": "2025-01-02"}
    assert made.created_at is not None
    assert client.raw_data.get(made.id) == made
    assert client.raw_data.download(made.id) == CONTENT


def test_a_path_alone_is_enough(client, project, path):
    for given in (path, str(path)):
        made = client.raw_data.upload(project.id, given)
        assert (made.name, made.filename, made.source) == ("cycler.csv", "cycler.csv", None)
        assert made.metadata == {}
        assert client.raw_data.download(made.id) == CONTENT


def test_an_open_file_is_sent_from_its_start_and_stays_open(client, project, path):
    with path.open("rb") as file:
        file.read(5)
        made = client.raw_data.upload(project.id, file)
        assert not file.closed
    assert (made.filename, made.size_bytes) == ("cycler.csv", len(CONTENT))
    assert client.raw_data.download(made.id) == CONTENT


def test_bytes_in_memory_have_the_name_that_is_given(client, project):
    made = client.raw_data.upload(project.id, io.BytesIO(CONTENT), name="run 1.csv")
    assert (made.name, made.filename, made.content_type) == ("run 1.csv", "run 1.csv", "text/csv")
    assert client.raw_data.download(made.id) == CONTENT
    nameless = client.raw_data.upload(project.id, io.BytesIO(CONTENT))
    assert nameless.filename == nameless.name == "data.bin"
    assert nameless.content_type == "application/octet-stream"


def test_a_name_with_slashes_is_a_name_and_no_path(client, project):
    made = client.raw_data.upload(project.id, io.BytesIO(CONTENT), name="bench 3/run 1.csv")
    assert (made.name, made.filename) == ("bench 3/run 1.csv", "run 1.csv")


def test_a_temporary_file_has_no_number_for_a_name(client, project):
    with tempfile.TemporaryFile() as file:
        file.write(CONTENT)
        made = client.raw_data.upload(project.id, file, name="run 1.csv")
    assert (made.name, made.filename) == ("run 1.csv", "run 1.csv")
    assert client.raw_data.download(made.id) == CONTENT


@pytest.mark.parametrize(
    "name",
    ["run #3 (50%).csv", "a?b&c=d+e.bin", "\u65e5\u672c \U0001f50b.mpt", "no ending", "x.tar.gz"],
)
def test_odd_names_come_back_exactly(client, project, tmp_path, name):
    (tmp_path / name).write_bytes(name.encode())
    made = client.raw_data.upload(project.id, tmp_path / name)
    assert (made.name, made.filename) == (name, name)
    assert client.raw_data.download(made.id) == name.encode()


def test_a_file_of_no_bytes_is_a_file(client, project, tmp_path):
    (tmp_path / "empty.csv").touch()
    made = client.raw_data.upload(project.id, tmp_path / "empty.csv")
    assert made.size_bytes == 0
    assert client.raw_data.download(made.id) == b""
    saved = client.raw_data.save(made.id, tmp_path / "back.csv")
    assert saved.read_bytes() == b""


def test_the_clients_own_project_is_taken_by_default(client, sandbox, project, path):
    with sandbox.client(project_id=project.id) as own:
        made = own.raw_data.upload(None, path)
        assert made.project_id == project.id
        assert own.raw_data.list() == [made]
        assert list(own.raw_data.iterate()) == [made]


def test_without_a_project_it_says_what_to_do(client_of, sandbox, path, monkeypatch):
    monkeypatch.delenv("IONWORKS_PROJECT_ID", raising=False)
    client = client_of(sandbox.url)
    for call in (lambda: client.raw_data.upload(None, path), client.raw_data.list):
        with traffic() as sent, pytest.raises(ConfigurationError, match="IONWORKS_PROJECT_ID"):
            call()
        assert sent == []


class Stream:
    """What can be read but not rewound."""

    name = "stream.csv"

    def read(self, size=-1):
        return b""


@pytest.fixture
def unfit(tmp_path, path):
    (tmp_path / "text.csv").write_text("x")
    closed = path.open("rb")
    closed.close()
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "text.csv").open("r") as text, (tmp_path / "new").open("wb") as write_only:
        yield {
            "text": text,
            "string": io.StringIO("x"),
            "closed": closed,
            "write only": write_only,
            "stream": Stream(),
            "bytes": CONTENT,
            "number": 7,
            "none": None,
            "missing": tmp_path / "missing.csv",
            "folder": tmp_path,
            "pattern": tmp_path / "te?t.csv",
            "NUL": "a\0.csv",
            "pipe": tmp_path / "pipe",
            "device": "/dev/zero",
        }


@pytest.mark.parametrize(
    "which",
    [
        "text",
        "string",
        "closed",
        "write only",
        "stream",
        "bytes",
        "number",
        "none",
        "missing",
        "folder",
        "pattern",
        "NUL",
        "pipe",
        "device",
    ],
)
@pytest.mark.live("sends nothing")
def test_what_cannot_be_read_as_bytes_is_refused_before_a_request(client, project, unfit, which):
    with traffic() as sent, pytest.raises(PayloadError) as info:
        client.raw_data.upload(project.id, unfit[which], name="x.csv")
    assert sent == []
    assert info.value.field == "file"
    paths = ("missing", "folder", "pattern", "NUL", "pipe", "device")
    assert ("cannot be read" if which in paths else "binary") in str(info.value)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": "n" * 256}, "name"),
        ({"metadata": {"x": float("nan")}}, "metadata.x"),
        ({"metadata": {"x": b"1"}}, "metadata.x"),
        ({"source": 7}, "source"),
    ],
)
@pytest.mark.live("sends nothing")
def test_what_does_not_fit_is_refused_before_a_request(client, project, path, more, field):
    with traffic() as sent, pytest.raises(PayloadError) as info:
        client.raw_data.upload(project.id, path, **more)
    assert sent == []
    assert info.value.field == field


@pytest.mark.live("about what the sandbox decides")
def test_a_project_that_is_not_there_gets_nothing(client, path):
    with traffic() as sent, pytest.raises(NotFound):
        client.raw_data.upload("nobody", path)
    assert [each.operation for each in sent] == ["initiate_raw_data_upload"]


# Failures on the way


@pytest.fixture(scope="module")
def box():
    with Sandbox(api_key=KEY) as box:
        yield box


def test_a_signed_url_is_asked_for_without_any_credential(box, client_of, opened, path):
    tap = opened(Tap())
    client = client_of(box.url, proxy=tap.url, organization_id="org-0123456789")
    made = client.raw_data.upload(box.project_id, path)
    assert client.raw_data.download(made.id) == CONTENT
    client.raw_data.save(made.id, path.with_name("back.csv"))
    stored = [each for each in tap.requests if each.target.startswith(box.storage_url)]
    others = [each for each in tap.requests if each not in stored]
    assert [each.method for each in stored] == ["PUT", "GET", "GET"]
    for request in stored:
        assert not {"x-api-key", "authorization", "x-organization-id", "cookie"} & {
            *request.headers
        }
        assert KEY not in f"{request.target}{request.headers}"
    assert all(request.headers["x-api-key"] == KEY for request in others)
    assert stored[0].headers["content-type"] == "text/csv"
    assert stored[0].headers["content-length"] == str(len(CONTENT))


@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_pulled_plug_leaves_a_whole_record_or_none(box, client_of, opened, path, step):
    direct = client_of(box.url)
    project = direct.project.create({"name": unique("project")})
    tap = opened(Tap(Pull(step, "body")))
    client = client_of(box.url, proxy=tap.url, max_retries=0)
    with pytest.raises(WriteOutcomeUnknown if step == 2 else ConnectionFailed) as info:
        client.raw_data.upload(project.id, path)
    assert info.value.outcome == "unknown"
    assert direct.raw_data.list(project.id) == []
    assert direct.raw_data.upload(project.id, path).size_bytes == len(CONTENT)


def test_storage_that_stumbles_gets_the_file_again_from_its_start(box, client_of, opened, naps):
    tap = opened(Tap(Pull(1, "body"), Pull(2, "answer")))
    client = client_of(box.url, proxy=tap.url)
    content = random.Random(2).randbytes(700_000)
    made = client.raw_data.upload(box.project_id, io.BytesIO(content), name="x")
    assert naps == [0.5, 1.0]
    assert client_of(box.url).raw_data.download(made.id) == content


def test_a_service_that_offers_no_place_is_reported(scripted, client_of, path):
    api = scripted(Reply(200, {"raw_data_id": "r1", "uploads": []}))
    with pytest.raises(UnexpectedResponse, match="no upload URL"):
        client_of(api).raw_data.upload("p1", path)
    assert len(api.requests) == 1


@pytest.mark.parametrize("url", ["", "nonsense", "file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_a_download_address_that_is_none_is_reported(scripted, client_of, url):
    with pytest.raises(UnexpectedResponse, match="invalid download URL"):
        client_of(scripted(Reply(200, {"url": url}))).raw_data.download("r1")


def test_a_download_from_plain_http_elsewhere_is_refused(scripted, client_of):
    api = scripted(Reply(200, {"url": "http://storage.example/x?token=5ecret-5ecret"}))
    with pytest.raises(ConnectionFailed, match="plain http URL at storage") as info:
        client_of(api).raw_data.download("r1")
    assert "5ecret" not in str(info.value)


def test_a_save_that_breaks_off_keeps_the_old_file(scripted, client_of, tmp_path):
    (tmp_path / "a").write_bytes(b"good")
    storage = scripted(Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf"))
    client = client_of(scripted(Reply(200, {"url": f"{storage.url}/x"})), max_retries=0)
    with pytest.raises(ConnectionFailed):
        client.raw_data.save("r1", tmp_path / "a")
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"good"]


# To read back


def test_raw_data_are_saved_under_a_name_of_ones_own(client, raw, tmp_path):
    target = tmp_path / "mine.csv"
    target.write_bytes(b"older")
    assert client.raw_data.save(raw.id, str(target)) == target
    assert target.read_bytes() == CONTENT
    with traffic() as sent, pytest.raises(FileError, match="Create the folder first"):
        client.raw_data.save(raw.id, tmp_path / "none" / "mine.csv")
    assert sent == []


def test_a_url_can_be_given_to_others(client, raw, sandbox):
    import httpx

    url = client.raw_data.download_url(raw.id)
    assert url.startswith(sandbox.storage_url)
    assert httpx.get(url).content == CONTENT


@pytest.mark.live("pages are large")
def test_raw_data_are_listed_by_project_over_all_pages(client, project, path):
    made = [client.raw_data.upload(project.id, path, name=f"{n:03}") for n in range(103)]
    listed = client.raw_data.list(project.id)
    assert {each.id for each in listed} == {each.id for each in made}
    assert (len(listed), listed.total) == (103, 103)
    page = client.raw_data.list(project.id, 2, 1)
    assert (page, page.total) == (listed[1:3], 103)
    assert list(client.raw_data.iterate(project.id)) == listed
    assert len(list(client.raw_data.iterate(project.id, max_items=3))) == 3


def test_what_is_known_can_be_changed(client, raw):
    changed = client.raw_data.update(raw.id, name="Bench 3", source="bench 3", metadata={"a": 1})
    assert (changed.name, changed.source, changed.metadata) == ("Bench 3", "bench 3", {"a": 1})
    assert client.raw_data.update(raw.id, metadata={"b": 2}).metadata == {"b": 2}
    found = client.raw_data.update(raw.id, source="")
    assert (found.source, found.name, found.filename) == (None, "Bench 3", "cycler.csv")
    assert client.raw_data.download(raw.id) == CONTENT


@pytest.mark.live("about what the sandbox decides")
def test_raw_data_can_be_deleted(client, raw):
    client.raw_data.delete(raw.id)
    for call in (
        client.raw_data.get,
        client.raw_data.delete,
        client.raw_data.download,
        client.raw_data.download_url,
        client.raw_data.list_measurements,
    ):
        with pytest.raises(NotFound):
            call(raw.id)


# With measurements


def test_raw_data_are_attached_to_a_measurement_and_detached(client, project, raw, test, path):
    other = client.raw_data.upload(project.id, path, name="other")
    links = client.cell_measurement
    links.attach_raw_data(test.id, raw.id)
    assert links.list_raw_data(test.id) == [raw]
    links.attach_raw_data(test.id, [raw.id, other.id])  # the first is there already
    assert {each.id for each in links.list_raw_data(test.id)} == {raw.id, other.id}
    assert links.list_raw_data(test.id, limit=1).total == 2
    assert client.raw_data.list_measurements(raw.id) == [test.id]
    links.detach_raw_data(test.id, raw.id)
    assert links.list_raw_data(test.id) == [other]
    assert client.raw_data.list_measurements(raw.id) == []
    assert client.raw_data.get(raw.id) == raw


@pytest.mark.live("pages are large")
def test_all_measurements_of_raw_data_are_listed(client, raw, test):
    made = [
        client.cell_measurement.create_properties(test.cell_instance_id, f"{n:03}", {}).id
        for n in range(103)
    ]
    for measurement_id in made:
        client.cell_measurement.attach_raw_data(measurement_id, raw.id)
    found = client.raw_data.list_measurements(raw.id)
    assert (set(found), found.total) == (set(made), 103)
    assert len(found) == 103


@pytest.mark.live("pages are large")
def test_all_raw_data_of_a_measurement_are_listed(client, project, test, path):
    made = [client.raw_data.upload(project.id, path).id for _ in range(103)]
    client.cell_measurement.attach_raw_data(test.id, made)
    found = client.cell_measurement.list_raw_data(test.id)
    assert {each.id for each in found} == set(made)
    assert found.total == 103


@pytest.mark.live("about what the sandbox decides")
def test_the_one_goes_without_the_other(client, project, raw, test, path):
    other = client.raw_data.upload(project.id, path)
    client.cell_measurement.attach_raw_data(test.id, [raw.id, other.id])
    client.raw_data.delete(raw.id)
    assert [each.id for each in client.cell_measurement.list_raw_data(test.id)] == [other.id]
    client.cell_measurement.delete(test.id)
    assert client.raw_data.list_measurements(other.id) == []
    assert client.raw_data.download(other.id) == CONTENT


@pytest.mark.live("about what the sandbox decides")
def test_all_are_attached_or_none(client, project, raw, test, path):
    elsewhere = client.project.create({"name": unique("project")})
    foreign = client.raw_data.upload(elsewhere.id, path)
    with pytest.raises(NotFound):
        client.cell_measurement.attach_raw_data(test.id, [raw.id, "nobody"])
    with pytest.raises(BadRequest, match="another project"):
        client.cell_measurement.attach_raw_data(test.id, [raw.id, foreign.id])
    assert client.cell_measurement.list_raw_data(test.id) == []
    with pytest.raises(NotFound):
        client.cell_measurement.detach_raw_data(test.id, raw.id)


@pytest.mark.live("sends nothing")
@pytest.mark.parametrize("wrong", ["", [], [""], 7, None])
def test_nothing_is_not_attached(client, test, wrong):
    with traffic() as sent, pytest.raises(PayloadError) as info:
        client.cell_measurement.attach_raw_data(test.id, wrong)
    assert sent == []
    assert info.value.field.startswith("raw_data_ids")


# Size

MEGABYTE = 2**20


@pytest.mark.live("counts memory")
def test_a_big_file_is_streamed_both_ways(client, project, tmp_path):
    size = 30 * MEGABYTE
    block = random.Random(7).randbytes(MEGABYTE)
    with (tmp_path / "big.bin").open("wb") as file:
        for _ in range(size // MEGABYTE):
            file.write(block)
    client.whoami()  # what is loaded once is not counted
    tracemalloc.start()
    try:
        # The sandbox runs in this process: it is counted too.
        made = client.raw_data.upload(project.id, tmp_path / "big.bin")
        saved = client.raw_data.save(made.id, tmp_path / "back.bin")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 12 * MEGABYTE
    assert made.size_bytes == saved.stat().st_size == size
    with saved.open("rb") as file:
        assert all(file.read(MEGABYTE) == block for _ in range(size // MEGABYTE))
    client.raw_data.delete(made.id)
