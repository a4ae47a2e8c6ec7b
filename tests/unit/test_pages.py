"""Lists are walked to their end, page by page, whatever the server's pages and totals are."""

from __future__ import annotations

import copy
import json
import pickle
from itertools import islice

import pytest
from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st
from ionworks_openapi.models import CellInstanceList

from ionworks.records import InvalidRecord
from ionworks.records.pages import RecordList
from ionworks.records.walk import collect, iterate


@define
class Page:
    items: list[int]
    total: int | None


@define
class Server:
    """A list of numbers behind a list route; `totals` is what it says, call by call."""

    size: int
    cap: int = 1000
    totals: list[int | None] | None = None
    asked: list[tuple[int, int]] = field(factory=list)

    def __call__(self, limit: int | None, offset: int | None) -> Page:
        start, wanted = offset or 0, min(self.cap, 25 if limit is None else limit)
        self.asked.append((wanted, start))
        total = self.size
        if self.totals is not None:
            total = self.totals[min(len(self.asked), len(self.totals)) - 1]
        return Page(list(range(self.size))[start : start + wanted], total)


sizes = st.integers(0, 60)
page_sizes = st.integers(1, 20)


@settings(max_examples=80)
@given(sizes, page_sizes, st.integers(1, 20))
def test_every_item_comes_once_also_from_a_server_that_caps_its_pages(size, page_size, cap):
    server = Server(size, cap)
    found = collect(server, page_size=page_size)
    assert found == list(range(size))
    assert found.total == size
    pages = -(-size // min(cap, page_size))
    assert len(server.asked) == max(pages, 1)  # no request beyond the last item


@settings(max_examples=60)
@given(sizes, page_sizes)
def test_without_a_total_the_walk_ends_at_a_page_that_is_not_full(size, page_size):
    server = Server(size, totals=[None])
    found = collect(server, page_size=page_size)
    assert found == list(range(size))
    assert found.total == size
    assert len(server.asked) == size // page_size + 1


@settings(max_examples=80)
@given(sizes, page_sizes, st.lists(st.integers(0, 80), min_size=1, max_size=4))
def test_a_wrong_total_never_makes_the_walk_endless(size, page_size, totals):
    server = Server(size, totals=totals)
    found = collect(server, page_size=page_size)
    assert found == list(range(len(found)))  # in order, nothing twice
    assert len(server.asked) <= len(totals) * (size // page_size + 2)
    assert found.total >= len(found)


@settings(max_examples=60)
@given(sizes, page_sizes, st.integers(1, 500))
def test_a_total_that_is_too_large_loses_nothing(size, page_size, excess):
    server = Server(size, totals=[size + excess])
    found = collect(server, page_size=page_size)
    assert found == list(range(size))
    assert found.total == size + excess


def test_a_total_that_is_too_small_is_not_believed():
    assert len(collect(Server(60, totals=[0]), page_size=25)) == 60
    assert len(collect(Server(60, totals=[24]), page_size=25)) == 60


def test_d5_a_total_that_falls_sends_the_walk_back_to_what_it_has_read():
    server = Server(30, totals=[50, 30])
    assert collect(server, page_size=10) == list(range(30))
    assert server.asked == [(10, 0), (10, 10), (10, 0), (10, 10), (10, 20)]


def test_an_empty_list_takes_one_request():
    server = Server(0)
    assert collect(server, page_size=10) == []
    assert collect(server, page_size=10).total == 0
    assert list(iterate(Server(0), page_size=10)) == []
    assert len(server.asked) == 2


@settings(max_examples=80)
@given(sizes, page_sizes, st.none() | st.integers(0, 70))
def test_no_more_than_max_items_come_and_no_page_too_many(size, page_size, max_items):
    server = Server(size)
    found = list(iterate(server, page_size=page_size, max_items=max_items))
    assert found == list(range(size))[:max_items]
    assert sum(limit for limit, _ in server.asked) < len(found) + page_size + 1
    if max_items == 0:
        assert server.asked == []


def test_a_page_is_fetched_when_it_is_needed():
    server = Server(100)
    items = iterate(server, page_size=10)
    assert server.asked == []
    assert next(items) == 0
    assert list(islice(items, 9)) == list(range(1, 10))
    assert server.asked == [(10, 0)]
    assert next(items) == 10
    assert server.asked == [(10, 0), (10, 10)]


def test_a_few_items_are_asked_for_as_a_few():
    server = Server(100)
    assert list(iterate(server, page_size=50, max_items=3)) == [0, 1, 2]
    assert server.asked == [(3, 0)]


def test_an_error_on_a_later_page_comes_after_the_items_before_it():
    server = Server(30)

    def broken(limit: int | None, offset: int | None) -> Page:
        if offset == 20:
            raise ConnectionError("gone")
        return server(limit, offset)

    seen = []
    with pytest.raises(ConnectionError):
        seen.extend(iterate(broken, page_size=10))
    assert seen == list(range(20))
    with pytest.raises(ConnectionError):
        collect(broken, page_size=10)


def test_what_is_collected_is_a_real_list():
    found = collect(Server(5), page_size=2)
    assert isinstance(found, list)
    assert (found[0], found[-1], found[1:3], len(found)) == (0, 4, [1, 2], 5)
    assert found == [0, 1, 2, 3, 4]
    assert sorted(found, reverse=True) == [4, 3, 2, 1, 0]
    found.append(5)
    assert (len(found), found.total) == (6, 5)


def test_a_list_keeps_its_total_in_a_copy():
    found = RecordList([1, 2], 50)
    for again in (copy.copy(found), copy.deepcopy(found), pickle.loads(pickle.dumps(found))):
        assert (again, again.total, type(again)) == ([1, 2], 50, RecordList)


def test_first_is_none_where_there_is_none():
    assert RecordList([7, 8]).first() == 7
    assert RecordList().first() is None
    assert (RecordList([1]).total, RecordList().total) == (1, 0)


def test_the_items_that_could_not_be_read_are_reported():
    bad = InvalidRecord("1", "name", "required, but absent", {})
    assert RecordList([1, bad, 2]).invalid == [bad]
    assert RecordList([1]).invalid == []


def test_count_and_items_are_read_as_of_a_page_and_called_as_of_a_list():
    found = RecordList(["a", "b", "a"], 50)
    assert found.count == 3
    assert found.count + 1 == 4
    assert f"{found.count} of {found.total}" == "3 of 50"
    assert json.dumps({"count": found.count}) == '{"count": 3}'
    assert (found.count("a"), found.count("z")) == (2, 0)
    assert found.items == ["a", "b", "a"]
    assert type(found.items) is list
    found.append("a")
    assert (found.count, found.count("a"), len(found.items)) == (4, 3, 4)
    assert RecordList().count == 0


def test_null_for_no_items_is_an_empty_page():
    nothing = CellInstanceList.from_dict({"items": None, "count": 0, "total": 0})
    assert collect(lambda limit, offset: nothing, page_size=10) == []
    assert list(iterate(lambda limit, offset: nothing, page_size=10)) == []
