# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `health`: the state of the service."""
