# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `discovery`: what the service says about its own API."""
