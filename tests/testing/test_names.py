"""Cassettes have names that any file system holds, and no two tests share one."""

import re
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from ionworks.testing._cassettes.names import cassette_name

TESTS = st.text(min_size=1, max_size=200)


@given(TESTS)
@example("con")
@example("../up")
@example("LPT1.x")
@example("\ud800")
def test_a_name_is_one_file_on_any_system(test):
    name = cassette_name(test)
    assert re.fullmatch(r"[a-z0-9_.-]{1,103}\.yaml", name)
    assert Path(name).name == name
    assert not re.match(r"\.|(con|prn|aux|nul|com\d|lpt\d)\.", name)


@given(TESTS, TESTS)
@example("test_a[1]", "test_a-1")
@example("test_A", "test_a")
@example("x" * 91, "x" * 92)
@example("test_a[b/c]", "test_a[b c]")
def test_two_tests_have_two_names(one, other):
    def bare(test):  # a function has no - in its name, so these are one test
        return test.removesuffix("]").replace("[", "-", 1)

    assert (cassette_name(one) == cassette_name(other)) == (bare(one) == bare(other))


def test_a_plain_name_stays_what_it_is():
    assert cassette_name("test_fade") == "test_fade.yaml"
    assert cassette_name("test_fade[1-2]") == "test_fade-1-2.yaml"
