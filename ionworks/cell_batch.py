"""Cell batches: cells of one specification that were manufactured together."""

from ionworks_openapi.resources.cell_batches import CellBatchClient

__all__ = ["CellBatchClient"]
