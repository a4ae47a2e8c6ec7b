"""Lists and iterators over thousands of records: complete, lazy, ordered, filtered."""

import warnings
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import pytest
from traffic import traffic, unique

from ionworks import DifferenceWarning
from ionworks._request.schemas import page_size
from ionworks.errors import NotFound, PayloadError

pytestmark = pytest.mark.replayed

CROWD = 2500


@pytest.fixture(scope="module")
def crowd(sandbox):
    with sandbox.client() as client:
        spec = client.cell_spec.create({"name": unique("crowd")})

        def make(number):
            data = {"name": f"cell {number:04}", "batch": f"B-{number % 10}"}
            return client.cell_instance.create(spec.id, data)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(make, range(CROWD)))
        return spec.id


def test_list_returns_every_record_and_the_total(client, crowd):
    cells = client.cell_instance.list(crowd)
    assert isinstance(cells, list)
    assert len(cells) == cells.total == CROWD
    assert {c.name for c in cells} == {f"cell {n:04}" for n in range(CROWD)}
    assert len({c.id for c in cells}) == CROWD


def test_a_list_behaves_like_any_list(client, crowd):
    cells = client.cell_instance.list(crowd, limit=3, order_by="name", order="asc")
    assert [c.name for c in cells + cells[:0]] == ["cell 0000", "cell 0001", "cell 0002"]
    assert cells[-1].name == "cell 0002"
    assert [c.name for c in cells[:1]] == ["cell 0000"]
    assert cells.first() == cells[0]
    assert cells == list(cells)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ({"limit": 7}, range(7)),
        ({"limit": 7, "offset": 11}, range(11, 18)),
        ({"offset": CROWD - 5}, range(CROWD - 5, CROWD)),
        ({"limit": 10, "offset": CROWD - 5}, range(CROWD - 5, CROWD)),
        ({"limit": 10, "offset": CROWD + 5}, range(0)),
    ],
)
def test_limit_and_offset_ask_for_one_page(client, crowd, page, expected):
    with traffic() as sent:
        cells = client.cell_instance.list(crowd, **page, order_by="name", order="asc")
    assert [c.name for c in cells] == [f"cell {n:04}" for n in expected]
    assert cells.total == CROWD
    assert len(sent) == 1


@pytest.mark.parametrize("page", [{"limit": 0}, {"limit": -1}, {"offset": -1}, {"limit": 10**6}])
@pytest.mark.live("sends nothing")
def test_a_page_that_cannot_be_is_refused_before_sending(client, page):
    with traffic() as sent, pytest.raises(PayloadError, match=next(iter(page))):
        client.cell_spec.list(**page)
    assert not sent


def test_an_empty_list_is_empty(client):
    spec = client.cell_spec.create({"name": unique("spec")})
    cells = client.cell_instance.list(spec.id)
    assert cells == []
    assert cells.total == 0
    assert cells.first() is None
    assert list(client.cell_instance.iterate(spec.id)) == []


def test_iterate_asks_for_nothing_before_the_first_item_and_for_pages_as_needed(client, crowd):
    with traffic() as sent:
        cells = client.cell_instance.iterate(crowd, order_by="name", order="asc")
        assert len(sent) == 0
        first = next(cells)
        assert first.name == "cell 0000"
        assert len(sent) == 1
        size = page_size()
        names = [c.name for c in islice(cells, size - 1)]
        assert names[-1] == f"cell {size - 1:04}"
        assert len(sent) == 1
        assert next(cells).name == f"cell {size:04}"
        assert len(sent) == 2


def test_iterate_yields_everything_once(client, crowd):
    with traffic() as sent:
        names = [c.name for c in client.cell_instance.iterate(crowd, order_by="name")]
    assert names == [f"cell {n:04}" for n in reversed(range(CROWD))]
    assert len(sent) == CROWD / page_size()


@pytest.mark.parametrize(("items", "requests"), [(0, 0), (1, 1), (100, 1), (101, 2), (9999, 25)])
def test_max_items_bounds_items_and_requests(client, crowd, items, requests):
    with traffic() as sent:
        cells = list(client.cell_instance.iterate(crowd, max_items=items))
    assert len(cells) == min(items, CROWD)
    assert len(sent) == requests


def test_a_negative_max_items_is_refused_at_once(client, crowd):
    with pytest.raises(PayloadError, match="max_items"):
        client.cell_instance.iterate(crowd, max_items=-1)


def test_order_is_that_of_the_whole_list_and_newest_first_by_default(client, crowd):
    newest = client.cell_instance.list(crowd)
    times = [c.created_at for c in newest]
    assert times == sorted(times, reverse=True)
    oldest = client.cell_instance.list(crowd, order_by="created_at", order="asc")
    assert [c.id for c in oldest] == [c.id for c in reversed(newest)]


def test_filters_hold_over_all_pages(client, crowd):
    tens = client.cell_instance.list(crowd, name="CELL 10")
    assert {c.name for c in tens} == {f"cell 10{n:02}" for n in range(100)}
    assert tens.total == 100
    thousands = client.cell_instance.list(crowd, name="cell 1", order_by="name", order="asc")
    assert [c.name for c in thousands] == [f"cell 1{n:03}" for n in range(1000)]


def test_times_bound_a_list(client, crowd):
    oldest = client.cell_instance.list(crowd, order_by="created_at", order="asc")
    middle = oldest[1200].created_at
    assert client.cell_instance.list(crowd, created_after=middle).total == CROWD - 1201
    assert client.cell_instance.list(crowd, created_before=middle).total == 1200
    between = client.cell_instance.iterate(
        crowd, created_after=oldest[10].created_at, created_before=oldest[13].created_at.isoformat()
    )
    assert {c.id for c in between} == {oldest[11].id, oldest[12].id}


@pytest.mark.parametrize("number", [0, 1249, CROWD - 1])
def test_create_or_get_finds_one_among_thousands_with_two_requests(client, crowd, number):
    data = {"name": f"cell {number:04}", "batch": f"B-{number % 10}"}
    with warnings.catch_warnings(), traffic() as sent:
        warnings.simplefilter("error")
        found = client.cell_instance.create_or_get(crowd, data)
    assert found.name == data["name"]
    assert [(s.method, s.status) for s in sent] == [("POST", 409), ("GET", 200)]
    assert client.cell_instance.list(crowd, name_exact=data["name"]) == [found]


def test_create_or_get_compares_one_among_thousands(client, crowd):
    with pytest.warns(DifferenceWarning, match="batch: requested 'B-7', found 'B-0'"):
        client.cell_instance.create_or_get(crowd, {"name": "cell 0000", "batch": "B-7"})


@pytest.mark.live("pages are large")
def test_measurements_of_many_pages_are_all_there(client):
    spec = client.cell_spec.create({"name": unique("spec")})
    cell = client.cell_instance.create(spec.id, {"name": "1"})
    for number in range(230):
        client.cell_measurement.create_properties(cell.id, f"m {number:03}", {"count": "few"})
    listed = client.cell_measurement.list(cell.id, order_by="name", order="asc")
    assert [m.name for m in listed] == [f"m {n:03}" for n in range(230)]
    iterated = client.measurement.iterate(cell.id, order_by="name", order="asc")
    assert list(iterated) == listed
    by_project = client.cell_measurement.list_by_project(spec.project_id, spec_id=spec.id)
    assert {m.id for m in by_project} == {m.id for m in listed}
    assert by_project.total == 230
    page = client.cell_measurement.list_by_project(
        spec.project_id, spec_id=spec.id, order_by="name", order="asc", limit=2, offset=228
    )
    assert [m.name for m in page] == ["m 228", "m 229"]
    assert page.total == 230


@pytest.mark.parametrize(
    ("filters", "error", "told"),
    [
        ({"nmae": "x"}, TypeError, "did you mean 'name'"),
        ({"name": ""}, PayloadError, "name"),
        ({"name": " "}, PayloadError, "name"),
        ({"name": 5}, PayloadError, "name"),
        ({"order_by": "colour"}, PayloadError, "order_by.*created_at"),
        ({"order": "up"}, PayloadError, "order.*asc"),
        ({"created_after": "yesterday"}, PayloadError, "created_after"),
        ({"created_after": 7}, PayloadError, "created_after"),
        ({"updated_before": "01/02/2025"}, PayloadError, "updated_before.*ambiguous"),
        ({"created_by_email": ""}, PayloadError, "created_by_email"),
    ],
)
@pytest.mark.live("sends nothing")
def test_a_filter_that_means_nothing_is_refused_before_sending(client, filters, error, told):
    with traffic() as sent:
        for lister in (client.cell_instance.list, client.cell_measurement.list):
            with pytest.raises(error, match=told):
                lister("some-id", **filters)
        for iterator in (client.cell_instance.iterate, client.cell_measurement.iterate):
            with pytest.raises(error, match=told):
                iterator("some-id", **filters)
        with pytest.raises(error, match=told):
            client.cell_measurement.list_by_project("some-id", **filters)
    assert not sent


@pytest.mark.live("about what the sandbox decides")
def test_lists_under_what_is_not_there_are_not_found(client):
    with pytest.raises(NotFound):
        client.cell_instance.list("nowhere")
    with pytest.raises(NotFound):
        next(client.cell_measurement.iterate("nowhere"))
    with pytest.raises(NotFound):
        client.cell_measurement.list_by_project("nowhere")
