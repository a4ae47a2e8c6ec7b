# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `cell_measurements`: tests, files and properties recorded on a cell."""
