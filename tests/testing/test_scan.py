"""The search for secrets in cassettes finds what was planted, wherever, and never repeats it."""

import base64
import gzip
import json

import pytest
import yaml

from ionworks.testing._cassettes.scan import scan

SIGNATURE = "0123456789abcdef" * 4
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl"


def cassette(*, uri="https://api.ionworks.example/", headers=None, answered=None, body="{}"):
    request = {"body": "", "headers": headers or {}, "method": "GET", "uri": uri}
    response = {"body": {"string": body}, "headers": answered or {}, "status": {"code": 200}}
    return {"interactions": [{"request": request, "response": response}], "version": 1}


PLANTED = {
    "key in a header": ({"headers": {"X-API-Key": ["k3y-of-no-shape"]}}, "a header X-API-Key"),
    "bearer in a header": (
        {"headers": {"authorization": ["Bearer abcdefghijklmnop"]}},
        "a bearer token",
    ),
    "cookie": ({"headers": {"Cookie": ["session=abc"]}}, "a header Cookie"),
    "cookie of an answer": ({"answered": {"Set-Cookie": ["id=abc"]}}, "a header Set-Cookie"),
    "signed address": ({"uri": f"https://s3.example/f?X-Amz-Signature={SIGNATURE}"}, "X-Amz-Sig"),
    "redirect": ({"answered": {"Location": [f"https://s.example/f?token={SIGNATURE}"]}}, "token"),
    "coded address": ({"uri": f"https://a.example/?to=x%3Ftoken%3D{SIGNATURE}"}, "token"),
    "access key": ({"body": '{"id": "AKIAIOSFODNN7EXAMPLE"}'}, "an AWS access key"),
    "aws header": (
        {"body": f"AWS4-HMAC-SHA256 Credential=x, Signature={SIGNATURE}"},
        "an AWS signature",
    ),
    "key of the sandbox": ({"body": '{"said": "not sandbox-deterministic"}'}, "of a sandbox"),
    "made-up key of a sandbox": ({"body": f"sandbox-{SIGNATURE[:32]}"}, "the key of a sandbox"),
    "key": ({"body": "your key iwk_0123456789"}, "an API key"),
    "web token": ({"body": json.dumps({"x": JWT})}, "a JSON web token"),
    "value by its name": ({"body": '{\n "api_key": "hunter2hunter2"\n}'}, "a value of 'api_key'"),
    "value by its name in one line": ({"body": '{"refresh_token": "abc"}'}, "'refresh_token'"),
    "person": ({"body": '{"by": "jane.doe@company.de"}'}, "an e-mail address"),
    "password": ({"uri": "https://user:hunter2@api.ionworks.example/"}, "a password"),
    "private key": ({"body": "-----BEGIN RSA PRIVATE KEY-----"}, "a private key"),
    "binary": ({"body": b"\x00\xff your key iwk_0123456789"}, "an API key, in base64"),
    "compressed": ({"body": gzip.compress(b"Bearer abcdefghijklmnop")}, "a bearer token"),
    "base64 in a text": (
        {"body": json.dumps({"x": base64.b64encode(b"jane.doe@company.de").decode()})},
        "an e-mail address, in base64",
    ),
    "base64 of another alphabet, after a word": (
        {"body": "x." + base64.urlsafe_b64encode(b"?>?>iwk_0123456789").decode()},
        "an API key, in base64",
    ),
}


@pytest.mark.parametrize("width", [80, 10_000])
@pytest.mark.parametrize(("parts", "what"), PLANTED.values(), ids=PLANTED.keys())
def test_what_was_planted_is_found(tmp_path, parts, what, width):
    path = tmp_path / "planted.yaml"
    path.write_text(yaml.dump(cassette(**parts), width=width), encoding="utf-8")
    found = scan([path])
    assert any(what in finding.what for finding in found)
    for secret in ("k3y-of", "abcdef", "hunter2", "AKIA", "iwk_", "jane", "eyJ"):
        assert secret not in str(found)


def test_a_finding_says_where(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text('version: 1\nbody: |-\n  {\n   "by": "jane@company.de"\n  }\nuri: iwk_012345\n')
    assert [(f.file, f.line, f.what) for f in scan([tmp_path])] == [
        (path, 4, "an e-mail address"),
        (path, 6, "an API key"),
    ]
    assert str(scan([path])[0]) == f"{path}:4: an e-mail address (body)"


def test_what_was_taken_out_is_nothing_to_find(tmp_path):
    path = tmp_path / "clean.yaml"
    parts = {
        "uri": "https://storage.ionworks.example/f?token=REDACTED&X-Amz-Signature=REDACTED&page=2",
        "headers": {"X-API-Key": ["REDACTED"], "Authorization": ["REDACTED"]},
        "body": '{"token": "REDACTED", "by": "someone@example.com", "said": "Bearer REDACTED"}',
    }
    path.write_text(yaml.dump(cassette(**parts)))
    assert scan([path]) == []


def test_a_known_secret_of_no_shape_is_found(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(yaml.dump(cassette(body="swordfish, and c3dvcmRmaXNoIGFnYWlu")))
    assert scan([path]) == []
    assert [finding.what for finding in scan([path], secrets=["swordfish"])] == [
        "a secret that was named",
        "a secret that was named, in base64",
    ]


def test_what_is_no_cassette_is_looked_through_too(tmp_path):
    (tmp_path / "half.yaml").write_bytes(b"uri: [\n\xff Bearer abcdefghijklmnop\n")
    assert [(f.line, f.what) for f in scan([tmp_path])] == [(2, "a bearer token")]


def test_a_place_where_there_is_nothing_is_reported(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file and no folder"):
        scan([tmp_path / "cassetes"])
