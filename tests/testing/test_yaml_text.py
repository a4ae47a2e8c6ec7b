"""X22, K16: hostile and damaged cassettes are refused at once, in a sentence."""

import time

import pytest

from ionworks.testing import RecordingError, cassette, check, scan, use_cassette
from ionworks.testing._cassettes.check import CheckError

ROW = "x,x,x,x,x,x,x,x,x,x"
BOMB = f"a: &a [{ROW}]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(9)
)
HOSTILE = {
    "bomb": BOMB + "interactions: []\n",
    "recursive list": "interactions: &a [*a]\nversion: 1\n",
    "recursive mapping": "&a {interactions: [], x: *a}\n",
    "deep lists": "[" * 100_000,
    "deep rows": "- " * 100_000,
    "deep keys": "? " * 100_000,
}
INTERACTION = """interactions:
- request: {body: '', headers: {}, method: GET, uri: 'https://api.ionworks.example/projects'}
  response:
    body:
      string: !!binary |
        H4sIAAAAAAAAA6tWKkktLlGyUlAqS8wpTVWqBQC
    headers: {}
    status: {code: 200, message: OK}
version: 1
"""


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_x22_what_grows_without_bounds_is_refused_within_a_second(tmp_path, text):
    path = tmp_path / "hostile.yaml"
    path.write_text(text)
    began = time.process_time()
    with pytest.raises(RecordingError, match=r"hostile.yaml cannot be read: "), use_cassette(path):
        pytest.fail("it was read")
    with pytest.raises(CheckError, match=r"hostile.yaml is not a cassette: "):
        check([path])
    scan([path])
    assert time.process_time() - began < 1


def test_x22_aliases_of_other_recorders_are_read(tmp_path):
    path = tmp_path / "aliases.yaml"
    path.write_text("x: &h {a: [b]}\ny: *h\ninteractions: []\nversion: 1\n")
    with use_cassette(path):
        pass


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n", "git lfs pull"),
        ("", "is empty; record it again"),
        (INTERACTION, "base64"),
    ],
    ids=["pointer", "empty", "cut"],
)
def test_k16_a_damaged_cassette_is_reported_in_a_sentence(tmp_path, text, says):
    path = tmp_path / "damaged.yaml"
    path.write_text(text)
    with pytest.raises(RecordingError, match=says), use_cassette(path):
        pytest.fail("it was read")
    with pytest.raises(CheckError, match=says):
        check([path])


def test_k16_a_scene_is_whole():
    with cassette("error_404") as scene:
        assert scene.name == "error_404"
