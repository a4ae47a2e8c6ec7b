# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `users`: the user of the credentials."""
