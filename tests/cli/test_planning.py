"""The plan of an upload: the names of its measurements, and the status of the whole."""

from pathlib import Path

import pytest
from traffic import unique

from ionworks.cli.planning import Item, Result, failed, name_of, status_of_all
from ionworks.errors import WriteOutcomeUnknown


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("RPT 0.csv", "RPT 0"),
        ("cell.bdf.csv", "cell"),
        ("cell.1C.csv", "cell.1C"),
        ("cell.041", "cell.041"),
        ("cell", "cell"),
        (".csv", ".csv"),
        ("größe.CSV", "größe"),
    ],
)
def test_the_name_of_a_measurement_is_that_of_its_file(file, name):
    assert name_of(Path("folder", file)) == name


def test_an_unknown_outcome_is_the_status_of_the_whole(export):
    item = Item(Path(unique("file")), "x")
    unknown = failed(item, WriteOutcomeUnknown("lost", method="POST"))
    other = failed(item, ValueError("x"))  # type: ignore[arg-type]
    fine = Result(item.path, "x", "uploaded")
    assert status_of_all([fine]) == 0
    assert status_of_all([fine, other, unknown]) == 5
    assert status_of_all([other, fine]) == 70
