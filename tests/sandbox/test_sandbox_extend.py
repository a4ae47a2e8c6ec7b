"""Running tests in the sandbox: more rows are added as a whole, or nothing is."""

import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx
import polars as pl
import pytest

from ionworks.sandbox import Sandbox

fetch = partial(httpx.get, verify=False)  # without TLS there are no authorities to load
ROWS = "time_series_extend.parquet"


def path_of(made):
    """Return the path of a measurement."""
    return f"/cell_measurements/{made['id']}"


def begin(api, made, status=200):
    """Begin to extend a measurement."""
    return api.post(f"{path_of(made)}/initiate-extend", {}, status)


def finish(api, made, status=200):
    """Confirm an extension."""
    return api.post(f"{path_of(made)}/confirm-extend", {}, status)


def extend(api, kit, made, rows, status=200):
    """Extend a measurement by a frame, or by whatever bytes are given."""
    api.put(begin(api, made), ROWS, rows if isinstance(rows, bytes) else kit.parquet(rows))
    return finish(api, made, status)


def started(api, kit, rows=30):
    """Return a running test that has the first rows of the series."""
    instance = api.instance()
    begun = api.initiate(instance, "running")
    api.put(begun, "time_series.parquet", kit.parquet(kit.series().head(rows)))
    return api.confirm(begun, instance, "running")


def location(api, made, part="time_series"):
    """Return the signed URL of a table."""
    redirect = api.call("GET", f"{path_of(made)}/{part}/download", 307)
    return redirect.headers["location"]


def stored(api, made, part="time_series"):
    """Return a table as storage has it."""
    return pl.read_parquet(io.BytesIO(fetch(location(api, made, part)).content))


def later(series, rounds=1):
    """Return the same rows again, behind the given ones, so many times."""
    duration, steps, cycles = series["Time [s]"][-1] + 1, series["Step count"][-1] + 1, 2
    return series.with_columns(
        pl.col("Time [s]") + rounds * duration,
        pl.col("Step count") + rounds * steps,
        pl.col("Cycle count") + rounds * cycles,
    )


def settled(api, made):
    """Ask for a record until it is processed, and return it."""
    for _ in range(1000):
        record = api.get(path_of(made))
        if record["processing_status"] not in {"pending", "running"}:
            return record
        time.sleep(0.005)
    raise AssertionError(f"still {record['processing_status']}")


@pytest.fixture(scope="module")
def slow(kit):
    """Return a client of a sandbox whose processing takes four calls."""
    with Sandbox(deterministic=True, processing_ms=4000) as box:
        speaker = kit.api(box)
        yield speaker
        speaker.http.close()


@pytest.mark.parametrize("rows", [1, 15, 30, 59])
def test_an_extended_series_is_as_if_it_had_been_uploaded_whole(api, kit, rows):
    whole = api.series(api.instance(), "whole")
    made = started(api, kit, rows)
    extended = extend(api, kit, made, kit.series().slice(rows))
    assert (extended["id"], extended["steps_created"]) == (made["id"], 6)
    assert (extended["processing_status"], extended["processing_error"]) == ("ready", None)
    assert extended["instance"]["id"] == made["cell_instance_id"]
    assert extended["updated_at"] > made["updated_at"]
    for part in ("time_series", "steps"):
        assert stored(api, made, part).equals(stored(api, whole, part))
    tables = [api.get(f"{path_of(each)}/steps_and_cycles") for each in (made, whole)]
    assert tables[0] == tables[1]


def test_a_test_is_extended_again_and_again(api, kit):
    made = api.series(api.instance(), "series")
    for rounds in (1, 2, 3):
        extended = extend(api, kit, made, later(kit.series(), rounds))
        assert extended["steps_created"] == 6 * (rounds + 1)
    steps = api.get(f"{path_of(made)}/steps")["steps"]["Step count"]
    assert steps == list(range(24))
    assert len(api.get(f"{path_of(made)}/cycles")["cycles"]["Cycle count"]) == 8
    assert stored(api, made).height == 240


def test_the_object_has_a_new_tag_at_the_same_place(api, kit):
    made = started(api, kit)
    url = location(api, made)
    before = fetch(url)
    extend(api, kit, made, kit.series().slice(30))
    after = fetch(url)
    assert after.headers["etag"] != before.headers["etag"]
    assert pl.read_parquet(io.BytesIO(after.content)).height == 60
    condition = {"Range": "bytes=0-3", "If-Range": before.headers["etag"]}
    assert fetch(url, headers=condition).content == after.content


def test_steps_that_were_uploaded_make_room_for_derived_ones(api, kit):
    instance = api.instance()
    begun = api.initiate(instance, "own")
    api.put(begun, "time_series.parquet", kit.parquet(kit.series().head(30)))
    api.put(begun, "steps.parquet", kit.parquet(pl.DataFrame({"Step count": [0], "Mine": [1]})))
    made = api.confirm(begun, instance, "own")
    extend(api, kit, made, kit.series().slice(30))
    steps = api.get(f"{path_of(made)}/steps")["steps"]
    assert "Mine" not in steps
    assert steps["Step count"] == [0, 1, 2, 3, 4, 5]


def test_columns_may_come_in_any_order_and_whole_numbers_for_others(api, kit):
    made = started(api, kit)
    rows = kit.series().slice(30).with_columns(pl.col("Time [s]").cast(pl.Int64))
    extend(api, kit, made, rows.select(reversed(rows.columns)))
    assert stored(api, made).equals(kit.series())


def test_a_finished_test_is_not_extended(api, kit):
    made = started(api, kit)
    begin(api, made)
    api.patch(path_of(made), {"end_time": "2026-01-01T00:00:00Z"})
    assert "end_time" in finish(api, made, 400)["message"]
    assert "2026-01-01T00:00:00Z" in begin(api, made, 400)["message"]


def test_only_a_time_series_is_extended(api):
    instance = api.instance()
    begun = api.initiate(instance, "file", measurement_type="file", filenames=["a"])
    api.put(begun, "a", b"a")
    of_files = api.confirm(begun, instance, "file", measurement_type="file")
    for made in (of_files, api.properties(instance, "p")):
        assert repr(made["measurement_type"]) in begin(api, made, 400)["message"]
        finish(api, made, 400)
    begin(api, {"id": "none"}, 404)
    finish(api, {"id": "none"}, 404)


def test_one_extension_at_a_time(api, kit):
    made = started(api, kit)
    begun = begin(api, made)
    assert begun["measurement_id"] == made["id"]
    assert [target["filename"] for target in begun["uploads"]] == [ROWS]
    refused = begin(api, made, 409)
    assert (refused["error_code"], "under way" in refused["message"]) == ("CONFLICT", True)
    api.put(begun, ROWS, kit.parquet(kit.series().slice(30)))
    assert finish(api, made)["steps_created"] == 6
    api.put(begun, ROWS, b"other content", status=403)
    begin(api, made)


def test_a_confirmation_of_nothing_is_refused(api, kit):
    made = started(api, kit)
    assert "initiate" in finish(api, made, 400)["message"]
    begun = begin(api, made)
    refused = finish(api, made, 400)
    assert refused["detail"] == {"missing": [ROWS]}
    api.put(begun, ROWS, kit.parquet(kit.series().slice(30)))
    finish(api, made)
    assert "initiate" in finish(api, made, 400)["message"]


REFUSED = {
    "at the last sample": (lambda s: s.slice(29), "29.0 s"),
    "from the beginning": (lambda s: s, "after the last stored sample"),
    "no time": (lambda s: s.slice(30).with_columns(pl.lit(None, pl.Float64).alias("Time [s]")), ""),
    "a step left out": (lambda s: s.slice(40), "'Step count'"),
    "a step back": (
        lambda s: s.slice(30).with_columns(pl.col("Step count") - 2),
        "'Step count'",
    ),
    "a gap inside": (
        lambda s: pl.concat([s.slice(30, 10), s.slice(50)]),
        "'Step count'",
    ),
    "a column too few": (lambda s: s.slice(30).drop("Cycle count"), "'Cycle count'"),
    "a column too many": (
        lambda s: s.slice(30).with_columns(Colour=pl.lit("red")),
        "'Colour'",
    ),
    "another type": (
        lambda s: s.slice(30).with_columns(pl.col("Voltage [V]").cast(pl.String)),
        "'Voltage [V]'",
    ),
    "no rows": (lambda s: s.head(0), "no rows"),
    "no parquet": (lambda _: b"no parquet", f"{ROWS} is not readable"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_rows_that_do_not_follow_change_nothing(api, kit, kind):
    make, word = REFUSED[kind]
    made = started(api, kit)
    url = location(api, made)
    before = fetch(url), api.get(f"{path_of(made)}/steps_and_cycles")
    begun = begin(api, made)
    rows = make(kit.series())
    api.put(begun, ROWS, rows if isinstance(rows, bytes) else kit.parquet(rows))
    refused = finish(api, made, 400)
    assert (refused["error_code"], word in refused["message"]) == ("BAD_REQUEST", True)
    assert api.get(path_of(made)) == {key: made[key] for key in api.get(path_of(made))}
    after = fetch(url), api.get(f"{path_of(made)}/steps_and_cycles")
    assert after[0].headers["etag"] == before[0].headers["etag"]
    assert (after[0].content, after[1]) == (before[0].content, before[1])
    # The refused extension is over: the next one can begin at once.
    api.put(begun, ROWS, b"again", status=403)
    assert extend(api, kit, made, kit.series().slice(30))["steps_created"] == 6


def test_a_series_without_time_is_not_extended(api, kit):
    instance = api.instance()
    begun = api.initiate(instance, "OCP")
    ocp = pl.DataFrame({"Voltage [V]": [0.1, 0.2], "Step count": [0, 0]})
    api.put(begun, "time_series.parquet", kit.parquet(ocp))
    made = api.confirm(begun, instance, "OCP")
    assert "'Time [s]'" in extend(api, kit, made, ocp, 400)["message"]


def test_an_extension_that_is_never_confirmed_expires(kit):
    with Sandbox(deterministic=True, url_seconds=5) as box:
        api = kit.api(box)
        made = started(api, kit)
        forgotten = begin(api, made)
        begin(api, made, 409)
        for _ in range(6):  # each write moves this sandbox's clock by a second
            api.project()
        begun = begin(api, made)
        api.put(forgotten, ROWS, b"too late", status=403)
        api.put(begun, ROWS, kit.parquet(kit.series().slice(30)))
        assert finish(api, made)["steps_created"] == 6
        api.http.close()


def test_of_many_confirmations_at_once_one_adds_the_rows(api, kit):
    made = started(api, kit)
    api.put(begin(api, made), ROWS, kit.parquet(kit.series().slice(30)))
    together = threading.Barrier(6)

    def confirm(_):
        together.wait()
        return api.http.post(f"{path_of(made)}/confirm-extend", json={})

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(confirm, range(6)))
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 400, 409}
    assert stored(api, made).equals(kit.series())


def test_readers_meanwhile_see_the_old_or_the_new_and_never_half(api, kit):
    made = api.series(api.instance(), "read")
    over = threading.Event()
    lengths = [60 * rounds for rounds in range(1, 6)]

    def read(part):
        seen = 0
        while not (seen and over.is_set()):
            if part == "series":
                answer = fetch(location(api, made))
                assert len(answer.content) == int(answer.headers["content-length"])
                assert pl.read_parquet(io.BytesIO(answer.content)).height in lengths
            else:
                tables = api.get(f"{path_of(made)}/steps_and_cycles")
                steps, cycles = (tables[each] for each in ("steps", "cycles"))
                assert len(steps["Step count"]) == 3 * len(cycles["Cycle count"])
            seen += 1

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read, part) for part in ("series", "tables")]
        try:
            for rounds in range(1, 5):
                extend(api, kit, made, later(kit.series(), rounds))
        finally:
            over.set()
        for reader in readers:
            reader.result()
    assert stored(api, made).height == lengths[-1]


def test_who_has_begun_to_read_reads_the_version_that_was_there(api, kit):
    instance = api.instance()
    begun = api.initiate(instance, "large")
    rows = 600_000  # more than fits into the buffers between server and client
    noise = pl.Series(range(rows)).hash(seed=1).cast(pl.Float64) / 2**64
    first = pl.DataFrame(
        {
            "Time [s]": pl.Series(range(rows), dtype=pl.Float64),
            "Voltage [V]": 3.7 + noise,
            "Current [A]": noise,
            "Step count": pl.Series([0] * rows),
        }
    )
    api.put(begun, "time_series.parquet", kit.parquet(first))
    made = api.confirm(begun, instance, "large")
    with httpx.stream("GET", location(api, made)) as answer:
        pieces = answer.iter_bytes()
        content = next(pieces)
        more = first.head(10).with_columns(pl.col("Time [s]") + rows)
        extend(api, kit, made, more)
        content += b"".join(pieces)
    assert pl.read_parquet(io.BytesIO(content)).equals(first)
    assert stored(api, made).height == rows + 10


def test_an_extension_that_takes_a_while_is_pending_then_running_then_ready(slow, kit):
    made = settled(slow, started(slow, kit))
    steps = slow.get(f"{path_of(made)}/steps")
    begun = begin(slow, made)
    slow.put(begun, ROWS, kit.parquet(kit.series().slice(30)))
    answer = finish(slow, made)
    assert (answer["processing_status"], answer["steps_created"]) == ("pending", 0)
    slow.put(begun, ROWS, b"other content", status=403)
    for refused in (
        begin(slow, made, 409),
        finish(slow, made, 409),
        slow.get(f"{path_of(made)}/time_series/download", status=409),
    ):
        assert refused["detail"]["processing_status"] in {"pending", "running"}
    assert slow.get(path_of(made))["processing_status"] == "ready"
    assert len(slow.get(f"{path_of(made)}/steps")["steps"]["Step count"]) == 6
    assert len(steps["steps"]["Step count"]) == 3
    assert stored(slow, made).equals(kit.series())
    begin(slow, made)


def test_a_failed_extension_leaves_the_data_as_they_were_and_says_why(slow, kit):
    made = settled(slow, started(slow, kit))
    before = fetch(location(slow, made)).content, slow.get(f"{path_of(made)}/steps")
    extend(slow, kit, made, kit.series())
    record = settled(slow, made)
    assert record["processing_status"] == "ready"
    assert "after the last stored sample" in record["processing_error"]
    after = fetch(location(slow, made)).content, slow.get(f"{path_of(made)}/steps")
    assert after == before
    extend(slow, kit, made, kit.series().slice(30))
    record = settled(slow, made)
    assert (record["processing_status"], record["processing_error"]) == ("ready", None)
    assert stored(slow, made).equals(kit.series())


def test_what_could_not_be_processed_is_not_extended(slow):
    instance = slow.instance()
    begun = slow.initiate(instance, "broken")
    slow.put(begun, "time_series.parquet", b"no parquet")
    made = slow.confirm(begun, instance, "broken")
    assert begin(slow, made, 409)["detail"]["processing_status"] in {"pending", "running"}
    settled(slow, made)
    assert begin(slow, made, 409)["detail"]["processing_status"] == "failed"


def test_an_extension_is_finished_after_a_restart(kit, tmp_path):
    with Sandbox(data=tmp_path, api_key="k", processing_ms=20) as box:
        api = kit.api(box)
        made = settled(api, started(api, kit))
        extend(api, kit, made, kit.series().slice(30))
        api.http.close()
    with Sandbox(data=tmp_path, api_key="k") as box:
        api = kit.api(box)
        assert settled(api, made)["processing_status"] == "ready"
        assert stored(api, made).equals(kit.series())
        api.http.close()


def test_replaced_and_refused_data_leave_no_files(kit, tmp_path):
    with Sandbox(data=tmp_path) as box:
        api = kit.api(box)
        made = started(api, kit)
        extend(api, kit, made, kit.series(), 400)
        extend(api, kit, made, kit.series().slice(30))
        files = [each for each in (tmp_path / "objects").iterdir() if each.is_file()]
        assert len(files) == 4  # the series, its steps twice, and its cycles
        begin(api, made)
        api.delete(path_of(made))
        api.http.close()
    assert [each.name for each in (tmp_path / "objects").iterdir()] == ["incoming"]
