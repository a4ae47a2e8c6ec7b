"""Converts the keywords of the list methods into the server's filter syntax. Pure.

The `..._filters` functions raise `PayloadError` with the keyword for empty text, an invalid choice
or an invalid date or time, and `TypeError` for an unknown keyword. None means not given. Parts of
names match case-insensitively and literally: ``%``, ``_`` and a backslash are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from typing import Final, Literal, TypeAlias, TypedDict, Unpack, cast, get_args

from ionworks._request.datetimes import DatetimeLike, to_iso8601
from ionworks._suggest import suggest
from ionworks.errors import PayloadError
from ionworks.records.walk import ListOrder

StrOrList: TypeAlias = str | Collection[str]
"""One text, or a collection of texts."""
Order: TypeAlias = Literal["asc", "desc"]
MeasurementType: TypeAlias = Literal["time_series", "file", "properties"]
OrderBy: TypeAlias = Literal["name", "created_at", "updated_at"]
MeasurementOrderBy: TypeAlias = Literal["name", "created_at", "updated_at", "start_time"]
ProjectMeasurementOrderBy: TypeAlias = Literal[
    "name",
    "created_at",
    "updated_at",
    "start_time",
    "cell_instance_id",
    "step_labels_validated",
    "cycler",
    "notes",
]


class CommonFilters(TypedDict, total=False):
    """Keywords of every list; None means not given.

    ``name`` matches part of the name, case-insensitively. ``name_exact`` matches the whole name and
    takes precedence.
    """

    name: str | None
    name_exact: str | None
    created_after: DatetimeLike | None
    created_before: DatetimeLike | None
    updated_after: DatetimeLike | None
    updated_before: DatetimeLike | None
    order: Order | None


class ProjectFilters(CommonFilters, total=False):
    """Keywords of the list of projects."""

    order_by: OrderBy | None


class InstanceFilters(ProjectFilters, total=False):
    """Keywords of the list of cell instances."""

    created_by_email: str | None
    batch_id: str | None


class BatchFilters(TypedDict, total=False):
    """Keywords of the list of cell batches."""

    name: str | None
    name_exact: str | None


class SpecificationFilters(ProjectFilters, total=False):
    """Keywords of the list of cell specifications.

    `material_id` matches a material in any component, and `material_ids` any of several materials
    in any component. `anode_material_id` and the like match one component.
    """

    created_by_email: str | None
    form_factor: str | None
    project_id: str | None
    material_id: str | None
    material_ids: StrOrList | None
    anode_material_id: str | None
    cathode_material_id: str | None
    electrolyte_material_id: str | None
    separator_material_id: str | None
    case_material_id: str | None
    exclude_cell_spec_id: str | None


class _StartFilters(CommonFilters, total=False):
    created_by_email: str | None
    measurement_type: MeasurementType | None
    started_after: DatetimeLike | None
    started_before: DatetimeLike | None


class MeasurementFilters(_StartFilters, total=False):
    """Keywords of the lists of measurements of one cell instance.

    `tags_all` matches measurements with all of the tags, `tags_any` those with at least one. A
    single text is one tag.
    """

    tags_all: StrOrList | None
    tags_any: StrOrList | None
    order_by: MeasurementOrderBy | None


class ProjectMeasurementFilters(_StartFilters, total=False):
    """Keywords of the list of all measurements of a project.

    ``start_time``, ``created_at`` and ``updated_at`` match exactly that time.
    """

    start_time: DatetimeLike | None
    created_at: DatetimeLike | None
    updated_at: DatetimeLike | None
    spec_name: str | None
    instance_name: str | None
    spec_anode: str | None
    spec_cathode: str | None
    spec_id: str | None
    cell_instance_id: str | None
    order_by: ProjectMeasurementOrderBy | None


class CommonQuery(TypedDict, total=False):
    """Query parameters of every list, as the server reads them."""

    name: str
    created_at_gt: str
    created_at_lt: str
    updated_at_gt: str
    updated_at_lt: str
    order: Order


class ProjectQuery(CommonQuery, total=False):
    """Query parameters of the list of projects."""

    order_by: OrderBy


class InstanceQuery(ProjectQuery, total=False):
    """Query parameters of the list of cell instances."""

    created_by_email: str
    batch_id: str


class BatchQuery(TypedDict, total=False):
    """Query parameters of the list of cell batches."""

    name: str


class SpecificationQuery(ProjectQuery, total=False):
    """Query parameters of the list of cell specifications."""

    created_by_email: str
    form_factor: str
    project_id: str
    material_id: str
    material_ids: Sequence[str]
    anode_material_id: str
    cathode_material_id: str
    electrolyte_material_id: str
    separator_material_id: str
    case_material_id: str
    exclude_cell_spec_id: str


class _StartQuery(CommonQuery, total=False):
    created_by_email: str
    measurement_type: MeasurementType
    start_time_gt: str
    start_time_lt: str


class MeasurementQuery(_StartQuery, total=False):
    """Query parameters of the lists of measurements of one cell instance."""

    tags_all: Sequence[str]
    tags_any: Sequence[str]
    order_by: MeasurementOrderBy


class ProjectMeasurementQuery(_StartQuery, total=False):
    """Query parameters of the list of all measurements of a project."""

    start_time: str
    created_at: str
    updated_at: str
    spec_name: str
    instance_name: str
    spec_anode: str
    spec_cathode: str
    spec_id: str
    cell_instance_id: str
    order_by: ProjectMeasurementOrderBy


def specification_filters(**filters: Unpack[SpecificationFilters]) -> SpecificationQuery:
    """Return the query of a list of cell specifications."""
    known = SpecificationFilters.__optional_keys__
    return cast(SpecificationQuery, _query(filters, known, get_args(OrderBy)))


def project_filters(**filters: Unpack[ProjectFilters]) -> ProjectQuery:
    """Return the query of a list of projects."""
    known = ProjectFilters.__optional_keys__
    return cast(ProjectQuery, _query(filters, known, get_args(OrderBy)))


def instance_filters(**filters: Unpack[InstanceFilters]) -> InstanceQuery:
    """Return the query of a list of cell instances."""
    known = InstanceFilters.__optional_keys__
    return cast(InstanceQuery, _query(filters, known, get_args(OrderBy)))


def batch_filters(**filters: Unpack[BatchFilters]) -> BatchQuery:
    """Return the query of a list of cell batches."""
    return cast(BatchQuery, _query(filters, BatchFilters.__optional_keys__, ()))


def measurement_filters(**filters: Unpack[MeasurementFilters]) -> MeasurementQuery:
    """Return the query of a list of one cell's measurements."""
    known = MeasurementFilters.__optional_keys__
    return cast(MeasurementQuery, _query(filters, known, get_args(MeasurementOrderBy)))


def project_measurement_filters(
    **filters: Unpack[ProjectMeasurementFilters],
) -> ProjectMeasurementQuery:
    """Return the query of a list of a project's measurements."""
    known = ProjectMeasurementFilters.__optional_keys__
    columns = get_args(ProjectMeasurementOrderBy)
    return cast(ProjectMeasurementQuery, _query(filters, known, columns))


def _query(
    filters: Mapping[str, object], known: Collection[str], columns: tuple[str, ...]
) -> dict[str, str | list[str]]:
    given = {name: value for name, value in filters.items() if value is not None}
    if "name_exact" in given:
        given.pop("name", None)
    query: dict[str, str | list[str]] = {}
    for name, value in given.items():
        if name not in known:
            raise TypeError(_unknown(name, known))
        parameter, write = _TABLE[name]
        query[parameter] = write(name, value)
    if "order_by" in query:
        query["order_by"] = _choice(*columns)("order_by", query["order_by"])
    return query


def _unknown(name: str, known: Collection[str]) -> str:
    near = suggest(name, known)
    hint = f"did you mean {near!r}?" if near else f"known: {', '.join(sorted(known))}"
    return f"unknown filter {name!r}; {hint}"


def _text(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise PayloadError(field, value, "must be text")
    if not value.strip():
        raise PayloadError(field, value, "is empty and would match everything", "Leave it out")
    if not value.isprintable() and re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", value):
        reason = "contains control characters or lone surrogates"
        raise PayloadError(field, value, reason, "Remove them")
    return value


def _ilike_contains(field: str, value: object) -> str:
    literal = re.sub(r"([\\%_])", r"\\\1", _text(field, value))
    return f"ilike.%{literal}%"


def _eq(field: str, value: object) -> str:
    return f"eq.{_text(field, value)}"


def as_str_list(field: str, value: object) -> list[str]:
    """Return one or several texts as a list.

    Raises
    ------
    PayloadError
        If the collection is empty, or if an item is empty or not text.
    """
    if isinstance(value, str):
        return [_text(field, value)]
    if not isinstance(value, Collection) or isinstance(value, Mapping | bytes):
        raise PayloadError(field, value, "must be text or a list of texts")
    if not value:
        raise PayloadError(field, value, "is empty", "Give at least one, or leave it out")
    # The order of a set varies between runs, but equal calls should send equal requests.
    items = sorted(value, key=str) if isinstance(value, Set) else value
    return [_text(f"{field}[{index}]", item) for index, item in enumerate(items)]


def _choice(*allowed: str) -> Callable[[str, object], str]:
    def write(field: str, value: object) -> str:
        if isinstance(value, str) and value in allowed:
            return str(value)
        fix = f"Choose one of: {', '.join(allowed)}"
        raise PayloadError(field, value, "is not a valid choice", fix)

    return write


_TABLE: Final[Mapping[str, tuple[str, Callable[[str, object], str | list[str]]]]] = {
    "name": ("name", _ilike_contains),
    "name_exact": ("name", _eq),
    "form_factor": ("form_factor", _eq),
    "created_by_email": ("created_by_email", _ilike_contains),
    "created_after": ("created_at_gt", to_iso8601),
    "created_before": ("created_at_lt", to_iso8601),
    "updated_after": ("updated_at_gt", to_iso8601),
    "updated_before": ("updated_at_lt", to_iso8601),
    "started_after": ("start_time_gt", to_iso8601),
    "started_before": ("start_time_lt", to_iso8601),
    "measurement_type": ("measurement_type", _choice(*get_args(MeasurementType))),
    "start_time": ("start_time", to_iso8601),
    "created_at": ("created_at", to_iso8601),
    "updated_at": ("updated_at", to_iso8601),
    "order_by": ("order_by", _text),
    "order": ("order", _choice(*get_args(Order))),
    "spec_name": ("spec_name", _ilike_contains),
    "instance_name": ("instance_name", _ilike_contains),
    "spec_anode": ("spec_anode", _ilike_contains),
    "spec_cathode": ("spec_cathode", _ilike_contains),
    "spec_id": ("spec_id", _text),
    "cell_instance_id": ("cell_instance_id", _text),
    "project_id": ("project_id", _text),
    "batch_id": ("batch_id", _text),
    "tags_all": ("tags_all", as_str_list),
    "tags_any": ("tags_any", as_str_list),
    "material_id": ("material_id", _text),
    "material_ids": ("material_ids", as_str_list),
    "anode_material_id": ("anode_material_id", _text),
    "cathode_material_id": ("cathode_material_id", _text),
    "electrolyte_material_id": ("electrolyte_material_id", _text),
    "separator_material_id": ("separator_material_id", _text),
    "case_material_id": ("case_material_id", _text),
    "exclude_cell_spec_id": ("exclude_cell_spec_id", _text),
}


#: Filters whose result never changes for a record.
_UNCHANGING: Final = frozenset(
    {
        *("project_id", "spec_id", "exclude_cell_spec_id", "cell_instance_id"),
        *("measurement_type", "created_at", "created_after", "created_before"),
    }
)


def sort_order(filters: Mapping[str, object]) -> ListOrder:
    """Return the sort order of a list with these filters; the default is newest first.

    With a filter on a field that can change, a record may enter the list at any position.
    """
    given = {name: value for name, value in filters.items() if value is not None}
    if given.pop("order_by", "created_at") != "created_at":
        return "changing"
    oldest_first = given.pop("order", "desc") == "asc"
    return "fixed" if oldest_first or given.keys() - _UNCHANGING else "newest"
