"""Content that is no file of a cycler is refused with what it is."""

import zipfile

import pytest

from ionworks.errors import PayloadError
from ionworks.ingest.readers import read_file


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf \r\n\n", "it has only blanks"),
        (b"hello\nworld\n", "its text has no table: expected a line that names the columns"),
        (b"Time (s),Voltage (V)\n", "line 1 names columns, but no row follows it"),
        (b"EXPLAIN\nTAG\tCV\n", "a Gamry file without a row"),
        (bytes(range(256)) * 9, "it is a binary file, but not Neware .nda or .ndax"),
        (b"\0\1\0\0Standard Jet DB\0\0", r"a Microsoft Access database, as Arbin's .res"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"version https://git-lfs.github.com/spec/v1", "git lfs pull"),
        (b"PAR1" + bytes(40), "a Parquet file that cannot be read"),
        (b"Nb header lines : 9\ntime/s\tEwe/V\n0\t3.5\n", "its text has no table"),
        (b"PK\3\4 damaged", "a damaged zip archive"),
    ],
)
def test_other_content_is_refused_with_what_it_is(tmp_path, content, message):
    path = tmp_path / "cell_7.csv"
    path.write_bytes(content)
    with pytest.raises(PayloadError, match=message) as caught:
        read_file(path)
    assert "cell_7.csv" in str(caught.value)


def test_a_zip_archive_of_exports_is_refused_with_its_content(tmp_path):
    path = tmp_path / "exports.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("cell_7.csv", "Time (s),Voltage (V)\n0,3.5\n")
    with pytest.raises(PayloadError, match=r"a zip archive with cell_7.csv.*Extract the file"):
        read_file(path)
