"""Types for annotations: the records of the contract, the composed views and type aliases."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ionworks_openapi.models import (
        BatchProperties,
        Capabilities,
        CellBatch,
        CellBatchCreate,
        CellBatchUpdate,
        CellInstance,
        CellInstanceCreate,
        CellInstanceUpdate,
        CellMeasurement,
        CellMeasurementConfirmed,
        CellMeasurementUpdate,
        CellMeasurementWithParents,
        CellSpecification,
        CellSpecificationCreate,
        CellSpecificationUpdate,
        CellSpecProjectMapping,
        Component,
        ComponentInput,
        ComponentType,
        DesignProperties,
        DiscoverySchema,
        DomainContext,
        FileMetadata,
        Health,
        InitiateUploadResponse,
        Job,
        JobAccessLevel,
        JobResult,
        JobStatus,
        JobType,
        Material,
        MaterialDefinition,
        MaterialInput,
        MaterialUpdate,
        MeasuredProperties,
        MeasurementMetadata,
        MeasurementProperties,
        MeasurementTag,
        MeasurementTagsUpdated,
        MultipartUpload,
        OrganizationReference,
        Project,
        ProjectCreate,
        ProjectUpdate,
        Protocol,
        Ratings,
        RawData,
        RawDataAttached,
        RawDataMetadata,
        RawDataUpdate,
        RecordReference,
        SearchHit,
        SearchResults,
        Source,
        TestSetup,
        UploadTarget,
        User,
        UserProjectRole,
    )
    from ionworks_openapi.models import CellMeasurementConfirmed as CellMeasurementBundleResponse
    from ionworks_openapi.types import Operation

    from ionworks._http.attempts import Attempt
    from ionworks._http.retry import Idempotency
    from ionworks._http.session import Session
    from ionworks._http.tls import Verify
    from ionworks._request.datetimes import DatetimeLike
    from ionworks._request.filters import (
        BatchFilters,
        InstanceFilters,
        MeasurementFilters,
        MeasurementOrderBy,
        MeasurementType,
        Order,
        OrderBy,
        ProjectFilters,
        ProjectMeasurementFilters,
        ProjectMeasurementOrderBy,
        SpecificationFilters,
        StrOrList,
    )
    from ionworks._request.payload import Prepared
    from ionworks._workflows.combine import Measurement
    from ionworks._workflows.create import OnDifference
    from ionworks._workflows.detail import OnError
    from ionworks._workflows.fan_out import Progress
    from ionworks._workflows.tables import StepsAndCycles
    from ionworks._workflows.views import (
        CellInstanceDetail,
        MeasurementDetail,
        Part,
        PartError,
    )
    from ionworks._workflows.views import MeasurementDetail as CellMeasurementDetail
    from ionworks._workflows.wait import State
    from ionworks.errors.body import ErrorBody
    from ionworks.frames.convert import AnyTable, Backend, DataFrame
    from ionworks.frames.quantity_columns import QuantityColumn
    from ionworks.ingest.cycler_data import CyclerData
    from ionworks.ingest.options import CurrentSign, DateOrder
    from ionworks.ingest.raw import Note
    from ionworks.ingest.report import ColumnUse, IngestReport
    from ionworks.quantity import Quantity
    from ionworks.raw_data import FilePath
    from ionworks.records import (
        UNSET,
        Count,
        Difference,
        FreeForm,
        InvalidRecord,
        QuantityComparison,
        QuantityPair,
        Record,
        RecordError,
        RecordList,
    )
    from ionworks.records import RecordList as PaginatedList
    from ionworks.records.compare import ComparisonOutcome
    from ionworks.records.pages import PageLike

__all__ = [
    "UNSET",
    "AnyTable",
    "Attempt",
    "Backend",
    "BatchFilters",
    "BatchProperties",
    "Capabilities",
    "CellBatch",
    "CellBatchCreate",
    "CellBatchUpdate",
    "CellInstance",
    "CellInstanceCreate",
    "CellInstanceDetail",
    "CellInstanceUpdate",
    "CellMeasurement",
    "CellMeasurementBundleResponse",
    "CellMeasurementConfirmed",
    "CellMeasurementDetail",
    "CellMeasurementUpdate",
    "CellMeasurementWithParents",
    "CellSpecProjectMapping",
    "CellSpecification",
    "CellSpecificationCreate",
    "CellSpecificationUpdate",
    "ColumnUse",
    "ComparisonOutcome",
    "Component",
    "ComponentInput",
    "ComponentType",
    "Count",
    "CurrentSign",
    "CyclerData",
    "DataFrame",
    "DateOrder",
    "DatetimeLike",
    "DesignProperties",
    "Difference",
    "DiscoverySchema",
    "DomainContext",
    "ErrorBody",
    "FileMetadata",
    "FilePath",
    "FreeForm",
    "Health",
    "Idempotency",
    "IngestReport",
    "InitiateUploadResponse",
    "InstanceFilters",
    "InvalidRecord",
    "Job",
    "JobAccessLevel",
    "JobResult",
    "JobStatus",
    "JobType",
    "Material",
    "MaterialDefinition",
    "MaterialInput",
    "MaterialUpdate",
    "MeasuredProperties",
    "Measurement",
    "MeasurementDetail",
    "MeasurementFilters",
    "MeasurementMetadata",
    "MeasurementOrderBy",
    "MeasurementProperties",
    "MeasurementTag",
    "MeasurementTagsUpdated",
    "MeasurementType",
    "MultipartUpload",
    "Note",
    "OnDifference",
    "OnError",
    "Operation",
    "Order",
    "OrderBy",
    "OrganizationReference",
    "PageLike",
    "PaginatedList",
    "Part",
    "PartError",
    "Prepared",
    "Progress",
    "Project",
    "ProjectCreate",
    "ProjectFilters",
    "ProjectMeasurementFilters",
    "ProjectMeasurementOrderBy",
    "ProjectUpdate",
    "Protocol",
    "Quantity",
    "QuantityColumn",
    "QuantityComparison",
    "QuantityPair",
    "Ratings",
    "RawData",
    "RawDataAttached",
    "RawDataMetadata",
    "RawDataUpdate",
    "Record",
    "RecordError",
    "RecordList",
    "RecordReference",
    "SearchHit",
    "SearchResults",
    "Session",
    "Source",
    "SpecificationFilters",
    "State",
    "StepsAndCycles",
    "StrOrList",
    "TestSetup",
    "UploadTarget",
    "User",
    "UserProjectRole",
    "Verify",
]

# All other names are models of the contract.
_MODULES = {
    "AnyTable": "ionworks.frames.convert",
    "Attempt": "ionworks._http.attempts",
    "Backend": "ionworks.frames.convert",
    "BatchFilters": "ionworks._request.filters",
    "CellInstanceDetail": "ionworks._workflows.views",
    "ColumnUse": "ionworks.ingest.report",
    "ComparisonOutcome": "ionworks.records.compare",
    "Count": "ionworks.records",
    "CurrentSign": "ionworks.ingest.options",
    "CyclerData": "ionworks.ingest.cycler_data",
    "DataFrame": "ionworks.frames.convert",
    "DateOrder": "ionworks.ingest.options",
    "Difference": "ionworks.records",
    "ErrorBody": "ionworks.errors.body",
    "FilePath": "ionworks.raw_data",
    "FreeForm": "ionworks.records",
    "Idempotency": "ionworks._http.retry",
    "IngestReport": "ionworks.ingest.report",
    "InstanceFilters": "ionworks._request.filters",
    "InvalidRecord": "ionworks.records",
    "Measurement": "ionworks._workflows.combine",
    "MeasurementDetail": "ionworks._workflows.views",
    "MeasurementFilters": "ionworks._request.filters",
    "MeasurementOrderBy": "ionworks._request.filters",
    "MeasurementType": "ionworks._request.filters",
    "DatetimeLike": "ionworks._request.datetimes",
    "Note": "ionworks.ingest.raw",
    "OnDifference": "ionworks._workflows.create",
    "OnError": "ionworks._workflows.detail",
    "Operation": "ionworks_openapi.types",
    "Order": "ionworks._request.filters",
    "OrderBy": "ionworks._request.filters",
    "PageLike": "ionworks.records.pages",
    "Part": "ionworks._workflows.views",
    "PartError": "ionworks._workflows.views",
    "Prepared": "ionworks._request.payload",
    "Progress": "ionworks._workflows.fan_out",
    "ProjectFilters": "ionworks._request.filters",
    "ProjectMeasurementFilters": "ionworks._request.filters",
    "ProjectMeasurementOrderBy": "ionworks._request.filters",
    "Quantity": "ionworks.quantity",
    "QuantityColumn": "ionworks.frames.quantity_columns",
    "QuantityComparison": "ionworks.records",
    "QuantityPair": "ionworks.records",
    "Record": "ionworks.records",
    "RecordError": "ionworks.records",
    "RecordList": "ionworks.records",
    "Session": "ionworks._http.session",
    "SpecificationFilters": "ionworks._request.filters",
    "State": "ionworks._workflows.wait",
    "StepsAndCycles": "ionworks._workflows.tables",
    "StrOrList": "ionworks._request.filters",
    "UNSET": "ionworks.records",
    "Verify": "ionworks._http.tls",
}
# The vendor's documented interface has these names for the same classes.
_DOCUMENTED = {
    "CellMeasurementBundleResponse": "CellMeasurementConfirmed",
    "CellMeasurementDetail": "MeasurementDetail",
    "PaginatedList": "RecordList",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    own = _DOCUMENTED.get(name, name)
    value = getattr(import_module(_MODULES.get(own, "ionworks_openapi.models")), own)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
