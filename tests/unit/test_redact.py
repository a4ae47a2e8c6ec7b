"""Secrets leave URLs, texts and bodies; everything else stays."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionworks._redact import one_line, redact_data, redact_text, redact_url, secret_values
from ionworks.errors import ApiError
from ionworks.errors.body import read_body

SECRET = "s3cr3tValue42"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://h/p?token=abc&x=1", "https://h/p?token=REDACTED&x=1"),
        ("https://user:pw@h/p", "https://h/p"),
        ("/put?sig=abc%2F", "/put?sig=REDACTED"),
        ("https://h/p?a=1;api_key=abc", "https://h/p?a=1;api_key=REDACTED"),
        ("https://h/p#access_token=abc", "https://h/p#access_token=REDACTED"),
        ("https://h/p?x=1#id_token=abc", "https://h/p?x=1#id_token=REDACTED"),
        ("https://h/p?%74oken=abc", "https://h/p?%74oken=REDACTED"),
        ("https://h/p?to=https%3A%2F%2Fs%2F%3Fsig%3Dabc", "https://h/p?to=REDACTED"),
        (
            "https://h/p?name=ilike.%25RPT%25&limit=5&order=asc",
            "https://h/p?name=ilike.%25RPT%25&limit=5&order=asc",
        ),
        ("http://[broken?token=abc", "http://[broken?token=REDACTED"),
        ("", ""),
    ],
)
def test_a_url_keeps_all_but_its_secrets(url, expected):
    assert redact_url(url) == expected


@pytest.mark.parametrize(
    "name",
    [
        "token",
        "sig",
        "signature",
        "Signature",
        "key",
        "api_key",
        "apikey",
        "X-API-Key",
        "access_token",
        "auth",
        "password",
        "X-Amz-Signature",
        "X-Amz-Credential",
        "X-Amz-Security-Token",
        "X-Goog-Signature",
        "X-Goog-Credential",
        "AWSAccessKeyId",
        "client_secret",
        "jwt",
        "Key-Pair-Id",
        "Policy",
    ],
)
def test_every_usual_name_of_a_secret_is_known(name):
    url = f"https://storage.test/o?part=1&{name}={SECRET}&expires=9"
    assert redact_url(url) == f"https://storage.test/o?part=1&{name}=REDACTED&expires=9"
    assert secret_values(url) == (SECRET,)


def test_secret_values_come_as_written_and_decoded():
    assert set(secret_values("https://h/?token=ab%2Fcdefg")) == {"ab%2Fcdefg", "ab/cdefg"}
    assert secret_values("https://bob:hunter22@h/") == ("hunter22",)


def test_values_too_short_to_be_secret_do_not_tear_holes_into_texts():
    assert secret_values("https://h/?key=1") == ()


@pytest.mark.parametrize(
    "text",
    [
        f"403 for url: https://h/put?token={SECRET}",
        f"<a href='https://h/put?a=1&amp;token={SECRET}'>",
        f'broken {{"signature": "{SECRET}"',
        f"sent Authorization: Bearer {SECRET}{SECRET}",
        f"api_key={SECRET} is not valid",
        f"no such key: iwk_{SECRET}",
        f"https://bob:{SECRET}@h/ refused",
    ],
)
def test_a_text_loses_what_looks_like_a_secret(text):
    assert SECRET not in redact_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "Unexpected token: foo",
        "Bearer token required",
        "error code=404, key=capacity",
        "name=ilike.%RPT% matched nothing",
        "write to bob@example.com",
        "2 // 3 @ 25 degC",
    ],
)
def test_an_ordinary_text_stays(text):
    assert redact_text(text) == text


def test_data_lose_secrets_by_key_by_value_and_in_nested_urls():
    data = {
        "signed_url": f"https://h/o?token={SECRET}",
        "uploads": [{"token": "abc", "path": "a/b", "note": f"x{SECRET}x"}],
        "key": "capacity",
        "code": 7,
    }
    assert redact_data(data, [SECRET]) == {
        "signed_url": "https://h/o?token=REDACTED",
        "uploads": [{"token": "REDACTED", "path": "a/b", "note": "xREDACTEDx"}],
        "key": "capacity",
        "code": 7,
    }


def test_absurd_nesting_is_cut():
    deep: object = "bottom"
    for _ in range(5_000):
        deep = [deep]
    assert '"...' not in repr(redact_data(deep))
    assert repr(redact_data(deep)).count("[") < 100


def test_one_line_folds_and_cuts():
    assert one_line("a\n\tb\x1b[31m\ud800c", 100) == "a b [31m c"
    assert one_line("abcdef", 4) == "abc…"


@settings(max_examples=150)
@given(st.text(max_size=80))
def test_redaction_never_raises_and_is_stable(text):
    assert redact_url(redact_url(text)) == redact_url(text)
    assert isinstance(redact_text(text), str)


@settings(max_examples=100)
@given(
    st.sampled_from(["token", "sig", "X-Amz-Signature", "x-goog-signature", "api_key", "KEY"]),
    st.text("abcdefghijkXYZ0123456789-_.~%", min_size=8, max_size=40),
    st.text("abc=&;?/1", max_size=20),
)
def test_a_planted_secret_never_survives_in_a_url(name, secret, rest):
    assert f"Q{secret}Q" not in redact_url(f"https://h.test/p?{rest}&{name}=Q{secret}Q&z=1")


# Each of these took a time that grew with the square of the length, or could.
LONG = {
    "escaped separators": "a=" + "%3B" * 40_000,
    "separators": "a=" + ";" * 120_000,
    "twice escaped separators": "a=" + "%2526" * 25_000,
    "slashes": "//" * 60_000,
    "user names": "//a@" * 30_000,
    "quotes": '"abc" ' + " " * 120_000,
    "many secrets": "".join(f"sig={number:07d}&" for number in range(10_000)),
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_x42_a_long_query_location_or_error_body_costs_little(text):
    url = f"https://h.test/p?{text}&token={SECRET}"
    start = time.process_time()
    assert SECRET not in redact_url(url)
    body = json.dumps({"message": url, "detail": [{"loc": ["query"], "input": url}]}).encode()
    told = read_body(body, "application/json", secret_values(url))
    assert SECRET not in str(ApiError(told, 400, url=url))
    assert time.process_time() - start < 4  # it was 13 s to 30 s


@pytest.mark.parametrize("inner", ["a;token=x", "b%253Bsig%253Dx", "?a=1;key=x", "a%3D1%26jwt%3Dx"])
def test_x42_a_value_with_a_url_with_a_secret_is_still_replaced(inner):
    assert redact_url(f"https://h.test/p?next={inner.replace(';', '%3B')}").endswith("=REDACTED")


def test_x42_a_text_beside_more_secrets_than_a_url_has_is_not_shown():
    many = secret_values("https://h.test/p?" + LONG["many secrets"])
    assert len(many) == 10_000
    assert redact_text("0000001", many) == redact_text("harmless", many) == "REDACTED"
    assert redact_text("0000001 harmless", many[:32]) == "0000001 harmless"
