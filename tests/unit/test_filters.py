"""Python keywords become the server's filters, or a sentence that says why not."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ionworks.errors import PayloadError
from ionworks.filters import (
    instance_filters,
    measurement_filters,
    moment,
    project_measurement_filters,
    specification_filters,
    to_query,
)


def ilike(pattern: str, text: str) -> bool:
    """Match as SQL's ILIKE does, with the backslash as its escape."""
    parts = re.findall(r"\\(.)|(%)|(_)|(.)", pattern, re.DOTALL)
    regex = "".join(
        ".*" if percent else "." if underscore else re.escape(escaped or plain)
        for escaped, percent, underscore, plain in parts
    )
    return re.fullmatch(regex, text, re.IGNORECASE | re.DOTALL) is not None


def test_a_name_matches_a_part_and_an_exact_name_wins():
    assert to_query(name="RPT") == {"name": "ilike.%RPT%"}
    assert to_query(name="RPT", name_exact="RPT 0") == {"name": "eq.RPT 0"}
    assert to_query(name="", name_exact="RPT 0") == {"name": "eq.RPT 0"}
    assert to_query(name="RPT", name_exact=None) == {"name": "ilike.%RPT%"}


def test_wildcards_in_a_name_stand_for_themselves():
    assert to_query(name="NMC_811") == {"name": r"ilike.%NMC\_811%"}
    assert to_query(name="50%") == {"name": r"ilike.%50\%%"}
    assert to_query(name="a\\b") == {"name": r"ilike.%a\\b%"}
    assert to_query(name_exact="50%_") == {"name": "eq.50%_"}


@settings(max_examples=200)
@given(st.text("aB%_\\. *", min_size=1, max_size=8), st.text("aB%_\\. *", max_size=20))
@example("NMC_811", "NMC-811")
def test_a_name_filter_means_contains(needle, name):
    if not needle.strip():
        return
    pattern = to_query(name=needle)["name"].removeprefix("ilike.")
    assert ilike(pattern, name) == (needle.lower() in name.lower())


def test_every_keyword_has_its_parameter():
    query = to_query(
        form_factor="R2032",
        created_by_email="jane",
        created_after="2025-01-01",
        created_before="2025-01-02",
        updated_after="2025-01-03",
        updated_before="2025-01-04",
        started_after="2025-01-05",
        started_before="2025-01-06",
        measurement_type="time_series",
        order_by="start_time",
        order="desc",
        spec_name="LG",
        instance_name="M50",
        spec_anode="graphite",
        spec_cathode="NMC",
        spec_id="s1",
        cell_instance_id="c1",
        project_id="p1",
    )
    assert query == {
        "form_factor": "eq.R2032",
        "created_by_email": "ilike.%jane%",
        "created_at_gt": "2025-01-01T00:00:00Z",
        "created_at_lt": "2025-01-02T00:00:00Z",
        "updated_at_gt": "2025-01-03T00:00:00Z",
        "updated_at_lt": "2025-01-04T00:00:00Z",
        "start_time_gt": "2025-01-05T00:00:00Z",
        "start_time_lt": "2025-01-06T00:00:00Z",
        "measurement_type": "time_series",
        "order_by": "start_time",
        "order": "desc",
        "spec_name": "ilike.%LG%",
        "instance_name": "ilike.%M50%",
        "spec_anode": "ilike.%graphite%",
        "spec_cathode": "ilike.%NMC%",
        "spec_id": "s1",
        "cell_instance_id": "c1",
        "project_id": "p1",
    }


def test_none_means_not_given():
    assert to_query(name=None, created_after=None, order=None) == {}
    assert to_query() == {}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (datetime(2025, 1, 2, 3, 4, 5), "2025-01-02T03:04:05Z"),
        (datetime(2025, 1, 2, 3, 4, 5, 600, tzinfo=UTC), "2025-01-02T03:04:05.000600Z"),
        (
            datetime(2025, 1, 2, 3, tzinfo=timezone(timedelta(hours=5, minutes=30))),
            "2025-01-02T03:00:00+05:30",
        ),
        (datetime(2025, 7, 2, tzinfo=ZoneInfo("Europe/London")), "2025-07-02T00:00:00+01:00"),
        (datetime(1900, 1, 1, tzinfo=timezone(timedelta(seconds=1172))), "1899-12-31T23:40:28Z"),
        (date(2025, 1, 2), "2025-01-02T00:00:00Z"),
        ("2025-01-02", "2025-01-02T00:00:00Z"),
        (" 2025-01-02 03:04 ", "2025-01-02T03:04:00Z"),
        ("2025-01-02T03:04:05.5Z", "2025-01-02T03:04:05.500000Z"),
        ("2025-01-02T03:04:05+02:00", "2025-01-02T03:04:05+02:00"),
        ("20250102", "2025-01-02T00:00:00Z"),
        ("2025/01/02", "2025-01-02T00:00:00Z"),
        ("2 Jan 2025 3pm", "2025-01-02T15:00:00Z"),
        ("January 2, 2025 10:00 UTC", "2025-01-02T10:00:00Z"),
        ("2 Jan 2025 10:00 +0530", "2025-01-02T10:00:00+05:30"),
        ("13/02/2025", "2025-02-13T00:00:00Z"),
        ("5/5/2025", "2025-05-05T00:00:00Z"),
    ],
)
def test_a_moment_is_written_with_its_zone(value, written):
    assert moment("created_after", value) == written


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("01/02/2025", "2025-01-02 or 2025-02-01"),
        ("13/02/25", "2013-02-25 or 2025-02-13"),
        ("10", "does not give day, month and year"),
        ("Friday", "does not give day, month and year"),
        ("12:30", "does not give day, month and year"),
        ("Jan 2025", "does not give day, month and year"),
        ("2 Jan 2025 10:00 EST", "offset"),
        ("2 Jan 2025 10:00 GMT+3", "offset"),
        ("yesterday", "is no moment"),
        ("2025-13-01", "is no moment"),
        ("", "is no moment"),
        (1735776000, "is no moment"),
        (True, "is no moment"),
    ],
)
def test_a_moment_that_could_be_misread_is_refused_by_name(value, said):
    with pytest.raises(PayloadError, match=said) as caught:
        to_query(started_before=value)
    assert caught.value.field == "started_before"
    assert str(caught.value).startswith("started_before = ")


def test_not_a_time_is_refused():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(PayloadError, match="NaT"):
        to_query(created_after=pandas.NaT)
    stamp = pandas.Timestamp("2025-01-02 03:04:05", tz="UTC")
    assert moment("created_after", stamp) == "2025-01-02T03:04:05Z"


@settings(max_examples=100)
@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.none() | st.timezones()))
def test_a_datetime_keeps_its_instant(value):
    aware = value if value.utcoffset() is not None else value.replace(tzinfo=UTC)
    # Compared in UTC: in the hour that a clock repeats, zones with folds compare otherwise.
    written = datetime.fromisoformat(moment("created_after", value))
    assert written.astimezone(UTC) == aware.astimezone(UTC)


def test_a_moment_beyond_the_calendar_is_refused():
    zone = timezone(timedelta(hours=1, seconds=1))
    with pytest.raises(PayloadError, match="calendar"):
        moment("created_after", datetime(1, 1, 1, tzinfo=zone))


@settings(max_examples=200)
@given(st.text(max_size=30) | st.text("0123456789-/:. TZJanFeb+", max_size=20))
def test_any_text_is_a_moment_or_an_error_that_names_it(text):
    try:
        written = moment("created_after", text)
    except PayloadError as error:
        told = str(error)
    else:
        told = f"created_after = {datetime.fromisoformat(written):%z}"
        assert "+" in told or "-" in told
    assert told.startswith("created_after = ")


@pytest.mark.parametrize(
    "keyword",
    ["name", "name_exact", "form_factor", "created_by_email", "spec_name", "spec_id", "project_id"],
)
def test_an_empty_text_is_refused(keyword):
    for value in ("", "  "):
        with pytest.raises(PayloadError, match="Leave it out") as caught:
            to_query(**{keyword: value})
        assert caught.value.field == keyword


@pytest.mark.parametrize("value", [7, ["RPT"], b"RPT", "a\x00b", "a\ud800"])
def test_a_name_that_is_no_name_is_refused(value):
    with pytest.raises(PayloadError):
        to_query(name=value)


def test_names_in_any_script_are_sent_as_they_are():
    assert to_query(name_exact="Zelle Nº 5, 電池 🔋") == {"name": "eq.Zelle Nº 5, 電池 🔋"}


def test_choices_are_told():
    with pytest.raises(PayloadError, match="asc, desc"):
        to_query(order="ASC")
    with pytest.raises(PayloadError, match="time_series, file, properties"):
        to_query(measurement_type="timeseries")
    with pytest.raises(PayloadError, match="name, created_at, updated_at"):
        specification_filters(order_by="start_time")


def test_each_list_knows_its_own_keywords():
    assert specification_filters(form_factor="18650", project_id="p", order_by="name") == {
        "form_factor": "eq.18650",
        "project_id": "p",
        "order_by": "name",
    }
    assert instance_filters(name="7") == {"name": "ilike.%7%"}
    assert measurement_filters(started_after=date(2025, 1, 2), order_by="start_time") == {
        "start_time_gt": "2025-01-02T00:00:00Z",
        "order_by": "start_time",
    }
    assert project_measurement_filters(spec_cathode="NMC", order_by="cycler") == {
        "spec_cathode": "ilike.%NMC%",
        "order_by": "cycler",
    }
    with pytest.raises(TypeError, match="form_factor"):
        instance_filters(form_factor="18650")
    with pytest.raises(PayloadError, match="start_time"):
        measurement_filters(order_by="cycler")


def test_a_misspelt_keyword_is_told_the_nearest():
    with pytest.raises(TypeError, match="did you mean 'created_after'"):
        to_query(created_aftr="2025-01-02")
