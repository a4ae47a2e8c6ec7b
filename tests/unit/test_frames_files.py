"""A path is a path, and a file is read as it is or refused with its name and what to do."""

from __future__ import annotations

import gzip
import os
import socket
import stat
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ionworks.errors import IonworksError, PayloadError
from ionworks.frames.convert import from_parquet, to_parquet, to_polars
from ionworks.frames.files import open_file

FRAME = pl.DataFrame({"Time [s]": [0.0, 1.5], "Step count": [0, 1], "Label": ["rest", None]})
PARQUET = to_parquet(FRAME)
ODD_NAMES = [
    "run[1]",
    "run[!1]",
    "run*",
    "run?",
    "r{un,an}1",
    "**",
    "~",
    "$HOME",
    "%72un1",
    "a b",
    "µ",
]


def write(path: Path, frame: pl.DataFrame = FRAME) -> Path:
    if path.suffix == ".parquet":
        path.write_bytes(to_parquet(frame))
    else:
        path.write_text(frame.write_csv(separator="\t" if path.suffix == ".tsv" else ","))
    return path


def refused(path: object) -> PayloadError:
    with pytest.raises(PayloadError, match="cannot be read") as caught:
        to_polars(path)
    assert caught.value.field == "time_series"
    assert os.path.basename(path) in str(caught.value)  # noqa: PTH119 - also of text
    return caught.value


# --------------------------------------------------------------------------------- a path is a path


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".txt", ".parquet"])
@pytest.mark.parametrize("name", ODD_NAMES)
def test_x40_a_path_is_never_a_pattern(tmp_path, monkeypatch, name, ending):
    for other in ("run1", "run2", "ran1"):
        write(tmp_path / f"{other}{ending}", FRAME.head(1))
    path = tmp_path / f"{name}{ending}"
    refused(path)
    write(path)
    monkeypatch.chdir(tmp_path)
    for given_ in (path, str(path), path.name, Path(path.name)):
        assert_frame_equal(to_polars(given_), FRAME)


def test_x40_a_folder_with_a_pattern_for_a_name(tmp_path):
    for number, folder in enumerate(("cell1", "cell[1]", "cell*")):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / "a.parquet", FRAME.with_columns(n=pl.lit(number)))
    assert to_polars(tmp_path / "cell[1]" / "a.parquet")["n"][0] == 1
    assert to_polars(str(tmp_path / "cell*" / "a.parquet"))["n"][0] == 2


def test_x40_a_folder_of_hive_partitions_adds_no_column(tmp_path):
    (tmp_path / "cell=7").mkdir()
    assert_frame_equal(to_polars(write(tmp_path / "cell=7" / "a.parquet")), FRAME)


@pytest.mark.parametrize("url", ["https://example.com/a.parquet", "s3://bucket/a.parquet"])
def test_x40_an_address_is_a_path_that_is_not_there(url):
    refused(url)


# ----------------------------------------------------------------------- what is not a regular file


def test_a_missing_file_has_the_error_of_the_system_as_its_cause(tmp_path):
    error = refused(tmp_path / "none.csv")
    assert isinstance(error.__cause__, FileNotFoundError)
    assert str(tmp_path) in str(error)
    assert error.fix


def fifo(path: Path) -> None:
    os.mkfifo(path)


def bound_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(path.name)


def loop(path: Path) -> None:
    path.symlink_to(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def terminal(path: Path) -> None:
    path.symlink_to("/dev/tty")


def dangling(path: Path) -> None:
    path.symlink_to("nowhere")


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@pytest.mark.parametrize(
    "make",
    [fifo, bound_socket, loop, device, terminal, dangling, Path.mkdir],
    ids=lambda m: m.__name__,
)
def test_what_is_not_a_file_is_refused_at_once(tmp_path, monkeypatch, make, ending):
    monkeypatch.chdir(tmp_path)
    make(tmp_path / f"a{ending}")
    refused(f"a{ending}")
    refused(f"a{ending}/b{ending}")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read anything"
)
def test_a_file_without_permission_is_refused(tmp_path):
    path = write(tmp_path / "a.csv")
    path.chmod(0)
    assert isinstance(refused(path).__cause__, PermissionError)


class BytesPath(os.PathLike):
    def __fspath__(self):
        return b"a.csv"


class NumberPath(os.PathLike):
    def __fspath__(self):
        return 5


class BrokenPath(os.PathLike):
    def __fspath__(self):
        raise RuntimeError("no path")


@pytest.mark.parametrize("path", [BytesPath(), NumberPath(), BrokenPath()])
def test_a_path_that_is_not_text_is_refused(path):
    for call in (to_polars, lambda data: open_file(data, "time_series")):
        with pytest.raises(PayloadError, match="cannot be read"):
            call(path)


@pytest.mark.parametrize(
    "name", ["a\0.csv", "x" * 300 + ".csv", "\ud800.csv", "no/such/folder/a.csv"]
)
def test_a_name_that_no_file_can_have_is_refused(tmp_path, name):
    with pytest.raises(PayloadError, match="cannot be read"):
        to_polars(str(tmp_path / name))


@pytest.mark.parametrize(
    "name", ["a", "", "a.", ".csv", "a.xlsx", "a.json", "a.csv.gz", "a.mat", "a.CSVX"]
)
def test_an_unknown_ending_is_refused_before_the_file_is_opened(tmp_path, name):
    with pytest.raises(PayloadError, match=r"supported are \.parquet, .* Give such a file"):
        to_polars(str(tmp_path / name))


def test_the_file_is_closed_again(tmp_path, recwarn):
    good, bad = write(tmp_path / "a.csv"), tmp_path / "b.parquet"
    bad.write_bytes(PARQUET[:-4])
    for _ in range(3):
        to_polars(good)
        refused(bad)
    assert not recwarn.list


# -------------------------------------------------------------------------------- what is in a file

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
NOT_A_TABLE = {
    "empty": (b"", "it is empty"),
    "git-lfs": (LFS, "git lfs pull"),
    "gzip": (gzip.compress(b"a,b\n1,2\n"), "it is compressed"),
    "zlib": (zlib.compress(b"a,b\n1,2\n"), "it is compressed"),
    "zlib-0": (zlib.compress(b"a,b\n1,2\n", 0), "it is compressed"),
    "zlib-9": (zlib.compress(b"a,b\n1,2\n", 9), "it is compressed"),
    "zstd": (b"\x28\xb5\x2f\xfd\x04\x00", "it is compressed"),
    "zip": (b"PK\x03\x04 xl/workbook.xml", "an Excel file"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel file"),
    "hdf5": (b"\x89HDF\r\n\x1a\n", "HDF5"),
    "utf-16": ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
}


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".parquet"])
@pytest.mark.parametrize(("content", "reason"), NOT_A_TABLE.values(), ids=NOT_A_TABLE)
def test_a_file_of_another_kind_is_called_by_its_kind(tmp_path, content, reason, ending):
    path = tmp_path / f"a{ending}"
    path.write_bytes(content)
    assert reason in str(refused(path))


TEXTS = {
    "a Parquet file": (PARQUET, "it is a Parquet file"),
    "a longer line": (b"a,b\n1,2\n1,2,3\n", "line 3 has 3 fields, the header has 2"),
    "a shorter line": (b"a,b\n1,2\n3\n4,5\n", "line 3 has 1 fields, the header has 2"),
    "a cut last line": (b"a,b\n1,2\n3", "line 3 has 1 fields"),
    "an empty line": (b"a,b\n1,2\n\n3,4\n", "line 3 is empty"),
    "white space": (b"a,b\n1,2\n  \n", "line 3 has 1 fields"),
    "separators too many": (b"a,b\n1,2,\n", "line 2 has 3 fields"),
    "an open quote": (b'a,b\n"1,2\n3,4\n', "cannot be read"),
    "a quote within": (b'a,b\n1"x,2\n', "cannot be read"),
    "names twice": (b"a,b,a\n1,2,3\n", "two columns have the name 'a'"),
    "another separator": (b"t;U\n0,0;3,6\n", r"separated by ';', not by ','; .* separator=';'"),
    "tabs": (b"t\tU\n0.0\t3.6\n", r"separated by '\\t'"),
    "Windows-1252 in the header": ("T [°C],b\n1,2\n".encode("cp1252"), r"line 1 .* 0xb0"),
    "Windows-1252 in a cell": ("a,b\n1,2\n1,µA\n".encode("cp1252"), r"line 3 .* 0xb5"),
    "Windows-1252 late": (b"a,b\n" + b"1,2\n" * 400_000 + b"1,\xb5\n", r"line 400002 .* 0xb5"),
    "half a character": (b"a,b\n1,\xc2", "line 2 .* ends within a character"),
    "a NUL byte": (b"a,b\n1,2\n1,\x00\n", "line 3 has a NUL byte"),
    "a tail of NUL bytes": (b"a,b\n1,2\n" + bytes(4096), "line 3 has a NUL byte"),
    "UTF-16 without a mark": ("a,b\n1,2\n".encode("utf-16-le"), "UTF-16"),
    "old line ends": (b"a,b\r1,2\r3,4\r", "carriage return"),
    "only a line end": (b"\n", "empty CSV"),
}


@pytest.mark.parametrize(("content", "reason"), TEXTS.values(), ids=TEXTS)
def test_text_that_is_not_one_table_is_refused_with_its_line(tmp_path, content, reason):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(PayloadError, match=reason):
        to_polars(path)


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n3,\n",
        b"a,b\r\n1,2\r\n3,\r\n",
        b"\xef\xbb\xbfa,b\n1,2\n3,\n",
        b"a,b\n1,2\n3,\n\n\n",
        b'"a","b"\n1,2\n3,""\n',
        b"a,b\n1,2\n3,",
    ],
)
def test_usual_text_is_read_whole_and_nothing_is_added(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    frame = to_polars(path)
    assert frame.columns == ["a", "b"]
    assert frame["a"].to_list() == [1, 3]
    assert frame["b"].to_list() in ([2, None], ["2", ""])


def test_an_empty_line_of_a_single_column_is_a_missing_value(tmp_path):
    frame = pl.DataFrame({"a": [1, None, 3]})
    assert_frame_equal(to_polars(write(tmp_path / "a.csv", frame)), frame)


texts = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(texts.filter(bool), min_size=2, max_size=4, unique=True),
    st.integers(0, 4),
    st.sampled_from([".csv", ".tsv"]),
    st.data(),
)
def test_what_polars_writes_is_read_again(tmp_path, names, height, ending, data):
    kinds = {
        pl.Float64: st.none() | st.floats(allow_nan=False, allow_infinity=False),
        pl.String: st.none() | texts.map("x{}".format),
    }
    drawn = {}
    for name in names:
        kind = data.draw(st.sampled_from(list(kinds)))
        values = data.draw(st.lists(kinds[kind], min_size=height, max_size=height))
        drawn[name] = pl.Series(values, dtype=kind)
    frame = pl.DataFrame(drawn)
    found = to_polars(write(tmp_path / f"a{ending}", frame))
    assert found.columns == names
    for before, after in zip(frame, found, strict=True):
        assert after.to_list() == before.to_list()


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from([".csv", ".tsv", ".parquet"]),
)
@example(b'"', ".csv")
@example(b'a,"\n', ".csv")
@example(b"PAR1PAR1", ".parquet")
@example(b"PAR1\0\0\0\0PAR1", ".parquet")
@example(b"PAR1" + b"\xff" * 8 + b"PAR1", ".parquet")
def test_any_bytes_are_a_table_or_an_error_of_ours(tmp_path, content, ending):
    path = tmp_path / f"a{ending}"
    path.write_bytes(content)
    with suppress(IonworksError):
        assert isinstance(to_polars(path), pl.DataFrame)


# --------------------------------------------------------------------------------- damaged Parquet

WIDE = pl.DataFrame(
    {
        "Time [s]": np.arange(300.0),
        "Label": pl.Series(["rest", "charge", None] * 100, dtype=pl.Categorical),
        "Flag": [True, None, False] * 100,
        "List": [[1, 2], [], None] * 100,
        "Struct": [{"a": 1}] * 300,
        "Text": ["x" * (n % 7) for n in range(300)],
    }
)


@pytest.mark.parametrize("cut", [1, 4, 8, 9, 40, 200, len(PARQUET) - 4, len(PARQUET) - 1])
def test_x41_a_file_that_is_cut_is_refused(tmp_path, cut):
    (tmp_path / "a.parquet").write_bytes(PARQUET[:-cut])
    refused(tmp_path / "a.parquet")
    with pytest.raises(ValueError, match="not a readable Parquet file"):
        from_parquet(PARQUET[:-cut])


def test_x41_a_part_from_the_middle_is_missing(tmp_path):
    content = to_parquet(WIDE)
    (tmp_path / "a.parquet").write_bytes(content[:100] + content[200:])
    refused(tmp_path / "a.parquet")


def damaged(content: bytes, changes: list[tuple[float, int]], footer: bool) -> bytes:
    """Change bytes anywhere, or only in the footer; positions are shares of the length."""
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little") if footer else 0
    found = bytearray(content)
    for share, byte in changes:
        found[start + int(share * (len(content) - start))] = byte
    return bytes(found)


@pytest.mark.parametrize("compression", ["zstd", "snappy", "uncompressed"])
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.floats(0, 1, exclude_max=True),
            st.sampled_from([0, 0x7F, 0x80, 0xFF]) | st.integers(0, 255),
        ),
        min_size=1,
        max_size=3,
    ),
    st.booleans(),
)
def test_x41_a_damaged_file_is_a_table_or_an_error_of_ours(tmp_path, compression, changes, footer):
    path = tmp_path / "a.parquet"
    WIDE.write_parquet(path, compression=compression)
    content = damaged(path.read_bytes(), changes, footer)
    path.write_bytes(content)
    with suppress(PayloadError):
        assert isinstance(to_polars(path), pl.DataFrame)
    with suppress(ValueError):
        assert isinstance(from_parquet(content), pl.DataFrame)


# ------------------------------------------------------------------------------- much from a little


@pytest.fixture(scope="module")
def bomb(tmp_path_factory):
    """48 columns of a million zeros: 384 MB from a few kB."""
    path = tmp_path_factory.mktemp("bomb") / "a.parquet"
    zeros = pl.Series([0.0]).new_from_index(0, 1_000_000)
    pl.DataFrame({f"c{n}": zeros for n in range(48)}).write_parquet(path)
    return path


def test_x43_a_small_file_of_a_large_table_is_refused_with_a_way_to_read_it(bomb):
    assert bomb.stat().st_size < 500_000
    with pytest.raises(PayloadError, match=r"MB in memory .*polars\.read_parquet"):
        to_polars(bomb)
    assert to_polars(pl.scan_parquet(bomb, glob=False).select("c0").head(5)).height == 5


def test_x43_zeros_of_a_usual_size_are_no_bomb(tmp_path):
    path = tmp_path / "a.parquet"
    zeros = pl.Series([0.0]).new_from_index(0, 1_000_000)
    pl.DataFrame({f"c{n}": zeros for n in range(10)}).write_parquet(path)
    assert to_polars(path).height == 1_000_000


def test_a_mode_of_the_file_is_not_changed_by_reading(tmp_path):
    path = write(tmp_path / "a.parquet")
    path.chmod(0o444)
    to_polars(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
