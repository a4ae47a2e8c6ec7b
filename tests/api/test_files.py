"""File measurements: any number of files go up, and come back byte for byte under their names."""

import datetime
import os
import random
import tracemalloc
import zlib

import polars as pl
import pytest
from ionworks_openapi.api.cell_measurements import download_measurement_time_series
from rig import KEY, Drop, Pull, Raw, Reply, Tap
from traffic import SERIES, measurement, traffic, unique

from ionworks.errors import (
    BadRequest,
    Conflict,
    ConnectionFailed,
    FileError,
    NotFound,
    PayloadError,
    UnexpectedResponse,
)
from ionworks.sandbox import Sandbox

pytestmark = pytest.mark.replayed

ODD = [
    "run #3 (50%).csv",
    "two words.txt",
    "50%25.txt",
    "what?.txt",
    "a&b=c;d+e.txt",
    "Zelle \u00e9 \u65e5\u672c \U0001f50b.png",
    "e\u0301.txt",
    "\u00e9.txt",
    ".hidden",
    "no ending",
    "x.tar.gz",
    "'quoted\".txt",
    "CON",
    "~",
    "-rf",
    "Screenshot at 9.41.00\u202fAM.png",
    "no\u00a0break.txt",
    "time_series.parquet",
    "\u65e5" * 80 + ".txt",
]
MAGIC = {
    "a.jpg": b"\xff\xd8\xff\xe0JFIF",
    "b.jpeg": b"\xff\xd8\xff\xe1Exif",
    "c.PNG": b"\x89PNG\r\n\x1a\n",
    "d.gif": b"GIF89a",
    "e.webp": b"RIFF\x00\x00\x00\x00WEBP",
    "f.tiff": b"II*\x00",
    "g.bmp": b"BM",
}


@pytest.fixture
def cell(client):
    spec = client.cell_spec.create({"name": unique("spec")})
    return client.cell_instance.create(spec.id, {"name": "M50-007"})


def write(folder, contents):
    """Write files, and return their paths in order."""
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def numbered(count):
    return {f"photo {n:02}.png": b"content of %d" % n for n in range(count)}


def files_in(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("count", [1, 5, 40])
@pytest.mark.live("many files")
def test_any_number_of_files_comes_back(client, cell, tmp_path, count):
    contents = numbered(count)
    with traffic() as sent:
        made = client.cell_measurement.create_file(cell.id, "Photos", write(tmp_path, contents))
    assert [each.operation for each in sent] == [
        "initiate_measurement_upload",
        *["put_object"] * count,
        "confirm_measurement_upload",
    ]
    assert client.cell_measurement.list_files(made.id) == list(contents)
    assert client.cell_measurement.download_files(made.id) == contents
    for name in (*contents,)[:3]:
        assert client.cell_measurement.get_file(made.id, name) == contents[name]


def test_a_single_path_needs_no_list(client, cell, tmp_path):
    (path,) = write(tmp_path, {"notes.txt": b"scratched"})
    for name, given in (("one", path), ("two", str(path)), ("three", (path,)), ("4", iter([path]))):
        made = client.cell_measurement.create_file(cell.id, name, given)
        assert client.cell_measurement.download_files(made.id) == {"notes.txt": b"scratched"}


def test_odd_names_come_back_exactly(client, cell, tmp_path):
    contents = {name: name.encode() for name in ODD}
    made = client.cell_measurement.create_file(cell.id, "odd", write(tmp_path, contents))
    assert client.cell_measurement.list_files(made.id) == ODD
    assert client.cell_measurement.download_files(made.id) == contents
    for name in ODD:
        assert client.cell_measurement.get_file(made.id, name) == name.encode()


def test_a_file_of_no_bytes_is_a_file(client, cell, tmp_path):
    contents = {"empty.csv": b"", "one.csv": b"1"}
    made = client.cell_measurement.create_file(cell.id, "empty", write(tmp_path, contents))
    assert client.cell_measurement.download_files(made.id) == contents
    assert client.cell_measurement.get_file(made.id, "empty.csv") == b""
    folder = tmp_path / "saved"
    folder.mkdir()
    client.cell_measurement.save_files(made.id, folder)
    assert files_in(folder) == contents


def test_the_record_is_one_of_files_with_its_metadata(client, cell, tmp_path):
    made = client.cell_measurement.create_file(
        cell.id,
        "Teardown",
        write(tmp_path, {"a.png": b"1", "b.txt": b"2"}),
        notes="after cycling",
        protocol={"name": "teardown"},
        start_time="2025-01-02T10:00:00+02:00",
        end_time=datetime.datetime(2025, 1, 2, 9, tzinfo=datetime.UTC),
        test_setup={"lab": "B"},
        tags="teardown",
    )
    found = client.cell_measurement.get(made.id)
    assert (found.name, found.measurement_type, found.notes) == (
        "Teardown",
        "file",
        "after cycling",
    )
    assert found.cell_instance_id == cell.id
    assert found.protocol["name"] == "teardown"
    assert found.start_time == datetime.datetime(2025, 1, 2, 8, tzinfo=datetime.UTC)
    assert found.end_time == datetime.datetime(2025, 1, 2, 9, tzinfo=datetime.UTC)
    assert found.test_setup == {"lab": "B"}
    assert found.tags == ["teardown"]
    assert made.steps_created == 0
    (listed,) = client.cell_measurement.list(cell.id, measurement_type="file")
    assert listed.id == made.id


def test_images_are_stored_as_images_and_all_else_as_bytes(client, cell, tmp_path):
    names = ["a.png", "b.JPG", "c.webp", "d.txt", "e.csv", "f.html", "g"]
    made = client.cell_measurement.create_file(
        cell.id, "kinds", write(tmp_path, dict.fromkeys(names, b"x"))
    )
    stored = {each["filename"]: each["content_type"] for each in made.file_metadata["files"]}
    octets = "application/octet-stream"
    assert stored == dict.fromkeys(names, octets) | {
        "a.png": "image/png",
        "b.JPG": "image/jpeg",
        "c.webp": "image/webp",
    }


def test_a_name_that_is_taken_is_reported_before_a_file_is_sent(client, cell, tmp_path):
    paths = write(tmp_path, numbered(2))
    first = client.cell_measurement.create_file(cell.id, "Photos", paths)
    with traffic() as sent, pytest.raises(Conflict) as info:
        client.cell_measurement.create_file(cell.id, "Photos", paths)
    assert info.value.existing_id == first.id
    assert [each.operation for each in sent] == ["initiate_measurement_upload"]


# What is refused before a request


def refused(client, cell, paths, **more):
    with traffic() as sent, pytest.raises(PayloadError) as info:
        client.cell_measurement.create_file(cell.id, more.pop("name", "Photos"), paths, **more)
    assert sent == []
    return info.value


def test_two_files_of_the_same_name_are_refused(client, cell, tmp_path):
    for folder in ("left", "right"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, {"photo.png": folder.encode()})
    paths = [tmp_path / "left" / "photo.png", tmp_path / "right" / "photo.png"]
    error = refused(client, cell, paths)
    assert error.field == "filepaths[1]"
    assert str(paths[0]) in str(error)
    assert "Rename one" in str(error)
    assert refused(client, cell, [paths[0], paths[0]]).field == "filepaths[1]"


@pytest.mark.live("of the requests only the names of files differ")
def test_x40_the_path_of_a_file_is_never_a_pattern(client, cell, tmp_path):
    contents = {name: name.encode() for name in ("run1.csv", "run[1].csv", "run*.csv", "run?.csv")}
    for number, path in enumerate(write(tmp_path, contents)[1:]):
        made = client.cell_measurement.create_file(cell.id, f"x40 {number}", path)
        assert client.cell_measurement.download_files(made.id) == {path.name: path.name.encode()}
    refused(client, cell, tmp_path / "run[!2].csv")


@pytest.mark.live("sends nothing")
def test_what_is_not_a_file_is_refused_at_once(client, cell, tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    for bad in (tmp_path / "pipe.csv", "/dev/zero", "/dev/tty"):
        assert "cannot be read" in str(refused(client, cell, [bad]))


def test_a_file_that_cannot_be_read_is_refused(client, cell, tmp_path):
    (good,) = write(tmp_path, {"good.txt": b"x"})
    for bad in (tmp_path / "missing.txt", tmp_path, "", "a\0b", 7, None, b"x"):
        error = refused(client, cell, [good, bad])
        assert error.field == "filepaths[1]"
        assert "cannot be read" in str(error)
    assert "missing.txt" in str(refused(client, cell, tmp_path / "missing.txt"))


@pytest.mark.parametrize("nothing", [[], (), iter(())])
@pytest.mark.live("sends nothing")
def test_no_files_are_refused(client, cell, nothing):
    assert "needs a file" in str(refused(client, cell, nothing))


@pytest.mark.parametrize("nonsense", [None, 7])
@pytest.mark.live("sends nothing")
def test_what_is_no_path_is_refused(client, cell, nonsense):
    assert refused(client, cell, nonsense).field == "filepaths"


@pytest.mark.parametrize("name", ["a\\b.txt", "a\nb.txt", "tab\t.txt", "\udcff.txt"])
@pytest.mark.live("sends nothing")
def test_a_name_under_which_no_file_could_be_read_back_is_refused(client, cell, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"x")
    assert refused(client, cell, [path]).field.startswith(("filepaths[0]", "filenames[0]"))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": ""}, "measurement.name"),
        ({"name": "n" * 256}, "measurement.name"),
        ({"tags": []}, "tags"),
        ({"tags": ["ok", ""]}, "tags[1]"),
        ({"start_time": "soon"}, "measurement.start_time"),
        ({"test_setup": {"x": float("nan")}}, "measurement.test_setup.x"),
        ({"protocol": "C/20"}, "measurement.protocol"),
    ],
)
@pytest.mark.live("sends nothing")
def test_metadata_that_do_not_fit_are_refused(client, cell, tmp_path, more, field):
    assert refused(client, cell, write(tmp_path, {"a.txt": b"x"}), **more).field == field


# Images


def test_images_pass_the_check(client, cell, tmp_path):
    contents = MAGIC | {"h.tiff": b"MM\x00*", "i.gif": b"GIF87a"}
    made = client.cell_measurement.create_file(
        cell.id, "Photos", write(tmp_path, contents), validate_images=True
    )
    assert client.cell_measurement.download_files(made.id) == contents


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", b"\x89PNG\r\n\x1a\n"),
        ("photo", b"\x89PNG\r\n\x1a\n"),
        ("photo.png", b"scratched on the left"),
        ("photo.png", b""),
        ("photo.png", b"\x89PN"),
        ("photo.png", b"\xff\xd8\xff\xe0"),
        ("photo.jpg", b"\x89PNG\r\n\x1a\n"),
        ("photo.svg", b"<svg/>"),
        ("sound.webp", b"RIFF\x24\x00\x00\x00WAVEfmt "),
    ],
)
@pytest.mark.live("sends nothing")
def test_what_is_no_image_is_refused_if_images_are_asked_for(client, cell, tmp_path, name, content):
    paths = write(tmp_path, {"good.png": MAGIC["c.PNG"], name: content})
    error = refused(client, cell, paths, validate_images=True)
    assert error.field == "filepaths[1]"
    assert "not an image" in str(error)
    assert client.cell_measurement.create_file(cell.id, "unchecked", paths).id


# A failure on the way


@pytest.fixture(scope="module")
def box():
    with Sandbox(api_key=KEY) as box:
        yield box


@pytest.mark.parametrize("workers", [1, 32])
@pytest.mark.parametrize("place", ["unread", "body", "answer"])
def test_one_of_five_files_that_fails_leaves_no_record(
    box, client_of, opened, tmp_path, place, workers
):
    direct = client_of(box.url)
    spec = direct.cell_spec.create({"name": unique("spec")})
    cell = direct.cell_instance.create(spec.id, {"name": "M50-007"})
    paths = write(tmp_path, numbered(5))
    tap = opened(Tap(Pull(3, place)))
    client = client_of(box.url, proxy=tap.url, max_retries=0, max_workers=workers)
    with pytest.raises(ConnectionFailed) as info:
        client.cell_measurement.create_file(cell.id, "Photos", paths)
    client.close()
    failed = next(path.name for path in paths if path.name.replace(" ", "%20") in info.value.url)
    assert f"while uploading {failed!r}" in str(info.value)
    assert not any("confirm" in request.path for request in tap.requests)
    assert direct.cell_measurement.list(cell.id) == []
    again = direct.cell_measurement.create_file(cell.id, "Photos", paths)
    assert direct.cell_measurement.download_files(again.id) == numbered(5)


def test_a_file_is_sent_again_whole_when_storage_stumbles(box, client_of, opened, tmp_path, naps):
    tap = opened(Tap(Pull(1, "body"), Pull(2, "answer")))
    client = client_of(box.url, proxy=tap.url)
    direct = client_of(box.url)
    spec = direct.cell_spec.create({"name": unique("spec")})
    cell = direct.cell_instance.create(spec.id, {"name": "M50-007"})
    content = random.Random(1).randbytes(700_000)
    made = client.cell_measurement.create_file(cell.id, "Big", write(tmp_path, {"a": content}))
    assert naps == [0.5, 1.0]
    assert direct.cell_measurement.get_file(made.id, "a") == content


def test_a_service_that_offers_no_place_for_a_file_gets_none(scripted, client_of, tmp_path):
    storage = scripted()
    offered = {"filename": "a", "signed_url": f"{storage.url}/a", "token": "t", "path": "a"}
    api = scripted(Reply(200, {"measurement_id": "m1", "uploads": [offered]}))
    paths = write(tmp_path, {"a": b"1", "b": b"2"})
    with pytest.raises(UnexpectedResponse, match="no upload URL for b; nothing was stored"):
        client_of(api).cell_measurement.create_file("c1", "Photos", paths)
    assert storage.requests == []
    assert len(api.requests) == 1


# Reading


@pytest.fixture
def photos(client, tmp_path_factory):
    spec = client.cell_spec.create({"name": unique("spec")})
    cell = client.cell_instance.create(spec.id, {"name": "M50-007"})
    paths = write(tmp_path_factory.mktemp("photos"), numbered(5))
    return client.cell_measurement.create_file(cell.id, "Photos", paths)


def test_some_files_cost_no_more_than_themselves(client, photos):
    wanted = ["photo 03.png", "photo 01.png", "photo 03.png"]
    with traffic() as sent:
        found = client.cell_measurement.download_files(photos.id, filenames=wanted)
    assert list(found.items()) == [(n, numbered(5)[n]) for n in ("photo 03.png", "photo 01.png")]
    assert {each.operation for each in sent} == {"download_measurement_file"}
    assert len(sent) == 4  # each is redirected to storage
    one = client.cell_measurement.download_files(photos.id, filenames="photo 02.png")
    assert list(one) == ["photo 02.png"]
    assert client.cell_measurement.download_files(photos.id, filenames=[]) == {}


def test_a_file_that_is_not_there_is_named(client, photos):
    for call in (
        lambda: client.cell_measurement.get_file(photos.id, "photo 99.png"),
        lambda: client.cell_measurement.download_files(
            photos.id, filenames=["photo 01.png", "photo 99.png"]
        ),
    ):
        with pytest.raises(NotFound, match=r"photo 99\.png"):
            call()


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a\\b", "a\nb"])
@pytest.mark.live("sends nothing")
def test_a_name_that_would_reach_another_endpoint_is_refused(client, photos, name):
    with traffic() as sent, pytest.raises(PayloadError) as info:
        client.cell_measurement.get_file(photos.id, name)
    assert info.value.field == "filename"
    assert sent == []


@pytest.mark.live("about what the sandbox decides")
def test_a_measurement_of_another_kind_has_no_files(client, cell):
    made = client.cell_measurement.create(cell.id, measurement("RPT 0"))
    for call in (
        lambda: client.cell_measurement.list_files(made.id),
        lambda: client.cell_measurement.get_file(made.id, "time_series.parquet"),
        lambda: client.cell_measurement.download_files(made.id),
    ):
        with pytest.raises(BadRequest, match="file"):
            call()
    with pytest.raises(NotFound):
        client.cell_measurement.list_files("nobody")


@pytest.mark.live("about what the sandbox decides")
def test_a_measurement_of_files_has_no_tables(client, photos):
    view = client.cell_measurement.detail(photos.id)
    assert (view.steps, view.cycles, view.time_series) == (None, None, None)
    assert view.missing["steps"] == "a file measurement has no tables"


@pytest.mark.live("about what the sandbox decides")
def test_files_go_with_their_measurement(client, cell, tmp_path):
    paths = write(tmp_path, {"a.txt": b"x"})
    made = client.cell_measurement.create_file(cell.id, "Photos", paths)
    client.cell_measurement.delete(made.id)
    with pytest.raises(NotFound):
        client.cell_measurement.get_file(made.id, "a.txt")
    assert client.cell_measurement.create_file(cell.id, "Photos", paths).id != made.id


# To disk


def test_files_are_saved_in_a_folder(client, photos, tmp_path):
    (tmp_path / "photo 00.png").write_bytes(b"an older one")
    (tmp_path / "mine.txt").write_bytes(b"mine")
    saved = client.cell_measurement.save_files(photos.id, tmp_path)
    assert saved == {name: tmp_path / name for name in numbered(5)}
    assert files_in(tmp_path) == numbered(5) | {"mine.txt": b"mine"}


def test_some_files_are_saved(client, photos, tmp_path):
    saved = client.cell_measurement.save_files(photos.id, str(tmp_path), filenames="photo 02.png")
    assert saved["photo 02.png"].read_bytes() == b"content of 2"
    assert list(files_in(tmp_path)) == ["photo 02.png"]


def test_a_folder_is_not_made_up(client, photos, tmp_path):
    with pytest.raises(PayloadError, match="create it first"):
        client.cell_measurement.save_files(photos.id, tmp_path / "none")
    assert files_in(tmp_path) == {}


def test_a_file_that_is_not_there_leaves_nothing_of_its_own(client, photos, tmp_path):
    with pytest.raises(NotFound):
        client.cell_measurement.save_files(photos.id, tmp_path, filenames=["photo 99.png"])
    assert files_in(tmp_path) == {}


@pytest.mark.parametrize(
    "name", ["../x", "/etc/passwd", "..", "a/b", "C:\\x", "a\0b", "\u202egnp.exe", "CON"]
)
def test_a_name_that_would_leave_the_folder_writes_nothing(scripted, client_of, tmp_path, name):
    api = scripted(Reply(200, {"filenames": ["good.txt", name]}))
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(UnexpectedResponse) as info:
        client_of(api).cell_measurement.save_files("m1", folder)
    assert repr(name) in str(info.value)
    assert files_in(folder) == {}
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
    assert len(api.requests) == 1


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/b"])
def test_such_a_name_is_not_asked_for_in_memory_either(scripted, client_of, name):
    api = scripted(Reply(200, {"filenames": [name]}))
    with pytest.raises(PayloadError, match="filename"):
        client_of(api).cell_measurement.download_files("m1")
    assert len(api.requests) == 1


HALF = Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" + b"half" * 100)


@pytest.mark.parametrize("fault", [HALF, Drop(), Reply(403, {"detail": "expired"})])
def test_a_download_that_breaks_off_keeps_the_old_file(scripted, client_of, tmp_path, fault):
    (tmp_path / "a").write_bytes(b"good")
    storage = scripted(fault)
    api = scripted(Reply(307, None, {"location": f"{storage.url}/a"}))
    with pytest.raises(Exception, match="download_measurement_file"):
        client_of(api, max_retries=0).cell_measurement.save_files("m1", tmp_path, filenames="a")
    assert files_in(tmp_path) == {"a": b"good"}


def test_a_download_that_breaks_off_is_begun_again_from_the_start(scripted, client_of, tmp_path):
    whole = b"whole" * 200
    storage = scripted(HALF, Reply(503, {"detail": "busy"}), Reply(200, whole))
    api = scripted(Reply(307, None, {"location": f"{storage.url}/a"}))
    client_of(api).cell_measurement.save_files("m1", tmp_path, filenames="a")
    assert files_in(tmp_path) == {"a": whole}


def test_any_answer_that_is_a_file_can_be_saved(client, cell, tmp_path):
    made = client.cell_measurement.create(cell.id, measurement("RPT 0"))
    operation = download_measurement_time_series
    target = tmp_path / "series.parquet"
    assert client.save(operation, str(target), made.id) == target
    assert pl.read_parquet(target).equals(SERIES)
    with pytest.raises(NotFound):
        client.save(operation, target, "nobody")
    with pytest.raises(FileError, match="Create the folder first"):
        client.save(operation, tmp_path / "none" / "series.parquet", made.id)
    assert list(files_in(tmp_path)) == ["series.parquet"]
    assert pl.read_parquet(target).equals(SERIES)


# Size

MEGABYTE = 2**20


@pytest.mark.live("counts memory")
def test_a_big_file_is_streamed_both_ways(client, cell, tmp_path):
    size = 30 * MEGABYTE
    block = random.Random(7).randbytes(MEGABYTE)
    path = tmp_path / "big.bin"
    with path.open("wb") as file:
        for _ in range(size // MEGABYTE):
            file.write(block)
    folder = tmp_path / "saved"
    folder.mkdir()
    client.whoami()  # what is loaded once is not counted
    tracemalloc.start()
    try:
        # The sandbox runs in this process: it is counted too.
        made = client.cell_measurement.create_file(cell.id, "Big", path)
        _, up = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        client.cell_measurement.save_files(made.id, folder)
        _, down = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert up < 12 * MEGABYTE
    assert down < 12 * MEGABYTE
    with path.open("rb") as one, (folder / "big.bin").open("rb") as other:
        assert checksum(one) == checksum(other)
    assert (folder / "big.bin").stat().st_size == size
    client.cell_measurement.delete(made.id)


def checksum(file):
    value = 0
    while block := file.read(MEGABYTE):
        value = zlib.crc32(block, value)
    return value
