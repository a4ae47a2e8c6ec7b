"""The files of a multipart body: an unreadable file is reported by the name of its field."""

from __future__ import annotations

import io

import pytest

from ionworks._request.multipart import _read_file
from ionworks.errors import PayloadError


class Unreadable(io.RawIOBase):
    def read(self, size: int = -1) -> bytes:
        raise OSError("the disk is gone")


def closed():
    file = io.BytesIO(b"data")
    file.close()
    return file


@pytest.mark.parametrize("file", [closed(), Unreadable()], ids=["closed", "unreadable"])
def test_an_open_file_that_cannot_be_read_is_a_payload_error(file):
    with pytest.raises(PayloadError, match=r"photo = .*cannot be read"):
        _read_file("photo", file)


def test_a_path_without_a_file_is_a_payload_error(tmp_path):
    with pytest.raises(PayloadError, match=r"photo = .*cannot be read"):
        _read_file("photo", tmp_path / "absent.png")
