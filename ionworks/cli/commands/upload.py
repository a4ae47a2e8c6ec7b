"""`ionworks upload`: the files of cyclers as measurements of a cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ionworks.cli.invocation import PATH, Invocation, command, pass_invocation
from ionworks.cli.output import emit, plural, progress, say
from ionworks.cli.planning import Item, Result, files_in, plan, status_of_all
from ionworks.cli.reading import check_options, checking_options, reading_options
from ionworks.cli.uploads import Sender


@command("upload")
@click.argument("files", nargs=-1, required=True, type=PATH)
@click.option("--cell", required=True, metavar="NAME_OR_ID", help="The measured cell.")
@click.option("--name", metavar="TEXT", help="Name of the measurement [name of the file].")
@click.option("--tag", "tags", multiple=True, metavar="TEXT", help="A tag; can be repeated.")
@click.option("--notes", metavar="TEXT", help="Notes of the measurements.")
@click.option("--dry-run", is_flag=True, help="Only show what would be sent, and the findings.")
@click.option("--follow", is_flag=True, help="Files may grow: add only the new rows.")
@checking_options
@reading_options
@pass_invocation
def run(
    invocation: Invocation,
    /,
    files: tuple[Path, ...],
    cell: str,
    name: str | None,
    tags: tuple[str, ...],
    notes: str | None,
    strict: bool,
    skip_checks: tuple[str, ...],
    dry_run: bool,
    follow: bool,
    **options: Any,
) -> int:
    """Upload files as measurements of a cell.

    Each file is one measurement. For a folder, its files are uploaded. A file that was uploaded
    before is not sent again. After an error, the other files are still uploaded.

    With --follow, the new rows of a file that has grown are added to its measurement. An
    incomplete last line is left for the next run.
    """
    check_options(options, skip_checks)
    planned = plan(files_in(files), name)
    sender = Sender.of(
        invocation.client(),
        cell,
        reading=options,
        metadata={"tags": list(tags), "notes": notes},
        checking={"validate_strict": strict, "skip_checks": skip_checks},
        dry_run=dry_run,
        follow=follow,
    )
    results: list[Result] = []
    try:
        for number, each in enumerate(planned, 1):
            if isinstance(each, Item):
                progress(f"[{number}/{len(planned)}] {each.path}")
            result = sender.run(each) if isinstance(each, Item) else each
            results.append(result)
            _show(invocation, result)
    finally:  # an error that ends the upload, and Ctrl-C, leave what is uploaded already
        _summarise(invocation, results, len(planned) - len(results), dry_run=dry_run)
    return status_of_all(results)


def _show(invocation: Invocation, result: Result) -> None:
    if invocation.as_json:
        return
    if result.error is not None:
        message = str(result.error["message"]).removeprefix(f"{result.path.name!r}: ")
        invocation.warn(f"{result.path}: {message}", "error")
        return
    rows = f"{result.rows:,} rows" if result.rows is not None else ""
    say("  ".join(filter(None, (f"{result.state:8}", result.name, rows, result.id))))
    for each in result.findings:
        say(f"          {each['severity']}: {each['code']}: {each['message']}")


def _summarise(
    invocation: Invocation, results: Sequence[Result], left: int, *, dry_run: bool
) -> None:
    counts = Counter(each.state for each in results)
    if left:
        counts["not reached"] = left
    if invocation.as_json:
        emit({"items": [each.to_dict() for each in results], "counts": dict(counts)})
        return
    text = ", ".join(f"{number} {state}" for state, number in counts.items())
    total = plural(len(results) + left, "file")
    say(f"{total}: {text}{' (nothing was sent)' if dry_run else ''}")
