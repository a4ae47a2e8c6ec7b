"""`ionworks find`: a search by text, and by the filters of measurements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from ionworks.cli.invocation import Invocation, command, pass_invocation
from ionworks.cli.output import emit, plural, say, table

if TYPE_CHECKING:
    from ionworks import Ionworks

_KINDS: Final = {
    "project": "project",
    "spec": "cell_specification",
    "cell": "cell_instance",
    "measurement": "cell_measurement",
    "material": "material",
}


@command("find")
@click.argument("text")
@click.option("--kind", type=click.Choice(list(_KINDS)), multiple=True, help="Only this kind.")
@click.option(
    "--tag",
    multiple=True,
    help="Only measurements with this tag; if repeated, with all of the tags.",
)
@click.option("--started-after", metavar="DATE", help="Only measurements that started later.")
@click.option("--started-before", metavar="DATE", help="Only measurements that started earlier.")
@click.option("--limit", type=click.IntRange(1, 100), default=25, show_default=True)
@pass_invocation
def run(
    invocation: Invocation,
    text: str,
    kind: tuple[str, ...],
    tag: tuple[str, ...],
    started_after: str | None,
    started_before: str | None,
    limit: int,
) -> None:
    """Find records by a part of their name.

    With --tag or a date, measurements of the project are found, also by their notes, protocol and
    tags.
    """
    filters: dict[str, Any] = {
        "tags_all": list(tag) or None,
        "started_after": started_after,
        "started_before": started_before,
    }
    filters = {name: value for name, value in filters.items() if value is not None}
    if filters and {*kind} - {"measurement"}:
        raise click.UsageError("--tag and the dates are filters of measurements only")
    client = invocation.client()
    if filters:
        hits, total = _measurements(client, text, limit, filters)
    else:
        hits, total = _search(client, text, limit, [_KINDS[each] for each in kind])
    if invocation.as_json:
        emit({"items": hits, "total": total})
        return
    if hits:
        say(table(("kind", "name", "id"), [_row(each) for each in hits]))
    else:
        invocation.warn("nothing found", "note")
    if len(hits) < total:
        invocation.warn(f"{plural(total - len(hits), 'more record')} not shown", "note")


def _search(
    client: Ionworks, text: str, limit: int, kinds: list[str]
) -> tuple[list[dict[str, Any]], int]:
    per_type = min(limit, 20)
    found = client.search.query(text, limit=limit, per_type=per_type, entity_types=kinds or None)
    return [each.to_dict() for each in found.results], found.total or len(found.results)


def _measurements(
    client: Ionworks, text: str, limit: int, filters: dict[str, Any]
) -> tuple[list[dict[str, Any]], int]:
    if client.settings.project_id is None:
        raise click.UsageError("these filters need a project: give --project")
    found = client.cell_measurement.find(text, limit=limit, **filters)
    hits = [{"entity_type": "cell_measurement", **each.to_dict()} for each in found]
    return hits, found.total


def _row(hit: dict[str, Any]) -> tuple[object, ...]:
    names = {name: kind for kind, name in _KINDS.items()}
    kind = hit["entity_type"]
    return names.get(kind, kind), hit["name"], hit["id"]
