"""One table of many measurements: ids and names beside, gaps told, no request too many."""

import warnings
from collections import Counter

import pandas as pd
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from traffic import SERIES, traffic, unique

from ionworks import MissingTableWarning, Quantity
from ionworks.errors import NotFound, PayloadError

pytestmark = pytest.mark.replayed

BESIDE = ["cell_instance_id", "cell_instance_name", "measurement_id", "measurement_name"]
WARM = SERIES.with_columns(pl.lit(25.0).alias("Temperature [degC]"))


@pytest.fixture
def lab(client):
    """A specification with two cells of two series each, one of which has temperatures."""
    spec = client.cell_spec.create({"name": unique("spec")})
    cells = [client.cell_instance.create(spec.id, {"name": f"M50-{n}"}) for n in (1, 2)]
    tests = [
        client.cell_measurement.create(
            cell.id, {"measurement": {"name": name}, "time_series": frame}
        )
        for cell in cells
        for name, frame in (("RPT 0", SERIES), ("ageing", WARM))
    ]
    return spec, cells, tests


def test_many_measurements_make_one_table_of_cycles(client, lab):
    make_one_table(client.cell_measurement.cycles, lab)


@pytest.mark.live("a step table is large in a cassette")
def test_many_measurements_make_one_table_of_steps(client, lab):
    make_one_table(client.cell_measurement.steps, lab)


def make_one_table(read, lab):
    _, cells, tests = lab
    whole = read([test.id for test in tests])
    assert whole.columns[:4] == BESIDE
    assert whole["measurement_name"].unique(maintain_order=True).to_list() == ["RPT 0", "ageing"]
    names = {cell.id: cell.name for cell in cells}
    for test in tests:
        part = whole.filter(pl.col("measurement_id") == test.id)
        assert part["cell_instance_name"].unique().to_list() == [names[test.cell_instance_id]]
        alone = read(test.id)
        assert_frame_equal(part.select(alone.columns), alone)
    ids = whole["measurement_id"].unique(maintain_order=True).to_list()
    assert ids == [test.id for test in tests]  # in the order that was asked for


def test_what_only_some_tables_have_is_null_in_the_others(client, lab):
    cycles = client.cell_measurement.cycles(lab[2])
    temperatures = dict(
        cycles.group_by("measurement_name").agg(pl.col("^Mean temp.*$").max()).rows()
    )
    assert temperatures == {"RPT 0": None, "ageing": 25.0}


def test_records_cost_no_request_and_each_name_one(client, lab):
    spec, cells, tests = lab
    with traffic() as sent:
        client.cell_measurement.cycles([test.id for test in tests])
    assert Counter(each.operation for each in sent) == {
        "get_cell_measurement": 4,
        "get_cell_instance": 2,
        "get_measurement_cycles": 4,
    }
    listed = client.cell_measurement.list_by_project(spec_id=spec.id)
    with traffic() as sent:
        client.cell_measurement.cycles(listed)
    assert Counter(each.operation for each in sent) == {"get_measurement_cycles": 4}
    with traffic() as sent:
        client.cell_instance.cycles(cells)
    assert Counter(each.operation for each in sent) == {
        "list_cell_measurements": 2,
        "get_measurement_cycles": 4,
    }


@pytest.mark.live("a step table is large in a cassette")
def test_many_cells_make_one_table_of_the_measurements_that_are_wanted(client, lab):
    _, cells, _ = lab
    ids = [cell.id for cell in cells]
    steps = client.cell_instance.steps(ids, name="RPT", as_="pandas")
    assert isinstance(steps, pd.DataFrame)
    assert set(steps["measurement_name"]) == {"RPT 0"}
    assert steps["cell_instance_name"].tolist() == ["M50-1", "M50-1", "M50-2", "M50-2"]
    both = client.cell_instance.cycles(ids)
    assert both.group_by("cell_instance_name").len().sort("cell_instance_name").rows() == [
        ("M50-1", 4),
        ("M50-2", 4),
    ]


def test_one_given_twice_is_there_once(client, lab):
    test = lab[2][0]
    twice = client.cell_measurement.cycles([test, test.id, test.id])
    assert_frame_equal(twice, client.cell_measurement.cycles([test.id]))


def test_nothing_asked_is_an_empty_table(client):
    assert client.cell_measurement.cycles([]).columns == BESIDE
    assert client.cell_instance.steps([]).height == 0


def test_what_has_no_table_is_left_out_and_told_once(client, lab):
    _, cells, tests = lab
    mass = client.cell_measurement.create_properties(
        cells[0].id, "mass", {"mass": Quantity(68, "g")}
    )
    with pytest.warns(MissingTableWarning, match="1 of 2 measurements have no cycles") as told:
        cycles = client.cell_measurement.cycles([mass, tests[0]])
    assert cycles["measurement_id"].unique().to_list() == [tests[0].id]
    (missing,) = (each for each in told if each.category is MissingTableWarning)
    assert "'mass'" in str(missing.message)
    assert "a properties measurement has no tables" in str(missing.message)
    assert missing.filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error", MissingTableWarning)
        client.cell_instance.cycles(cells)  # only series were asked for


@pytest.mark.parametrize("workers", [1, 8])
def test_progress_tells_of_each_table(client, lab, workers):
    told = []
    client.max_workers = min(workers, client.max_workers)
    client.cell_measurement.cycles(lab[2], progress=told.append)
    assert [(each.done, each.total, each.unit) for each in told] == [
        (n, 4, "table") for n in (1, 2, 3, 4)
    ]
    assert {each.operation for each in told} == {"cycles"}


def test_in_a_pipe_a_bar_is_only_for_those_who_ask(client, lab, capfd):
    client.cell_measurement.cycles(lab[2])
    assert capfd.readouterr() == ("", "")
    client.cell_measurement.cycles(lab[2], progress=True)
    out, err = capfd.readouterr()
    assert out == ""
    assert "4/4" in err


@pytest.mark.live("a step table is large in a cassette")
def test_what_a_callback_raises_ends_the_call(client, lab):
    def stop(update):
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        client.cell_measurement.steps(lab[2][:1], progress=stop)


@pytest.mark.live("sends nothing")
@pytest.mark.parametrize("wrong", [5, None, [5], {"id": "x"}, b"id"])
def test_what_are_no_measurements_is_reported_before_anything_is_sent(client, wrong):
    with traffic() as sent:
        with pytest.raises(PayloadError, match=r"\bids?\b") as caught:
            client.cell_measurement.cycles(wrong)
        assert caught.value.field.startswith("measurement_id")
        with pytest.raises(PayloadError, match=r"\bids?\b") as caught:
            client.cell_instance.cycles(wrong)
        assert caught.value.field.startswith("cell_instance_ids")
    assert sent == []


def test_a_record_of_another_kind_is_reported(client, lab):
    _, cells, tests = lab
    with pytest.raises(PayloadError, match="or its id, got a Cell"):
        client.cell_measurement.cycles(cells)
    one = client.cell_measurement.cycles(tests[0])
    assert one.equals(client.cell_measurement.cycles(tests[0].id))


@pytest.mark.live("about what the sandbox decides")
def test_one_that_is_not_there_is_an_error(client, lab):
    with pytest.raises(NotFound):
        client.cell_measurement.cycles([lab[2][0].id, "00000000-0000-4000-8000-000000000000"])


def test_lists_of_records_become_tables_in_the_clients_kind(client, lab):
    spec, _, _ = lab
    frame = client.cell_measurement.list_by_project(spec_id=spec.id).to_frame()
    assert set(frame["instance.name"]) == {"M50-1", "M50-2"}
    client.dataframe_backend = "pandas"
    try:
        assert isinstance(client.cell_instance.list(spec.id).to_frame(), pd.DataFrame)
    finally:
        client.dataframe_backend = "polars"
