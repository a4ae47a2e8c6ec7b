"""`follow`: the new rows of a growing file, once, whatever happened before."""

import os
from functools import partial

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from rig import KEY
from rig_faulty import fresh

import ionworks
from ionworks.errors import Conflict, IntegrityError, PayloadError
from ionworks.sandbox import Sandbox

HEAD = "Test Time (s),Current (A),Voltage (V),Step Index\n"


def line(n):
    return f"{n * 10},{0.5 if (n // 20) % 2 else 0.0},{3.6 - 0.001 * (n % 20)},{n // 20 + 1}\n"


def read(path):
    return ionworks.read_cycler(path, current="discharge_positive")


@pytest.fixture(scope="module")
def client():
    with Sandbox(api_key=KEY) as box, box.client() as client:
        yield client


@pytest.fixture
def growing(client, tmp_path):
    """A file, a function that lets it grow, and a measurement of its first 50 rows."""
    path = tmp_path / "run.csv"

    def write(rows, more=""):
        path.write_text(HEAD + "".join(map(line, range(rows))) + more)

    write(50)
    spec = client.cell_spec.create({"name": fresh("spec")})
    cell = client.cell_instance.create(spec.id, {"name": "cell"})
    detail = {"measurement": {"name": "run"}, "time_series": read(path)}
    return path, write, client.cell_measurement.create(cell.id, detail).id


def test_only_new_complete_lines_are_added_and_steps_continue(client, growing):
    path, write, made = growing
    sent, read_paths = [], []

    def read_whole(given):
        read_paths.append(given)
        return read(given)

    for rows, more, quiet, stored in [
        (90, "900,0.", False, 89),  # the newest row waits
        (90, "", False, 89),
        (90, "", True, 90),
        (130, "", True, 130),
    ]:
        write(rows, more)
        if quiet:
            os.utime(path, (0, 0))
        found = client.cell_measurement.follow(made, path, read=read_whole)
        sent.append(found.rows_added)
        assert found.rows == stored
    assert sent == [39, 0, 1, 40]
    stored = client.cell_measurement.time_series(made)
    assert_frame_equal(stored, read(path).frame, check_column_order=False)
    assert stored["Step count"].max() == 6
    assert client.cell_measurement.steps(made).height == 7
    assert [each.name for each in read_paths] == ["run.csv"] * 4
    assert [each.exists() for each in read_paths] == [False, True, True, True]


def test_steps_that_begin_with_the_time_of_the_last_one_are_followed_row_by_row(client, growing):
    path, write, made = growing
    times = [500, 510, 510, 520, 530, 530, 530, 540]
    lines = [f"{time},0.0,{3.6 - 0.001 * n},3\n" for n, time in enumerate(times)]
    for rows in range(1, len(lines) + 1):
        write(50, "".join(lines[:rows]))
        client.cell_measurement.follow(made, path, read=read)
    os.utime(path, (0, 0))
    assert client.cell_measurement.follow(made, path, read=read).rows == 58
    stored = client.cell_measurement.time_series(made)
    assert_frame_equal(stored, read(path).frame, check_column_order=False)


def test_a_row_with_the_time_of_the_last_stored_one_is_refused_before_it_is_sent(client, growing):
    path, write, made = growing
    write(50, "490,0.0,3.7,3\n500,0.0,3.7,3\n")
    os.utime(path, (0, 0))
    with pytest.raises(PayloadError, match=r"row 50 is the first new one, .*drop repeated times"):
        client.cell_measurement.follow(made, path, read=read)
    repaired = partial(
        ionworks.read_cycler, current="discharge_positive", repair="drop repeated times"
    )
    assert client.cell_measurement.follow(made, path, read=repaired).rows == 51


def test_an_error_names_the_file(client, growing):
    path, write, made = growing
    write(20)
    with pytest.raises(PayloadError, match=r"^source = 'run\.csv': it has 20 rows"):
        client.cell_measurement.follow(made, path, read=read)
    path.write_text("no table\nhere")
    with pytest.raises(PayloadError, match=r"^path = 'run\.csv': its text has no table"):
        client.cell_measurement.follow(made, path, read=read)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda frame: frame.head(20), "20 rows, but 50 rows"),
        (lambda frame: frame.with_columns(pl.col("Voltage [V]") + 0.001), "row 0 of 'Voltage"),
        (
            lambda frame: frame.with_columns(extra=pl.lit(1.0)),
            "do not have: extra",
        ),
        (
            lambda frame: frame.with_columns(pl.lit(2**60 + 1).alias("Voltage [V]")),
            "'Voltage \\[V\\]' has the type Int64, but Float64 is stored",
        ),
    ],
)
def test_a_source_that_does_not_begin_with_the_stored_rows_is_refused(
    client, growing, change, reason
):
    path, write, made = growing
    write(60)
    with pytest.raises(PayloadError, match=reason):
        client.cell_measurement.follow(made, lambda: change(read(path).frame))
    assert client.cell_measurement.time_series(made).height == 50


def test_no_half_of_a_line_is_a_row_if_a_file_grows_while_it_is_read(client, growing):
    path, write, made = growing
    write(90)

    def read_slowly(given):
        if given == path:
            with path.open("a") as file:
                file.write(line(90)[:-4])  # the voltage is not complete
        return read(given)

    assert client.cell_measurement.follow(made, path, read=read_slowly).rows == 89
    write(91)
    os.utime(path, (0, 0))
    assert client.cell_measurement.follow(made, path, read=read).rows == 91
    stored = client.cell_measurement.time_series(made)
    assert_frame_equal(stored, read(path).frame, check_column_order=False)


def test_a_file_that_is_written_again_while_it_is_read_is_refused(client, growing):
    path, write, made = growing
    write(90)
    with pytest.raises(IntegrityError, match=r"'run.csv' was written again"):
        client.cell_measurement.follow(made, path, read=lambda given: write(10) or read(given))
    assert client.cell_measurement.time_series(made).height == 50


def test_two_programs_that_follow_one_source_add_each_row_once(client, growing):
    path, write, made = growing
    write(90)
    others = []

    def follow_too(attempt):
        # Another program adds the rows as soon as this one knows which are missing.
        if attempt.status == 206 and not others:
            others.append(client.cell_measurement.follow(made, path, read=read).rows_added)

    settings = client.settings
    with ionworks.Ionworks(KEY, api_url=settings.api_url, on_attempt=follow_too) as second:
        found = second.cell_measurement.follow(made, path, read=read)
    assert (found.rows_added, found.rows) == (0, 89)
    assert others == [39]
    stored = client.cell_measurement.time_series(made)
    assert_frame_equal(stored, read(path).frame.head(89), check_column_order=False)


def test_an_extension_that_was_only_initiated_is_a_conflict_that_says_what_to_do(client, growing):
    path, write, made = growing
    write(60)
    from ionworks_openapi.api.cell_measurements import initiate_measurement_extend

    client.call(initiate_measurement_extend, made, body={})
    with pytest.raises(Conflict, match="follow it again when its signed URL has expired"):
        client.cell_measurement.follow(made, path, read=read)
