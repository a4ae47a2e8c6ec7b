"""Records what a service answers, and answers the same without it: vcrpy, set up for this API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from threading import RLock
from typing import Any, Final, Literal

import vcr
import yaml
from vcr.cassette import Cassette
from vcr.filters import decode_response
from vcr.record_mode import RecordMode
from vcr.request import Request
from vcr.serialize import deserialize, serialize

from ionworks.testing.scrub import Scrubber

Mode = Literal["replay", "record"]
OLDEST: Final = (8, 2, 1)
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class RecordingError(RuntimeError):
    """A recording is missing, or does not fit what is asked of it; says which and what to do."""


@contextmanager
def recorded(
    path: str | PathLike[str],
    *,
    mode: Mode = "replay",
    hosts: Mapping[str, str] | None = None,
    secrets: Iterable[str] = (),
) -> Iterator[None]:
    """Answer every request of the block from a cassette, or record one.

    A request gets the answer to the next recorded one with the same method, address, range and
    body, each once, on any number of threads. To record, let the client make one request at a
    time (``max_workers=1``): only then the file is the same each time. Credentials, cookies,
    signatures and e-mail addresses do not come into the file, nor what changes by itself: dates,
    versions, the files that were sent.

    Parameters
    ----------
    path : path
        The cassette, a YAML file.
    mode : {"replay", "record"}
        Whether to answer from the file, or to ask the service and write the file anew. It is
        written when the block ends without an error.
    hosts : mapping of str to str, optional
        Origins and what they are called in the cassette, such as
        ``{box.url: API, box.storage_url: STORAGE}`` of a sandbox.
    secrets : iterable of str, optional
        More values to keep out of the file; the credentials of the requests are known anyway.

    Raises
    ------
    RecordingError
        If there is no cassette, if it has no answer to a request, or if at the end of the block
        it has answers that nobody asked for.
    """
    _check_version(vcr.__version__)
    target = Path(path)
    if mode == "replay" and not target.is_file():
        raise RecordingError(f"there is no cassette {target}; record it first, mode='record'")
    scrubber = Scrubber(hosts, secrets)
    cassettes = _Cassette.use(
        path=target,
        persister=_Files,
        serializer=_Yaml,
        record_mode=RecordMode.NONE if mode == "replay" else RecordMode.ALL,
        record_on_exception=False,
        match_on=[_same],
        before_record_request=_Requests(scrubber),
        before_record_response=_Responses(scrubber),
    )
    with cassettes as cassette:
        yield
        if mode == "replay":
            cassette.check_all_played()


class _Cassette(Cassette):  # type: ignore[misc] # vcrpy has no types
    """A cassette that threads may share: vcrpy's looks an answer up and marks it in two steps."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turn = RLock()

    def append(self, request: Request, response: dict[str, Any]) -> None:
        with self._turn:
            super().append(request, response)

    def can_play_response_for(self, request: Request) -> bool:
        with self._turn:
            if super().can_play_response_for(request):
                return True
            if self.record_mode == RecordMode.NONE:
                raise self._no_answer(request)
            return False

    def play_response(self, request: Request) -> dict[str, Any]:
        with self._turn:
            # Between the question and this another thread may have taken the last one.
            if request not in self:
                raise self._no_answer(request)
            response: dict[str, Any] = super().play_response(request)
            return response

    def check_all_played(self) -> None:
        """Fail if answers are left over."""
        left = [each for n, each in enumerate(self.requests) if not self.play_counts[n]]
        if left:
            raise RecordingError(
                f"{len(left)} of the {len(self)} recorded requests in {self._path} were not made,"
                f" the first is {left[0].method} {left[0].uri}; record it anew"
            )

    def _no_answer(self, request: Request) -> RecordingError:
        asked = self._before_record_request(request)
        alike = [r for r in self.requests if (r.method, r.uri) == (asked.method, asked.uri)]
        if not alike:
            why = "nothing was recorded of this address"
        elif self._answers_left(asked):
            why = "it was recorded with another body"
        else:
            why = f"each of its {len(alike)} recordings is used up"
        return RecordingError(
            f"{self._path} has no answer to {asked.method} {asked.uri}: {why}; record it anew"
        )

    def _answers_left(self, asked: Request) -> int:
        """Return how many answers to this method and address are not yet given."""
        return sum(
            not self.play_counts[n] and (each.method, each.uri) == (asked.method, asked.uri)
            for n, each in enumerate(self.requests)
        )

    def _load(self) -> None:
        if self.record_mode == RecordMode.NONE:  # a recording begins with nothing
            super()._load()

    def _save(self, force: bool = False) -> None:  # noqa: ARG002
        # Also of a block that sends nothing: that nothing was sent is what is recorded then.
        if self.record_mode == RecordMode.ALL:
            self._persister.save_cassette(self._path, self._as_dict(), self._serializer)


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
        return {"status": plain["status"], "headers": headers, "body": {"string": body}}


class _Files:
    """Cassettes on disk, the same bytes on every system."""

    @staticmethod
    def load_cassette(path: Path, serializer: type[_Yaml]) -> tuple[Any, ...]:
        read: tuple[Any, ...] = deserialize(path.read_text(encoding="utf-8"), serializer)
        return read

    @staticmethod
    def save_cassette(path: Path, recording: dict[str, Any], serializer: type[_Yaml]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(serialize(recording, serializer), encoding="utf-8", newline="\n")


class _Yaml:
    """YAML with texts of several lines as they are read."""

    @staticmethod
    def deserialize(text: str) -> Any:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 -- a safe one

    @staticmethod
    def serialize(recording: Mapping[str, Any]) -> str:
        return str(
            yaml.dump(
                recording, Dumper=_Dumper, allow_unicode=True, width=1000, default_flow_style=None
            )
        )


class _Dumper(yaml.SafeDumper):  # type: ignore[misc] # PyYAML has no types
    """Writes a text of several lines as a block, and lists and mappings without short cuts."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _block(dumper: _Dumper, text: str) -> Any:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _block)


def _same(asked: Request, known: Request) -> bool:
    return (
        asked.method == known.method
        and asked.uri == known.uri
        and asked.headers.get("range") == known.headers.get("range")
        and (asked.body or b"") == (known.body or b"")
    )


def _check_version(version: str) -> None:
    """Refuse a vcrpy that breaks under threads and executes what stands in a cassette."""
    numbers = tuple(int(part) for part in version.split(".")[:3] if part.isdigit())
    if numbers < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise ImportError(
            f"vcrpy {version} is installed, which fails under threads and trusts what a cassette"
            f' says; recordings need {oldest} or newer: pip install "vcrpy>={oldest}"'
        )
