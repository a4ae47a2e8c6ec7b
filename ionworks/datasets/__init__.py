"""Datasets: selections of measurements, exported to files or read by several processes."""

from ionworks.datasets.dataset import Dataset
from ionworks.datasets.folder import DatasetFolder, open_dataset
from ionworks.datasets.refs import MeasurementChangedWarning, MeasurementRef, read_measurement
from ionworks.datasets.report import ExportReport

__all__ = [
    "Dataset",
    "DatasetFolder",
    "ExportReport",
    "MeasurementChangedWarning",
    "MeasurementRef",
    "open_dataset",
    "read_measurement",
]
