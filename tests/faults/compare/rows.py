"""The rows of the comparison about responses and connections."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from judge import Check, Ended, Trial
from register import any_error, nothing, row, says, status_is
from rig import KEY, Reply, Stall
from scenes import SPEC, Box, Drip, Nowhere, Script

NAME = "create_cell_specification"
LIST = "list_cell_specifications"
BODY = {"name": "LG M50", "form_factor": "pouch"}


def is_spec(ended: Ended) -> str:
    """Accept the record of the scripted server."""
    right = isinstance(ended.returned, dict) and ended.returned.get("name") == SPEC["name"]
    return "" if right else "another record"


def is_stored(box: Box) -> Check:
    """Accept the stored specification."""

    def check(ended: Ended) -> str:
        stored = box.direct.cell_spec.list(name_exact=BODY["name"])
        found = ended.returned["id"] if isinstance(ended.returned, dict) else None
        return "" if [each.id for each in stored] == [found] else "not the record that is stored"

    return check


def reading(scene: Any, **options: Any) -> Trial:
    """Return a trial that reads one record."""
    return Trial(scene, "get_spec", {"id": "s1"}, **options)


def making(box: Box, call: str = "make_spec", **options: Any) -> Trial:
    """Return a trial that creates one record."""
    return Trial(box, call, BODY, value=is_stored(box), commits=NAME, **options)


def scripted_read(*script: Reply) -> Callable[[ExitStack], Trial]:
    """Return what prepares a read that gets these responses first."""
    return lambda stack: reading(Script(stack, *script, otherwise=Reply(200, SPEC)), value=is_spec)


@row("1", "connection refused, up again after 1 s", "get")
def _(stack: ExitStack) -> Trial:
    return reading(Script(stack, otherwise=Reply(200, SPEC), later=True), value=is_spec)


@row("2", "connection refused, up again after 1 s", "create")
def _(stack: ExitStack) -> Trial:
    return making(Box(stack, {}, later=True))


@row("3", "reset before the service reads the request", "create")
def _(stack: ExitStack) -> Trial:
    return making(Box(stack, {NAME: ["reset"]}))


@row("4", "done, then reset", "create_or_get")
def _(stack: ExitStack) -> Trial:
    return making(Box(stack, {NAME: ["reset after commit"]}), "ensure_spec")


@row("5", "done, then closed without a response", "create")
def _(stack: ExitStack) -> Trial:
    return making(Box(stack, {NAME: ["close after commit"]}))


@row("5", "closed without a response, every time", "create")
def _(stack: ExitStack) -> Trial:
    box = Box(stack, {NAME: ["close after commit"] + ["close"] * 9})
    return Trial(box, "make_spec", BODY, commits=NAME, error=_says_may_be_done)


def _says_may_be_done(ended: Ended) -> str:
    raised = ended.raised
    unknown = raised is not None and raised.outcome == "unknown"
    return "" if unknown else "done, and the error does not say that it may be"


@row("8", "a host that does not exist", "get")
def _(stack: ExitStack) -> Trial:
    return reading(
        Nowhere(),
        error=says("no-such-host.invalid", "does not name the host"),
        also=says("IONWORKS_API_URL", "without the source of the address"),
    )


@row("11", "429, Retry-After: 1", "list")
def _(stack: ExitStack) -> Trial:
    return _list_of_one(Box(stack, {LIST: ["429 retry-after: 1"]}))


@row("12", "429 without Retry-After", "list")
def _(stack: ExitStack) -> Trial:
    return _list_of_one(Box(stack, {LIST: ["429"]}))


def _list_of_one(box: Box) -> Trial:
    made = box.direct.cell_spec.create(BODY)

    def check(ended: Ended) -> str:
        found = [each["id"] for each in ended.returned]
        return "" if found == [made.id] else "another list"

    return Trial(box, "list_specs", value=check)


@row("12", "429 without Retry-After", "create")
def _(stack: ExitStack) -> Trial:
    return making(Box(stack, {NAME: ["429"]}))


def _dated(hours: int) -> Callable[[ExitStack], Trial]:
    def prepare(stack: ExitStack) -> Trial:
        theirs = datetime.now(UTC) + timedelta(hours=hours)
        dates = {"date": theirs, "retry-after": theirs + timedelta(seconds=1)}
        headers = {name: format_datetime(moment, usegmt=True) for name, moment in dates.items()}
        return scripted_read(Reply(503, {"detail": "busy"}, headers))(stack)

    return prepare


row("13", "503, Retry-After a date 1 s ahead by a clock 2 h ahead", "get")(_dated(2))
row("13", "503, Retry-After a date 1 s ahead by a clock 2 h behind", "get")(_dated(-2))


@row("14", "429, Retry-After: 86400", "get")
def _(stack: ExitStack) -> Trial:
    headers = {"retry-after": "86400"}
    scene = Script(stack, otherwise=Reply(429, {"detail": "later"}, headers))
    return reading(scene, error=status_is(429, scene, 1))


row("14", "503, Retry-After: nan", "get")(
    scripted_read(Reply(503, {"detail": "busy"}, {"retry-after": "nan"}))
)
row("14", "503, Retry-After: -5", "get")(
    scripted_read(Reply(503, {"detail": "busy"}, {"retry-after": "-5"}))
)
row("15", "503 twice", "get")(scripted_read(*[Reply(503, {"detail": "busy"})] * 2))


@row("15", "503 twice", "delete")
def _(stack: ExitStack) -> Trial:
    return _dropping(Box(stack, {"delete_cell_specification": ["503", "503"]}))


@row("15", "done, then 502", "delete")
def _(stack: ExitStack) -> Trial:
    return _dropping(Box(stack, {"delete_cell_specification": ["502 after commit"]}))


def _dropping(box: Box) -> Trial:
    made = box.direct.cell_spec.create(BODY)
    return Trial(
        box,
        "drop_spec",
        {"id": made.id},
        value=nothing,
        commits="delete_cell_specification",
    )


@row("16", "503 once", "create")
def _(stack: ExitStack) -> Trial:
    return making(Box(stack, {NAME: ["503"]}))


@row("16", "done, then 503", "create")
def _(stack: ExitStack) -> Trial:
    return making(Box(stack, {NAME: ["503 after commit"]}))


@row("17", "503, then 400", "get")
def _(stack: ExitStack) -> Trial:
    script = Reply(503, {"detail": "busy"}), Reply(400, {"detail": "no such filter"})
    scene = Script(stack, *script)
    return reading(scene, error=status_is(400, scene, 2))


@row("18", "401", "get")
def _(stack: ExitStack) -> Trial:
    scene = Script(stack, otherwise=Reply(401, {"detail": "invalid key"}))
    which = says(KEY[-4:], "without naming the key")
    return reading(scene, error=status_is(401, scene, 1), also=which)


@row("19", "409, and the existing record differs from the requested one", "create_or_get")
def _(stack: ExitStack) -> Trial:
    box = Box(stack, {})
    made = box.direct.cell_spec.create({**BODY, "form_factor": "cylindrical"})

    def check(ended: Ended) -> str:
        if ended.returned["id"] != made.id:
            return "another record"
        return "" if any("form_factor" in text for text in ended.warned) else "accepted silently"

    named = says("form_factor", "does not name the field")
    return Trial(box, "ensure_spec", BODY, value=check, error=named)


@row("21", "422 with the path of a field", "create")
def _(stack: ExitStack) -> Trial:
    place = ["body", "ratings", "capacity", "value"]
    finding = {"loc": place, "msg": "Input should be finite", "type": "finite_number", "input": 7}
    scene = Script(stack, otherwise=Reply(422, {"detail": [finding]}))
    which = says("capacity", "not which field")
    return Trial(scene, "make_spec", BODY, error=status_is(422), also=which)


for _status in (524, 520):
    row("22", f"{_status} of a gateway, once", "get")(
        scripted_read(Reply(_status, "<html><title>A timeout occurred</title></html>"))
    )


@row("22", "599 of a gateway", "get")
def _(stack: ExitStack) -> Trial:
    page_of_gateway = Reply(599, "<html><title>Network connect timeout</title></html>")
    return reading(Script(stack, otherwise=page_of_gateway), error=status_is(599))


@row("23", "200 with a login page", "get")
def _(stack: ExitStack) -> Trial:
    scene = Script(stack, otherwise=Reply(200, "<html><title>Sign in</title></html>"))
    return reading(scene, error=any_error)


row("24", "`application/json; charset=utf-8`", "get")(
    scripted_read(Reply(200, SPEC, {"content-type": "application/json; charset=utf-8"}))
)


@row("26", "200 without a body", "update")
def _(stack: ExitStack) -> Trial:
    box = Box(stack, {"update_cell_specification": ["empty after commit"]})
    made = box.direct.cell_spec.create(BODY)
    return Trial(
        box,
        "change_spec",
        {"id": made.id, "form_factor": "cylindrical"},
        value=lambda ended: "returned something that is no record",
        commits="update_cell_specification",
        error=any_error,
    )


@row("26", "200 with a body", "delete")
def _(stack: ExitStack) -> Trial:
    scene = Script(stack, otherwise=Reply(200, {"deleted": True}))
    return Trial(scene, "drop_spec", {"id": "s1"}, value=nothing)


@row("35", "no response at all; `timeout` of 2 s", "get")
def _(stack: ExitStack) -> Trial:
    scene = Script(stack, otherwise=Stall())
    return reading(scene, error=any_error, options={"timeout": 2.0})


@row("35", "a body at one byte per second; `timeout` and `deadline` of 5 s", "get")
def _(stack: ExitStack) -> Trial:
    options = {"timeout": 5.0, "deadline": 5.0}
    return reading(Drip(stack, headers_too=False), error=any_error, options=options)


@row("35", "headers at one byte per second; `timeout` and `deadline` of 5 s", "get")
def _(stack: ExitStack) -> Trial:
    options = {"timeout": 5.0, "deadline": 5.0}
    return reading(Drip(stack, headers_too=True), error=any_error, options=options)


@row("36", "300 kB of gzip that unpack to 300 MB", "list")
def _(stack: ExitStack) -> Trial:
    box = Box(stack, {LIST: ["gzip-bomb 300"]})
    return Trial(box, "list_specs", error=any_error, most_megabytes=128.0)


@row("50", "16 threads at once", "create_or_get")
def _(stack: ExitStack) -> Trial:
    box = Box(stack, {})

    def check(ended: Ended) -> str:
        stored = box.direct.cell_spec.list(name_exact=BODY["name"])
        return "" if ended.returned == [each.id for each in stored] else "several ids"

    return Trial(box, "ensure_spec_at_once", BODY, value=check, commits=NAME)
