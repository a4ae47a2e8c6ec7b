# Generated from openapi.yaml. Do not edit: run make generate.
"""Quantity stands in `ionworks.quantity`; this module only names it."""

from ionworks.quantity import Quantity

__all__ = ["Quantity"]
