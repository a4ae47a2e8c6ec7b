# Generated from openapi.yaml. Do not edit: run make generate.
"""The ids of records: each is text, or a record of this kind."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from .cell_batch import CellBatch
    from .cell_instance import CellInstance
    from .cell_measurement import CellMeasurement
    from .cell_measurement_confirmed import CellMeasurementConfirmed
    from .cell_measurement_with_data import CellMeasurementWithData
    from .cell_measurement_with_parents import CellMeasurementWithParents
    from .cell_specification import CellSpecification
    from .component import Component
    from .job import Job
    from .material import Material
    from .project import Project
    from .raw_data import RawData

CellBatchId: TypeAlias = "str | CellBatch"
CellInstanceId: TypeAlias = "str | CellInstance"
CellMeasurementId: TypeAlias = "str | CellMeasurement | CellMeasurementConfirmed | CellMeasurementWithData | CellMeasurementWithParents"
CellSpecificationId: TypeAlias = "str | CellSpecification"
ComponentId: TypeAlias = "str | Component"
JobId: TypeAlias = "str | Job"
MaterialId: TypeAlias = "str | Material"
ProjectId: TypeAlias = "str | Project"
RawDataId: TypeAlias = "str | RawData"
