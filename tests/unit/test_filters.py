"""Python keywords become the server's filters, or a sentence that says why not."""

import re
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ionworks_openapi.api.cell_batches import list_cell_batches
from ionworks_openapi.api.cell_instances import list_cell_instances
from ionworks_openapi.api.cell_measurements import (
    list_cell_measurements,
    list_cell_measurements_by_project,
)
from ionworks_openapi.api.cell_specifications import list_cell_specifications
from ionworks_openapi.types import Filter

from ionworks._request.filters import write_filters
from ionworks.errors import PayloadError


def query_of(operation, **filters):
    return write_filters(operation.filters, filters)


def to_query(**filters):
    """Ask the lists that know the keywords."""
    special = {k: filters.pop(k) for k in ("form_factor", "project_id") if k in filters}
    return {
        **query_of(list_cell_measurements_by_project, **filters),
        **query_of(list_cell_specifications, **special),
    }


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


def test_choices_are_reported():
    with pytest.raises(PayloadError, match="asc, desc"):
        to_query(order="ASC")
    with pytest.raises(PayloadError, match="time_series, file, properties"):
        to_query(measurement_type="timeseries")
    with pytest.raises(PayloadError, match="name, created_at, updated_at"):
        query_of(list_cell_specifications, order_by="start_time")


def test_each_list_knows_its_own_keywords():
    assert query_of(
        list_cell_specifications, form_factor="18650", project_id="p", order_by="name"
    ) == {
        "form_factor": "eq.18650",
        "project_id": "p",
        "order_by": "name",
    }
    assert query_of(list_cell_instances, name="7") == {"name": "ilike.%7%"}
    assert query_of(
        list_cell_measurements, started_after=date(2025, 1, 2), order_by="start_time"
    ) == {
        "start_time_gt": "2025-01-02T00:00:00Z",
        "order_by": "start_time",
    }
    assert query_of(list_cell_measurements_by_project, spec_cathode="NMC", order_by="cycler") == {
        "spec_cathode": "ilike.%NMC%",
        "order_by": "cycler",
    }
    with pytest.raises(TypeError, match="form_factor"):
        query_of(list_cell_instances, form_factor="18650")
    with pytest.raises(PayloadError, match="start_time"):
        query_of(list_cell_measurements, order_by="cycler")


def test_a_misspelt_keyword_is_answered_with_the_nearest():
    with pytest.raises(TypeError, match="did you mean 'created_after'"):
        to_query(created_aftr="2025-01-02")


def test_each_kind_of_keyword_is_written_in_its_own_way():
    known = {
        "part": Filter("name", "contains"),
        "whole": Filter("name", "equals"),
        "since": Filter("at_gt", "datetime"),
        "state": Filter("state", "choice", ("new", "used")),
        "owner": Filter("owner_id", "text"),
        "labels": Filter("labels", "texts"),
        "full": Filter("full"),
    }
    given = {"whole": "A", "part": "a", "since": date(2025, 1, 2), "state": "new"}
    more = {"owner": "o1", "labels": "red", "full": False}
    assert write_filters(known, given | more) == {
        "name": "eq.A",
        "at_gt": "2025-01-02T00:00:00Z",
        "state": "new",
        "owner_id": "o1",
        "labels": ["red"],
        "full": False,
    }
    assert write_filters(list_cell_batches.filters, {"name": "lot"}) == {"name": "ilike.%lot%"}
