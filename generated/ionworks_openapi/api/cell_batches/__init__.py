# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `cell_batches`: cells that were made together."""
