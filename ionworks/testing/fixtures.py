"""Implements the fixtures: reads markers and options, and reports mistakes in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shlex import quote
from types import CodeType, TracebackType
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pytest

from ionworks.testing._cassettes.names import cassette_name
from ionworks.testing.clients import Address, check_options, client_environment, make_sandbox
from ionworks.testing.ledger import Ledger
from ionworks.testing.network import this_machine_only
from ionworks.testing.origins import Guard, enforce, guard_block
from ionworks.testing.requirements import need, need_recordings
from ionworks.testing.seeding import Seed, SeedError, apply_seed

if TYPE_CHECKING:
    from ionworks.sandbox import Sandbox
    from ionworks.testing.cassette_session import TestCassette

_FOLDER: Final = "cassettes"
_EARLY: Final = (
    "ask in the test or in a fixture of function scope; ionworks.testing.allow_origins permits"
    " another server"
)
#: By these marks of pytest-socket a test says itself what of the network it needs.
_OWN_NETWORK: Final = ("enable_socket", "allow_hosts")


class Session:
    """What the tests of a session share: sandboxes, and which cassettes it recorded."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._boxes: dict[object, tuple[Sandbox, Any]] = {}
        self.recorded: set[Path] = set()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def box(
        self, seed: Seed | None, options: Mapping[str, Any], ledger: Ledger
    ) -> tuple[Sandbox, Any]:
        """Return the sandbox of this seed and these options, started and seeded at first."""
        key = (_identity(seed), tuple(sorted((name, repr(v)) for name, v in options.items())))
        if key not in self._boxes:
            with ExitStack() as stack:
                box = stack.enter_context(make_sandbox(options))
                self._boxes[key] = _seeded(box, seed, ledger)
                self._stack.push(stack.pop_all())
        return self._boxes[key]


def make_early_guard(ledger: Ledger) -> Guard:
    """Return the guard of a test whose sandbox or cassette is not open yet: no requests."""
    situation = "the sandbox or the cassette of this test is not open yet"
    return Guard(situation, ledger, (), advice=_EARLY)


def make_sandbox_guard(box: Sandbox, ledger: Ledger) -> Guard:
    """Return the guard of a test on a sandbox."""
    return Guard(f"this test runs on the sandbox {box.url}", ledger, [box.url, box.storage_url])


@contextmanager
def box(
    request: pytest.FixtureRequest, session: Session, ledger: Ledger
) -> Iterator[tuple[Sandbox, Any]]:
    """Give the sandbox of a test, and what its seed returned."""
    seed, shared, options = _requested_seed(request)
    with ExitStack() as stack:
        stack.enter_context(this_machine_only())
        with _fail_test(SeedError):
            if shared:
                found = session.box(seed, options, ledger)
            else:
                found = _seeded(stack.enter_context(make_sandbox(options)), seed, ledger)
        stack.enter_context(client_environment(Address.of(found[0])))
        stack.enter_context(guard_block(make_sandbox_guard(found[0], ledger)))
        yield found


@contextmanager
def cassette(
    request: pytest.FixtureRequest,
    session: Session,
    mode: tuple[str, str],
    passed: Callable[[], bool],
    ledger: Ledger,
) -> Iterator[TestCassette]:
    """Give the cassette of a test, recorded or replayed as the mode says."""
    workers, name = _workers_and_name(request)
    network = any(request.node.get_closest_marker(mark) for mark in _OWN_NETWORK)
    with _fail_test(ImportError):
        need_recordings()
        if not network:
            need("pytest_socket")
    from ionworks.testing import cassette_session as stage
    from ionworks.testing._cassettes.files import RecordingError

    path = _path(request, name)
    test = quote(request.node.nodeid)
    if mode[0] == "none" and not path.is_file():
        _fail(_explain_missing(path, mode[1], test))
    if _is_recorded(path, mode[0], session):
        seed, _, options = _requested_seed(request)
        how = stage.Recording(request.config.getoption("ionworks_from"), seed, options)
        with (
            _fail_test(RecordingError, SeedError),
            stage.recording(path, how, passed, ledger) as found,
        ):
            yield found
        if passed() and ledger.complete:
            session.recorded.add(path)
        return
    hint = f" (pytest {test} --ionworks-record=rewrite)"
    with (
        _fail_test(RecordingError, hint=hint),
        stage.replaying(path, workers, passed, ledger, network=network, hint=hint) as found,
    ):
        yield found


@contextmanager
def _fail_test(*kinds: type[Exception], hint: str = "") -> Iterator[None]:
    """Let a test fail with the sentence of such an error, and nothing of what led to it."""
    try:
        yield
    except kinds as error:
        text = str(error)
        raise pytest.fail.Exception(text if hint in text else text + hint, pytrace=False) from None


def _fail(reason: str) -> NoReturn:
    pytest.fail(reason, pytrace=False)


def _explain_missing(path: Path, why: str, test: str) -> str:
    return (
        f"there is no cassette {path}, and with --ionworks-record=none ({why}) none is recorded;"
        f" record it where there is a sandbox, and commit it: pytest {test} --ionworks-record=once"
    )


def _is_recorded(path: Path, mode: str, session: Session) -> bool:
    if mode == "all":
        return True
    if mode == "rewrite":
        return path not in session.recorded
    return mode == "once" and not path.is_file()


def _seeded(box: Sandbox, seed: Seed | None, ledger: Ledger) -> tuple[Sandbox, Any]:
    address = Address.of(box)
    with (
        client_environment(address),
        enforce(make_sandbox_guard(box, ledger)),
        address.client({"max_workers": 1}) as client,
    ):
        return box, apply_seed(client, seed)


def _requested_seed(request: pytest.FixtureRequest) -> tuple[Seed | None, bool, dict[str, Any]]:
    """Return the seed of a test, whether its sandbox is shared, and the sandbox's options.

    The nearest mark wins, word by word; the fixture is asked where no mark names a seed.
    """
    options: dict[str, Any] = {}
    for mark in reversed([*request.node.iter_markers("ionworks_sandbox")]):
        if mark.args:
            _fail("ionworks_sandbox takes its options by name: seed=..., shared=..., faults=...")
        options |= mark.kwargs
    named = {"seed", "shared"}
    with _fail_test(ImportError, TypeError):
        check_options({name: value for name, value in options.items() if name not in named})
    seed = options.pop("seed") if "seed" in options else request.getfixturevalue("ionworks_seed")
    shared = options.pop("shared", False)
    if isinstance(seed, str | Path):
        seed = request.path.parent / seed
    return seed, bool(shared), options


def _workers_and_name(request: pytest.FixtureRequest) -> tuple[int, str | None]:
    mark = request.node.get_closest_marker("ionworks_cassette")
    given = {**dict(zip(("name", "workers"), mark.args, strict=False)), **mark.kwargs}
    unknown = sorted(set(given) - {"name", "workers"})
    if unknown or len(mark.args) > len(given):
        _fail(f"ionworks_cassette takes name and workers, not {', '.join(unknown)}")
    set_once = request.config.getini("ionworks_workers")
    workers = given.get("workers") or set_once
    if not str(workers).isdigit() or int(workers) < 1:
        _fail(f"workers of a cassette are a number from 1 on, not {workers!r}")
    return int(workers), given.get("name")


def _path(request: pytest.FixtureRequest, name: str | None) -> Path:
    """Return the path of a test's cassette, next to its module or in the project's folder."""
    module, config = request.path, request.config
    folder = str(config.getini("ionworks_cassettes"))
    if folder:
        try:
            inside = module.relative_to(config.rootpath)
        except ValueError:
            inside = Path(module.name)
        folder_of = config.rootpath / folder / inside.with_suffix("")
    else:
        folder_of = module.parent / _FOLDER / module.stem
    if name is None:
        test = request.node.name
        return folder_of / cassette_name(f"{request.cls.__name__}.{test}" if request.cls else test)
    if name.endswith((".yaml", ".yml")):
        return Path(module.parent / name)
    return folder_of / cassette_name(name)


def _identity(seed: Seed | None) -> object:
    """Return what two seeds have in common that do the same."""
    if seed is None or isinstance(seed, str | Path):
        return str(seed)
    code = getattr(seed, "__code__", None)
    if not isinstance(code, CodeType):
        return _SameValue(seed)
    # A function that a fixture creates is another object each time.
    cells = getattr(seed, "__closure__", None) or ()
    return code, tuple(_SameValue(cell.cell_contents) for cell in cells)


class _SameValue:
    """Equal to itself alone; holds its object, so that no other gets the same id."""

    def __init__(self, held: object) -> None:
        self._held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SameValue) and self._held is other._held

    def __hash__(self) -> int:
        return id(self._held)
