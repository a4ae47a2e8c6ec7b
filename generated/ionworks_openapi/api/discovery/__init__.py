# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `discovery`: the service's description of its own API."""
