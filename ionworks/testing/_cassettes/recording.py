"""Records what a service answers, and answers the same without it: vcrpy, set up for this API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from os import PathLike
from pathlib import Path
from threading import RLock
from typing import Any, Final, Literal, TypeVar

import vcr
from vcr.cassette import Cassette
from vcr.filters import decode_response
from vcr.record_mode import RecordMode
from vcr.request import Request

from ionworks._http.recorded_process import ADVICE, REASON, only_this_process, read_refused
from ionworks._http.waits import skip_waits
from ionworks.settings import DEFAULT_API_URL
from ionworks.testing._cassettes.differences import (
    find_nearest,
    list_differences,
    same_address,
    same_path,
    same_request,
)
from ionworks.testing._cassettes.files import Files, RecordingError, Yaml
from ionworks.testing._cassettes.scrub import Scrub, Scrubber, Uploads
from ionworks.testing.ledger import Ledger, UnansweredError, keep_open
from ionworks.testing.origins import Guard, guard_block, origin_of
from ionworks.testing.requirements import check_vcrpy

Mode = Literal["replay", "record"]
LARGEST: Final = 1_000_000  # bytes of a file in an answer; the cassette grows by 1.5 times that
# Python 3.13 calls these otherwise; a cassette is the same whichever Python a server runs on.
_PHRASES: Final = {
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    416: "Requested Range Not Satisfiable",
    422: "Unprocessable Entity",
}

TapeT = TypeVar("TapeT", bound="Tape")


class UnrecordedError(UnansweredError, RecordingError):
    """A cassette has no answer to a request."""

    __module__ = "ionworks.testing"


@contextmanager
def use_cassette(
    path: str | PathLike[str],
    *,
    mode: Mode = "replay",
    hosts: Mapping[str, str] | None = None,
    secrets: Iterable[str] = (),
    metadata: Mapping[str, Any] | None = None,
    uploads: Uploads = "values",
    scrub: Scrub | None = None,
) -> Iterator[None]:
    """Replay a cassette in the block, or record one.

    A request gets the response to the next recorded request with the same method, address, range
    and body; each response is used once, on any number of threads. The order and the encoding of a
    query are not compared; an uploaded time series is compared by its values, not by its bytes. To
    record, let the client send one request at a time (``max_workers=1``), so that the file is the
    same each time. The file contains no credentials, cookies, signatures and e-mail addresses, and
    no content that differs in each run: dates, versions, and the sent files.

    Parameters
    ----------
    path : path
        The cassette, a YAML file.
    mode : {"replay", "record"}
        Whether to respond from the file, or to call the service and write the file. The file is
        written if the block ends without an error.
    hosts : mapping of str to str, optional
        Origins and their names in the cassette, such as
        ``{box.url: API, box.storage_url: STORAGE}`` for a sandbox.
    secrets : iterable of str, optional
        More secrets to remove; the credentials of the requests are always removed.
    metadata : mapping, optional
        Plain JSON to store in the file with the recordings, without secrets; `read_metadata` reads
        it.
    uploads : {"values", "any"}
        Whether an uploaded time series must have the recorded values, or can have any values.
    scrub : callable, optional
        A function that gets each recorded or compared text, and returns it without the parts that
        should not be recorded.

    Raises
    ------
    RecordingError
        If the cassette does not exist or cannot be read; if it has no response to a request, or
        some responses were not used at the end of the block; if a file in a response is larger than
        1 MB; if a secret remains in the recording, which is then not written.

    Examples
    --------
    >>> from ionworks.sandbox import Sandbox
    >>> from ionworks.testing import API, STORAGE, use_cassette
    >>> with Sandbox(deterministic=True) as box, box.client(max_workers=1) as client:
    ...     hosts = {box.url: API, box.storage_url: STORAGE}
    ...     with use_cassette("cassettes/projects.yaml", mode="record", hosts=hosts):
    ...         client.project.list()[0].name
    'Sandbox project'
    """
    guard = _guard(path, mode, hosts or {})
    scrubber = Scrubber(hosts, secrets, uploads=uploads, scrub=scrub)
    with open_cassette(Tape, Path(path), mode, scrubber, metadata, guard) as tape:
        with guard_block(guard):
            yield
        tape.check()


def _guard(path: str | PathLike[str], mode: Mode, hosts: Mapping[str, str]) -> Guard | None:
    """Return whom clients may ask in the block; None if that is not known."""
    if mode == "replay":  # nothing is sent: the cassette alone decides
        return Guard(f"{path} answers", Ledger(), None)
    advice = "make the client in the block, for one of these, or name its server in hosts"
    situation = f"{path} records {' and '.join(hosts)}"
    return Guard(situation, Ledger(), hosts, any_storage=True, advice=advice) if hosts else None


@contextmanager
def open_cassette(
    kind: type[TapeT],
    path: Path,
    mode: Mode,
    scrubber: Scrubber,
    metadata: Mapping[str, Any] | None = None,
    guard: Guard | None = None,
) -> Iterator[TapeT]:
    """Put a cassette of this kind between every HTTP client of the process and its server.

    What it cannot answer goes into the ledger of the guard; the guard itself is not set.
    """
    check_vcrpy(vcr.__version__)
    if mode == "replay" and not path.is_file():
        raise RecordingError(f"there is no cassette {path}; record it first, mode='record'")
    cassettes = kind.use(
        path=path,
        persister=Files(scrubber, metadata),
        serializer=Yaml,
        record_mode=RecordMode.NONE if mode == "replay" else RecordMode.ALL,
        record_on_exception=False,
        match_on=[same_request],
        before_record_request=_Requests(scrubber),
        before_record_response=_Responses(scrubber),
    )
    with (
        skip_waits() if mode == "replay" else nullcontext(),
        only_this_process() as children,
        cassettes as tape,
    ):
        tape.guard = guard
        tape.ledger = Ledger() if guard is None else guard.ledger
        tape.children = children
        with keep_open(tape.ledger):
            yield tape
            tape.note_children()
    if tape.unsaved is not None:
        raise tape.unsaved


class Tape(Cassette):  # type: ignore[misc] # vcrpy has no types
    """A cassette that threads may share: vcrpy's looks an answer up and marks it in two steps."""

    advice = "record it again (use_cassette(..., mode='record'))"
    guard: Guard | None = None
    children: Path
    unsaved: Exception | None = None
    _loading = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lock = RLock()
        self.ledger = Ledger()

    def note_children(self) -> None:
        """Note the child processes that were refused a client."""
        for each in read_refused(self.children):
            self.ledger.add(f"process {each}", REASON, ADVICE)

    def append(self, request: Request, response: dict[str, Any]) -> None:
        """Record an answer."""
        with self._lock:
            if self._loading:  # what the file holds was cleaned when it was recorded
                self.data.append((self._before_record_request(request), response))
                return
            try:
                super().append(request, response)
            except (RecordingError, ValueError) as error:
                # The code may hide it, and the cassette would lack this answer.
                self.ledger.add(_request_line(self._before_record_request(request)), f"{error}")
                raise

    def can_play_response_for(self, request: Request) -> bool:
        """Whether there is an answer; where none may be recorded, its lack is an error."""
        with self._lock:
            if super().can_play_response_for(request):
                return True
            if self.record_mode == RecordMode.NONE:
                raise self.no_answer(request)
            self._keep_out_the_service(request)
            return False

    def play_response(self, request: Request) -> dict[str, Any]:
        """Return the next answer to a request."""
        with self._lock:
            # Between the question and this another thread may have taken the last one.
            if request not in self:
                raise self.no_answer(request)
            response: dict[str, Any] = super().play_response(request)
            return response

    def check(self) -> None:
        """Fail if a request got no answer, or, in a replay, if answers are left over."""
        self.note_children()
        if wrong := "\n".join(filter(None, [self.ledger.problem(), self.left_over()])):
            raise RecordingError(wrong)

    def left_over(self) -> str:
        """Return a sentence on responses that were not requested, or nothing."""
        left = [each for n, each in enumerate(self.requests) if not self.play_counts[n]]
        if self.record_mode != RecordMode.NONE or not left:
            return ""
        return (
            f"{len(left)} of the {len(self)} recorded requests in {self._path} were not made,"
            f" the first is {_request_line(left[0])}; {self.advice}"
        )

    def no_answer(self, request: Request) -> RecordingError:
        """Return the error that says why there is no answer, and what differs from the nearest."""
        asked = self._before_record_request(request)
        alike = [each for each in self.requests if same_address(asked, each)]
        if not alike:
            why = self._nearest(asked)
        elif self._answers_left(asked):
            why = f"it was recorded with another body{_compare(asked, self._unused(asked))}"
        else:
            why = f"each of its {len(alike)} recordings is used up"
        what = f"{self._path} has no answer to"
        return self.ledger.refuse(UnrecordedError, what, _request_line(asked), why, self.advice)

    def _nearest(self, asked: Request) -> str:
        """Return what was recorded in place of an address."""
        nothing = "nothing was recorded of this address"
        server = origin_of(asked.uri)
        if self.requests and all(origin_of(each.uri) != server for each in self.requests):
            return f"{nothing}, nor of this server: make the client where the cassette is open"
        near = find_nearest(asked, self.requests)
        if near is None:
            return nothing
        if near.method == asked.method and same_path(near, asked):
            return f"it was recorded with another query{_compare(asked, [near])}"
        return f"{nothing}, the nearest is {_request_line(near)}{_compare(asked, [near])}"

    def _unused(self, asked: Request) -> list[Request]:
        return [
            each
            for number, each in enumerate(self.requests)
            if self._is_left(number) and same_address(asked, each)
        ]

    def _is_left(self, number: int) -> bool:
        return not self.play_counts[number]

    def _keep_out_the_service(self, request: Request) -> None:
        """Refuse the service to other HTTP clients, unless it is what is recorded."""
        guard = self.guard
        service = origin_of(DEFAULT_API_URL)
        if guard is None or service in (guard.origins or ()) or origin_of(request.uri) != service:
            return
        raise guard.refuse(request.method, request.uri)

    def _answers_left(self, asked: Request) -> int:
        """Return how many answers to this method and address are not yet given."""
        return len(self._unused(asked))

    def _load(self) -> None:
        if self.record_mode == RecordMode.NONE:  # a recording begins with nothing
            self._read_file()

    def _read_file(self) -> None:
        self._loading = True
        super()._load()
        self._loading = False

    def _save(self, force: bool = False) -> None:  # noqa: ARG002
        # Also of a block that sends nothing: that nothing was sent is what is recorded then.
        if self.record_mode != RecordMode.ALL:
            return
        try:
            self._persister.save_cassette(self._path, self._as_dict(), self._serializer)
        except Exception as error:  # raised here, it would leave the cassette between all clients
            self.unsaved = error


def _request_line(request: Request) -> str:
    return f"{request.method} {request.uri}"


def _compare(asked: Request, known: list[Request]) -> str:
    """Return the differences to the nearest of some requests, in lines of their own."""
    near = find_nearest(asked, known)
    lines = [] if near is None else list_differences(asked, near)
    return "".join(f"\n    {line}" for line in lines)


class _Requests:
    """Makes of a request what is recorded of it, and compared."""

    def __init__(self, scrubber: Scrubber) -> None:
        self._scrubber = scrubber

    def __call__(self, request: Request) -> Request:
        scrubber = self._scrubber
        scrubber.learn(request.headers)
        headers = scrubber.request_headers(request.headers)
        body = scrubber.request_body(request.body or b"", headers.get("content-type", ""))
        return Request(request.method, scrubber.url(request.uri), body, headers)


class _Responses:
    """Makes of an answer what is recorded of it."""

    def __init__(self, scrubber: Scrubber) -> None:
        self._scrubber = scrubber

    def __call__(self, response: Mapping[str, Any]) -> dict[str, Any]:
        plain = decode_response(response)
        headers = self._scrubber.response_headers(plain["headers"])
        content_type = headers.get("content-type", [""])[0]
        body = self._scrubber.response_body(plain["body"]["string"] or b"", content_type)
        if len(body) > LARGEST and "json" not in content_type:
            raise RecordingError(
                f"an answer is a file of {len(body) / 1e6:.1f} MB, and a cassette keeps files of up"
                f" to {LARGEST / 1e6:g} MB (a time series of some 60 000 rows): seed shorter data,"
                " or run this test on a sandbox each time"
            )
        status = plain["status"]
        phrase = _PHRASES.get(status["code"], status["message"])
        return {
            "status": {"code": status["code"], "message": phrase},
            "headers": headers,
            "body": {"string": body},
        }
