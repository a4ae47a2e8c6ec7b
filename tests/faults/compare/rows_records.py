"""The rows of the comparison about measurements, origins and values."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

from judge import Check, Ended, Trial
from register import row
from rig import KEY, Reply
from scenes import MEASUREMENT, SIGNATURES, Box, Elsewhere, Script, page
from series import frame, stored

CONFIRM = "confirm_measurement_upload"
EXTEND = "confirm_measurement_extend"
MEASURED = "RPT 0"
MANY, SERIES = 110, 19


def rows_are(box: Box, cell: str, parts: int = 1) -> Check:
    """Accept one measurement, the one that was returned, with exactly these rows in it."""

    def check(ended: Ended) -> str:
        found = box.direct.cell_measurement.list(cell)
        if [each.id for each in found] != [ended.returned["id"]]:
            return "not the measurement that is stored"
        table = box.direct.cell_measurement.time_series(found[0].id)
        kept = {name: table[name].to_list() for name in frame().columns}
        return "" if kept == stored(parts) else "other rows are stored"

    return check


def uploading(stack: ExitStack, operation: str, *faults: str, call: str = "upload") -> Trial:
    """Return a trial that uploads a series while the faults of an operation occur."""
    box = Box(stack, {operation: faults})
    cell = box.cell()
    given = {"cell_id": cell, "name": MEASURED}
    return Trial(box, call, given, value=rows_are(box, cell), commits=CONFIRM)


@row("7", "two resets", "detail, in parallel")
def _(stack: ExitStack) -> Trial:
    box = Box(stack, {"get_object": ["reset", "reset"]})
    cell = box.cell()
    for number in range(3):
        data = {"measurement": {"name": f"RPT {number}"}, "time_series": frame()}
        box.direct.cell_measurement.create(cell, data)
    whole = {f"RPT {number}": stored() for number in range(3)}

    def check(ended: Ended) -> str:
        return "" if ended.returned == whole else "not what is stored"

    return Trial(box, "detail", {"id": cell}, value=check)


@row("15", "503 twice", "signed PUT")
def _(stack: ExitStack) -> Trial:
    return uploading(stack, "put_object", "503", "503")


@row("20", "409 that does not name the record, which is on page 4", "create_or_get")
def _(stack: ExitStack) -> Trial:
    box = Box(stack, {"initiate_measurement_upload": ["409"]})
    cell = box.cell()
    for number in range(MANY):
        if number == SERIES:
            data = {"measurement": {"name": f"m {number}"}, "time_series": frame()}
            box.direct.cell_measurement.create(cell, data)
        else:
            box.direct.cell_measurement.create_properties(cell, f"m {number}", {"grade": "A"})
    # Newest first, 25 on a page by default.
    (last,) = box.direct.cell_measurement.list(cell, limit=1, offset=MANY - SERIES - 1)
    assert last.measurement_type == "time_series"

    def check(ended: Ended) -> str:
        return "" if ended.returned["id"] == last.id else "another record"

    return Trial(box, "ensure_upload", {"cell_id": cell, "name": last.name}, value=check)


@row("40", "503 once", "signed PUT")
def _(stack: ExitStack) -> Trial:
    return uploading(stack, "put_object", "503")


@row("40", "reset once", "signed PUT")
def _(stack: ExitStack) -> Trial:
    return uploading(stack, "put_object", "reset")


@row("43", "done, then reset", "confirm of an upload")
def _(stack: ExitStack) -> Trial:
    return uploading(stack, CONFIRM, "reset after commit")


@row("43", "done, then 503", "confirm of an upload")
def _(stack: ExitStack) -> Trial:
    return uploading(stack, CONFIRM, "503 after commit")


@row("48", "done, then reset", "confirm of an extend")
def _(stack: ExitStack) -> Trial:
    box = Box(stack, {EXTEND: ["reset after commit"]})
    cell = box.cell()
    data = {"measurement": {"name": MEASURED}, "time_series": frame()}
    made = box.direct.cell_measurement.create(cell, data)
    return Trial(box, "append", {"id": made.id}, value=rows_are(box, cell, 2), commits=EXTEND)


@row("58", "redirect to another origin", "time_series")
def _(stack: ExitStack) -> Trial:
    buffer = io.BytesIO()
    frame().write_parquet(buffer)
    scene = Elsewhere(stack, buffer.getvalue())

    def check(ended: Ended) -> str:
        return "" if ended.returned == stored() else "other rows"

    def wire() -> str:
        return "the key went to the other origin" if KEY in scene.received else ""

    return Trial(scene, "series", {"id": "m1"}, value=check, wire=wire)


@row("58", "redirects without end", "time_series")
def _(stack: ExitStack) -> Trial:
    scene = Script(stack)
    scene.server.otherwise = Reply(307, None, {"location": f"{scene.url}/x?token={SIGNATURES}"})

    def check(ended: Ended) -> str:
        return "" if scene.requests() <= 31 else f"{scene.requests()} requests"

    return Trial(scene, "series", {"id": "m1"}, error=check)


def _asks(
    call: str, arguments: dict[str, Any], fits: Sequence[str], answer: Reply
) -> Callable[[ExitStack], Trial]:
    """Return what prepares a call that is refused, or asks for exactly one of these."""

    def prepare(stack: ExitStack) -> Trial:
        scene = Script(stack, otherwise=answer)

        def wire() -> str:
            strange = [target for target in scene.targets if target not in fits]
            return f"sends `{strange[0]}`" if strange else ""

        accept = lambda ended: ""  # noqa: E731 -- what went over the wire decides
        return Trial(
            scene, call, arguments, value=accept, error=accept, wire=wire, refusal_is_fine=True
        )

    return prepare


PLACE = "/cell_measurements/"
_READ, _DROPPED = Reply(200, MEASUREMENT), Reply(204)
row("59", "id `../projects/p1`", "get")(
    _asks("get_measurement", {"id": "../projects/p1"}, [f"GET {PLACE}..%2Fprojects%2Fp1"], _READ)
)
row("59", "id `../projects/p1`", "delete")(
    _asks(
        "drop_measurement",
        {"id": "../projects/p1"},
        [f"DELETE {PLACE}..%2Fprojects%2Fp1"],
        _DROPPED,
    )
)
row("59", "an empty id", "delete")(_asks("drop_measurement", {"id": ""}, [], _DROPPED))
row("59", "file name `run #3?.csv`", "get_file")(
    _asks(
        "get_file",
        {"id": "m1", "name": "run #3?.csv"},
        [f"GET {PLACE}m1/files/run%20%233%3F.csv"],
        Reply(200, b"x", {"content-type": "application/octet-stream"}),
    )
)


def _odd_record(**odd: object) -> Callable[[ExitStack], Trial]:
    def prepare(stack: ExitStack) -> Trial:
        listed = page(MEASUREMENT, {**MEASUREMENT, "id": "m2", **odd})

        def check(ended: Ended) -> str:
            found = {each["id"]: each for each in ended.returned}
            kept = all(found["m2"].get(name) in (value, []) for name, value in odd.items())
            return "" if len(found) == 2 and kept else "not what was sent"

        scene = Script(stack, otherwise=Reply(200, listed))
        return Trial(scene, "list_measurements", {"cell_id": "c1"}, value=check)

    return prepare


row("60", "a new kind of measurement among the records", "list")(
    _odd_record(measurement_type="hologram")
)
row("60", "`null` for a list in a record", "list")(_odd_record(tags=None))


@row("60", "NaN in the values", "create_properties")
def _(stack: ExitStack) -> Trial:
    scene = Script(stack, otherwise=Reply(422, {"detail": "no JSON"}))

    def wire() -> str:
        bodies = [each.body for each in scene.server.requests]
        return "sends `NaN`, which is not JSON" if any(b"NaN" in each for each in bodies) else ""

    given = {"cell_id": "c1", "name": "weight", "properties": {"weight": float("nan")}}
    accept = lambda ended: ""  # noqa: E731 -- what went over the wire decides
    return Trial(scene, "make_properties", given, error=accept, wire=wire, refusal_is_fine=True)


@row("60", "2^53 + 1, and a name with a decomposed ü", "create_properties")
def _(stack: ExitStack) -> Trial:
    box = Box(stack, {})
    name, values = "Zu\u0308rich", {"count": {"value": 2**53 + 1, "unit": "1"}}
    cell = box.cell()

    def check(ended: Ended) -> str:
        found = box.direct.cell_measurement.get(ended.returned["id"])
        same = json.dumps(ended.returned["properties"]) == json.dumps(values)
        return "" if same and found.name == ended.returned["name"] == name else "changed"

    given = {"cell_id": cell, "name": name, "properties": values}
    making = "create_properties_measurement"
    return Trial(box, "make_properties", given, value=check, commits=making)
