"""The report of the benchmarks: medians, ratios and verdicts, in all its forms."""

import json

import pytest

from benchmarks.process import Sample
from benchmarks.row import MEGABYTES_OVER, SECONDS, Budget, Row
from benchmarks.rows import ROWS
from benchmarks.summary import as_share, differences, summarize
from benchmarks.table import Report, as_json, as_number, render_markdown, render_text

ROW = Row(
    name="upload",
    title="upload of a frame",
    call="upload",
    scene=None,
    metrics=(SECONDS, MEGABYTES_OVER),
    rounds=3,
    budgets={"s": Budget(share=1 / 4), "MB over": Budget(most=100)},
)


def samples(seconds, megabytes, rows=5):
    return [Sample({"seconds": s, "peak_bytes": megabytes * 1e6}, {"rows": rows}) for s in seconds]


SAMPLES = {
    "ours": samples([1.0, 9.0, 2.0], 120),
    "vendor": samples([10.0, 8.0, 7.5], 800),
    "baseline": samples([1.0, 1.0, 1.0], 0),
}


def test_ratios_are_those_of_the_medians_and_budgets_are_judged_by_them():
    seconds, memory = summarize(ROW, SAMPLES)
    ours = seconds.spreads["ours"]
    assert (ours.median, ours.least, ours.most, ours.values) == (2.0, 1.0, 9.0, (1.0, 9.0, 2.0))
    assert (seconds.to_vendor, seconds.to_baseline) == (0.25, 2.0)
    assert (seconds.budget, seconds.met) == ("1/4", True)
    assert (memory.to_vendor, memory.to_baseline) == (0.15, None)  # the baseline took nothing
    assert (memory.budget, memory.met) == ("100 MB over", False)


def test_a_contestant_that_does_not_take_part_has_no_ratio():
    seconds, _ = summarize(ROW, {"ours": SAMPLES["ours"], "baseline": SAMPLES["baseline"]})
    assert (seconds.to_vendor, seconds.budget, seconds.met) == (None, "", None)


def test_other_work_is_reported_with_what_was_done():
    assert differences(SAMPLES) == []
    found = {**SAMPLES, "vendor": [*samples([1.0], 1), *samples([1.0], 1, rows=3)]}
    assert differences(found) == ["vendor did {'rows': 3}, not {'rows': 5}"]
    assert [(line.budget, line.met) for line in summarize(ROW, found)] == [
        ("1/4 not judged", None),
        ("100 MB over not judged", None),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(1 / 17.24, "1/17.2"), (0.25, "1/4"), (1 / 5.5, "1/5.5"), (2 / 3, "2/3"), (0.9999, "1x"),
     (1 / 3.957, "1/3.96"),
     (1.4216, "1.42x"), (9.997, "10x"), (180, "180x"), (0, "0")],
)  # fmt: skip
def test_a_ratio_has_three_digits(value, text):
    assert as_share(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.03204, "0.0320"),
        (7.5, "7.50"),
        (24.58, "24.6"),
        (302, "302"),
        (1039.4, "1,039"),
        (0, "0"),
    ],
)
def test_a_number_has_three_digits_and_all_of_an_integer(value, text):
    assert as_number(value) == text


def test_the_report_has_each_number_in_each_form():
    report = Report(
        {"machine": "2 cores"}, summarize(ROW, SAMPLES), {"upload": ["Over the frame."]}
    )
    text = render_text(report).splitlines()
    assert text[0] == "machine: 2 cores"
    assert text[-1] == "upload: Over the frame."
    (medians,) = [line for line in text if line.startswith("upload of a frame")]
    assert medians.split()[4:] == ["s", "2.00", "8.00", "1.00", "1/4", "2x", "1/4", "met"]
    assert text[text.index(medians) + 1].split() == [
        "upload",
        "1.00..9.00",
        "7.50..10.0",
        "1.00..1.00",
    ]
    assert "| 2.00 (1.00..9.00) | 8.00 (7.50..10.0) |" in render_markdown(report)
    plain = json.loads(json.dumps(as_json(report)))
    assert plain["lines"][0]["spreads"]["ours"]["values"] == [1.0, 9.0, 2.0]


def test_rows_have_names_of_their_own_and_budgets_for_what_they_measure():
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert [row.name for row in ROWS if row.budgets.keys() - {m.unit for m in row.metrics}] == []
