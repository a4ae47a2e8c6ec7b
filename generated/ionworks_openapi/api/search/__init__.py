# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `search`: records of every kind by name."""
