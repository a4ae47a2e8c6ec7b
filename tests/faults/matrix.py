"""The matrix of faults: every row, its expected result, and our deviations.

A row is tested by every test named ``test_row_NN_...``; `out` says why a row has none. Numbers
that are missing do not exist.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
NAMED = re.compile(r"^def (test_row_(\d\d)_\w+)\(", re.MULTILINE)
CACHE = "comes with the cache of tables"


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes
    ----------
    number : int
        The number, which is part of the names of its tests.
    fault, operation, expected : str
        What goes wrong, in which call, and the expected result.
    differs : str
        How and why our result differs from the usual one; empty if it does not.
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
    Row(1, "connection refused, then accepted", "any read", "retried until it succeeds"),
    Row(2, "connection refused", "creation", "nothing was sent, so it is retried: 1 record"),
    Row(
        3,
        "the connection breaks during the request",
        "creation",
        "unknown, so reconciled: 1 record",
        differs=(
            "The request is sent again before any look-up. Names are unique within their parent, so"
            " the service reports by a conflict that the record exists. A look-up before would cost"
            " a request, and the first request may still be running."
        ),
    ),
    Row(
        4,
        "created, then the connection breaks",
        "create_or_get",
        "the created record: 1 record",
        differs=(
            "Two requests are sent, where a look-up would need one: the second gets the conflict"
            " with our own record, which is then read by its id. One record is created."
        ),
    ),
    Row(
        5,
        "created, then no response",
        "create",
        "the created record, or an error with unknown outcome: 1 record",
        differs=(
            "The record is returned if it is certainly ours: created after the first request by the"
            " server's clock, and equal to the requested one. Otherwise, the error is"
            " WriteOutcomeUnknown."
        ),
    ),
    Row(7, "two resets, then responses", "a composed view", "no part is fetched more than 3 times"),
    Row(
        8,
        "no such host",
        "first call",
        "names the host and the source of the address; few requests",
    ),
    Row(9, "a certificate of a private authority", "API and storage", "one setting for both"),
    Row(
        10,
        "a proxy, and exceptions from it",
        "API and storage",
        "both use it; no password is shown",
        differs=(
            "Addresses on this machine are reached directly, unless the proxy is an argument: a"
            " proxy on another machine cannot reach them, and would receive the key."
        ),
    ),
    Row(11, "429 with Retry-After: 1", "list", "one wait of 1 s"),
    Row(12, "429 without Retry-After", "read, creation", "backs off; a creation was refused"),
    Row(13, "Retry-After as a date, clocks 2 h apart", "read", "counted on the server's clock"),
    Row(14, "Retry-After of a day, or garbage", "read", "raised at once; garbage backs off"),
    Row(15, "503 twice, then a response", "read, deletion, upload", "done in 3 tries"),
    Row(16, "503 once", "creation", "reconciled: 1 record"),
    Row(
        17,
        "503, then 400",
        "any",
        "ends with the 400, and names the 503",
        differs=(
            "No refusal says whether an earlier request was applied: the outcome of a change stays"
            " unknown, and a creation ends with WriteOutcomeUnknown, whose cause is the refusal."
            " After a conflict, the named record is compared."
        ),
    ),
    Row(18, "401, 403", "any", "not retried; names the source of the key and its last characters"),
    Row(
        19, "409 that names the record", "create_or_get", "read by its id; differences are reported"
    ),
    Row(20, "409 that names no record", "create_or_get", "found by its exact name on any page"),
    Row(21, "422 with fields", "creation", "each field with its name and reason"),
    Row(22, "520, 524, 599 of a gateway", "any", "server errors like others"),
    Row(
        23,
        "200 with a login page",
        "any",
        "UnexpectedResponse with address, type and start",
        differs="It is not retried: the gateway would send the same page.",
    ),
    Row(24, "JSON with a charset", "read", "read"),
    Row(
        26,
        "no body where a record is expected",
        "change, deletion",
        "None is never returned",
        differs=(
            "A change with an empty response is an UnexpectedResponse with unknown outcome; it was"
            " probably applied, and is not retried."
        ),
    ),
    Row(27, "fewer bytes than announced", "record, table", "retried; never returned short"),
    Row(29, "one bit flipped", "table", "detected by its digest"),
    Row(30, "no digest", "table", "size, footer and rows are compared"),
    Row(31, "breaks at 60 %", "large file", "resumed"),
    Row(32, "ranges are ignored", "large file", "started again; no bytes twice"),
    Row(33, "replaced during the transfer", "large file", "started again; never a mix"),
    Row(34, "416 for what is complete", "large file", "accepted if its digest is right"),
    Row(
        35,
        "byte by byte, stalls, half-closed",
        "record, table",
        "given up if too few bytes arrive; single bytes are accepted",
        differs=(
            "The limit applies to the body: 64 bytes per second over 30 seconds. Before the body,"
            " each wait for the server is limited by the timeout."
        ),
    ),
    Row(
        36,
        "284 kB of gzip that unpack to 300 MB",
        "record, error",
        "ResponseTooLarge; memory grows by a few MB",
    ),
    Row(38, "a footer that claims too much", "table", "refused before memory is allocated"),
    Row(39, "a pickle in a table", "table", "no code is executed"),
    Row(40, "503, or a reset in the body", "upload to storage", "sent again from the start"),
    Row(41, "the signed URL has expired", "upload to storage", "started again, once"),
    Row(42, "killed between upload and confirmation", "upload", "1 measurement"),
    Row(43, "confirmed, and no response", "confirmation", "read by its known id"),
    Row(44, "fewer bytes stored", "upload", "detected before the confirmation"),
    Row(45, "the file changes during the upload", "upload", "not confirmed"),
    Row(46, "one of five files fails", "upload of files", "nothing is confirmed"),
    Row(47, "processing fails", "upload", "MeasurementProcessingError"),
    Row(48, "added, and no response", "extend", "the rows are stored once"),
    Row(49, "Ctrl-C", "transfer", "ends soon, and leaves no file"),
    Row(50, "16 threads, 8 processes, one name", "create_or_get", "one record, the same id"),
    Row(51, "many read the same table", "table", "one download", out=CACHE),
    Row(54, "no space for the cache", "table", "returned, with one warning", out=CACHE),
    Row(55, "no space for the file", "download to a file", "no partial file is left"),
    Row(56, "a broken file in the cache", "table", "downloaded again", out=CACHE),
    Row(57, "one id on two servers", "table", "two entries", out=CACHE),
    Row(
        58, "redirects to another host, to http, without end", "read", "no credential is sent there"
    ),
    Row(59, "hostile ids", "every call", "refused, or sent exactly; never another path"),
    Row(60, "odd values and names", "read, creation", "returned unchanged, or refused"),
    Row(61, "no response; a coarse or wrong clock", "creation", "no conflict with our own record"),
    Row(62, "no response, then any refusal", "creation", "unknown: WriteOutcomeUnknown"),
    Row(63, "no response, then a failed look-up", "creation", "unknown: WriteOutcomeUnknown"),
    Row(64, "fork during the first call of a thread", "any", "both processes continue"),
    Row(65, "fork after polars ran", "table", "an error at once, no hang"),
    Row(66, "closed during calls of threads", "any", "all end at once: ClientClosed"),
    Row(67, "a part fails, or is not what was sent", "upload in parts", "sent again, or aborted"),
)


def rows_tested() -> Mapping[int, list[str]]:
    """Return the tests of each row: file and name."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for name, number in NAMED.findall(path.read_text(encoding="utf-8")):
            found[int(number)].append(f"{path.relative_to(TESTS).as_posix()}::{name}")
    return found


def list_outcomes(outcomes: Mapping[int, Mapping[str, int]]) -> Iterator[str]:
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
