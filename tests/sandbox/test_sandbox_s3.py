"""The S3 service of the storage: signatures, credentials for one object, and uploads in parts."""

import base64
import hashlib
import re
import zlib
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from ionworks_openapi.models import MultipartUpload

from ionworks._http.signing import S3Object
from ionworks._redact import Secret
from ionworks.sandbox import Sandbox
from ionworks.sandbox.http.sigv4 import Signature, SignedRequest

NAME = "ü +&%~(1)=;?#.bin"


@pytest.fixture(scope="module")
def box():
    with Sandbox(multipart=True) as running:
        yield running


@pytest.fixture
def offered(box, kit):
    """Return the offer of an upload in parts."""
    return offer(box, kit)


def offer(sandbox, kit):
    body = {"project_id": sandbox.project_id, "name": kit.fresh_name("raw"), "filename": NAME}
    api = kit.api(sandbox)
    with api.http:
        whole = {**body, "content_type": "text/plain", "metadata": {}}
        return api.post("/raw_data/initiate-upload", whole, 200)["uploads"][0]["multipart"]


def call(offered, method, query="", content=b"", moment=None, change=None, **headers):
    """Send a signed request, changed after it was signed; return the answer."""
    place = S3Object.of(MultipartUpload.from_dict(offered))
    url = f"{place.url}?{query}" if query else str(place.url)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    signed = {**place.credentials.sign(method, url, named, moment), **(change or {})}
    with httpx.Client(verify=False) as http:
        return http.request(method, url, headers=signed, content=content)


def code_of(answer):
    return re.search("<Code>(.*)</Code>", answer.text)[1]


def begin(offered):
    answer = call(offered, "POST", "uploads=", Content_Type="text/plain")
    assert answer.status_code == 200, answer.text
    return re.search("<UploadId>(.*)</UploadId>", answer.text)[1]


def put(offered, upload_id, number, content, **options):
    return call(offered, "PUT", f"partNumber={number}&uploadId={upload_id}", content, **options)


def complete(offered, upload_id, parts):
    listed = "".join(
        f"<Part><ETag>{tag}</ETag><PartNumber>{number}</PartNumber></Part>" for number, tag in parts
    )
    body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
    return call(offered, "POST", f"uploadId={upload_id}", body)


def test_parts_in_any_order_become_one_object_with_a_tag_of_their_tags(offered):
    upload_id = begin(offered)
    contents = {3: b"c" * 10, 1: b"a" * 20, 2: b""}
    tags = {n: put(offered, upload_id, n, part).headers["etag"] for n, part in contents.items()}
    assert tags == {n: f'"{hashlib.md5(part).hexdigest()}"' for n, part in contents.items()}
    answer = complete(offered, upload_id, sorted(tags.items()))
    digests = b"".join(hashlib.md5(contents[n]).digest() for n in (1, 2, 3))
    assert f'<ETag>"{hashlib.md5(digests).hexdigest()}-3"</ETag>' in answer.text
    head = call(offered, "HEAD")
    assert (head.headers["content-length"], head.headers["content-type"]) == ("30", "text/plain")
    assert head.headers["etag"].endswith('-3"')


def test_a_part_that_is_sent_again_replaces_the_first(offered, box):
    upload_id = begin(offered)
    put(offered, upload_id, 1, b"old")
    tag = put(offered, upload_id, 1, b"newer").headers["etag"]
    assert complete(offered, upload_id, [(1, tag)]).status_code == 200
    assert call(offered, "HEAD").headers["content-length"] == "5"
    assert code_of(complete(offered, upload_id, [(1, tag)])) == "NoSuchUpload"


LISTS = {
    "nothing": ([], "MalformedXML"),
    "in another order": ([2, 1], "InvalidPartOrder"),
    "twice": ([1, 1], "InvalidPartOrder"),
    "one too many": ([1, 2, 3], "InvalidPart"),
}


@pytest.mark.parametrize(("numbers", "code"), LISTS.values(), ids=LISTS)
def test_a_list_that_does_not_fit_is_refused_and_can_be_sent_again(offered, numbers, code):
    upload_id = begin(offered)
    tags = {n: put(offered, upload_id, n, b"x").headers["etag"] for n in (1, 2)}
    answer = complete(offered, upload_id, [(n, tags.get(n, "?")) for n in numbers])
    assert (answer.status_code, code_of(answer)) == (400, code)
    assert code_of(complete(offered, upload_id, [(1, "0" * 32)])) == "InvalidPart"
    assert complete(offered, upload_id, tags.items()).status_code == 200


def test_an_aborted_upload_is_gone_with_its_parts(offered, box):
    folder = box._require_running().backend.objects.incoming
    before = {*folder.iterdir()}
    upload_id = begin(offered)
    put(offered, upload_id, 1, b"x")
    assert {*folder.iterdir()} != before
    assert call(offered, "DELETE", f"uploadId={upload_id}").status_code == 204
    assert code_of(put(offered, upload_id, 1, b"x")) == "NoSuchUpload"
    assert call(offered, "HEAD").status_code == 404
    assert {*folder.iterdir()} == before


def test_checksums_of_a_part_are_compared(offered):
    upload_id = begin(offered)
    right = base64.b64encode(zlib.crc32(b"x").to_bytes(4, "big")).decode()
    fits = put(offered, upload_id, 1, b"x", x_amz_checksum_crc32=right)
    assert fits.status_code == 200
    assert code_of(put(offered, upload_id, 1, b"y", x_amz_checksum_crc32=right)) == "BadDigest"


@pytest.mark.parametrize("number", ["0", "10001", "x", "-1", "9" * 5000])
def test_a_part_number_out_of_range_is_refused(offered, number):
    assert code_of(put(offered, begin(offered), number, b"x")) == "InvalidArgument"


REFUSED = {
    "another secret": ({"secret_access_key": "s" * 40}, 403, "SignatureDoesNotMatch"),
    "another key": ({"access_key_id": "A" * 20}, 403, "InvalidAccessKeyId"),
    "another token": ({"session_token": "7.x"}, 403, "AccessDenied"),
    "a token of digits": ({"session_token": "9" * 5000}, 403, "AccessDenied"),
    "another object": ({"object_path": "measurements/m/other"}, 403, "AccessDenied"),
    "another bucket": ({"bucket": "other"}, 403, "AccessDenied"),
}


@pytest.mark.parametrize(("change", "status", "code"), REFUSED.values(), ids=REFUSED)
def test_other_credentials_are_refused(offered, change, status, code):
    answer = call({**offered, **change}, "POST", "uploads=")
    assert (answer.status_code, code_of(answer)) == (status, code)


CHANGES = {
    "a signed header": {"X-Amz-Content-SHA256": "0" * 64},
    "a header that is not signed": {"x-amz-acl": "public-read"},
    "the day": {"X-Amz-Date": "20200101T000000Z"},
    "no signature": {"Authorization": "AWS4-HMAC-SHA256 nothing"},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_request_that_is_changed_after_it_was_signed_is_refused(offered, change):
    answer = call(offered, "POST", "uploads=", change=change)
    assert answer.status_code == 403
    assert code_of(answer) in {"SignatureDoesNotMatch", "AccessDenied"}


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_signature_of_another_time_is_refused(offered, minutes):
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    assert code_of(call(offered, "POST", "uploads=", moment=moment)) == "RequestTimeTooSkewed"


def test_expired_credentials_are_refused(kit):
    with Sandbox(multipart=True, url_seconds=-1) as late:
        answer = call(offer(late, kit), "POST", "uploads=")
    assert (answer.status_code, code_of(answer)) == (400, "ExpiredToken")


def test_a_deterministic_sandbox_does_not_say_when_credentials_expire(kit):
    with Sandbox(multipart=True, deterministic=True) as fixed:
        offered = offer(fixed, kit)
        assert offered["expires_at"] is None
        begin(offered)


def test_without_the_option_nothing_is_offered(sandbox, kit):
    assert offer(sandbox, kit) is None
    path = "/s3/uploads/measurements/m/f?uploads="
    assert httpx.post(sandbox.storage_url + path, verify=False).status_code == 405


def test_other_calls_are_not_served(offered):
    for method, query in (("GET", ""), ("PUT", ""), ("POST", "restore="), ("DELETE", "")):
        assert code_of(call(offered, method, query)) == "NotImplemented"


def test_the_signature_is_that_of_the_example_of_amazon():
    """The request of the documentation: GET of a range of test.txt."""
    headers = {
        "host": "examplebucket.s3.amazonaws.com",
        "range": "bytes=0-9",
        "x-amz-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-amz-date": "20130524T000000Z",
    }
    signature = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    found = Signature.read(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        f"SignedHeaders={';'.join(headers)},Signature={signature}"
    )
    request = SignedRequest("GET", "/test.txt", "", headers)
    assert found.covers(request)
    assert found.matches(request, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    assert not found.matches(request, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEy")


def test_secrets_of_credentials_are_hidden(offered):
    place = S3Object.of(MultipartUpload.from_dict(offered))
    headers = place.credentials.sign("PUT", str(place.url), {})
    shown = f"{place!r} {headers!r}"
    assert isinstance(headers["Authorization"], Secret)
    assert not any(value in shown for value in place.credentials.secrets)
