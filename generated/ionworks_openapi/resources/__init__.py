# Generated from openapi.yaml. Do not edit: run make generate.
"""The resources of the contract: a class for each tag, and the attributes of the client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ionworks._resource import Lazy

if TYPE_CHECKING:
    from .cell_batches import CellBatchClient
    from .cell_instances import CellInstanceClient
    from .cell_measurements import CellMeasurementClient
    from .cell_specifications import CellSpecClient
    from .jobs import JobClient
    from .materials import MaterialClient
    from .projects import ProjectClient
    from .raw_data import RawDataClient
    from .search import SearchClient


class GeneratedResources:
    """The resources of the contract as attributes, each created when it is first used."""

    project: Lazy[ProjectClient] = Lazy(
        f"{__name__}.projects", "ProjectClient", "Projects of an organization."
    )
    cell_spec: Lazy[CellSpecClient] = Lazy(
        f"{__name__}.cell_specifications", "CellSpecClient", "Kinds of cell."
    )
    material: Lazy[MaterialClient] = Lazy(
        f"{__name__}.materials", "MaterialClient", "Materials of cell components."
    )
    cell_batch: Lazy[CellBatchClient] = Lazy(
        f"{__name__}.cell_batches", "CellBatchClient", "Cells that were made together."
    )
    cell_instance: Lazy[CellInstanceClient] = Lazy(
        f"{__name__}.cell_instances", "CellInstanceClient", "Physical cells."
    )
    cell_measurement: Lazy[CellMeasurementClient] = Lazy(
        f"{__name__}.cell_measurements", "CellMeasurementClient", "Tests on cells."
    )
    raw_data: Lazy[RawDataClient] = Lazy(
        f"{__name__}.raw_data", "RawDataClient", "Files as the instruments wrote them."
    )
    search: Lazy[SearchClient] = Lazy(
        f"{__name__}.search", "SearchClient", "Records of every kind by name."
    )
    job: Lazy[JobClient] = Lazy(
        f"{__name__}.jobs", "JobClient", "Work that the service does in the background."
    )
