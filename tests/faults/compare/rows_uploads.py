"""The rows of the comparison about uploads."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from signal import SIGKILL

from adapter import digest
from judge import Ended, Trial
from register import any_error, interrupted, row
from rows_records import CONFIRM, MEASURED, uploading
from scenes import Box, Changing

PUT = "put_object"
CONFIRM_RAW = "confirm_raw_data_upload"
FILE = random.Random(1).randbytes(300_000)
LARGE = 24 * 2**20  # more than fits between two sockets
TEXT = {f"{number}.txt": f"file {number}".encode() for number in range(5)}


def written(stack: ExitStack, contents: Mapping[str, bytes]) -> list[str]:
    """Return the paths of new files."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="fault-comparison-"))
    for name, content in contents.items():
        Path(folder, name).write_bytes(content)
    return [str(Path(folder, name)) for name in contents]


def creating_file(
    stack: ExitStack, operation: str, *faults: str, contents: Mapping[str, bytes] = TEXT
) -> Trial:
    """Return a trial that uploads files as a measurement."""
    box = Box(stack, {operation: faults})
    cell = box.cell()

    def check(ended: Ended) -> str:
        found = box.direct.cell_measurement.list(cell)
        if [each.id for each in found] != [ended.returned["id"]]:
            return "not the measurement that is stored"
        kept = box.direct.cell_measurement.download_files(found[0].id)
        return "" if kept == contents else "other files are stored"

    given = {"cell_id": cell, "name": MEASURED, "paths": written(stack, contents)}
    return Trial(box, "create_file", given, value=check, commits=CONFIRM)


def uploading_raw(stack: ExitStack, operation: str, *faults: str) -> Trial:
    """Return a trial that uploads raw data."""
    box = Box(stack, {operation: faults})

    def check(ended: Ended) -> str:
        found = box.direct.raw_data.list(box.project_id)
        if [each.id for each in found] != [ended.returned["id"]]:
            return "not the record that is stored"
        kept = digest(box.direct.raw_data.download(found[0].id))
        return "" if kept == digest(FILE) else "another file is stored"

    (path,) = written(stack, {"run.bin": FILE})
    given = {"project_id": box.project_id, "path": path}
    return Trial(box, "upload_raw", given, value=check, commits=CONFIRM_RAW)


def refused(trial: Trial) -> Trial:
    """Return a trial that must fail, and store nothing."""
    commits = trial.commits

    def check(ended: Ended) -> str:
        return "failed, but confirmed" if trial.scene.commits(commits) else ""

    return replace(trial, value=lambda ended: "reported as stored", error=check, commits="")


KINDS: Mapping[str, Callable[..., Trial]] = {
    "raw data": uploading_raw,
    "five files": creating_file,
    "time series": uploading,
}


def row_of_faults(
    number: str,
    fault: str,
    *faults: str,
    but: str = "",
    change: Callable[[Trial], Trial] = lambda trial: trial,
) -> None:
    """Enter a row for each kind of upload but one, with faults of the storage."""
    for kind, prepare in KINDS.items():

        def planned(stack: ExitStack, prepare: Callable[..., Trial] = prepare) -> Trial:
            return change(prepare(stack, PUT, *faults))

        if kind != but:
            row(number, fault, f"signed PUT, {kind}")(planned)


row_of_faults("40", "503 once", "503", but="time series")
row_of_faults("40", "reset once", "reset", but="time series")
row_of_faults("41", "the signed URL has expired, once", "expired")
row_of_faults("41", "403 for another reason", "403", change=refused)
row_of_faults("44", "the last byte is not stored, once", "short")
row_of_faults("44", "the last byte is not stored, every time", *["short"] * 9, change=refused)
row_of_faults(
    "49",
    "Ctrl-C while storage does not respond",
    "stall",
    change=lambda trial: interrupted(trial, trial.commits),
)


for _fault, _planned in (
    ("killed before the confirmation, then run again", "stall"),
    ("killed after the confirmation, then run again", "stall after commit"),
):

    @row("42", _fault, "create_or_get of a time series")
    def _(stack: ExitStack, fault: str = _planned) -> Trial:
        trial = uploading(stack, CONFIRM, fault, call="ensure_upload")
        return replace(trial, signal=SIGKILL)


@row("43", "done, then reset", "confirm of raw data")
def _(stack: ExitStack) -> Trial:
    return uploading_raw(stack, CONFIRM_RAW, "reset after commit")


@row("43", "done, then reset", "confirm of five files")
def _(stack: ExitStack) -> Trial:
    return creating_file(stack, CONFIRM, "reset after commit")


def _changed(call: str, arguments: Mapping[str, object]) -> Callable[[ExitStack], Trial]:
    def prepare(stack: ExitStack) -> Trial:
        (path,) = written(stack, {"run.csv": b"old" + bytes(LARGE) + b"old"})

        def change() -> None:
            with Path(path).open("r+b") as file:
                file.write(b"new")
                file.seek(-3, os.SEEK_END)
                file.write(b"new")

        scene = Changing(stack, change)
        given = {"path": path} if call == "upload_raw" else {"paths": [path]}

        def mixed(ended: Ended) -> str:
            ends = {content[:3] + content[-3:] for content in scene.server.stored}
            return "" if ends <= {b"oldold", b"newnew"} else "stored a mix of two versions"

        def confirmed(ended: Ended) -> str:
            return "failed, but confirmed" if scene.server.confirmed else ""

        return Trial(scene, call, {**arguments, **given}, value=mixed, error=confirmed)

    return prepare


row("45", "the file changes while it is sent", "signed PUT, raw data")(
    _changed("upload_raw", {"project_id": "p1"})
)
row("45", "the file changes while it is sent", "signed PUT, one file")(
    _changed("create_file", {"cell_id": "c1", "name": MEASURED})
)


@row("46", "403 for one of five files", "signed PUT, five files")
def _(stack: ExitStack) -> Trial:
    return refused(creating_file(stack, PUT, "none", "none", "403"))


@row("47", "a text where numbers are expected", "processing of a time series")
def _(stack: ExitStack) -> Trial:
    box = Box(stack, {}, processing_ms=1)
    cell = box.cell()

    def check(ended: Ended) -> str:
        ids = [each.id for each in box.direct.cell_measurement.list(cell)]
        named = ended.raised is not None and all(id in ended.raised.text for id in ids)
        return "" if named else "the error does not name the measurement"

    return Trial(
        box, "upload_text", {"cell_id": cell, "name": MEASURED}, error=any_error, also=check
    )
