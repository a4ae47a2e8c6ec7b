"""`ionworks ls`, `show` and `find`: lists and records, by names and ids."""

import pytest
from traffic import measurement, unique


def test_lists_by_name_and_by_id(ionworks, cell):
    test = cell.client.cell_measurement.create(cell.id, measurement("RPT 0", tags=["formation"]))
    scope = ("--project", cell.project)
    assert cell.project in ionworks("ls").out
    assert cell.spec in ionworks("ls", "specs", *scope).out
    assert "5 A·h" in ionworks("ls", "specs", *scope).out
    for parent in ([cell.spec], []):
        assert cell.id in ionworks("ls", "cells", *parent, *scope).out
    for parent in ([cell.name], [cell.id]):
        lines = ionworks("ls", "measurements", *parent, *scope).out.splitlines()
        assert len(lines) == 2
        assert lines[0].split() == ["NAME", "TYPE", "STATE", "STARTED", "TAGS", "ID"]
        assert lines[1].split("  ")[0] == "RPT 0"
        assert lines[1].endswith(test.id)
        assert lines[0].index("TAGS") == lines[1].index("formation")
    assert test.id in ionworks("ls", "measurements", *scope).out


def test_json_is_one_document_with_the_units_of_the_api(ionworks, cell):
    found = ionworks("--json", "--project", cell.project, "ls", "specs")
    specs = {each["name"]: each for each in found.json["items"]}
    assert found.json["total"] == len(specs)
    assert specs[cell.spec]["ratings"]["capacity"] == {"value": 5.0, "unit": "A*h"}


def test_limits_and_names(ionworks, cell):
    project = cell.client.project.create({"name": unique("project")})
    spec = cell.client.cell_spec.create({"name": unique("spec"), "project_id": project.id})
    for name in ("Quartz 1", "Quartz 2", "Opal"):
        cell.client.cell_instance.create(spec.id, {"name": name})
    scope = ("--project", project.id)
    found = ionworks("ls", "cells", "--name", "Quartz", "--limit", 1, *scope, "--json").json
    assert (len(found["items"]), found["total"]) == (1, 2)
    shown = ionworks("ls", "cells", "--limit", 2, *scope)
    assert len(shown.out.splitlines()) == 3
    assert "1 more record not shown" in shown.err


def test_an_empty_list_writes_a_note_and_no_table(ionworks, cell):
    done = ionworks("ls", "measurements", cell.name)
    assert (done.status, done.out, done.err) == (0, "", "note: no measurements found\n")
    assert ionworks("ls", "measurements", cell.name, "--json").json == {"items": [], "total": 0}


def test_a_record_is_shown_with_quantities_and_the_sizes_of_its_tables(ionworks, cell):
    name = unique("RPT")
    test = cell.client.cell_measurement.create(cell.id, measurement(name))
    shown = ionworks("show", cell.spec)
    assert shown.out.startswith("kind              cell specification\n")
    assert "capacity          5 A·h" in shown.out
    for words in ([test.id], [name, "--cell", cell.name], [name]):
        shown = ionworks("show", *words)
        assert "table time_series      6 rows" in shown.out, shown
    tables = ionworks("show", test.id, "--json").json["tables"]
    assert (tables["time_series"]["rows"], tables["steps"]["rows"]) == (6, 2)
    assert ionworks("show", cell.project, "--json").json["id"] == cell.project


def test_files_and_properties_are_shown(ionworks, cell, tmp_path):
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    made = cell.client.cell_measurement.create_file(cell.id, "Photos", [tmp_path / "notes.txt"])
    assert "notes.txt" in ionworks("show", made.id).out
    weighed = cell.client.cell_measurement.create_properties(cell.id, "Mass", {"mass": "68 g"})
    assert "68 g" in ionworks("show", weighed.id).out


def test_find_by_text_kind_and_filters(ionworks, cell):
    tag = unique("tag")
    made = cell.client.cell_measurement.create(cell.id, measurement("RPT 9", tags=[tag]))
    found = ionworks("find", cell.name, "--kind", "cell", "--json").json["items"]
    assert [each["id"] for each in found] == [cell.id]
    scope = ("--project", cell.project)
    shown = ionworks("find", "RPT", "--tag", tag, *scope)
    assert shown.out.splitlines()[1].split() == ["measurement", "RPT", "9", made.id]
    nothing = ionworks("find", unique("nothing"))
    assert (nothing.status, nothing.out, nothing.err) == (0, "", "note: nothing found\n")


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["ls", "projects", "x"], 2, "takes no PARENT"),
        (["ls", "rows"], 2, "is not one of"),
        (["ls", "cells", "no such spec"], 3, "no cell specification has the id or the name"),
        (["ls", "measurements", "00000000-0000-0000-0000-000000000000"], 3, "no cell has"),
        (["ls", "cells", ""], 2, "is empty"),
        (["ls", "--name="], 2, "is empty"),
        (["ls", "cells", " "], 2, "is empty"),
        (["ls", "--limit", "0"], 2, "is not in the range"),
        (["ls", "--project", "no such project", "specs"], 3, "no project has the id or the name"),
        (["show", "no-such-record"], 3, "no record has the id or the name"),
        (["show", "x"], 3, "no record"),
        (["show", "a/../b"], 3, "no record"),
        (["show"], 2, "Missing argument"),
        (["find", "x", "--tag", "t", "--kind", "cell"], 2, "filters of measurements only"),
        (["find", "RPT", "--started-after", "yesterdayish"], 2, "--started-after"),
        (["find", "x"], 2, "shorter than 2"),
        (["whoami", "--profile", "nobody"], 4, "no configuration file"),
    ],
)
def test_mistakes_say_what_is_wrong(ionworks, cell, monkeypatch, arguments, status, words):
    monkeypatch.setenv("IONWORKS_PROJECT_ID", cell.project)
    done = ionworks(*arguments)
    assert (done.status, done.out) == (status, "")
    assert words in done.err
    assert done.err.startswith("error: ")
    assert "Traceback" not in done.err


def test_measurements_of_no_project_need_a_cell(ionworks, key, monkeypatch):
    monkeypatch.delenv("IONWORKS_PROJECT_ID", raising=False)
    for words in (["ls", "measurements"], ["find", "RPT", "--tag", "x"]):
        done = ionworks(*words)
        assert done.status == 2
        assert "--project" in done.err


def test_an_ambiguous_name_lists_the_ids(ionworks, cell):
    other = cell.client.cell_spec.create({"name": unique("spec"), "project_id": cell.project})
    twin = cell.client.cell_instance.create(other.id, {"name": cell.name})
    done = ionworks("ls", "measurements", cell.name, "--project", cell.project, "--json")
    assert (done.status, done.error["type"]) == (2, "AmbiguousName")
    assert cell.id in done.error["message"]
    assert twin.id in done.error["message"]
    assert ionworks("ls", "measurements", twin.id).status == 0


def test_names_cannot_change_the_terminal(ionworks, cell):
    spec = cell.client.cell_instance.get(cell.id).cell_specification_id
    made = cell.client.cell_instance.create(spec, {"name": unique("cell"), "notes": "a\x1b[2Jb\nc"})
    shown = ionworks("show", made.id)
    assert "a\\x1b[2Jb c" in shown.out
    assert "\x1b" not in shown.out
    assert ionworks("show", made.id, "--json").json["notes"] == "a\x1b[2Jb\nc"


@pytest.fixture(scope="module")
def near(lab):
    """A cell with a name that nothing else has a part of, and a measurement of it."""
    client, _, spec = lab
    name = f"QX{unique('').strip()[:3]}-007"
    made = client.cell_instance.create(spec, {"name": name})
    return made, client.cell_measurement.create(made.id, measurement(f"Rate {name}"))


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        lambda name: name[:-1],
        lambda name: name + "1",
        lambda name: name.replace("-", "_"),
        lambda name: name.replace("00", "O0"),
        lambda name: name[1:],
        lambda name: name.replace("-", ""),
    ],
)
def test_a_mistyped_name_gets_the_nearest_one(ionworks, key, near, change):
    cell, test = near
    for command in (("ls", "measurements"), ("show",)):
        done = ionworks(*command, change(cell.name))
        assert (done.status, f"Did you mean {cell.name!r}" in done.err) == (3, True), done.err
    done = ionworks("download", change(test.name), "x.csv", "--cell", cell.id)
    assert (done.status, f"Did you mean {test.name!r}?" in done.err) == (3, True), done.err


def test_a_record_of_another_kind_is_named(ionworks, key, lab, near):
    (cell, test), (_, project, spec) = near, lab
    of_cell, of_test = f"the id of a cell, {cell.name!r}", f"the id of a measurement, {test.name!r}"
    for arguments, words in (
        (("ls", "cells", cell.id), of_cell),
        (("ls", "measurements", test.id), of_test),
        (("ls", "measurements", spec), "the id of a cell specification"),
        (("ls", "measurements", project), "the id of a project"),
        (("download", cell.id, "x.csv"), of_cell),
        (("ls", "--project", cell.id), of_cell),
        (("ls", "cells", cell.name), "A cell has this name"),
        (("download", cell.name, "x.csv"), "A cell has this name"),
    ):
        done = ionworks(*arguments)
        assert (done.status, words in done.err) == (3, True), done.err
