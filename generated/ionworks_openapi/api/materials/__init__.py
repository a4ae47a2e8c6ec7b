# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `materials`: what cells are made of."""
