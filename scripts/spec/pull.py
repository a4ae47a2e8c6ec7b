"""Fetches the description that the live API gives of itself, and merges what is new into ours.

The exit status is 2 if there was nothing to compare with, and 0 otherwise.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ruamel.yaml.error import YAMLError

from ionworks._http.retry import RetryPolicy
from ionworks.errors import IonworksError
from ionworks.settings import Settings, resolve_settings
from scripts.codegen.contract import Json
from scripts.codegen.manifest import ROOT
from scripts.live.reader import ReadOnlyTransport
from scripts.spec.diff import report
from scripts.spec.fields import endpoints
from scripts.spec.merge import Merged, merge
from scripts.spec.schemas import SpecError

OURS: Final = ROOT / "openapi.yaml"
MERGED: Final = ROOT / "build" / "openapi.merged.yaml"
_PATH: Final = "/openapi.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        settings = resolve_settings(
            api_url=(options.url or "").removesuffix(_PATH) or None, profile=options.profile
        )
        print(f"asking {settings.api_url}{_PATH}, with the key from {settings.key_hint}")
        theirs = fetch(settings)
        merged = merge(options.contract.read_text(encoding="utf-8"), theirs)
    except (IonworksError, SpecError, OSError, YAMLError) as error:
        print(f"nothing was merged: {error}", file=sys.stderr)
        return 2
    print(report(merged.ours, merged.theirs, labels=("ours", "theirs")).text())
    print("\n".join(_describe(merged)))
    target = options.contract if options.write else options.output
    if merged.added:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(merged.text, encoding="utf-8")
        print(f"\nwritten to {target}: read the difference, give the new fields a description,")
        print("and run `make generate`")
    return 0


def fetch(settings: Settings) -> Json:
    """Return the document that the API at the settings' address gives of itself.

    Raises
    ------
    ConnectionFailed, TimedOut
        If there is no service at the address.
    ApiError
        If it refuses, for instance the key.
    UnexpectedResponse
        If the response is not JSON.
    SpecError
        If it redirects, or if the JSON is not an OpenAPI document.
    """
    transport = ReadOnlyTransport(settings, retry=RetryPolicy(max_retries=0))
    try:
        answer = transport.send("openapi", "GET", _PATH)
    finally:
        transport.close()
    if answer.status >= 300:
        raise SpecError(f"{settings.api_url}{_PATH} leads elsewhere ({answer.status}); give URL=")
    document: Json = answer.json()
    try:
        endpoints(document)
    except SpecError as error:
        raise SpecError(f"what {settings.api_url}{_PATH} answers cannot be used: {error}") from None
    return document


def _describe(merged: Merged) -> list[str]:
    lines = []
    for title, entries in (
        ("ADDED, marked `x-evidence: doc`", merged.added),
        ("THEY LACK, OURS KEEPS", merged.kept),
        ("QUESTIONS: ours stays until you change it; from ours to theirs", merged.questions),
    ):
        if entries:
            lines += ["", title, *(f"- {each}" for each in entries)]
    if not merged.added:
        lines += ["", "nothing to merge: ours has everything that they have"]
    return lines


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.spec.pull", description=__doc__)
    parser.add_argument("--url", help="the address of the API; by default that of the settings")
    parser.add_argument("--profile", help="the profile of the configuration file with the key")
    parser.add_argument("--contract", type=Path, default=OURS, help="ours")
    parser.add_argument("--output", type=Path, default=MERGED, help="where the merged one goes")
    parser.add_argument("--write", action="store_true", help="write it over ours")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
