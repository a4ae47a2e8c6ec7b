"""Asks the real service, read-only, which assumptions of the contract hold: `make live`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ionworks import __version__
from ionworks.errors import AuthenticationFailed, IonworksError
from ionworks.settings import Settings, resolve_settings
from scripts.live import contract, report
from scripts.live.reader import MOST_REQUESTS, Reader
from scripts.live.survey import Survey, Visit
from scripts.live.walk import enter, walk

NOTHING_REFUTED: Final = 0
REFUTED: Final = 1
COULD_NOT_RUN: Final = 2


class CouldNotRunError(Exception):
    """The service could not be asked; the text says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Probe the service that the settings name; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        settings = resolve_settings(profile=options.profile)
        print(_announcement(settings, options.pause))
        found = probe(settings, pause=options.pause)
    except (IonworksError, CouldNotRunError) as error:
        print(f"The check could not run: {error}", file=sys.stderr)
        return COULD_NOT_RUN
    print(report.as_text(found))
    paths = report.save(found, options.out)
    print(f"Written to {' and '.join(map(str, paths))}: please read, and send one of them back.")
    return REFUTED if found.refuted else NOTHING_REFUTED


def probe(settings: Settings, *, pause: float = 0.0) -> report.Report:
    """Ask the service, and judge its answers.

    Raises
    ------
    AuthenticationFailed
        If the service does not take the key.
    ConnectionFailed, TimedOut
        If there is no service at the address.
    CouldNotRunError
        If what is there does not answer as the service would.
    """
    reader = Reader(settings, pause=pause)
    survey = Survey(contract.document(), reader)
    try:
        _check(enter(survey))
        walk(survey, settings.project_id)
    finally:
        reader.close()
    origin = report.Origin(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        client=f"ionworks-client {__version__}",
        contract=contract.version(),
        host=urlsplit(settings.api_url).netloc,
    )
    return report.report(survey, origin)


def _check(entrance: Sequence[Visit]) -> None:
    """Stop if the key is refused: every assumption would be unknown."""
    for visit in entrance:
        if isinstance(visit.reply.error, AuthenticationFailed):
            raise visit.reply.error
    if not any(visit.status == 200 and visit.reply.is_json for visit in entrance):
        said = [f"GET {visit.read.path} answered {visit.status_text}" for visit in entrance]
        raise CouldNotRunError(
            f"{', '.join(said)}, without JSON; check that this is the address of the service"
        )


def _announcement(settings: Settings, pause: float) -> str:
    chosen = "that of the settings" if settings.project_id else "the first that has measurements"
    lines = {
        "address": f"{settings.api_url}, from {settings.url_source}",
        "key": f"from {settings.key_hint}",
        "project": f"{chosen}; IONWORKS_PROJECT_ID names another",
        "requests": f"{MOST_REQUESTS} at most, one at a time, {pause:g} s apart, all of them GET;"
        " nothing is written",
        "told": "names of fields, types, counts and statuses; no value of any record",
    }
    return "\n".join(f"{name:10}{text}" for name, text in lines.items())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.live", description=__doc__)
    parser.add_argument("--profile", help="the profile of the configuration file with the key")
    parser.add_argument("--pause", type=float, default=0.2, help="seconds between requests")
    parser.add_argument("--out", type=Path, default=Path("out"), help="where the table goes")
    return parser


if __name__ == "__main__":
    sys.exit(main())
