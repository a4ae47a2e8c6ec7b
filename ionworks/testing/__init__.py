"""Tools to test code that uses the client: cassettes, seeds, and a search for secrets.

Nothing heavy is loaded before it is used; the extra ``testing`` brings what this needs. The
fixtures for pytest are in `ionworks.testing.plugin`, which pytest finds by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ionworks.testing import build as build
    from ionworks.testing._cassettes.check import CheckError as CheckError
    from ionworks.testing._cassettes.check import Mismatch as Mismatch
    from ionworks.testing._cassettes.check import check as check
    from ionworks.testing._cassettes.files import RecordingError as RecordingError
    from ionworks.testing._cassettes.outdated import Outdated as Outdated
    from ionworks.testing._cassettes.outdated import find_outdated as find_outdated
    from ionworks.testing._cassettes.recording import Mode as Mode
    from ionworks.testing._cassettes.recording import use_cassette as use_cassette
    from ionworks.testing._cassettes.scan import Finding as Finding
    from ionworks.testing._cassettes.scan import scan as scan
    from ionworks.testing._cassettes.scrub import API as API
    from ionworks.testing._cassettes.scrub import STORAGE as STORAGE
    from ionworks.testing._cassettes.scrub import Scrub as Scrub
    from ionworks.testing._cassettes.scrub import Uploads as Uploads
    from ionworks.testing.cassette_session import TestCassette as TestCassette
    from ionworks.testing.fixtures import SandboxFactory as SandboxFactory
    from ionworks.testing.fixtures import SeededSandbox as SeededSandbox
    from ionworks.testing.ledger import allow_unanswered as allow_unanswered
    from ionworks.testing.library import Scene as Scene
    from ionworks.testing.library import cassette as cassette
    from ionworks.testing.library import cassettes as cassettes
    from ionworks.testing.origins import OriginError as OriginError
    from ionworks.testing.origins import allow_origins as allow_origins
    from ionworks.testing.seeding import Seed as Seed
    from ionworks.testing.seeding import SeedError as SeedError
    from ionworks.testing.seeding import seed_parquet as seed_parquet

__all__ = [
    "API",
    "STORAGE",
    "CheckError",
    "Finding",
    "Mismatch",
    "Mode",
    "OriginError",
    "Outdated",
    "RecordingError",
    "SandboxFactory",
    "Scene",
    "Scrub",
    "Seed",
    "SeedError",
    "SeededSandbox",
    "TestCassette",
    "Uploads",
    "allow_origins",
    "allow_unanswered",
    "build",
    "cassette",
    "cassettes",
    "check",
    "find_outdated",
    "scan",
    "seed_parquet",
    "use_cassette",
]

_HOME = {
    "API": "_cassettes.scrub",
    "STORAGE": "_cassettes.scrub",
    "Scrub": "_cassettes.scrub",
    "Uploads": "_cassettes.scrub",
    "CheckError": "_cassettes.check",
    "Finding": "_cassettes.scan",
    "Mismatch": "_cassettes.check",
    "Mode": "_cassettes.recording",
    "OriginError": "origins",
    "Outdated": "_cassettes.outdated",
    "RecordingError": "_cassettes.files",
    "SandboxFactory": "fixtures",
    "Scene": "library",
    "Seed": "seeding",
    "SeedError": "seeding",
    "SeededSandbox": "fixtures",
    "TestCassette": "cassette_session",
    "UnrecordedError": "_cassettes.recording",
    "allow_origins": "origins",
    "allow_unanswered": "ledger",
    "cassette": "library",
    "cassettes": "library",
    "check": "_cassettes.check",
    "find_outdated": "_cassettes.outdated",
    "use_cassette": "_cassettes.recording",
    "scan": "_cassettes.scan",
    "seed_parquet": "seeding",
}
_PLAIN = {
    "_cassettes.scrub",
    "origins",
    "ledger",
    "seeding",
}  # need nothing of the extra


def __getattr__(name: str) -> object:
    if name not in (*_HOME, "build"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    if name == "build":
        return import_module(f"{__name__}.build")
    home = _HOME[name]
    if home not in _PLAIN:
        from ionworks.testing.requirements import need_recordings

        need_recordings()
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
