"""Walks the GET operations of the contract, with the ids that the answers themselves give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from scripts.live.contract import find_reads
from scripts.live.rest import ask_rest
from scripts.live.survey import Survey, Visit

UNKNOWN_ID: Final = "00000000-0000-0000-0000-000000000000"
KINDS: Final = ("time_series", "file", "properties")
FEW: Final = {"limit": "3"}
_MOST_PROJECTS: Final = 3
_BEYOND: Final = 1_000_000  # so far down a list, a page of any size is empty

Row: TypeAlias = Mapping[str, Any]
Kinds: TypeAlias = Mapping[str, Row]


def enter(survey: Survey) -> list[Visit]:
    """Ask who we are and what there is; return the answers to both."""
    survey.ask("health_check")
    visits = (survey.ask("whoami"), survey.ask("list_projects"))
    return [visit for visit in visits if visit]


def walk(survey: Survey, project_id: str | None = None) -> None:
    """Ask every operation that ids can be found for; a few records of each list.

    Parameters
    ----------
    survey : Survey
        Asks, and keeps what comes; `enter` was called with it.
    project_id : str, optional
        The project to look into first.
    """
    survey.ask("get_capabilities")
    survey.ask("get_discovery_schema", schema_name="data")
    projects = [each for visit in survey.of("list_projects") for each in _ids(visit)]
    project = _most_active(survey, ([project_id] if project_id else []) + projects)
    survey.ask("get_project", project_id=project)
    survey.ask("get_project", project_id=UNKNOWN_ID)
    by_kind = _one_of_each(survey, project)
    cell = _cells(survey, next((row.get("cell_instance_id") for row in by_kind.values()), None))
    by_kind = _measurements(survey, by_kind, cell.get("id"))
    some = next(iter(by_kind.values()), {})
    _lists_of_measurements(survey, project, cell.get("cell_specification_id"))
    _tables(survey, by_kind.get("time_series", {}).get("id"))
    _files(survey, by_kind.get("file", {}).get("id"))
    survey.ask("list_measurement_raw_data", FEW, measurement_id=some.get("id"))
    survey.ask("search", {"q": "cell", **FEW})
    jobs = _ids(survey.ask("list_jobs"), "job_id")
    survey.ask("get_job", job_id=next(iter(jobs), None))
    survey.ask("list_jobs", {"job_types": "no-such-type"})
    known = {"project_id": project, "cell_spec_id": cell.get("cell_specification_id")}
    ask_rest(survey, {name: each for name, each in known.items() if isinstance(each, str)})
    _limits(survey, cell)


def _most_active(survey: Survey, projects: Sequence[str]) -> str | None:
    for project in projects[:_MOST_PROJECTS]:
        page = survey.ask("list_cell_measurements_by_project", project_id=project)
        if page and page.rows:
            return project
    if not projects:
        survey.ask("list_cell_measurements_by_project", project_id=None)
    return next(iter(projects), None)


def _one_of_each(survey: Survey, project: str | None) -> Kinds:
    found = {}
    for kind in KINDS:
        query = {"measurement_type": kind, **FEW}
        page = survey.ask("list_cell_measurements_by_project", query, project_id=project)
        rows = [row for row in page.rows if _has_id(row)] if page else []
        if rows:
            found[kind] = rows[0]
    return found


def _cells(survey: Survey, cell_id: str | None) -> Row:
    """Look at specifications and instances; return the instance to go on with."""
    specifications = _ids(survey.ask("list_cell_specifications"))
    survey.ask("list_cell_specifications", {"full": "true", **FEW})
    cell = _record(survey.ask("get_cell_instance", cell_instance_id=cell_id))
    parent = cell.get("cell_specification_id") or next(iter(specifications), None)
    specification = _record(survey.ask("get_cell_specification", cell_spec_id=parent))
    slots = ("anode_id", "cathode_id", "electrolyte_id", "separator_id", "case_id")
    components = (specification.get(slot) for slot in slots)
    survey.ask("get_cell_component", component_id=next(filter(None, components), None))
    siblings = _ids(survey.ask("list_cell_instances", cell_spec_id=parent))
    if not cell:
        first = next(iter(siblings), None)
        cell = _record(survey.ask("get_cell_instance", cell_instance_id=first))
    return {"cell_specification_id": parent, **cell}


def _measurements(survey: Survey, found: Kinds, cell_id: str | None) -> Kinds:
    """Look at one measurement of each kind; those of the cell where the project had none."""
    page = survey.ask("list_cell_measurements", cell_instance_id=cell_id)
    rows = page.rows if page else []
    found = found or {str(row.get("measurement_type")): row for row in rows if _has_id(row)}
    for row in found.values():
        survey.ask("get_cell_measurement", measurement_id=row["id"])
    if not found:
        survey.ask("get_cell_measurement", measurement_id=None)
    return found


def _lists_of_measurements(survey: Survey, project: str | None, parent: str | None) -> None:
    if project:
        survey.ask("list_all_cell_measurements", {"project_id": project, **FEW})
        survey.ask("list_measurement_tags", {"project_id": project})
    if parent:
        survey.ask("list_all_cell_measurements", {"cell_specification_id": parent, **FEW})
    survey.ask("list_all_cell_measurements", FEW)
    if project and parent:
        both = {"project_id": project, "cell_specification_id": parent}
        survey.ask("list_all_cell_measurements", {**both, **FEW})


def _tables(survey: Survey, series_id: str | None) -> None:
    for name in (
        "get_measurement_steps",
        "get_measurement_cycles",
        "get_measurement_steps_and_cycles",
        "download_measurement_steps",
        "download_measurement_time_series",
    ):
        survey.ask(name, measurement_id=series_id)
    bare = {"include_steps": "false", "include_time_series": "false"}
    survey.ask("get_cell_measurement_detail", bare, measurement_id=series_id)


def _files(survey: Survey, measurement_id: str | None) -> None:
    listed = _record(survey.ask("list_measurement_files", measurement_id=measurement_id))
    names = listed.get("filenames") or [None]
    first = names[0] if isinstance(names, list) else None
    survey.ask("download_measurement_file", measurement_id=measurement_id, filename=first)


def _limits(survey: Survey, cell: Row) -> None:
    """Ask for the largest page and for one beyond it, where the list has ended: both are empty."""
    ids = {"cell_spec_id": cell.get("cell_specification_id"), "cell_instance_id": cell.get("id")}
    shared = find_reads(survey.contract, "Limit")
    for name in ("list_projects", *shared):
        read = survey.reads[name]
        most = int(read.parameters["limit"]["schema"]["maximum"])
        places = {key: value for key, value in ids.items() if "{" + key + "}" in read.path}
        least = ("0",) if name in ("list_projects", shared[0]) else ()
        for limit in (str(most), str(most + 1), *least):
            survey.ask(name, {"limit": limit, "offset": str(_BEYOND)}, **places)


def _has_id(row: Row) -> bool:
    return isinstance(row.get("id"), str)


def _ids(page: Visit | None, key: str = "id") -> list[str]:
    rows = page.rows if page else []
    return [row[key] for row in rows if isinstance(row.get(key), str)]


def _record(visit: Visit | None) -> Row:
    body = visit.body if visit else None
    return body if isinstance(body, Mapping) else {}
