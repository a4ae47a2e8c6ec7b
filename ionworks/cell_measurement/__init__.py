"""Cell measurements: the resource client."""

from ionworks.cell_measurement.client import CellMeasurementClient

__all__ = ["CellMeasurementClient"]
