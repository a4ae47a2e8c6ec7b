"""What users import for annotations: the records of the contract, and the composed views."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ionworks_openapi.models import (
        CellBatch,
        CellInstance,
        CellMeasurement,
        CellMeasurementConfirmed,
        CellMeasurementWithParents,
        CellSpecification,
        Component,
        InitiateUploadResponse,
        Job,
        Material,
        MeasurementTag,
        Project,
        Ratings,
        RawData,
        SearchHit,
        SearchResults,
        UploadTarget,
        User,
    )
    from ionworks_openapi.models import (
        CellMeasurementConfirmed as CellMeasurementBundleResponse,
    )

    from ionworks._workflows.detail import CellInstanceDetail, MeasurementDetail, PartError
    from ionworks._workflows.detail import MeasurementDetail as CellMeasurementDetail
    from ionworks._workflows.tables import StepsAndCycles
    from ionworks.quantity import Quantity
    from ionworks.records import InvalidRecord, Record, RecordList
    from ionworks.records import RecordList as PaginatedList

__all__ = [
    "CellBatch",
    "CellInstance",
    "CellInstanceDetail",
    "CellMeasurement",
    "CellMeasurementBundleResponse",
    "CellMeasurementConfirmed",
    "CellMeasurementDetail",
    "CellMeasurementWithParents",
    "CellSpecification",
    "Component",
    "InitiateUploadResponse",
    "InvalidRecord",
    "Job",
    "Material",
    "MeasurementDetail",
    "MeasurementTag",
    "PaginatedList",
    "PartError",
    "Project",
    "Quantity",
    "Ratings",
    "RawData",
    "Record",
    "RecordList",
    "SearchHit",
    "SearchResults",
    "StepsAndCycles",
    "UploadTarget",
    "User",
]

# Names of the documented client that are called otherwise here stand with the module's own name.
_HERE = {
    "CellInstanceDetail": ("ionworks._workflows.detail", "CellInstanceDetail"),
    "CellMeasurementBundleResponse": ("ionworks_openapi.models", "CellMeasurementConfirmed"),
    "CellMeasurementDetail": ("ionworks._workflows.detail", "MeasurementDetail"),
    "InvalidRecord": ("ionworks.records", "InvalidRecord"),
    "MeasurementDetail": ("ionworks._workflows.detail", "MeasurementDetail"),
    "PaginatedList": ("ionworks.records", "RecordList"),
    "PartError": ("ionworks._workflows.detail", "PartError"),
    "Quantity": ("ionworks.quantity", "Quantity"),
    "Record": ("ionworks.records", "Record"),
    "RecordList": ("ionworks.records", "RecordList"),
    "StepsAndCycles": ("ionworks._workflows.tables", "StepsAndCycles"),
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, there = _HERE.get(name, ("ionworks_openapi.models", name))
    value = getattr(import_module(module), there)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
