"""D5: a list that changes between its pages. What stayed is there once, or the change is told."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress

import pytest
from attrs import define, field
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from ionworks_openapi.api.cell_measurements import list_cell_measurements
from ionworks_openapi.api.cell_specifications import list_cell_specifications
from ionworks_openapi.api.jobs import list_jobs

from ionworks._request.filters import sort_order
from ionworks.errors import ListChanged, UnexpectedResponse, ValidationFailed
from ionworks.records import InvalidRecord
from ionworks.records.walk import ListChangedWarning, collect, iterate, record_key

Change = tuple[str, int, int]


@define
class Page:
    items: list[int]
    total: int | None


@define
class Shifting:
    """A list of numbers that `gaps` change: each one before the page after the first, in turn."""

    size: int
    gaps: list[list[Change]]
    cap: int = 1000
    now: list[int] = field(init=False)
    gone: set[int] = field(init=False, factory=set)
    made: int = field(init=False)
    asked: list[tuple[int, int]] = field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        self.now, self.made = list(range(self.size)), self.size

    def __call__(self, limit: int | None, offset: int | None) -> Page:
        assert limit is not None
        assert offset is not None
        if self.asked and self.gaps:
            for change in self.gaps.pop(0):
                self.change(*change)
        self.asked.append((limit, offset))
        assert len(self.asked) < 500
        return Page(self.now[offset : offset + min(limit, self.cap)], len(self.now))

    def change(self, kind: str, one: int, other: int) -> None:
        if kind == "insert":
            self.now.insert(one % (len(self.now) + 1), self.made)
            self.made += 1
        elif self.now:
            item = self.now.pop(one % len(self.now))
            if kind == "delete":
                self.gone.add(item)
            else:
                self.now.insert(other % (len(self.now) + 1), item)

    def stayed(self) -> list[int]:
        return [item for item in range(self.size) if item not in self.gone]


places = st.integers(0, 40)
insert_first = st.tuples(st.just("insert"), st.just(0), st.just(0))
insert = st.tuples(st.just("insert"), places, st.just(0))
delete = st.tuples(st.just("delete"), places, st.just(0))
move = st.tuples(st.just("move"), places, places)


def gaps(*kinds: st.SearchStrategy[Change], most: int = 8) -> st.SearchStrategy[list[list[Change]]]:
    return st.lists(st.lists(st.one_of(*kinds), max_size=most), max_size=8)


def check_whole(found: list[int], server: Shifting) -> None:
    """What stayed is there once, in its order, and nothing twice."""
    assert len(set(found)) == len(found)
    stayed = set(server.stayed())
    assert stayed <= set(found)
    assert set(found) <= set(range(server.made))
    assert [item for item in found if item in stayed] == server.stayed()


@settings(max_examples=150)
@given(st.integers(0, 30), st.integers(2, 7), gaps(insert_first, delete))
@example(30, 5, [[("delete", 0, 0)], [("delete", 0, 0), ("insert", 0, 0)]])
@example(10, 4, [[("delete", 0, 0)] * 4])
def test_d5_newest_first_a_list_is_whole_whatever_is_made_and_deleted(size, page_size, gaps):
    server = Shifting(size, gaps)
    try:
        found = collect(server, page_size=page_size)
    except UnexpectedResponse:  # a whole page inserted and as many deleted: nothing else fits it
        assume(False)
    check_whole(found, server)


@settings(max_examples=150)
@given(st.integers(0, 30), st.integers(3, 7), gaps(insert, delete, most=3))
@example(8, 4, [[("delete", 0, 0), ("insert", 40, 0)]])
def test_d5_in_a_fixed_order_a_list_is_whole_whatever_enters_and_leaves(size, page_size, gaps):
    server = Shifting(size, gaps)
    found = collect(server, page_size=page_size, order="fixed")
    check_whole(found, server)


@settings(max_examples=150)
@given(st.integers(0, 30), st.integers(3, 7), gaps(insert, delete, move, most=2))
@example(9, 3, [[("move", 5, 0)]])
def test_d5_in_an_order_that_changes_a_list_is_whole_or_says_that_it_is_not(size, page_size, gaps):
    server, changes = Shifting(size, gaps, page_size), [change for gap in gaps for change in gap]
    with suppress(ListChanged):
        found = collect(server, page_size=page_size, order="changing")
        assert len(set(found)) == len(found)
        assert set(server.stayed()) <= set(found)
        if not any(change[0] == "move" for change in changes):
            check_whole(found, server)


@settings(max_examples=120)
@given(st.integers(0, 30), st.integers(2, 7), gaps(insert_first, delete), st.none() | places)
def test_d5_what_is_iterated_newest_first_is_whole_and_a_change_is_reported(
    size, page_size, gaps, max_items
):
    server = Shifting(size, gaps)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            found = list(iterate(server, page_size=page_size, max_items=max_items))
        except UnexpectedResponse:
            assume(False)
    assert len(set(found)) == len(found)
    if max_items is None:
        check_whole(found, server)
    else:
        assert len(found) <= max_items
    assert len(told) <= 1
    assert all(each.category is ListChangedWarning for each in told)
    if not told:  # as if nothing had happened: the requests are those of a quiet list
        assert len({offset for _, offset in server.asked}) == len(server.asked)


def everything(server: Shifting, act: Callable[[int], None], **how: object) -> list[int]:
    """Iterate, and do something with each item as soon as it comes."""
    found = []
    for item in iterate(server, **how):
        found.append(item)
        act(item)
    return found


@pytest.mark.parametrize("order", ["newest", "fixed"])
@pytest.mark.parametrize(("size", "page_size"), [(250, 100), (300, 100), (25, 3), (7, 2)])
def test_d5_what_is_deleted_as_it_comes_is_deleted_whole(order, size, page_size):
    server = Shifting(size, [])
    with pytest.warns(ListChangedWarning, match="read it with list"):
        found = everything(server, server.now.remove, page_size=page_size, order=order)
    assert (found, server.now) == (list(range(size)), [])


def test_d5_what_is_changed_as_it_comes_raises_where_the_order_changes_with_it():
    server = Shifting(250, [])

    def rename(item):
        server.now.remove(item)
        server.now.append(item)

    with pytest.raises(ListChanged, match=r"may have been skipped.*list\(\) first instead"):
        everything(server, rename, page_size=100, order="changing")
    server = Shifting(250, [])
    with pytest.raises(ListChanged, match=r"may have been skipped"):
        everything(server, server.now.remove, page_size=100, order="changing")


@pytest.mark.parametrize("order", ["newest", "fixed", "changing"])
@pytest.mark.parametrize(("size", "pages"), [(0, 1), (1, 1), (99, 1), (100, 1)])
def test_d5_a_list_of_one_page_is_one_request_in_any_order(order, size, pages):
    server = Shifting(size, [])
    assert collect(server, page_size=100, order=order) == list(range(size))
    assert list(iterate(server, page_size=100, order=order)) == list(range(size))
    assert server.asked == [(100, 0)] * 2 * pages


def test_d5_a_quiet_list_newest_first_takes_the_pages_that_it_has():
    server = Shifting(250, [])
    assert len(collect(server, page_size=100)) == 250
    assert server.asked == [(100, 0), (100, 100), (100, 200)]


@pytest.mark.parametrize("order", ["fixed", "changing"])
def test_d5_otherwise_pages_overlap_by_one_item(order):
    server = Shifting(250, [])
    assert collect(server, page_size=100, order=order) == list(range(250))
    assert server.asked == [(100, 0), (100, 99), (100, 198)]


@pytest.mark.parametrize("order", ["newest", "fixed"])
def test_x36_a_long_list_takes_the_widest_pages_that_the_service_allows(order):
    server = Shifting(1500, [])
    assert collect(server, page_size=100, order=order, wide=1000) == server.now
    assert [limit for limit, _ in server.asked] == [100, 1000, 1000]
    server.asked.clear()
    assert collect(lambda *page: refusing(server, *page), page_size=100, wide=1000) == server.now
    assert len(server.asked) == 15


def refusing(server: Shifting, limit: int, offset: int) -> Page:
    if limit > 100:
        raise ValidationFailed("the page is too large", 422)
    return server(limit, offset)


@settings(max_examples=80)
@given(st.integers(30, 90), gaps(insert_first, delete, most=3))
def test_x36_a_long_list_is_whole_whatever_changes_between_wide_pages(size, gaps):
    server = Shifting(size, gaps)
    check_whole(collect(server, page_size=2, wide=7), server)


def test_d5_one_deletion_is_made_good_by_one_request():
    server = Shifting(250, [[("delete", 3, 0)]])
    found = collect(server, page_size=100)
    assert found == list(range(250))  # the deleted one had been read
    assert found.total == 250
    assert server.asked == [(100, 0), (100, 100), (100, 98), (100, 198)]


def test_d5_a_list_that_never_rests_is_read_as_one_page_if_it_fits():
    server = Shifting(30, [[("move", 29, 0)]] * 400)
    found = collect(server, page_size=10, order="changing")
    assert sorted(found) == list(range(30))
    assert server.asked[-1] == (1000, 0)


@pytest.mark.parametrize("status", [None, 422])
def test_d5_a_list_that_never_rests_and_fits_no_page_is_given_up(status):
    server = Shifting(30, [[("move", 29, 0)]] * 400)

    def capped(limit, offset):
        if limit > 10 and status is not None:
            raise ValidationFailed("limit: at most 10", status)
        return server(min(limit, 10), offset)

    with pytest.raises(ListChanged, match=r"each of 5 attempts.*sort the list by created_at"):
        collect(capped, page_size=10, order="changing")
    assert len(server.asked) < 50


def test_d5_a_refusal_that_is_not_about_the_page_is_raised():
    def refusing(limit, offset):
        raise ValidationFailed("name", 422)

    with pytest.raises(ValidationFailed):
        collect(refusing, page_size=10, order="changing")


def test_d5_a_total_that_jumps_back_and_forth_is_given_up():
    totals = [50, 49] * 200

    def jumping(limit, offset):
        return Page(list(range(30))[offset : offset + limit], totals.pop())

    with pytest.raises(ListChanged, match="too often"):
        collect(jumping, page_size=10)


def test_d5_a_server_that_does_not_page_is_distinguished_from_a_list_that_changes():
    def stuck(limit, offset):
        return Page(list(range(10)), 250)

    for order in ("newest", "fixed"):
        with pytest.raises(UnexpectedResponse, match="the same 10 items"):
            collect(stuck, page_size=10, order=order)
    same = Shifting(30, [[("insert", 0, 0)] * 10])  # as many as there are on a page
    check_whole(collect(same, page_size=10), same)


def test_d5_unreadable_items_are_reported_apart_by_what_the_server_sent():
    bad = [InvalidRecord(None, "name", "absent", {"n": n}) for n in (1, 2, 1)]
    assert record_key(bad[0]) == record_key(bad[2]) != record_key(bad[1])
    assert record_key(InvalidRecord("7", "name", "absent", {})) == "7"


@pytest.mark.parametrize(
    ("filters", "order"),
    [
        ({}, "newest"),
        ({"name": None, "order_by": None}, "newest"),
        ({"order_by": "created_at", "order": "desc"}, "newest"),
        ({"measurement_type": "file", "project_id": "p", "created_after": "2024-01-01"}, "newest"),
        ({"order": "asc"}, "fixed"),
        ({"name": "a"}, "fixed"),  # one may be renamed to match
        ({"tags_all": ["a"]}, "fixed"),
        ({"status": "failed"}, "fixed"),
        ({"updated_after": "2024-01-01"}, "fixed"),
        ({"order_by": "name"}, "changing"),
        ({"order_by": "updated_at", "order": "asc"}, "changing"),
        ({"order_by": "start_time", "name": "a"}, "changing"),
    ],
)
def test_d5_the_order_of_a_list_follows_from_its_filters(filters, order):
    known = {
        **list_jobs.filters,
        **list_cell_measurements.filters,
        **list_cell_specifications.filters,
    }
    assert sort_order(known, filters) == order
