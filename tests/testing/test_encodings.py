"""X20, K18: a secret is found in every encoding that a reader decodes at a glance."""

import base64
import gzip
import json
import zlib
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ionworks.testing._cassettes.scan import scan_content

SECRET = "s3cret+val/ue-Zq9"
RAW = SECRET.encode()
FILE = Path("would-be.yaml")

ENCODED = {
    "base64 behind other letters": "abc" + base64.b64encode(b"xy" + RAW + b"tail").decode(),
    "base64, second letter": base64.b64encode(b"x" + RAW).decode(),
    "base64 of URLs": base64.urlsafe_b64encode(RAW + b"??").decode(),
    "base64 twice": base64.b64encode(base64.b64encode(RAW)).decode(),
    "base32": base64.b32encode(b"zz" + RAW).decode(),
    "base85": base64.b85encode(RAW).decode(),
    "hex": RAW.hex().upper(),
    "hex with colons": RAW.hex(":"),
    "hex of base64": base64.b64encode(RAW).hex(),
    "percent": "".join(f"%{byte:02X}" for byte in RAW),
    "query": f"https://a.example/?q={quote(SECRET, safe='')}",
    "query as it is": f"https://a.example/?q={SECRET}",
    "UTF-16": SECRET.encode("utf-16"),
    "base64 of UTF-16": base64.b64encode(SECRET.encode("utf-16-le")).decode(),
    "gzip twice": gzip.compress(gzip.compress(RAW)),
    "second member of gzip": gzip.compress(b"hello") + gzip.compress(RAW),
    "zlib": zlib.compress(b"abc" + RAW),
    "gzip in base64 in JSON": json.dumps({"x": base64.b64encode(gzip.compress(RAW)).decode()}),
    "JSON in JSON": json.dumps({"a": json.dumps({"b": SECRET})}),
    "escapes of JSON": "".join(f"\\u{byte:04x}" for byte in RAW),
    "numbers": json.dumps([*RAW]),
    "entities of HTML": "".join(f"&#x{byte:x};" for byte in RAW),
    "octal": "".join(f"\\{byte:03o}" for byte in RAW),
}


def found_in(body, secrets=()):
    content = yaml.dump({"interactions": [{"request": {"body": body}}]}).encode()
    return scan_content(FILE, content, secrets)


@pytest.mark.parametrize("body", ENCODED.values(), ids=ENCODED.keys())
def test_x20_a_known_secret_is_found_in_every_encoding(body):
    found = found_in(body, [SECRET])
    assert any(each.what.startswith("a secret that was named") for each in found)
    assert {each.place for each in found} <= {"interactions[0].request.body", ""}


@pytest.mark.parametrize(
    "text",
    [
        f"a: 1 # {SECRET}\n",
        f"a: !{SECRET} 1\n",
        f"a: 1\n# {base64.b64encode(b'q' + RAW).decode()}\n",
    ],
)
def test_x20_comments_and_tags_are_looked_through(text):
    assert scan_content(FILE, text.encode(), [SECRET])


@settings(deadline=None, max_examples=40)
@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40),
    st.binary(max_size=9),
    st.binary(max_size=9),
)
def test_x20_whatever_surrounds_the_secret_in_base64(secret, before, after):
    coded = base64.b64encode(before + secret.encode() + after).decode()
    assert found_in(coded, [secret])


@pytest.mark.parametrize(
    "text",
    [
        "password: x1y2z3",
        "the password is hunter2",
        "Authorization: Basic dXNlcjpwYXNz",
        "ghp_0123456789abcdef0123",
        "glpat-12345678901234567890",
        "xoxb-123456789012-abc",
        "sk-abcdefghijklmnop1234",
        "AccountKey=abcd1234==",
        "api key = abcd1234",
        "user=me&password=hunter22",
        '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nhunter22\r\n--x--',
    ],
)
def test_k18_secrets_in_free_text_are_found(text):
    assert found_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "token: the next page",
        "basic characterisation",
        "A valid API key is required",
        "password: null",
    ],
)
def test_k18_plain_words_are_no_secrets(text):
    assert found_in(text) == []


@pytest.mark.parametrize(
    "name",
    ["x-auth-token", "api-key", "x-goog-api-key", "x-vault-token", "ocp-apim-subscription-key",
     "private-token", "x-access-token", "x-csrf-token", "x-session-id"],
)  # fmt: skip
def test_x21_opaque_headers_of_foreign_cassettes_are_found(name):
    parts = {"request": {"headers": {name: ["0paque"]}, "body": ""}}
    found = scan_content(FILE, yaml.dump({"interactions": [parts]}).encode())
    assert [each.what for each in found] == [f"a header {name}"]
    assert found[0].place == f"interactions[0].request.headers.{name}"
