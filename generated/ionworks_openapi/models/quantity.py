# Generated from openapi.yaml. Do not edit: run make generate.
"""Re-exports Quantity from `ionworks.quantity`."""

from ionworks.quantity import Quantity

__all__ = ["Quantity"]
