"""Errors tell what happened and what to do, survive every body, and hold no secret."""

import copy
import errno
import json
import os
import pickle
import traceback
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ionworks import errors
from ionworks._http.response import error_from_response
from ionworks.errors import (
    ApiError,
    AuthenticationFailed,
    BadRequest,
    ClientClosed,
    ConfigurationError,
    Conflict,
    ConnectionFailed,
    ExportIncomplete,
    FieldError,
    FileError,
    IntegrityError,
    IonworksError,
    ListChanged,
    MeasurementProcessingError,
    MeasurementValidationError,
    NotFound,
    PayloadError,
    PermissionDenied,
    RateLimited,
    RecordDiffers,
    ResponseTooLarge,
    ServerError,
    TimedOut,
    UnexpectedResponse,
    ValidationFailed,
    WriteOutcomeUnknown,
)

URL = "https://api.test/cell_instances/c1"
SECRET = "s3cr3tValue42"
SIGNED = f"https://storage.test/put/o?part=1&X-Amz-Signature={SECRET}"


def answer(status, body=b"", headers=None, *, method="GET", url=URL, **more):
    """Make the error of an answer; JSON bodies may be given as they are."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    more.setdefault("operation", "get_cell_instance")
    return error_from_response(status, headers or {}, raw, method=method, url=url, **more)


def everything_about(error):
    """All that a user, a log or a pickle could show of an error."""
    shown = [str(error), repr(error), repr(error.args), repr(vars(error))]
    shown += traceback.format_exception(error)
    return "\n".join(shown) + pickle.dumps(error).decode("latin-1")


# The classes


@pytest.mark.parametrize(
    ("status", "cls", "outcome"),
    [
        (400, BadRequest, "rejected"),
        (401, AuthenticationFailed, "rejected"),
        (403, PermissionDenied, "rejected"),
        (404, NotFound, "rejected"),
        (409, Conflict, "rejected"),
        (410, ApiError, "rejected"),
        (418, ApiError, "rejected"),
        (422, ValidationFailed, "rejected"),
        (429, RateLimited, "rejected"),
        (499, ApiError, "rejected"),
        (500, ServerError, "unknown"),
        (503, ServerError, "unknown"),
        (520, ServerError, "unknown"),
        (524, ServerError, "unknown"),
        (599, ServerError, "unknown"),
        (304, ApiError, "unknown"),
    ],
)
def test_the_status_decides_class_and_outcome(status, cls, outcome):
    error = answer(status, {"detail": "text"})
    assert type(error) is cls
    assert error.status_code == status
    assert error.outcome == outcome
    assert str(status) in str(error)


def test_all_errors_have_one_base():
    for name in errors.__all__:
        item = getattr(errors, name)
        if isinstance(item, type) and issubclass(item, Exception):
            assert issubclass(item, IonworksError)


def test_the_documented_constructor():
    plain = IonworksError("it broke")
    assert (plain.message, plain.data, plain.status_code, plain.error_code) == (
        "it broke",
        None,
        None,
        None,
    )
    assert str(plain) == "it broke"

    body = {"error_code": "CONFLICT", "message": "taken", "detail": {"existing_id": "x"}}
    standard = IonworksError(body, 409)
    assert (standard.message, standard.data, standard.status_code, standard.error_code) == (
        "taken",
        body,
        409,
        "CONFLICT",
    )

    assert IonworksError({"detail": "gone"}, status_code=404).message == "gone"
    legacy = IonworksError({"detail": {"message": "no", "hint": 1}})
    assert (legacy.message, legacy.data) == ("no", {"message": "no", "hint": 1})
    assert isinstance(IonworksError({"detail": [{"loc": ["body"], "msg": "bad"}]}).message, str)
    assert isinstance(IonworksError({"detail": None}).message, str)
    assert isinstance(IonworksError({}).message, str)


# The bodies


@pytest.mark.parametrize(
    ("body", "message", "code", "detail", "data"),
    [
        (
            {"error_code": "NOT_FOUND", "message": "no such cell", "detail": {"id": "c1"}},
            "no such cell",
            "NOT_FOUND",
            {"id": "c1"},
            {"error_code": "NOT_FOUND", "message": "no such cell", "detail": {"id": "c1"}},
        ),
        ({"detail": "no such cell"}, "no such cell", None, "no such cell", None),
        (
            {"detail": {"message": "no", "x": 1}},
            "no",
            None,
            {"message": "no", "x": 1},
            {"message": "no", "x": 1},
        ),
        ({"detail": {"x": 1}}, '{"x": 1}', None, {"x": 1}, {"x": 1}),
        (
            {"detail": {"error_code": "CONFLICT", "message": "m", "detail": None}},
            "m",
            "CONFLICT",
            None,
            {"error_code": "CONFLICT", "message": "m", "detail": None},
        ),
        ({"detail": None}, "Not Found", None, None, {"detail": None}),
        ({}, "Not Found", None, None, {}),
        ({"message": "Forbidden"}, "Forbidden", None, None, {"message": "Forbidden"}),
        ({"error": {"message": "deep"}}, "deep", None, None, {"error": {"message": "deep"}}),
        (
            {"type": "about:blank", "title": "Gone", "detail": "since May"},
            "Gone: since May",
            None,
            "since May",
            {"type": "about:blank", "title": "Gone", "detail": "since May"},
        ),
        (["a", "b"], '["a", "b"]', None, ["a", "b"], None),
        ([], "Not Found", None, [], None),
        ("just text", "just text", None, "just text", None),
        (404, "404", None, 404, None),
        (None, "Not Found", None, None, None),
        (
            {"error_code": 7, "message": ["x"], "detail": {}},
            "Not Found",
            None,
            {},
            {"error_code": 7, "message": ["x"], "detail": {}},
        ),
    ],
)
def test_json_of_any_shape(body, message, code, detail, data):
    error = answer(404, body)
    assert (error.message, error.error_code, error.detail, error.data) == (
        message,
        code,
        detail,
        data,
    )


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        (b"", "", "Bad Gateway"),
        (b"  \n", "text/plain", "Bad Gateway"),
        (b"upstream\n  died", "text/plain", "upstream died"),
        (b'{"detail": "cut of', "application/json", '{"detail": "cut of'),
        (
            b"<html><head><title>502 Bad\n Gateway &amp; more</title></head><body>x</body></html>",
            "text/html",
            "502 Bad Gateway & more",
        ),
        (
            b"<html><style>p{}</style><script>var a=1</script><p>Sorry,<b>down</b></p></html>",
            "text/html; charset=utf-8",
            "Sorry, down",
        ),
        ("Störung".encode("latin-1"), "text/plain; charset=iso-8859-1", "Störung"),
        ("Störung".encode(), "text/plain; charset=klingon", "Störung"),
        ("Störung".encode("utf-16"), "text/plain; charset=utf-16", "Störung"),
        (b"\xef\xbb\xbf" + b'{"detail": "bom"}', "application/json", "bom"),
        (b"caf\xe9", "text/plain", "caf"),
        (b"caf\xe9\\q", "text/plain; charset=unicode_escape", "caf"),
    ],
)
def test_bodies_that_are_not_json(body, content_type, message):
    error = answer(502, body, {"Content-Type": content_type})
    assert error.message.startswith(message)
    assert error.message in str(error)


def test_the_code_of_a_storage_error_is_read():
    body = (
        b"<?xml version='1.0'?><Error><Code>ExpiredToken</Code><Message>Too late</Message></Error>"
    )
    error = answer(403, body, {"content-type": "application/xml"})
    assert (error.error_code, error.message) == ("ExpiredToken", "Too late")


def test_a_long_or_hostile_text_becomes_one_short_line():
    error = answer(500, b"\x1b[2J line\r\n" + b"x" * 100_000)
    assert str(error).isprintable()
    assert len(str(error)) < 1_000
    assert answer(500, {"detail": "\ud800\u202e" + "y" * 9_000}).message.isprintable()


def test_a_body_nested_beyond_reason_is_survived():
    for depth in (500, 100_000):
        error = answer(500, b"[" * depth + b"]" * depth)
        assert "500" in str(copy.deepcopy(error))


def test_the_fields_of_a_422():
    error = answer(
        422,
        {
            "detail": [
                {
                    "loc": ["body", "ratings", "capacity", "value"],
                    "msg": "Input should be a valid number",
                    "type": "float_parsing",
                    "input": "5 Ah",
                },
                {"loc": ["query", "limit"], "msg": "too big", "type": "le", "input": 5000},
            ]
        },
    )
    assert error.errors[0] == FieldError(
        ("body", "ratings", "capacity", "value"),
        "Input should be a valid number",
        "float_parsing",
        "5 Ah",
    )
    assert error.errors[1].path == "query.limit"
    assert error.message == "2 fields were rejected"
    assert "ratings.capacity.value: Input should be a valid number (got '5 Ah')" in str(error)


def test_a_422_with_odd_items_keeps_what_can_be_read():
    error = answer(422, {"detail": [7, {"msg": "bad"}, {"loc": "name", "msg": "short"}, {}]})
    assert [(e.loc, e.message) for e in error.errors] == [((), "bad"), (("name",), "short")]
    assert answer(422, {"detail": "not a list"}).errors == []


def test_many_fields_are_counted_not_poured_out():
    items = [{"loc": ["body", f"f{n}"], "msg": "missing"} for n in range(40)]
    text = str(answer(422, {"detail": items}))
    assert "40 fields" in text
    assert "and 35 more" in text
    assert "f30" not in text


# The headers


@pytest.mark.parametrize(
    ("headers", "request_id"),
    [
        ({"X-Correlation-ID": "a", "x-request-id": "b", "CF-Ray": "c"}, "a"),
        ({"CF-Ray": "c", "X-Request-Id": "b"}, "b"),
        ({"cf-ray": "c"}, "c"),
        ({"x-correlation-id": " ", "cf-ray": "c"}, "c"),
        ({}, None),
    ],
)
def test_the_request_id(headers, request_id):
    error = answer(404, {"detail": "no"}, headers)
    assert error.request_id == request_id
    assert (f"request id {request_id}" in str(error)) == (request_id is not None)


def test_the_wait_that_a_server_asks_for():
    assert answer(429, b"", {"Retry-After": "7"}).retry_after == 7.0
    assert "Wait 7 s" in str(answer(429, b"", {"Retry-After": "7"}))
    assert answer(429, b"", {"retry-after": "soon"}).retry_after is None
    assert "Wait a moment" in str(answer(429))


def test_a_wait_until_a_date_is_counted_on_the_servers_clock():
    date_header = {"Retry-After": "Thu, 02 Jan 2025 12:00:30 GMT"}
    there = answer(503, b"", date_header | {"Date": "Thu, 02 Jan 2025 12:00:00 GMT"})
    assert there.retry_after == 30.0
    now = datetime(2025, 1, 2, 12, 0, 10, tzinfo=UTC)
    assert answer(503, b"", date_header, now=now).retry_after == 20.0


# The sentences


def test_the_text_names_operation_status_message_next_step_and_request():
    error = answer(404, {"detail": "No cell c1"}, {"x-correlation-id": "r-1"})
    assert str(error) == (
        "get_cell_instance: 404 Not Found: No cell c1. "
        "Check the id, and that your key has access to the record. (request id r-1)"
    )
    assert str(answer(404, {"detail": "x"}, operation=None)).startswith(f"GET {URL}: 404")


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (answer(401, key_hint="environment variable IONWORKS_API_KEY, ending in …1234"), "…1234"),
        (answer(401), "account settings"),
        (answer(403, key_hint="argument api_key, ending in …1234"), "argument api_key"),
        (answer(403, key_hint=""), "signed URL"),
        (answer(404), "Check the id"),
        (answer(409, method="POST", operation="create_cell_instance"), "create_or_get"),
        (answer(409, {"error_code": "CONFLICT", "detail": {"existing_id": "c9"}}), "'c9'"),
        (answer(500), "try again"),
        (answer(500, method="POST"), "The server may have applied this change"),
        (answer(502, method="delete"), "The server may have applied this change"),
        (ConnectionFailed("refused", outcome="not_sent"), "Nothing was sent"),
        (TimedOut("too slow", outcome="unknown", method="GET"), "Try again"),
        (TimedOut("too slow", outcome="unknown", method="POST"), "may have applied"),
        (WriteOutcomeUnknown("no answer", method="POST"), "Check before you try again"),
    ],
)
def test_each_kind_tells_its_next_step(error, step):
    assert step in str(error)


def test_an_unexpected_answer_shows_where_it_came_from():
    error = UnexpectedResponse(
        "expected JSON",
        200,
        content_type="text/html",
        snippet=b"<html>\n<title>Sign in</title>" + b"x" * 5_000,
        url=URL,
        request_id="r-1",
        operation="list_projects",
    )
    for part in ("list_projects", "text/html", "Sign in", URL, "r-1", "status 200"):
        assert part in str(error)
    assert len(error.snippet) <= 200


def test_a_payload_error_names_field_value_and_fix():
    error = PayloadError("ratings.capacity", "5 Ahh", "has an unknown unit", "Write A*h")
    assert isinstance(error, ValueError)
    assert str(error) == "ratings.capacity = '5 Ahh': has an unknown unit. Write A*h."
    assert (error.field, error.value, error.fix) == ("ratings.capacity", "5 Ahh", "Write A*h")


def test_a_payload_error_keeps_no_heavy_or_hostile_object():
    class Hostile:
        def __repr__(self):
            raise RuntimeError("no")

    assert PayloadError("x", Hostile(), "is odd").value == "<Hostile>"
    assert len(PayloadError("x", list(range(10_000)), "is long").value) <= 200
    assert len(str(PayloadError("x", "y" * 10_000, "is long"))) < 200
    assert PayloadError("x", 1.5, "is odd").value == 1.5
    assert str(PayloadError("x", date(2025, 1, 2), "is odd")).startswith("x = datetime.date(2025")
    assert PayloadError("login.api_key", SECRET, "is odd").value == "REDACTED"


def test_measurement_errors_keep_their_lists():
    assert MeasurementValidationError("bad", ["a", "b"]).errors == ["a", "b"]
    assert MeasurementValidationError("bad").errors == []
    error = MeasurementProcessingError("1 failed", {"m1": "no steps"})
    assert error.failures == {"m1": "no steps"}
    assert "m1: no steps" in str(error)


@pytest.mark.parametrize(
    "body",
    [
        {"error_code": "CONFLICT", "message": "m", "detail": {"existing_id": "c9"}},
        {"detail": {"existing_id": "c9"}},
        {"detail": {"message": "m", "existing_cell_specification_id": "c9"}},
        {"detail": "taken", "existing_cell_instance_id": "c9"},
        {"existing_cell_specification_id": "c9"},
        {"error_code": "CONFLICT", "message": "m", "existing_cell_instance_id": "c9"},
        {"detail": {"error_code": "CONFLICT", "detail": {"existing_id": "c9"}}},
    ],
)
def test_the_existing_id_is_found_at_every_known_place(body):
    assert answer(409, body).existing_id == "c9"
    assert ApiError(body, 409).existing_id == "c9"


@pytest.mark.parametrize("body", [{}, [], "c9", {"detail": {"existing_id": None}}, {"detail": []}])
def test_no_existing_id_is_none(body):
    assert answer(409, body).existing_id is None


# Copies


EVERY_KIND = [
    ExportIncomplete("1 of 3 measurements could not be exported"),
    IonworksError("it broke", 500),
    IonworksError({"error_code": "X", "message": "m", "detail": {"a": [1]}}),
    *(
        answer(
            status,
            {"error_code": "E", "message": "m", "detail": {"existing_id": "c9"}},
            {"x-request-id": "r", "retry-after": "3"},
            key_hint="argument api_key",
        )
        for status in (400, 401, 403, 404, 409, 410, 422, 429, 500, 599)
    ),
    answer(422, {"detail": [{"loc": ["body", 0], "msg": "m", "input": {"a": 1}}]}),
    RecordDiffers("m", 409, error_code="CONFLICT"),
    ConnectionFailed("m", outcome="not_sent", method="GET", url=URL, operation="op"),
    TimedOut("m", outcome="unknown", method="POST", url=URL, operation="op"),
    UnexpectedResponse("m", 200, content_type="text/html", snippet="s", url=URL, request_id="r"),
    WriteOutcomeUnknown("m", 502, method="POST", url=URL, operation="op", request_id="r"),
    ResponseTooLarge("m", 200, url=URL, operation="op"),
    ListChanged("m"),
    IntegrityError("m", 200, method="GET", url=URL, operation="op", request_id="r"),
    FileError("m", errno=28, strerror="No space left on device", filename="a"),
    ClientClosed("m", outcome="unknown"),
    ConfigurationError("m"),
    PayloadError("field", 1.5, "is odd", "mend it"),
    MeasurementValidationError("m", ["a"]),
    MeasurementProcessingError("m", {"m1": "r"}),
]


def test_every_class_is_among_the_copied():
    classes = {getattr(errors, name) for name in errors.__all__}
    kinds = {c for c in classes if isinstance(c, type) and issubclass(c, Exception)}
    assert {type(error) for error in EVERY_KIND} == kinds


@pytest.mark.parametrize("error", EVERY_KIND, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize(
    "duplicate",
    [lambda e: pickle.loads(pickle.dumps(e)), copy.deepcopy, copy.copy],
    ids=["pickle", "deepcopy", "copy"],
)
def test_a_copy_is_faithful(error, duplicate):
    error.add_note("while listing")
    twin = duplicate(error)
    assert type(twin) is type(error)
    assert vars(twin) == vars(error)
    assert (twin.args, str(twin), repr(twin)) == (error.args, str(error), repr(error))


def test_a_users_own_subclass_is_copied_too():
    twin = pickle.loads(pickle.dumps(LabError("m", bench=4)))
    assert (str(twin), twin.bench) == ("m", 4)


class LabError(IonworksError):
    def __init__(self, message, *, bench):
        super().__init__(message)
        self.bench = bench


def test_an_error_of_a_file_is_also_one_of_the_system():
    system = FileNotFoundError(errno.ENOENT, "No such file or directory", "none/a")
    error = FileError.of(system, "cannot be saved", Path("none/a"))
    assert isinstance(error, OSError)
    assert (error.errno, error.strerror) == (errno.ENOENT, "No such file or directory")
    assert error.filename == "none/a"
    assert str(error) == (
        "'none/a' cannot be saved: No such file or directory. Create the folder first."
    )
    twin = pickle.loads(pickle.dumps(error))
    assert (twin.errno, twin.strerror, twin.filename) == (system.errno, system.strerror, "none/a")


@pytest.mark.parametrize(
    ("number", "what", "step"),
    [
        (errno.EEXIST, "cannot be created", "remove the file"),
        (errno.ELOOP, "cannot be read", "correct the link"),
        (errno.EACCES, "cannot be read", "Check that you may read it"),
        (errno.EACCES, "cannot be saved", "Choose a folder"),
        (errno.ENOENT, "can no longer be read", "Check the path"),
        (errno.EIO, "could not be read while it was sent", "the network drive"),
        (errno.EISDIR, "cannot be read", "a file in this folder"),
    ],
)
def test_an_error_of_a_file_says_what_to_do(number, what, step):
    assert step in str(FileError.of(OSError(number, os.strerror(number)), what, "a"))


# Secrets


@pytest.mark.parametrize(
    "error",
    [
        answer(403, url=SIGNED, operation=None),
        answer(403, {"detail": f"bad signature {SECRET}"}, url=SIGNED),
        answer(403, {"detail": {"url": SIGNED, SECRET: 1}}, url=SIGNED),
        answer(403, {"error_code": SECRET, "message": SIGNED, "detail": [SECRET]}, url=SIGNED),
        answer(
            422, {"detail": [{"loc": ["b", SECRET], "msg": SECRET, "input": SECRET}]}, url=SIGNED
        ),
        answer(422, {"detail": [{"loc": ["body", "api_key"], "msg": "bad", "input": SECRET}]}),
        answer(403, f"<title>{SIGNED}</title>".encode(), {"x-request-id": SECRET}, url=SIGNED),
        answer(403, f"<Error><Code>{SECRET}</Code></Error>".encode(), url=SIGNED),
        answer(500, f"oops {SIGNED}".encode()),
        IonworksError(f"403 for {SIGNED}"),
        IonworksError({"detail": {"signed_url": SIGNED, "token": SECRET}}),
        ApiError("m", 403, url=SIGNED, detail={"echo": SECRET}),
        ConnectionFailed(f"no route to {SIGNED}", url=SIGNED),
        TimedOut(f"waited for {SECRET}", url=SIGNED),
        UnexpectedResponse("m", 200, snippet=f"<a href='{SIGNED}'>", url=SIGNED),
        UnexpectedResponse("m", 200, snippet=b"x" * 190 + SECRET.encode(), url=SIGNED),
        WriteOutcomeUnknown(f"PUT {SIGNED}", url=SIGNED),
        IntegrityError(f"GET {SECRET}", url=SIGNED),
        PayloadError("upload", {"url": SIGNED}, f"from {SIGNED}", f"see {SIGNED}"),
        MeasurementProcessingError("m", {"m1": f"could not read {SIGNED}"}),
    ],
    ids=lambda e: type(e).__name__,
)
def test_no_secret_shows_anywhere(error):
    assert SECRET not in everything_about(error)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "detail",
                    "error_code",
                    "message",
                    "title",
                    "errors",
                    "loc",
                    "msg",
                    "input",
                    "type",
                ]
            )
            | st.text(max_size=8),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
bodies = (
    st.binary(max_size=200)
    | json_values.map(lambda value: json.dumps(value).encode())
    | st.text("<>/!-[]titleCode&;\"'= scrptyb", max_size=120).map(str.encode)
)
headers_drawn = st.dictionaries(
    st.sampled_from(["Retry-After", "Date", "Content-Type", "X-Request-Id", "cf-ray"])
    | st.text(max_size=10),
    st.sampled_from(["application/json", "text/html; charset=utf-16", "text/x; charset=idna"])
    | st.text(max_size=30),
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(-1, 1_000) | st.integers(),
    headers_drawn,
    bodies,
    st.none() | st.sampled_from(["GET", "POST", "\ud800"]),
    st.none() | st.text(max_size=40),
)
@example(599, {"Retry-After": "nan"}, b"[" * 5_000, None, "http://[")
@example(0, {}, b"1" * 5_000, None, None)
def test_no_answer_makes_it_raise(status, headers, body, method, url):
    error = error_from_response(status, headers, body, method=method, url=url, operation=None)
    assert error.message
    assert isinstance(str(error), str)
    assert isinstance(error.existing_id, str | None)
    assert error.retry_after is None or error.retry_after >= 0
    assert pickle.loads(pickle.dumps(error)).message == error.message


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([301, 400, 401, 403, 404, 409, 422, 429, 500, 503]),
    st.sampled_from(
        ["token", "sig", "Signature", "X-Amz-Signature", "X-Goog-Signature", "api_key"]
    ),
    st.text("abcdefXYZ0123456789-_.~", min_size=8, max_size=40).map(lambda text: f"q{text}q"),
    st.sampled_from(
        [
            '{{"detail": "{0}"}}',
            '{{"detail": {{"{0}": ["{0}"]}}}}',
            '{{"error_code": "{0}", "message": "a {0} b", "detail": "{0}"}}',
            '{{"detail": [{{"loc": ["{0}"], "msg": "{0}", "type": "{0}", "input": "{0}"}}]}}',
            '["{0}"]',
            '"{0}',
            "<title>{0}</title>",
            "<p>{0}<p>",
            "<Error><Code>{0}</Code><Message>{0}</Message></Error>",
            "{0}",
        ]
    ),
    st.sampled_from(["", "text/html", "application/json; charset=utf-16"]),
    st.integers(0, 320),
)
def test_a_secret_of_the_url_never_comes_back(status, name, secret, template, media, padding):
    body = (" " * padding + "w " * padding + template.format(secret)).encode()
    url = f"https://storage.test/o?part=1&{name}={secret}&x=1"
    headers = {"content-type": media, "x-request-id": secret}
    error = error_from_response(status, headers, body, method="PUT", url=url, operation=None)
    assert secret not in everything_about(error)
