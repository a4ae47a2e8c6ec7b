"""Ready-made cassettes: what a service answers in common situations, opened by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Final, Unpack

from ionworks._suggest import suggest
from ionworks.testing._cassettes.files import read_metadata
from ionworks.testing._cassettes.recording import open_cassette
from ionworks.testing._cassettes.replay import Repeating
from ionworks.testing._cassettes.scrub import API, Scrubber
from ionworks.testing.clients import Address, client_environment
from ionworks.testing.ledger import Ledger
from ionworks.testing.origins import Guard, guard_block

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from ionworks.client import Ionworks
    from ionworks.sandbox.server import ClientOptions

_FOLDER: Final = "ready_made"
_SUFFIX: Final = ".yaml"
_ADVICE: Final = "take the client of the scene, or Ionworks() without api_url inside the block"


@dataclass(frozen=True)
class Scene:
    """A ready-made cassette while it is open.

    Attributes
    ----------
    name : str
        Its name.
    client : Ionworks
        A client that it answers.
    ids : mapping of str to str
        Ids of the records in it, by what they are: ``ids["cell"]``.
    given : mapping of str to dict
        What was sent to make them, as the methods take it: ``given["cell"]``. A call that makes
        something is answered only if it sends the same.
    """

    name: str
    client: Ionworks
    ids: Mapping[str, str]
    given: Mapping[str, Any]


@contextmanager
def cassette(name: str, **options: Unpack[ClientOptions]) -> Iterator[Scene]:
    """Answer every request of the block from a ready-made cassette.

    Reads may be made in any order, as often as one likes, or not at all. What changes goes on: a
    running test becomes ready by being asked for, a record is in its list once it was created.
    A request that is not in the cassette is a `RecordingError`, except in the scenes of errors,
    which give theirs to every request of its kind. Code that hides this error does not hide it from
    the test: the block then ends with one. Open one scene at a time.

    Parameters
    ----------
    name : str
        One of those that `cassettes` lists.
    **options
        For the client, as `ionworks.Ionworks` takes them. In the scenes of errors it does not try
        again (``max_retries=0``) by default.

    Raises
    ------
    LookupError
        If there is none of this name.
    RecordingError
        At the end of the block, if a request got no answer and the code hid the error.

    Examples
    --------
    >>> from ionworks.testing import cassette
    >>> with cassette("cell_instance_detail") as scene:
    ...     view = scene.client.cell_instance.detail(scene.ids["cell"])
    >>> [test.measurement.name for test in view.measurements]
    ['Pulses', 'Cycling 1C', 'Formation']
    """
    with as_file(_find(name)) as path:
        kept = read_metadata(path)
        chosen = {**kept["options"], **options}
        address = Address.replayed(kept["project_id"])
        situation = f"the ready-made cassette {name!r} answers clients of {API} alone"
        guard = Guard(situation, Ledger(), [API], any_storage=True, advice=_ADVICE)
        with (
            client_environment(address),
            open_cassette(Repeating, path, "replay", Scrubber(uploads="any"), guard=guard) as tape,
            address.client(chosen) as client,
        ):
            tape.answer_others(kept["otherwise"])
            with guard_block(guard):
                yield Scene(name, client, kept["ids"], kept["given"])
            tape.check()


def cassettes() -> dict[str, str]:
    """Return the names of all ready-made cassettes, and a sentence on each.

    Examples
    --------
    >>> from ionworks.testing import cassettes
    >>> cassettes()["error_404"]
    'Whatever is asked for is not there: 404.'
    """
    listed = {}
    for each in sorted(_all().items()):
        with as_file(each[1]) as path:
            listed[each[0]] = str(read_metadata(path)["says"])
    return listed


def _all() -> dict[str, Traversable]:
    inside = files("ionworks.testing").joinpath(_FOLDER).iterdir()
    return {each.name.removesuffix(_SUFFIX): each for each in inside if each.name.endswith(_SUFFIX)}


def _find(name: str) -> Traversable:
    known = _all()
    if name in known:
        return known[name]
    near = suggest(name, known, cutoff=0.4)
    hint = f"; did you mean {near!r}?" if near else "."
    listed = ", ".join(sorted(known))
    raise LookupError(f"there is no ready-made cassette {name!r}{hint} There are {listed}.")
