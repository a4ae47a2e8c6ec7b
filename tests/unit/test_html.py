"""What shows in a notebook: all escaped, quantities typeset, small plots of what is there."""

import datetime
import re
from html.parser import HTMLParser

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ionworks import Quantity
from ionworks._html import format_value, html_fields, html_rows, html_table, sparkline
from ionworks._workflows.views import CellInstanceDetail, MeasurementDetail, PartError
from ionworks.errors import ServerError
from ionworks.frames.convert import from_polars
from ionworks.models import CellInstance, CellMeasurement, CellSpecification, InvalidRecord
from ionworks.records.pages import RecordList
from ionworks.sandbox import SyntheticCell
from ionworks.validators import ValidationReport, find_issues

HEAD = {"created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z"}
EVIL = "<script>alert('x')</script>"


class Tags(HTMLParser):
    """Counts the tags, and sees that each is closed in order."""

    def __init__(self, html):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def measurement(name="RPT 0", **given_):
    data = {"id": "m", "name": name, "cell_instance_id": "c", **HEAD, **given_}
    return CellMeasurement.from_dict(data)


def cell(name="M50-007", **given_):
    data = {"id": "c", "name": name, "cell_specification_id": "s", **HEAD, **given_}
    return CellInstance.from_dict(data)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (Quantity(4.941234567, "A*h"), "4.94123 A·h"),
        (Quantity(25, "degC"), "25 °C"),
        (Quantity(0.5, ""), "0.5"),
        (0.1 + 0.2, "0.3"),
        (datetime.datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=datetime.UTC), "2026-01-02 03:04:05"),
        (["a", Quantity(1, "V")], "a, 1 V"),
        ("x" * 500, "x" * 119 + "…"),
        (True, "True"),
    ],
)
def test_values_are_written_for_people(value, shown):
    assert format_value(value) == shown


@given(st.text(max_size=20), st.text(max_size=20))
def test_whatever_a_name_is_the_html_holds(name, value):
    for html in (
        html_table([name], [[value]], name, more=value),
        html_fields([(name, value)], name),
        html_rows([{name: value}], name),
        sparkline([0, 1], [0, 1], name),
    ):
        assert "script" not in Tags(html).seen


def test_a_record_shows_its_fields_with_units():
    spec = CellSpecification.from_dict(
        {
            "id": "s",
            "name": EVIL,
            "organization_id": "o",
            **HEAD,
            "ratings": {"capacity": {"value": 5.0, "unit": "A*h"}},
            "properties": {"api_key": "iwk-secret-1234"},
        }
    )
    html = spec._repr_html_()
    assert "script" not in Tags(html).seen
    assert ">capacity</th><td style='text-align:left'>5 A·h</td>" in html
    assert "iwk-secret-1234" not in html
    assert "form_factor" not in html  # it says nothing
    assert html.index(">capacity<") < html.index(">created_at<")


def test_a_list_shows_a_table_and_what_is_left_out():
    many = RecordList([cell(f"M50-{n:03}", notes="dented") for n in range(30)], total=75)
    html = many._repr_html_()
    assert Tags(html).seen.count("tr") == 21
    assert html.index(">name<") < html.index(">notes<") < html.index(">id<")
    assert "created_at" not in html  # who made it when tells no two cells apart
    assert "10 more rows, .to_frame() has all" in html
    assert "75 match on the server" in html
    mixed = RecordList([cell(), InvalidRecord("x", "name", "required, but absent", {})])
    assert "2 CellInstance and InvalidRecord" in mixed._repr_html_()
    assert "name: required, but absent" in mixed._repr_html_()
    assert "no records" in RecordList()._repr_html_()


@pytest.mark.parametrize("backend", ["polars", "pandas", "arrow"])
def test_a_measurement_shows_its_tables_and_small_pictures(backend):
    series = SyntheticCell(seed=3).cycling(cycles=2)
    view = MeasurementDetail(
        measurement(),
        steps=from_polars(pl.DataFrame({"Step count": [0, 1]}), backend),
        time_series=from_polars(series, backend),
        missing={"cycles": f"not {EVIL}"},
    )
    html = view._repr_html_()
    tags = Tags(html).seen
    assert tags.count("svg") == 2
    assert "script" not in tags
    assert f"{series.height:,} rows" in html
    low, high = series["Voltage [V]"].min(), series["Voltage [V]"].max()
    assert f"Voltage [V]: {low:.4g} to {high:.4g}" in html  # the extremes survive the thinning
    assert len(html) < 40_000
    alone = MeasurementDetail(measurement())._repr_html_()
    assert "svg" not in Tags(alone).seen
    assert "not requested" in alone


def test_a_series_without_time_or_with_gaps_shows_what_there_is():
    gaps = pl.DataFrame({"Time [s]": [0.0, 1, 2, 3], "Voltage [V]": [4.0, None, 3.0, 2.0]})
    assert MeasurementDetail(measurement(), time_series=gaps)._repr_html_().count("<polyline") == 2
    for odd in (
        pl.DataFrame({"Frequency [Hz]": [1.0]}),
        pl.DataFrame({"Time [s]": [0.0], "Voltage [V]": [float("nan")]}),
        pl.DataFrame(schema={"Time [s]": pl.Float64, "Voltage [V]": pl.Float64}),
    ):
        assert (
            "svg" not in Tags(MeasurementDetail(measurement(), time_series=odd)._repr_html_()).seen
        )


@example([1.7976931348623157e308, -1e300])
@given(st.lists(st.none() | st.floats(allow_nan=True, allow_infinity=True), max_size=12))
def test_any_numbers_make_a_picture_or_none(values):
    html = sparkline(range(len(values)), values, "x")
    Tags(html)
    numbers = re.findall(r"points='([^']*)'", html)
    assert all("nan" not in each and "inf" not in each for each in numbers)


def test_a_cell_shows_a_row_for_each_measurement():
    views = [MeasurementDetail(measurement(f"RPT {n}")) for n in range(25)]
    error = PartError("m", "steps", ServerError("down", status_code=500))
    detail = CellInstanceDetail(cell(), "s", views, errors=[error])
    html = detail._repr_html_()
    assert Tags(html).seen.count("tr") == 21
    assert "5 more, 1 parts could not be read: see .errors" in html
    assert "CellInstanceDetail M50-007" in html


def test_a_report_shows_its_findings():
    report = find_issues({"Time [s]": [0.0, -1.0], "Voltage [V]": [4.0, 4.0]})
    assert isinstance(report, ValidationReport)
    assert "column_missing" in report._repr_html_()
    assert str(report).startswith("error: column")
    assert str(ValidationReport()) == "no findings"
    assert "no findings" in ValidationReport()._repr_html_()
