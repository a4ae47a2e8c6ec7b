"""The matrix of faults: every row, what is expected of us, and where we decided otherwise.

A row is tested by every test named ``test_row_NN_...``; `out` says why a row has none. Numbers
that are missing were never given out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
NAMED = re.compile(r"^def (test_row_(\d\d)_\w+)\(", re.MULTILINE)
TRANSFERS = "comes with resumable, verified transfers"
NO_CALL = "no call goes wrong: tested with the uploads"
CACHE = "comes with the cache of tables"


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes
    ----------
    number : int
        The number, which the names of its tests bear.
    fault, operation, expected : str
        What goes wrong, in which call, and what comes of it.
    differs : str
        Where what we do is not what is usually expected: what, and why.
    out : str
        Why there is no test yet; empty for a row that is tested.
    """

    number: int
    fault: str
    operation: str
    expected: str
    differs: str = ""
    out: str = ""


ROWS = (
    Row(1, "nobody listens, then somebody does", "any read", "asked again until then"),
    Row(2, "nobody listens", "creation", "nothing was sent, so it is sent again: 1 record"),
    Row(
        3,
        "the connection breaks in the request",
        "creation",
        "unknown, so reconciled: 1 record",
        differs=(
            "The request is sent again before anything is looked up. Names are unique within their"
            " parent, so the service itself says by a conflict that the record was made; to look"
            " first would cost a request and still race with the first one, that may be under way."
        ),
    ),
    Row(
        4,
        "made, then the connection breaks",
        "create_or_get",
        "the record that was made: 1 record",
        differs=(
            "Two requests are sent where a look-up could do with one: the second meets the"
            " conflict with our own record, which is then got by its id. One record is made."
        ),
    ),
    Row(
        5,
        "made, then no answer",
        "create",
        "the record that was made, or an error that says it is unknown: 1 record",
        differs=(
            "The record is returned where it is surely ours: made after the first request left, by"
            " the server's clock, and equal to what was asked for. The error for what stays"
            " unknown is WriteOutcomeUnknown."
        ),
    ),
    Row(7, "two resets, then answers", "a composed view", "no part is fetched more than 3 times"),
    Row(8, "no such host", "first call", "names host and origin of the address; no storm"),
    Row(9, "a certificate of one's own authority", "API and storage", "one setting serves both"),
    Row(
        10,
        "a proxy, and exceptions from it",
        "API and storage",
        "both heed it; no password told",
        differs=(
            "Addresses on this machine are reached directly, unless the proxy is an argument: a"
            " proxy elsewhere cannot reach them, and would be sent the key."
        ),
    ),
    Row(11, "429 with Retry-After: 1", "list", "one wait of 1 s"),
    Row(12, "429 without Retry-After", "read, creation", "backs off; a creation was refused"),
    Row(13, "Retry-After as a date, clocks 2 h apart", "read", "counted on the server's clock"),
    Row(14, "Retry-After of a day, or garbage", "read", "told at once; garbage backs off"),
    Row(15, "503 twice, then an answer", "read, deletion, upload", "done in 3 tries"),
    Row(16, "503 once", "creation", "reconciled: 1 record"),
    Row(
        17,
        "503, then 400",
        "any",
        "ends with the 400, and tells of the 503",
        differs=(
            "No refusal, whatever its status, is a verdict on what was sent before: the outcome of"
            " a change stays unknown, and a creation ends with WriteOutcomeUnknown, whose cause is"
            " the refusal. Only a conflict is different: the record that it names is compared."
        ),
    ),
    Row(18, "401, 403", "any", "not repeated; says where the key came from, and its end"),
    Row(19, "409 that names the record", "create_or_get", "got by its id; differences are told"),
    Row(20, "409 that names nothing", "create_or_get", "found by its exact name on any page"),
    Row(21, "422 with fields", "creation", "each field with its name and reason"),
    Row(22, "520, 524, 599 of an edge", "any", "failures of servers like others"),
    Row(
        23,
        "200 with a login page",
        "any",
        "UnexpectedResponse with address, type and start",
        differs="It is not sent again: whoever stands in between will answer the same.",
    ),
    Row(24, "JSON with a charset", "read", "read"),
    Row(
        26,
        "nothing where a record is expected",
        "change, deletion",
        "no None comes through",
        differs=(
            "A change that is answered by nothing is an UnexpectedResponse with unknown outcome;"
            " it was most likely made, and is not sent again."
        ),
    ),
    Row(27, "fewer bytes than announced", "record, table", "got again; never returned short"),
    Row(29, "one bit flipped", "table", "found by its digest"),
    Row(30, "no digest", "table", "size, footer and rows are compared"),
    Row(31, "breaks at 60 %", "large file", "goes on from there"),
    Row(32, "ranges are ignored", "large file", "begun anew, nothing twice"),
    Row(33, "replaced meanwhile", "large file", "begun anew, never a mix"),
    Row(34, "416 for what is complete", "large file", "taken if its digest is right"),
    Row(
        35,
        "byte by byte, stalls, half-closed",
        "record, table",
        "given up when too little comes; bytes one by one are as good as others",
        differs=(
            "Measured while the body comes: 64 bytes a second over 30 seconds. Before it, each"
            " wait for the server is bounded by the timeout."
        ),
    ),
    Row(
        36,
        "a bomb: 284 kB that grow to 300 MB",
        "record, error",
        "ResponseTooLarge; memory grows by a few MB",
    ),
    Row(38, "a footer that claims too much", "table", "refused before memory is"),
    Row(39, "a pickle in a table", "table", "no code is run"),
    Row(40, "503, or a reset in the body", "upload to storage", "sent again from its start"),
    Row(41, "the signed URL has expired", "upload to storage", "begun anew, once"),
    Row(42, "killed between upload and confirmation", "upload", "1 measurement"),
    Row(43, "confirmed, and no answer", "confirmation", "known by its id, that was given before"),
    Row(44, "fewer bytes stored", "upload", "found before it is confirmed"),
    Row(45, "the file changes meanwhile", "upload", "not confirmed"),
    Row(46, "one of five files fails", "upload of files", "nothing is confirmed"),
    Row(47, "processing fails", "upload", "MeasurementProcessingError"),
    Row(48, "added, and no answer", "extend", "the rows are there once"),
    Row(49, "Ctrl-C", "transfer", "ends soon, and leaves nothing"),
    Row(50, "16 threads, 8 processes, one name", "create_or_get", "one record, the same id"),
    Row(51, "many read the same table", "table", "one download", out=CACHE),
    Row(54, "no space for the cache", "table", "returned, with one warning", out=CACHE),
    Row(55, "no space for the file", "download to a file", "nothing half is left"),
    Row(56, "a broken file in the cache", "table", "fetched anew", out=CACHE),
    Row(57, "one id on two servers", "table", "two entries", out=CACHE),
    Row(58, "redirects elsewhere, to plain http, without end", "read", "no credential leaves"),
    Row(59, "hostile ids", "every call", "refused, or sent exactly; never another address"),
    Row(60, "odd values and names", "read, creation", "come back as they are, or are refused"),
    Row(61, "no answer; a coarse or a wrong clock", "creation", "never a conflict with our own"),
    Row(62, "no answer, then any refusal", "creation", "unknown: WriteOutcomeUnknown"),
    Row(63, "no answer, then no look at what exists", "creation", "unknown: WriteOutcomeUnknown"),
    Row(64, "fork amid another thread's first call", "any", "both processes go on"),
    Row(65, "fork after polars ran", "table", "an error at once, no hang"),
    Row(66, "closed while threads are in calls", "any", "all end at once: ClientClosed"),
    Row(67, "a part fails, or is not what was sent", "upload in parts", "sent again, or aborted"),
)


def rows_tested() -> Mapping[int, list[str]]:
    """Return the tests of each row: file and name."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for name, number in NAMED.findall(path.read_text(encoding="utf-8")):
            found[int(number)].append(f"{path.relative_to(TESTS).as_posix()}::{name}")
    return found


def told(outcomes: Mapping[int, Mapping[str, int]]) -> Iterator[str]:
    """Yield a line for each row: number, what goes wrong, and how its tests ended."""
    for row in ROWS:
        yield f"{row.number:2}  {row.fault:<50} {row.operation:<22} {_result(row, outcomes)}"


def _result(row: Row, outcomes: Mapping[int, Mapping[str, int]]) -> str:
    if row.out:
        return f"- {row.out}"
    ended = outcomes.get(row.number, {})
    bad = ended.get("failed", 0)
    if bad:
        return f"FAILED {bad} of {sum(ended.values())}"
    passed, skipped = ended.get("passed", 0), ended.get("skipped", 0)
    if not passed:
        return "NOT RUN"
    return f"passed {passed}" + (f", skipped {skipped}" if skipped else "")
