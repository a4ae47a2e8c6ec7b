"""K12: continuous integration is known by more than one sign."""

from pathlib import Path

import pytest

from ionworks.testing.modes import _CHECKOUTS, CI_VARIABLES, choose_mode, find_ci_sign

HOME = Path("jane", "project")


@pytest.mark.parametrize("name", CI_VARIABLES)
def test_k12_each_variable_is_a_sign(name):
    assert find_ci_sign({name: "true"}, HOME) == f"{name} is set"
    assert find_ci_sign({name: "0"}, HOME) is None


@pytest.mark.parametrize("folders", _CHECKOUTS, ids="-".join)
def test_k12_so_is_the_place_of_the_checkout_where_tox_passes_no_variable(folders):
    place = Path(*folders, "project")
    assert find_ci_sign({}, place) is not None
    assert find_ci_sign({"CI": "false"}, place) is None


def test_an_option_wins_over_a_setting_and_this_over_the_signs(monkeypatch):
    monkeypatch.setenv("CI", "1")
    assert choose_mode("all", "once", HOME) == ("all", "--ionworks-record")
    assert choose_mode(None, "once", HOME) == ("once", "ionworks_record")
    assert choose_mode(None, "", HOME) == ("none", "CI is set")
