"""Finds a measurement by names, from the specification down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from ionworks.errors import Conflict, NotFound

if TYPE_CHECKING:
    from ionworks_openapi.models import CellMeasurement

    from ionworks.client import Ionworks

T = TypeVar("T")


def resolve_measurement(
    client: Ionworks,
    cell_specification: str,
    cell_instance: str,
    measurement: str,
    project_id: str | None,
) -> CellMeasurement:
    """Return the measurement with these exact names; see `Ionworks.resolve_measurement`."""
    specifications = client.cell_spec.list(name_exact=cell_specification, project_id=project_id)
    specification = _only(specifications, "cell specification", cell_specification, "the project")
    cells = client.cell_instance.list(specification.id, name_exact=cell_instance)
    cell = _only(cells, "cell instance", cell_instance, f"specification {cell_specification!r}")
    found = client.cell_measurement.list(cell.id, name_exact=measurement)
    return _only(found, "measurement", measurement, f"cell {cell_instance!r}")


def _only(found: Sequence[T], kind: str, name: str, place: str) -> T:
    operation = "resolve_measurement"
    if not found:
        raise NotFound(f"{place} has no {kind} named {name!r}", 404, operation=operation)
    if len(found) > 1:
        raise Conflict(
            f"{len(found)} records of kind {kind} are named {name!r}; give project_id, or ids",
            409,
            operation=operation,
        )
    return found[0]
