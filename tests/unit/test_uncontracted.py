"""Requests to paths that the contract does not have: what is refused before it is sent."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionworks import Quantity
from ionworks._request.uncontracted import METHODS, plain_request
from ionworks.errors import PayloadError

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@pytest.mark.parametrize("method", [*METHODS, "get", "Patch"])
def test_a_method_is_sent_in_capitals(method):
    assert plain_request(method, "/x", None, None).method == method.upper()


@pytest.mark.parametrize("method", ["", "GTE", "CONNECT", "get ", "GET\r\n", None, 5])
def test_an_unknown_method_is_refused(method):
    with pytest.raises(PayloadError, match="expected one of GET, POST"):
        plain_request(method, "/x", None, None)


@pytest.mark.parametrize("params", [["a"], "a=1", 5, [("a", 1, 2)]])
def test_a_query_that_is_no_dictionary_is_refused(params):
    with pytest.raises(PayloadError, match=r"params = .*expected a dictionary"):
        plain_request("GET", "/x", params, None)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        *[(path, "starts with one '/'") for path in ("", "x", "//host/x", "https://host/x", None)],
        *[(path, "give the query as params") for path in ("/x?a=1", "/x#a")],
        *[(path, "control character") for path in ("/x\r\ny", "/a\\b", "/50%", "/%zz", "/\u202ea")],
        *[(path, "write the whole path") for path in ("/../x", "/a/.", "/a/%2e%2E/b", "/.%2e")],
    ],
)
def test_a_path_outside_of_the_api_is_refused(path, reason):
    with pytest.raises(PayloadError, match=reason):
        plain_request("GET", path, None, None)


@given(texts)
def test_a_path_is_refused_or_arrives_as_it_was_given(text):
    try:
        sent = plain_request("GET", f"/{text}", None, None).path
    except PayloadError:
        return
    parts = urlsplit(f"https://host/api{sent}")
    assert (parts.netloc, parts.query, parts.fragment) == ("host", "", "")
    assert unquote(parts.path) == unquote(f"/api/{text}")
    assert sent.isascii()


def test_parameters_are_repeated_or_left_out():
    params = {"a": [1, 2], "b": None, "c": True, "d": "x y"}
    query = plain_request("GET", "/x", params, None).query
    assert query == [("a", "1"), ("a", "2"), ("c", "true"), ("d", "x y")]


@pytest.mark.parametrize("value", [{"a": 1}, [[1]], [{}]])
def test_a_parameter_is_a_value_or_a_list_of_values(value):
    with pytest.raises(PayloadError, match=r"params\.x"):
        plain_request("GET", "/x", {"x": value}, None)


def test_a_body_is_converted_and_what_is_not_json_is_refused():
    body = plain_request("POST", "/x", None, {"capacity": Quantity(5, "A*h")}).body
    assert body == {"capacity": {"value": 5, "unit": "A*h"}}
    with pytest.raises(PayloadError, match=r"json\.x = nan"):
        plain_request("POST", "/x", None, {"x": float("nan")})
