"""K6, K17: what differs from the nearest recording is said by its place; order is no difference."""

from types import SimpleNamespace

import pytest

from ionworks.testing._cassettes.differences import find_nearest, list_differences, same_request

API = "https://api.ionworks.example"


def request(uri="/projects", body=b"", method="GET", **headers):
    return SimpleNamespace(method=method, uri=API + uri, body=body, headers=headers)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/p?a=1&b=2", "/p?b=2&a=1"),
        ("/p?a=x%20y", "/p?a=x+y"),
        ("/p?a=%2F%c3%a9", "/p?a=/%C3%A9"),
        ("/p/%7Eme", "/p/~me"),
        ("/p/a%2fb", "/p/a%2Fb"),
        ("/p?tag=a&tag=b", "/p?tag=b&tag=a"),
    ],
)
def test_k17_the_order_and_the_encoding_of_a_query_do_not_count(one, other):
    assert same_request(request(one), request(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/p?a=1", "/p?a=2"),
        ("/p?a=1", "/p?a=1&a=1"),
        ("/p?a=", "/p"),
        ("/p/a%2Fb", "/p/a/b"),
        ("/p?a=x%2By", "/p?a=x+y"),
    ],
)
def test_k17_other_queries_are_other_requests(one, other):
    assert not same_request(request(one), request(other))


def test_a_range_and_a_method_count():
    assert not same_request(request(range="bytes=0-1"), request())
    assert not same_request(request(method="POST"), request())


@pytest.mark.parametrize(
    ("sent", "recorded", "lines"),
    [
        (b'{"a": 1}', b'{"a": 2}', ["body.a: sent 1, recorded 2"]),
        (b'{"a": 1}', b'{"a": true}', ["body.a: sent 1, recorded True"]),
        (b"{}", b'{"a": null}', ["body.a: not sent, recorded None"]),
        (
            b'{"a": {"b": [1, 2]}}',
            b'{"a": {"b": [1]}}',
            ["body.a.b[1]: sent 2, recorded without it"],
        ),
        (b"", b'{"a": 1}', ["body: not sent, recorded {'a': 1}"]),
        (b"text", b"other", ["body: sent 'text', recorded 'other'"]),
        (b'{"a": 1}', b'{"a": 1}', []),
    ],
)
def test_k6_bodies_are_compared_by_their_fields(sent, recorded, lines):
    assert list_differences(request(body=sent), request(body=recorded)) == lines


def test_k6_a_long_difference_is_cut():
    sent = b'{"a": "' + b"x" * 10_000 + b'", "b": [' + b",".join([b"1"] * 500) + b"]}"
    lines = list_differences(request(body=sent), request(body=b'{"b": []}'))
    assert len(lines) == 13
    assert lines[-1] == "and 489 more differences"
    assert max(map(len, lines)) < 200


def test_k6_the_nearest_recording_is_of_the_same_address_then_query_then_body():
    known = [
        request("/cells", b'{"name": "a"}', "POST"),
        request("/cells?limit=5&name=x"),
        request("/cells?limit=9"),
        request("/cells", b'{"name": "a", "notes": "n"}', "POST"),
        request("/projects"),
    ]
    assert find_nearest(request("/cells?limit=5&name=y"), known) is known[1]
    assert find_nearest(request("/cells", b'{"name": "a"}', "POST"), known) is known[0]
    assert find_nearest(request("/project"), known) is known[4]
    assert find_nearest(request("/something/else"), known) is None
    assert find_nearest(request(), []) is None
