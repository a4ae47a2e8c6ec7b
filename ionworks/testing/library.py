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
    """An open ready-made cassette.

    Attributes
    ----------
    name : str
        Its name.
    client : Ionworks
        A client that gets the recorded responses.
    ids : mapping of str to str
        The ids of its records, by kind: ``ids["cell"]``.
    given : mapping of str to dict
        The payloads that created them: ``given["cell"]``. A call that creates a record gets a
        response only if it sends this payload.
    """

    name: str
    client: Ionworks
    ids: Mapping[str, str]
    given: Mapping[str, Any]


@contextmanager
def cassette(name: str, **options: Unpack[ClientOptions]) -> Iterator[Scene]:
    """Replay a ready-made cassette in the block.

    Reads can be sent in any order, repeatedly, or not at all. The state changes in one direction: a
    running test is ready after your code has requested it, and a record is in its list after your
    code has created it. A request that is not in the cassette raises `RecordingError`; the scenes
    of errors respond with their error instead. If the code hides the `RecordingError`, the end of
    the block raises it. Open one scene at a time.

    Parameters
    ----------
    name : str
        A name that `cassettes` lists.
    **options
        Options of the client, as for `ionworks.Ionworks`. In the scenes of errors, ``max_retries``
        is 0 by default.

    Raises
    ------
    LookupError
        If there is no cassette with this name.
    RecordingError
        At the end of the block, if a request got no response and the code hid the error.

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
    """Return the names of all ready-made cassettes, each with a description.

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
