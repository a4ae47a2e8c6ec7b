"""Types for annotations: the records of the contract, the composed views and type aliases."""

from importlib import import_module
from typing import TYPE_CHECKING

from ionworks_openapi import filters, models

if TYPE_CHECKING:
    from ionworks_openapi.filters import *  # noqa: F403
    from ionworks_openapi.models import *  # noqa: F403
    from ionworks_openapi.models import CellMeasurementConfirmed as CellMeasurementBundleResponse
    from ionworks_openapi.types import Operation

    from ionworks._http.attempts import Attempt
    from ionworks._http.progress import Progress, ProgressUpdate
    from ionworks._http.retry import Idempotency
    from ionworks._http.session import Session
    from ionworks._http.tls import Verify
    from ionworks._request.datetimes import DatetimeLike
    from ionworks._request.filters import StrOrList
    from ionworks._request.payload import Prepared
    from ionworks._workflows.combine import Measurement
    from ionworks._workflows.create import OnDifference
    from ionworks._workflows.detail import OnError
    from ionworks._workflows.follow import FollowResult, GrowingSource, Reader
    from ionworks._workflows.views import (
        CellInstanceDetail,
        MeasurementDetail,
        Part,
        PartError,
    )
    from ionworks._workflows.views import MeasurementDetail as CellMeasurementDetail
    from ionworks._workflows.wait import State
    from ionworks.cell_measurement.options import MeasurementOptions
    from ionworks.errors.body import ErrorBody
    from ionworks.frames.convert import AnyTable, Backend, DataFrame
    from ionworks.frames.quantity_columns import QuantityColumn
    from ionworks.frames.selection import RowSpan, TimeSpan
    from ionworks.frames.stream import TableSource
    from ionworks.ingest.cycler_data import CyclerData
    from ionworks.ingest.options import CurrentSign, DateOrder
    from ionworks.ingest.raw import Note
    from ionworks.ingest.report import ColumnUse, IngestReport
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
    "CellInstanceDetail",
    "CellMeasurementBundleResponse",
    "CellMeasurementDetail",
    "ColumnUse",
    "ComparisonOutcome",
    "Count",
    "CurrentSign",
    "CyclerData",
    "DataFrame",
    "DateOrder",
    "DatetimeLike",
    "Difference",
    "ErrorBody",
    "FilePath",
    "FollowResult",
    "FreeForm",
    "GrowingSource",
    "Idempotency",
    "IngestReport",
    "InvalidRecord",
    "Measurement",
    "MeasurementDetail",
    "MeasurementOptions",
    "Note",
    "OnDifference",
    "OnError",
    "Operation",
    "PageLike",
    "PaginatedList",
    "Part",
    "PartError",
    "Prepared",
    "Progress",
    "ProgressUpdate",
    "QuantityColumn",
    "QuantityComparison",
    "QuantityPair",
    "Reader",
    "Record",
    "RecordError",
    "RecordList",
    "RowSpan",
    "Session",
    "State",
    "StrOrList",
    "TableSource",
    "TimeSpan",
    "Verify",
]
__all__ += models.__all__
__all__ += filters.__all__

# All other names are models of the contract.
_MODULES = {
    "AnyTable": "ionworks.frames.convert",
    "Attempt": "ionworks._http.attempts",
    "Backend": "ionworks.frames.convert",
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
    "FollowResult": "ionworks._workflows.follow",
    "FreeForm": "ionworks.records",
    "GrowingSource": "ionworks._workflows.follow",
    "Idempotency": "ionworks._http.retry",
    "IngestReport": "ionworks.ingest.report",
    "InvalidRecord": "ionworks.records",
    "Measurement": "ionworks._workflows.combine",
    "MeasurementDetail": "ionworks._workflows.views",
    "MeasurementOptions": "ionworks.cell_measurement.options",
    "DatetimeLike": "ionworks._request.datetimes",
    "Note": "ionworks.ingest.raw",
    "OnDifference": "ionworks._workflows.create",
    "OnError": "ionworks._workflows.detail",
    "Operation": "ionworks_openapi.types",
    "PageLike": "ionworks.records.pages",
    "Part": "ionworks._workflows.views",
    "PartError": "ionworks._workflows.views",
    "Prepared": "ionworks._request.payload",
    "Progress": "ionworks._http.progress",
    "RowSpan": "ionworks.frames.selection",
    "TimeSpan": "ionworks.frames.selection",
    "ProgressUpdate": "ionworks._http.progress",
    "Quantity": "ionworks.quantity",
    "QuantityColumn": "ionworks.frames.quantity_columns",
    "QuantityComparison": "ionworks.records",
    "QuantityPair": "ionworks.records",
    "Reader": "ionworks._workflows.follow",
    "Record": "ionworks.records",
    "RecordError": "ionworks.records",
    "RecordList": "ionworks.records",
    "Session": "ionworks._http.session",
    "State": "ionworks._workflows.wait",
    "StepsAndCycles": "ionworks._workflows.tables",
    "StrOrList": "ionworks._request.filters",
    "UNSET": "ionworks.records",
    "TableSource": "ionworks.frames.stream",
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
    home = _MODULES.get(own)
    generated = filters if own in filters.__all__ else models
    value = getattr(import_module(home) if home else generated, own)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
