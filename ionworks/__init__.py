"""Python client for the Ionworks battery-data API.

PYTEST_DONT_REWRITE: or pytest, which finds a plugin here, warns where this is imported before it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ionworks.client import Ionworks
    from ionworks.columns import quantities
    from ionworks.comparison import compare_quantities
    from ionworks.differences import DifferenceWarning
    from ionworks.errors import IonworksError
    from ionworks.gathering import MissingTableWarning
    from ionworks.quantity import Quantity
    from ionworks.rates import c_rate, current_at
    from ionworks.record import InvalidRecord
    from ionworks.resource import InvalidRecordWarning

    __contract_version__: str

__version__ = "0.1.0"

__all__ = [
    "DifferenceWarning",
    "InvalidRecord",
    "InvalidRecordWarning",
    "Ionworks",
    "IonworksError",
    "MissingTableWarning",
    "Quantity",
    "__contract_version__",
    "__version__",
    "c_rate",
    "compare_quantities",
    "current_at",
    "quantities",
]

_MODULES = {
    "DifferenceWarning": "ionworks.differences",
    "InvalidRecord": "ionworks.record",
    "InvalidRecordWarning": "ionworks.resource",
    "Ionworks": "ionworks.client",
    "IonworksError": "ionworks.errors",
    "MissingTableWarning": "ionworks.gathering",
    "Quantity": "ionworks.quantity",
    "__contract_version__": "ionworks_openapi",
    "c_rate": "ionworks.rates",
    "compare_quantities": "ionworks.comparison",
    "current_at": "ionworks.rates",
    "quantities": "ionworks.columns",
}
_NAMES_THERE = {"__contract_version__": "CONTRACT_VERSION"}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name]), _NAMES_THERE.get(name, name))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
