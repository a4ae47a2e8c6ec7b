"""Files are saved whole or not at all, and never outside the folder that was named."""

from __future__ import annotations

import errno
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionworks._http.files import atomic_write, safe_paths
from ionworks.errors import FileError, PayloadError, UnexpectedResponse


def there(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_under_its_name_when_it_is_whole(tmp_path):
    target = tmp_path / "series.parquet"
    with atomic_write(target) as file:
        file.write(b"first ")
        assert not target.exists()
        file.write(b"second")
        assert not target.exists()
    assert target.read_bytes() == b"first second"
    assert there(tmp_path) == ["series.parquet"]


def test_a_name_may_be_given_as_text(tmp_path):
    with atomic_write(str(tmp_path / "a")) as file:
        file.write(b"x")
    assert there(tmp_path) == ["a"]


def test_nothing_written_is_an_empty_file(tmp_path):
    with atomic_write(tmp_path / "empty"):
        pass
    assert (tmp_path / "empty").read_bytes() == b""


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_error_leaves_what_was_there_before(tmp_path, error):
    old = tmp_path / "old"
    old.write_bytes(b"good")

    def break_off(target):
        with atomic_write(target) as file:
            file.write(b"half")
            raise error

    for target in (old, tmp_path / "new"):
        with pytest.raises(error):
            break_off(target)
    assert there(tmp_path) == ["old"]
    assert old.read_bytes() == b"good"


def test_a_file_is_replaced_for_those_who_open_it_later(tmp_path):
    target = tmp_path / "a"
    target.write_bytes(b"old")
    with target.open("rb") as reader:
        with atomic_write(target) as file:
            file.write(b"new")
        assert reader.read() == b"old"
    assert target.read_bytes() == b"new"


def test_two_may_save_the_same_file_at_once(tmp_path):
    target = tmp_path / "a"
    with atomic_write(target) as one, atomic_write(target) as other:
        one.write(b"1" * 1000)
        other.write(b"2" * 1000)
    assert target.read_bytes() == b"1" * 1000  # the outer block ends last
    assert there(tmp_path) == ["a"]


def test_many_threads_leave_one_whole_file(tmp_path):
    target = tmp_path / "a"
    together = threading.Barrier(8)

    def save(letter):
        with atomic_write(target) as file:
            together.wait(timeout=10)
            file.write(letter * 5000)

    threads = [threading.Thread(target=save, args=(b"%d" % n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    content = target.read_bytes()
    assert len(content) == 5000
    assert len(set(content)) == 1
    assert there(tmp_path) == ["a"]


@pytest.mark.parametrize("name", ["n" * 255, "\u65e5" * 85, "\u65e5" * 84 + "abc"])
def test_the_longest_name_of_a_file_system_can_be_saved(tmp_path, name):
    with atomic_write(tmp_path / name) as file:
        file.write(b"x")
    assert there(tmp_path) == [name]


def test_a_folder_that_is_not_there_is_no_surprise(tmp_path):
    with (
        pytest.raises(FileError, match="Create the folder first") as info,
        atomic_write(tmp_path / "none" / "a"),
    ):
        pytest.fail("there was something to write to")
    assert info.value.errno == errno.ENOENT
    assert there(tmp_path) == []


def test_a_folder_is_not_replaced(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(FileError, match="a") as info, atomic_write(tmp_path / "a"):
        pytest.fail("there was something to write to")
    assert info.value.errno == errno.EISDIR
    assert there(tmp_path) == ["a"]


# Names that come from a server


def test_names_stand_in_the_folder_in_their_order(tmp_path):
    names = [
        "b.txt",
        "run #3 (50%).csv",
        "a b",
        ".hidden",
        "Screenshot at 9.41.00\u202fAM.png",
        "\u65e5\u672c \U0001f50b",
        "x.tar.gz",
        "~",
    ]
    found = safe_paths(str(tmp_path), names)
    assert list(found.items()) == [(name, tmp_path / name) for name in names]
    assert there(tmp_path) == []  # only told, not made


def test_no_names_are_no_places(tmp_path):
    assert safe_paths(tmp_path, []) == {}


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "../../etc/passwd",
        "a/../../x",
        "/etc/passwd",
        "a/b",
        "a\\b",
        "..\\x",
        "C:\\x",
        "C:x",
        "file.txt:stream",
        "\\\\server\\share",
        "a\0b",
        "a\nb",
        "a\x7fb",
        "\u202egnp.exe",
        "\ud800",
        "a?b",
        "a*b",
        'a"b',
        "a<b",
        "a|b",
    ],
)
def test_a_name_that_would_leave_the_folder_is_refused(tmp_path, name):
    with pytest.raises(UnexpectedResponse, match="is not a valid file name") as info:
        safe_paths(tmp_path, ["good.txt", name])
    assert repr(name) in str(info.value)
    assert "get_file()" in str(info.value)


@pytest.mark.parametrize(
    "name", ["CON", "nul", "Aux.txt", "com1", "LPT9.csv", "con .txt", "a.", "a ", " ", "..."]
)
def test_a_name_that_is_something_else_on_windows_is_refused(tmp_path, name):
    with pytest.raises(UnexpectedResponse, match="Windows"):
        safe_paths(tmp_path, [name])


@pytest.mark.parametrize(
    "name",
    [
        *("COM\u00b9", "com\u00b2.txt", "LPT\u00b3.tar.gz", "CONIN$", "conout$.log", "PRN .csv"),
        *("COM1.", "lpt0", "a.txt.", "a.txt ", "NUL.a.b"),
    ],
)
def test_x17_a_name_of_a_device_is_refused_with_any_extension(tmp_path, name):
    with pytest.raises(UnexpectedResponse, match="Windows"):
        safe_paths(tmp_path, [name])


@pytest.mark.parametrize(
    "pair",
    [
        ("caf\u00e9.csv", "cafe\u0301.csv"),
        ("CAF\u00c9", "cafe\u0301"),
        ("\u212b", "\u00e5"),
        ("\u1e9e", "SS"),
    ],
)
def test_x17_two_spellings_of_one_name_are_refused(tmp_path, pair):
    with pytest.raises(UnexpectedResponse, match="are the same file"):
        safe_paths(tmp_path, pair)


@pytest.mark.parametrize("name", [".a.ionworks.part", ".a.1.IONWORKS.part"])
def test_x17_the_name_of_an_unfinished_download_is_refused(tmp_path, name):
    with pytest.raises(UnexpectedResponse, match="unfinished download"):
        safe_paths(tmp_path, ["a", name])


@pytest.mark.parametrize("name", ["console.txt", "com.csv", "com10", "nul1", "lpt", "auxiliary"])
def test_a_name_that_only_begins_so_is_taken(tmp_path, name):
    assert safe_paths(tmp_path, [name]) == {name: tmp_path / name}


def test_the_length_of_a_name_counts_in_bytes(tmp_path):
    assert len(safe_paths(tmp_path, ["n" * 255, "\u65e5" * 85])) == 2
    for name in ("n" * 256, "\u65e5" * 86):
        with pytest.raises(UnexpectedResponse, match="too long"):
            safe_paths(tmp_path, [name])


@pytest.mark.parametrize("pair", [("a.txt", "A.txt"), ("stra\u00dfe", "STRASSE"), ("a", "a")])
def test_two_names_that_would_be_one_file_are_refused(tmp_path, pair):
    with pytest.raises(UnexpectedResponse, match="are the same file"):
        safe_paths(tmp_path, pair)


def test_a_folder_must_be_there(tmp_path):
    (tmp_path / "file").touch()
    for directory in (tmp_path / "none", tmp_path / "file"):
        with pytest.raises(PayloadError, match="is not a directory; create it first") as info:
            safe_paths(directory, ["a"])
        assert info.value.field == "directory"


@given(names=st.lists(st.text(max_size=12), max_size=4))
@settings(max_examples=150, deadline=None)
def test_whatever_the_names_are_nothing_leaves_the_folder(tmp_path_factory, names):
    folder = tmp_path_factory.getbasetemp() / "hypothesis"
    folder.mkdir(exist_ok=True)
    try:
        found = safe_paths(folder, names)
    except UnexpectedResponse:
        return
    assert set(found) == set(names)
    for name, path in found.items():
        assert path.name == name
        assert Path(path).resolve().parent == folder.resolve()
