"""Every error that this package raises."""

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
from ionworks.errors.body import FieldError
from ionworks.errors.data import (
    ConfigurationError,
    IntegrityError,
    MeasurementProcessingError,
    MeasurementValidationError,
    PayloadError,
)
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
    "ConfigurationError",
    "Conflict",
    "ConnectionFailed",
    "FieldError",
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
