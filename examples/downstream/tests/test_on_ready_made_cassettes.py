"""Tests with the cassettes included in the client, which also cover errors of the service."""

from pathlib import Path

import pytest
from capacity_fade import NoSuchCellError, TryLaterError, capacity_fade, write_table

from ionworks.errors import AuthenticationFailed
from ionworks.testing import cassette


def test_five_cycles() -> None:
    with cassette("cell_instance_detail") as scene:
        names = scene.given["specification"]["name"], scene.given["cell"]["name"]
        table = capacity_fade(scene.client, *names)
    assert table["Measurement"].unique().to_list() == ["Cycling 1C"]
    assert table.height == 5
    assert table["Retention"].is_between(0.99, 1).all()


@pytest.mark.parametrize(
    ("name", "says"), [("error_429", "try again in 2 s"), ("error_500", "not available")]
)
def test_nothing_is_written_if_the_service_fails(name: str, says: str, tmp_path: Path) -> None:
    with cassette(name) as scene, pytest.raises(TryLaterError, match=says):
        write_table(scene.client, "LG M50", "M50-007", tmp_path / "table.csv")
    assert not (tmp_path / "table.csv").exists()


def test_a_wrong_key_is_not_hidden(tmp_path: Path) -> None:
    with cassette("error_401") as scene, pytest.raises(AuthenticationFailed):
        write_table(scene.client, "LG M50", "M50-007", tmp_path / "table.csv")


def test_without_such_a_cell() -> None:
    with cassette("list_and_filter") as scene, pytest.raises(NoSuchCellError):
        capacity_fade(scene.client, "LG M50", "M50")
