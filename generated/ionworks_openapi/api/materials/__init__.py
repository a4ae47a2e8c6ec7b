# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `materials`: materials of cell components."""
