"""The public errors of this package."""

from collections.abc import Mapping as Mapping
from collections.abc import Sequence as Sequence
from datetime import datetime as datetime

from ionworks._redact import redact_url
from ionworks.errors.api import (
    ApiError,
    AuthenticationFailed,
    BadRequest,
    Conflict,
    NotFound,
    PermissionDenied,
    RateLimited,
    RecordDiffers,
    ServerError,
    ValidationFailed,
)
from ionworks.errors.base import IonworksError, Outcome
from ionworks.errors.body import ErrorBody as ErrorBody
from ionworks.errors.body import FieldError
from ionworks.errors.data import (
    ConfigurationError,
    ExportIncomplete,
    MeasurementProcessingError,
    MeasurementValidationError,
    PayloadError,
)
from ionworks.errors.transfer import ClientClosed, FileError, IntegrityError
from ionworks.errors.transport import (
    ConnectionFailed,
    ListChanged,
    ResponseTooLarge,
    TimedOut,
    UnexpectedResponse,
    WriteOutcomeUnknown,
)

__all__ = [
    "ApiError",
    "AuthenticationFailed",
    "BadRequest",
    "ClientClosed",
    "ConfigurationError",
    "Conflict",
    "ConnectionFailed",
    "ExportIncomplete",
    "FieldError",
    "FileError",
    "IntegrityError",
    "IonworksError",
    "ListChanged",
    "MeasurementProcessingError",
    "MeasurementValidationError",
    "NotFound",
    "Outcome",
    "PayloadError",
    "PermissionDenied",
    "RateLimited",
    "RecordDiffers",
    "ResponseTooLarge",
    "ServerError",
    "TimedOut",
    "UnexpectedResponse",
    "ValidationFailed",
    "WriteOutcomeUnknown",
    "redact_url",
]

# Tracebacks and pickles name this public module. Annotations are resolved in it too, so it also
# imports the names that annotations use.
for _name in __all__:
    if isinstance(_public := globals()[_name], type):
        _public.__module__ = __name__
