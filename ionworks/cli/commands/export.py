"""`ionworks export`: the tables of many measurements as a folder of Parquet files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ionworks.cli.commands.download import PARTS
from ionworks.cli.invocation import PATH, Invocation, command, pass_invocation
from ionworks.cli.lookup import find_cell, find_specification
from ionworks.cli.output import emit, say
from ionworks.cli.status import Status, describe, status_of
from ionworks.cli.wording import in_options

if TYPE_CHECKING:
    from ionworks.datasets import ExportReport

_ONE: Final = "give --cell or --spec, not both"


@command("export")
@click.argument("folder", type=PATH)
@click.option("--cell", "cells", multiple=True, metavar="NAME_OR_ID", help="Only of this cell.")
@click.option("--spec", "specs", multiple=True, metavar="NAME_OR_ID", help="Only of this spec.")
@click.option(
    "--tag", "tags", multiple=True, help="Only with this tag; if repeated, with all of the tags."
)
@click.option("--table", "tables", type=click.Choice(PARTS), multiple=True, help="Only this table.")
@click.option("--delete", is_flag=True, help="Remove files of measurements that were deleted.")
@pass_invocation
def run(
    invocation: Invocation,
    folder: Path,
    cells: tuple[str, ...],
    specs: tuple[str, ...],
    tags: tuple[str, ...],
    tables: tuple[str, ...],
    delete: bool,
) -> int:
    """Export measurements as Parquet files.

    FOLDER gets the measurements of the project, or of cells or specifications: --cell and --spec
    can be repeated. Run it again to fetch only what is new or changed.
    """
    if cells and specs:
        raise click.UsageError(_ONE)
    client = invocation.client()
    if not (cells or specs or client.settings.project_id):
        raise click.UsageError("give --cell, --spec, or a project with --project")
    chosen: dict[str, Any] = {}
    if cells:
        chosen["cells"] = [find_cell(client, each) for each in cells]
    if specs:
        chosen["specifications"] = [find_specification(client, each) for each in specs]
    dataset = client.dataset(**chosen, tags_all=list(tags) or None)
    options: dict[str, Any] = {"tables": tables} if tables else {}
    report = dataset.export(folder, delete=delete, on_error="collect", **options)
    _show(invocation, report)
    statuses = {status_of(each.error) for each in report.errors}
    return statuses.pop() if len(statuses) == 1 else Status.FAILED if statuses else Status.OK


def _show(invocation: Invocation, report: ExportReport) -> None:
    if not invocation.as_json:
        say(in_options(str(report)))
        return
    emit(
        {
            "path": str(report.path),
            "fetched": report.fetched,
            "unchanged": report.unchanged,
            "bytes": report.bytes,
            "not_ready": report.not_ready,
            "without_tables": report.without_tables,
            "deleted": report.deleted,
            "errors": [describe(each.error) for each in report.errors],
        }
    )
