"""Finds a measurement by the names of its specification, its cell and itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from ionworks_openapi.api.cell_instances import list_cell_instances
from ionworks_openapi.api.cell_measurements import list_cell_measurements
from ionworks_openapi.api.cell_specifications import list_cell_specifications

from ionworks._request.filters import write_filters
from ionworks._request.schemas import page_size
from ionworks.errors import Conflict, NotFound
from ionworks.records.pages import PageLike
from ionworks.records.walk import collect

if TYPE_CHECKING:
    from ionworks_openapi.models import CellMeasurement, ProjectId
    from ionworks_openapi.types import Operation

    from ionworks._http.session import Session

T = TypeVar("T")


def resolve_measurement(
    session: Session,
    cell_specification: str,
    cell_instance: str,
    measurement: str,
    project_id: ProjectId | None,
) -> CellMeasurement:
    """Return the measurement with these exact names; see `Ionworks.resolve_measurement`."""
    specifications = _list_all(
        session, list_cell_specifications, name_exact=cell_specification, project_id=project_id
    )
    specification = _single(specifications, "cell specification", cell_specification, "the project")
    cells = _list_all(session, list_cell_instances, specification.id, name_exact=cell_instance)
    cell = _single(cells, "cell instance", cell_instance, f"specification {cell_specification!r}")
    measurements = _list_all(session, list_cell_measurements, cell.id, name_exact=measurement)
    return _single(measurements, "measurement", measurement, f"cell {cell_instance!r}")


def _list_all(
    session: Session,
    operation: Operation[..., PageLike[T]],
    *path: str,
    **filters: ProjectId | None,
) -> list[T]:
    query = write_filters(operation.filters, filters)
    return collect(session._pages(operation, *path, **query), page_size=page_size())


def _single(found: Sequence[T], kind: str, name: str, place: str) -> T:
    operation = "resolve_measurement"
    if not found:
        raise NotFound(f"{place} has no {kind} named {name!r}", 404, operation=operation)
    if len(found) > 1:
        raise Conflict(
            f"{len(found)} {kind}s are named {name!r}; give project_id, or use ids",
            409,
            operation=operation,
        )
    return found[0]
