"""The rows of the comparison about downloads."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace as evolved
from pathlib import Path

import polars as pl
from judge import Check, Ended, Trial
from register import any_error, content_is, interrupted, row
from rig_parquet import claim_rows, pickled_file, series_file
from rig_ranges import Harm, RangeStore, Served, answer, cut, ignore_range, replace, stall
from scenes import Box, Ranges, Short
from series import frame, stored

GET = "get_object"
FILE = random.Random(1).randbytes(300_000)
LARGE = random.Random(3).randbytes(50_000_000)
OTHER_LARGE = random.Random(4).randbytes(50_000_000)
SERIES, SMALL = series_file(50_000), series_file(600)
AFTER_60_PERCENT = int(0.6 * len(LARGE))
MANY = 20  # more often than any client tries


def content_digest(content: bytes) -> str:
    """Return the header `Content-Digest` of a content."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def prepare_file(stack: ExitStack, content: bytes, *harms: Harm | None) -> Trial:
    """Return a trial that downloads a file from a store that serves ranges."""
    scene = Ranges(stack, content, *harms)

    def check(ended: Ended) -> str:
        return content_is(content, scene.store.content)(ended)

    return Trial(scene, "get_file", {"id": "m1", "name": "a"}, value=check)


def prepare_raw(stack: ExitStack, *faults: str) -> Trial:
    """Return a trial that downloads raw data from a sandbox."""
    box = Box(stack, {GET: faults})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "run.bin")
        path.write_bytes(FILE)
        raw = box.direct.raw_data.upload(box.project_id, path)
    return Trial(box, "download_raw", {"id": raw.id}, value=content_is(FILE))


def prepare_series(stack: ExitStack, *faults: str) -> Trial:
    """Return a trial that downloads a time series from a sandbox."""
    box = Box(stack, {GET: faults})
    data = {"measurement": {"name": "RPT 0"}, "time_series": frame()}
    made = box.direct.cell_measurement.create(box.cell(), data)

    def check(ended: Ended) -> str:
        return "" if ended.returned == stored() else "returned other data"

    return Trial(box, "series", {"id": made.id}, value=check)


def row_of_faults(number: str, fault: str, *faults: str, error: Check | None = None) -> None:
    """Enter a row for each kind of download; with `error`, the call is expected to fail."""
    for operation, download in (
        ("raw_data.download", prepare_raw),
        ("time_series", prepare_series),
    ):

        def prepare(stack: ExitStack, download: Callable[..., Trial] = download) -> Trial:
            return evolved(download(stack, *faults), error=error)

        row(number, fault, operation)(prepare)


row_of_faults("15", "503 twice", "503", "503")
row_of_faults("27", "fewer bytes than announced, once", "cut 100")
row_of_faults("27", "fewer bytes than announced, every time", *["cut 100"] * MANY, error=any_error)


def _flip(_: RangeStore, served: Served) -> None:
    """Flip a bit of a number, and send the digest of what is stored."""
    served.headers["content-digest"] = content_digest(served.content)
    served.content = (
        served.content[:1000] + bytes([served.content[1000] ^ 1]) + served.content[1001:]
    )


def _flipped(
    operation: str, harms: list[Harm], error: Check | None
) -> Callable[[ExitStack], Trial]:
    def prepare(stack: ExitStack) -> Trial:
        if operation == "get_file":
            return evolved(prepare_file(stack, FILE, *harms), error=error)
        rows = pl.read_parquet(io.BytesIO(SMALL)).to_dict(as_series=False)

        def check(ended: Ended) -> str:
            return "" if ended.returned == rows else "returned other data"

        scene = Ranges(stack, SMALL, *harms)
        return Trial(scene, "series", {"id": "m1"}, value=check, error=error)

    return prepare


for _operation in ("get_file", "time_series"):
    row("29", "one bit flipped, once", _operation)(_flipped(_operation, [_flip], None))
    row("29", "one bit flipped, every time", _operation)(
        _flipped(_operation, [_flip] * MANY, any_error)
    )


@row("30", "no digest, and the file is shorter than its record says", "raw_data.download")
def _(stack: ExitStack) -> Trial:
    scene = Short(stack, FILE, lost=1000)
    return Trial(scene, "download_raw", {"id": "r1"}, value=content_is(FILE), error=any_error)


@row("30", "no digest, and the end marker is missing", "time_series")
def _(stack: ExitStack) -> Trial:
    return _reading(stack, SERIES[:-4] + b"XXXX")


def _reading(stack: ExitStack, content: bytes) -> Trial:
    """Return a trial that reads a time series, which must fail."""
    scene = Ranges(stack, content)
    return Trial(scene, "series", {"id": "m1"}, error=any_error)


LARGE_FILE = "get_file, 50 MB"
BREAKS = cut(AFTER_60_PERCENT)


@row("31", "breaks at 60 %", LARGE_FILE)
def _(stack: ExitStack) -> Trial:
    return prepare_file(stack, LARGE, BREAKS)


@row("32", "breaks at 60 %, then ranges are ignored", LARGE_FILE)
def _(stack: ExitStack) -> Trial:
    return prepare_file(stack, LARGE, BREAKS, ignore_range)


@row("33", "breaks at 60 %, then the file is replaced", LARGE_FILE)
def _(stack: ExitStack) -> Trial:
    return prepare_file(stack, LARGE, BREAKS, replace(OTHER_LARGE))


@row("33", "replaced between two requests", LARGE_FILE)
def _(stack: ExitStack) -> Trial:
    return prepare_file(stack, LARGE, None, None, replace(OTHER_LARGE))


@row("34", "breaks at the end, then 416", "get_file")
def _(stack: ExitStack) -> Trial:
    def long(_: RangeStore, served: Served) -> None:
        served.headers["content-length"] = str(len(FILE) + 10)
        served.cut = len(FILE)

    return prepare_file(stack, FILE, long)


@row("35", "stops at 60 %, once; `timeout` of 2 s", "get_file")
def _(stack: ExitStack) -> Trial:
    return evolved(prepare_file(stack, FILE, stall(180_000)), options={"timeout": 2.0})


@row("36", "300 kB of gzip that unpack to 300 MB", "get_file")
def _(stack: ExitStack) -> Trial:
    box = Box(stack, {GET: ["gzip-bomb 300"] * MANY})
    id = box.files({"a.bin": FILE})
    arguments = {"id": id, "name": "a.bin"}
    return Trial(box, "get_file", arguments, error=any_error, most_megabytes=128.0)


@row("38", "a footer that claims 10^10 rows", "time_series")
def _(stack: ExitStack) -> Trial:
    return _reading(stack, claim_rows(SERIES, 50_000, 10**10))


@row("39", "a pickle in the metadata of a column", "time_series")
def _(stack: ExitStack) -> Trial:
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    target = Path(folder, "ran")
    trial = _reading(stack, pickled_file(target))

    def wire() -> str:
        return "runs the pickle" if target.exists() else ""

    return evolved(trial, value=lambda ended: "", wire=wire)


@row("41", "breaks at 60 %, then the signed URL has expired", "get_file")
def _(stack: ExitStack) -> Trial:
    return prepare_file(stack, FILE, cut(180_000), answer(403))


@row("49", "Ctrl-C while storage does not respond", "raw_data.download")
def _(stack: ExitStack) -> Trial:
    return interrupted(prepare_raw(stack, "stall"))


@row("49", "Ctrl-C while storage does not respond", "download_files, five files")
def _(stack: ExitStack) -> Trial:
    box = Box(stack, {GET: ["none", "none", "stall"]})
    id = box.files({f"{number}.bin": FILE for number in range(5)})
    return interrupted(Trial(box, "download_files", {"id": id}))
