"""Python client for the Ionworks battery-data API.

PYTEST_DONT_REWRITE: the package contains a pytest plugin, and pytest warns if the package is
imported before the plugin.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from ionworks._version import __version__

if TYPE_CHECKING:
    from ionworks._workflows.combine import MissingTableWarning
    from ionworks._workflows.energies import MissingEnergyWarning
    from ionworks.client import Ionworks
    from ionworks.datasets import (
        Dataset,
        DatasetFolder,
        ExportReport,
        MeasurementChangedWarning,
        MeasurementRef,
        open_dataset,
        read_measurement,
    )
    from ionworks.errors import IonworksError
    from ionworks.frames.quantity_columns import quantities
    from ionworks.ingest.prepare import prepare
    from ionworks.ingest.read import read_cycler
    from ionworks.quantity import Quantity
    from ionworks.quantity.c_rate import c_rate, current_at
    from ionworks.records import (
        DifferenceWarning,
        InvalidRecord,
        InvalidRecordWarning,
        ListChangedWarning,
        compare_quantities,
    )
    from ionworks.validators import MeasurementDataWarning

    __contract_version__: str

__all__ = [
    "Dataset",
    "DatasetFolder",
    "DifferenceWarning",
    "ExportReport",
    "InvalidRecord",
    "InvalidRecordWarning",
    "Ionworks",
    "IonworksError",
    "ListChangedWarning",
    "MeasurementChangedWarning",
    "MeasurementDataWarning",
    "MeasurementRef",
    "MissingEnergyWarning",
    "MissingTableWarning",
    "Quantity",
    "__contract_version__",
    "__version__",
    "c_rate",
    "compare_quantities",
    "current_at",
    "open_dataset",
    "prepare",
    "quantities",
    "read_cycler",
    "read_measurement",
]

_MODULES = {
    "Dataset": "ionworks.datasets",
    "DatasetFolder": "ionworks.datasets",
    "DifferenceWarning": "ionworks.records",
    "ExportReport": "ionworks.datasets",
    "InvalidRecord": "ionworks.records",
    "InvalidRecordWarning": "ionworks.records",
    "Ionworks": "ionworks.client",
    "IonworksError": "ionworks.errors",
    "ListChangedWarning": "ionworks.records",
    "MeasurementChangedWarning": "ionworks.datasets",
    "MeasurementDataWarning": "ionworks.validators",
    "MeasurementRef": "ionworks.datasets",
    "MissingEnergyWarning": "ionworks._workflows.energies",
    "MissingTableWarning": "ionworks._workflows.combine",
    "Quantity": "ionworks.quantity",
    "__contract_version__": "ionworks_openapi",
    "c_rate": "ionworks.quantity.c_rate",
    "compare_quantities": "ionworks.records",
    "current_at": "ionworks.quantity.c_rate",
    "open_dataset": "ionworks.datasets",
    "prepare": "ionworks.ingest.prepare",
    "quantities": "ionworks.frames.quantity_columns",
    "read_cycler": "ionworks.ingest.read",
    "read_measurement": "ionworks.datasets",
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
