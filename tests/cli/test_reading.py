"""`ionworks read`: the report and the findings of a file, without a server."""

import pytest
from measured import DATA


@pytest.fixture
def file(export):
    return export("a test (1).csv")


def test_a_file_is_read_and_checked_without_a_key(ionworks, file):
    done = ionworks("read", file)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Report of a test (1).csv\n")
    assert "'Current (mA)' -> 'Current [A]' (from mA)" in done.out
    assert "  rows     5\n  steps    2\n" in done.out
    assert "Findings: none" in done.out


def test_as_json(ionworks, file):
    found = ionworks("read", file, "--json").json
    assert (found["rows"], found["steps"], found["findings"]) == (5, 2, [])
    assert {"source": "State", "target": "", "unit": "", "use": found["uses"][4]["use"]} in found[
        "uses"
    ]
    assert "sign_flipped" in [each["code"] for each in found["notes"]]


def test_the_options_are_those_of_read_cycler(ionworks, tmp_path):
    path = tmp_path / "test.csv"
    rows = "".join(f"{10 * n},500,{3.7 + n / 1000},1\n" for n in range(4))
    path.write_text(f"Test Time (s),Current,Voltage (V),Step Index\n{rows}", encoding="utf-8")
    unknown = ionworks("read", path, "--json")
    assert (unknown.status, unknown.error["type"]) == (1, "MeasurementValidationError")
    done = ionworks("read", path, "--unit", "Current=mA", "--current", "charge_positive", "--json")
    assert done.status == 0, done.err
    assert done.json["uses"][1]["unit"] == "mA"


def test_data_that_cannot_be_uploaded_end_with_status_1_and_can_be_skipped(ionworks, tmp_path):
    path = tmp_path / "long.csv"
    rows = "".join(f"{10 * n},{0.5},{3.7 + n / 1000},{n}\n" for n in range(4))
    path.write_text("Time [s],Current [A],Voltage [V],Step count\n" + rows, encoding="utf-8")
    done = ionworks("read", path, "--strict", "--current", "discharge_positive", "--json")
    found = {each["code"] for each in done.json["findings"] if each["severity"] == "error"}
    assert done.status == 1
    assert found
    skipped = [word for code in found for word in ("--skip-check", code)]
    again = ionworks("read", path, "--strict", "--current", "discharge_positive", *skipped)
    assert again.status == 0


@pytest.mark.parametrize("ending", [".png", ".SVG", ".pdf"])
def test_a_plot_is_drawn(ionworks, file, tmp_path, ending):
    target = tmp_path / f"plot{ending}"
    assert ionworks("read", file, "--plot", target).status == 0
    start = {".png": b"\x89PNG", ".SVG": b"<?xml", ".pdf": b"%PDF"}[ending]
    assert target.read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["no such.csv"], 1, "does not exist"),
        (["."], 1, "Is a directory"),
        (["{file}", "--plot", "x.bmp"], 2, "must end with .png"),
        (["{file}", "--plot", "no/x.png"], 1, "Create the folder first"),
        (["{file}", "--maker", "acme"], 2, "--maker 'acme'"),
        (["{file}", "--unit", "Voltage"], 2, "is not COLUMN=UNIT"),
        (["{file}", "--skip-check", "nothing"], 2, "or one of columns, "),
        (["{file}", "--skip-check", "time_gap"], 2, "Did you mean 'time_gaps'?"),
        (["{file}", "--repair", "x"], 2, "Choose one of 'divide time by 3600'"),
        ([""], 2, "an argument is empty"),
        (["{file}", "--timezone", "Mars/Olympus"], 2, "--timezone"),
        ([], 2, "Missing argument 'FILES...'"),
    ],
)
def test_mistakes_say_what_is_wrong(ionworks, file, arguments, status, words):
    done = ionworks("read", *(str(file) if each == "{file}" else each for each in arguments))
    assert (done.status, done.out) == (status, "")
    assert words in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("content", [b"", b"hello\n", b"\x89PNG\r\n" + bytes(40), b"a,b\n1,2\n"])
def test_a_file_of_something_else_is_an_error_of_the_data(ionworks, tmp_path, content):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    done = ionworks("read", path, "--json")
    assert (done.status, done.out, done.error["type"]) == (1, "", "PayloadError")


def test_a_name_that_is_not_utf_8_is_shown_escaped(ionworks, file):
    strange = file.with_name("caf\udce9.csv")
    file.rename(strange)
    assert "Report of caf\\udce9.csv" in ionworks("read", strange).out
    assert ionworks("read", strange, "--json").json["source"] == ["caf\\udce9.csv"]


@pytest.mark.parametrize("name", ["bdf_landt_coin.bdf.csv", "landt_coin.csv"])
def test_measured_files(ionworks, name):
    if not (DATA / "cyclers" / name).exists():
        pytest.skip("the measured files are not here")
    assert ionworks("read", DATA / "cyclers" / name).status == 0
