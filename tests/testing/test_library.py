"""Ready-made cassettes: as recorded, in any order, as often as one likes, and the same again."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from ionworks import Ionworks
from ionworks.errors import (
    AuthenticationFailed,
    Conflict,
    NotFound,
    RateLimited,
    ServerError,
    ValidationFailed,
)
from ionworks.testing import RecordingError, cassette, cassettes
from ionworks.testing._cassettes.check import check
from ionworks.testing._cassettes.scan import scan
from scripts import ready_made

KEPT = ready_made.FOLDER
# What polars writes changes with its version.
FILE = re.compile(rb"string: !!binary \|\n(?: {8,}\S+\n)+")


def test_recorded_again_they_stay_as_they_are(tmp_path):
    kept = {path.name: path.read_bytes() for path in KEPT.iterdir() if path.suffix == ".yaml"}
    made = {path.name: path.read_bytes() for path in map(recorder(tmp_path), ready_made.SCENES)}
    assert kept.keys() == made.keys()
    for name, content in kept.items():
        assert FILE.sub(b"file", content) == FILE.sub(b"file", made[name]), (
            f"make cassettes: {name}"
        )
    for name in ("running_test", "error_429"):  # the files as well
        assert recorder(tmp_path / "again")(name).read_bytes() == made[f"{name}.yaml"]


def recorder(folder):
    return lambda name: ready_made.record(name, folder)


def test_they_are_listed_with_a_sentence_fit_the_contract_and_are_small():
    listed = cassettes()
    assert {*listed} == {*ready_made.SCENES}
    assert all(re.fullmatch(r"[A-Z].+\.", says) for says in listed.values())
    assert check([KEPT]) == []
    assert scan([KEPT]) == []
    assert sum(path.stat().st_size for path in KEPT.glob("*.yaml")) < 700_000


def test_reads_in_any_order_as_often_as_one_likes_on_any_number_of_threads():
    with cassette("cell_instance_detail") as scene:
        client = scene.client
        assert client.cell_measurement.time_series(scene.ids["pulses"]).height > 100
        whole = client.cell_instance.detail(scene.ids["cell"])
        with ThreadPoolExecutor(16) as pool:
            views = [*pool.map(lambda _: client.cell_instance.detail(scene.ids["cell"]), range(16))]
        assert all(view.measurements == whole.measurements for view in views)
        assert client.cell_spec.list(name="LG M50")[0].id == scene.ids["specification"]


def test_what_is_not_in_a_scene_is_reported():
    with cassette("upload") as scene, pytest.raises(RecordingError, match="there is the sandbox"):
        scene.client.cell_spec.list(name="Molicel")


def test_a_list_shows_a_record_once_it_was_made():
    with cassette("upload") as scene:
        measurements = scene.client.cell_measurement
        for _ in range(2):
            assert measurements.list(scene.ids["cell"]) == []
        frame = ready_made.series(3)  # another one than was recorded
        data = {"measurement": scene.given["measurement"], "time_series": frame}
        made = measurements.create(scene.ids["cell"], data)
        assert made.id == scene.ids["measurement"]
        for _ in range(2):
            assert [each.id for each in measurements.list(scene.ids["cell"])] == [made.id]
        with pytest.raises(RecordingError, match="with another body"):
            measurements.create(scene.ids["cell"], {**data, "measurement": {"name": "other"}})


def test_a_running_test_becomes_ready_and_stays_so():
    with cassette("running_test") as scene:
        measurements, cell = scene.client.cell_measurement, scene.ids["cell"]
        frame = ready_made.series(2)
        data = {"measurement": scene.given["measurement"], "time_series": frame}
        begun = measurements.create(cell, data, wait_for_processing=False)
        assert begun.processing_status == "pending"
        assert scene.client.cell_instance.detail(cell).measurements[0].state == "not_ready"
        measurements.wait_for_processing(begun.id)
        for _ in range(2):
            assert measurements.get(begun.id).processing_status == "ready"
            assert [each.processing_status for each in measurements.list(cell)] == ["ready"]
        first = measurements.cycles(begun.id).height
        grown = frame.tail(50)
        measurements.extend(begun.id, grown)
        assert measurements.cycles(begun.id).height > first


def test_what_is_made_is_found_the_next_time():
    with cassette("create_or_get") as scene:
        made = [
            scene.client.cell_spec.create_or_get(scene.given["specification"]) for _ in range(3)
        ]
        assert {each.id for each in made} == {scene.ids["specification"]}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("error_401", AuthenticationFailed),
        ("error_404", NotFound),
        ("error_429", RateLimited),
        ("error_500", ServerError),
    ],
)
def test_some_errors_answer_whatever_is_asked(name, kind):
    with cassette(name) as scene:
        for call in (
            lambda: scene.client.cell_instance.get("any"),
            lambda: scene.client.cell_measurement.list("any"),
            lambda: scene.client.project.list(),
        ):
            with pytest.raises(kind) as error:
                call()
    assert kind is not RateLimited or error.value.retry_after == 2


@pytest.mark.parametrize(
    ("name", "kind"), [("error_409", Conflict), ("error_422", ValidationFailed)]
)
def test_others_answer_whatever_is_sent(name, kind):
    with cassette(name) as scene:
        for call in (
            lambda: scene.client.cell_spec.create({"name": "theirs"}),
            lambda: scene.client.cell_instance.update("any", {"name": "theirs"}),
        ):
            with pytest.raises(kind):
                call()


def test_any_client_of_the_block_is_answered_and_no_setting_of_this_machine_is_read(monkeypatch):
    monkeypatch.setenv("IONWORKS_PROFILE", "nowhere")
    monkeypatch.setenv("IONWORKS_API_KEY", "iwk_of_somebody")
    with cassette("cell_instance_detail", dataframe_backend="arrow") as scene, Ionworks() as client:
        assert client.cell_instance.get(scene.ids["cell"]).name == scene.given["cell"]["name"]
        assert scene.client.cell_measurement.cycles(scene.ids["cycling"]).num_rows == 5
        import os

        assert "IONWORKS_PROFILE" not in os.environ
    assert os.environ["IONWORKS_PROFILE"] == "nowhere"


def test_the_nearest_name_is_reported():
    with (
        pytest.raises(LookupError, match=r"'cell_detail'; did you mean 'cell_instance_detail'\?"),
        cassette("cell_detail"),
    ):
        pass
    with (
        pytest.raises(LookupError, match=r"'zzz'\. There are cell_instance_detail"),
        cassette("zzz"),
    ):
        pass


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1"),
        ("ALL_PROXY", "quic://127.0.0.1:1"),
        ("HTTPS_PROXY", "http://me:Winter#2024@127.0.0.1:1"),
        ("NO_PROXY", "fd07::/64,[::1]"),
    ],
)
def test_d1_no_proxy_of_the_environment_stops_a_cassette(monkeypatch, variable, value):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv(variable, value)
    with cassette("cell_instance_detail") as scene:
        assert scene.client.cell_instance.get(scene.ids["cell"]).id == scene.ids["cell"]
        assert scene.client.cell_measurement.time_series(scene.ids["pulses"]).height > 100
