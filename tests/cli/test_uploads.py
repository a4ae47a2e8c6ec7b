"""`ionworks upload`: files become measurements, once each, whatever happens to the others."""

import os

import pytest
from traffic import traffic

from ionworks.cli.uploads import Sender
from ionworks.errors import ConfigurationError


def names(cell):
    return {each.name for each in cell.client.cell_measurement.list(cell.id)}


def test_files_are_uploaded_once(ionworks, cell, export):
    files = [export("RPT 0.csv"), export("RPT 1.csv", "3.73")]
    first = ionworks("upload", *files, "--cell", cell.name, "--tag", "new")
    assert first.status == 0, first.err
    assert [line.split("  ")[0].strip() for line in first.out.splitlines()] == [
        "uploaded",
        "uploaded",
        "2 files: 2 uploaded",
    ]
    with traffic() as sent:
        again = ionworks("upload", *files, files[0], "--cell", cell.id, "--tag", "new", "--json")
    assert again.json["counts"] == {"exists": 2}
    assert {each.method for each in sent} == {"GET"}
    (one, two) = again.json["items"]
    assert (one["name"], one["rows"], one["error"]) == ("RPT 0", 5, None)
    assert cell.client.cell_measurement.get(two["id"]).tags == ["new"]
    assert names(cell) == {"RPT 0", "RPT 1"}


def test_a_dry_run_sends_nothing(ionworks, cell, export):
    good, bad = export("good.csv"), export("bad.csv")
    bad.write_text("no table", encoding="utf-8")
    with traffic() as sent:
        done = ionworks("upload", good, bad, "--cell", cell.name, "--dry-run")
    assert done.status == 1
    assert {each.method for each in sent} == {"GET"}
    assert done.out.endswith("2 files: 1 ready, 1 failed (nothing was sent)\n")
    assert done.err.startswith(f"error: {bad}: ")
    assert names(cell) == set()


def test_what_the_reader_found_is_shown_under_each_file(ionworks, cell, export):
    file = export("twice.csv")
    file.write_text(file.read_text(encoding="utf-8") + "40,500,3.72,2,C\n", encoding="utf-8")
    for more in (["--dry-run"], []):
        done = ionworks("upload", file, "--cell", cell.id, *more)
        assert "warning: rows_duplicated" in done.out


def test_a_dry_run_compares_with_what_is_stored(ionworks, cell, export):
    upload = ("upload", export("RPT.csv"), "--cell", cell.id, "--tag", "new")
    assert ionworks(*upload).status == 0
    assert ionworks(*upload, "--dry-run").out.startswith("exists    RPT  5 rows")
    export("RPT.csv", "3.74")
    planned, done = ionworks(*upload, "--dry-run"), ionworks(*upload)
    assert (planned.status, planned.err) == (1, done.err)
    assert "Give --name to store the file as another measurement" in done.err


def test_of_a_folder_the_visible_files_are_uploaded(ionworks, cell, export):
    export("a b.csv", folder="data")
    export(".hidden.csv", folder="data")
    folder = export("cell.bdf.csv", "3.73", folder="data").parent
    (folder / "inside").mkdir()
    assert ionworks("upload", folder, "--cell", cell.id).status == 0
    assert names(cell) == {"a b", "cell"}


def test_the_other_files_are_uploaded_after_an_error(ionworks, cell, export, tmp_path):
    (tmp_path / "empty").mkdir()
    bad = export("bad.csv")
    bad.write_bytes(b"")
    files = [export("a.csv"), bad, tmp_path / "no.csv", tmp_path / "empty", export("z.csv", "3.73")]
    done = ionworks("upload", *files, "--cell", cell.id, "--json")
    assert done.status == 1
    assert done.json["counts"] == {"uploaded": 2, "failed": 3}
    assert [each["state"] for each in done.json["items"]] == [
        *("uploaded", "failed", "failed", "failed", "uploaded")
    ]
    assert names(cell) == {"a", "z"}


def test_other_data_under_the_same_name_are_an_error(ionworks, cell, export):
    assert ionworks("upload", export("RPT.csv"), "--cell", cell.id).status == 0
    done = ionworks("upload", export("RPT.csv", "3.74"), "--cell", cell.id, "--json")
    assert done.status == 1
    assert done.json["items"][0]["error"]["type"] == "RecordDiffers"
    assert len(names(cell)) == 1


def test_a_format_without_its_library_does_not_end_the_upload(ionworks, cell, export, monkeypatch):
    def read(path, _):
        raise ConfigurationError(f"reading {path.name} needs a library")

    for follow in ((), ("--follow",)):
        assert ionworks("upload", export("a.csv"), "--cell", cell.id, *follow).status == 0
        with monkeypatch.context() as patch:
            patch.setattr("ionworks.cli.uploads.read_test", read)
            files = export("a.csv"), export("b.csv")
            done = ionworks("upload", *files, "--cell", cell.id, *follow, "--json")
        assert (done.status, done.json["counts"]) == (4, {"failed": 2})


def test_a_followed_file_keeps_its_name_in_messages(ionworks, cell, export):
    file = export("run.csv")
    file.write_text("no table\nat all", encoding="utf-8")
    done = ionworks("upload", file, "--cell", cell.id, "--follow")
    assert done.err.startswith(f"error: {file}: its text has no table")
    assert "part" not in done.err


def test_a_name_can_be_given_for_one_file(ionworks, cell, export, tmp_path):
    strange = export("x.csv").rename(tmp_path / "caf\udce9.csv")
    refused = ionworks("upload", strange, "--cell", cell.id)
    assert (refused.status, "rename the file, or give --name" in refused.err) == (2, True)
    assert ionworks("upload", strange, "--cell", cell.id, "--name", "café 1").status == 0
    assert names(cell) == {"café 1"}
    two = ionworks("upload", export("a.csv"), export("b.csv"), "--cell", cell.id, "--name", "c")
    assert (two.status, "--name is for one file" in two.err) == (2, True)


def test_two_files_of_one_name_are_not_taken_for_each_other(ionworks, cell, export):
    one, other = export("RPT.csv"), export("RPT.txt", "3.73")
    done = ionworks("upload", one, other, "--cell", cell.id)
    assert done.status == 2
    assert f"{str(one)!r} has the same name 'RPT'" in done.err
    assert names(cell) == {"RPT"}


def test_findings_belong_to_their_file(ionworks, cell, export):
    file = export("warned.csv")
    with file.open("a", encoding="utf-8") as text:
        text.write("50,-500,3.6,3,D\n")  # a step of one row
        text.writelines(f"{10 * n},0,3.65,4,R\n" for n in range(6, 12))
    planned = ionworks("upload", file, "--cell", cell.id, "--dry-run", "--json").json["items"][0]
    assert planned["state"] == "ready"
    assert planned["findings"]
    done = ionworks("upload", file, "--cell", cell.id)
    assert (done.status, done.err) == (0, "")
    assert f"warning: {planned['findings'][0]['code']}: " in done.out


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--cell", "no such cell"], 3, "no cell has the id or the name"),
        ([], 2, "Missing option '--cell'"),
        (["--cell", "{cell}", "--maker", "acme"], 2, "--maker 'acme'"),
        (["--cell", "{cell}", "--skip-check", "nothing"], 2, "or one of columns, "),
        (["--cell", "{cell}", "--tag", ""], 2, "an argument is empty"),
        (["", "--cell", "{cell}"], 2, "an argument is empty"),
        (["--cell", "{cell}", "--name", " "], 2, "--name ' '"),
        (["--cell", "{cell}", "--fellow"], 2, "No such option"),
    ],
)
def test_mistakes_say_what_is_wrong(ionworks, cell, export, arguments, status, words):
    given = [cell.id if each == "{cell}" else each for each in arguments]
    done = ionworks("upload", export("a.csv"), *given)
    assert done.status == status
    assert words in done.err
    assert "Traceback" not in done.err
    assert names(cell) == set()


def test_an_interrupt_shows_what_is_uploaded_already(ionworks, cell, export, monkeypatch):
    send = Sender.run

    def interrupted(sender, item):
        if item.name == "b":
            raise KeyboardInterrupt
        return send(sender, item)

    monkeypatch.setattr(Sender, "run", interrupted)
    files = [export(f"{name}.csv") for name in "abc"]
    done = ionworks("upload", *files, "--cell", cell.id, "--json")
    assert done.status == 130
    assert done.json["counts"] == {"uploaded": 1, "not reached": 2}
    assert names(cell) == {"a"}


def test_with_follow_only_the_new_rows_of_a_file_are_added(ionworks, cell, export):
    file = export("run.csv")
    whole = file.read_text(encoding="utf-8")
    upload = ("upload", file, "--cell", cell.id, "--follow", "--json")
    file.write_text(whole[: whole.index("40,500")] + "40,50", encoding="utf-8")
    first = ionworks(*upload).json["items"][0]
    assert (first["state"], first["rows"]) == ("uploaded", 3)  # the newest row waits
    file.write_text(whole, encoding="utf-8")
    os.utime(file, (0, 0))  # it has not changed for a long time
    second = ionworks(*upload).json["items"][0]
    assert (second["state"], second["rows"], second["id"]) == ("extended", 5, first["id"])
    assert ionworks(*upload).json["counts"] == {"exists": 1}
    export("run.csv", "3.99")
    changed = ionworks(*upload)
    assert changed.status == 1
    said = changed.json["items"][0]["error"]["message"]
    assert said.startswith("'run.csv': row 4 of 'Voltage [V]' is 3.99, but 3.72 is stored")
    assert cell.client.cell_measurement.time_series(first["id"]).height == 5


def test_a_rejected_key_ends_the_upload_at_once(ionworks, cell, export, monkeypatch):
    monkeypatch.setenv("IONWORKS_API_KEY", "wrong-key-123")
    done = ionworks("upload", export("a.csv"), export("b.csv"), "--cell", cell.id, "--json")
    assert (done.status, done.error["type"]) == (4, "AuthenticationFailed")
