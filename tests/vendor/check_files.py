"""Checks of file measurements and of raw data."""

import io

from register import checks
from world import World, holds, names, refused, same

from ionworks import IonworksError

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def three_files(w: World, cell_id: str | None = None):
    """Return a new measurement of three files, and their contents by name."""
    contents = {"b.txt": b"second", "a ü #1.txt": b"first", "photo.png": PNG}
    paths = [w.file(name, content) for name, content in contents.items()]
    cell = cell_id or w.new_cell().id
    made = w.client.cell_measurement.create_file(cell, w.fresh("photos"), paths)
    return made, contents


@checks("cell_measurement.create_file", "every file has its own content; empty ones and images too")
def _(w: World) -> None:
    cell = w.new_cell()
    contents = {f"{number}.bin": bytes([number]) * number for number in range(12)}
    paths = [w.file(name, content) for name, content in contents.items()]
    made = w.client.cell_measurement.create_file(
        cell.id, w.fresh("files"), paths, notes="n", tags=["raw"], protocol={"name": "P"},
        start_time="2025-01-01T00:00:00Z", end_time="2025-01-02T00:00:00Z",
        test_setup={"lab": "L"},
    )  # fmt: skip
    found = w.client.cell_measurement.get(made.id)
    same("fields", (found.measurement_type, found.notes, found.tags), ("file", "n", ["raw"]))
    same("lab", found.test_setup["lab"], "L")
    back = w.client.cell_measurement.download_files(made.id, use_cache=False)
    same("contents", back, contents)
    image = w.file("photo.png", PNG)
    w.client.cell_measurement.create_file(cell.id, w.fresh("i"), [image], validate_images=True)
    _note_defects_of_create_file(w, cell.id)


def _note_defects_of_create_file(w: World, cell_id: str) -> None:
    create_file = w.client.cell_measurement.create_file
    try:
        create_file(cell_id, w.fresh("none"), [])
    except IonworksError as error:
        w.note("F13", f"no file at all is noticed by the server only ({error.status_code})")
    except ValueError as error:
        w.note("F13", f"no file at all begins an upload, then {type(error).__name__}")
    twice = [w.file("same.txt", b"one"), w.file("same.txt", b"two")]
    try:
        made = create_file(cell_id, w.fresh("twice"), twice)
    except IonworksError as error:
        w.note("R5", f"one basename twice is noticed by the server only ({error.status_code})")
    else:
        kept = w.client.cell_measurement.download_files(made.id, use_cache=False)
        w.note("R5", f"of one basename twice only {kept} is kept, without a word")


@checks(
    "cell_measurement.list_files", "the names of the files; another type of measurement is a 400"
)
def _(w: World) -> None:
    made, contents = three_files(w)
    same("names", sorted(w.client.cell_measurement.list_files(made.id)), sorted(contents))
    refused("of properties", 400, lambda: w.client.cell_measurement.list_files(
        w.new_properties(w.new_cell().id).id))  # fmt: skip


@checks("cell_measurement.download_files", "all contents, or those named, byte for byte")
def _(w: World) -> None:
    made, contents = three_files(w)
    download = w.client.cell_measurement.download_files
    some = {"b.txt": contents["b.txt"], "photo.png": PNG}
    same("those named", download(made.id, False, filenames=list(some)), some)
    plain, two = _two_plain_files(w)
    same("all", download(plain.id, use_cache=False), two)
    download(plain.id, filenames=["one.txt"])
    if download(plain.id) != two:
        w.note("R4", "after one file was asked for, the cache gives only that one for all")


def _two_plain_files(w: World):
    contents = {"one.txt": b"1", "two.txt": b"22"}
    paths = [w.file(name, content) for name, content in contents.items()]
    cell = w.new_cell()
    return w.client.cell_measurement.create_file(cell.id, w.fresh("two"), paths), contents


@checks("cell_measurement.get_file", "one file byte for byte; an unknown name is a 404")
def _(w: World) -> None:
    made, contents = three_files(w)
    get_file = w.client.cell_measurement.get_file
    same("photo", get_file(made.id, "photo.png"), PNG)
    refused("an unknown name", 404, lambda: get_file(made.id, "no such.txt"))
    strange = "a ü #1.txt"
    try:
        same("strange name", get_file(made.id, strange), contents[strange])
    except (IonworksError, AssertionError):
        w.note("S7", "'#' in a filename is sent unescaped, so that another file is asked for")


@checks("raw_data.upload", "fields and bytes read back; from a path, a handle, large and empty")
def _(w: World) -> None:
    content = bytes(range(256)) * 100
    upload = w.client.raw_data.upload
    made = upload(
        w.project.id, w.file("cycler.csv", content), name="export", source="doi:1",
        metadata={"rows": 3},
    )  # fmt: skip
    found = w.client.raw_data.get(made.id)
    fields = (found.name, found.filename, found.source, found.metadata)
    same("fields", fields, ("export", "cycler.csv", "doi:1", {"rows": 3}))
    same("size", found.size_bytes, len(content))
    same("bytes", w.client.raw_data.download(made.id, use_cache=False), content)
    large = bytes(17 * 2**20)  # from 16 MiB on the client looks for a multipart offer
    made = upload(w.project.id, w.file("large.bin", large))
    same("size of a large one", w.client.raw_data.get(made.id).size_bytes, len(large))
    handle = upload(w.project.id, io.BytesIO(b"handle"), name="h.bin")
    same("of a handle", w.client.raw_data.download(handle.id, use_cache=False), b"handle")
    with open(w.file("empty.csv", b""), "rb") as nothing:  # noqa: PTH123
        empty = upload(w.project.id, nothing)
    same("of nothing", w.client.raw_data.download(empty.id, use_cache=False), b"")


def new_raw(w: World, project_id: str | None = None, **fields: object):
    """Return a new raw file."""
    path = w.file(f"{w.fresh('raw')}.txt", b"raw")
    return w.client.raw_data.upload(project_id or w.project.id, path, **fields)


@checks("raw_data.get", "the record of this id; an unknown id is a 404")
def _(w: World) -> None:
    made = new_raw(w)
    found = w.client.raw_data.get(made.id)
    same("fields", (found.filename, found.project_id), (made.filename, w.project.id))
    refused("an unknown id", 404, lambda: w.client.raw_data.get("no-such-id"))


@checks("raw_data.list", "the files of the project, pages and total")
def _(w: World) -> None:
    project = w.client.project.create({"name": w.fresh("project")})
    made = {new_raw(w, project.id).id for _ in range(3)}
    same("ids", {each.id for each in w.client.raw_data.list(project.id)}, made)
    page = w.client.raw_data.list(project.id, limit=2, offset=2)
    same("last page", (len(page), page.total), (1, 3))


@checks("raw_data.download_url", "an absolute URL with a signature, at another origin")
def _(w: World) -> None:
    found = w.client.raw_data.download_url(new_raw(w).id)
    holds("another origin", found.startswith("http://127.0.0.1:") and not found.startswith(w.url))


@checks("raw_data.download", "the bytes, and again from the cache")
def _(w: World) -> None:
    made = new_raw(w)
    for _ in range(2):
        same("bytes", w.client.raw_data.download(made.id), b"raw")
    refused("an unknown id", 404, lambda: w.client.raw_data.download("no-such-id", use_cache=False))


@checks("raw_data.update", "name and metadata change; an empty source clears it")
def _(w: World) -> None:
    made = new_raw(w, source="somewhere", metadata={"a": 1})
    w.client.raw_data.update(made.id, name="renamed")
    found = w.client.raw_data.get(made.id)
    same(
        "name alone", (found.name, found.source, found.metadata), ("renamed", "somewhere", {"a": 1})
    )
    w.client.raw_data.update(made.id, source="", metadata={"b": 2})
    found = w.client.raw_data.get(made.id)
    same("cleared and replaced", (found.source or None, found.metadata), (None, {"b": 2}))


@checks("raw_data.delete", "the record is gone, and its link from a measurement")
def _(w: World) -> None:
    made, series = new_raw(w), w.new_properties(w.new_cell().id)
    w.client.cell_measurement.attach_raw_data(series.id, [made.id])
    w.client.raw_data.delete(made.id)
    refused("a deleted file", 404, lambda: w.client.raw_data.get(made.id))
    same("links", len(w.client.cell_measurement.list_raw_data(series.id)), 0)


@checks("raw_data.list_measurements", "the ids of the measurements that it is attached to")
def _(w: World) -> None:
    raw, cell = new_raw(w), w.new_cell()
    made = {w.new_properties(cell.id).id for _ in range(3)}
    for each in made:
        w.client.cell_measurement.attach_raw_data(each, [raw.id])
    same("ids", set(w.client.raw_data.list_measurements(raw.id)), made)
    page = w.client.raw_data.list_measurements(raw.id, limit=1, offset=1)
    same("page", (len(page), page.total), (1, 3))


@checks("cell_measurement.attach_raw_data", "two are attached; again changes nothing")
def _(w: World) -> None:
    made = [new_raw(w).id for _ in range(2)]
    series = w.new_properties(w.new_cell().id)
    for _ in range(2):
        w.client.cell_measurement.attach_raw_data(series.id, made)
    found = w.client.cell_measurement.list_raw_data(series.id)
    same("ids", {each.id for each in found}, set(made))
    same("total", found.total, 2)
    attach = w.client.cell_measurement.attach_raw_data
    refused("an unknown file", 404, lambda: attach(series.id, ["no-such-id"]))


@checks("cell_measurement.list_raw_data", "pages and total of what is attached")
def _(w: World) -> None:
    made = [new_raw(w) for _ in range(3)]
    series = w.new_properties(w.new_cell().id)
    w.client.cell_measurement.attach_raw_data(series.id, [each.id for each in made])
    found = w.client.cell_measurement.list_raw_data(series.id)
    same("names", sorted(names(found)), sorted(names(made)))
    page = w.client.cell_measurement.list_raw_data(series.id, limit=2, offset=2)
    same("last page", (len(page), page.total), (1, 3))


@checks("cell_measurement.detach_raw_data", "one link is gone, the other and both files stay")
def _(w: World) -> None:
    first, second = new_raw(w), new_raw(w)
    series = w.new_properties(w.new_cell().id)
    w.client.cell_measurement.attach_raw_data(series.id, [first.id, second.id])
    w.client.cell_measurement.detach_raw_data(series.id, first.id)
    same(
        "left",
        [each.id for each in w.client.cell_measurement.list_raw_data(series.id)],
        [second.id],
    )
    same("the file", w.client.raw_data.get(first.id).id, first.id)
