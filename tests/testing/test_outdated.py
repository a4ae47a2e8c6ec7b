"""K19: `check` names cassettes that are old, orphaned, or recorded with another seed."""

from datetime import date, timedelta

import pytest

from ionworks.testing import find_outdated
from ionworks.testing.__main__ import main
from ionworks.testing._cassettes.files import read_metadata

MODULE = """
def cells(client):
    # a comment
    spec = client.cell_spec.create_or_get({"name": "LG M50"})
    return {"spec": spec.id}

@pytest.mark.ionworks_sandbox(seed=cells)
class TestA:
    @pytest.mark.ionworks_cassette
    @pytest.mark.parametrize("n", [1, 2])
    def test_read(self, ionworks_client, n):
        ionworks_client.cell_spec.list(name=str(n))

@pytest.mark.ionworks_sandbox(seed="cells")
@pytest.mark.ionworks_cassette
def test_folder(ionworks_client):
    ionworks_client.cell_spec.list()
"""


@pytest.fixture
def recorded(project, write, run, series):
    folder = project.path / "cells" / "LG M50" / "M50-007"
    folder.mkdir(parents=True)
    series.head(300).write_parquet(folder / "RPT.parquet")
    write(MODULE)
    run().assert_outcomes(passed=3)
    return project.path / "cassettes"


def test_k19_age_orphans_and_seeds_that_changed(recorded, project, write, run, tapes, capsys):
    module = project.path / "test_it.py"
    assert find_outdated([recorded]) == []
    said = read_metadata(next(recorded.rglob("*read-1*")))["recorded"]
    assert said["test"] == "../../test_it.py::TestA.test_read[1]"
    assert said["seed"] == "../../test_it.py::cells"
    assert {"date", "version", "seed_digest"} <= said.keys()

    later = date.fromisoformat(said["date"]) + timedelta(days=200)
    old = find_outdated([recorded], today=later)
    assert {each.kind for each in old} == {"age"}
    assert "recorded 200 days ago" in str(old[0])

    text = module.read_text(encoding="utf-8")
    module.write_text(text.replace("# a comment", "# another"), encoding="utf-8")
    assert find_outdated([recorded]) == []
    module.write_text(text.replace('"LG M50"', '"P45B"'), encoding="utf-8")
    assert [each.kind for each in find_outdated([recorded])] == ["seed", "seed"]
    module.write_text(text.replace("test_folder", "test_renamed"), encoding="utf-8")
    (orphan,) = find_outdated([recorded])
    assert (orphan.kind, orphan.file.name) == ("orphan", "test_folder.yaml")
    assert main(["check", str(recorded)]) == 1
    assert "but test_folder in it does not exist" in capsys.readouterr().out

    module.write_text(text, encoding="utf-8")
    (file,) = (project.path / "cells").rglob("*.parquet")
    file.write_bytes(file.read_bytes() + b" ")
    assert [each.file.name for each in find_outdated([recorded])] == ["test_folder.yaml"]
    assert main(["check", "--max-age", "-1", str(recorded)]) == 1

    # Recorded again with nothing new, a file keeps its bytes, whatever the date.
    for path in recorded.rglob("*.yaml"):
        earlier = date.fromisoformat(said["date"]) - timedelta(days=20)
        path.write_text(path.read_text().replace(said["date"], earlier.isoformat()))
    kept = {name: text for name, text in tapes().items() if "read" in name}
    run("--ionworks-record=rewrite", "-k", "read").assert_outcomes(passed=2)
    assert {name: text for name, text in tapes().items() if "read" in name} == kept


def test_cassettes_that_no_test_has_are_listed(recorded, project, run):
    text = (project.path / "test_it.py").read_text(encoding="utf-8")
    (project.path / "test_it.py").write_text(text.replace("[1, 2]", "[1, 3]"), encoding="utf-8")
    gone = recorded / "test_gone" / "test_one.yaml"
    gone.parent.mkdir()
    gone.write_text("interactions: []\nversion: 1\n")
    done = run("--ionworks-unused", "--collect-only")
    assert done.ret == 1
    done.stdout.fnmatch_lines(
        ["*cassettes that no test has: remove them*", "*test_one.yaml", "*testa.test_read-2*"]
    )
    assert "test_folder.yaml" not in done.stdout.str()
    gone.unlink()
    next(recorded.rglob("*read-2*")).unlink()
    run("--ionworks-unused", "-k", "folder").assert_outcomes(passed=1, deselected=2)


def test_new_episodes_are_added_and_known_answers_kept(project, write, run, tapes):
    text = """
@pytest.mark.ionworks_cassette
def test_it(ionworks_client, ionworks_seeded):
    made = ionworks_client.cell_spec.create({"name": "own"})
    assert ionworks_client.cell_spec.get(made.id).name == "own"
"""
    write(text)
    run().assert_outcomes(passed=1)
    (before,) = tapes().values()
    run("--ionworks-record=new_episodes").assert_outcomes(passed=1)
    assert [*tapes().values()] == [before]
    write(text + '    ionworks_client.cell_spec.update(made.id, {"notes": "new"})\n')
    run("--ionworks-record=new_episodes").assert_outcomes(passed=1)
    (after,) = tapes().values()
    assert after.startswith(before.partition("metadata:")[0])
    assert after.count("uri:") == before.count("uri:") + 1
    run("--ionworks-record=none").assert_outcomes(passed=1)
