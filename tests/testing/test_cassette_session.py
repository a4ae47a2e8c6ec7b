"""Tests marked for a cassette: recorded once, replayed without a network, told what is wrong."""

import pytest

from ionworks.sandbox import Sandbox
from ionworks.testing import cassette_session

KEY = "AKIA" + "Z" * 16

LIFE = """
@pytest.mark.ionworks_cassette
def test_reads(ionworks_client, ionworks_seeded, ionworks_cassette):
    assert ionworks_seeded["names"] == ["LG M50"]  # as JSON has it, at the recording already
    assert ionworks_client.cell_spec.get(ionworks_seeded["spec"]).name == "LG M50"
    assert ionworks_cassette.path.name == "test_reads.yaml"
    assert ionworks_cassette.recording == (not ionworks_cassette.path.exists())

@pytest.mark.ionworks_cassette
def test_fails(ionworks_client):
    assert ionworks_client.cell_spec.list() == "recorded, and wrong"

@pytest.mark.ionworks_cassette
@pytest.mark.parametrize("rate", ["1C/2", "1C-2", "25 °C", "../up"])
def test_rates(ionworks_client, rate):
    ionworks_client.cell_spec.list(name=rate)

class TestClass:
    @pytest.mark.ionworks_cassette
    def test_reads(self):
        with Ionworks(max_workers=1) as client:
            assert client.cell_spec.list()[0].name == "LG M50"

@pytest.mark.ionworks_cassette
def test_sends_nothing(ionworks_cassette):
    pass

@pytest.mark.ionworks_cassette
def test_tells_a_secret(ionworks_client):
    ionworks_client.cell_spec.create({"name": "AKIA" + "Z" * 16})

@pytest.fixture
def broken(ionworks_client):
    ionworks_client.cell_spec.list()
    raise ZeroDivisionError

@pytest.mark.ionworks_cassette
def test_is_never_begun(broken):
    pass
"""


def test_what_passes_is_recorded_and_replays_without_its_seed(
    project, write, run, tapes, monkeypatch
):
    write(LIFE)
    unused = project.path / "cassettes" / "test_it" / "test_of_last_year.yaml"
    unused.parent.mkdir(parents=True)
    unused.touch()
    # In two processes, whose lists the first process prints.
    first = run("-n", "2", "--ionworks-unused", apart=True)
    first.assert_outcomes(passed=8, failed=1, errors=2)
    first.stdout.fnmatch_lines(
        [
            "*something secret is left*test_tells_a_secret.yaml:*an AWS access key*",
            "*cassettes recorded for the first time: commit them*",
            "*test_reads.yaml",
            "*cassettes that no test has: remove them*",
            "*test_of_last_year.yaml",
        ]
    )
    unused.unlink()
    kept = tapes()
    assert len(kept) == 7
    assert all(name.startswith("cassettes/test_it/test") for name in kept)
    assert not any(
        word in text for text in kept.values() for word in (KEY, "127.0.0.1", "sandbox-")
    )
    seeded = (project.path / "seeded.txt").read_text()
    assert len(seeded) == 10

    # A server of continuous integration, and tests in another order.
    monkeypatch.setenv("CI", "true")
    again = run("-k", "not secret and not begun", plugins=("randomly",))
    again.assert_outcomes(passed=7, errors=1)
    again.stdout.fnmatch_lines(
        [
            "ionworks cassettes: none (CI is set)",
            "there is no cassette *test_fails.yaml, and with --ionworks-record=none (CI is set)*"
            "commit it: pytest test_it.py::test_fails --ionworks-record=once",
        ]
    )
    assert tapes() == kept
    assert (project.path / "seeded.txt").read_text() == seeded


BROKEN = """
@pytest.mark.ionworks_cassette
def test_one(ionworks_client):
    ionworks_client.cell_spec.list()

@pytest.mark.ionworks_cassette
def test_two(ionworks_client):
    ionworks_client.cell_spec.list()

@pytest.mark.ionworks_cassette
def test_three(ionworks_client):
    ionworks_client.cell_spec.list()

@pytest.mark.ionworks_cassette
def test_four(ionworks_client):
    ionworks_client.cell_spec.list()
"""


@pytest.fixture
def folder(project):
    """Cassettes of the four tests, recorded here: that is quicker."""
    folder = project.path / "cassettes" / "test_it"
    for number in ("one", "two", "three", "four"):
        with (
            cassette_session.recording(
                folder / f"test_{number}.yaml", cassette_session.Recording(), lambda: True
            ) as tape,
            tape.client({}) as client,
        ):
            client.cell_spec.list()
    return folder


def test_a_cassette_that_does_not_fit_is_reported_with_what_to_do(folder, write, run):
    module = write(BROKEN)
    (folder / "test_one.yaml").write_text("interactions:\n- request: {body: [\n")
    (folder / "test_two.yaml").unlink()
    (folder / "test_three.yaml").write_text("interactions:\n- {}\nmetadata: {seeded: 1}\n")
    module.write_text(
        module.read_text()
        .replace("test_four", "test_renamed")
        .replace("def test_two", "@pytest.mark.skip\n@pytest.mark.ionworks_cassette\ndef test_two")
    )
    found = run(
        "--ionworks-record=none",
    )
    found.assert_outcomes(errors=3, skipped=1)
    found.stdout.fnmatch_lines(
        [
            "*test_one.yaml cannot be read:*line 3*record it again (pytest test_it.py::test_one"
            " --ionworks-record=rewrite)*",
            "*test_three.yaml cannot be read: its parts are not those of a cassette*",
            "*there is no cassette *test_renamed.yaml*--ionworks-record=none (--ionworks-record)*",
        ]
    )
    assert "Traceback" not in found.stdout.str()


def test_a_damaged_cassette_is_reported_with_the_damage(folder, write, run):
    write(
        BROKEN
        + """
@pytest.mark.ionworks_cassette(3)
def test_five(ionworks_client):
    pass
"""
    )
    one, two, three, four = (
        folder / f"test_{number}.yaml" for number in ("one", "two", "three", "four")
    )
    whole = one.read_text()
    one.write_text(f"<<<<<<< HEAD\n{whole}=======\n{whole}>>>>>>> other\n")
    two.write_text(whole.partition("metadata:")[0])
    three.write_text(whole.replace("\n", "\r\n"))
    four.unlink()
    four.mkdir()
    found = run()
    found.assert_outcomes(passed=2, errors=4)
    found.stdout.fnmatch_lines(
        [
            "*test_one.yaml has a merge conflict of git: take one side whole*",
            "*test_two.yaml has no metadata: its end is missing*",
            "*test_four.yaml cannot be written:*directory*",
            "the name of a cassette is text, not 3",
        ]
    )
    assert "Traceback" not in found.stdout.str()
    assert "Errno" not in found.stdout.str()


def test_a_test_that_asks_for_something_else_fails(folder, write, run, tapes):
    module = write(BROKEN)
    module.write_text(
        module.read_text()
        .replace("cell_spec.list()", "cell_spec.list(name='x')", 1)
        .replace(
            "def test_two(ionworks_client):\n    ionworks_client", "def test_two():\n    0 and x"
        )
    )
    kept = tapes()
    found = run()
    found.assert_outcomes(passed=3, failed=1, errors=1)
    found.stdout.fnmatch_lines(
        [
            "*2 of the 2 recorded requests *test_two.yaml were not made*",
            "*test_one.yaml has no answer to GET *name=*x*it was recorded with another query*",
        ]
    )
    assert tapes() == kept


SHARED = """
@pytest.mark.ionworks_cassette("both")
@pytest.mark.parametrize("turn", [1, 2])
def test_it(ionworks_client, ionworks_cassette, turn, record_property):
    ionworks_client.cell_spec.list()
    print(f"turn {turn} {ionworks_cassette.mode}")

@pytest.mark.ionworks_cassette("both")
def test_other(ionworks_client):
    ionworks_client.project.list()
"""


@pytest.mark.parametrize(("mode", "second"), [("rewrite", "replay"), ("all", "record")])
def test_modes_differ_where_tests_share_a_cassette(write, run, tapes, mode, second):
    write(SHARED)
    done = run("-s", f"--ionworks-record={mode}", "-k", "not other")
    done.assert_outcomes(passed=2, deselected=1)
    done.stdout.fnmatch_lines(["*turn 1 record*", f"*turn 2 {second}*"])
    other = run("-k", "other")
    other.assert_outcomes(failed=1, deselected=2)
    other.stdout.fnmatch_lines(["*; tests that share the cassette 'both' must send the same*"])
    assert [*tapes()] == ["cassettes/test_it/both.yaml"]


SERVICE = """
from ionworks.sandbox import SyntheticCell

def cells(client):
    spec = client.cell_spec.create_or_get({"name": "LG M50"})
    cell = client.cell_instance.create_or_get(spec.id, {"name": "M50-007"})
    frame = SyntheticCell(seed=7).cycling(cycles=1)
    client.cell_measurement.create_or_get(
        cell.id, {"measurement": {"name": "RPT 0", "notes": "of jane.doe@lab.edu"},
        "time_series": frame}
    )
    return {"cell": cell.id, "by": "jane.doe@lab.edu"}

@pytest.mark.ionworks_sandbox(seed=cells)
@pytest.mark.ionworks_cassette(workers=32)
def test_it(ionworks_client, ionworks_seeded):
    view = ionworks_client.cell_instance.detail(ionworks_seeded["cell"])
    assert view.measurements[0].time_series.height > 100
"""


def test_the_service_is_recorded_with_the_users_key(write, run, tapes, monkeypatch):
    write(SERVICE)
    no_key = run("--ionworks-from=service")
    no_key.stdout.fnmatch_lines(["*the service cannot be asked:*IONWORKS_API_KEY*"])
    assert tapes() == {}
    with Sandbox() as box:
        with monkeypatch.context() as patch:
            for name, value in box.environment().items():
                patch.setenv(name, value)
            patch.setenv("IONWORKS_PROJECT_ID", box.project_id)
            run("--ionworks-from=service").assert_outcomes(passed=1)
        (text,) = tapes().values()
        for word in (box.api_key, "127.0.0.1", "jane", "lab.edu"):
            assert word not in text
        assert "https://storage.ionworks.example/" in text
        assert box.project_id in text
    run().assert_outcomes(passed=1)


def test_an_interrupt_leaves_nothing_half_written(write, run, tapes):
    write(
        """
@pytest.mark.ionworks_cassette
def test_it(ionworks_client):
    ionworks_client.cell_spec.list()
    raise KeyboardInterrupt
"""
    )
    with pytest.raises(KeyboardInterrupt):
        run()
    assert tapes() == {}


def test_a_project_says_once_where_and_how(project, write, run):
    project.makepyprojecttoml(
        """
[tool.pytest.ini_options]
ionworks_cassettes = "recordings"
ionworks_record = "once"
ionworks_workers = 8
"""
    )
    write(
        """
@pytest.mark.ionworks_cassette
def test_it(ionworks_client, ionworks_cassette):
    assert ionworks_client.max_workers == (1 if ionworks_cassette.recording else 8)

@pytest.mark.ionworks_cassette("../kept/mine.yaml")
def test_path(ionworks_client):
    pass

@pytest.mark.ionworks_cassette(worker=2)
def test_typo(ionworks_client):
    pass
"""
    )
    for _ in range(2):
        done = run()
        done.assert_outcomes(passed=2, errors=1)
        done.stdout.fnmatch_lines(["*ionworks_cassette takes name, workers, uploads, not worker*"])
    assert (project.path / "recordings" / "test_it" / "test_it.yaml").is_file()
    assert (project.path.parent / "kept" / "mine.yaml").is_file()
    assert "invalid choice" in str(run("--ionworks-record=never").stderr)


def test_a_seed_that_returns_records_is_reported(write, run, tapes):
    write(
        """
@pytest.mark.ionworks_sandbox(seed=lambda client: client.cell_spec.create({"name": "x"}))
@pytest.mark.ionworks_cassette
def test_record(ionworks_client):
    pass

@pytest.mark.ionworks_sandbox(seed=7)
@pytest.mark.ionworks_cassette
def test_number(ionworks_client):
    pass
"""
    )
    done = run()
    done.assert_outcomes(errors=2)
    done.stdout.fnmatch_lines(
        ["*must be plain JSON, such as names and ids:*", "*a seed is a function of a client*not 7*"]
    )
    assert tapes() == {}
