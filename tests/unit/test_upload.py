"""What an upload is made of, and how long one waits for the service to process it."""

from __future__ import annotations

import pytest
from ionworks_openapi.models import CellMeasurement, MeasurementMetadata, UploadTarget

from ionworks._workflows.upload import split_measurement, targets_by_name
from ionworks._workflows.wait import state_of, wait_for_all
from ionworks.errors import MeasurementProcessingError, PayloadError, TimedOut, UnexpectedResponse

FRAME = {"Time [s]": [0.0]}


def measurement(measurement_id: str, status: str | None, error: str | None) -> CellMeasurement:
    return CellMeasurement.from_dict(
        {
            "id": measurement_id,
            "name": "RPT 0",
            "cell_instance_id": "c1",
            "created_at": "2024-05-01T10:00:00Z",
            "updated_at": "2024-05-01T10:00:00Z",
            "processing_status": status,
            "processing_error": error,
        }
    )


class Clock:
    """Time that passes only while one sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


class Service:
    """Answers for each measurement with one status after the other, the last one for ever."""

    def __init__(self, error: str | None = None, **statuses: list[str | None]) -> None:
        self._statuses = statuses
        self._error = error
        self.asked: list[str] = []

    def get(self, measurement_id: str) -> CellMeasurement:
        self.asked.append(measurement_id)
        left = self._statuses[measurement_id]
        status = left.pop(0) if len(left) > 1 else left[0]
        return measurement(measurement_id, status, self._error)


def wait(service: Service, *ids: str, timeout: float = 600) -> dict[str, CellMeasurement]:
    clock = Clock()
    try:
        return wait_for_all(
            service.get, ids, timeout=timeout, max_workers=1, sleep=clock.sleep, clock=clock
        )
    finally:
        assert clock.now - 100 <= timeout


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (None, "ready"),
        ("ready", "ready"),
        ("pending", "not_ready"),
        ("running", "not_ready"),
        ("brand_new_status", "not_ready"),
        ("failed", "failed"),
    ],
)
def test_a_status_means_one_of_three_things(status, state):
    assert state_of(status) == state


@pytest.mark.parametrize("status", [None, "ready"])
def test_what_is_ready_is_asked_for_once(status):
    service = Service(m1=[status])
    assert wait(service, "m1")["m1"].processing_status == status
    assert service.asked == ["m1"]


def test_it_waits_until_all_are_done_and_asks_no_more_for_those_that_are():
    service = Service(m1=["pending", "running", "ready"], m2=["ready"], m3=["running", None])
    found = wait(service, "m1", "m2", "m3", "m1")
    assert list(found) == ["m1", "m2", "m3"]
    assert [found[each].processing_status for each in found] == ["ready", "ready", None]
    assert sorted(service.asked) == ["m1", "m1", "m1", "m2", "m3", "m3"]


def test_no_measurements_take_no_time():
    service = Service()
    assert wait(service, timeout=0) == {}
    assert service.asked == []


def test_failures_say_why_when_all_the_others_are_done():
    service = Service("no steps found", m1=["running", "failed"], m2=["failed"], m3=["ready"])
    with pytest.raises(MeasurementProcessingError, match="2 of 3 measurements") as caught:
        wait(service, "m1", "m2", "m3")
    assert caught.value.failures == {"m1": "no steps found", "m2": "no steps found"}
    assert "m1: no steps found" in str(caught.value)


def test_a_failure_without_a_reason_says_so():
    with pytest.raises(MeasurementProcessingError, match="m1: the service gave no reason"):
        wait(Service(m1=["failed"]), "m1")


@pytest.mark.parametrize("timeout", [0, 0.05, 1, 10])
def test_patience_has_an_end(timeout):
    service = Service(m1=["pending", "running"], m2=["ready"])
    with pytest.raises(TimedOut, match=f"not processed after {timeout} s: m1 ") as caught:
        wait(service, "m1", "m2", timeout=timeout)
    assert "m2" not in str(caught.value)
    assert service.asked.count("m1") >= 1


def test_the_hint_stays_here_and_the_rest_is_sent():
    metadata = {"name": "OCP", "data_type": "ocp", "notes": None}
    given = {"measurement": metadata, "time_series": FRAME, "steps": None}
    assert split_measurement(given) == ({"name": "OCP", "notes": None}, "ocp")
    assert metadata["data_type"] == "ocp"  # the caller's own data stay as they are
    assert split_measurement({"measurement": {}, "time_series": FRAME}) == ({}, None)


def test_metadata_may_be_a_model():
    model = MeasurementMetadata(name="RPT 0", notes=None)
    kept, hint = split_measurement({"measurement": model, "time_series": FRAME})
    assert (kept, hint) == ({"name": "RPT 0", "notes": None}, None)


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        (None, "data", 'give {"measurement": {...}, "time_series": frame}'),
        (FRAME | {"measurement": {}}, "Time [s]", "known keys: measurement, time_series, steps"),
        ([("measurement", {})], "data", "give"),
        ({}, "measurement", "give a dictionary"),
        ({"measurement": "RPT 0", "time_series": FRAME}, "measurement", "give a dictionary"),
        ({"measurement": {"name": "x"}}, "time_series", "create_properties()"),
        ({"measurement": {"name": "x"}, "time_series": None}, "time_series", "give a table"),
        ({"measurment": {}, "time_series": FRAME}, "measurment", "unknown key"),
        ({5: 1}, "5", "unknown key"),
        (
            {"measurement": {"data_type": "gitt"}, "time_series": FRAME},
            "measurement.data_type",
            "'ocp' or 'eis'",
        ),
        (
            {"measurement": {"data_type": ["eis"]}, "time_series": FRAME},
            "measurement.data_type",
            "'ocp' or 'eis'",
        ),
    ],
)
def test_what_is_no_measurement_is_refused(data, field, said):
    with pytest.raises(PayloadError) as caught:
        split_measurement(data)
    assert caught.value.field == field
    assert said in str(caught.value)


def target(filename: str | None, url: str = "https://storage.example/o") -> UploadTarget:
    return UploadTarget.from_dict(
        {"filename": filename, "signed_url": url, "token": "t", "path": "p"}
    )


def test_targets_are_found_by_name_in_whatever_order_they_come():
    offered = [target("b", "https://b"), target("extra"), target("a", "https://a")]
    found = targets_by_name(offered, ["a", "b"])
    assert [(name, each.url) for name, each in found.items()] == [
        ("a", "https://a"),
        ("b", "https://b"),
    ]
    assert {each.parts for each in found.values()} == {None}


def test_a_target_that_is_missing_or_double_is_reported():
    with pytest.raises(UnexpectedResponse, match="no upload URL for b, c; nothing was stored"):
        targets_by_name([target("a"), target(None)], ["a", "b", "c"])
    with pytest.raises(UnexpectedResponse, match="two upload URLs for a"):
        targets_by_name([target("a"), target("a")], ["a"])
