"""Handlers of the operations, one module for each kind of record."""
