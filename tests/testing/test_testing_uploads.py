"""K8: an upload is the same if its values are, whoever wrote the file."""

import io

import polars as pl
import pytest

from ionworks.testing._cassettes.uploads import (
    ANY_PARQUET,
    describe_upload,
    iter_upload_differences,
    same_upload,
)

FRAME = pl.DataFrame(
    {
        "Time [s]": [0.0, 1.0, 2.0, 3.0],
        "Voltage [V]": [4.1, 4.0, 3.9, None],
        "Cycle count": [0, 0, 1, 1],
        "Note": ["a", None, "b", "c"],
    }
)


def describe(frame, **options):
    file = io.BytesIO()
    frame.write_parquet(file, **options)
    return describe_upload(file.getvalue())


@pytest.mark.parametrize(
    "other",
    [
        FRAME.select(reversed(FRAME.columns)),
        FRAME.with_columns(pl.col("Cycle count").cast(pl.Int8)),
        FRAME.with_columns(pl.col("Voltage [V]") * (1 + 4e-16)),
        pl.concat([FRAME.head(1), FRAME.tail(3)], rechunk=False),
    ],
    ids=["order of columns", "width of integers", "last bit", "chunks"],
)
def test_k8_the_same_values_are_the_same_upload(other):
    assert same_upload(describe(other, compression="gzip"), describe(FRAME))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (-pl.col("Voltage [V]"), "column 'Voltage [V]': first: sent -4.1, recorded 4.1"),
        (
            pl.col("Voltage [V]").fill_null(3.9),
            "column 'Voltage [V]': empty: sent None, recorded 1",
        ),
        (pl.col("Voltage [V]") + 1e-6, "column 'Voltage [V]': first: sent 4.100001"),
        (pl.col("Time [s]").gather([0, 2, 1, 3]), "column 'Time [s]': another order of the values"),
        (pl.col("Cycle count").cast(pl.Float64), "column 'Cycle count': type: sent None"),
        (pl.col("Note").fill_null("x"), "column 'Note': empty: sent 0, recorded 1"),
        (pl.lit(1).alias("More"), "column 'More': sent, but not recorded"),
    ],
)
def test_k8_other_values_are_reported_by_column(change, line):
    sent = describe(FRAME.with_columns(change))
    assert not same_upload(sent, describe(FRAME))
    assert line in next(iter_upload_differences(sent, describe(FRAME)))


def test_k8_rows_and_columns_are_counted():
    sent = describe(FRAME.head(2).drop("Note"))
    assert [*iter_upload_differences(sent, describe(FRAME))][:2] == [
        "rows: sent 2, recorded 4",
        "column 'Note': not sent, but recorded",
    ]


def test_a_description_without_values_is_of_any_upload():
    assert same_upload(describe(FRAME), ANY_PARQUET)
    assert describe_upload(b"PAR1 damaged PAR1") == ANY_PARQUET


@pytest.mark.parametrize(
    "frame", [FRAME.head(0), pl.DataFrame({"a": [float("inf"), float("nan")]})]
)
def test_empty_frames_and_infinite_values_are_described(frame):
    assert same_upload(describe(frame), describe(frame))
