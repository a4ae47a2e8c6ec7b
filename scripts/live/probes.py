"""One entry for each assumption of the contract: what in the answers confirms or refutes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

from attrs import evolve, frozen

from scripts.codegen.contract import Json, schemas
from scripts.live.contract import find_reads, marks
from scripts.live.shapes import HARD, Deviation, compare, field_names, type_of
from scripts.live.survey import REFUSED, Survey, Visit

Verdict: TypeAlias = Literal["confirmed", "refuted", "unknown", "not probed"]
_GRAVITY: Final = {"refuted": 0, "unknown": 1, "confirmed": 2}


@frozen
class Finding:
    """What the service's answers say about one assumption; `seen` has shapes and counts only."""

    verdict: Verdict
    seen: str
    name: str = ""
    pointer: str = ""


Probe: TypeAlias = Callable[[Survey], Finding]
Part: TypeAlias = tuple[Verdict, str, str]  # what is said of one operation, and its name


def findings(survey: Survey) -> list[Finding]:
    """Return a finding for each mark of the contract, in its order.

    Raises
    ------
    KeyError
        If a mark has no entry.
    """
    found = []
    for mark in marks(survey.contract):
        entry = ENTRIES[mark.name]
        said = Finding("not probed", entry) if isinstance(entry, str) else entry(survey)
        found.append(evolve(said, name=mark.name, pointer=mark.pointer))
    return found


def list_decisions(survey: Survey) -> list[Finding]:
    """Return a finding for each choice that is ours though no field of the contract bears it."""
    return [evolve(probe(survey), name=name) for name, probe in SETTLED.items()]


def page_size(*names: str, shared: str = "") -> Probe:
    """Probe the range and the default of `limit` on some lists, or on all that share it."""

    def probe(survey: Survey) -> Finding:
        operations = names or tuple(find_reads(survey.contract, shared))
        parts = [part for name in operations for part in _limits(survey, name)]
        return _join_findings(parts)

    return probe


def probe_presence(schema: str, name: str) -> Probe:
    """Probe whether a field comes, as what the contract says."""

    def probe(survey: Survey) -> Finding:
        records = survey.find_values(schema)
        objects = [each for each in records if isinstance(each, Mapping)]
        if not records:
            return Finding("unknown", f"no {schema} was seen")
        if len(objects) < len(records):
            other = next(each for each in records if not isinstance(each, Mapping))
            return Finding("refuted", f"{type_of(other)} is in the place of the object")
        values = [each[name] for each in objects if name in each]
        if not values:
            there = field_names({key: None for each in objects for key in each}, most=30)
            return Finding("refuted", f"absent from all {len(objects)}; there are: {there}")
        return _check_declared(survey.contract, _field(survey.contract, schema, name), values)

    return probe


def probe_total(schema: str, name: str) -> Probe:
    """Probe whether a list says how many there are, and rightly."""
    field_probe = probe_presence(schema, name)

    def probe(survey: Survey) -> Finding:
        said = field_probe(survey)
        pages = [each for each in survey.find_values(schema) if isinstance(each, Mapping)]
        for page in pages if said.verdict == "confirmed" else ():
            items, number = page.get("items"), page.get(name)
            if not isinstance(items, list) or not isinstance(number, int):
                continue
            if number < len(items) or (name == "count" and number > len(items)):
                return Finding("refuted", f"says {number} on a page of {len(items)}")
        return said

    return probe


def as_text(schema: str, name: str) -> Probe:
    """Probe whether the ids of a list come as bare text."""

    def probe(survey: Survey) -> Finding:
        records = [each for each in survey.find_values(schema) if isinstance(each, Mapping)]
        lists = [each[name] for each in records if isinstance(each.get(name), list)]
        items = [item for each in lists for item in each]
        if not items:
            what = f"absent or empty in all {len(records)} seen" if records else f"no {schema} seen"
            return Finding("unknown", what)
        others = [item for item in items if not isinstance(item, str)]
        if not others:
            return Finding("confirmed", f"{len(items)} ids, all text")
        kind = type_of(others[0])
        inner = f" with {field_names(others[0])}" if isinstance(others[0], Mapping) else ""
        return Finding("refuted", f"{len(others)} of {len(items)} are {kind}{inner}")

    return probe


def bare_numbers(survey: Survey) -> Finding:
    """Look for a number without a unit among the properties that the service has stored."""
    stored = [
        each for each in survey.find_values("MeasurementProperties") if isinstance(each, Mapping)
    ]
    values = [value for each in stored for value in each.values()]
    if not values:
        return Finding("unknown", "no stored properties")
    bare = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    if bare:
        return Finding("refuted", f"{len(bare)} of {len(values)} stored values are bare numbers")
    return Finding(
        "unknown",
        f"no bare number among {len(values)} stored; that one is refused, only a write shows",
    )


def unique_projects(survey: Survey) -> Finding:
    """Look for two projects of one organization with the same name."""
    projects = [each for each in survey.find_values("Project") if isinstance(each, Mapping)]
    ids = {(each.get("organization_id"), each.get("name"), each.get("id")) for each in projects}
    names = {(organization, name) for organization, name, _ in ids}
    if len(names) < len(ids):
        return Finding("refuted", f"{len(ids)} projects have {len(names)} names")
    return Finding(
        "unknown",
        f"all names of {len(ids)} projects differ; a refusal is shown only by a write",
    )


def index_in_loc(survey: Survey) -> Finding:
    """Look for a place in a list among the ways to refused values."""
    refused = [each for each in survey.find_values("ValidationError") if isinstance(each, Mapping)]
    ways = [each["loc"] for each in refused if isinstance(each.get("loc"), list)]
    places = [place for way in ways for place in way]
    if any(isinstance(place, int) and not isinstance(place, bool) for place in places):
        return Finding("confirmed", f"whole numbers among text, in {len(ways)} loc")
    if any(isinstance(place, str) and place.isdigit() for place in places):
        return Finding("refuted", "the place in a list comes as text")
    return Finding("unknown", f"no place in a list among {len(ways)} loc")


def refused_as_invalid(survey: Survey) -> Finding:
    """Look at how values out of range are refused."""
    asked = [v for v in survey.visits if v.query.get("limit") in ("0", "1001")]
    refused = [visit for visit in asked if visit.status != 200]
    return _answers(refused, 422, "HTTPValidationError")


def needs_one_parent(survey: Survey) -> Finding:
    """Look at what the list of measurements says without a parent, and with two."""
    parents = {"project_id", "cell_specification_id"}
    visits = survey.of("list_all_cell_measurements")
    asked = [visit for visit in visits if len(parents & visit.query.keys()) != 1]
    return _answers(asked, 422)


def unknown_id(survey: Survey) -> Finding:
    """Look at what an id says that nothing has."""
    asked = [v for v in survey.of("get_project") if v.status != 200]
    return _answers(asked, 404, "ErrorEnvelope")


def redirected(survey: Survey) -> Finding:
    """Look at how files are handed out."""
    names = (
        "download_measurement_steps",
        "download_measurement_time_series",
        "download_measurement_file",
    )
    asked = survey.of(*names)
    bare = [visit for visit in asked if visit.status == 307 and not visit.reply.located]
    return Finding("refuted", "307 without a Location") if bare else _answers(asked, 307)


def cycle_column(survey: Survey) -> Finding:
    """Look at what the cycle table calls the number of the cycle."""
    answers = [
        each for each in survey.find_values("MeasurementCycles") if isinstance(each, Mapping)
    ]
    tables = [each.get("cycles") for each in answers]
    columns = {name for table in tables if isinstance(table, Mapping) for name in table}
    if not columns:
        return Finding("unknown", "no cycle table with columns was seen")
    if "Cycle count" in columns:
        return Finding("confirmed", "so it is called")
    other = next((n for n in ("Cycle number", "Cycle") if n in columns), "something else")
    return Finding("refuted", f"it is called {other}")


def _limits(survey: Survey, name: str) -> Iterator[Part]:
    visits = survey.of(name)
    rules = survey.reads[name].parameters["limit"]["schema"]
    asked = {v.query["limit"]: v for v in visits if "limit" in v.query and "offset" in v.query}
    if not asked:
        yield "unknown", survey.unreached.get(name, "not asked"), name
        return
    for limit, visit in asked.items():
        allowed = rules["minimum"] <= int(limit) <= rules["maximum"]
        if visit.status == 200 and not allowed:
            yield "refuted", f"{limit} is taken", name
        elif visit.status in REFUSED and allowed:
            yield "refuted", f"{limit} is refused with {visit.status_text}", name
        elif visit.status not in (200, *REFUSED):
            yield "unknown", f"{visit.status_text} to {limit}", name
        else:
            yield "confirmed", f"{rules['minimum']} to {rules['maximum']}", name
    yield from _default(name, rules["default"], [v for v in visits if not v.query])


def _default(name: str, default: int, visits: list[Visit]) -> Iterator[Part]:
    for visit in visits:
        if visit.status != 200:
            yield "unknown", visit.status_text, name
            continue
        shown = len(visit.rows)
        total = visit.body.get("total") if isinstance(visit.body, Mapping) else None
        more = isinstance(total, int) and total > shown
        if shown > default or (more and shown != default):
            yield "refuted", f"{shown} by default", name
        elif more:
            yield "confirmed", f"{default} by default", name
        else:
            yield "unknown", "too few records to find the default", name


def _answers(visits: list[Visit], status: int, schema: str = "") -> Finding:
    """Judge by the status, and by whether the body fits the schema that the contract has for it."""
    parts: list[Part] = []
    for visit in visits:
        name = visit.read.name
        hard = [each for each in visit.deviations if each.kind in HARD]
        if visit.status is None or visit.status >= 500 or visit.status in (401, 403, 429):
            parts.append(("unknown", visit.status_text, name))
        elif visit.status != status:
            parts.append(("refuted", visit.status_text, name))
        elif schema and hard:
            parts.append(("refuted", _describe(hard[0]), name))
        else:
            parts.append(("confirmed", visit.status_text, name))
    return _join_findings(parts)


def _join_findings(parts: Iterable[Part]) -> Finding:
    """Join the parts of a finding: the worst decides, and comes first."""
    claims: dict[tuple[Verdict, str], list[str]] = {}
    for verdict, claim, name in parts:
        names = claims.setdefault((verdict, claim), [])
        if name not in names:
            names.append(name)
    if not claims:
        return Finding("unknown", "there was nothing to ask with")
    ordered = sorted(claims, key=lambda key: _GRAVITY[key[0]])
    texts = [f"{key[1]} ({', '.join(claims[key])})" for key in ordered]
    return Finding(ordered[0][0], "; ".join(texts))


def _check_declared(contract: Json, schema: Json, values: list[Any]) -> Finding:
    shallow = {"type": "array", "items": {"type": "object"}} if "items" in schema else schema
    for value in values:
        for each in compare(contract, shallow, value, "it"):
            if isinstance(each, Deviation) and each.kind in HARD:
                return Finding("refuted", _describe(each))
    filled = [value for value in values if value is not None]
    if not filled:
        return Finding("unknown", f"null in all {len(values)}")
    return Finding("confirmed", f"{type_of(filled[0])}; seen: {len(filled)}")


def _describe(deviation: Deviation) -> str:
    return f"{deviation.where} {deviation.what}".replace(" required, but absent", " is absent")


def _field(contract: Json, schema: str, name: str) -> Json:
    whole = schemas(contract)[schema]
    parts = [whole, *whole.get("allOf", ())]
    return next(each["properties"][name] for each in parts if name in each.get("properties", {}))


ENTRIES: Final[Mapping[str, Probe | str]] = {
    "GET /projects ?limit": page_size("list_projects"),
    "POST /projects -> 409": unique_projects,
    "?limit of lists (Limit)": page_size(shared="Limit"),
    "POST /cell_measurements/{measurement_id}/watch -> 204": "only a POST would show it",
    "DELETE /cell_measurements/{measurement_id}/watch -> 204": "only a DELETE would show it",
    "MeasurementProperties.*": bare_numbers,
    "CellSpecification.instance_ids[] as string": as_text("CellSpecification", "instance_ids"),
    "CellInstance.measurement_ids[] as string": as_text("CellInstance", "measurement_ids"),
    **{
        f"{schema}.{name}": kind(schema, name)
        for kind, schema, names in (
            (probe_presence, "CellMeasurementWithParents", ("instance", "specification")),
            (probe_presence, "CellMeasurementWithParentsList", ("items",)),
            (probe_total, "CellMeasurementWithParentsList", ("count", "total")),
            (probe_total, "MeasurementTagList", ("count", "total")),
            (probe_presence, "RawData", ("organization_id", "created_by", "created_by_email")),
            (probe_presence, "RawData", ("created_at", "updated_at")),
            (probe_presence, "JobList", ("items",)),
            (probe_total, "JobList", ("count",)),
        )
        for name in names
    },
    "ValidationError.loc[] as integer": index_in_loc,
}

SETTLED: Final[Mapping[str, Probe]] = {
    "a value out of range -> 422 with its list": refused_as_invalid,
    "GET /cell_measurements needs exactly one parent -> 422": needs_one_parent,
    "an unknown id -> 404 with error_code": unknown_id,
    "downloads -> 307 with a Location": redirected,
    "the cycle table has `Cycle count`": cycle_column,
}
