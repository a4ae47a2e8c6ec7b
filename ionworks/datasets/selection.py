"""Finds the measurements of a dataset, with their cells and specifications."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from attrs import frozen
from ionworks_openapi.api.cell_instances import get_cell_instance
from ionworks_openapi.api.cell_measurements import get_cell_measurement
from ionworks_openapi.api.cell_specifications import get_cell_specification
from ionworks_openapi.filters import MeasurementFilters
from ionworks_openapi.models import (
    CellInstance,
    CellMeasurement,
    CellMeasurementWithParents,
    CellSpecification,
)

from ionworks._suggest import suggest
from ionworks._workflows.combine import given_records
from ionworks._workflows.fan_out import fan_out
from ionworks.cell_instance import CellInstanceClient
from ionworks.cell_measurement import CellMeasurementClient
from ionworks.cell_specification import CellSpecificationClient
from ionworks.errors import PayloadError
from ionworks.records import Record

if TYPE_CHECKING:
    from ionworks_openapi.models import (
        CellInstanceId,
        CellMeasurementId,
        CellSpecificationId,
        ProjectId,
    )
    from ionworks_openapi.types import Operation

    from ionworks._http.session import Session
    from ionworks._workflows.combine import Measurement

R = TypeVar("R", bound=Record)
_SELECTIONS: Final = ("measurements", "project_id", "specifications", "cells")
# With more cells, listing the cells of each specification takes fewer requests.
_MANY: Final = 10


@frozen
class Selected:
    """Measurements, and by id the cells and the specifications that they belong to."""

    measurements: list[CellMeasurement]
    cells: dict[str, CellInstance]
    specifications: dict[str, CellSpecification]


@frozen
class Criteria:
    """What selects the measurements of a dataset: one of the first four, and filters."""

    measurements: Iterable[CellMeasurementId] | None
    project_id: ProjectId | None
    specifications: CellSpecificationId | Iterable[CellSpecificationId] | None
    cells: CellInstanceId | Iterable[CellInstanceId] | None
    filters: MeasurementFilters

    def check(self) -> None:
        """Check that at most one selection is given.

        Raises
        ------
        PayloadError
            If there are two, or filters beside measurements.
        TypeError
            If there is no such argument.
        """
        known = (*_SELECTIONS, *MeasurementFilters.__annotations__)
        for name in self.filters:
            if name not in known:
                near = suggest(name, known)
                hint = f"; did you mean {near!r}?" if near else ""
                raise TypeError(f"dataset() has no argument {name!r}{hint}")
        values = (self.measurements, self.project_id, self.specifications, self.cells)
        pairs = zip(_SELECTIONS, values, strict=True)
        given = {name: value for name, value in pairs if value is not None}
        if len(given) > 1:
            first, second = list(given)[:2]
            reason = f"cannot be combined with {first}"
            raise PayloadError(second, _shown(given[second]), reason, "Give one of the two")
        filters = {name: value for name, value in self.filters.items() if value is not None}
        if self.measurements is not None and filters:
            name, value = next(iter(filters.items()))
            reason = "filters a list, and cannot be combined with measurements"
            raise PayloadError(name, value, reason, "Give one of the two")


@frozen
class Lists:
    """The resources whose lists are read."""

    specifications: CellSpecificationClient
    cells: CellInstanceClient
    measurements: CellMeasurementClient


def select(session: Session, lists: Lists, criteria: Criteria) -> Selected:
    """Return the selected measurements, each once, with their parents; no table is read."""
    criteria.check()
    filters = criteria.filters
    cells: list[CellInstance] = []
    specs: list[CellSpecification] = []
    found: Sequence[Measurement]
    if criteria.measurements is not None:
        found = _given(
            session, "measurements", criteria.measurements, get_cell_measurement, "cell_measurement"
        )
    elif criteria.cells is not None:
        cells = _given(session, "cells", criteria.cells, get_cell_instance, "cell_instance")
        found = _gather(
            session, [partial(lists.measurements.list, each.id, **filters) for each in cells]
        )
    elif criteria.specifications is not None:
        specs = _given(
            session,
            "specifications",
            criteria.specifications,
            get_cell_specification,
            "cell_specification",
        )
        calls = [
            partial(lists.measurements.find, cell_spec_id=each.id, **filters) for each in specs
        ]
        found = _gather(session, calls)
    else:
        found = lists.measurements.find(project_id=criteria.project_id, **filters)
        if len({each.cell_instance_id for each in found}) > _MANY:
            project = criteria.project_id or session.settings.project_id
            specs = lists.specifications.list(project_id=project)
    records = list({each.id: each for each in found}.values())
    return _with_parents(session, lists, records, cells, specs)


def _gather(
    session: Session, calls: Sequence[Callable[[], Sequence[CellMeasurement]]]
) -> list[CellMeasurement]:
    lists = fan_out(calls, max_workers=session.max_workers)
    return [record for each in lists for record in each]


def _with_parents(
    session: Session,
    lists: Lists,
    records: list[Measurement],
    cells: Sequence[CellInstance],
    specs: Sequence[CellSpecification],
) -> Selected:
    """Return the records with their cells and specifications, with few requests."""
    known_cells = {each.id: each for each in cells}
    known_specs = {each.id: each for each in specs}
    for record in records:
        if isinstance(record, CellMeasurementWithParents):
            if record.instance is not None:
                known_cells[record.instance.id] = record.instance
            if record.specification is not None:
                known_specs[record.specification.id] = record.specification
    wanted = dict.fromkeys(each.cell_instance_id for each in records)
    if len(specs) < len(wanted.keys() - known_cells.keys()):
        calls = [partial(lists.cells.list, each.id) for each in specs]
        for listed in fan_out(calls, max_workers=session.max_workers):
            known_cells |= {each.id: each for each in listed}
    own_cells = _complete(session, wanted, known_cells, get_cell_instance)
    parents = dict.fromkeys(each.cell_specification_id for each in own_cells.values())
    own_specs = _complete(session, parents, known_specs, get_cell_specification)
    # A record with its parents has all fields of the plain record.
    return Selected(cast("list[CellMeasurement]", records), own_cells, own_specs)


def _complete(
    session: Session, ids: Iterable[str], known: Mapping[str, R], get: Operation[[str], R]
) -> dict[str, R]:
    """Return the records with these ids, fetching those that are not known."""
    wanted = list(ids)
    missing = [each for each in wanted if each not in known]
    calls = [partial(session.call, get, each) for each in missing]
    fetched = dict(zip(missing, fan_out(calls, max_workers=session.max_workers), strict=True))
    return {each: known[each] if each in known else fetched[each] for each in wanted}


def _given(
    session: Session, argument: str, given: object, get: Operation[[Any], Any], kind: str
) -> list[Any]:
    """Return the given records, fetching those given by id; a single one is a list of one."""
    several = [given] if isinstance(given, str | Record) else given
    return given_records(session, argument, several, get, kind)


def _shown(value: object) -> object:
    return value if isinstance(value, str | int | float) else type(value).__name__
